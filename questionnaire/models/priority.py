"""The order of intakes in a list: how soon, how soon the police, and whether there is a danger sign.

Since fear alone makes `today`, most intakes are that; what comes next keeps it apart from more. How many
danger signs there are orders nothing: that would be a score. The database makes the number itself, from
columns that say as much, and an index holds it.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Case, F, Value, When

from questionnaire.domain.advice.urgency import Urgency

#: How the police advice stands in a rank. With a danger sign it is today at least, by the rules.
_DAYS, _TODAY, _TODAY_WITH_A_SIGN, _NOW = 1, 2, 3, 4

#: The number by which an intake is sorted, of its own columns.
RANK: Final = F("urgency") * 10 + Case(
    When(police_urgency=Urgency.NOW.value, then=Value(_NOW)),
    When(police_urgency=Urgency.TODAY.value, danger_signs__gt=0, then=Value(_TODAY_WITH_A_SIGN)),
    When(police_urgency=Urgency.TODAY.value, then=Value(_TODAY)),
    When(police_urgency=Urgency.DAYS.value, then=Value(_DAYS)),
    default=Value(0),
)
#: How the police advice can stand at each level, as no advice is above the level of all.
_BELOW: Final = {
    Urgency.NOW: _NOW,
    Urgency.TODAY: _TODAY_WITH_A_SIGN,
    Urgency.DAYS: _DAYS,
    Urgency.FOLLOW: 0,
}


def ranks(level: Urgency | None = None) -> tuple[int, ...]:
    """All the ranks there can be, or those of one level, the most urgent first."""
    levels = [level] if level else sorted(Urgency, reverse=True)
    return tuple(each.value * 10 + standing for each in levels for standing in range(_BELOW[each], -1, -1))
