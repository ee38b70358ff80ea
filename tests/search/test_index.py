"""The index is a part of the release, and changes only for what changed."""

import shutil

import pytest

from lms.library.reader import Options
from lms.library.release import Release
from lms.library.service import publish
from lms.library.shelf import Shelf
from lms.search.index.reading import Index
from lms.search.index.writing import FORMAT, build
from lms.search.models import NoIndex
from lms.search.service import parts, search, suggest
from tests.conftest import NOW

LESSON = "modules/measuring-bp/01-cuff.md"
QUESTIONS = (
    "cuff",
    "HTN",
    "blood pressure",
    "zebra",
    "face arm speech",
    "presion",
    "blod presure",
    "kind:lesson",
    '"reads high"',
)


def edit(content, path, more="\nA zebra crosses.\n"):
    place = content / path
    place.write_text(place.read_text() + more)


def answers(release):
    return {
        text: [(hit.url, round(hit.score, 4)) for hit in found.hits] + [found.total, found.meant]
        for text in QUESTIONS
        if (found := search(release, text))
    }


def test_a_changed_lesson_is_found_at_once_and_only_its_module_is_written(cast, publisher, data):
    publisher(cast)
    before = Shelf(data).release()
    assert search(before, "zebra").total == 0
    edit(cast, LESSON)
    publisher(cast)
    after = Shelf(data).release()
    assert search(after, "zebra").hits[0].page == "/modules/measuring-bp/cuff"
    index, known = Index(after.folder), len(Index(before.folder).pages)
    added = [index.urls[page] for page in index.pages[known:]]
    assert {url.split("/")[2] for url in added} == {"measuring-bp"}


def test_what_is_gone_is_found_no_more(cast, publisher, data):
    publisher(cast)
    (cast / "modules" / "teach-back.md").unlink()
    for path in ("courses/hypertension.md", "modules/measuring-bp/02-position.md"):
        text = (cast / path).read_text()
        lines = [line for line in text.splitlines() if "teach-back" not in line]
        (cast / path).write_text("\n".join(lines) + "\n")
    assert not publisher(cast).refused
    assert "/modules/teach-back" not in [hit.page for hit in search(Shelf(data).release(), "patient's own words").hits]


def test_step_by_step_and_anew_give_the_same_answers(cast, publisher, data, tmp_path):
    publisher(cast)
    for number in range(9):
        edit(cast, LESSON, f"\nA zebra crosses {number} times.\n")
        publisher(cast)
    edit(cast, "glossary.yaml", "zebra:\n  term: Zebra\n  abbreviations: [ZB]\n  definition: Striped.\n")
    publisher(cast)
    publish(cast, Options(data=tmp_path / "fresh", jobs=1), NOW, parts=parts(1))
    stepwise, fresh = Shelf(data).release(), Shelf(tmp_path / "fresh").release()
    assert stepwise.id == fresh.id
    assert answers(stepwise) == answers(fresh)
    assert Index(stepwise.folder).vocabulary == Index(fresh.folder).vocabulary


def test_two_processes_index_the_same_as_one(sample, tmp_path):
    other = shutil.copytree(sample.folder, tmp_path / "other", ignore=shutil.ignore_patterns(FORMAT))
    build(other, None, frozenset(), jobs=2, alone=1)
    assert answers(Release(other)) == answers(sample)


def test_drafts_and_what_is_no_longer_one(cast, publisher, data):
    draft = cast / "modules/measuring-bp/03-draft.md"
    draft.write_text("---\ntitle: Draft\ndraft: true\n---\nA quagga.\n")
    publisher(cast)
    assert search(Shelf(data).release(), "quagga").total == 0
    publisher(cast, drafts=True)
    assert search(Shelf(data).release(), "quagga").total == 1
    publisher(cast)
    assert search(Shelf(data).release(), "quagga").total == 0


def test_an_older_release_keeps_its_own_index(cast, publisher, data):
    publisher(cast)
    before = Shelf(data).release()
    edit(cast, LESSON)
    publisher(cast)
    assert (search(before, "zebra").total, search(Shelf(data).release(), "zebra").total) == (0, 1)


def test_a_release_without_an_index_says_so(cast, data):
    publish(cast, Options(data=data, jobs=1), NOW, parts={})
    release = Shelf(data).release()
    with pytest.raises(NoIndex):
        search(release, "cuff")
    assert suggest(release, "cuff") == []
    assert search(release, "").total == 0


@pytest.mark.parametrize(
    ("lang", "said", "asked"),
    [
        ("de", "Die Messungen waren zu hoch.", "messung"),
        ("fr", "Les pressions artérielles.", "pression arterielle"),
        ("pt", "As medições da pressão.", "pressao"),
        ("ru", "Измерения давления.", "измерение"),
        ("ar", "قياس ضغط الدم", "ضغط"),
        ("sw", "Shinikizo la damu.", "shinikizo"),
        ("zh", "血压测量的方法", "血压"),
        ("hi", "रक्तचाप की जाँच", "रक्तचाप"),
        ("qu", "Yawarpa ñitiynin", "nitiynin"),
    ],
)
def test_every_language_is_found_stemmed_or_not(folder, tmp_path, lang, said, asked):
    root = folder(
        {
            "site.yaml": "title: Test\n",
            "modules/a/01-a.md": f"---\ntitle: A\nlang: {lang}\n---\n{said}\n",
            "modules/b/01-b.md": "# B\n\nWords.\n",
        }
    )
    result = publish(root, Options(data=tmp_path / "data", jobs=1), NOW, parts=parts(1))
    assert not result.refused, result.problems
    assert [hit.page for hit in search(Shelf(tmp_path / "data").release(), asked).hits] == ["/modules/a/a"]
