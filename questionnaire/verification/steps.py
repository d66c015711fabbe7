"""List every answer to an item, as its codes, and every step from one answer to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, islice, product
from typing import Final

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED, Item
from questionnaire.verification.tree import Codes, by_size

#: The kinds of step: from silence to an answer; to (more of) a signal; from an answer without one to silence.
ANSWERING: Final = "answering"
ADDING: Final = "adding"
WITHDRAWING: Final = "withdrawing"

#: The codes of an item that was not reached.
SILENCE: Final = frozenset((NOT_REACHED,))
ABSENT: Final = (SILENCE, *(frozenset((code,)) for code in ABSENT_CODES))


@cache
def answers_to(item_id: str) -> tuple[Codes, ...]:
    """Return every answer as its codes, absent states first; of a grid each cell, and each two."""
    item = ITEMS[item_id]
    singly = [frozenset((code,)) for code in item.codes]
    if item.kind == "grid":
        pairs = (one | other for one, other in combinations(singly, 2) if _row(one) != _row(other))
        return (*ABSENT, *singly, *pairs)
    if item.kind != "many":
        return (*ABSENT, *singly)
    together = [code for code in item.codes if code not in item.exclusive]
    alone = [frozenset((code,)) for code in item.codes if code in item.exclusive]
    return (*ABSENT, *islice(by_size(together), 1, None), *alone)


def _row(cell: Codes) -> str:
    return min(cell).partition("=")[0]


@cache
def steps_between(item_id: str) -> tuple[tuple[str, Codes, Codes], ...]:
    """Return every step: its kind, the answer before and the answer after. In a grid one row changes."""
    item = ITEMS[item_id]
    if item.kind != "grid":
        return tuple(_steps(item, answers_to(item_id)))
    rows = ([frozenset((f"{row.code}={column.code}",)) for column in item.columns] for row in item.rows)
    return tuple(step for cells in rows for step in _steps(item, (SILENCE, *cells)))


def _steps(item: Item, answers: Sequence[Codes]) -> Iterator[tuple[str, Codes, Codes]]:
    silent = {answer for answer in answers if is_silent(item, answer)}
    absent = silent.union(ABSENT)
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


def is_silent(item: Item, answer: Codes) -> bool:
    """Return whether an answer is only absent states, of the item or of its cells, that are no signal."""
    states = (*ABSENT_CODES, NOT_REACHED)
    return all(code.rpartition("=")[2] in states and code not in item.raised_codes for code in answer)
