"""The form of one part of the safety plan: its rows, what it makes of dates, and its errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire.domain.dates import format_date
from questionnaire.domain.safety_plan import Agreement, PartPlan
from questionnaire.forms.safety_plan import PartForm

STORED = PartPlan("x", (Agreement("y", "z", "2026-03-26", done=True), Agreement("q", when="na vrijdag")))


def posted(**values: str) -> dict[str, str]:
    rows = {f"home-{number}-{name}": "" for number in range(3) for name in ("what", "who", "when")}
    typed = {f"home-{name.replace('_', '-')}": value for name, value in values.items()}
    return {"home-text": "", "home-base": "b", **rows, **typed}


def words_of(bound: Any) -> str:
    """Return what the page says under a date."""
    return str(bound.in_words)


def test_a_page_has_the_stored_rows_and_three_empty_ones() -> None:
    form = PartForm(prefix="home", stored=STORED, base="base")

    rows = list(form.rows)
    assert [row.what.value() for row in rows] == ["y", "q", None, None, None]
    assert [row.when.value() for row in rows[:2]] == ["26-03-2026", "na vrijdag"]
    assert [row.done.value() for row in rows[:2]] == [True, False]
    assert form.base == "base"
    assert len(list(PartForm(prefix="home").rows)) == 3


def test_what_was_posted_is_parsed_without_its_empty_rows() -> None:
    form = PartForm(posted(text="a\r\nb", **{"2_what": "slot", "2_when": "26/3/2026"}), prefix="home")

    assert form.is_valid()
    assert form.parsed == PartPlan("a\nb", (Agreement("slot", when="2026-03-26"),))
    assert form.base == "b"


@pytest.mark.parametrize(
    "typed", ["na de zitting", "volgende week", "rond Pasen", "elke dag om 8.30", "19.30", "31 februari"]
)
def test_what_is_no_date_is_kept_as_it_was_typed(typed: str) -> None:
    form = PartForm(posted(**{"0_what": "x", "0_when": typed}), prefix="home")

    assert form.is_valid()
    assert form.parsed.agreements == (Agreement("x", when=typed),)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("26 maart", "2026-03-26"), ("1-1", "2027-01-01"), ("morgen", "2026-03-24"), ("dinsdag", "2026-03-24")],
)
@pytest.mark.usefixtures("today")
def test_a_date_without_its_year_is_the_next_one(typed: str, stored: str) -> None:
    form = PartForm(posted(**{"0_what": "x", "0_when": typed}), prefix="home")

    assert form.is_valid()
    assert form.parsed.agreements == (Agreement("x", when=stored),)
    with override("nl"):
        assert words_of(PartForm(prefix="home", stored=form.parsed)["0-when"]) == words_of(form["0-when"])
        assert words_of(form["0-when"]).endswith(format_date(stored))


@pytest.mark.parametrize("typed", ["4/3", "31-02-2026", "23-03-2062", "23 maart 1899"])
@pytest.mark.usefixtures("today")
def test_a_date_in_doubt_or_that_cannot_be_is_an_error(typed: str) -> None:
    form = PartForm(posted(**{"0_what": "x", "0_when": typed}), prefix="home")

    assert set(form.errors) == {"0-when"}
    assert words_of(form["0-when"]) == ""


def test_an_error_stands_at_its_row_also_after_an_empty_one() -> None:
    form = PartForm(posted(**{"0_what": "goed", "2_who": "buren", "2_when": "31-02-2026"}), prefix="home")

    assert not form.is_valid()
    assert set(form.errors) == {"2-what", "2-when"}
    assert "31-02-2026" in str(form.errors["2-when"])


def test_a_row_with_only_spaces_is_no_agreement() -> None:
    form = PartForm(posted(**{"0_what": "  ", "1_who": "\u00a0"}), prefix="home")

    assert form.is_valid()
    assert not form.parsed


def test_a_draft_gives_every_control_back() -> None:
    form = PartForm(posted(**{"1_who": "buren", "1_done": "on", "text": "t"}), prefix="home")
    assert not form.is_valid()

    again = PartForm(json.loads(form.posted), prefix="home")

    assert [(row.who.value(), row.done.value()) for row in again.rows][1] == ("buren", True)
    assert next(row.done.value() for row in again.rows) is False
    assert again["text"].value() == "t"
    assert set(again.errors) == set(form.errors) == {"1-what"}
