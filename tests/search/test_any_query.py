"""Any query at all is answered, in bounded time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.search.index.asking import understand
from lms.search.queries import LONGEST, parse
from lms.search.service import opened, search, suggest

ODD = [
    "",
    " ",
    "-",
    "--- \"\" ''",
    "* ** -*",
    '"',
    '"unbalanced cuff',
    'cuff "',
    "kind:",
    "kind: topic: lang:",
    'topic:"',
    "-kind:lesson",
    "\x00",
    "cuff\x00arm",
    "\ud800",
    "cuff \udfff arm",
    "\u202etest\u202e",
    "Ω≈ç√∫˜µ≤≥÷",
    "社會科學院語學研究所",
    "👩🏽 👨‍👩‍👧 ❤️",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "﷽",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%s%n {0} ${x} {{ 7*7 }}",
    "../../../etc/passwd",
    "AND OR NOT ( ) [ ] TO ^ ~",
    "1e1000 NaN -inf 0x00",
    "a" * 10_000,
    "cuff " * 2_000,
    '"' * 10_000,
    "-" * 10_000,
    "a-" * 5_000,
    '"a ' * 3_000,
    "* " * 5_000,
    "الضغط المرتفع",
    "हिन्दी में खोज",
    "ภาษาไทย",
    " ".join(f"{a}*" for a in "abcdefghijklmnopqrstuvwxyz"),
    " ".join(f"-{a}*" for a in "abcdefghijklmnopqrstuvwxyz"),
    " ".join(f'"{a} {b}"' for a in ("the", "of", "a", "to") for b in ("cuff", "arm", "the", "of")),
    '"' + "the of " * 1_400 + '"',
    " ".join(f"topic:t{number}" for number in range(900)),
    "kind:lesson " * 800,
    "a" + "\u0301" * 9_000,
    '-"cuff',
    '"cuff qqqqqqqqqq"',
    'cuff -"qqqqqqqqqq cuff"',
    "cuff -cuff",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_queries_are_answered(release, text):
    found = search(release, text)
    assert found.total >= len(found.hits)
    found.query.text.encode()
    suggest(release, text)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_the_page_of_an_odd_query_is_a_page(client, text):
    if len(text) > 4_000 or any("\ud800" <= sign <= "\udfff" for sign in text):
        text = text.encode("utf-8", "replace").decode()[:4_000]
    for accept in ("text/html", "application/json"):
        response = client.get("/search", query_string={"q": text}, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.content_type.startswith(accept)
    assert "<script>alert" not in client.get("/search", query_string={"q": text}).text


pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["cuff", '"', "-", "*", "kind:", "topic:", "lang:es", "kind:lesson", "blood", "pressure", " ", "'"]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=12).map("".join), st.integers(-3, 10_000))
def test_every_text_is_a_query(release, text, number):
    found = search(release, text, number)
    assert 1 <= found.number <= found.parts
    assert all(hit.score >= 0 for hit in found.hits)
    assert parse(found.query.text).words == found.query.words


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_a_parsed_query_holds_no_sign_that_cannot_be_written(text):
    query = parse(text)
    query.text.encode()
    assert len(query.text) <= LONGEST


def test_one_question_looks_up_only_so_much(release):
    index, names = opened(release.folder, release.id)
    greedy = [f"{a}{b}*" for a in "abcdefghij" for b in "abcdefghij"] + [f'"the {a}"' for a in "abcdefghijklmnop"]
    asked = understand(index, parse(" ".join([*greedy, *(f"-{one}" for one in greedy)])), names, "en")
    assert (len(asked.slots), len(asked.excluded)) == (8, 8)
