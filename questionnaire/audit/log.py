"""Record audit events in a chain, and verify it: each event has a MAC over itself and the event before it.

The key of the MACs comes from the key ring, so that whoever can only write the database cannot repair the
chain after changing it. Truncation shows because the head is stored apart. Restoring an older copy of both
shows only against a head that was kept elsewhere, an anchor.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.models import ChainHead, Event, Intake, User

_PURPOSE: Final = "events"


def record(
    actor: User | None,
    code: EventCode,
    intake: Intake | None = None,
    items: Sequence[str] = (),
    reason: str = "",
) -> Event:
    """Add one event, inside the transaction of the action it records: both are stored, or neither.

    Raise TransactionManagementError outside a transaction, and PermissionDenied when the session in which
    the person acts has ended since the request began: then nothing is written in their name.
    """
    if actor and actor.session is not None and not actor.is_signed_in():
        raise PermissionDenied
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record an event in the transaction of its action")
    # Locking the head row prevents that two events get the same number.
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    event = Event(
        seq=head.seq + 1,
        at=timezone.now(),
        actor=actor,
        code=code,
        intake=intake.pk if intake else None,
        case=intake.case_id if intake else None,
        items=list(items),
        reason=reason,
    )
    append(event, head)
    return event


def append(event: Event, head: ChainHead) -> None:
    """Store an event after the head of the chain, whose row is locked."""
    event.key_id = keyring.ring().current
    event.mac = _mac(event, head.mac)
    event.save(force_insert=True)
    head.seq, head.mac = event.seq, event.mac
    head.save()


@dataclass(frozen=True, slots=True)
class Head:
    """The number and MAC of one event: short enough to keep on paper or with someone else, as an anchor."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Return the head that `str` turned into this text. Raise ValueError for any other text."""
        seq, _colon, mac = text.strip().partition(":")
        if not re.fullmatch(r"[0-9]{1,18}", seq) or not re.fullmatch(r"[0-9a-f]{64}", mac):
            raise ValueError
        return cls(int(seq), mac)


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The last intact event of the chain, and the number of the first broken one, if any."""

    head: Head
    first_broken: int | None


def verify(anchors: Sequence[Head] = ()) -> ChainStatus:
    """Check the whole chain, also against anchors (heads that were kept elsewhere), and return its status.

    A chain is broken at the first event that was changed, removed, added or moved, or that differs from its
    anchor.
    """
    unchecked = {anchor.seq: anchor.mac for anchor in anchors}
    cases = _cases_of_intakes()
    last = Head(0, "")
    for event in Event.objects.order_by("seq").iterator():
        anchored = unchecked.pop(last.seq + 1, event.mac)
        if not follows(event, last) or event.mac != anchored:
            return ChainStatus(last, last.seq + 1)
        if event.case != cases.get(event.intake) and not _is_of_new_intake(event.intake, event.case):
            return ChainStatus(last, last.seq + 1)
        last = Head(event.seq, event.mac)
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    # An anchor that is still unchecked is of an event that is missing.
    is_intact = Head(head.seq, head.mac) == last and not unchecked
    return ChainStatus(last, None if is_intact else last.seq + 1)


def _cases_of_intakes() -> dict[UUID | None, UUID]:
    """Return the case of every intake: of those that are erased by what the event of that says."""
    erased = Event.objects.filter(code=EventCode.INTAKE_ERASED).values_list("intake", "items")
    cases = {intake: UUID(items[0]) for intake, items in erased if items}
    return {**cases, **dict(Intake.objects.values_list("pk", "case"))}


def _is_of_new_intake(intake: UUID | None, case: UUID | None) -> bool:
    """Return whether this intake of this case was started while the chain was being read."""
    return intake is not None and Intake.objects.filter(pk=intake, case=case).exists()


def follows(event: Event, last: Head) -> bool:
    """Return whether the event was recorded next after this one, and is as it was recorded."""
    try:
        return event.seq == last.seq + 1 and hmac.compare_digest(event.mac, _mac(event, last.mac))
    except keyring.SealError:
        return False


def is_recorded(event: Event) -> bool:
    """Return whether the event is as this program recorded it, after the one that is stored before it."""
    before = Event.objects.filter(seq=event.seq - 1).first()
    return follows(event, Head(before.seq, before.mac) if before else Head(0, ""))


def _mac(event: Event, previous_mac: str) -> str:
    fields = [
        previous_mac,
        event.seq,
        event.at.isoformat(),
        event.actor_id,
        event.code,
        str(event.intake) if event.intake else None,
        event.items,
        event.reason,
    ]
    key = keyring.ring().derive_key(event.key_id, _PURPOSE)
    return hmac.new(key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()
