"""Say from and until when someone has one kind of access to a case, and store exactly that again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from questionnaire.domain.dates import day_of
from questionnaire.models import Access, Case, User

#: From and until when, as a session can keep it: for good without an end, and both empty without access.
Period = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """What one kind of access was, and what a change made of it."""

    before: Period
    now: Period


def period_of(case: Case, of: User, kind: Access.Kind) -> Period:
    """Return from and until when someone has this access, also when that is over or begins later."""
    row = case.access.filter(user=of, kind=kind).first()
    if row is None:
        return "", ""
    return row.given_at.isoformat(), row.until.isoformat() if row.until else ""


def lies_ahead(period: Sequence[str]) -> bool:
    """Return whether this access did not begin yet."""
    begin, _end = period
    return bool(begin) and datetime.fromisoformat(begin) > timezone.now()


def store_period(case: Case, of: User, kind: Access.Kind, period: Sequence[str]) -> None:
    """Store what `period_of` returned before, in a locked case; sign nothing."""
    begin, end = period
    if not begin:
        case.access.filter(user=of, kind=kind).delete()
        return
    given_at, until = datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None
    case.access.update_or_create(user=of, kind=kind, defaults={"given_at": given_at, "until": until})


def describe_days(period: Sequence[str]) -> str:
    """Return how an event names the days of access that has an end; "" for other access."""
    begin, end = period
    if not end:
        return ""
    last = datetime.fromisoformat(end) - timedelta(microseconds=1)
    return f", {day_of(datetime.fromisoformat(begin))} - {day_of(last)}"
