"""Incidents: how they are parsed, stored and sorted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import PLACES, PRECISIONS, Incident, chronological, parse_incident
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
    ],
)
def test_an_incident_is_parsed(raw: object, incident: Incident) -> None:
    assert parse_incident(raw, TODAY) == incident


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ({}, ["date: this is missing", "place: this is missing"]),
        ({"date": None, "place": None}, ["date: this is missing", "place: this is missing"]),
        ({**DAY, "when": 1, "who": "x"}, ["when: this key does not exist", "who: this key does not exist"]),
        ({**DAY, "date": "2026-03-24"}, ["date: '2026-03-24' is in the future"]),
        ({**DAY, "date": "2026-04", "precision": "about"}, ["date: '2026-04' is in the future"]),
        ({**DAY, "date": "2026-02-30"}, ["date: '2026-02-30' is a day that does not exist"]),
        ({**DAY, "date": "2026-03"}, ["date: a month needs the precision month or about"]),
        (
            {**DAY, "date": "2026-03", "precision": "day"},
            ["date: a month needs the precision month or about"],
        ),
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
                "place: this is missing",
                "date: 1 is not a date as YYYY-MM-DD or YYYY-MM",
                "reported: 0 is not true or false",
            ],
        ),
        ([], ["a list is not an incident with a date and a place"]),
        ("2026-03-20", ["'2026-03-20' is not an incident with a date and a place"]),
        (None, ["None is not an incident with a date and a place"]),
    ],
)
def test_every_problem_of_an_incident_is_named(raw: object, messages: list[str]) -> None:
    assert problems_of(parse_incident, raw, TODAY) == messages


def test_the_codes_of_an_incident() -> None:
    assert [choice.code for choice in PRECISIONS] == ["day", "month", "about"]
    assert [choice.code for choice in PLACES] == ["home", "elsewhere", "online"]


def test_what_was_not_recorded_is_null() -> None:
    assert Incident("2026-03", "online", "about").to_json() == {
        "date": "2026-03",
        "precision": "about",
        "place": "online",
        "what": None,
        "evidence": None,
        "reported": None,
    }
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
    assert set(chronological(INCIDENTS)) == set(INCIDENTS)


@given(
    st.dictionaries(
        st.sampled_from(["date", "place", "what", "reported", "x"]),
        st.none() | st.text(max_size=3) | st.booleans(),
    )
)
def test_an_object_without_a_valid_date_is_no_incident(raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        parse_incident(raw, TODAY)
