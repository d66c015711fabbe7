"""The handout for the client: numbers and agreements, and nothing that was said."""

from __future__ import annotations

import pytest

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, EditionOptions
from questionnaire.documents.renderers.text import as_text
from questionnaire.tests.documents.examples import LANGUAGES, edition_of, intake_file
from questionnaire.tests.documents.reading import everything_in


@pytest.mark.parametrize(("age", "there"), [("age_12_15", True), ("adult", False)])
def test_the_handout_of_a_minor_has_the_number_of_the_childrens_helpline(age: str, there: bool) -> None:
    document = build_document(intake_file({"client_age": age}), "en", EDITIONS["client"])

    assert ("0800-0432" in as_text(document)) is there


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handout_has_numbers_and_only_when_chosen_what_was_agreed(language: str) -> None:
    intake = demo.intake("ex_partner_with_breach")

    numbers = build_document(intake, language, EDITIONS["client"])
    agreed = build_document(intake, language, EDITIONS["client"], EditionOptions(agreed=True))

    for number in ("112", "0900-8844", "0800-2000", "0900-0101", "0800-0113"):
        assert number in as_text(numbers)
    assert "26 " not in as_text(numbers)
    assert "26 " in as_text(agreed)


def test_the_handout_reveals_nothing_of_the_intake() -> None:
    intake = demo.intake("ex_partner_with_breach")

    shown, full = (everything_in(edition_of(intake, code, agreed=True)) for code in ("client", "full"))

    for word in ("stalk", "2026-117", "de Wit", "threat", "unsafe", "act now", "breach"):
        assert word.lower() not in shown.lower()
        assert word.lower() in full.lower(), word
