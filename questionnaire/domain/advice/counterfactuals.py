"""Find for each piece of advice the fewest answers without which it is less urgent, or not given.

Removing an answer makes it not reached: an item as a whole, a grid cell by cell, the log as a whole. The tree
of conditions gives the sets exactly: an "any of" stops holding once all of its parts do, an "all of" once one
does. That leaves few choices: a part of each "all of", and which answers a count may keep.

The answer that an `Unless` names (the relationship) is special: removing it can make `rules.CIRCLE` hold, and
never stops that. So sets are searched twice: with that answer, and with it removed from the start. Every set
is tried on the rule before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Final

from questionnaire.domain.advice.conditions import (
    INCIDENTS,
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Reasons,
    Term,
    Unless,
    any_of,
)
from questionnaire.domain.advice.engine import Because, in_order
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.catalogue import ITEM_ORDER, ITEMS
from questionnaire.domain.items import NOT_REACHED

#: What can be removed: an item as a whole or the log (with the code ""), or a cell of a grid.
Answer = tuple[str, str]
Removed = frozenset[Answer]

_WHOLE: Final = ""
_NOTHING: Final[Removed] = frozenset()


def what_would_change(rules: Sequence[Rule], facts: Facts) -> dict[str, tuple[Because, ...]]:
    """Return for each advice code that is given the fewest answers to remove; none if it is always given.

    Of several such sets it is the first in questionnaire order.
    """
    return {rule.code: _fewest(rule, facts) for rule in rules if rule.level(facts) is not None}


def _fewest(rule: Rule, facts: Facts) -> tuple[Because, ...]:
    level = rule.level(facts) or 0
    as_urgent = any_of(*(condition for urgency, condition in rule.levels.items() if urgency >= level))
    kept_items = frozenset(_unless_items(as_urgent))
    unless_answers = frozenset((item_id, _WHOLE) for item_id in kept_items)
    found = {
        removed | more
        for removed in {_NOTHING, unless_answers}
        for more in _removals(as_urgent, _without(facts, removed), kept_items)
    }
    for removed in sorted(found, key=_size_and_place):
        if (rule.level(_without(facts, removed)) or 0) < level:
            return in_order(_reasons_of(removed, facts))
    return ()


def _unless_items(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Unless):
        yield condition.item
    if isinstance(condition, Term):
        yield from _unless_items(condition.condition)
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _unless_items(part)


def _removals(condition: Condition, facts: Facts, kept_items: frozenset[str]) -> list[Removed]:
    """Return the smallest sets of answers without which the condition does not hold, but for kept items."""
    if not condition.holds(facts):
        return [_NOTHING]
    if isinstance(condition, Term):
        return _removals(condition.condition, facts, kept_items)
    if isinstance(condition, AllOf):
        return _smallest(found for part in condition.parts for found in _removals(part, facts, kept_items))
    if isinstance(condition, AnyOf):
        found = [_NOTHING]
        for part in condition.parts:
            more = _removals(part, facts, kept_items)
            found = _smallest(removed | other for removed, other in product(found, more))
        return found
    if isinstance(condition, Unless):
        return []
    if isinstance(condition, CountAtLeast):
        return _count_removals(condition, facts)
    reasons = condition.because(facts)
    return [] if kept_items.intersection(reasons) else [frozenset(_answers(reasons))]


def _count_removals(condition: CountAtLeast, facts: Facts) -> list[Removed]:
    """Return the smallest sets of answers without which the count is too low."""
    counted = frozenset(_answers(condition.because(facts)))
    remaining = (frozenset(some) for size in range(condition.least) for some in combinations(counted, size))
    return _smallest(
        counted - kept
        for kept in remaining
        if sum(facts.incidents if item_id == INCIDENTS else 1 for item_id, _cell in kept) < condition.least
    )


def _answers(reasons: Reasons) -> Iterator[Answer]:
    for item_id, codes in reasons.items():
        if item_id in ITEMS and ITEMS[item_id].kind == "grid":
            yield from ((item_id, cell) for cell in codes)
        else:
            yield item_id, _WHOLE


def _smallest(sets: Iterable[Removed]) -> list[Removed]:
    """Return the sets that contain no other of them."""
    found: list[Removed] = []
    for removed in sorted(set(sets), key=len):
        if not any(smaller <= removed for smaller in found):
            found.append(removed)
    return found


def _without(facts: Facts, removed: Removed) -> Facts:
    codes = dict(facts.codes)
    for item_id, cell in removed - {(INCIDENTS, _WHOLE)}:
        rest = codes[item_id] - {cell} if cell else frozenset[str]()
        codes[item_id] = rest or frozenset((NOT_REACHED,))
    return Facts(codes, 0 if (INCIDENTS, _WHOLE) in removed else facts.incidents)


def _size_and_place(removed: Removed) -> tuple[int, list[tuple[int, int]]]:
    places = (
        (ITEM_ORDER.get(item_id, len(ITEM_ORDER)), ITEMS[item_id].codes.index(cell) if cell else 0)
        for item_id, cell in removed
    )
    return len(removed), sorted(places)


def _reasons_of(removed: Removed, facts: Facts) -> Reasons:
    given: Reasons = {}
    for item_id, cell in removed:
        if item_id == INCIDENTS:
            given[item_id] = frozenset((str(facts.incidents),))
        else:
            given[item_id] = given.get(item_id, frozenset()) | ({cell} if cell else facts.codes[item_id])
    return given
