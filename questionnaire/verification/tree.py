"""Walk through conditions: their parts, their leaves, and variables that stand for parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, TypeVar

from questionnaire.domain.advice.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Includes,
    Reasons,
    Term,
    Unless,
)

T = TypeVar("T")

#: The codes of an answer.
Codes = frozenset[str]

NO_CODES: Final[Codes] = frozenset()
_ON: Final = frozenset(("on",))


def is_leaf(condition: Condition) -> bool:
    """Return whether a condition reads answers itself."""
    return not isinstance(condition, AllOf | AnyOf | Unless | Term)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions that a combinator combines; none for a leaf."""
    if isinstance(condition, AllOf | AnyOf):
        return condition.parts
    if isinstance(condition, Unless):
        return (condition.part,)
    return (condition.condition,) if isinstance(condition, Term) else ()


def with_parts(condition: Condition, parts: tuple[Condition, ...]) -> Condition:
    """Return the same combinator with other parts; for a term, its new condition."""
    if isinstance(condition, AllOf | AnyOf):
        return type(condition)(parts)
    return type(condition)(parts[0], condition.item) if isinstance(condition, Unless) else parts[0]


def nodes_of(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all conditions inside it."""
    yield condition
    for part in parts_of(condition):
        yield from nodes_of(part)


def leaves_of(condition: Condition, positive: bool = True) -> Iterator[tuple[Condition, bool]]:
    """Yield the leaves, each with its sign: False under an odd number of negations."""
    if is_leaf(condition):
        yield condition, positive
    for part in parts_of(condition):
        yield from leaves_of(part, positive is not isinstance(condition, Unless))


@dataclass(frozen=True, slots=True)
class Variable(Condition):
    """Stands for a condition that may hold or not, whatever the answers."""

    name: str
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset((self.name,)))

    def holds(self, facts: Facts) -> bool:
        return bool(facts.codes[self.name])

    def because(self, facts: Facts) -> Reasons:
        return {self.name: facts.codes[self.name]} if self.holds(facts) else {}


def facts_of(names: Collection[str], on: Collection[str], unless_items: Collection[str] = ()) -> Facts:
    """Return facts in which the variables `on` hold; `unless_items` are the items that an `Unless` names."""
    codes = {name: _ON if name in on else NO_CODES for name in names}
    return Facts(codes | dict.fromkeys(unless_items, _ON), 0)


def by_size(names: Collection[T]) -> Iterator[frozenset[T]]:
    """Yield every subset of these, the smallest first."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def name_of(condition: Condition) -> str:
    """Return a condition in a few words, for a fault."""
    if isinstance(condition, Term):
        return condition.name
    if isinstance(condition, Includes):
        return describe({condition.item: condition.codes})
    if isinstance(condition, CountAtLeast):
        return f"a count of {condition.least}"
    return f"{type(condition).__name__}({'; '.join(map(name_of, parts_of(condition)))})"


def describe(answers: Mapping[str, Collection[str]]) -> str:
    """Return answers as "item=code+code, item=code"."""
    return ", ".join(f"{item}={'+'.join(sorted(codes))}" for item, codes in answers.items()) or "nothing"
