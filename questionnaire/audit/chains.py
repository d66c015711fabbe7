"""Name the chains of events, and make the MACs that chain them.

There is a chain for each case and for each account, and one for what concerns neither. Each event has a MAC
over itself and the event before it in its chain. The key comes from the key ring, so that whoever can only
write the database cannot repair a chain after changing it.

Events from before there were chains stay as they are, in a chain of their own. Their MAC (version 1) does not
cover `case`, `subject` and `details`, which follow from the rest: `told_by_reason` says how.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from questionnaire.encryption import keyring
from questionnaire.models import Event
from questionnaire.models.audit import BEFORE_CHAINS as BEFORE_CHAINS

#: The chain of what concerns no case and no account: keys, backups, seals, teams, the organisation.
SYSTEM: Final = "system"
#: What the key of the MACs is derived for, by the version of the event.
_PURPOSES: Final = {1: "events", 2: "events in chains"}
#: A dictionary in one order, whatever the database made of it.
_encode: Final = json.JSONEncoder(sort_keys=True).encode
#: How an event of before named the account, or the role of an account in a team, that it was about.
_REASON: Final = re.compile(r"user ([0-9]{1,18})(?:, team ([0-9]{1,18}): ([a-z]+))?")


def chain_of_case(case: UUID) -> str:
    """Return the name of the chain of a case."""
    return f"case:{case}"


def chain_of_account(user_id: int) -> str:
    """Return the name of the chain of an account."""
    return f"user:{user_id}"


@dataclass(frozen=True, slots=True)
class Head:
    """A number and a MAC, of an event or a seal: short enough to keep on paper, as an anchor."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the head that `str` turned into this text. Raise ValueError for any other text."""
        number, _colon, mac = text.strip().partition(":")
        if not re.fullmatch(r"[0-9]{1,18}", number) or not re.fullmatch(r"[0-9a-f]{64}", mac):
            raise ValueError
        return cls(int(number), mac)


#: Before the first event of a chain.
START: Final = Head(0, "")


class Signed(Protocol):
    """The columns of an event that its MAC covers: a stored row, or one of an earlier version's model."""

    seq: Any
    at: Any
    actor_id: Any
    code: Any
    intake: Any
    items: Any
    reason: Any
    key_id: Any
    mac: Any


def mac_of(event: Event, previous_mac: str, ring: keyring.KeyRing | None = None) -> str:
    """Return the MAC of an event after the one with that MAC. Raise SealError for a key that is not there.

    Whoever checks many gives the ring along, which is a file.
    """
    make = mac_before_chains if event.version == 1 else _mac_2
    return make(event, previous_mac, ring or keyring.ring())


def mac_before_chains(event: Signed, previous_mac: str, ring: keyring.KeyRing | None = None) -> str:
    """Return the MAC of an event as version 1 made it. Raise SealError."""
    fields = [
        *(previous_mac, event.seq, event.at.isoformat(), event.actor_id, event.code),
        *(str(event.intake) if event.intake else None, event.items, event.reason),
    ]
    return _digest(ring or keyring.ring(), event.key_id, 1, json.dumps(fields))


def _mac_2(event: Event, previous_mac: str, ring: keyring.KeyRing) -> str:
    fields = [
        *(previous_mac, event.version, event.chain, event.number, event.seq, event.at.isoformat()),
        *(event.actor_id, event.code, str(event.intake or ""), str(event.case or ""), event.items),
        *(event.reason, event.subject, event.details, event.role, event.right),
        *(event.source, event.os_user, event.request_id),
    ]
    return _digest(ring, event.key_id, 2, _encode(fields))


def _digest(ring: keyring.KeyRing, key_id: str, version: int, message: str) -> str:
    key = ring.derive_key(key_id, _PURPOSES[version])
    return hmac.digest(key, message.encode(), hashlib.sha256).hex()


def follows(event: Event, last: Head, ring: keyring.KeyRing | None = None) -> bool:
    """Return whether the event was recorded next after this one in its chain, and is as it was recorded."""
    if event.number != last.number + 1 or event.version not in _PURPOSES:
        return False
    try:
        is_authentic = hmac.compare_digest(event.mac, mac_of(event, last.mac, ring))
    except keyring.SealError:
        return False
    return is_authentic and (event.version == 2 or is_as_before(event))


def followed_before_chains(event: Signed, last: Head) -> bool:
    """Return the same of an event of version 1, whose number is that among all events."""
    try:
        is_authentic = hmac.compare_digest(event.mac, mac_before_chains(event, last.mac))
    except keyring.SealError:
        return False
    return bool(event.seq == last.number + 1 and is_authentic)


def is_as_before(event: Event) -> bool:
    """Return whether an event of version 1 is where it belongs, and has in its newer columns what it told.

    Its MAC covers neither; the case is compared by `audit.verification`.
    """
    told = told_by_reason(event.reason)
    has_more = event.role or event.right or event.source or event.os_user or event.request_id
    is_in_place = event.chain == BEFORE_CHAINS and event.number == event.seq
    return is_in_place and not has_more and (event.subject, event.details) == told


def told_by_reason(reason: str) -> tuple[int | None, Mapping[str, Any] | None]:
    """Return the subject and the details of an event of before, as its reason tells them."""
    if (match := _REASON.fullmatch(reason)) is None:
        return None, None
    subject, team, role = match.groups()
    return int(subject), {"team": int(team), "role": role} if team else None


def recorded_of(events: QuerySet[Event]) -> Iterator[Event]:
    """Yield those of a query that are as this program recorded them, as `is_recorded` says, by one query."""
    before = Event.objects.filter(chain=OuterRef("chain"), number=OuterRef("number") - 1)
    ring = keyring.ring()
    for event in events.annotate(mac_before=Subquery(before.values("mac"))):
        if follows(event, Head(event.number - 1, event.mac_before or ""), ring):
            yield event


def is_recorded(event: Event) -> bool:
    """Return whether the event is as this program recorded it, after the one that is stored before it."""
    before = Event.objects.filter(chain=event.chain, number=event.number - 1).first()
    return follows(event, Head(before.number, before.mac) if before else START)
