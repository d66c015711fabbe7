"""The handout for the client: numbers and agreements, and nothing that was said."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS, EditionOptions
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.follow_up import PLANNED, REASSESS, FollowUp, Outcome
from questionnaire.tests.documents.examples import LANGUAGES, edition_of, intake_file
from questionnaire.tests.documents.reading import everything_in


@pytest.mark.parametrize(("age", "there"), [("age_12_15", True), ("adult", False)])
def test_the_handout_of_a_minor_has_the_number_of_the_childrens_helpline(age: str, there: bool) -> None:
    document = build_document(intake_file({"client_age": age}), "en", EDITIONS["client"])

    assert ("0800-0432" in as_text(document)) is there


AGREED: Final = FollowUp(
    (
        Outcome("consult_police", PLANNED, on=date(2026, 3, 26), why="zqwhy"),
        Outcome(REASSESS, PLANNED, on=date(2026, 4, 2)),
    )
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handout_has_numbers_and_only_when_chosen_what_was_agreed(language: str) -> None:
    intake = demo.intake("ex_partner_with_breach")

    numbers, agreed = (
        as_text(
            build_document(
                intake, language, EDITIONS["client"], EditionOptions(agreed=chosen), follow_up=AGREED
            )
        )
        for chosen in (False, True)
    )

    for number in ("112", "0900-8844", "0800-2000", "0900-0101", "0800-0113"):
        assert number in numbers
    for day in ("26 ", "2 april"):
        assert (numbers.lower().count(day), agreed.lower().count(day)) == (0, 1)
    assert "zqwhy" not in agreed


def test_no_day_that_was_not_agreed_tells_how_urgent_it_is() -> None:
    mild, grave = (
        everything_in(edition_of(intake_file(answers), "client", agreed=True))
        for answers in ({}, {"danger_now": "now", "fear_level": 10})
    )

    assert mild == grave
    assert "We talk again" not in mild


def test_the_handout_reveals_nothing_of_the_intake() -> None:
    intake = demo.intake("ex_partner_with_breach")

    shown, full = (everything_in(edition_of(intake, code, agreed=True)) for code in ("client", "full"))

    for word in ("stalk", "2026-117", "de Wit", "threat", "unsafe", "act now", "breach"):
        assert word.lower() not in shown.lower()
        assert word.lower() in full.lower(), word
