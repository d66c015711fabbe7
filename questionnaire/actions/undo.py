"""Undo an action: how each kind is taken back, and by which later events that would undo something else.

Each inverse asks rights and state again, and records its own event, as every action does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from questionnaire.actions import (
    access,
    access_undo,
    accounts,
    caseloads,
    follow_up,
    handovers,
    incidents,
    levels,
    memberships,
    organisation,
    records,
    review_undo,
    safety_plans,
    teams,
    terms,
    tour,
)
from questionnaire.actions.access_periods import PeriodChange
from questionnaire.actions.undo_about import About
from questionnaire.audit.changes import changed_since
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.workflow import Move
from questionnaire.models import Access, Intake, Membership, Team, User, lock_case, role_subject


class Kind(StrEnum):
    """What can be undone. A session stores these."""

    INCIDENT_ADDED = "incident added"
    INCIDENT_CHANGED = "incident changed"
    INCIDENT_REMOVED = "incident removed"
    INCIDENTS_IMPORTED = "incidents imported"
    RECORD_WRITTEN = "record written"
    STEPS_SAVED = "steps saved"
    PLAN_SAVED = "plan saved"
    PLAN_BROUGHT_BACK = "plan brought back"
    MOVED = "moved"
    REMARK_ADDED = "remark added"
    RIGHT_GIVEN = "right given"
    RIGHT_TAKEN = "right taken"
    SHIELDED = "shielded"
    HANDED_OVER = "handed over"
    NOTE_READ = "note read"
    OPENING_SEEN = "opening seen"
    ROLES_SET = "roles set"
    ACCOUNT_CLOSED = "account closed"
    ACCOUNT_OPENED = "account opened"
    PERSON_NAMED = "person named"
    TEAM_RENAMED = "team renamed"
    CONTACT_CHANGED = "contact changed"
    TEXTS_CHANGED = "texts changed"
    LOOK_CHANGED = "look changed"
    TERMS_CHANGED = "terms changed"
    REPLACEMENT_CHANGED = "replacement changed"
    LEVELS_SEEN = "levels seen"
    TOUR_CLOSED = "tour closed"


@dataclass(frozen=True, slots=True)
class Undoable:
    """An action that can be undone: its last event (0: none), its intake, and ids that its inverse needs."""

    kind: Kind
    event: int = 0
    intake: UUID | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inverse:
    """How to undo one kind: `run` returns whether there was anything left to undo.

    `rivals` are the events by which something else would be undone, and `subjects` are what they must name.
    """

    run: Callable[[User, Any, Mapping[str, Any]], object]
    rivals: frozenset[EventCode] = frozenset()
    subjects: Callable[[Mapping[str, Any]], Collection[str]] = lambda _about: ()


def undo(user: User, action: Undoable) -> bool:
    """Undo an action; return False, and change nothing, when it was changed again or undone since.

    Raise what the inverse raises when this person may not do it, or not any more, and OldEntryError.
    """
    inverse, about = INVERSES[action.kind], About(action.about, event=action.event)
    with transaction.atomic():
        intake = Intake.objects.get(pk=action.intake) if action.intake else None
        if intake:
            lock_case(intake.case_id)
        case, subjects = intake.case_id if intake else None, inverse.subjects(about)
        if action.event and changed_since(action.event, inverse.rivals, case, subjects):
            return False
        return bool(inverse.run(user, intake, about))


def _one(name: str, about: Mapping[str, Any]) -> list[str]:
    return [about[name]]


def _remove_incident(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return incidents.remove_incident(user, intake, UUID(about["incident"]), about.get("order"))


def _restore_incident(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return incidents.restore_incident(user, intake, UUID(about["incident"]))


def _undo_change(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return incidents.undo_change(user, intake, UUID(about["incident"]), about["base"])


def _remove_batch(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    batch, since = UUID(about["batch"]), about["event"]
    return incidents.remove_batch(user, intake, batch, since, about.get("order"))


def _undo_record(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return records.undo_record(user, intake, UUID(about["record"]), about["base"])


def _undo_steps(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return follow_up.undo_steps(user, intake, about["sitting"])


def _bring_back(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return safety_plans.bring_back(user, intake, about["before"], about["now"])


def _undo_move(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return review_undo.undo_move(user, intake, Move(about["move"]), about)


def _remove_remark(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return review_undo.remove_remark(user, intake, UUID(about["remark"]))


def _restore_right(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    change = PeriodChange(tuple(about["before"]), tuple(about["now"]))
    of, kind = User.objects.get(pk=about["person"]), Access.Kind(about["right"])
    return access_undo.restore(user, intake, of, kind, change)


def _right(about: Mapping[str, Any]) -> list[str]:
    return [access.describe_grant(Access.Kind(about["right"]), about["person"])]


def _lift_shield(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    access.shield(user, intake, is_shielded=False)
    if about["is_named"]:
        access.revoke(user, intake, user, Access.Kind.NAMED)
    return True


def _take_back(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    handed = handovers.HandOver(about["uuid"], about["authors"], about["given"], about.get("kept"))
    return handovers.take_back(user, intake, handed, since=about["event"])


def _unread(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return handovers.unread_note(user, intake, UUID(about["note"]))


def _unsee(user: User, intake: Intake, about: Mapping[str, Any]) -> object:
    return access.unsee_opening(user, intake, about["opening"])


def _restore_roles(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    team, member = _team_and_person(about)
    return memberships.restore_roles(user, team, member, about["before"], about["now"])


def _roles(about: Mapping[str, Any]) -> list[str]:
    return [role_subject(about["person"], about["team"], role) for role in Membership.Role]


def _set_active(is_active: bool, user: User, _intake: None, about: Mapping[str, Any]) -> object:
    team, member = _team_and_person(about)
    memberships.set_active(user, team, member, is_active=is_active)
    return True


def _account(about: Mapping[str, Any]) -> list[str]:
    return [memberships.account_subject(about["person"])]


def _restore_name(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    of = User.objects.get(pk=about["person"])
    return accounts.restore_name(user, of, about["before"], about["now"])


def _restore_team_name(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    return teams.restore_team_name(user, Team.objects.get(pk=about["team"]), about["before"], about["now"])


def _team(about: Mapping[str, Any]) -> list[str]:
    return [f"team {about['team']}"]


def _restore_contact(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    change = organisation.Change(about["before"], about["now"])
    return organisation.restore_contact(user, UUID(about["contact"]), change)


def _own(restore: Callable[..., bool], code: EventCode) -> Inverse:
    def run(user: User, _intake: None, about: Mapping[str, Any]) -> object:
        team = Team.objects.get(pk=about["team"]) if about["team"] else None
        return restore(user, team, organisation.Change(about["before"], about["now"]))

    return Inverse(run, frozenset({code}), lambda about: organisation.single_subjects(about["team"]))


def _restore_replacement(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    team, of = _team_and_person(about)
    to = User.objects.get(pk=about["to"])
    return caseloads.restore_replacement(user, team, of, to, about["before"])


def _team_and_person(about: Mapping[str, Any]) -> tuple[Team, User]:
    return Team.objects.get(pk=about["team"]), User.objects.get(pk=about["person"])


def _forget_told(user: User, _intake: None, about: Mapping[str, Any]) -> object:
    levels.forget_told(user, about["before"])
    return True


def _reopen_tour(user: User, _intake: None, _about: Mapping[str, Any]) -> object:
    return tour.close_tour(user, is_closed=False)


_of_incident: Final = partial(_one, "incident")
_LOG: Final = frozenset(
    {
        *(EventCode.INCIDENT_CHANGED, EventCode.INCIDENT_REMOVED, EventCode.INCIDENT_RESTORED),
        EventCode.INCIDENT_CHANGE_UNDONE,
    }
)
_RIGHTS: Final = frozenset({EventCode.RIGHT_GIVEN, EventCode.RIGHT_TAKEN})
_SHIELD: Final = frozenset({EventCode.CASE_SHIELDED, EventCode.SHIELD_LIFTED})
_ROLES: Final = frozenset({EventCode.ROLE_GIVEN, EventCode.ROLE_TAKEN})
_CONTACTS: Final = frozenset({EventCode.OWN_CONTACT_CHANGED, EventCode.OWN_CONTACT_REMOVED})
_ACCOUNTS: Final = frozenset({EventCode.ACCOUNT_CLOSED, EventCode.ACCOUNT_OPENED})

INVERSES: Final[Mapping[Kind, Inverse]] = {
    Kind.INCIDENT_ADDED: Inverse(_remove_incident, _LOG, _of_incident),
    Kind.INCIDENT_CHANGED: Inverse(_undo_change, _LOG, _of_incident),
    Kind.INCIDENT_REMOVED: Inverse(_restore_incident, _LOG, _of_incident),
    Kind.INCIDENTS_IMPORTED: Inverse(_remove_batch),
    Kind.RECORD_WRITTEN: Inverse(_undo_record),
    Kind.STEPS_SAVED: Inverse(_undo_steps),
    Kind.PLAN_SAVED: Inverse(_bring_back),
    Kind.PLAN_BROUGHT_BACK: Inverse(_bring_back),
    Kind.MOVED: Inverse(_undo_move, review_undo.AFTER_A_MOVE),
    Kind.REMARK_ADDED: Inverse(_remove_remark, review_undo.AFTER_A_MOVE),
    Kind.RIGHT_GIVEN: Inverse(_restore_right, _RIGHTS, _right),
    Kind.RIGHT_TAKEN: Inverse(_restore_right, _RIGHTS, _right),
    Kind.SHIELDED: Inverse(_lift_shield, _SHIELD),
    Kind.HANDED_OVER: Inverse(_take_back),
    Kind.NOTE_READ: Inverse(_unread),
    Kind.OPENING_SEEN: Inverse(_unsee),
    Kind.ROLES_SET: Inverse(_restore_roles, _ROLES, _roles),
    Kind.ACCOUNT_CLOSED: Inverse(partial(_set_active, True), _ACCOUNTS, _account),
    Kind.ACCOUNT_OPENED: Inverse(partial(_set_active, False), _ACCOUNTS, _account),
    Kind.PERSON_NAMED: Inverse(_restore_name, frozenset({EventCode.ACCOUNT_NAMED}), _account),
    Kind.TEAM_RENAMED: Inverse(_restore_team_name, frozenset({EventCode.TEAM_RENAMED}), _team),
    Kind.CONTACT_CHANGED: Inverse(_restore_contact, _CONTACTS, partial(_one, "contact")),
    Kind.TEXTS_CHANGED: _own(organisation.restore_texts, EventCode.OWN_TEXT_CHANGED),
    Kind.LOOK_CHANGED: _own(organisation.restore_look, EventCode.OWN_LOOK_CHANGED),
    Kind.TERMS_CHANGED: _own(terms.restore_terms, EventCode.OWN_TERMS_CHANGED),
    Kind.REPLACEMENT_CHANGED: Inverse(_restore_replacement),
    Kind.LEVELS_SEEN: Inverse(_forget_told),
    Kind.TOUR_CLOSED: Inverse(_reopen_tour),
}
