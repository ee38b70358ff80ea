"""Checks, answered without script and in place."""

import re

import pytest
from flask.testing import FlaskClient

from lms.library.shelf import Shelf
from tests.web.conftest import words

CUFF = "/modules/measuring-bp/cuff"


@pytest.fixture
def keys(shelf: Shelf) -> dict[str, str]:
    """Keys of the cuff check's choices, by their words."""
    release = shelf.release()
    module = release.module("measuring-bp")
    check = release.lesson_body(module, "cuff").check("cuff-check")
    return {choice.html: choice.key for choice in check.choices}


def section(html: str, id: str) -> str:
    return re.findall(rf'<section class="check" id="check-{id}">.*?</section>', html, re.DOTALL)[0]


def test_an_unanswered_check_tells_nothing(client: FlaskClient) -> None:
    html = section(client.get(CUFF).text, "cuff-check")
    assert "Which cuff fits an arm 36 cm round?" in html
    for told in ("it reads high", "bladder", "verdict", "checked", "right"):
        assert told not in html


def test_a_wrong_choice_gets_its_feedback(client: FlaskClient, keys: dict[str, str]) -> None:
    page = client.get(f"{CUFF}?check=cuff-check&choice={keys['Small adult']}").text
    html = section(page, "cuff-check")
    assert "Not this one." in html
    assert "Too small: it reads high." in html
    assert "The bladder should go round 80 % of the arm." in html
    assert 'class="verdict wrong"' in html
    assert html.count(" checked") == 1
    assert "Answer again" in html
    assert "verdict" not in section(page, "share"), "only the check that was answered"


def test_a_right_choice_is_said_to_be_right(client: FlaskClient, keys: dict[str, str]) -> None:
    html = section(client.get(f"{CUFF}?check=cuff-check&choice={keys['Large adult']}").text, "cuff-check")
    assert 'class="verdict right"' in html
    assert "Right." in html


def test_nothing_chosen_is_no_answer(client: FlaskClient) -> None:
    html = section(client.get(f"{CUFF}?check=cuff-check").text, "cuff-check")
    assert "Nothing is answered yet." in html
    assert "bladder" not in html


def test_a_number_is_kept_as_typed_and_marked(client: FlaskClient) -> None:
    right = section(client.get(f"{CUFF}?check=share&text=82,5").text, "share")
    assert 'value="82,5"' in right and 'class="verdict right"' in right
    wrong = section(client.get(f"{CUFF}?check=share&text=%22%3E%3Cscript%3E").text, "share")
    assert 'value="&#34;&gt;&lt;script&gt;"' in wrong and 'class="verdict wrong"' in wrong


def test_a_script_gets_the_section_alone(client: FlaskClient, keys: dict[str, str]) -> None:
    url = f"{CUFF}?check=cuff-check&choice={keys['Thigh']}"
    fragment = client.get(url, headers={"X-Fragment": "check"})
    assert fragment.text.strip().startswith('<section class="check" id="check-cuff-check">')
    assert fragment.text.strip() == section(client.get(url).text, "cuff-check")
    assert "X-Fragment" in fragment.headers["Vary"]


def test_a_check_that_is_not_there_changes_nothing(client: FlaskClient) -> None:
    assert client.get(f"{CUFF}?check=nothing&choice=x").data == client.get(CUFF).data


CHECKS = """# All kinds

::: question {#several}
### Which two?

- [x] One
- [x] Two
- [ ] Three
      > Not three.
:::

::: question {#order}
### In order?

1. First
2. Second
3. Third
4. Fourth
:::

::: question {#match}
### Which with which?

| Arm | Cuff |
|-----|------|
| 24 cm | Small |
| 36 cm | Large |
| 48 cm | Thigh |
:::

::: question {#think}
### What will you change?

Answer: ___

> Many move the chair.
:::
"""


