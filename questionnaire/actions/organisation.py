"""Store the contacts and texts that an organisation adds, and its own terms, name and colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.organisation import CONTACT_KINDS, TERMS, TEXT_KINDS, entry_subject, fault_of
from questionnaire.domain.organisation_look import LOOK_KINDS
from questionnaire.models import OrganisationEntry, Team, User
from questionnaire.queries.organisation import kept_teams

#: What a team, and all of them, have at most one of, by kind: the event of its change.
_SINGLE: Final = {
    **dict.fromkeys(TEXT_KINDS, EventCode.OWN_TEXT_CHANGED),
    **dict.fromkeys(LOOK_KINDS, EventCode.OWN_LOOK_CHANGED),
    TERMS: EventCode.OWN_TERMS_CHANGED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What was stored before a change and after it; empty where there was nothing."""

    before: Mapping[str, Any]
    now: Mapping[str, Any]


def add_contact(user: User, team: Team | None, kind: str, content: Mapping[str, str]) -> OrganisationEntry:
    """Add a contact of a team, or of all. Raise PermissionDenied."""
    with transaction.atomic():
        if kind not in CONTACT_KINDS:
            raise PermissionDenied
        return _add(user, team, kind, content, EventCode.OWN_CONTACT_CHANGED)


def change_contact(user: User, uuid: UUID, content: Mapping[str, str]) -> Change:
    """Change a contact. Raise PermissionDenied, and OrganisationEntry.DoesNotExist when it is gone."""
    with transaction.atomic():
        entry = _lock(user, uuid)
        if entry.fault or entry.kind not in CONTACT_KINDS:
            raise PermissionDenied
        before = stored(entry)
        if entry.content != content:
            entry.content = dict(content)
            entry.save()
            _record(user, EventCode.OWN_CONTACT_CHANGED, entry)
        return Change(before, stored(entry))


def remove_contact(user: User, uuid: UUID) -> Change:
    """Remove a contact. Raise PermissionDenied, and OrganisationEntry.DoesNotExist when it is gone."""
    with transaction.atomic():
        entry = _lock(user, uuid)
        if entry.kind not in CONTACT_KINDS:
            raise PermissionDenied
        before = stored(entry)
        _remove(user, entry)
        return Change(before, stored(None))


def restore_contact(user: User, uuid: UUID, change: Change) -> bool:
    """Store a contact as it was before a change, or remove one that was added, if nobody changed it since.

    Return whether that is so. Raise PermissionDenied, and Team.DoesNotExist.
    """
    known = change.before or change.now
    with transaction.atomic():
        entry = OrganisationEntry.objects.select_for_update().filter(pk=uuid).first()
        if stored(entry) != change.now or (entry and not change.now):
            return False
        team = Team.objects.get(pk=known["team"]) if known["team"] else None
        if team not in kept_teams(user):
            raise PermissionDenied
        if entry and not change.before:
            _remove(user, entry)
            return True
        entry = entry or OrganisationEntry(pk=uuid, number=known["number"], team=team, kind=known["kind"])
        entry.content = dict(known["content"])
        entry.save()
        _record(user, EventCode.OWN_CONTACT_CHANGED, entry)
    return True


def stored(entry: OrganisationEntry | None) -> dict[str, Any]:
    """Return what an entry says, to store it again; nothing for none, or one that is not used."""
    if entry is None or entry.fault:
        return {}
    return {"team": entry.team_id, "kind": entry.kind, "number": entry.number, "content": entry.content}


def set_singles(user: User, team: Team | None, contents: Mapping[str, Mapping[str, str]]) -> Change | None:
    """Store what a team, or all, have one of, by kind: texts by language, or a name and colours.

    Return what that changed, None for nothing. Raise PermissionDenied.
    """
    with transaction.atomic():
        before = _singles_of(team, contents)
        changes = [set_single(user, team, kind, content) for kind, content in contents.items()]
        return Change(before, _singles_of(team, contents)) if any(changes) else None


