"""What tests of faults have in common."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Measure no coverage: these try many cases, and the tests of each module do the covering."""
    item.add_marker(pytest.mark.untraced)
