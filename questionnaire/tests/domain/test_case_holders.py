"""Who holds a case: how it is parsed and shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from questionnaire.domain.case_holders import NOBODY, CaseHolders, Holder, parse_case_holders
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import TODAY

ALL = CaseHolders(
    Holder("J. Smit", "0900-8844", date(2026, 3, 1)), Holder("M. de Wit"), Holder("Veilig Thuis")
)


@pytest.mark.parametrize("holders", [ALL, NOBODY, CaseHolders(contact=Holder("x", "y"))])
def test_holders_are_parsed_from_what_they_are_stored_as(holders: CaseHolders) -> None:
    assert parse_case_holders(holders.to_json(), TODAY) == holders


@pytest.mark.parametrize("raw", [{}, {"lead": None}, {"lead": {}}, {"lead": {"name": " \u200b"}}])
def test_nothing_visible_is_nobody(raw: object) -> None:
    assert parse_case_holders(raw, TODAY) == NOBODY


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ([], ["a list is not an object with keys"]),
        ({"boss": {}}, ["boss: this key does not exist"]),
        ({"lead": {"reach": "112"}}, ["lead.name: write down who this is"]),
        (
            {"lead": {"name": "x" * 201}, "contact": {"name": "x", "since": "2026-03-24"}},
            [
                "lead.name: the text has 201 characters; at most 200 fit",
                "contact.since: '2026-03-24' is in the future",
            ],
        ),
    ],
)
def test_every_problem_of_holders_is_reported(raw: object, messages: list[str]) -> None:
    assert problems_of(lambda: parse_case_holders(raw, TODAY)) == messages


def test_holders_are_shown_as_lines() -> None:
    with translation.override("en"):
        assert ALL.lines() == (
            "Lead of the case: J. Smit, 0900-8844, since 1 March 2026",
            "Fixed contact for the client: M. de Wit",
            "Deputy: Veilig Thuis",
        )
        assert CaseHolders(Holder("a\u202e")).lines()[0] == "Lead of the case: a[U+202E]"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Lead of the case: not agreed yet", "Fixed contact for the client: not agreed yet")),
        (
            "nl",
            (
                "Casusregie: nog niet afgesproken",
                "Vaste contactpersoon voor de cliënt: nog niet afgesproken",
            ),
        ),
    ],
)
def test_lead_and_contact_are_said_to_be_missing_and_a_deputy_is_not(
    language: str, lines: tuple[str, ...]
) -> None:
    with translation.override(language):
        assert NOBODY.lines() == lines
