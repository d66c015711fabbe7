"""`bin/messages.py` finds each kind of fault in a translation, and English needs no translation file."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

import polib
import pytest
from django.conf import settings
from django.utils import translation

from questionnaire.domain.languages import ALL

ROOT: Final = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    specification = importlib.util.spec_from_file_location("messages", ROOT / "bin" / "messages.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def entry(msgid: str, msgstr: str, **options: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **options)


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        (entry("Save", "Opslaan"), None),
        (entry("Save", ""), "untranslated"),
        (entry("Save", "Opslaan", flags=["fuzzy"]), "fuzzy"),
        (entry("%(count)s answers", "antwoorden"), "other placeholders than the source"),
        (
            entry(
                "%(count)s day", "", msgid_plural="%(count)s days", msgstr_plural={0: "een dag", 1: "dagen"}
            ),
            "other placeholders than the source",
        ),
    ],
)
def test_a_wrong_translation_is_named(
    messages: ModuleType, translated: polib.POEntry, fault: str | None
) -> None:
    stored = polib.POFile()
    stored.append(translated)

    assert [name for name, _entry in messages.wrong(stored)] == ([fault] if fault else [])


def test_sentences_of_only_the_file_or_only_the_source_are_named(messages: ModuleType) -> None:
    stored, wanted = polib.POFile(), polib.POFile()
    stored.append(entry("Gone", "Weg"))
    wanted.append(entry("New", ""))

    assert {(fault, entry.msgid) for fault, entry in messages.out_of_step(stored, wanted)} == {
        ("no longer in the source", "Gone"),
        ("not in the .po file", "New"),
    }


def test_english_is_the_source_itself() -> None:
    """Django falls back to Dutch, the default, for every language but the variants of English."""
    stored = polib.pofile(str(ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"))
    with translation.override("en"):
        shown = {each.msgid: translation.gettext(each.msgid) for each in stored if not each.msgctxt}

    assert len(shown) > 1500
    assert [msgid for msgid, text in shown.items() if msgid != text] == []


def test_every_language_of_the_settings_has_translations(messages: ModuleType) -> None:
    assert set(messages.catalogues(ROOT)) == set(ALL) - {"en"}
    assert {code for code, _name in settings.LANGUAGES} == messages.languages_of_pages()
    assert "messages" not in sys.modules


def test_gettext_itself_refuses_no_translation(messages: ModuleType) -> None:
    """A sentence with "85% of" is not formatted, and bears no mark that it is."""
    if shutil.which("msgfmt") is None:
        pytest.fail("msgfmt is not installed (Debian: apt-get install gettext)")

    assert [fault for path in messages.catalogues(ROOT).values() for fault in messages.refused(path)] == []


def test_what_gettext_refuses_is_named(messages: ModuleType, tmp_path: Path) -> None:
    written = polib.POFile()
    written.append(entry("85% of them", "85% van wie", flags=["python-format"]))
    written.save(str(tmp_path / "django.po"))

    assert any("format" in fault for fault in messages.refused(tmp_path / "django.po"))

    messages.tidy(tmp_path / "django.po")

    assert messages.refused(tmp_path / "django.po") == []
