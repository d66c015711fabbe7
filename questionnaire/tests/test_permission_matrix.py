"""Every role requests every URL of every intake by GET and POST, and gets what one table says.

Each request goes through all of the middleware with the real table of permissions. A last middleware replaces
the views: reaching it is the outcome, and no request changes anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.accounts import reauthentication
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.workflow import State
from questionnaire.models import Access, Case, Intake, Membership, Team, User
from questionnaire.permissions import TABLE, Requirement
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import sign_stored_rights
from questionnaire.tests.responses import comparable
from questionnaire.tests.urls import ARGUMENTS, OF_AN_INTAKE, url_patterns

# +  reaches the view             L  is sent to sign in         -  is refused: a page of another role
# 0  as a missing intake          F  gets the page of a closed intake, and what was typed is stored
OUTCOMES: Final = """
                anonymous author assigned named opened colleague reviewer manager admin locked_out other audit
ANYONE                +       +       +       +     +        +        +        +      +       +        +     +
SIGNED_IN             L       +       +       +     +        +        +        +      +       +        +     +
PROFESSIONAL          L       +       +       +     +        +        -        -      -       +        +     -
MANAGER               L       -       -       -     -        -        -        +      -       -        -     -
ADMINISTRATOR         L       -       -       -     -        -        -        -      +       -        -     -
STEWARD               L       -       -       -     -        -        -        +      +       -        -     -
PLANNER               L       +       +       +     +        +        -        +      -       +        +     -
AUDITOR               L       -       -       -     -        -        -        -      -       -        -     +
WATCHER               L       -       -       -     -        -        -        +      -       -        -     +

open
LISTED                L       +       +       +     +        +        +        0      0       0        0     0
READER                L       +       +       +     +        0        +        0      0       0        0     0
COPIER                L       +       +       +     -        0        +        0      0       0        0     0
AUTHOR                L       +       +       -     -        0        -        0      0       0        0     0
AUTHOR_WHILE_OPEN     L       +       +       -     -        0        -        0      0       0        0     0
REVIEWER              L       -       -       -     -        0        +        0      0       0        0     0
ACCESS_MANAGER        L       +       -       -     -        0        +        0      0       0        0     0

signed
LISTED                L       +       +       +     +        +        +        0      0       0        0     0
READER                L       +       +       +     +        0        +        0      0       0        0     0
COPIER                L       +       +       +     -        0        +        0      0       0        0     0
AUTHOR                L       +       +       -     -        0        -        0      0       0        0     0
AUTHOR_WHILE_OPEN     L       F       F       -     -        0        -        0      0       0        0     0
REVIEWER              L       -       -       -     -        0        +        0      0       0        0     0
ACCESS_MANAGER        L       +       -       -     -        0        +        0      0       0        0     0

shielded
LISTED                L       +       0       +     0        0        0        0      0       0        0     0
READER                L       +       0       +     0        0        0        0      0       0        0     0
COPIER                L       +       0       +     0        0        0        0      0       0        0     0
AUTHOR                L       +       0       -     0        0        0        0      0       0        0     0
AUTHOR_WHILE_OPEN     L       +       0       -     0        0        0        0      0       0        0     0
REVIEWER              L       -       0       -     0        0        0        0      0       0        0     0
ACCESS_MANAGER        L       +       0       -     0        0        0        0      0       0        0     0

foreign
LISTED                L       0       0       0     0        0        0        0      0       0        +     0
READER                L       0       0       0     0        0        0        0      0       0        +     0
COPIER                L       0       0       0     0        0        0        0      0       0        +     0
AUTHOR                L       0       0       0     0        0        0        0      0       0        +     0
AUTHOR_WHILE_OPEN     L       0       0       0     0        0        0        0      0       0        +     0
REVIEWER              L       0       0       0     0        0        0        0      0       0        -     0
ACCESS_MANAGER        L       0       0       0     0        0        0        0      0       0        +     0
"""
OBJECTS: Final = ("open", "signed", "shielded", "foreign")


def parse(table: str) -> dict[tuple[str, str, str], str]:
    """Return the outcome by object, "" for none, by what the URL requires, and by role."""
    roles, *rows = [line.split() for line in table.splitlines() if line.strip()]
    target, outcomes = "", {}
    for requirement, *cells in rows:
        if not cells:
            target = requirement  # a line of its own, above its rows
            continue
        for role, cell in zip(roles, cells, strict=True):
            outcomes[target, requirement, role] = cell
    return outcomes


EXPECTED: Final = parse(OUTCOMES)
ROLES: Final = list(dict.fromkeys(role for _about, _requirement, role in EXPECTED))


@dataclass(frozen=True)
class Endpoint:
    """One URL by name and method, and the arguments in its address."""

    name: str
    method: str
    arguments: tuple[str, ...]

    @property
    def is_of_an_intake(self) -> bool:
        return "uuid" in self.arguments

    def url(self, uuid: object) -> str:
        known = {**ARGUMENTS, "uuid": uuid}
        return reverse(self.name, kwargs={argument: known[argument] for argument in self.arguments})

    def expected(self, target: str, role: str) -> str:
        requirement = TABLE[self.name].get(self.method)
        return "405" if requirement is None else EXPECTED[(target, requirement.name, role)]


ENDPOINTS: Final = list(
    dict.fromkeys(
        Endpoint(str(pattern.name), method, tuple(pattern.pattern.converters))
        for pattern in url_patterns()
        for method in ("GET", "POST")
    )
)


class FakeViews:
    """Respond instead of every view, so that a request does nothing but reach it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, *_args: object) -> HttpResponse:
        return HttpResponse("reached")


