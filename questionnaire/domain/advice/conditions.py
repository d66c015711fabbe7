"""Define the conditions of rules: leaves that read one item, and all of, any of, unless, and counts.

Every condition knows which items it reads (`reads`), whether it holds, and which answers make it hold
(`because`: item id to codes, empty when it does not hold). Adding a signal never makes a condition of
this module stop holding, with one exception: `Unless`, made for a relationship outside home and family.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from questionnaire.domain.catalogue import ITEMS

#: The incident log, read by conditions as if it were an item; its one code is the number of incidents.
INCIDENTS: Final = "incidents"

#: Item ids to the codes that count. Never changed once made: terms share them.
Reasons = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions read: the codes of every item, and how many incidents were logged."""

    codes: Mapping[str, frozenset[str]]
    incidents: int
    #: Whether each named term that was evaluated so far holds, and why: a cache.
    known: dict[Term, bool] = field(default_factory=dict)
    explained: dict[Term, Reasons] = field(default_factory=dict)

    def imagine(self, item_id: str, answers: Iterable[frozenset[str]]) -> Iterator[Facts]:
        """Yield the same facts with the codes of one item replaced, once for each of `answers`."""
        unchanged = {term: result for term, result in self.known.items() if item_id not in term.reads}
        for codes in answers:
            yield Facts({**self.codes, item_id: codes}, self.incidents, unchanged.copy())


class Condition(ABC):
    """Something that holds or does not hold for given facts."""

    __slots__ = ()
    reads: frozenset[str]

    @abstractmethod
    def holds(self, facts: Facts) -> bool: ...

    @abstractmethod
    def because(self, facts: Facts) -> Reasons:
        """Return the answers that make it hold; none when it does not."""


@dataclass(frozen=True, slots=True)
class Includes(Condition):
    """The answer to one item includes one of these codes."""

    item: str
    codes: frozenset[str]
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        known = set(ITEMS[self.item].codes) | ITEMS[self.item].raised_codes
        if not self.codes or self.codes - known:
            raise ValueError(f"{self.item} has no codes {sorted(self.codes - known)}")
        object.__setattr__(self, "reads", frozenset((self.item,)))

    def holds(self, facts: Facts) -> bool:
        return not self.codes.isdisjoint(facts.codes[self.item])

    def because(self, facts: Facts) -> Reasons:
        codes = self.codes & facts.codes[self.item]
        return {self.item: codes} if codes else {}


