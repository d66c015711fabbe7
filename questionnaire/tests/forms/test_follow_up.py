"""The forms of the follow-up: they return what is stored, and accept what people type."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from questionnaire.domain import dates
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.forms.follow_up import BreachForm, ConsultationForm, DecisionForm, OutcomeForm

DONE = Outcome("consult_police", "done", "M. de Wit", date(2026, 3, 23), "vast\ncontact")
CALLED = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt\nterug")


@pytest.mark.parametrize(
    "stored",
    [
        DONE,
        Outcome("reassess", "planned"),
        Outcome("reporting_code_3", "not_done", why="  spaties  "),
        Outcome("reassess", "planned", on=dates.today() + timedelta(1500)),
    ],
)
def test_outcome_form_returns_the_stored_outcome(stored: Outcome) -> None:
    form = OutcomeForm(
        as_posted(OutcomeForm(prefix=stored.what, stored=stored, base="x")), prefix=stored.what
    )

    assert form.is_valid(), form.errors
    assert form.parsed == stored


@pytest.mark.parametrize(
    "stored", [Decision("no", "enough", "wijkteam", "a\nb", date(2026, 3, 23)), Decision(ground="x")]
)
def test_decision_form_returns_the_stored_decisions(stored: Decision) -> None:
    form = DecisionForm(as_posted(DecisionForm(prefix="d", stored=stored)), prefix="d")

    assert form.is_valid(), form.errors
    assert form.parsed == stored


def test_consultation_form_returns_the_stored_consultation() -> None:
    form = ConsultationForm(as_posted(ConsultationForm(prefix="c", stored=CALLED)), prefix="c")

    assert form.is_valid(), form.errors
    assert form.parsed == CALLED


@pytest.mark.parametrize(
    "stored",
    [
        Breach("verbod\nx", "2026-03", date(2026, 3, 21), "J. Smit", "1", "a\nb", date(2026, 3, 23)),
        Breach("x", "2026-03-20"),
        Breach(number="1"),
    ],
)
def test_breach_form_returns_the_stored_breach(stored: Breach) -> None:
    form = BreachForm(as_posted(BreachForm(prefix="b", stored=stored)), prefix="b")

    assert form.is_valid(), form.errors
    assert form.parsed == stored
    assert form.is_filled_in()


def test_an_empty_breach_form_is_an_error_and_is_not_filled_in() -> None:
    form = BreachForm({"b-key": "00000000-0000-4000-8000-000000000001"}, prefix="b")

    assert not form.is_filled_in()
    assert list(form.errors) == ["order"]


@pytest.mark.parametrize(
    "stored",
    [
        Outcome("reassess", "planned", told_on=date(2026, 3, 23)),
        Decision("no", told_on=date(2026, 3, 23)),
        Consultation("police", told_on=date(2026, 3, 23)),
    ],
)
def test_each_form_returns_the_day_on_which_the_client_was_told(stored: Any) -> None:
    kind = {Outcome: OutcomeForm, Decision: DecisionForm, Consultation: ConsultationForm}[type(stored)]
    posted = as_posted(kind(prefix="reassess", stored=stored))
    assert posted["reassess-told_on"] == "23-03-2026"

    form = kind(posted, prefix="reassess")

    assert form.is_valid(), form.errors
    assert form.parsed == stored


def as_posted(form: Any) -> dict[str, str]:
    return {bound.html_name: str(bound.value() or "").replace("\n", "\r\n") for bound in form}


@pytest.mark.parametrize(
    ("typed", "time"), [("14:30", "14:30"), ("9.05", "09:05"), (" 0:00 ", "00:00"), ("", "")]
)
def test_consultation_form_accepts_times_as_people_write_them(typed: str, time: str) -> None:
    form = ConsultationForm({"c-party": "police", "c-time": typed}, prefix="c")

    assert form.is_valid(), form.errors
    assert form.parsed.time == time


@pytest.mark.parametrize("typed", ["25:00", "half drie", "9"])
def test_invalid_time_is_quoted_in_the_error_as_it_was_typed(typed: str) -> None:
    form = ConsultationForm({"c-party": "police", "c-time": typed}, prefix="c")

    assert list(form.errors) == ["time"]
    assert str(form.errors["time"][0]).startswith(f"{typed} ")