def restore_texts(user: User, team: Team | None, change: Change) -> bool:
    """Store the texts of a team, or of all, as they were before a change, if nobody changed them since.

    Return whether that is so. Raise PermissionDenied.
    """
    return _restore(user, team, change, TEXT_KINDS)


def restore_look(user: User, team: Team | None, change: Change) -> bool:
    """Store the name and the colours of a team, or of all, as they were; see `restore_texts`."""
    return _restore(user, team, change, LOOK_KINDS)


def _restore(user: User, team: Team | None, change: Change, kinds: Collection[str]) -> bool:
    with transaction.atomic():
        if _singles_of(team, kinds) != change.now:
            return False
        set_singles(user, team, {kind: change.before.get(kind, {}) for kind in kinds})
    return True


def _singles_of(team: Team | None, kinds: Collection[str]) -> dict[str, Any]:
    rows = OrganisationEntry.objects.select_for_update().filter(team=team, kind__in=list(kinds))
    return {entry.kind: entry.content for entry in rows.usable()}


def set_single(user: User, team: Team | None, kind: str, parts: Mapping[str, str]) -> bool:
    """Store a text, a name or colours of a team, or of all, in place of that before; without any, remove it.

    Return whether that is a change. Raise PermissionDenied, also for a name or colours that nobody may have.
    """
    if kind not in (*TEXT_KINDS, *LOOK_KINDS):
        raise PermissionDenied
    return replace_entry(user, team, kind, {part: text for part, text in parts.items() if text})


def replace_entry(user: User, team: Team | None, kind: str, content: Mapping[str, Any]) -> bool:
    """Store what a team, or all of them, have of a kind in place of what there was; no content removes it.

    Return whether that is a change. Raise PermissionDenied, also for what nobody may have.
    """
    with transaction.atomic():
        if team not in kept_teams(user) or (content and fault_of(kind, content)):
            raise PermissionDenied
        rows = OrganisationEntry.objects.select_for_update().filter(team=team, kind=kind)
        stored = rows.usable()
        if [entry.content for entry in stored] == ([content] if content else []) and len(rows) == len(stored):
            return False
        rows.delete()
        if content:
            _add(user, team, kind, content, _SINGLE[kind])
        else:
            audit_log.record(user, _SINGLE[kind], reason=entry_subject(team.pk if team else None, kind))
        return True


def _add(
    user: User, team: Team | None, kind: str, content: Mapping[str, Any], code: EventCode
) -> OrganisationEntry:
    if team not in kept_teams(user):
        raise PermissionDenied
    last = OrganisationEntry.objects.aggregate(last=Max("number"))["last"] or 0
    entry = OrganisationEntry(number=last + 1, team=team, kind=kind, content=dict(content))
    entry.save(force_insert=True)
    _record(user, code, entry)
    return entry


def _lock(user: User, uuid: UUID) -> OrganisationEntry:
    entry = OrganisationEntry.objects.select_for_update(of=("self",)).select_related("team").get(pk=uuid)
    if entry.team not in kept_teams(user):
        raise PermissionDenied
    return entry


def _remove(user: User, entry: OrganisationEntry) -> None:
    OrganisationEntry.objects.filter(pk=entry.pk).delete()
    _record(user, EventCode.OWN_CONTACT_REMOVED, entry)


def _record(user: User, code: EventCode, entry: OrganisationEntry) -> None:
    """Record a change. Of contacts there can be more of one kind, so the event names which one it is."""
    items = [str(entry.pk)] if entry.kind in CONTACT_KINDS else []
    audit_log.record(user, code, items=items, reason=entry_subject(entry.team_id, entry.kind))


def single_subjects(team: int | None) -> list[str]:
    """Return how events name all of which a team, or all of them, have at most one."""
    return [entry_subject(team, kind) for kind in _SINGLE]
