"""Numbers, sizes and times in words, and the wheel."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from lms.web import words
from lms.web.wheel import wheel


@pytest.fixture(params=["en", "es"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context("/", headers={"Accept-Language": request.param}):
        yield request.param


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_smallest_step_of_credit_is_not_rounded_away(language: str) -> None:
    said = [words.number(Decimal(one)) for one in ("0.025", "0.50")]
    assert said == (["0.025", "0.5"] if language == "en" else ["0,025", "0,5"])


def test_sizes_are_said_in_kb_and_mb(language: str) -> None:
    point = "." if language == "en" else ","
    said = [
        plain(words.size(n)) for n in (0, 999, 1_600, 31_400, 999_499, 999_500, 2_400_000, 26_300_000, 1_500_000_000)
    ]
    assert said == [
        "1 kB",
        "1 kB",
        "2 kB",
        "31 kB",
        "999 kB",
        "1 MB",
        f"2{point}4 MB",
        "26 MB",
        f"1{point}5 GB",
    ]


def test_times_are_said_as_people_say_them(language: str) -> None:
    assert [plain(words.minutes(n)) for n in (0, 5, 60, 85)] == ["0 min", "5 min", "1 h", "1 h 25 min"]
    assert [words.clock(Decimal(n)) for n in (0, "65.9", 3723)] == ["0:00", "1:05", "1:02:03"]
    assert plain(words.lasting(Decimal(20))) == "1 min"
    waits = [plain(words.wait(n)) for n in (10_000, 500_000, 2_400_000)]
    assert waits == (
        ["a few seconds", "about 25 s", "about 2 min"]
        if language == "en"
        else ["unos segundos", "unos 25 s", "unos 2 min"]
    )


def test_days_are_said_as_the_world_says_them(language: str) -> None:
    assert words.day(date(2026, 3, 4)) == ("4 March 2026" if language == "en" else "4 de marzo de 2026")
    assert words.day("2026-03-04") == words.day(date(2026, 3, 4))


def test_licences_lead_to_their_deeds() -> None:
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in words.licence("CC-BY-4.0")
    assert 'href="https://creativecommons.org/publicdomain/zero/1.0/"' in words.licence("CC0-1.0")
    assert words.licence("<b>") == "&lt;b&gt;"


def test_initials_stand_in_for_a_portrait() -> None:
    assert [words.initials(n) for n in ("Rosa Quispe", "Ana de la Cruz", "Plato", "")] == ["RQ", "AC", "P", ""]


def test_a_wheel_has_a_spoke_an_item_and_fills_those_that_are_done() -> None:
    half = wheel(4, 2, label="2 of 4 done")
    assert 'aria-label="2 of 4 done"' in half
    assert half.count("M") == 2 + 2 + 1, "two filled, two open, and the rim's arc"
    assert 'class="todo"' not in wheel(4, 4)
    assert 'class="done"' not in wheel(4, 0)
    assert 'aria-hidden="true"' in wheel(4)
    assert "&lt;" in wheel(1, label="<")
    assert wheel(0).count("M") == 0
    assert wheel(400, 200).count("M") == 48 + 1