@dataclass(frozen=True)
class Scene:
    """The clients of everyone, signed in, and every intake."""

    clients: dict[str, Client]
    intakes: dict[str, Intake]

    def request(self, role: str, endpoint: Endpoint, uuid: object) -> Any:
        """Return the response to this role, and undo what the request stored."""
        with transaction.atomic():
            response = self.clients[role].generic(endpoint.method, endpoint.url(uuid))
            transaction.set_rollback(True)
        return response


@pytest.fixture
def scene(settings: Any, monkeypatch: pytest.MonkeyPatch, team: Team, other_team: Team) -> Scene:
    settings.MIDDLEWARE = [*django_settings.MIDDLEWARE, f"{__name__}.FakeViews"]
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr(reauthentication, "is_recent", lambda _request: True)
    people = everyone(team, other_team)
    intakes = {
        name: intake_actions.start_intake(
            people["other" if name == "foreign" else "author"],
            other_team if name == "foreign" else team,
            name,
            date(2026, 3, 23),
            "nl",
        )
        for name in OBJECTS
    }
    Intake.objects.filter(pk=intakes["signed"].pk).update(state=State.SIGNED_OFF)
    Case.objects.filter(pk=intakes["shielded"].case_id).update(shielded=True)
    for intake in intakes.values():
        for kind in Access.Kind:
            until = timezone.now() + timedelta(hours=1) if kind is Access.Kind.OPENED else None
            given = {"given_at": timezone.now(), "until": until}  # by the clock that stands still
            Access.objects.create(case=intake.case, user=people[kind.value], kind=kind, **given)
        sign_stored_rights(intake.case)
    return Scene({role: signed_in(people.get(role)) for role in ROLES}, intakes)


def everyone(team: Team, other_team: Team) -> dict[str, User]:
    role_of = {
        "reviewer": Membership.Role.REVIEWER,
        "manager": Membership.Role.MANAGER,
        "admin": Membership.Role.ADMINISTRATOR,
        "audit": Membership.Role.AUDITOR,
    }
    return {
        name: account(
            name,
            other_team if name == "other" else team,
            role_of.get(name, Membership.Role.PROFESSIONAL),
        )
        for name in ROLES
        if name != "anonymous"
    }


def signed_in(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def outcome_of(response: Any) -> str:
    if response.content == b"reached":
        return "+"
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "L"
    if response.status_code == 409 or (response.status_code == 302 and "/review/" in response["Location"]):
        return "F"
    return {403: "-", 404: "0"}.get(response.status_code, str(response.status_code))


def requests_of(role: str) -> list[tuple[str, Endpoint]]:
    """Return what a role requests of which object, "" for none.

    A method that no row has is requested by one role.
    """
    return [
        (target, endpoint)
        for endpoint in ENDPOINTS
        if endpoint.method in TABLE[endpoint.name] or role == "author"
        for target in (OBJECTS if endpoint.is_of_an_intake else ("",))
    ]


def test_there_is_an_outcome_for_all_that_a_url_can_require() -> None:
    levels = {(target, requirement.name) for requirement in OF_AN_INTAKE for target in OBJECTS}
    levels |= {("", requirement.name) for requirement in set(Requirement) - OF_AN_INTAKE}

    assert {(target, requirement) for target, requirement, _role in EXPECTED} == levels
    assert {endpoint.name for endpoint in ENDPOINTS} == set(TABLE)
    assert sum(len(requests_of(role)) for role in ROLES) >= 1500


# On a slow machine an action is noted in the session in the midst of it, with its cookie.
@pytest.mark.usefixtures("clock")
@pytest.mark.untraced
@pytest.mark.parametrize("role", ROLES)
def test_everyone_gets_exactly_as_far_as_the_table_says(scene: Scene, role: str) -> None:
    missing: dict[Endpoint, Any] = {}
    wrong = []
    for target, endpoint in requests_of(role):
        uuid = scene.intakes[target].pk if target else ""

        response = scene.request(role, endpoint, uuid)

        outcome, expected = outcome_of(response), endpoint.expected(target, role)
        if target and outcome == "0":
            if endpoint not in missing:
                missing[endpoint] = comparable(scene.request(role, endpoint, uuid4()))
            outcome = "0" if comparable(response) == missing[endpoint] else "shows that it is there"
        if outcome != expected:
            wrong.append(f"{target}: {endpoint.method} {endpoint.name}: {outcome}, not {expected}")

    assert wrong == []
