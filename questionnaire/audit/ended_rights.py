"""Tell whether someone's right to read ended while a page was being made.

The events of one case are committed in the order of their numbers, as each holds the head of its chain until
then. Those of several are not: so for what shows many cases, the events of the last minutes that were there
before are compared with those that are there after. A transaction takes less than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from questionnaire.audit.chains import chain_of_case
from questionnaire.models import ChainHead, Event, Intake

#: Longer than a transaction takes, and than the clocks of two servers differ.
_LONGEST: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Moment:
    """What was there when a request was allowed: of its case the last number, or else what ended lately."""

    case: UUID | None
    number: int
    since: datetime
    ended: frozenset[int]


def moment(intake: Intake | None) -> Moment:
    """Return the present moment, for a page about an intake, or one that shows many."""
    since = timezone.now() - _LONGEST
    if intake is None:
        return Moment(None, 0, since, _ended(since))
    head = ChainHead.objects.filter(pk=chain_of_case(intake.case_id))
    return Moment(intake.case_id, head.values_list("number", flat=True).first() or 0, since, frozenset())


def has_ended_since(before: Moment) -> bool:
    """Return whether anyone may read less than at that moment: in its case, or else in whatever case."""
    if before.case is None:
        return not _ended(before.since) <= before.ended
    events = Event.objects.that_end_rights().filter(chain=chain_of_case(before.case))
    return events.filter(number__gt=before.number).exists()


def _ended(since: datetime) -> frozenset[int]:
    events = Event.objects.that_end_rights().filter(at__gte=since).order_by()
    return frozenset(events.values_list("seq", flat=True))
