"""Choose the few answers to an open item that together reach every level that any answer to it can reach.

Of the eleven numbers of the fear one is tried: no rule looks for a lower one without looking for it too, and
none tells a higher one from it. Which answers are left is worked out once, as a summary tries them for every
open item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from questionnaire.domain.advice.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Includes,
    Term,
    Unless,
)
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item, codes_of

#: Codes that a condition looks for in an item, and whether to find one only adds; else it only takes away.
_Sought = tuple[frozenset[str], bool]
#: An answer as sets of codes to compare one by one: those of a grid row by row, else all codes in one.
_Answer = tuple[frozenset[str], ...]

#: The column of a row that is open still.
UNKNOWN_COLUMN: Final = "unknown"


def possible_answers(item: Item, rows: Sequence[str], present: frozenset[str]) -> Sequence[frozenset[str]]:
    """Return the answers to try for an item; `rows` are the open rows of a grid that is answered in part.

    In a grid all open rows get one column after the other; its answered rows stay as they are in `present`.
    """
    if not rows:
        return _WHOLE[item.id]
    answered = {code for code in present if not code.endswith(f"={UNKNOWN_COLUMN}")}
    return [
        frozenset(answered.union([f"{row}={column}" for row in rows])) for column in _TRIED_COLUMNS[item.id]
    ]


def _sought(condition: Condition, adds: bool = True) -> Iterator[tuple[str, _Sought]]:
    """Yield what a condition looks for, by item."""
    if isinstance(condition, Includes):
        yield condition.item, (condition.codes, adds)
    elif isinstance(condition, CountAtLeast):
        for grid in condition.grids:
            yield grid, (ITEMS[grid].raised_codes, adds)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _sought(part, adds)
    elif isinstance(condition, Term):
        yield from _sought(condition.condition, adds)
    elif isinstance(condition, Unless):
        yield from _sought(condition.part, not adds)
    else:
        raise AssertionError(condition)


def _all_answers(item: Item) -> list[_Answer]:
    """Return answers that together reach what any does.

    As rules only add, all codes that can be chosen together reach what any of their subsets does.
    """
    if item.kind == "grid":
        return [_column(item, column) for column in codes_of(item.columns)]
    if item.kind == "many":
        alone = [(frozenset((code,)),) for code in sorted(item.exclusive)]
        return [(frozenset(item.codes) - item.exclusive,), *alone]
    return [(frozenset((code,)),) for code in item.codes]


def _open_answers(item: Item) -> list[_Answer]:
    """Return what an item can hold while it is open."""
    states = [(frozenset((state,)),) * max(len(item.rows), 1) for state in (*ABSENT_CODES, NOT_REACHED)]
    return [*states, _column(item, UNKNOWN_COLUMN)] if item.kind == "grid" else states


def _column(item: Item, column: str) -> _Answer:
    return tuple(frozenset((f"{row}={column}",)) for row in codes_of(item.rows))


def _tried(item: Item, sought: Iterable[_Sought]) -> list[_Answer]:
    """Return the answers that reach something that no other reaches, nor the item while it is open."""

    def reaches(one: _Answer, other: _Answer) -> bool:
        """Return whether one answer reaches at least what the other does, row by row."""
        for codes, adds in sought:
            for mine, yours in zip(one, other, strict=True):
                misses, missed = codes.isdisjoint(mine), codes.isdisjoint(yours)
                if misses is not missed and misses is adds:
                    return False
        return True

    tried: list[_Answer] = []
    for answer in _all_answers(item):
        adds_nothing = all(reaches(still_open, answer) for still_open in _open_answers(item))
        if not adds_nothing and not any(reaches(other, answer) for other in tried):
            tried = [*(other for other in tried if not reaches(answer, other)), answer]
    return tried


def _all_sought() -> dict[str, set[_Sought]]:
    """Return what the rules look for in each item."""
    found: dict[str, set[_Sought]] = {item_id: set() for item_id in ITEMS}
    for rule in RULES:
        for condition in rule.levels.values():
            for item_id, sought in _sought(condition):
                found[item_id].add(sought)
    return found


_SOUGHT: Final = _all_sought()
_TRIED: Final = {item.id: _tried(item, _SOUGHT[item.id]) for item in ITEMS.values()}
#: For an item of which nothing is answered.
_WHOLE: Final = {
    item_id: tuple(frozenset().union(*answer) for answer in answers) for item_id, answers in _TRIED.items()
}
#: The columns to try in a grid.
_TRIED_COLUMNS: Final = {
    item.id: tuple(column for column in codes_of(item.columns) if _column(item, column) in _TRIED[item.id])
    for item in ITEMS.values()
}
