"""Comparing two assessments: an answer is new, more, less or unknown, and never better."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import Assessment, Change, ChangeKind, Comparison, compare, trend
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import Item
from questionnaire.tests import strategies
from questionnaire.tests.strategies import TODAY

UNKNOWN = {"unknown", "declined", "not_asked", "not_reached"}


def assessment_of(raw: dict[str, Any], *incidents: Incident, on: date = TODAY) -> Assessment:
    return Assessment(on, Answers.parse(raw, TODAY), incidents)


def changes_between(then: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """Return all changes but those of questions that are unknown in both."""
    return [
        change
        for change in compare(assessment_of(then), assessment_of(now)).changes
        if change.kind is not ChangeKind.STILL_UNKNOWN
    ]


@pytest.mark.parametrize(
    ("item", "then", "now", "expected"),
    [
        ("home_entry", "no", "yes", [(ChangeKind.NEW, ("no",), ("yes",))]),
        ("home_entry", "yes", "no", [(ChangeKind.NOT_NAMED, ("yes",), ("no",))]),
        ("home_entry", "yes", "yes", [(ChangeKind.UNCHANGED, ("yes",), ("yes",))]),
        ("home_entry", "no", "no", []),
        ("home_entry", "unknown", "yes", [(ChangeKind.NOW_KNOWN, ("unknown",), ("yes",))]),
        ("home_entry", None, "no", [(ChangeKind.NOW_KNOWN, ("not_reached",), ("no",))]),
        ("home_entry", "yes", "unknown", [(ChangeKind.NOW_UNKNOWN, ("yes",), ("unknown",))]),
        ("home_entry", "yes", None, [(ChangeKind.NOW_UNKNOWN, ("yes",), ("not_reached",))]),
        # Not knowing is a signal here, and still it is not known.
        ("tech_access", "unknown", "no", [(ChangeKind.NOW_KNOWN, ("unknown",), ("no",))]),
        ("tech_access", "no", "unknown", [(ChangeKind.NOW_UNKNOWN, ("no",), ("unknown",))]),
        ("fear_level", 4, 8, [(ChangeKind.MORE, ("4",), ("8",))]),
        ("fear_level", 0, 2, [(ChangeKind.MORE, ("0",), ("2",))]),
        ("fear_level", 10, 2, [(ChangeKind.LESS, ("10",), ("2",))]),
        ("fear_level", 2, 0, [(ChangeKind.LESS, ("2",), ("0",))]),
        ("fear_level", 8, 8, [(ChangeKind.UNCHANGED, ("8",), ("8",))]),
        ("contact_frequency", "weekly", "daily", [(ChangeKind.MORE, ("weekly",), ("daily",))]),
        ("contact_frequency", "daily", "less", [(ChangeKind.LESS, ("daily",), ("less",))]),
        ("contact_frequency", "daily", "not_lately", [(ChangeKind.NOT_NAMED, ("daily",), ("not_lately",))]),
        ("danger_now", "no", "soon", [(ChangeKind.NEW, ("no",), ("soon",))]),
        ("fear_change", "more", "less", [(ChangeKind.DIFFERENT, ("more",), ("less",))]),
        ("escalation", ["closer"], ["less"], [(ChangeKind.DIFFERENT, ("closer",), ("less",))]),
        ("escalation", ["closer"], ["closer"], [(ChangeKind.UNCHANGED, ("closer",), ("closer",))]),
        ("relationship", "partner", "ex_partner", [(ChangeKind.DIFFERENT, ("partner",), ("ex_partner",))]),
        ("relationship", "colleague", "stranger", [(ChangeKind.DIFFERENT, ("colleague",), ("stranger",))]),
        ("strangulation", "recent", "earlier", [(ChangeKind.DIFFERENT, ("recent",), ("earlier",))]),
        ("strangulation", "earlier", "recent", [(ChangeKind.DIFFERENT, ("earlier",), ("recent",))]),
        ("strangulation", "no", "recent", [(ChangeKind.NEW, ("no",), ("recent",))]),
        ("fear_own_words", "Bang.", "Bang!", [(ChangeKind.DIFFERENT, ("text",), ("text",))]),
        ("fear_own_words", "Bang.", "Bang.", [(ChangeKind.UNCHANGED, ("text",), ("text",))]),
        ("last_incident", "2026-02", "2026-03", [(ChangeKind.DIFFERENT, ("text",), ("text",))]),
        ("last_incident", "2026-02", "2026-02", []),
        (
            "threats",
            ["kill", "damage"],
            ["damage", "pet"],
            [
                (ChangeKind.NOT_NAMED, ("kill",), ()),
                (ChangeKind.NEW, (), ("pet",)),
                (ChangeKind.UNCHANGED, ("damage",), ("damage",)),
            ],
        ),
        ("threats", ["none"], ["kill"], [(ChangeKind.NEW, (), ("kill",))]),
        ("threats", ["kill"], ["none"], [(ChangeKind.NOT_NAMED, ("kill",), ())]),
        ("threats", ["none"], ["none"], []),
        ("threats", "declined", ["kill", "pet"], [(ChangeKind.NOW_KNOWN, ("declined",), ("kill", "pet"))]),
        ("threats", ["kill"], "declined", [(ChangeKind.NOW_UNKNOWN, ("kill",), ("declined",))]),
        (
            "violence",
            ["client_recent", "others"],
            ["client_earlier", "others"],
            [
                (ChangeKind.DIFFERENT, ("client_recent",), ("client_earlier",)),
                (ChangeKind.UNCHANGED, ("others",), ("others",)),
            ],
        ),
        (
            "police_contact",
            ["notified"],
            ["notified", "formal_report"],
            [(ChangeKind.DIFFERENT, ("notified",), ("notified", "formal_report"))],
        ),
        (
            "behaviour_home",
            {"ring": "weekly", "loiter": "never", "damage": "once"},
            {"ring": "daily", "loiter": "sometimes", "damage": "unknown"},
            [
                (ChangeKind.NEW, ("loiter=never",), ("loiter=sometimes",)),
                (ChangeKind.MORE, ("ring=weekly",), ("ring=daily",)),
                (ChangeKind.NOW_UNKNOWN, ("damage=once",), ("unknown",)),
            ],
        ),
        (
            "behaviour_home",
            {"ring": "weekly", "loiter": "once"},
            {"ring": "never", "loiter": "once"},
            [
                (ChangeKind.UNCHANGED, ("loiter=once",), ("loiter=once",)),
                (ChangeKind.NOT_NAMED, ("ring=weekly",), ("ring=never",)),
            ],
        ),
        (
            "daily_life",
            {"sleep": "much"},
            {"sleep": "some"},
            [(ChangeKind.LESS, ("sleep=much",), ("sleep=some",))],
        ),
    ],
)
def test_an_answer_changes_in_one_of_nine_ways(item: str, then: Any, now: Any, expected: Any) -> None:
    changes = [
        (change.kind, change.then, change.now) for change in changes_between({item: then}, {item: now})
    ]

    assert changes == expected


@pytest.mark.parametrize("item", [item for item in ITEMS.values() if item.ordered], ids=lambda item: item.id)
def test_every_ordered_question_is_compared_as_ordered(item: Item) -> None:
    for more, less in combinations(item.codes, 2):
        crosses = more in item.raised_codes and less not in item.raised_codes

        assert [change.kind for change in changes_between({item.id: less}, {item.id: more})] == [
            ChangeKind.NEW if crosses else ChangeKind.MORE
        ]
        assert [change.kind for change in changes_between({item.id: more}, {item.id: less})] == [
            ChangeKind.NOT_NAMED if crosses else ChangeKind.LESS
        ]


def test_a_grid_that_was_declined_is_lost_row_by_row() -> None:
    changes = changes_between({"behaviour_online": {"calls": "daily"}}, {"behaviour_online": "declined"})

    assert changes == [
        Change("behaviour_online", ChangeKind.NOW_UNKNOWN, ("calls=daily",), ("declined",), "calls")
    ]


def test_what_is_unknown_in_both_is_still_unknown() -> None:
    comparison = compare(assessment_of({"weapons": "unknown"}), assessment_of({"weapons": "declined"}))

    assert Change("weapons", ChangeKind.STILL_UNKNOWN, ("unknown",), ("declined",)) in comparison.changes
    assert {change.kind for change in comparison.changes} == {ChangeKind.STILL_UNKNOWN}
    assert {change.item for change in comparison.changes} == set(ITEMS)


def test_a_change_is_a_signal_when_either_answer_is_raised() -> None:
    changes = changes_between(
        {"threats": ["kill"], "relationship": "stranger"}, {"relationship": "colleague"}
    )

    assert {change.item: change.is_signal for change in changes} == {"threats": True, "relationship": False}


def test_an_absent_state_is_no_signal_of_a_change_even_where_it_is_raised() -> None:
    changes = changes_between({"tech_access": "unknown"}, {"tech_access": "no"})

    assert [change.is_signal for change in changes] == [False]


def test_new_incidents_are_those_after_the_last_conversation() -> None:
    before, same_day, after = (
        Incident("2026-03-01", "home"),
        Incident("2026-03-10", "home"),
        Incident("2026-03-11", "online"),
    )
    then = assessment_of({}, before, on=date(2026, 3, 10))

    assert compare(then, assessment_of({}, before, same_day, after)).new_incidents == (after,)


def test_an_incident_without_a_date_is_new_when_it_was_not_in_the_log() -> None:
    known, told_now = Incident(what="Stond voor de deur."), Incident(what="Belde om vier uur 's nachts.")
    then = assessment_of({}, known, on=date(2026, 3, 10))

    assert compare(then, assessment_of({}, known, told_now)).new_incidents == (told_now,)


def test_a_trend_has_the_reason_why_a_number_is_missing() -> None:
    raw = {
        "fear_level": 7,
        "contact_frequency": "daily",
        "behaviour_home": {"ring": "daily", "loiter": "never"},
    }
    first, second = trend(
        [assessment_of(raw, Incident("2026-03", "home", "month")), assessment_of({"fear_level": "declined"})]
    )

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
    ChangeKind.NEW: ChangeKind.NOT_NAMED,
    ChangeKind.MORE: ChangeKind.LESS,
    ChangeKind.NOW_KNOWN: ChangeKind.NOW_UNKNOWN,
    ChangeKind.UNCHANGED: ChangeKind.UNCHANGED,
    ChangeKind.STILL_UNKNOWN: ChangeKind.STILL_UNKNOWN,
}
MIRROR |= {other: kind for kind, other in MIRROR.items()}


def _compared(then: strategies.Intake, now: strategies.Intake) -> Comparison:
    return compare(Assessment(TODAY, then.answers), Assessment(TODAY, now.answers))


@pytest.mark.untraced
@given(strategies.intakes(), strategies.intakes())
def test_unknown_is_never_no(then: strategies.Intake, now: strategies.Intake) -> None:
    for change in _compared(then, now).changes:
        was_known, is_known = not set(change.then) & UNKNOWN, not set(change.now) & UNKNOWN
        known = {
            (True, True): {
                ChangeKind.NEW,
                ChangeKind.MORE,
                ChangeKind.UNCHANGED,
                ChangeKind.DIFFERENT,
                ChangeKind.LESS,
                ChangeKind.NOT_NAMED,
            },
            (False, True): {ChangeKind.NOW_KNOWN},
            (True, False): {ChangeKind.NOW_UNKNOWN},
            (False, False): {ChangeKind.STILL_UNKNOWN},
        }
        assert change.kind in known[was_known, is_known]


@pytest.mark.untraced
@given(strategies.intakes(), strategies.intakes())
def test_every_signal_of_either_time_is_in_a_change(then: strategies.Intake, now: strategies.Intake) -> None:
    codes_then: dict[str, set[str]] = {item_id: set() for item_id in ITEMS}
    codes_now: dict[str, set[str]] = {item_id: set() for item_id in ITEMS}
    for change in _compared(then, now).changes:
        codes_then[change.item].update(change.then)
        codes_now[change.item].update(change.now)

    for item in ITEMS.values():
        signals = item.raised_codes - UNKNOWN
        assert then.answers.codes[item.id] & signals <= codes_then[item.id]
        assert now.answers.codes[item.id] & signals <= codes_now[item.id]


@pytest.mark.untraced
@given(strategies.intakes(), strategies.intakes())
def test_backwards_new_is_not_named_and_more_is_less(then: strategies.Intake, now: strategies.Intake) -> None:
    forth = {
        (change.item, change.row, change.then, change.now): change.kind
        for change in _compared(then, now).changes
    }
    back = {
        (change.item, change.row, change.now, change.then): change.kind
        for change in _compared(now, then).changes
    }

    for key, kind in forth.items():
        # What happened grows older one way only.
        if kind is not ChangeKind.DIFFERENT and key[0] != "violence":
            assert back[key] is MIRROR[kind]


@given(strategies.intakes())
def test_the_same_answers_give_no_change(intake: strategies.Intake) -> None:
    assert {change.kind for change in _compared(intake, intake).changes} <= {
        ChangeKind.UNCHANGED,
        ChangeKind.STILL_UNKNOWN,
    }
