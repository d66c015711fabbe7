"""Rank intakes for a list: by urgency, by urgency of the police advice, and by any danger sign.

The last two order those of one level. The number of danger
signs does not count: that would be a score. The database computes the rank from other columns, so that an
index can contain it.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Case, F, Value, When

from questionnaire.domain.advice.urgency import Urgency

#: The last digit of a rank. By the rules, with a danger sign the police advice is today at least.
_DAYS, _TODAY, _TODAY_WITH_DANGER_SIGN, _NOW = 1, 2, 3, 4

#: The rank of an intake, computed from its own columns.
RANK: Final = F("urgency") * 10 + Case(
    When(police_urgency=Urgency.NOW.value, then=Value(_NOW)),
    When(police_urgency=Urgency.TODAY.value, danger_signs__gt=0, then=Value(_TODAY_WITH_DANGER_SIGN)),
    When(police_urgency=Urgency.TODAY.value, then=Value(_TODAY)),
    When(police_urgency=Urgency.DAYS.value, then=Value(_DAYS)),
    default=Value(0),
)
#: The highest last digit at each urgency: no piece of advice is more urgent than the intake.
_HIGHEST: Final = {
    Urgency.NOW: _NOW,
    Urgency.TODAY: _TODAY_WITH_DANGER_SIGN,
    Urgency.DAYS: _DAYS,
    Urgency.FOLLOW: 0,
}


def ranks(level: Urgency | None = None) -> tuple[int, ...]:
    """Return all possible ranks, or those of one level, the most urgent first."""
    levels = [level] if level else sorted(Urgency, reverse=True)
    return tuple(each.value * 10 + digit for each in levels for digit in range(_HIGHEST[each], -1, -1))
