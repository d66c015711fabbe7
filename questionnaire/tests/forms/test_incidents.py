"""The form of an incident: it returns what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.domain.incidents import Incident
from questionnaire.forms.incident_dates import incident_date_in_words
from questionnaire.forms.incidents import IncidentForm, incident_initial


@pytest.mark.parametrize("order", ["", "dmy", "mdy"])
@pytest.mark.parametrize(
    "parsed",
    [
        Incident("2026-03-02", "home", until="2026-03-04"),
        Incident("2026-03-20", "home", what="stond voor\nde deur", evidence="foto", reported=True),
        Incident("2026-03", "online", precision="month"),
        Incident("2026-03", "elsewhere", precision="about", reported=False),
        Incident("2026-03-20", "elsewhere", precision="about", what="  spaties  "),
        Incident(
            "2025", "unknown", precision="about", as_told="kerst", by="zijn broer", witness="de buurvrouw"
        ),
        Incident(place="online", precision="", as_told="toen het nog zomer was", times=41),
        Incident("2026-03-20", "home", until="2026-03-22", time="14:05", times=3, report_number="2026-1"),
    ],
)
def test_incident_form_returns_the_stored_incident(parsed: Incident, order: str) -> None:
    form = IncidentForm(incident_initial(parsed), on=date(2026, 3, 23), date_order=order)

    assert form.is_valid()
    assert form.parsed == parsed


ON = date(2026, 3, 23)


def form(order: str = "", stored: Incident | None = None, /, **typed: str) -> IncidentForm:
    return IncidentForm(typed, on=ON, date_order=order, stored=stored)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"date": "gisteren"}, Incident("2026-03-22")),
        ({"date": "ma 23 mrt 2026, 14:05"}, Incident("2026-03-23", time="14:05")),
        ({"date": "kerst 2025"}, Incident("2025-12-25", precision="about", as_told="kerst 2025")),
        ({"date": "okt 2025"}, Incident("2025-10", precision="month")),
        ({"date": "2025"}, Incident("2025", precision="about")),
        ({"date": "23-03-2026", "about": "on"}, Incident("2026-03-23", precision="about")),
        ({"date": "12 t/m 14 maart 2026"}, Incident("2026-03-12", until="2026-03-14")),
        ({"date": "toen oma jarig was"}, Incident(precision="", as_told="toen oma jarig was")),
        ({"date": "ooit", "as_told": "vroeger"}, Incident(precision="", as_told="ooit; vroeger")),
        ({"date": "ooit", "as_told": "ooit"}, Incident(precision="", as_told="ooit")),
        ({"date": "11-7-2025"}, Incident("2025-07-11")),
        ({"what": "belde"}, Incident(precision="", what="belde")),
        ({"date": "1-3-2026", "until": "3-3-2026"}, Incident("2026-03-01", until="2026-03-03")),
        ({"date": "1-3-2026", "time": "14u05"}, Incident("2026-03-01", time="14:05")),
        ({"date": "1-3-2026", "time": "2:05 PM"}, Incident("2026-03-01", time="14:05")),
        ({"date": "1-3-2026", "times": "41x"}, Incident("2026-03-01", times=41)),
        ({"date": "1-3-2026", "place": "online"}, Incident("2026-03-01", "online")),
    ],
)
def test_what_is_typed_becomes_an_incident(typed: dict[str, str], expected: Incident) -> None:
    filled = form(**typed)

    assert filled.is_valid(), filled.errors
    assert filled.parsed == expected


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("date", "31-02-2026"),
        ("date", "23-03-0206"),
        ("date", "24-03-2999"),
        ("date", "di 23-03-2026"),
        ("until", "ooit"),
        ("until", "1-1-2020"),
        ("time", "half drie"),
        ("time", "25:00"),
        ("times", "0"),
        ("times", "veel"),
        ("times", "99999999"),
        ("place", "moon"),
    ],
)
def test_what_cannot_be_is_an_error_at_its_field(field: str, typed: str) -> None:
    filled = form(**{"date": "20-03-2026", field: typed})

    assert list(filled.errors) == [field]


def test_the_order_of_day_and_month_is_asked_once_and_never_guessed() -> None:
    asked = form(date="11/7/2025")
    assert asked.asks_order
    assert asked.errors["date"] == ["Bedoelt u 11 juli 2025 of 7 november 2025? Kies hieronder."]
    assert asked["order"].field.choices == [  # type: ignore[attr-defined]
        ("dmy", "11 juli 2025"),
        ("mdy", "7 november 2025"),
    ]

    chosen = form(date="11/7/2025", order="mdy")
    assert chosen.is_valid()
    assert (chosen.parsed.date, chosen.date_order) == ("2025-11-07", "mdy")

    known = form("mdy", date="11/7/2025")
    assert known.is_valid()
    assert (known.parsed.date, known.date_order, known.asks_order) == ("2025-11-07", "", False)


def test_an_order_that_nobody_was_asked_for_counts_for_nothing() -> None:
    filled = form(date="23/3/2026", order="mdy")

    assert filled.is_valid()
    assert (filled.parsed.date, filled.date_order) == ("2026-03-23", "")


def test_an_end_in_doubt_is_to_be_written_with_the_month_as_a_word() -> None:
    assert "Schrijf de maand als woord." in str(form(date="1-3-2025", until="11/7/2025").errors["until"])


def test_what_no_field_asks_stays_as_it_is_stored() -> None:
    stored = Incident("2026-03-20", "home", what="belde", source="log")

    changed = form("", stored, date="20-03-2026", place="home", what="belde aan")

    assert changed.is_valid()
    assert changed.parsed == Incident("2026-03-20", "home", what="belde aan", source="log")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("gisteren", "zondag 22 maart 2026"),
        ("23 mrt 2026 14:05", "maandag 23 maart 2026, 14:05"),
        ("kerst 2025", "rond 25 december 2025"),
        ("11/7/2025", "Bedoelt u 11 juli 2025 of 7 november 2025?"),
        ("toen oma jarig was", "Er is geen datum herkend. Het blijft staan zoals u het schrijft."),
        ("31-02-2026", "31-02-2026 is een dag die niet bestaat"),
    ],
)
def test_what_is_understood_is_said_in_words(typed: str, words: str) -> None:
    assert incident_date_in_words(typed, ON, None) == words
    shown = IncidentForm(initial={"date": typed}, on=ON)["date"].in_words  # type: ignore[attr-defined]
    assert shown == words


@pytest.mark.parametrize("typed", [{}, {"place": "unknown"}, {"what": "  "}])
def test_an_empty_form_beside_the_questions_is_no_incident(typed: dict[str, str]) -> None:
    assert not form(**typed).is_filled_in()
