"""What rules are made of, held to its laws: each leaf on every answer, each combinator on every truth.

A leaf reads one item. It holds for answers, never for an absent state that is no signal (P3). Its reasons are
codes of the answer that each make it hold, and without which it does not (P6). A combinator is what its name
says; its reasons are parts that hold, and without which it does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, islice, product
from typing import Final, TypeVar, cast

from questionnaire.domain.advice.conditions import (
    INCIDENTS,
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
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item
from questionnaire.verification.report import Fault, Report

T = TypeVar("T")
Codes = frozenset[str]

#: The kinds of step: from silence to an answer; to (more of) a signal; from an answer without one to silence.
ANSWERING: Final = "answering"
ADDING: Final = "adding"
WITHDRAWING: Final = "withdrawing"

SILENCE: Final = frozenset((NOT_REACHED,))
NO_CODES: Final[Codes] = frozenset()
_ABSENT: Final = (SILENCE, *(frozenset((code,)) for code in ABSENT_CODES))
_ON: Final = frozenset(("on",))
#: Stands for the item that an `Unless` names.
_TIE: Final = "tie"


def prove_parts(conditions: Sequence[Condition], report: Report) -> None:
    """The laws of every leaf and every combinator in these conditions."""
    nodes = dict.fromkeys(node for condition in conditions for node in nodes_of(condition))
    for node in nodes:
        if isinstance(node, CountAtLeast):
            _prove_count(node, report)
        elif is_leaf(node):
            _prove_leaf(node, report)
        else:
            _prove_told(node, report)
    for kind, parts in dict.fromkeys(
        (type(node), len(parts_of(node))) for node in nodes if not is_leaf(node)
    ):
        report.count("combinators, each number of parts apart")
        report.count("combinations of what the parts of a combinator can be", 2**parts)
        report.faults += _combinator_faults(kind, parts)


# --- The tree ------------------------------------------------------------------------------------------


def is_leaf(condition: Condition) -> bool:
    return not isinstance(condition, AllOf | AnyOf | Unless | Term)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, AllOf | AnyOf):
        return condition.parts
    if isinstance(condition, Unless):
        return (condition.part,)
    return (condition.condition,) if isinstance(condition, Term) else ()


def with_parts(condition: Condition, parts: tuple[Condition, ...]) -> Condition:
    """The same combinator of other parts; for a term, what it names."""
    if isinstance(condition, AllOf | AnyOf):
        return type(condition)(parts)
    return type(condition)(parts[0], condition.item) if isinstance(condition, Unless) else parts[0]


def nodes_of(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in parts_of(condition):
        yield from nodes_of(part)


def leaves_of(condition: Condition, upright: bool = True) -> Iterator[tuple[Condition, bool]]:
    """The leaves, each with its sign: False under an odd number of negations."""
    if is_leaf(condition):
        yield condition, upright
    for part in parts_of(condition):
        yield from leaves_of(part, upright is not isinstance(condition, Unless))


@dataclass(frozen=True, slots=True)
class Letter(Condition):
    """Stands for a condition of which only the truth counts."""

    name: str
    reads: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", frozenset((self.name,)))

    def holds(self, facts: Facts) -> bool:
        return bool(facts.codes[self.name])

    def because(self, facts: Facts) -> Reasons:
        return {self.name: facts.codes[self.name]} if self.holds(facts) else {}


def facts_of(names: Collection[str], on: Collection[str], ties: Collection[str] = ()) -> Facts:
    """Letters that hold or do not; `ties` are items that an `Unless` names."""
    codes = {name: _ON if name in on else NO_CODES for name in names}
    return Facts(codes | dict.fromkeys(ties, _ON), 0)


def by_size(names: Collection[T]) -> Iterator[frozenset[T]]:
    """Every choice among these, the smallest first."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


# --- In words ------------------------------------------------------------------------------------------


def named(condition: Condition) -> str:
    if isinstance(condition, Term):
        return condition.name
    if isinstance(condition, Includes):
        return said({condition.item: condition.codes})
    if isinstance(condition, CountAtLeast):
        return f"a count of {condition.least}"
    return f"{type(condition).__name__}({'; '.join(map(named, parts_of(condition)))})"


def said(answers: Mapping[str, Collection[str]]) -> str:
    """ "item=code+code, item=code"."""
    return ", ".join(f"{item}={'+'.join(sorted(codes))}" for item, codes in answers.items()) or "nothing"


# --- Answers and the steps between them ----------------------------------------------------------------


