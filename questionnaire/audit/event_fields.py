"""Write an event as the fields that an auditor or another program gets: docs/events.md says what each means.

The names and their meaning stay: others wrote programs that read them. A field is added, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from questionnaire.audit import event_kinds
from questionnaire.models import Event
from questionnaire.models.row_states import ROWS

#: In the order in which they are written.
FIELDS: Final = (
    *("seq", "chain", "number", "at", "code", "object_kind", "action", "outcome"),
    *("actor_id", "actor", "role", "right", "case", "intake", "subject_id", "subject"),
    *("items", "reason", "details", "source", "os_user", "request_id"),
)
#: What people typed. A stream is read by many, so it leaves this out; who has a reason to read it exports it.
TYPED: Final = frozenset({"reason"})


def fields_of(event: Event, names: Mapping[int, str]) -> dict[str, Any]:
    """Return the fields of an event; `names` are the user names of accounts, as far as they are there."""
    return {
        "seq": event.seq,
        "chain": event.chain,
        "number": event.number,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "code": event.code,
        **kinds_of(event.code),
        "actor_id": event.actor_id,
        "actor": names.get(event.actor_id or 0, ""),
        "role": event.role,
        "right": event.right,
        "case": str(event.case or ""),
        "intake": str(event.intake or ""),
        "subject_id": event.subject,
        "subject": names.get(event.subject or 0, ""),
        "items": event.items,
        "reason": event.reason,
        "details": {name: value for name, value in (event.details or {}).items() if name != ROWS},
        "source": event.source,
        "os_user": event.os_user,
        "request_id": event.request_id,
    }


def kinds_of(code: str) -> dict[str, str]:
    """Return what follows from the code; of one that this version does not know, nothing but "unknown"."""
    try:
        kind, act = event_kinds.object_kind(code), event_kinds.action(code)
    except ValueError:
        return dict.fromkeys(("object_kind", "action", "outcome"), "unknown")
    return {"object_kind": kind.value, "action": act.value, "outcome": event_kinds.outcome(code).value}
