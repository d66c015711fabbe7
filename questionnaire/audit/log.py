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
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from questionnaire.encryption import keyring
from questionnaire.models import ChainHead, Event, User

_PURPOSE: Final = "events"


class EventCode(StrEnum):
    """What happened. Codes are never changed or removed, since events in the chain contain them."""

    INTAKE_STARTED = "intake.started"
    INTAKE_CHANGED = "intake.changed"
    INCIDENT_ADDED = "incident.added"
    INCIDENT_CHANGED = "incident.changed"
    INCIDENT_REMOVED = "incident.removed"
    STEPS_CHANGED = "steps.changed"
    CONSULTATION_ADDED = "consultation.added"
    CONSULTATION_CHANGED = "consultation.changed"
    CONSULTATION_REMOVED = "consultation.removed"
    DOCUMENT_MADE = "document.made"
    INTAKE_SUBMITTED = "intake.submitted"
    INTAKE_WITHDRAWN = "intake.withdrawn"
    INTAKE_RETURNED = "intake.returned"
    INTAKE_SIGNED_OFF = "intake.signed_off"
    REMARK_ADDED = "remark.added"
    REMARKS_ANSWERED = "remarks.answered"
    CORRECTION_STARTED = "correction.started"
    REASSESSMENT_STARTED = "reassessment.started"
    LIST_READ = "list.read"
    SECTION_READ = "section.read"
    QUESTION_READ = "question.read"
    INCIDENTS_READ = "incidents.read"
    STEPS_READ = "steps.read"
    ANSWERS_READ = "answers.read"
    SUMMARY_READ = "summary.read"
    REVIEW_READ = "review.read"
    CASE_READ = "case.read"
    DOCUMENT_READ = "document.read"
    PAUSE_READ = "pause.read"
    STOP_READ = "stop.read"
    SESSION_LOCKED = "session.locked"
    SESSION_UNLOCKED = "session.unlocked"
    SCREEN_TURNED = "screen.turned"
    SCREEN_TURNED_BACK = "screen.turned_back"
    POST_HELD = "post.held"
    POST_READ = "post.read"
    POST_DROPPED = "post.dropped"
    KEYS_ROTATED = "keys.rotated"
    INTAKE_ERASED = "intake.erased"
    CASE_EXPORTED = "case.exported"
    ACCESS_READ = "access.read"
    RETENTION_SET = "retention.set"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RIGHTS_READ = "rights.read"
    RIGHT_GIVEN = "right.given"
    RIGHT_TAKEN = "right.taken"
    CASE_OPENED = "case.opened"
    CASE_SHIELDED = "case.shielded"
    SHIELD_LIFTED = "shield.lifted"
    INTAKE_HANDED_OVER = "intake.handed_over"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_OPENED = "account.opened"
    COUNTS_READ = "counts.read"
    ACCOUNT_MADE = "account.made"
    ACCOUNT_TIED = "account.tied"
    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SIGNED_OUT = "account.signed_out"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105  (an event, no password)
    FACTOR_ADDED = "account.factor_added"
    FACTOR_REMOVED = "account.factor_removed"
    CODES_MADE = "account.codes_made"
    SESSIONS_ENDED = "account.sessions_ended"


#: Writing an intake: whoever did one of these may not review it.
AUTHORING_CODES: Final = frozenset(
    {
        EventCode.INTAKE_STARTED,
        EventCode.INTAKE_CHANGED,
        EventCode.CORRECTION_STARTED,
        EventCode.REASSESSMENT_STARTED,
        EventCode.INCIDENT_ADDED,
        EventCode.INCIDENT_CHANGED,
        EventCode.INCIDENT_REMOVED,
    }
)


def record(
    actor: User | None,
    code: EventCode,
    intake: UUID | None = None,
    items: Sequence[str] = (),
    reason: str = "",
) -> Event:
    """Add one event, inside the transaction of the action it records: both are stored, or neither.

    Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record an event in the transaction of its action")
    # Locking the head row prevents that two events get the same number.
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    event = Event(
        seq=head.seq + 1,
        at=timezone.now(),
        actor=actor,
        code=code,
        intake=intake,
        items=list(items),
        reason=reason,
        key_id=keyring.ring().current,
    )
    event.mac = _mac(event, head.mac)
    event.save(force_insert=True)
    head.seq, head.mac = event.seq, event.mac
    head.save()
    return event


@dataclass(frozen=True, slots=True)
class Head:
    """The number and MAC of one event: short enough to keep on paper or with someone else, as an anchor."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Return the head of which `str` gave this text. Raises ValueError."""
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
    """Check the whole chain, also against anchors: heads that were kept elsewhere.

    A chain is broken at the first event that was changed, removed, added or moved, or that differs from its
    anchor.
    """
    unchecked = {anchor.seq: anchor.mac for anchor in anchors}
    last = Head(0, "")
    for event in Event.objects.order_by("seq").iterator():
        anchored = unchecked.pop(last.seq + 1, event.mac)
        if event.seq != last.seq + 1 or not _is_intact(event, last.mac) or event.mac != anchored:
            return ChainStatus(last, last.seq + 1)
        last = Head(event.seq, event.mac)
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    # An anchor that is still unchecked is of an event that is missing.
    is_intact = Head(head.seq, head.mac) == last and not unchecked
    return ChainStatus(last, None if is_intact else last.seq + 1)


def _is_intact(event: Event, previous_mac: str) -> bool:
    try:
        return hmac.compare_digest(event.mac, _mac(event, previous_mac))
    except keyring.SealError:
        return False


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
