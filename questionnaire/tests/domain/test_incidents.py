"""Incidents: how they are parsed, stored and sorted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import (
    ALL_PLACES,
    PLACES,
    PRECISIONS,
    Incident,
    chronological,
    count_incidents,
    last_to_end,
    parse_incident,
)
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import INCIDENTS, TODAY

DAY = {"date": "2026-03-20", "place": "home"}


@pytest.mark.parametrize(
    ("raw", "incident"),
    [
        (DAY, Incident("2026-03-20", "home", "day", "", "", None)),
        ({**DAY, "precision": "month"}, Incident("2026-03-20", "home", "month")),
        ({**DAY, "date": "2026-03", "precision": "month"}, Incident("2026-03", "home", "month")),
        ({**DAY, "date": "2026-03", "precision": "about"}, Incident("2026-03", "home", "about")),
        ({**DAY, "place": "online", "reported": False}, Incident("2026-03-20", "online", reported=False)),
        (
            {**DAY, "what": "Stond daar", "evidence": "foto"},
            Incident("2026-03-20", "home", what="Stond daar", evidence="foto"),
        ),
        (
            {**DAY, "what": None, "precision": None, "reported": None, "nonsense": None},
            Incident("2026-03-20", "home"),
        ),
        ({**DAY, "what": " \u200b"}, Incident("2026-03-20", "home")),
        ({"date": "2026-03"}, Incident("2026-03", "unknown", "month")),
        ({"date": "2025"}, Incident("2025", "unknown", "about")),
        ({"date": "2025", "precision": "about"}, Incident("2025", "unknown", "about")),
        ({"what": "Mes"}, Incident(precision="", what="Mes")),
        ({"what": "Mes", "precision": "day"}, Incident(precision="", what="Mes")),
        ({"as_told": "rond Kerst"}, Incident(precision="", as_told="rond Kerst")),
        (
            {**DAY, "as_told": "op mijn verjaardag"},
            Incident("2026-03-20", "home", as_told="op mijn verjaardag"),
        ),
        ({**DAY, "until": "2026-03-21"}, Incident("2026-03-20", "home", until="2026-03-21")),
        ({**DAY, "date": "2026-03-01", "until": "2026-03"}, Incident("2026-03-01", "home", until="2026-03")),
        ({**DAY, "time": "23:59", "times": 41}, Incident("2026-03-20", "home", time="23:59", times=41)),
        ({**DAY, "times": 9999}, Incident("2026-03-20", "home", times=9999)),
        (
            {**DAY, "by": "zijn broer", "witness": "de buurvrouw", "report_number": "PL-1"},
            Incident("2026-03-20", "home", by="zijn broer", witness="de buurvrouw", report_number="PL-1"),
        ),
        ({"place": "unknown", "witness": "x"}, Incident(precision="", witness="x")),
    ],
)
def test_an_incident_is_parsed(raw: object, incident: Incident) -> None:
    assert parse_incident(raw, TODAY) == incident


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ({}, ["an incident needs a date, or something that was told"]),
        ({"date": None, "place": "home"}, ["an incident needs a date, or something that was told"]),
        ({"what": " \u200b\n", "times": 3}, ["an incident needs a date, or something that was told"]),
        ({"what": "x", "until": "2026-03-01"}, ["until: this needs a date"]),
        ({**DAY, "until": "2026-03-19"}, ["until: '2026-03-19' is before the date"]),
        ({**DAY, "until": "2026-03"}, ["until: '2026-03' is before the date"]),
        ({**DAY, "until": "2026-03-24"}, ["until: '2026-03-24' is in the future"]),
        ({**DAY, "time": "24:00"}, ["time: '24:00' is not a time as HH:MM"]),
        ({**DAY, "time": "9:30"}, ["time: '9:30' is not a time as HH:MM"]),
        ({**DAY, "time": 930}, ["time: 930 is not a time as HH:MM"]),
        *(
            ({**DAY, "times": times}, [f"times: {times!r} is not between 1 and 9999"])
            for times in (0, -1, 10000, 1.0, True, "3")
        ),
        ({**DAY, "date": "2025", "precision": "day"}, ["precision: a day needs a full date"]),
        ({**DAY, "date": "2025", "precision": "month"}, ["precision: a year needs the precision about"]),
        ({**DAY, "when": 1, "who": "x"}, ["when: this key does not exist", "who: this key does not exist"]),
        ({**DAY, "date": "2026-03-24"}, ["date: '2026-03-24' is in the future"]),
        ({**DAY, "date": "2026-04", "precision": "about"}, ["date: '2026-04' is in the future"]),
        ({**DAY, "date": "2026-02-30"}, ["date: '2026-02-30' is a day that does not exist"]),
        ({**DAY, "date": "2026-03", "precision": "day"}, ["precision: a day needs a full date"]),
        ({**DAY, "precision": "week"}, ["precision: 'week' is not one of the answers"]),
        ({**DAY, "precision": True}, ["precision: True is not one of the answers"]),
        ({**DAY, "place": "work"}, ["place: 'work' is not one of the answers"]),
        ({**DAY, "place": ["home"]}, ["place: a list is not one of the answers"]),
        ({**DAY, "what": 1}, ["what: 1 is not text"]),
        ({**DAY, "evidence": ["foto"]}, ["evidence: a list is not text"]),
        ({**DAY, "reported": "yes"}, ["reported: 'yes' is not true or false"]),
        ({**DAY, "reported": 1}, ["reported: 1 is not true or false"]),
        (
            {"date": 1, "reported": 0, "x": 1},
            [
                "x: this key does not exist",
                "date: 1 is not a date as YYYY-MM-DD, YYYY-MM or YYYY",
                "reported: 0 is not true or false",
            ],
        ),
        ([], ["a list is not an incident"]),
        ("2026-03-20", ["'2026-03-20' is not an incident"]),
        (None, ["None is not an incident"]),
    ],
)
def test_every_problem_of_an_incident_is_named(raw: object, messages: list[str]) -> None:
    assert problems_of(parse_incident, raw, TODAY) == messages


def test_the_codes_of_an_incident() -> None:
    assert [choice.code for choice in PRECISIONS] == ["day", "month", "about"]
    assert [choice.code for choice in PLACES] == ["home", "elsewhere", "online"]
    assert [choice.code for choice in ALL_PLACES] == ["home", "elsewhere", "online", "unknown"]


def test_what_was_not_recorded_is_null() -> None:
    assert Incident("2026-03", "online", "about").to_json() == {
        "date": "2026-03",
        "precision": "about",
        "place": "online",
        "what": None,
        "evidence": None,
        "reported": None,
        "until": None,
        "time": None,
        "times": 1,
        "as_told": None,
        "by": None,
        "witness": None,
        "report_number": None,
    }
    undated = parse_incident({"what": "Mes"}, TODAY).to_json()
    assert (undated["date"], undated["precision"], undated["place"]) == (None, None, "unknown")
    assert Incident("2026-03-01", "home", reported=False).to_json()["reported"] is False


@given(
    st.builds(
        Incident,
        date=st.sampled_from(["2026-03-20", "2024-02-29"]),
        place=st.sampled_from(["home", "elsewhere", "online"]),
        precision=st.sampled_from(["day", "month", "about"]),
        what=st.sampled_from(["", "Bedreigd \U0001f631"]),
        evidence=st.sampled_from(["", "foto"]),
        reported=st.sampled_from([None, True, False]),
        until=st.sampled_from(["", "2026-03-22"]),
        time=st.sampled_from(["", "00:00"]),
        times=st.sampled_from([1, 9999]),
        as_told=st.sampled_from(["", "gisteren"]),
        by=st.sampled_from(["", "een vriend"]),
        witness=st.sampled_from(["", "de buren"]),
        report_number=st.sampled_from(["", "7"]),
    )
)
def test_an_incident_survives_a_round_trip_through_json(incident: Incident) -> None:
    assert parse_incident(incident.to_json(), TODAY) == incident


def test_incidents_are_sorted_by_their_first_possible_day() -> None:
    def order(*dates: str) -> list[str]:
        return [one.date for one in chronological([Incident(date, "home", "about") for date in dates])]

    assert order("2026-03-20", "2025-11", "2026-03-01", "2026-03") == [
        "2025-11",
        "2026-03-01",
        "2026-03",
        "2026-03-20",
    ]
    assert order("2026-03", "2026-03-01") == ["2026-03", "2026-03-01"]
    assert chronological([]) == ()
    two, one, three = (Incident("2026-03-20", time=time) for time in ("09:00", "", "10:00"))
    undated, other = Incident(precision="", what="a"), Incident(precision="", what="b")
    assert chronological([undated, three, other, two, one]) == (one, two, three, undated, other)
    assert set(chronological(INCIDENTS)) == set(INCIDENTS)


def test_each_line_counts_as_its_times() -> None:
    assert count_incidents([Incident("2026-03-20"), Incident(precision="", what="x", times=41)]) == 42
    assert count_incidents([]) == 0


def test_an_incident_ended_on_its_last_day() -> None:
    assert Incident("2026-03-01", until="2026-03-20").last_date == "2026-03-20"
    assert Incident("2026-03-01").last_date == "2026-03-01"


def test_the_last_incident_is_the_one_that_ended_last() -> None:
    run, later, undated = (
        Incident("2026-03-01", until="2026-03-20"),
        Incident("2026-03-05"),
        Incident(precision="", what="a"),
    )

    assert last_to_end([run, later, undated]) == run
    assert last_to_end([later, replace(later, place="online")]) == Incident("2026-03-05", "online")
    assert last_to_end([replace(later, time="10:00"), later]) == Incident("2026-03-05", time="10:00")
    assert last_to_end([undated]) is None


@given(
    st.dictionaries(
        st.sampled_from(["date", "place", "until", "reported", "x"]),
        st.none() | st.text(max_size=3) | st.booleans(),
    )
)
def test_an_object_that_says_nothing_is_no_incident(raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        parse_incident(raw, TODAY)
