"""The register of breaches: how a breach is parsed, in which order they stand, and how each is shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from questionnaire.domain.breaches import Breach, by_answer, parse_breach
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import TODAY

WHOLE = Breach(
    "contactverbod", "2026-03-20", date(2026, 3, 21), "J. Smit", "PL-1", "zaak loopt", date(2026, 3, 22)
)


@pytest.mark.parametrize(
    "breach", [WHOLE, Breach(), Breach("x"), Breach(happened_on="2026-03"), Breach(number="1")]
)
def test_a_breach_is_parsed_from_what_it_is_stored_as(breach: Breach) -> None:
    assert parse_breach(breach.to_json(), TODAY) == breach


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ([], ["a list is not an object with keys"]),
        ({"score": 1}, ["score: this key does not exist"]),
        (
            {"happened_on": "2026-03-24", "reported_on": "2026-03-24", "answered_on": "2026-03-24"},
            [
                "happened_on: '2026-03-24' is in the future",
                "reported_on: '2026-03-24' is in the future",
                "answered_on: '2026-03-24' is in the future",
            ],
        ),
        (
            {"reported_on": "2026-03", "reported_to": "x" * 201, "number": 1},
            [
                "reported_on: '2026-03' is not a full date as YYYY-MM-DD",
                "reported_to: the text has 201 characters; at most 200 fit",
                "number: 1 is not text",
            ],
        ),
        (
            {"happened_on": "2026-03-20", "reported_on": "2026-03-19", "answered_on": "2026-03-18"},
            [
                "reported_on: '2026-03-19' is before the day of the breach",
                "answered_on: '2026-03-18' is before the day of the report",
            ],
        ),
    ],
)
def test_every_problem_of_a_breach_is_reported(raw: object, messages: list[str]) -> None:
    assert problems_of(lambda: parse_breach(raw, TODAY)) == messages


def test_a_report_in_the_month_of_the_breach_is_possible() -> None:
    raw = {"happened_on": "2026-03", "reported_on": "2026-03-01", "answered_on": "2026-03-01"}

    assert parse_breach(raw, TODAY).reported_on == date(2026, 3, 1)


def test_breaches_without_an_answer_come_first_and_undated_ones_last() -> None:
    answered = Breach("a", "2026-01-01", answer="x")
    early, late, undated = Breach("b", "2026-02"), Breach("c", "2026-02-02", number="1"), Breach("d")
    later_answered = Breach("e", "2026-01-02", answered_on=TODAY)

    in_order = by_answer([later_answered, undated, answered, late, early])

    assert in_order == (early, late, undated, answered, later_answered)


@pytest.mark.parametrize(
    "breach", [Breach(reported_on=TODAY), Breach(reported_to="x"), Breach(number="x"), Breach(answer="x")]
)
def test_whatever_says_that_it_was_reported_counts_as_a_report(breach: Breach) -> None:
    assert breach.is_reported
    assert not Breach("x", "2026-03-20").is_reported


def test_a_breach_is_shown_as_lines_with_control_characters_written_out() -> None:
    with translation.override("en"):
        assert WHOLE.lines() == (
            "20 March 2026, contactverbod",
            "Reported: 21 March 2026, to J. Smit",
            "Number: PL-1",
            "Answer: 22 March 2026: zaak loopt",
        )
        assert Breach("a\u202eb", reported_to="x\u202e", answer="y\u202e").lines() == (
            "date not recorded, a[U+202E]b",
            "Reported: date not recorded, to x[U+202E]",
            "Answer: y[U+202E]",
        )


def test_what_is_not_written_down_is_said_to_be_so() -> None:
    with translation.override("en"):
        assert Breach("x", "2026-03").lines() == ("March 2026, x", "Reported: no report written down yet")
        assert Breach(reported_on=TODAY).lines()[-1] == "Answer: no answer written down yet"
    with translation.override("nl"):
        assert Breach("x").lines()[-1] == "Gemeld: nog geen melding genoteerd"
        assert Breach(reported_on=TODAY).lines()[-1] == "Antwoord: nog geen antwoord genoteerd"
