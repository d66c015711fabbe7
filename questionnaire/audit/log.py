"""The chain of events: every row carries a code over itself and the row before it.

The codes are made with a key from the key ring, so that whoever can only write the database cannot mend the
chain after changing it. Cutting off its end shows because the head is kept apart; putting back an older
copy of both shows only to someone who kept a head elsewhere.
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


class Code(StrEnum):
    """What happened. Codes are append-only: they stand in the chain."""

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


#: The writing of an intake: whoever did one of these does not review it.
WRITTEN: Final = frozenset(
    {
        *(Code.INTAKE_STARTED, Code.INTAKE_CHANGED, Code.CORRECTION_STARTED, Code.REASSESSMENT_STARTED),
        *(Code.INCIDENT_ADDED, Code.INCIDENT_CHANGED, Code.INCIDENT_REMOVED),
    }
)


def record(
    actor: User | None, code: Code, intake: UUID | None = None, items: Sequence[str] = (), reason: str = ""
) -> Event:
    """Add one event. Only inside the transaction of what it tells about: both are stored, or neither."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs in the transaction of its action")
    # The row of the head is the lock: two events never get one number.
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
    """The place of one event in the chain, small enough to keep on paper or at someone else's."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """What `str` gave. Raises ValueError."""
        seq, _colon, mac = text.strip().partition(":")
        if not re.fullmatch(r"[0-9]{1,18}", seq) or not re.fullmatch(r"[0-9a-f]{64}", mac):
            raise ValueError
        return cls(int(seq), mac)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the chain: its last whole event, and the number of the first broken one, if any."""

    head: Head
    broken: int | None


def verify(anchors: Sequence[Head] = ()) -> Verdict:
    """Read the whole chain, and hold it against heads that were kept elsewhere.

    A chain is broken at the first event that was changed, removed, added or moved, or that is another than
    the one an anchor tells of.
    """
    known = {anchor.seq: anchor.mac for anchor in anchors}
    at = Head(0, "")
    for event in Event.objects.order_by("seq").iterator():
        told = known.pop(at.seq + 1, event.mac)
        if event.seq != at.seq + 1 or not _fits(event, at.mac) or event.mac != told:
            return Verdict(at, at.seq + 1)
        at = Head(event.seq, event.mac)
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    # An anchor that is left over tells of an event that is not there.
    is_whole = Head(head.seq, head.mac) == at and not known
    return Verdict(at, None if is_whole else at.seq + 1)


def first_broken() -> int | None:
    """The number of the first event changed, missing, added or moved; None when the chain is whole."""
    return verify().broken


def _fits(event: Event, before: str) -> bool:
    try:
        return hmac.compare_digest(event.mac, _mac(event, before))
    except keyring.SealError:
        return False


def _mac(event: Event, before: str) -> str:
    told = [
        before,
        event.seq,
        event.at.isoformat(),
        event.actor_id,
        event.code,
        str(event.intake) if event.intake else None,
        event.items,
        event.reason,
    ]
    key = keyring.ring().derived(event.key_id, _PURPOSE)
    return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()
