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

from django.db.models import BigIntegerField, CharField, DateTimeField
from django.utils import timezone

from questionnaire.audit.chains import chain_of_case
from questionnaire.models import ChainHead, Event, Intake
from questionnaire.models.prepared import PreparedQuery

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
    head = _number_of.first(chain_of_case(intake.case_id))
    return Moment(intake.case_id, head[0] if head else 0, since, frozenset())


def has_ended_since(before: Moment) -> bool:
    """Return whether anyone may read less than at that moment: in its case, or else in whatever case."""
    if before.case is None:
        return not _ended(before.since) <= before.ended
    return bool(_ended_in_chain.all(chain_of_case(before.case), before.number))


def _ended(since: datetime) -> frozenset[int]:
    return frozenset(seq for (seq,) in _ended_lately.all(since))


_number_of: Final = PreparedQuery[tuple[int]](
    lambda chain: ChainHead.objects.filter(pk=chain).values_list("number"), CharField()
)
_ended_in_chain: Final = PreparedQuery[tuple[int]](
    lambda chain, number: (
        Event.objects.that_end_rights().filter(chain=chain, number__gt=number).values_list("seq")[:1]
    ),
    *(CharField(), BigIntegerField()),
)
_ended_lately: Final = PreparedQuery[tuple[int]](
    lambda since: Event.objects.that_end_rights().filter(at__gte=since).order_by().values_list("seq"),
    DateTimeField(),
)
