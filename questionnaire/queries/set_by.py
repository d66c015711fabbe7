"""Read who set what the organisation has of its own, and when, from the audit events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from questionnaire.audit import event_kinds
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_kinds import Action, ObjectKind
from questionnaire.domain.organisation import CONTACT_KINDS, entry_subject
from questionnaire.models import Event, OrganisationEntry

_CODES: Final = frozenset(
    code
    for code in event_kinds.codes_of(Action.CHANGE)
    if event_kinds.object_kind(code) is ObjectKind.ORGANISATION
)


@dataclass(frozen=True, slots=True)
class SetBy:
    """Who set an entry, "" for someone without an account, and when; None when no event tells."""

    who: str = ""
    at: datetime | None = None


def set_by(entries: Collection[OrganisationEntry]) -> Mapping[UUID, SetBy]:
    """Return who set each of these entries, by the newest authentic event about it. One query for all."""
    keys = {entry.pk: _key(entry) for entry in entries}
    events = Event.objects.filter(code__in=_CODES, reason__in={key[0] for key in keys.values()})
    newest = {
        (event.reason, *event.items[:1]): SetBy(str(event.actor or ""), event.at)
        for event in audit_log.recorded_of(events.select_related("actor").order_by("seq"))
    }
    return {pk: newest.get(key, SetBy()) for pk, key in keys.items()}


def _key(entry: OrganisationEntry) -> tuple[str, ...]:
    """Return what an event about this entry says: of contacts, of which there can be more, also which one."""
    subject = entry_subject(entry.team_id, entry.kind)
    return (subject, str(entry.pk)) if entry.kind in CONTACT_KINDS else (subject,)
