"""Until when a complaint may have to be made: a date to ask the police about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from questionnaire.domain.advice.complaint import ComplaintDate, complaint_date
from questionnaire.domain.answers import Answers
from questionnaire.domain.incidents import Incident

ON = date(2026, 3, 23)


@pytest.mark.parametrize(
    ("raw", "incidents", "expected"),
    [
        ({}, (), None),
        ({"last_incident": "declined", "pattern_start": "2026-01"}, (), None),
        ({}, (Incident(precision="", what="Ergens in de winter"),), None),
        ({"last_incident": "2026-03-20"}, (), ComplaintDate(date(2026, 6, 20), is_certain=True)),
        ({}, (Incident("2026-03-20"),), ComplaintDate(date(2026, 6, 20), is_certain=True)),
        # The latest of both, and of an incident its last day.
        (
            {"last_incident": "2026-03-20"},
            (Incident("2026-01-01", until="2026-03-21"),),
            ComplaintDate(date(2026, 6, 21), is_certain=True),
        ),
        (
            {"last_incident": "2026-03-20"},
            (Incident("2026-03-19"),),
            ComplaintDate(date(2026, 6, 20), is_certain=True),
        ),
        # The same day of the month, or the last.
        ({"last_incident": "2025-11-30"}, (), ComplaintDate(date(2026, 2, 28), is_certain=False)),
        ({"last_incident": "2026-01-31"}, (), ComplaintDate(date(2026, 4, 30), is_certain=True)),
        ({"last_incident": "2025-12-31"}, (), ComplaintDate(date(2026, 3, 31), is_certain=True)),
        ({"last_incident": "2023-11-30"}, (), ComplaintDate(date(2024, 2, 29), is_certain=False)),
        # On the day itself it is not past; a day later it is, and so uncertain.
        ({"last_incident": "2025-12-23"}, (), ComplaintDate(ON, is_certain=True)),
        ({"last_incident": "2025-12-22"}, (), ComplaintDate(date(2026, 3, 22), is_certain=False)),
        # A month or a year counts from its first day, and is uncertain; a day is surer than its month.
        ({"last_incident": "2026-03"}, (), ComplaintDate(date(2026, 6, 1), is_certain=False)),
        ({"last_incident": "2026"}, (), ComplaintDate(date(2026, 4, 1), is_certain=False)),
        (
            {"last_incident": "2026-03"},
            (Incident("2026-03-01"),),
            ComplaintDate(date(2026, 6, 1), is_certain=True),
        ),
    ],
)
def test_it_is_three_months_after_the_last_known_incident(
    raw: dict[str, Any], incidents: tuple[Incident, ...], expected: ComplaintDate | None
) -> None:
    assert complaint_date(Answers.parse(raw, ON), incidents, ON) == expected
