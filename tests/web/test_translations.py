"""The interface in other languages: complete, and compiled as it is written."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import lms
from lms.web.languages import TRANSLATIONS

HOME = Path(lms.__file__).parent
LANGUAGES = sorted(folder.parent.parent.name for folder in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def written(tag: str) -> Catalog:
    with (TRANSLATIONS / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=tag)


@pytest.fixture(scope="module")
def asked() -> set[object]:
    """All that the code and the templates say."""
    options = {"templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(HOME, [("**.py", "python"), ("templates/**.html", "jinja2")], options)
    return {message for _, _, message, _, _ in found}


def test_there_is_spanish() -> None:
    assert "es" in LANGUAGES


@pytest.mark.parametrize("tag", LANGUAGES)
def test_everything_that_is_said_is_translated_and_nothing_else(tag: str, asked: set[object]) -> None:
    assert {message.id for message in written(tag) if message.id} == asked


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_translation_is_empty_unsure_or_loses_a_value(tag: str) -> None:
    for message in written(tag):
        if message.id:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(said), message.id
            assert not message.fuzzy, message.id
            assert list(message.check()) == [], message.id


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_is_compiled_is_what_is_written(tag: str) -> None:
    with (TRANSLATIONS / tag / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    fresh = io.BytesIO()
    write_mo(fresh, written(tag))
    fresh.seek(0)
    expected = read_mo(fresh)
    assert {str(m.id): m.string for m in compiled} == {str(m.id): m.string for m in expected}
