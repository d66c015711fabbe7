"""Undoing a change in Beheer asks the rights of that change; test_feedback of the views has the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from questionnaire.actions import accounts, caseloads, memberships, organisation, teams
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.undo import INVERSES, Kind, Undoable, undo
from questionnaire.models import Access, Event, Membership, OrganisationEntry, Team, User
from questionnaire.tests.conftest import account

Role = Membership.Role
CONTACT: Final = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}

About = dict[str, Any]
#: What the administrator or the manager of a team changed of someone, with what its inverse needs.
Change = Callable[[User, Team, User], About]


def set_roles(by: User, team: Team, of: User) -> About:
    before = memberships.set_roles(by, team, of, [Role.REVIEWER])
    return {"team": team.pk, "person": of.pk, "before": before, "now": ["reviewer"]}


def close(by: User, team: Team, of: User) -> About:
    memberships.set_active(by, team, of, is_active=False)
    return {"team": team.pk, "person": of.pk}


def name(by: User, _team: Team, of: User) -> About:
    return {"person": of.pk, "before": accounts.name_person(by, of, "B. Voorbeeld"), "now": "B. Voorbeeld"}


def rename(by: User, team: Team, _of: User) -> About:
    return {"team": team.pk, "before": teams.rename_team(by, team, "East"), "now": "East"}


def add_contact(by: User, team: Team, _of: User) -> About:
    entry = organisation.add_contact(by, team, "shelter", CONTACT)
    return {"contact": str(entry.pk), "before": {}, "now": organisation.stored(entry)}


def remove_contact(by: User, team: Team, _of: User) -> About:
    entry = organisation.add_contact(by, team, "shelter", CONTACT)
    return {"contact": str(entry.pk), **asdict(organisation.remove_contact(by, entry.pk))}


def write_text(by: User, team: Team, _of: User) -> About:
    change = organisation.set_singles(by, team, {"start_card": {"nl": "Eerst koffie"}})
    assert change
    return {"team": team.pk, **asdict(change)}


def set_look(by: User, team: Team, _of: User) -> About:
    change = organisation.set_singles(
        by, team, {"name": {"name": "De Haven"}, "colours": {"light": "#1d4ed8"}}
    )
    assert change
    return {"team": team.pk, **asdict(change)}


def replace(by: User, team: Team, of: User) -> About:
    manager, to = account("mona", team, Role.MANAGER), account("dora", team, Role.PROFESSIONAL)
    intake_actions.start_intake(of, team, "2026-118", date(2026, 3, 23), "nl")
    today = timezone.localdate()
    _division, before = caseloads.set_replacement(manager, team, of, to, today, today + timedelta(days=3))
    return {"team": team.pk, "person": of.pk, "to": to.pk, "before": before}


CHANGES: Final[list[tuple[Kind, Change]]] = [
    (Kind.ROLES_SET, set_roles),
    (Kind.ACCOUNT_CLOSED, close),
    (Kind.PERSON_NAMED, name),
    (Kind.TEAM_RENAMED, rename),
    (Kind.CONTACT_CHANGED, add_contact),
    (Kind.CONTACT_CHANGED, remove_contact),
    (Kind.TEXTS_CHANGED, write_text),
    (Kind.LOOK_CHANGED, set_look),
    (Kind.REPLACEMENT_CHANGED, replace),
]


def everything() -> object:
    """Return all that these changes store."""
    return (
        list(User.objects.order_by("pk").values_list("name", "is_active")),
        sorted(Membership.objects.values_list("user", "team", "role")),
        list(Team.objects.order_by("pk").values_list("name", flat=True)),
        list(OrganisationEntry.objects.values_list("pk", "content")),
        list(Access.objects.values_list("user", "kind", "until")),
        Event.objects.count(),
    )


@pytest.mark.parametrize(("kind", "change"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_undoing_asks_the_rights_of_changing(
    team: Team, other_team: Team, bob: User, rachel: User, kind: Kind, change: Change
) -> None:
    adam, olga = account("adam", team, Role.ADMINISTRATOR), account("olga", other_team, Role.ADMINISTRATOR)
    about = change(adam, team, bob)
    action, before = Undoable(kind, Event.objects.latest("seq").seq, None, about), everything()

    for user in (rachel, olga):
        with pytest.raises(PermissionDenied):
            undo(user, action)

    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "change", "now"),
    [
        (Kind.ROLES_SET, set_roles, ["manager"]),
        (Kind.PERSON_NAMED, name, "Anders"),
        (Kind.TEAM_RENAMED, rename, "Anders"),
        (Kind.CONTACT_CHANGED, add_contact, {}),
        (Kind.TEXTS_CHANGED, write_text, {}),
        (Kind.LOOK_CHANGED, set_look, {}),
    ],
)
def test_what_is_not_as_it_was_left_stays(
    team: Team, bob: User, kind: Kind, change: Change, now: object
) -> None:
    adam = account("adam", team, Role.ADMINISTRATOR)
    action = Undoable(kind, 0, None, {**change(adam, team, bob), "now": now})
    before = everything()

    assert not undo(adam, action)

    assert everything() == before


def test_every_kind_has_an_inverse() -> None:
    assert set(INVERSES) == set(Kind)
