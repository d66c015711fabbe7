"""Prove the laws of conditions: of each leaf on every answer, of each combinator on every truth value.

A leaf reads one item. It holds for answers, never for an absent state that is no signal (P3). Its reasons are
codes of the answer that each make it hold, and without which it does not (P6). A combinator does what its
name says; its reasons are parts that hold, and without which it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from typing import Final, cast

from questionnaire.domain.advice.conditions import (
    INCIDENTS,
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Term,
    Unless,
)
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import Item
from questionnaire.verification.report import Fault, Report
from questionnaire.verification.steps import ABSENT, SILENCE, answers_to, is_silent, steps_between
from questionnaire.verification.tree import (
    NO_CODES,
    Codes,
    Variable,
    by_size,
    describe,
    facts_of,
    is_leaf,
    leaves_of,
    name_of,
    nodes_of,
    parts_of,
)

#: Stands for the item that an `Unless` names.
_UNLESS_ITEM: Final = "tie"


def prove_conditions(conditions: Sequence[Condition], report: Report) -> None:
    """Prove the laws of every leaf and every combinator in these conditions."""
    nodes = dict.fromkeys(node for condition in conditions for node in nodes_of(condition))
    for node in nodes:
        if isinstance(node, CountAtLeast):
            _prove_count(node, report)
        elif is_leaf(node):
            _prove_leaf(node, report)
        else:
            _prove_reads(node, report)
    for kind, parts in dict.fromkeys(
        (type(node), len(parts_of(node))) for node in nodes if not is_leaf(node)
    ):
        report.count("combinators, each number of parts apart")
        report.count("combinations of what the parts of a combinator can be", 2**parts)
        report.faults += _combinator_faults(kind, parts)


# --- Leaves --------------------------------------------------------------------------------------------


@cache
def truths(leaf: Condition) -> Mapping[Codes, bool]:
    """Return whether a leaf holds, by answer. Raise KeyError for a leaf that looks at another item."""
    (item_id,) = leaf.reads
    return {answer: leaf.holds(Facts({item_id: answer}, 0)) for answer in answers_to(item_id)}


@cache
def turns(leaf: Condition, *, falls: bool) -> frozenset[str]:
    """Return the kinds of step at which a leaf stops holding, if `falls`, or else starts to."""
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
    """Return the first fault of a leaf, or nothing."""
    (item_id,) = leaf.reads
    for answer in answers_to(item_id):
        for principle, what in _answer_faults(leaf, ITEMS[item_id], answer):
            return (Fault(principle, name_of(leaf), f"with {describe({item_id: answer})} it {what}"),)
    return ()


def _answer_faults(leaf: Condition, item: Item, answer: Codes) -> Iterator[tuple[str, str]]:
    truth = truths(leaf)
    because = leaf.because(Facts({item.id: answer}, 0))
    codes = because.get(item.id, NO_CODES)
    if truth[answer] and is_silent(item, answer):
        yield "P3", "holds, though that is no answer"
    if item.kind == "grid" and truth[answer] is not any(truth[frozenset((cell,))] for cell in answer):
        yield "P2", "does not hold as its cells do apart"
    if bool(codes) is not truth[answer] or because.keys() - {item.id} or not codes <= answer:
        yield "P6", f"names {describe(because)} as its reason"
    if codes and truth[answer - codes or SILENCE]:
        yield "P6", f"holds without {describe(because)} too"
    if idle := [code for code in sorted(codes) if not truth[frozenset((code,))]]:
        yield "P6", f"names {idle[0]}, which does not matter"


def _prove_count(leaf: CountAtLeast, report: Report) -> None:
    cases = tuple(_counts(leaf))
    wrong = (
        Fault(principle, name_of(leaf), what)
        for case in cases
        for principle, what in _count_faults(leaf, *case)
    )
    report.count("leaves")
    report.count("tables and logs that a count was run on", len(cases))
    report.faults += islice(wrong, 1)


def _counts(leaf: CountAtLeast) -> Iterator[tuple[Mapping[str, Codes], int, int]]:
    """Yield cells, incidents and their count: every absent state, each cell alone, each number of cells."""
    nothing = dict.fromkeys(leaf.grids, SILENCE)
    for incidents in range(leaf.least + 1):
        for absent in ABSENT:
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
    """Return this number of cells: the first rows, each at a column that is a signal."""
    column = min(grid.raises)
    return frozenset(f"{row.code}={column}" for row in grid.rows[:number]) or SILENCE


def _count_faults(
    leaf: CountAtLeast, cells: Mapping[str, Codes], incidents: int, count: int
) -> Iterator[tuple[str, str]]:
    facts = Facts(cells, incidents)
    result, because = leaf.holds(facts), leaf.because(facts)
    where = f"with {describe(cells)} and {incidents} incidents it"
    if result is not (count >= leaf.least):
        yield "P2", f"{where} {'holds' if result else 'does not hold'}"
    raised = {grid: codes & ITEMS[grid].raised_codes for grid, codes in cells.items()}
    reason = {grid: codes for grid, codes in raised.items() if codes}
    log = {INCIDENTS: frozenset((str(incidents),))} if incidents else {}
    if because != (reason | log if result else {}):
        yield "P6", f"{where} names {describe(because)} as its reason"


# --- Combinators ---------------------------------------------------------------------------------------


def _prove_reads(node: Condition, report: Report) -> None:
    """Prove that a combinator declares what it reads and names nothing else; no part may read nothing."""
    read = frozenset(item_id for leaf, _upright in leaves_of(node) for item_id in leaf.reads)
    if node.reads != read:
        declared, read_in_fact = (", ".join(sorted(reads)) for reads in (node.reads, read))
        report.blame("P6", name_of(node), f"says that it reads {declared}, and reads {read_in_fact}")
    if read and not all(part.reads for part in parts_of(node)):
        report.blame("P6", name_of(node), "has a part that reads nothing")
    if isinstance(node, Unless) and node.item not in read:
        report.blame("P6", name_of(node), f"names {node.item}, which it does not read")


@cache
def _combinator_faults(kind: type[Condition], parts: int) -> tuple[Fault, ...]:
    """Return the first fault of a combinator with this number of parts, or nothing."""
    names = [str(place) for place in range(parts)]
    node = _of_kind(kind, tuple(map(Variable, names)))
    truth: dict[frozenset[str], bool] = {}
    for on in by_size(names):
        facts = facts_of(names, on, (_UNLESS_ITEM,))
        truth[on] = node.holds(facts)
        reasons = frozenset(node.because(facts))
        where = f"with {len(on)} of {parts} parts that hold it"
        if truth[on] is not _law(kind, len(on), parts):
            return (Fault("P2", kind.__name__, f"{where} {'holds' if truth[on] else 'does not hold'}"),)
        if issubclass(kind, Unless):
            explained = reasons == ({_UNLESS_ITEM} if truth[on] else set())
        elif truth[on] and parts:
            explained = bool(reasons) and reasons <= on and not truth[on - reasons]
        else:
            explained = not reasons
        if not explained:
            return (Fault("P6", kind.__name__, f"{where} names {len(reasons)} as its reason"),)
    return ()


def _of_kind(kind: type[Condition], variables: tuple[Variable, ...]) -> Condition:
    if issubclass(kind, AllOf | AnyOf):
        return kind(variables)
    if issubclass(kind, Unless):
        return kind(variables[0], _UNLESS_ITEM)
    return cast(type[Term], kind)("term", variables[0])


def _law(kind: type[Condition], on: int, parts: int) -> bool:
    """Return whether a combinator has to hold when `on` of its parts do."""
    if issubclass(kind, Unless):
        return not on
    return on > 0 if issubclass(kind, AnyOf) else on == parts
