"""Show what this person may do in Beheer: one page with a link to each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from questionnaire.audit import sign_in_history
from questionnaire.models import Membership, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.proposals import counts_for

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Role: Final = Membership.Role


@dataclass(frozen=True, slots=True)
class Part:
    """One part of Beheer: the URL name of its page, and the roles of which it requires one."""

    url_name: str
    title: StrPromise
    what: StrPromise
    roles: frozenset[str]


_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR.value})
_MANAGER: Final = frozenset({Role.MANAGER.value})
PARTS: Final = (
    Part(
        "people",
        _("People and roles"),
        _("Who is in a team, and as what. New accounts and new passwords."),
        _ADMINISTRATOR,
    ),
    Part("teams", _("Teams"), _("How many people in which role, and what a team lacks."), _ADMINISTRATOR),
    Part(
        "sign_ins",
        _("Signing in and rights"),
        _("Who signed in, and who changed which right."),
        _ADMINISTRATOR,
    ),
    Part(
        "hand_overs",
        _("Handing over and replacing"),
        _("All cases of someone who leaves, and who replaces whom for some days."),
        _MANAGER,
    ),
    Part(
        "own_contacts",
        _("Contacts of the organisation"),
        _("Numbers of your own, shown beside those of the whole country."),
        _MANAGER | _ADMINISTRATOR,
    ),
    Part(
        "own_texts",
        _("Words and texts of the organisation"),
        _("Your own word, and a text where a conversation begins and for the client."),
        _MANAGER | _ADMINISTRATOR,
    ),
    Part(
        "own_look",
        _("Name and colours"),
        _("Your own name, and a colour of your own for links and buttons."),
        _MANAGER | _ADMINISTRATOR,
    ),
    Part(
        "own_terms",
        _("Terms"),
        _("After how many days the program asks to assess a situation again."),
        _MANAGER | _ADMINISTRATOR,
    ),
    Part(
        "second_person",
        _("Second person"),
        _("What waits until a second person agrees, and what was done without one."),
        _MANAGER | _ADMINISTRATOR,
    ),
    Part("numbers", _("Numbers of the team"), _("How many conversations, to plan the work."), _MANAGER),
)


def administration(request: HttpRequest) -> HttpResponse:
    """Show the parts that this person may open, and to a manager what changed about the people."""
    user = user_of(request)
    roles = {role.value for role in (Role.ADMINISTRATOR, Role.MANAGER) if teams_of(user, role).exists()}
    managed = teams_of(user, Role.MANAGER)
    context = {
        "parts": [part for part in PARTS if part.roles & roles],
        "seconds": counts_for(user),
        "is_manager": Role.MANAGER in roles,
        "changes": sign_in_history.changes_in(managed) if Role.MANAGER in roles else (),
        "last_days": sign_in_history.DAYS_SHOWN,
    }
    return render(request, "administration/overview.html", context)
