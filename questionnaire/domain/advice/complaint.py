"""Work out until when a complaint for prosecution may have to be made: a date to ask the police about.

Stalking is prosecuted on a complaint of the victim, usually within three months of the last incident
(articles 66 and 285b of the Dutch Criminal Code). This is no legal advice: the police know what counts.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from questionnaire.domain.answers import Answers
from questionnaire.domain.dates import first_day, is_full
from questionnaire.domain.incidents import Incident

_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class ComplaintDate:
    """The day, and whether it is certain: it is not when it rests on a month or year, or has passed."""

    day: date
    is_certain: bool


def complaint_date(answers: Answers, incidents: Sequence[Incident], on: date) -> ComplaintDate | None:
    """Return three months after the last known incident; None when nothing has a date.

    A month or a year counts from its first day. `on` is the day of the conversation.
    """
    dates = [incident.last_date for incident in incidents if incident.date]
    dates += filter(None, [answers.text("last_incident")])
    if not dates:
        return None
    last, is_day = max((first_day(each), is_full(each)) for each in dates)
    day = _months_later(last)
    return ComplaintDate(day, is_day and day >= on)


def _months_later(day: date) -> date:
    """Return the same day three months later, or the last day of that month."""
    months = day.year * 12 + day.month - 1 + _MONTHS
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
