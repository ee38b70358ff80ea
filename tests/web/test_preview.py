"""An author's preview."""

from pathlib import Path

from flask.testing import FlaskClient


def test_readers_see_nothing_of_it(client: FlaskClient) -> None:
    assert client.get("/preview/problems").headers["Location"] == "/sign-in?next=/preview/problems"
    assert client.get("/preview/release").status_code == 404
    assert "preview" not in client.get("/").text


def test_an_author_sees_drafts_and_problems(served, publisher, cast: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    publisher(cast, drafts=True)
    client = served(data=tmp_path / "data", watch=True)
    before = client.get("/preview/release").json["release"]
    assert "drafts shown" in client.get("/").text
    assert "/preview.js" in client.get("/").text
    (cast / "modules" / "teach-back.md").write_text("---\ntitel: Teach-back\n---\n## One\n\nWords.\n")
    publisher(cast, drafts=True)
    home = client.get("/").text
    assert "not published" in home and 'href="/preview/problems"' in home
    assert client.get("/preview/release").json["release"] != before
    page = client.get("/preview/problems").text
    assert "modules/teach-back.md" in page and "Line 2" in page and "titel" in page


def test_a_tab_is_not_told_of_the_same_problems_again(served, publisher, cast: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    publisher(cast, drafts=True)
    (cast / "modules" / "teach-back.md").write_text("---\ntitel: Teach-back\n---\n## One\n\nWords.\n")
    publisher(cast, drafts=True)
    client = served(data=tmp_path / "data", watch=True)
    before = client.get("/preview/release").json["release"]
    publisher(cast, drafts=True)
    assert client.get("/preview/release").json["release"] == before


def test_an_empty_report_is_good_news(served, publisher, cast: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    publisher(cast)
    (tmp_path / "data" / "problems.json").unlink(missing_ok=True)
    client = served(data=tmp_path / "data", watch=True)
    assert "There are none." in client.get("/preview/problems").text