@pytest.fixture
def kinds(served, publisher, folder, tmp_path):  # type: ignore[no-untyped-def]
    """A client of a lesson with a check of every other kind, and their choices by id."""
    publisher(folder({"site.yaml": "title: Checks\n", "modules/m/01-kinds.md": CHECKS}))
    release = Shelf(tmp_path / "data").release()
    body = release.lesson_body(release.module("m"), "kinds")
    return served(data=tmp_path / "data"), {check.id: check for check in body.checks}


def test_several_right_choices_can_be_found_in_part(kinds) -> None:  # type: ignore[no-untyped-def]
    client, checks = kinds
    one, _, three = (choice.key for choice in checks["several"].choices)
    html = section(client.get(f"/modules/m/kinds?check=several&choice={one}").text, "several")
    assert "1 of 2 found." in words(html)
    assert 'class="verdict partly"' in html
    html = section(client.get(f"/modules/m/kinds?check=several&choice={one}&choice={three}").text, "several")
    assert "1 of 2 found, 1 too many." in words(html)
    assert "Not three." in html


def test_an_order_says_how_many_are_in_their_place(kinds) -> None:  # type: ignore[no-untyped-def]
    client, checks = kinds
    items = [item.key for item in checks["order"].items]
    given = "&".join(f"place-{key}={place}" for key, place in zip(items, (2, 1, 3, 4), strict=True))
    html = section(client.get(f"/modules/m/kinds?check=order&{given}").text, "order")
    assert "2 of 4 in their place." in html
    assert html.count("<option selected>") == 4


def test_a_match_says_how_many_fit(kinds) -> None:  # type: ignore[no-untyped-def]
    client, checks = kinds
    pairs = checks["match"].pairs
    given = f"pair-{pairs[0].left.key}={pairs[0].right.key}&pair-{pairs[1].left.key}={pairs[2].right.key}"
    html = section(client.get(f"/modules/m/kinds?check=match&{given}").text, "match")
    assert "1 of 3 matched." in html


def test_lists_to_order_and_match_stand_in_the_same_mixed_order_each_time(kinds) -> None:  # type: ignore[no-untyped-def]
    client, checks = kinds
    html = client.get("/modules/m/kinds").text
    places = re.findall(r'name="place-(\w+)"', html)
    assert places == sorted(places), "by their keys, which tell nothing"
    assert html == client.get("/modules/m/kinds").text


def test_a_reflection_is_never_sent(kinds) -> None:  # type: ignore[no-untyped-def]
    client, _ = kinds
    html = section(client.get("/modules/m/kinds").text, "think")
    assert "method=" not in html and "<button" not in html
    assert re.search(r"<details class=\"why\"><summary>Compare with our answer</summary>", html)
    assert "Many move the chair." in html


def test_no_page_of_a_quiz_gives_an_answer_away(client: FlaskClient, shelf: Shelf) -> None:
    release = shelf.release()
    for path, quiz in (
        ("/modules/measuring-bp/quiz", release.module("measuring-bp").quiz),
        ("/webinars/stroke-in-the-clinic/quiz", release.webinar("stroke-in-the-clinic").quiz),
        ("/podcasts/ward-round/2026-03-04-sepsis/quiz", release.episode("ward-round", "2026-03-04-sepsis").quiz),
    ):
        html = client.get(path).text
        assert quiz.questions
        for question in quiz.questions:
            for told in (question.prompt, question.explanation, *(c.html for c in getattr(question, "choices", ()))):
                assert not told or told not in html
            for told in (question.id, *(c.key for c in getattr(question, "choices", ()))):
                assert f'"{told}"' not in html


def test_the_front_of_a_quiz_says_what_awaits(client: FlaskClient) -> None:
    text = words(client.get("/modules/measuring-bp/quiz").text)
    for said in (
        "Asks 7 questions",
        "Pass mark 75 %",
        "3 attempts 10 min apart",
        "Time no limit",
        "0.5 h of learning",
        "1 list to put in order",
        "Choose a cuff that fits 1 question",
        "Sign in to begin",
    ):
        assert said.replace(" min", "\u00a0min") in text or said in text
    assert client.get("/modules/medir-la-presion/quiz").status_code == 404
