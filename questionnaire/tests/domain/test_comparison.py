from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import Assessment, Change, Comparison, Kind, compare, course
from questionnaire.domain.incidents import Incident
from questionnaire.tests import strategies
from questionnaire.tests.strategies import TODAY

UNKNOWN = {"unknown", "declined", "not_asked", "not_reached"}


def of(raw: dict[str, Any], *incidents: Incident, on: date = TODAY) -> Assessment:
    return Assessment(on, Answers.parse(raw, TODAY), incidents)


def told(then: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """All but what is open in both."""
    return [change for change in compare(of(then), of(now)).changes if change.kind is not Kind.OPEN]


@pytest.mark.parametrize(
    ("item", "then", "now", "expected"),
    [
        ("home_entry", "no", "yes", [(Kind.NEW, ("no",), ("yes",))]),
        ("home_entry", "yes", "no", [(Kind.GONE, ("yes",), ("no",))]),
        ("home_entry", "yes", "yes", [(Kind.STILL, ("yes",), ("yes",))]),
        ("home_entry", "no", "no", []),
        ("home_entry", "unknown", "yes", [(Kind.HEARD, ("unknown",), ("yes",))]),
        ("home_entry", None, "no", [(Kind.HEARD, ("not_reached",), ("no",))]),
        ("home_entry", "yes", "unknown", [(Kind.LOST, ("yes",), ("unknown",))]),
        ("home_entry", "yes", None, [(Kind.LOST, ("yes",), ("not_reached",))]),
        # Not knowing is a signal here, and still it is not known.
        ("tech_access", "unknown", "no", [(Kind.HEARD, ("unknown",), ("no",))]),
        ("tech_access", "no", "unknown", [(Kind.LOST, ("no",), ("unknown",))]),
        ("fear_level", 4, 8, [(Kind.MORE, ("4",), ("8",))]),
        ("fear_level", 0, 2, [(Kind.MORE, ("0",), ("2",))]),
        ("fear_level", 10, 2, [(Kind.LESS, ("10",), ("2",))]),
        ("fear_level", 2, 0, [(Kind.LESS, ("2",), ("0",))]),
        ("fear_level", 8, 8, [(Kind.STILL, ("8",), ("8",))]),
        ("contact_frequency", "weekly", "daily", [(Kind.MORE, ("weekly",), ("daily",))]),
        ("contact_frequency", "daily", "less", [(Kind.LESS, ("daily",), ("less",))]),
        ("contact_frequency", "daily", "not_lately", [(Kind.GONE, ("daily",), ("not_lately",))]),
        ("danger_now", "no", "soon", [(Kind.NEW, ("no",), ("soon",))]),
        ("fear_change", "more", "less", [(Kind.OTHERWISE, ("more",), ("less",))]),
        ("escalation", ["closer"], ["less"], [(Kind.OTHERWISE, ("closer",), ("less",))]),
        ("escalation", ["closer"], ["closer"], [(Kind.STILL, ("closer",), ("closer",))]),
        ("relationship", "partner", "ex_partner", [(Kind.OTHERWISE, ("partner",), ("ex_partner",))]),
        ("relationship", "colleague", "stranger", [(Kind.OTHERWISE, ("colleague",), ("stranger",))]),
        ("strangulation", "recent", "earlier", [(Kind.OTHERWISE, ("recent",), ("earlier",))]),
        ("strangulation", "earlier", "recent", [(Kind.OTHERWISE, ("earlier",), ("recent",))]),
        ("strangulation", "no", "recent", [(Kind.NEW, ("no",), ("recent",))]),
        ("fear_own_words", "Bang.", "Bang!", [(Kind.OTHERWISE, ("text",), ("text",))]),
        ("fear_own_words", "Bang.", "Bang.", [(Kind.STILL, ("text",), ("text",))]),
        ("last_incident", "2026-02", "2026-03", [(Kind.OTHERWISE, ("text",), ("text",))]),
        ("last_incident", "2026-02", "2026-02", []),
        (
            "threats",
            ["kill", "damage"],
            ["damage", "pet"],
            [
                (Kind.GONE, ("kill",), ()),
                (Kind.NEW, (), ("pet",)),
                (Kind.STILL, ("damage",), ("damage",)),
            ],
        ),
        ("threats", ["none"], ["kill"], [(Kind.NEW, (), ("kill",))]),
        ("threats", ["kill"], ["none"], [(Kind.GONE, ("kill",), ())]),
        ("threats", ["none"], ["none"], []),
        ("threats", "declined", ["kill", "pet"], [(Kind.HEARD, ("declined",), ("kill", "pet"))]),
        ("threats", ["kill"], "declined", [(Kind.LOST, ("kill",), ("declined",))]),
        (
            "violence",
            ["client_recent", "others"],
            ["client_earlier", "others"],
            [
                (Kind.OTHERWISE, ("client_recent",), ("client_earlier",)),
                (Kind.STILL, ("others",), ("others",)),
            ],
        ),
        (
            "police_contact",
            ["notified"],
            ["notified", "formal_report"],
            [(Kind.OTHERWISE, ("notified",), ("notified", "formal_report"))],
        ),
        (
            "behaviour_home",
            {"ring": "weekly", "loiter": "never", "damage": "once"},
            {"ring": "daily", "loiter": "sometimes", "damage": "unknown"},
            [
                (Kind.NEW, ("loiter=never",), ("loiter=sometimes",)),
                (Kind.MORE, ("ring=weekly",), ("ring=daily",)),
                (Kind.LOST, ("damage=once",), ("unknown",)),
            ],
        ),
        (
            "behaviour_home",
            {"ring": "weekly", "loiter": "once"},
            {"ring": "never", "loiter": "once"},
            [
                (Kind.STILL, ("loiter=once",), ("loiter=once",)),
                (Kind.GONE, ("ring=weekly",), ("ring=never",)),
            ],
        ),
        ("daily_life", {"sleep": "much"}, {"sleep": "some"}, [(Kind.LESS, ("sleep=much",), ("sleep=some",))]),
    ],
)
def test_what_became_of_an_answer(item: str, then: Any, now: Any, expected: Any) -> None:
    found = [(change.kind, change.then, change.now) for change in told({item: then}, {item: now})]

    assert found == expected


def test_a_grid_that_was_declined_is_lost_row_by_row() -> None:
    found = told({"behaviour_online": {"calls": "daily"}}, {"behaviour_online": "declined"})

    assert found == [Change("behaviour_online", Kind.LOST, ("calls=daily",), ("declined",), "calls")]


def test_what_is_open_in_both_is_still_open() -> None:
    comparison = compare(of({"weapons": "unknown"}), of({"weapons": "declined"}))

    assert Change("weapons", Kind.OPEN, ("unknown",), ("declined",)) in comparison.of(Kind.OPEN)
    assert {change.kind for change in comparison.changes} == {Kind.OPEN}
    assert {change.item for change in comparison.changes} == set(ITEMS)


def test_a_signal_is_one_that_was_or_is_raised() -> None:
    found = told({"threats": ["kill"], "relationship": "stranger"}, {"relationship": "colleague"})

    assert {change.item: change.is_signal for change in found} == {"threats": True, "relationship": False}


def test_an_absent_state_is_no_signal_here_even_where_it_is_raised() -> None:
    found = told({"tech_access": "unknown"}, {"tech_access": "no"})

    assert [change.is_signal for change in found] == [False]


def test_incidents_since_are_those_after_the_last_conversation() -> None:
    before, same_day, after = (
        Incident("2026-03-01", "home"),
        Incident("2026-03-10", "home"),
        Incident("2026-03-11", "online"),
    )
    then = of({}, before, on=date(2026, 3, 10))

    assert compare(then, of({}, before, same_day, after)).since == (after,)


def test_the_course_says_which_number_is_missing_and_why() -> None:
    raw = {
        "fear_level": 7,
        "contact_frequency": "daily",
        "behaviour_home": {"ring": "daily", "loiter": "never"},
    }
    first, second = course([of(raw, Incident("2026-03", "home", "month")), of({"fear_level": "declined"})])

    assert (first.fear, first.fear_state, first.frequency, first.frequency_state) == (
        7,
        "answered",
        "daily",
        "answered",
    )
    assert (first.behaviours, first.incidents) == (1, 1)
    assert (second.fear, second.fear_state, second.frequency, second.frequency_state) == (
        None,
        "declined",
        None,
        "not_reached",
    )
    assert (second.behaviours, second.incidents) == (0, 0)


MIRROR = {
    Kind.NEW: Kind.GONE,
    Kind.MORE: Kind.LESS,
    Kind.HEARD: Kind.LOST,
    Kind.STILL: Kind.STILL,
    Kind.OPEN: Kind.OPEN,
}
MIRROR |= {other: kind for kind, other in MIRROR.items()}


def _compared(then: strategies.Intake, now: strategies.Intake) -> Comparison:
    return compare(Assessment(TODAY, then.answers), Assessment(TODAY, now.answers))


@given(strategies.intakes(), strategies.intakes())
def test_unknown_is_never_no(then: strategies.Intake, now: strategies.Intake) -> None:
    for change in _compared(then, now).changes:
        was_known, is_known = not set(change.then) & UNKNOWN, not set(change.now) & UNKNOWN
        known = {
            (True, True): {Kind.NEW, Kind.MORE, Kind.STILL, Kind.OTHERWISE, Kind.LESS, Kind.GONE},
            (False, True): {Kind.HEARD},
            (True, False): {Kind.LOST},
            (False, False): {Kind.OPEN},
        }
        assert change.kind in known[was_known, is_known]


@given(strategies.intakes(), strategies.intakes())
def test_every_signal_of_either_time_is_told(then: strategies.Intake, now: strategies.Intake) -> None:
    changes = _compared(then, now).changes

    for item in ITEMS.values():
        raised = item.raised_codes - UNKNOWN
        told_then = {code for change in changes if change.item == item.id for code in change.then}
        told_now = {code for change in changes if change.item == item.id for code in change.now}
        assert then.answers.codes[item.id] & raised <= told_then
        assert now.answers.codes[item.id] & raised <= told_now


@given(strategies.intakes(), strategies.intakes())
def test_seen_from_the_other_side_new_is_gone_and_more_is_less(
    then: strategies.Intake, now: strategies.Intake
) -> None:
    there = {
        (change.item, change.row, change.then, change.now): change.kind
        for change in _compared(then, now).changes
    }
    back = {
        (change.item, change.row, change.now, change.then): change.kind
        for change in _compared(now, then).changes
    }

    for key, kind in there.items():
        # What happened grows older one way only.
        if kind is not Kind.OTHERWISE and key[0] != "violence":
            assert back[key] is MIRROR[kind]


@given(strategies.intakes())
def test_nothing_changed_where_the_same_was_said(intake: strategies.Intake) -> None:
    assert {change.kind for change in _compared(intake, intake).changes} <= {Kind.STILL, Kind.OPEN}
