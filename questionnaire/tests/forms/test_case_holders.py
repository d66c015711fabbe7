"""The form of who holds a case: it returns what is stored, and names the place in its errors."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from questionnaire.domain.case_holders import NOBODY, CaseHolders, Holder
from questionnaire.forms.case_holders import HoldersForm

ALL = CaseHolders(Holder("J. Smit", "0900-8844", date(2026, 3, 1)), Holder("M.", "06"), Holder("K."))


def as_posted(form: HoldersForm) -> dict[str, str]:
    return {bound.html_name: str(bound.value() or "") for bound in form}


@pytest.mark.parametrize("stored", [ALL, CaseHolders(contact=Holder("  spaties  "))])
def test_it_returns_the_stored_holders(stored: CaseHolders) -> None:
    form = HoldersForm(as_posted(HoldersForm(prefix="holders", stored=stored)), prefix="holders")

    assert form.is_valid(), form.errors
    assert form.parsed == stored


@pytest.mark.parametrize("stored", [None, NOBODY])
def test_an_empty_form_is_nobody(stored: CaseHolders | None) -> None:
    form = HoldersForm(as_posted(HoldersForm(prefix="holders", stored=stored)), prefix="holders")

    assert form.is_valid(), form.errors
    assert form.parsed is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"contact_reach": "06"}, "contact_name"),
        ({"deputy_since": "1-1-2026"}, "deputy_name"),
        ({"lead_name": "x" * 201}, "lead_name"),
        ({"lead_name": "x", "lead_since": "1-1-2999"}, "lead_since"),
        ({"lead_name": "x", "lead_since": "ooit"}, "lead_since"),
        ({"lead_name": "x", "lead_since": "03-2026"}, "lead_since"),
    ],
)
def test_an_error_is_at_its_own_field(typed: dict[str, Any], field: str) -> None:
    form = HoldersForm({f"holders-{name}": value for name, value in typed.items()}, prefix="holders")

    assert list(form.errors) == [field]


def test_each_field_names_its_place_and_part() -> None:
    with translation.override("en"):
        found = [str(bound.label) for bound in HoldersForm(prefix="holders")]

    assert found[4] == "Fixed contact for the client: How to reach them"
    assert len(set(found)) == 9
