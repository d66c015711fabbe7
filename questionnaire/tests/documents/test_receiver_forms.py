"""The files that say what a text for a receiver consists of, and what is said of a file that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.utils.translation import override

from questionnaire.documents.receiver_forms import (
    BUILDING_BLOCKS,
    FORM_EDITIONS,
    FormError,
    form_problems,
    read_form,
    receiver_forms,
)
from questionnaire.documents.receiver_texts import BLOCKS

_EXAMPLE = Path(project_settings.BASE_DIR) / "docs" / "example-form.toml"
_NAME = 'name = { nl = "Naam", en = "Name" }\n'
_PART = '[[parts]]\nheading = { nl = "Kop", en = "Heading" }\nholds = ["fear"]\n'
_HEAD = f'edition = "police"\n{_NAME}'


def written(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_program_has_a_form_for_each_edition_for_others() -> None:
    forms = receiver_forms()

    assert list(forms) == ["police", "veilig-thuis-advice", "veilig-thuis-report", "general-practitioner"]
    assert [form.edition.code for form in forms.values()] == ["police", "advice", "report", "gp"]
    assert list(FORM_EDITIONS) == ["police", "advice", "report", "gp"]


@pytest.mark.parametrize(("language", "name"), [("nl", "Huisarts"), ("en", "General practitioner")])
def test_a_form_is_named_in_the_language_of_the_page(language: str, name: str) -> None:
    with override(language):
        assert str(receiver_forms()["general-practitioner"].name) == name


def test_no_form_for_others_is_of_an_edition_for_the_own_file() -> None:
    assert not [code for code, edition in FORM_EDITIONS.items() if edition.own_file]


def test_every_building_block_is_written() -> None:
    assert set(BLOCKS) == set(BUILDING_BLOCKS)
    assert len(set(BUILDING_BLOCKS)) == len(BUILDING_BLOCKS)


def test_the_example_is_a_form_and_names_every_building_block() -> None:
    form = read_form(_EXAMPLE)

    assert form.code == "example-form"
    assert [part.max_characters for part in form.parts] == [4000, 2000, None]
    assert [part.is_confidential for part in form.parts] == [False, False, True]
    text = _EXAMPLE.read_text(encoding="utf-8")
    assert [code for code in BUILDING_BLOCKS if f"#   {code} " not in text] == []


def test_the_form_of_an_organisation_comes_after_those_of_the_program(settings: Any, tmp_path: Path) -> None:
    written(tmp_path, _HEAD + _PART, "b-form.toml")
    written(tmp_path, _HEAD + _PART, "a_form.toml")
    settings.FORMS_DIR = tmp_path

    assert list(receiver_forms())[-2:] == ["a_form", "b-form"]
    assert form_problems() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("edition = ", "own.toml: is not TOML: "),
        (_NAME + _PART, "own.toml: edition: must be one of: police, advice, report, gp"),
        (
            f'edition = "full"\n{_NAME}{_PART}',
            "own.toml: edition: must be one of: police, advice, report, gp",
        ),
        (f"edition = []\n{_NAME}{_PART}", "own.toml: edition: must be one of: police, advice, report, gp"),
        (_HEAD, "own.toml: parts: must be a list with at least one part"),
        (f"{_HEAD}parts = []", "own.toml: parts: must be a list with at least one part"),
        (f"{_HEAD}parts = [1]", "own.toml: parts.1: must be a table with heading and holds"),
        (f"{_HEAD}colour = 1\n{_PART}", "own.toml: colour: does not exist. Known are: edition, name, parts"),
        (f'edition = "police"\n{_PART}', "own.toml: name: must have a text for each language: nl, en"),
        (
            f'edition = "police"\nname = {{ nl = "Naam" }}\n{_PART}',
            "own.toml: name.en: must be a text on one line, of at most 80 characters",
        ),
        (
            f'edition = "police"\nname = {{ nl = "Naam", en = "{"x" * 81}" }}\n{_PART}',
            "own.toml: name.en: must be a text on one line, of at most 80 characters",
        ),
        (
            f'edition = "police"\nname = {{ nl = "Naam", en = "a\\nb" }}\n{_PART}',
            "own.toml: name.en: must be a text on one line, of at most 80 characters",
        ),
        (
            f'edition = "police"\nname = {{ nl = "Naam", en = "N", fr = "N" }}\n{_PART}',
            "own.toml: name.fr: does not exist. Known are: en, nl",
        ),
        (
            _HEAD + _PART + _PART.replace("Kop", " "),
            "own.toml: parts.2.heading.nl: must be a text on one line, of at most 80 characters",
        ),
        (f"{_HEAD}{_PART}size = 3", "own.toml: parts.1.size: does not exist. Known are: confidential, "),
        (
            _HEAD + _PART.replace('["fear"]', "[]"),
            "own.toml: parts.1.holds: must be a list of one or more of",
        ),
        (
            _HEAD + _PART.replace('["fear"]', '["fear", "fears"]'),
            "own.toml: parts.1.holds: 'fears' does not exist. Choose from: details, ",
        ),
        (_HEAD + _PART.replace('["fear"]', "[[]]"), "own.toml: parts.1.holds: [] does not exist."),
        *(
            (
                f"{_HEAD}{_PART}max_characters = {value}",
                "own.toml: parts.1.max_characters: must be a whole number above 0",
            )
            for value in ("0", "-1", "1.5", "true", '"10"')
        ),
        (f'{_HEAD}{_PART}confidential = "no"', "own.toml: parts.1.confidential: must be true or false"),
    ],
)
def test_a_problem_names_the_file_and_the_key(settings: Any, tmp_path: Path, text: str, problem: str) -> None:
    written(tmp_path, text)
    settings.FORMS_DIR = tmp_path

    with override("en"):
        (found,) = form_problems()

    assert found.startswith(problem)


@pytest.mark.parametrize("name", ["own form.toml", "ëën.toml", ".toml", "--.toml"])
def test_a_file_name_that_fits_no_address_is_refused(settings: Any, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, _HEAD + _PART, name)

    with override("en"), pytest.raises(FormError, match="letters, digits"):
        read_form(path)


def test_no_form_takes_the_place_of_one_of_the_program(settings: Any, tmp_path: Path) -> None:
    written(tmp_path, _HEAD + _PART, "police.toml")
    settings.FORMS_DIR = tmp_path

    with override("en"):
        (found,) = form_problems()

    assert found == "police.toml: the program has a form with this name. Choose another name"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").mkdir()

    with override("en"), pytest.raises(FormError, match=r"^own\.toml: cannot be read$"):
        read_form(tmp_path / "own.toml")


def test_bytes_that_are_no_text_are_no_form(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe")

    with override("en"), pytest.raises(FormError, match=r"^own\.toml: is not TOML"):
        read_form(tmp_path / "own.toml")


def test_a_folder_that_is_not_there_is_named(settings: Any, tmp_path: Path) -> None:
    settings.FORMS_DIR = tmp_path / "none"

    with override("en"):
        assert form_problems() == [f"STALKCHECK_FORMS: there is no folder {tmp_path / 'none'}."]