@cache
def answers_to(item_id: str) -> tuple[Codes, ...]:
    """Every answer as its codes, the absent states first. For a grid: every cell, and every two together."""
    item = ITEMS[item_id]
    singly = [frozenset((code,)) for code in item.codes]
    if item.kind == "grid":
        pairs = (one | other for one, other in combinations(singly, 2) if _row(one) != _row(other))
        return (*_ABSENT, *singly, *pairs)
    if item.kind != "many":
        return (*_ABSENT, *singly)
    together = [code for code in item.codes if code not in item.exclusive]
    alone = [frozenset((code,)) for code in item.codes if code in item.exclusive]
    return (*_ABSENT, *islice(by_size(together), 1, None), *alone)


def _row(cell: Codes) -> str:
    return min(cell).partition("=")[0]


@cache
def steps_between(item_id: str) -> tuple[tuple[str, Codes, Codes], ...]:
    """Every step: its kind, the answer before and the answer after. In a grid one row changes."""
    item = ITEMS[item_id]
    if item.kind != "grid":
        return tuple(_steps(item, answers_to(item_id)))
    rows = ([frozenset((f"{row.code}={column.code}",)) for column in item.columns] for row in item.rows)
    return tuple(step for cells in rows for step in _steps(item, (SILENCE, *cells)))


def _steps(item: Item, answers: Sequence[Codes]) -> Iterator[tuple[str, Codes, Codes]]:
    silent = {answer for answer in answers if _is_silent(item, answer)}
    absent = silent.union(_ABSENT)
    signals = [answer for answer in answers if answer & item.raised_codes]
    for before in answers:
        if before in silent:
            yield from ((ANSWERING, before, after) for after in answers if after not in absent)
        if before not in signals:
            yield from ((WITHDRAWING, before, after) for after in answers if after in absent)
        if before not in signals or before in absent:
            yield from ((ADDING, before, after) for after in signals)
    if item.kind in ("grid", "scale"):  # a higher column or number
        yield from ((ADDING, before, after) for before, after in combinations(signals, 2))
    if item.kind == "many":  # one more code
        known = frozenset(answers)
        for before, code in product(answers, item.codes):
            if code not in before and before | {code} in known:
                yield ADDING, before, before | {code}


def _is_silent(item: Item, answer: Codes) -> bool:
    """Only absent states, of the item or of its cells, that are no signal."""
    states = (*ABSENT_CODES, NOT_REACHED)
    return all(code.rpartition("=")[2] in states and code not in item.raised_codes for code in answer)


# --- Leaves --------------------------------------------------------------------------------------------


@cache
def truths(leaf: Condition) -> Mapping[Codes, bool]:
    """Whether a leaf holds, by answer. A leaf that reads a second item finds it missing."""
    (item_id,) = leaf.reads
    return {answer: leaf.holds(Facts({item_id: answer}, 0)) for answer in answers_to(item_id)}


@cache
def turns(leaf: Condition, *, falls: bool) -> frozenset[str]:
    """The kinds of step at which a leaf falls, or rises."""
    truth = truths(leaf)
    (item_id,) = leaf.reads
    return frozenset(
        kind
        for kind, before, after in steps_between(item_id)
        if truth[before] is falls and truth[after] is not falls
    )


def _prove_leaf(leaf: Condition, report: Report) -> None:
    (item_id,) = leaf.reads
    report.count("leaves")
    report.count("answers that a leaf was run on", len(answers_to(item_id)))
    report.count("steps between two answers to the item of a leaf", len(steps_between(item_id)))
    report.faults += _leaf_faults(leaf)


@cache
def _leaf_faults(leaf: Condition) -> tuple[Fault, ...]:
    """The first thing that a leaf does wrong."""
    (item_id,) = leaf.reads
    for answer in answers_to(item_id):
        for principle, what in _answer_faults(leaf, ITEMS[item_id], answer):
            return (Fault(principle, named(leaf), f"with {said({item_id: answer})} it {what}"),)
    return ()


def _answer_faults(leaf: Condition, item: Item, answer: Codes) -> Iterator[tuple[str, str]]:
    truth = truths(leaf)
    because = leaf.because(Facts({item.id: answer}, 0))
    codes = because.get(item.id, NO_CODES)
    if truth[answer] and _is_silent(item, answer):
        yield "P3", "holds, though that is no answer"
    if item.kind == "grid" and truth[answer] is not any(truth[frozenset((cell,))] for cell in answer):
        yield "P2", "does not hold as its cells do apart"
    if bool(codes) is not truth[answer] or because.keys() - {item.id} or not codes <= answer:
        yield "P6", f"names {said(because)} as its reason"
    if codes and truth[answer - codes or SILENCE]:
        yield "P6", f"holds without {said(because)} too"
    if idle := [code for code in sorted(codes) if not truth[frozenset((code,))]]:
        yield "P6", f"names {idle[0]}, which does not matter"


