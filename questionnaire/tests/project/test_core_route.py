"""Answers to the core questions alone reach the level of all answers: `bench/core_route.py`."""

import importlib
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings


def steps_lower(count: int) -> Counter[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(settings.BASE_DIR) / "bench"))
        found: Counter[int] = importlib.import_module("core_route").steps_lower(count)
        return found


@pytest.mark.untraced
def test_the_core_route_reaches_the_level_in_nearly_all_invented_cases() -> None:
    """The aim is 95% of 10,000; these are the first 800 of them."""
    lower = steps_lower(800)

    assert lower[0] >= 0.94 * lower.total()
    assert set(lower) <= {0, 1}


@pytest.mark.soak
@pytest.mark.untraced
def test_the_core_route_reaches_the_level_in_95_of_100_of_10_000_invented_cases() -> None:
    lower = steps_lower(10_000)

    assert lower[0] >= 0.95 * lower.total()
    assert set(lower) <= {0, 1}
