"""Counts of people of which nobody can work out the small ones.

A table counts each person once, by kind, and its total is taken to be known. A count under five is kept back.
What is left could give it away as the rest of the total: then the kinds after it are kept back too, in their
order and whatever their size, until it could be more than one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

#: The smallest count that is told: a choice of this project, as statistics offices make it.
SMALLEST: Final = 5


class Suppressed(Enum):
    """Why a count is not told."""

    SMALL = auto()
    BESIDE = auto()  # it is no small one, and would give one away


Cell = int | Suppressed


def suppress_small_counts(counts: Sequence[int]) -> tuple[Cell, ...] | None:
    """Each count, or why it is kept back; None where nothing can be told of any of them."""
    small = {place for place, count in enumerate(counts) if count < SMALLEST}
    kept = set(small)
    for place in _those_after(min(small, default=0), counts):
        if _is_safe([counts[each] for each in kept]):
            break
        kept.add(place)
    if not _is_safe([counts[each] for each in kept]):
        return None
    return tuple(
        count if place not in kept else Suppressed.SMALL if place in small else Suppressed.BESIDE
        for place, count in enumerate(counts)
    )


def _those_after(first: int, counts: Sequence[int]) -> list[int]:
    """The places from one on, and then from the start: which are kept back says nothing of their size."""
    return [(first + step) % len(counts) for step in range(1, len(counts))]


def _is_safe(kept: Sequence[int]) -> bool:
    """Whether the sum of what is kept back, which anyone can work out, leaves each small count open."""
    small, total = [count for count in kept if count < SMALLEST], sum(kept)
    beside = len(kept) - len(small)
    if not kept:
        return True
    if not beside:
        return SMALLEST - 1 <= total <= (SMALLEST - 1) * (len(small) - 1)
    return total >= SMALLEST * beside + SMALLEST - 1
