from __future__ import annotations

from typing import Any

import pytest

from questionnaire.domain.advice.conditions import (
    ALWAYS,
    INCIDENTS,
    Condition,
    CountAtLeast,
    Facts,
    Term,
    Unless,
    all_of,
    any_cell,
    any_of,
    at_least,
    cell,
    includes,
    raised,
)
from questionnaire.domain.answers import Answers
from questionnaire.tests.strategies import TODAY

KILL = includes("threats", "kill")
PET = includes("threats", "pet")
ARMED = includes("weapons", "used", "has")


def facts(raw: dict[str, Any], incidents: int = 0) -> Facts:
    return Facts(Answers.parse(raw, TODAY).codes, incidents)


def why(condition: Condition, raw: dict[str, Any], incidents: int = 0) -> dict[str, set[str]]:
    read = facts(raw, incidents)
    reasons = {item: set(codes) for item, codes in condition.because(read).items()}
    assert condition.holds(read) == bool(reasons)
    return reasons


def test_a_leaf_holds_because_of_the_codes_it_names() -> None:
    assert why(KILL, {"threats": ["kill", "pet"]}) == {"threats": {"kill"}}
    assert why(KILL, {"threats": ["pet"]}) == {}
    assert why(KILL, {"threats": "unknown"}) == {}
    assert why(KILL, {}) == {}
    assert KILL.reads == {"threats"}


def test_raised_holds_for_each_signal_and_for_no_other_answer() -> None:
    assert why(raised("children"), {"children": ["shared", "cares_for"]}) == {
        "children": {"shared", "cares_for"}
    }
    assert why(raised("children"), {"children": "unknown"}) == {"children": {"unknown"}}
    assert why(raised("children"), {"children": "declined"}) == {}
    assert why(raised("children"), {"children": ["none"]}) == {}
    assert why(raised("fear_own_words"), {"fear_own_words": "Bang"}) == {"fear_own_words": {"text"}}


def test_a_cell_is_one_row_in_the_columns_named() -> None:
    grid = {"behaviour_online": {"tracking": "once", "calls": "daily", "posts": "unknown"}}

    assert why(cell("behaviour_online", "tracking"), grid) == {"behaviour_online": {"tracking=once"}}
    assert why(cell("behaviour_online", "tracking", "weekly", "daily"), grid) == {}
    assert why(cell("behaviour_online", "posts"), grid) == {}
    assert why(any_cell("behaviour_online", "weekly", "daily"), grid) == {"behaviour_online": {"calls=daily"}}
    assert why(raised("behaviour_online"), grid) == {"behaviour_online": {"tracking=once", "calls=daily"}}


@pytest.mark.parametrize(("level", "holds"), [(0, False), (3, False), (4, True), (10, True)])
def test_a_scale_is_at_a_number_or_higher(level: int, holds: bool) -> None:
    assert why(at_least("fear_level", 4), {"fear_level": level}) == (
        {"fear_level": {str(level)}} if holds else {}
    )


def test_all_of_needs_every_part_and_names_them_together() -> None:
    both = all_of(KILL, ARMED)

    assert why(both, {"threats": ["kill"], "weapons": ["has"]}) == {"threats": {"kill"}, "weapons": {"has"}}
    assert why(both, {"threats": ["kill"]}) == {}
    assert why(all_of(KILL, PET), {"threats": ["kill", "pet"]}) == {"threats": {"kill", "pet"}}
    assert both.reads == {"threats", "weapons"}


def test_any_of_needs_one_part_and_names_every_one_that_holds() -> None:
    either = any_of(KILL, PET, ARMED)

    assert why(either, {"threats": ["kill", "pet", "hurt"]}) == {"threats": {"kill", "pet"}}
    assert why(either, {"weapons": ["used"]}) == {"weapons": {"used"}}
    assert why(either, {"weapons": ["can_get"]}) == {}
    assert either.reads == {"threats", "weapons"}


def test_what_always_holds_has_no_reason_and_reads_nothing() -> None:
    assert ALWAYS.holds(facts({}))
    assert ALWAYS.because(facts({})) == {}
    assert ALWAYS.reads == frozenset()
    assert not any_of().holds(facts({}))


def test_unless_is_the_opposite_and_names_the_answer_for_which_it_holds() -> None:
    unless = Unless(includes("relationship", "stranger"), "relationship")

    assert unless.holds(facts({}))
    assert unless.because(facts({})) == {"relationship": {"not_reached"}}
    assert unless.because(facts({"relationship": "declined"})) == {"relationship": {"declined"}}
    assert not unless.holds(facts({"relationship": "stranger"}))
    assert unless.because(facts({"relationship": "stranger"})) == {}
    assert unless.reads == {"relationship"}


def test_a_count_adds_raised_cells_and_incidents() -> None:
    two = CountAtLeast(2, ("behaviour_home", "behaviour_online"))
    one = {"behaviour_home": {"ring": "once", "damage": "never", "letters": "unknown"}}

    assert why(two, one) == {}
    assert why(two, one, incidents=1) == {"behaviour_home": {"ring=once"}, INCIDENTS: {"1"}}
    assert why(two, {}, incidents=2) == {INCIDENTS: {"2"}}
    assert why(two, {}, incidents=1) == {}
    assert why(two, {**one, "behaviour_online": {"calls": "daily"}}) == {
        "behaviour_home": {"ring=once"},
        "behaviour_online": {"calls=daily"},
    }
    assert why(two, {"behaviour_elsewhere": {"follow": "daily", "approach": "daily"}}) == {}
    assert two.reads == {"behaviour_home", "behaviour_online", INCIDENTS}


@pytest.mark.parametrize(
    ("item_id", "codes"),
    [("threats", ("love",)), ("threats", ()), ("orders", ("unknown",)), ("threats", ("kill", "x"))],
)
def test_a_leaf_names_no_code_that_does_not_exist(item_id: str, codes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=f"{item_id} has no codes"):
        includes(item_id, *codes)


class Counting(Condition):
    """Counts how often it is evaluated."""

    reads = frozenset({"threats"})

    def __init__(self) -> None:
        self.held = self.explained = 0

    def holds(self, facts: Facts) -> bool:
        self.held += 1
        return KILL.holds(facts)

    def because(self, facts: Facts) -> dict[str, frozenset[str]]:
        self.explained += 1
        return KILL.because(facts)


@pytest.mark.parametrize("threat", ["kill", "pet"])
def test_a_term_is_worked_out_once_for_the_same_facts(threat: str) -> None:
    counting = Counting()
    term = Term("counting", counting)
    read = facts({"threats": [threat]})

    for _time in range(3):
        assert term.holds(read) == (threat == "kill")
        assert term.because(read) == ({"threats": {"kill"}} if threat == "kill" else {})

    assert (counting.held, counting.explained) == (1, 1)
    assert term.reads == {"threats"}


def test_what_if_facts_keep_only_the_terms_that_cannot_change() -> None:
    counting = Counting()
    term = Term("counting", counting)
    read = facts({"threats": ["kill"]}, incidents=3)
    assert term.holds(read)

    (other,) = read.imagine("weapons", [frozenset({"has"})])
    assert term.holds(other)
    assert counting.held == 1
    assert other.codes["weapons"] == {"has"}
    assert other.codes["threats"] == {"kill"}
    assert other.incidents == 3

    with_, without = read.imagine("threats", [frozenset({"kill"}), frozenset({"unknown"})])
    assert term.holds(with_)
    assert not term.holds(without)
    assert term.because(without) == {}
    assert read.codes["threats"] == {"kill"}
