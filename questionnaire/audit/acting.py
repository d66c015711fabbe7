"""Hold how someone acts right now: from where, in which role, by which right; every event has it.

A request sets it: `middleware.acting` where it begins, `permissions` when the right was asked. Whatever runs
outside a request is a command.
"""

from __future__ import annotations

import functools
import getpass
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.conf import settings

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import AccessScope, Event, Intake, User
from questionnaire.models.memberships import Membership, memberships_of
from questionnaire.operations.request_ids import request_id

#: What the columns of an event have room for.
_LONGEST_SOURCE: Final = 100
_LONGEST_NAME: Final = 100


class Right(StrEnum):
    """By what someone might do what an event tells."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    ASSIGNED = "assigned"
    NAMED = "named"
    BREAK_GLASS = "break-glass"
    #: They may know of the case, as a colleague in the team.
    COLLEAGUE = "colleague"
    #: By a role in a team, about no case.
    ROLE = "role"
    OWN_ACCOUNT = "own account"
    COMMAND = "command"
    NONE = ""


@dataclass(slots=True)
class Acting:
    """What the events of one request, or of one command, have in common."""

    place: str
    os_user: str = ""
    request_id: str = ""
    #: The intake of the request, once it was allowed, and the scope of whoever may read it.
    intake: Intake | None = None
    scope: AccessScope | None = None
    #: The numbers of the events that it recorded, those of a transaction that was undone too.
    recorded: list[int] | None = None

    @property
    def source(self) -> str:
        """Where the program ran: as what, which version, under which of its names."""
        installation = next(iter(settings.ALLOWED_HOSTS), "")
        return f"{self.place} {settings.VERSION} at {installation}"[:_LONGEST_SOURCE]

    @property
    def is_of_person(self) -> bool:
        """Whether a person does it in a browser, and not a command or the server itself."""
        return self.place == "web"

    def right_of(self, actor: User | None, intake: Intake | None, *, is_own: bool) -> tuple[str, Right]:
        """Return in which role and by which right someone does something, with an intake or their account."""
        if self.os_user:
            return "", Right.COMMAND
        if actor is None:
            return "", Right.NONE
        if intake is None:
            return _roles_of(actor), Right.OWN_ACCOUNT if is_own else Right.ROLE
        if self.scope and self.scope.user_id == actor.pk:
            return _in_case(self.scope, intake)
        if self.intake and self.intake.case_id == intake.case_id:
            return _roles_of(actor), Right.COLLEAGUE
        return _roles_of(actor), Right.AUTHOR if intake.author_id == actor.pk else Right.ROLE


_acting: Final[ContextVar[Acting | None]] = ContextVar("acting", default=None)


def current() -> Acting:
    """Return how someone acts now."""
    return _acting.get() or _as_command()


@contextmanager
def in_request() -> Iterator[Acting]:
    """Let whatever happens meanwhile be done by a request, with a random id of its own."""
    acting = Acting("web", request_id=secrets.token_hex(8), recorded=[])
    token, id_token = _acting.set(acting), request_id.set(acting.request_id)
    try:
        yield acting
    finally:
        _acting.reset(token)
        request_id.reset(id_token)


@contextmanager
def as_server() -> Iterator[None]:
    """Let whatever happens meanwhile be done by the server itself, for nobody."""
    token = _acting.set(Acting("server"))
    try:
        yield
    finally:
        _acting.reset(token)


@functools.cache
def _as_command() -> Acting:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # in a container a number can be without a name
        name = str(os.getuid())
    return Acting("command", os_user=name[:_LONGEST_NAME] or "?")


def on_right(intake: Intake | None, scope: AccessScope | None) -> None:
    """Note on which intake this request goes on; without a scope it may be known to exist alone."""
    acting = current()
    acting.intake, acting.scope = intake, scope


def _in_case(scope: AccessScope, intake: Intake) -> tuple[str, Right]:
    is_reviewer = intake.team_id in scope.reviewer
    role = Membership.Role.REVIEWER if is_reviewer else Membership.Role.PROFESSIONAL
    rights = {
        Right.AUTHOR: intake.author_id == scope.user_id,
        Right.ASSIGNED: intake.case_id in scope.assigned,
        Right.REVIEWER: is_reviewer,
        Right.NAMED: intake.case_id in scope.named,
        Right.BREAK_GLASS: intake.case_id in scope.opened,
    }
    return role.value, next((right for right, is_theirs in rights.items() if is_theirs), Right.ROLE)


def _roles_of(user: User) -> str:
    return ", ".join(sorted({row.role for row in memberships_of(user)}))


def recorded_by(user: User) -> int:
    """Return the number of the last event that this person recorded in this request; 0 for none.

    Not of what only followed from what they did, and is never undone by itself.
    """
    own = Event.objects.filter(pk__in=current().recorded or [], actor=user).order_by("-seq")
    own = own.exclude(code=EventCode.NO_REVIEWER_LEFT)
    return own.values_list("seq", flat=True).first() or 0
