"""Small counts stay unknown, also to whoever knows the total and how the others were kept back."""

from collections import defaultdict
from itertools import product

import pytest

from questionnaire.domain.disclosure_control import SMALLEST, Cell, Suppressed, suppress_small_counts

SMALL, BESIDE = Suppressed.SMALL, Suppressed.BESIDE


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((20, 30, 5, 9), (20, 30, 5, 9)),
        ((5,), (5,)),
        # Two that could be four and nothing, nothing and four, or any between.
        ((20, 3, 1, 36), (20, SMALL, SMALL, 36)),
        # One alone is what is left of the total; so is nothing and nothing.
        ((20, 3, 12, 36), (20, SMALL, BESIDE, 36)),
        ((20, 30, 40, 4), (BESIDE, 30, 40, SMALL)),
        ((20, 0, 0, 36), (20, SMALL, SMALL, BESIDE)),
        # With six beside it, two could not be four.
        ((20, 2, 6, 36), (20, SMALL, BESIDE, BESIDE)),
        ((9, 0), (BESIDE, SMALL)),
        ((8, 0), None),
        ((0, 0, 0, 0), None),
        ((4,), None),
    ],
)
def test_what_is_told(counts: tuple[int, ...], told: tuple[Cell, ...] | None) -> None:
    assert suppress_small_counts(counts) == told


@pytest.mark.parametrize(("kinds", "largest"), [(2, 40), (3, 20), (4, 13)])
def test_no_small_count_can_be_worked_out(kinds: int, largest: int) -> None:
    """Everything that would look the same leaves a small count at least four of its five values.

    Where nothing is told, it is not even said which are the small ones: any can be at least two things.
    """
    alike: dict[tuple[int, tuple[Cell, ...] | None], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(largest + 1), repeat=kinds):
        if SMALLEST <= sum(counts) <= largest:
            alike[sum(counts), suppress_small_counts(counts)].append(counts)

    def fewest(*, told_at_all: bool) -> int:
        return min(
            len({counts[place] for counts in same})
            for (_total, told), same in alike.items()
            for place in range(kinds)
            if (told is not None and told[place] is SMALL if told_at_all else told is None)
        )

    assert fewest(told_at_all=True) >= 4
    assert fewest(told_at_all=False) >= 2


def test_what_is_told_is_so() -> None:
    for counts in product((0, 4, 5, 6, 30), repeat=4):
        told = suppress_small_counts(counts)
        for cell, count in zip(told or (), counts, strict=told is not None):
            if isinstance(cell, int):
                assert cell == count >= SMALLEST
            else:
                assert (cell is SMALL) == (count < SMALLEST)
