"""Dates in forms: what is stored of them, what is in doubt, and what is said of it in words."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.forms.bindings import ItemInput, answer_from_input
from questionnaire.forms.date_input import date_in_words, date_or_text, dutch_date, iso_date
from questionnaire.forms.follow_up import BreachForm, OutcomeForm
from questionnaire.forms.intakes import StartForm

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-03-23", "2026-03-23"),
        ("2026-03", "2026-03"),
        ("23-03-2026", "2026-03-23"),
        (" 23-03-2026 ", "2026-03-23"),
        ("3-3-2026", "2026-03-03"),
        ("23/03/2026", "2026-03-23"),
        ("23.3.2026", "2026-03-23"),
        ("23 03 2026", "2026-03-23"),
        ("03-2026", "2026-03"),
        ("23-03-26", "2026-03-23"),
        ("12 oktober 2025", "2025-10-12"),
        ("ma 23-03-2026", "2026-03-23"),
        ("okt 2025", "2025-10"),
        ("kerst 2025", "2025-12-25"),
        ("2025", "2025"),
        ("gisteren", "2026-03-22"),
        ("vandaag", "2026-03-23"),
        ("27-11", "2025-11-27"),
        ("23\u201303\u20132026", "2026-03-23"),
        ("23\u00a0maart\u00a02026", "2026-03-23"),
        ("23-03-2026 14:05", "2026-03-23"),
        ("11-07-2025", "2025-07-11"),
        ("begin maart 2026", "2026-03"),
        ("zomer 2025", "2025"),
        ("", None),
        (" ", None),
    ],
)
def test_dates_are_stored_as_people_write_them(typed: str, stored: str | None) -> None:
    assert iso_date(typed) == stored


@pytest.mark.parametrize(
    ("typed", "dutch"),
    [
        ("11/7/2025", "Bedoelt u 11 juli 2025 of 7 november 2025? Schrijf de maand als woord, en het jaar."),
        ("7-13-2025", "Bedoelt u 13 juli 2025? Schrijf de maand als woord, en het jaar."),
        ("23-3-62", "Bedoelt u 23 maart 1962? Schrijf de maand als woord, en het jaar."),
        ("mrt 23", "Bedoelt u 23 maart 2026 of maart 2023? Schrijf de hele datum, met het jaar."),
        ("di 23 mrt 2026", "Bedoelt u maandag 23 maart 2026? De dag van de week klopt niet."),
        ("31-02-2026", "31-02-2026 is een dag die niet bestaat"),
        ("23-03-0206", "23-03-0206 is vóór 1900"),
        ("24-03-2026", "24-03-2026 ligt in de toekomst"),
        ("12 t/m 14 maart 2026", "Dit is meer dan één dag. Schrijf één datum op."),
        ("begin november t/m eind januari", "Dit is niet te lezen als datum"),
        ("lang geleden", "Dit is niet te lezen als datum"),
    ],
)
def test_what_is_no_date_or_in_doubt_is_an_error_that_says_what_to_do(typed: str, dutch: str) -> None:
    with override("nl"), pytest.raises(ValidationError) as error:
        iso_date(typed)

    assert error.value.messages[0].startswith(dutch)


def test_a_stretch_over_two_years_is_no_date() -> None:
    on = date(2026, 1, 8)

    with pytest.raises(ValidationError):
        iso_date("vorige week", on=on)
    assert iso_date("vorige week", on=date(2026, 2, 26)) == "2026-02"


def test_what_is_relative_counts_from_the_day_that_was_given() -> None:
    on = date(2025, 5, 1)

    assert iso_date("gisteren", on=on) == "2025-04-30"
    assert iso_date("12 oktober", on=on) == "2024-10-12"
    assert answer_from_input(ITEMS["pattern_start"], ItemInput(text="gisteren"), on=on) == "2025-04-30"
    assert answer_from_input(ITEMS["pattern_start"], ItemInput(text="gisteren")) == "2026-03-22"
    assert answer_from_input(ITEMS["pattern_start"], ItemInput(text="2024")) == "2024"


@pytest.mark.parametrize("iso", ["2026-03-23", "2026-03", "2026"])
def test_a_date_is_typed_as_it_is_shown(iso: str) -> None:
    assert iso_date(dutch_date(iso)) == iso


@pytest.mark.parametrize(
    ("typed", "stored"), [("12 oktober", "2026-10-12"), ("morgen", "2026-03-24"), ("1-1-2031", "2031-01-01")]
)
def test_dates_ahead_may_come_later(typed: str, stored: str) -> None:
    assert iso_date(typed, ahead=True) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("overmorgen", "2026-03-25"),
        ("the day after tomorrow", "2026-03-25"),
        ("volgende week", "2026-03-30"),
        ("next week", "2026-03-30"),
        ("deze week", "2026-03-23"),
        ("over 2 weken", "2026-04-06"),
        ("in two weeks", "2026-04-06"),
        ("binnen een week", "2026-03-30"),
        ("volgende maandag", "2026-03-30"),
    ],
)
def test_a_planned_day_can_be_said_in_words(typed: str, stored: str) -> None:
    assert iso_date(typed, ahead=True) == stored
    with pytest.raises(ValidationError) if typed != "deze week" else nullcontext():
        iso_date(typed)


def test_of_a_week_that_is_on_the_last_day_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2026, 3, 25))

    assert iso_date("deze week", ahead=True) == "2026-03-29"
    assert iso_date("begin april", ahead=True) == "2026-04"


@pytest.mark.parametrize("typed", ["23-03-2062", "1-1-2032", "over 9 jaar"])
def test_a_date_too_far_ahead_is_refused(typed: str) -> None:
    with override("nl"), pytest.raises(ValidationError, match="meer dan 5 jaar vooruit"):
        iso_date(typed, ahead=True)
    with override("nl"), pytest.raises(ValidationError, match="bestaat"):
        iso_date("31-02-2062", ahead=True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ma 23 mrt", "maandag 23 maart 2026"),
        ("gisteren 14:05", "zondag 22 maart 2026"),
        ("okt 2025", "oktober 2025"),
        ("2025", "2025"),
        ("zomer 2025", "2025"),
        ("11/7/2025", "Bedoelt u 11 juli 2025 of 7 november 2025? Schrijf de maand als woord, en het jaar."),
        ("31-02-2026", "31-02-2026 is een dag die niet bestaat"),
        ("12 t/m 14 maart", "Dit is meer dan één dag. Schrijf één datum op."),
        ("lang geleden", ""),
        ("", ""),
    ],
)
def test_the_words_say_what_is_stored_and_what_is_in_doubt(typed: str, words: str) -> None:
    with override("nl"):
        assert date_in_words(typed) == words


def test_little_is_said_of_a_text_that_may_be_no_date() -> None:
    with override("nl"):
        for text in ("19.30", "volgende week", "elke dinsdag"):
            assert date_or_text(text) == text
            assert date_in_words(text, ahead=True, is_free=True) == ""
        assert date_in_words("dinsdag", ahead=True, is_free=True) == "dinsdag 24 maart 2026"
        assert date_in_words("4/3", ahead=True, is_free=True).startswith("Bedoelt u 4 maart 2027 of 3 april")


def test_a_planned_step_may_lie_ahead_and_one_that_is_done_may_not() -> None:
    posted = {"reassess-state": "planned", "reassess-on": "12 oktober"}
    planned = OutcomeForm(posted, prefix="reassess")
    done = OutcomeForm({**posted, "reassess-state": "done"}, prefix="reassess")

    assert planned.is_valid()
    assert planned.parsed.on == date(2026, 10, 12)
    assert done.is_valid()
    assert done.parsed.on == date(2025, 10, 12)
    with override("en"):
        assert words_of(planned["on"]) == "Monday 12 October 2026"
        assert words_of(done["on"]) == "Sunday 12 October 2025"
        assert words_of(planned["told_on"]) == ""


def test_a_stored_planned_step_is_said_in_words() -> None:
    planned = OutcomeForm({"reassess-state": "planned", "reassess-on": "1-1-2027"}, prefix="reassess")
    assert planned.is_valid()

    again = OutcomeForm(prefix="reassess", stored=planned.parsed)

    assert again["on"].value() == "01-01-2027"
    with override("en"):
        assert words_of(again["on"]) == "Friday 1 January 2027"


def test_an_error_takes_the_place_of_the_words() -> None:
    form = BreachForm({"b-order": "x", "b-happened_on": "11/7/2025", "b-reported_on": "2025"}, prefix="b")

    assert set(form.errors) == {"happened_on", "reported_on"}
    assert (words_of(form["happened_on"]), words_of(form["reported_on"])) == ("", "")


def words_of(bound: Any) -> str:
    """Return what the page says under a date."""
    return str(bound.in_words)


# --- Starting a conversation --------------------------------------------------------------------------------


def start(first_year: int = 2026, **posted: str) -> StartForm:
    values = {"reference": "x", "language": "nl", **posted}
    return StartForm(values, teams=(), first_year=lambda: first_year)


@pytest.mark.parametrize("typed", ["gisteren", "27-11", "1-1-2025"])
def test_a_conversation_of_this_year_and_the_last_needs_no_tick(typed: str) -> None:
    form = start(on=typed)

    assert form.is_valid(), form.errors
    assert "long_ago" not in form.fields
    assert isinstance(form.cleaned_data["on"], date)


def test_a_conversation_of_long_ago_is_asked_for_once_more() -> None:
    form = start(on="27-11-2024")
    with override("nl"):
        assert form.errors["on"] == [
            "27 november 2024 is lang voor het eerste gesprek hier. Verander het, of kruis aan dat het klopt."
        ]
    assert list(form.fields)[:3] == ["reference", "on", "long_ago"]

    ticked = start(on="27-11-2024", long_ago="on")
    assert ticked.is_valid()
    assert ticked.cleaned_data["on"] == date(2024, 11, 27)


def test_how_long_ago_counts_from_the_first_year() -> None:
    assert start(first_year=2020, on="1-1-2019").is_valid()
    assert not start(first_year=2020, on="31-12-2018").is_valid()


def test_a_tick_does_not_help_a_date_that_cannot_be() -> None:
    for typed in ("27-11-0206", "24-03-2026", "2024", "11/7/2025", "", "  "):
        form = start(on=typed, long_ago="on")
        assert list(form.errors) == ["on"], typed


def test_nothing_is_asked_on_an_empty_page() -> None:
    assert "long_ago" not in StartForm(teams=(), initial={"on": "27-11-2001"}).fields
