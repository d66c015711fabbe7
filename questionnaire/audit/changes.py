"""Say from the audit events whether something was changed again after a moment in their chain."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event


def changed_since(
    seq: int, codes: Collection[EventCode], case: UUID | None = None, about: Collection[str] = ()
) -> bool:
    """Return whether an event with one of these codes came after number `seq`, in a case if one is given.

    `about` are subjects of which the event must name one, as an item, its reason or in words its subject;
    none for any.
    """
    later = Event.objects.filter(seq__gt=seq, code__in=codes)
    events = later.filter(case=case) if case else later
    return any(
        not about or not {event.reason, event.subject_in_words, *event.items}.isdisjoint(about)
        for event in events
    )