@dataclass(frozen=True, slots=True)
class CountAtLeast(Condition):
    """Raised cells of these grids and logged incidents are together at least so many."""

    least: int
    grids: tuple[str, ...]
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset((*self.grids, INCIDENTS)))

    def holds(self, facts: Facts) -> bool:
        count = facts.incidents
        for grid in self.grids:
            count += len(ITEMS[grid].raised_codes & facts.codes[grid])
        return count >= self.least

    def because(self, facts: Facts) -> Reasons:
        if not self.holds(facts):
            return {}
        raised = {grid: ITEMS[grid].raised_codes & facts.codes[grid] for grid in self.grids}
        log = {INCIDENTS: frozenset((str(facts.incidents),))} if facts.incidents else {}
        return {grid: cells for grid, cells in raised.items() if cells} | log


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """Every part holds; without parts it always holds."""

    parts: tuple[Condition, ...]
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", _reads(self.parts))

    def holds(self, facts: Facts) -> bool:
        for part in self.parts:  # noqa: SIM110  (a generator costs half as much again)
            if not part.holds(facts):
                return False
        return True

    def because(self, facts: Facts) -> Reasons:
        return _together(self.parts, facts) if self.holds(facts) else {}


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one part holds; every part that does is a reason.

    `sought` are the codes of the parts that look for some in an item, taken together by item: rules consist
    of these for the most part, and to call each costs more than to look. `others` are the other parts.
    """

    parts: tuple[Condition, ...]
    reads: frozenset[str] = field(init=False)
    sought: tuple[tuple[str, frozenset[str]], ...] = field(init=False, repr=False, compare=False)
    others: tuple[Condition, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sought: Reasons = {}
        for part in self.parts:
            if isinstance(part, Includes):
                sought[part.item] = sought.get(part.item, frozenset()) | part.codes
        object.__setattr__(self, "reads", _reads(self.parts))
        object.__setattr__(self, "sought", tuple(sought.items()))
        object.__setattr__(self, "others", tuple(p for p in self.parts if not isinstance(p, Includes)))

    def holds(self, facts: Facts) -> bool:
        answers = facts.codes
        for item_id, codes in self.sought:
            if not codes.isdisjoint(answers[item_id]):
                return True
        for part in self.others:  # noqa: SIM110
            if part.holds(facts):
                return True
        return False

    def because(self, facts: Facts) -> Reasons:
        found, answers = _together(self.others, facts), facts.codes
        for item_id, codes in self.sought:
            if here := codes & answers[item_id]:
                found[item_id] = found[item_id] | here if item_id in found else here
        return found


@dataclass(frozen=True, slots=True)
class Unless(Condition):
    """The one negation: it holds as long as `part` does not.

    Its reason is the answer to `item`, an absent state included. So where `terms.CIRCLE` counts, the
    relationship is named, but for one outside it: that is no reason.
    """

    part: Condition
    item: str
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", self.part.reads)

    def holds(self, facts: Facts) -> bool:
        return not self.part.holds(facts)

    def because(self, facts: Facts) -> Reasons:
        return {self.item: facts.codes[self.item]} if self.holds(facts) else {}


@dataclass(frozen=True, slots=True, eq=False)
class Term(Condition):
    """A condition with a name, evaluated once for the same facts."""

    name: str
    condition: Condition
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", self.condition.reads)

    def holds(self, facts: Facts) -> bool:
        result = facts.known.get(self)
        if result is None:
            result = facts.known[self] = self.condition.holds(facts)
        return result

    def because(self, facts: Facts) -> Reasons:
        reasons = facts.explained.get(self)
        if reasons is None:
            reasons = facts.explained[self] = self.condition.because(facts)
        return reasons


def _reads(parts: Iterable[Condition]) -> frozenset[str]:
    return frozenset(item_id for part in parts for item_id in part.reads)


def _together(parts: Iterable[Condition], facts: Facts) -> Reasons:
    found: Reasons = {}
    for part in parts:
        for item_id, codes in part.because(facts).items():
            found[item_id] = found[item_id] | codes if item_id in found else codes
    return found


ALWAYS: Final = AllOf(())


def all_of(*parts: Condition) -> AllOf:
    """Return a condition: every part holds."""
    return AllOf(parts)


def any_of(*parts: Condition) -> AnyOf:
    """Return a condition: some part holds."""
    return AnyOf(parts)


def raised(item_id: str) -> Includes:
    """Return a condition: the answer includes a signal of the item; for a grid, some cell is one."""
    return Includes(item_id, ITEMS[item_id].raised_codes)


def includes(item_id: str, *codes: str) -> Includes:
    """Return a condition: the answer includes a code; an absent state only where the item raises it."""
    return Includes(item_id, frozenset(codes))


def cell(item_id: str, row: str, *columns: str) -> Includes:
    """Return a condition: a row of a grid is in one of these columns, or of those that are signals."""
    return Includes(
        item_id, frozenset(f"{row}={column}" for column in columns or sorted(ITEMS[item_id].raises))
    )


def any_cell(item_id: str, *columns: str) -> Includes:
    """Return a condition: some row of a grid is in one of these columns."""
    rows = ITEMS[item_id].rows
    return Includes(item_id, frozenset(f"{row.code}={column}" for row in rows for column in columns))


def at_least(item_id: str, number: int) -> Includes:
    """Return a condition: a scale is at this number or higher."""
    return Includes(item_id, frozenset(str(higher) for higher in range(number, 11)))
