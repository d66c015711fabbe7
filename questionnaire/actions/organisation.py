"""Store the contacts and texts that an organisation adds."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.organisation import CONTACT_KINDS, TEXT_KINDS
from questionnaire.models import OrganisationEntry, Team, User
from questionnaire.queries.organisation import kept_teams


def add_contact(user: User, team: Team | None, kind: str, content: Mapping[str, str]) -> OrganisationEntry:
    """Add a contact of a team, or of all. Raise PermissionDenied."""
    with transaction.atomic():
        if kind not in CONTACT_KINDS:
            raise PermissionDenied
        return _add(user, team, kind, content, EventCode.OWN_CONTACT_CHANGED)


def change_contact(user: User, uuid: UUID, content: Mapping[str, str]) -> None:
    """Change a contact. Raise PermissionDenied, and OrganisationEntry.DoesNotExist when it is gone."""
    with transaction.atomic():
        entry = _lock(user, uuid)
        if not entry.is_as_written or entry.kind not in CONTACT_KINDS:
            raise PermissionDenied
        if entry.content != content:
            entry.content = dict(content)
            entry.save()
            _record(user, EventCode.OWN_CONTACT_CHANGED, entry)


def remove_contact(user: User, uuid: UUID) -> None:
    """Remove a contact. Raise PermissionDenied, and OrganisationEntry.DoesNotExist when it is gone."""
    with transaction.atomic():
        entry = _lock(user, uuid)
        if entry.kind not in CONTACT_KINDS:
            raise PermissionDenied
        _record(user, EventCode.OWN_CONTACT_REMOVED, entry)
        entry.delete()


def set_text(user: User, team: Team | None, kind: str, by_language: Mapping[str, str]) -> bool:
    """Store a text of a team, or of all, in place of the one before; without any words remove it.

    Return whether that is a change. Raise PermissionDenied.
    """
    content = {language: text for language, text in by_language.items() if text}
    with transaction.atomic():
        if kind not in TEXT_KINDS or team not in kept_teams(user):
            raise PermissionDenied
        rows = OrganisationEntry.objects.select_for_update().filter(team=team, kind=kind)
        stored = rows.as_written()
        if [entry.content for entry in stored] == ([content] if content else []) and len(rows) == len(stored):
            return False
        rows.delete()
        if content:
            _add(user, team, kind, content, EventCode.OWN_TEXT_CHANGED)
        else:
            audit_log.record(user, EventCode.OWN_TEXT_CHANGED, reason=f"{kind}, {_scope(team)}")
        return True


def _add(
    user: User, team: Team | None, kind: str, content: Mapping[str, str], code: EventCode
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


def _record(user: User, code: EventCode, entry: OrganisationEntry) -> None:
    audit_log.record(user, code, reason=f"{entry.kind}, {_scope(entry.team)}")


def _scope(team: Team | None) -> str:
    return f"team {team.pk}" if team else "all teams"
