"""A fixed day for the forms that read dates."""

from datetime import date

import pytest

from questionnaire.domain import dates


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Set today to a Monday, and return it."""
    day = date(2026, 3, 23)
    monkeypatch.setattr(dates, "today", lambda: day)
    return day
