"""Find for each advice the fewest answers without which it is given less urgently.

To take an answer back makes it not reached: an item as a whole, a table cell by cell, the log as a whole. The
sets are exact, as the tree tells them: to end an "any of", end each part that holds; to end an "all of", end
one. What is left to choose is small: a part of each "all of", and the cell that a count may keep.

An answer that an `Unless` names (the tie) is a case of its own: to take it back can open the circle, never
close it. So each set is looked for twice: with the tie as it stands, and with the tie taken back from the
start. Every set is tried on the rule before it is given.
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

#: What is taken back: an item as a whole (its code is ""), a cell of a table, or the log.
Answer = tuple[str, str]
Taken = frozenset[Answer]

_WHOLE: Final = ""
_NOTHING: Final[Taken] = frozenset()


def what_would_change(rules: Sequence[Rule], facts: Facts) -> dict[str, tuple[Because, ...]]:
    """By advice given: the answers that would have to be taken back; none where it always stands.

    Of sets of one size the first in questionnaire order.
    """
    return {rule.code: _fewest(rule, facts) for rule in rules if rule.level(facts) is not None}


def _fewest(rule: Rule, facts: Facts) -> tuple[Because, ...]:
    level = rule.level(facts) or 0
    as_urgent = any_of(*(condition for urgency, condition in rule.levels.items() if urgency >= level))
    ties = frozenset(_ties(as_urgent))
    given_ties = frozenset((item_id, _WHOLE) for item_id in ties)
    found = {
        taken | more
        for taken in {_NOTHING, given_ties}
        for more in _endings(as_urgent, _without(facts, taken), ties)
    }
    for taken in sorted(found, key=_size_and_place):
        if (rule.level(_without(facts, taken)) or 0) < level:
            return in_order(_as_given(taken, facts))
    return ()


def _ties(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Unless):
        yield condition.item
    if isinstance(condition, Term):
        yield from _ties(condition.condition)
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _ties(part)


def _endings(condition: Condition, facts: Facts, ties: frozenset[str]) -> list[Taken]:
    """Return the smallest sets of answers without which the condition does not hold; ties stay."""
    if not condition.holds(facts):
        return [_NOTHING]
    if isinstance(condition, Term):
        return _endings(condition.condition, facts, ties)
    if isinstance(condition, AllOf):
        return _smallest(taken for part in condition.parts for taken in _endings(part, facts, ties))
    if isinstance(condition, AnyOf):
        found = [_NOTHING]
        for part in condition.parts:
            more = _endings(part, facts, ties)
            found = _smallest(taken | other for taken, other in product(found, more))
        return found
    if isinstance(condition, Unless):
        return []
    if isinstance(condition, CountAtLeast):
        return _uncounted(condition, facts)
    reasons = condition.because(facts)
    return [] if ties.intersection(reasons) else [frozenset(_answers(reasons))]


def _uncounted(condition: CountAtLeast, facts: Facts) -> list[Taken]:
    """All that is counted but what may stay: as much as stays below the count."""
    counted = frozenset(_answers(condition.because(facts)))
    remaining = (frozenset(some) for size in range(condition.least) for some in combinations(counted, size))
    return _smallest(
        counted - stay
        for stay in remaining
        if sum(facts.incidents if item_id == INCIDENTS else 1 for item_id, _cell in stay) < condition.least
    )


def _answers(reasons: Reasons) -> Iterator[Answer]:
    for item_id, codes in reasons.items():
        if item_id in ITEMS and ITEMS[item_id].kind == "grid":
            yield from ((item_id, cell) for cell in codes)
        else:
            yield item_id, _WHOLE


def _smallest(sets: Iterable[Taken]) -> list[Taken]:
    """Without those that hold another one of them."""
    found: list[Taken] = []
    for taken in sorted(set(sets), key=len):
        if not any(smaller <= taken for smaller in found):
            found.append(taken)
    return found


def _without(facts: Facts, taken: Taken) -> Facts:
    codes = dict(facts.codes)
    for item_id, cell in taken - {(INCIDENTS, _WHOLE)}:
        rest = codes[item_id] - {cell} if cell else frozenset[str]()
        codes[item_id] = rest or frozenset((NOT_REACHED,))
    return Facts(codes, 0 if (INCIDENTS, _WHOLE) in taken else facts.incidents)


def _size_and_place(taken: Taken) -> tuple[int, list[tuple[int, int]]]:
    places = (
        (ITEM_ORDER.get(item_id, len(ITEM_ORDER)), ITEMS[item_id].codes.index(cell) if cell else 0)
        for item_id, cell in taken
    )
    return len(taken), sorted(places)


def _as_given(taken: Taken, facts: Facts) -> Reasons:
    given: Reasons = {}
    for item_id, cell in taken:
        if item_id == INCIDENTS:
            given[item_id] = frozenset((str(facts.incidents),))
        else:
            given[item_id] = given.get(item_id, frozenset()) | ({cell} if cell else facts.codes[item_id])
    return given
