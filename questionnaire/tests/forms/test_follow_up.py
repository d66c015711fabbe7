"""The forms of the follow-up: they return what is stored, and accept what people type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.forms.follow_up import ConsultationForm, DecisionForm, OutcomeForm

DONE = Outcome("consult_police", "done", "M. de Wit", date(2026, 3, 23), "vast\ncontact")
CALLED = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt\nterug")


@pytest.mark.parametrize(
    "stored",
    [
        DONE,
        Outcome("reassess", "planned"),
        Outcome("reporting_code_3", "not_done", why="  spaties  "),
        Outcome("reassess", "planned", on=date(2030, 1, 2)),
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