def _prove_count(leaf: CountAtLeast, report: Report) -> None:
    cases = tuple(_counts(leaf))
    wrong = (
        Fault(principle, named(leaf), what)
        for case in cases
        for principle, what in _count_faults(leaf, *case)
    )
    report.count("leaves")
    report.count("tables and logs that a count was run on", len(cases))
    report.faults += islice(wrong, 1)


def _counts(leaf: CountAtLeast) -> Iterator[tuple[Mapping[str, Codes], int, int]]:
    """Cells, incidents and what they count: every absent state, every cell alone, every number of cells."""
    nothing = dict.fromkeys(leaf.grids, SILENCE)
    for incidents in range(leaf.least + 1):
        for absent in _ABSENT:
            yield dict.fromkeys(leaf.grids, absent), incidents, incidents
        for grid in leaf.grids:
            for code in ITEMS[grid].codes:
                count = incidents + (code in ITEMS[grid].raised_codes)
                yield nothing | {grid: frozenset((code,))}, incidents, count
        for numbers in product(*(range(len(ITEMS[grid].rows) + 1) for grid in leaf.grids)):
            cells = {
                grid: _cells(ITEMS[grid], number) for grid, number in zip(leaf.grids, numbers, strict=True)
            }
            yield cells, incidents, incidents + sum(numbers)


def _cells(grid: Item, number: int) -> Codes:
    """The first so many rows, at some column that is a signal."""
    column = min(grid.raises)
    return frozenset(f"{row.code}={column}" for row in grid.rows[:number]) or SILENCE


def _count_faults(
    leaf: CountAtLeast, cells: Mapping[str, Codes], incidents: int, count: int
) -> Iterator[tuple[str, str]]:
    facts = Facts(cells, incidents)
    held, because = leaf.holds(facts), leaf.because(facts)
    where = f"with {said(cells)} and {incidents} incidents it"
    if held is not (count >= leaf.least):
        yield "P2", f"{where} {'holds' if held else 'does not hold'}"
    raised = {grid: codes & ITEMS[grid].raised_codes for grid, codes in cells.items()}
    reason = {grid: codes for grid, codes in raised.items() if codes}
    log = {INCIDENTS: frozenset((str(incidents),))} if incidents else {}
    if because != (reason | log if held else {}):
        yield "P6", f"{where} names {said(because)} as its reason"


# --- Combinators ---------------------------------------------------------------------------------------


def _prove_told(node: Condition, report: Report) -> None:
    """It says what it reads, has no part that no answer can change, and names an item that it reads."""
    read = frozenset(item_id for leaf, _upright in leaves_of(node) for item_id in leaf.reads)
    if node.reads != read:
        told, does = (", ".join(sorted(reads)) for reads in (node.reads, read))
        report.blame("P6", named(node), f"says that it reads {told}, and reads {does}")
    if read and not all(part.reads for part in parts_of(node)):
        report.blame("P6", named(node), "has a part that reads nothing")
    if isinstance(node, Unless) and node.item not in read:
        report.blame("P6", named(node), f"names {node.item}, which it does not read")


@cache
def _combinator_faults(kind: type[Condition], parts: int) -> tuple[Fault, ...]:
    """The first thing that a combinator of so many parts does wrong."""
    names = [str(place) for place in range(parts)]
    node = _of_kind(kind, tuple(map(Letter, names)))
    truth: dict[frozenset[str], bool] = {}
    for on in by_size(names):
        facts = facts_of(names, on, (_TIE,))
        truth[on] = node.holds(facts)
        reasons = frozenset(node.because(facts))
        where = f"with {len(on)} of {parts} parts that hold it"
        if truth[on] is not _law(kind, len(on), parts):
            return (Fault("P2", kind.__name__, f"{where} {'holds' if truth[on] else 'does not hold'}"),)
        if issubclass(kind, Unless):
            explained = reasons == {_TIE}
        elif truth[on] and parts:
            explained = bool(reasons) and reasons <= on and not truth[on - reasons]
        else:
            explained = not reasons
        if not explained:
            return (Fault("P6", kind.__name__, f"{where} names {len(reasons)} as its reason"),)
    return ()


def _of_kind(kind: type[Condition], letters: tuple[Letter, ...]) -> Condition:
    if issubclass(kind, AllOf | AnyOf):
        return kind(letters)
    return kind(letters[0], _TIE) if issubclass(kind, Unless) else cast(type[Term], kind)(_TIE, letters[0])


def _law(kind: type[Condition], on: int, parts: int) -> bool:
    """Whether a combinator is to hold when so many of its parts do."""
    if issubclass(kind, Unless):
        return not on
    return on > 0 if issubclass(kind, AnyOf) else on == parts
