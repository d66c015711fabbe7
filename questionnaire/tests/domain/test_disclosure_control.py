"""Small counts stay unknown, also to who knows the total and how counts are suppressed."""

from collections import defaultdict
from itertools import product

import pytest

from questionnaire.domain.disclosure_control import MIN_COUNT, Cell, Suppressed, suppress_small_counts

SMALL, OTHER = Suppressed.SMALL, Suppressed.COMPLEMENTARY


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ((20, 30, 5, 9), (20, 30, 5, 9)),
        ((5,), (5,)),
        # Two that could be four and nothing, nothing and four, or any between.
        ((20, 3, 1, 36), (20, SMALL, SMALL, 36)),
        # One alone is what is left of the total; so is nothing and nothing.
        ((20, 3, 12, 36), (20, SMALL, OTHER, 36)),
        ((20, 30, 40, 4), (OTHER, 30, 40, SMALL)),
        ((20, 0, 0, 36), (20, SMALL, SMALL, OTHER)),
        # With six beside it, two could not be four.
        ((20, 2, 6, 36), (20, SMALL, OTHER, OTHER)),
        ((9, 0), (OTHER, SMALL)),
        ((8, 0), None),
        ((0, 0, 0, 0), None),
        ((4,), None),
    ],
)
def test_a_small_count_is_suppressed_with_what_would_give_it_away(
    counts: tuple[int, ...], cells: tuple[Cell, ...] | None
) -> None:
    assert suppress_small_counts(counts) == cells


@pytest.mark.parametrize(("kinds", "largest"), [(2, 40), (3, 20), (4, 13)])
def test_no_small_count_can_be_worked_out(kinds: int, largest: int) -> None:
    """All counts that give the same cells leave a small count at least four of its five values.

    Where all cells are suppressed, it is unknown which are the small ones: each has at least two values.
    """
    alike: dict[tuple[int, tuple[Cell, ...] | None], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(largest + 1), repeat=kinds):
        if MIN_COUNT <= sum(counts) <= largest:
            alike[sum(counts), suppress_small_counts(counts)].append(counts)

    small, suppressed = set(), set()  # how many values a cell can have
    for (_total, cells), same in alike.items():
        for place in range(kinds):
            values = len({counts[place] for counts in same})
            if cells is None:
                suppressed.add(values)
            elif cells[place] is SMALL:
                small.add(values)
    assert min(small) >= 4
    assert min(suppressed) >= 2


def test_what_is_not_suppressed_is_the_count() -> None:
    for counts in product((0, 4, 5, 6, 30), repeat=4):
        cells = suppress_small_counts(counts)
        for cell, count in zip(cells or (), counts, strict=cells is not None):
            if isinstance(cell, int):
                assert cell == count >= MIN_COUNT
            else:
                assert (cell is SMALL) == (count < MIN_COUNT)
