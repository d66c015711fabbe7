"""The form by which an auditor looks for events."""

from __future__ import annotations

import pytest

from questionnaire.forms.audit import EventsForm
from questionnaire.models import User


def bound(**posted: str) -> EventsForm:
    return EventsForm(
        {"since": "1 maart 2026", "until": "2026-03-02", **posted},
        initial={},
        people=[User(pk=7, username="anna", name="Anna")],
        acts={"read": "read"},
        rights={"author": "as the author"},
    )


def test_days_are_written_as_people_do_and_the_rest_may_be_left() -> None:
    form = bound()

    assert form.is_valid()
    chosen = {"since": "2026-03-01", "until": "2026-03-02"}
    assert form.cleaned_data == {**chosen, "person": "", "reference": "", "what": "", "right": ""}


@pytest.mark.parametrize(("name", "value"), [("person", "7"), ("what", "read"), ("right", "author")])
def test_one_of_what_is_offered_can_be_chosen(name: str, value: str) -> None:
    assert bound(**{name: value}).is_valid()
    assert list(bound(**{name: "something else"}).errors) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [("since", "maart 2026"), ("since", "2026"), ("until", ""), ("until", "no"), ("until", "28-02-2026")],
)
def test_a_day_that_is_none_or_before_the_first_is_wrong(name: str, value: str) -> None:
    assert list(bound(**{name: value}).errors) == [name]
