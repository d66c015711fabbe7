"""Who gets through where: every role at every intake, at every URL, by GET and POST, as one table says.

Each request goes through all of the middleware with the real table of permissions. A last middleware stands
in for the views: reaching it is the verdict, and nothing is changed by asking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from questionnaire.accounts import reauthentication
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.workflow import State
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.permissions import TABLE, Who
from questionnaire.tests.conftest import account
from questionnaire.tests.test_permissions import OF_AN_INTAKE, told

# +  reaches the view             L  is sent to sign in         -  is refused: a page of another role
# 0  as if it were not there      F  is told that it is closed, and what was typed is kept
VERDICTS: Final = """
             anonymous author assigned named opened colleague reviewer manager administrator locked_out other
ANYONE           +       +       +       +      +       +         +       +          +           +        +
SIGNED_IN        L       +       +       +      +       +         +       +          +           +        +
PROFESSIONAL     L       +       +       +      +       +         -       -          -           +        +
MANAGER          L       -       -       -      -       -         -       +          -           -        -
ADMINISTRATOR    L       -       -       -      -       -         -       -          +           -        -

open LISTED      L       +       +       +      +       +         +       0          0           0        0
open READER      L       +       +       +      +       0         +       0          0           0        0
open KEEPER      L       +       +       -      -       0         -       0          0           0        0
open WRITER      L       +       +       -      -       0         -       0          0           0        0
open REVIEWER    L       -       -       -      -       0         +       0          0           0        0
open HOLDER      L       +       -       -      -       0         +       0          0           0        0

signed LISTED    L       +       +       +      +       +         +       0          0           0        0
signed READER    L       +       +       +      +       0         +       0          0           0        0
signed KEEPER    L       +       +       -      -       0         -       0          0           0        0
signed WRITER    L       F       F       -      -       0         -       0          0           0        0
signed REVIEWER  L       -       -       -      -       0         +       0          0           0        0
signed HOLDER    L       +       -       -      -       0         +       0          0           0        0

shielded LISTED  L       +       0       +      0       0         0       0          0           0        0
shielded READER  L       +       0       +      0       0         0       0          0           0        0
shielded KEEPER  L       +       0       -      0       0         0       0          0           0        0
shielded WRITER  L       +       0       -      0       0         0       0          0           0        0
shielded REVIEWER  L     -       0       -      0       0         0       0          0           0        0
shielded HOLDER  L       +       0       -      0       0         0       0          0           0        0

foreign LISTED   L       0       0       0      0       0         0       0          0           0        +
foreign READER   L       0       0       0      0       0         0       0          0           0        +
foreign KEEPER   L       0       0       0      0       0         0       0          0           0        +
foreign WRITER   L       0       0       0      0       0         0       0          0           0        +
foreign REVIEWER L       0       0       0      0       0         0       0          0           0        -
foreign HOLDER   L       0       0       0      0       0         0       0          0           0        +
"""
OBJECTS: Final = ("open", "signed", "shielded", "foreign")
#: What each part of a URL is in a request; the id of the intake comes from the object.
PARTS: Final = {
    "incident": "00000000-0000-4000-8000-000000000001",
    "consultation": "00000000-0000-4000-8000-000000000001",
    "item": "fear_level",
    "code": "full",
    "step": "fear",
    "pk": "1",
}


def parse(table: str) -> dict[tuple[str, str, str], str]:
    """The verdict by object, "" for none, by what the URL asks, and by role."""
    head, *rows = [line for line in table.splitlines() if line.strip()]
    roles = head.split()
    verdicts: dict[tuple[str, str, str], str] = {}
    for row in rows:
        *names, cells = row.split(None, len(row.split()) - len(roles))
        about, who = ("", names[0]) if len(names) == 1 else names
        verdicts |= {(about, who, role): cell for role, cell in zip(roles, cells.split(), strict=True)}
    return verdicts


EXPECTED: Final = parse(VERDICTS)
ROLES: Final = list(dict.fromkeys(role for _about, _who, role in EXPECTED))


@dataclass(frozen=True)
class Asked:
    """One URL by name and method, and the parts of its address but the intake's id."""

    name: str
    method: str
    parts: tuple[str, ...]

    @property
    def is_of_an_intake(self) -> bool:
        return "uuid" in self.parts

    def url(self, uuid: object) -> str:
        return reverse(
            self.name, kwargs={part: uuid if part == "uuid" else PARTS[part] for part in self.parts}
        )

    def expected(self, about: str, role: str) -> str:
        who = TABLE[self.name].get(self.method)
        return "405" if who is None else EXPECTED[(about, who.name, role)]


def asked(patterns: list[URLPattern | URLResolver]) -> Iterator[Asked]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from asked(pattern.url_patterns)
        else:
            for method in ("GET", "POST"):
                yield Asked(str(pattern.name), method, tuple(pattern.pattern.converters))


EVERY: Final = list(dict.fromkeys(asked(get_resolver().url_patterns)))


class InPlaceOfViews:
    """Answers for every view, so that getting there is all that happens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, *_args: object) -> HttpResponse:
        return HttpResponse("reached")


@dataclass(frozen=True)
class Scene:
    """Everyone, signed in, and every intake."""

    clients: dict[str, Client]
    intakes: dict[str, Intake]

    def ask(self, role: str, what: Asked, uuid: object) -> Any:
        """What this role gets; afterwards all is as it was, so that no request bears on another."""
        with transaction.atomic():
            response = self.clients[role].generic(what.method, what.url(uuid))
            transaction.set_rollback(True)
        return response


@pytest.fixture
def scene(settings: Any, monkeypatch: pytest.MonkeyPatch, team: Team, other_team: Team) -> Scene:
    settings.MIDDLEWARE = [*django_settings.MIDDLEWARE, f"{__name__}.InPlaceOfViews"]
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
    Intake.objects.filter(pk=intakes["shielded"].pk).update(shielded=True)
    for intake in intakes.values():
        for kind in Access.Kind:
            until = timezone.now() + timedelta(hours=1) if kind is Access.Kind.OPENED else None
            Access.objects.create(case=intake.case, user=people[kind.value], kind=kind, until=until)
    return Scene({role: signed_in(people.get(role)) for role in ROLES}, intakes)


def everyone(team: Team, other_team: Team) -> dict[str, User]:
    role_of = {
        "reviewer": Membership.Role.REVIEWER,
        "manager": Membership.Role.MANAGER,
        "administrator": Membership.Role.ADMINISTRATOR,
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


def verdict(response: Any) -> str:
    if response.content == b"reached":
        return "+"
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "L"
    if response.status_code == 409 or (response.status_code == 302 and "/review/" in response["Location"]):
        return "F"
    return {403: "-", 404: "0"}.get(response.status_code, str(response.status_code))


def cells(about: str) -> list[tuple[str, Asked]]:
    """Who asks what of one object, or of none. A method that no table has is asked by one of them."""
    return [
        (role, what)
        for what in EVERY
        if what.is_of_an_intake == bool(about)
        for role in (ROLES if what.method in TABLE[what.name] else ("author",))
    ]


def test_there_is_a_verdict_for_all_that_a_url_can_ask() -> None:
    levels = {(about, who.name) for who in OF_AN_INTAKE for about in OBJECTS}
    levels |= {("", who.name) for who in set(Who) - OF_AN_INTAKE}

    assert {(about, who) for about, who, _role in EXPECTED} == levels
    assert {what.name for what in EVERY} == set(TABLE)
    assert sum(len(cells(about)) for about in ("", *OBJECTS)) >= 1500


@pytest.mark.no_cover
@pytest.mark.parametrize("about", ["", *OBJECTS])
def test_everyone_gets_exactly_as_far_as_the_table_says(scene: Scene, about: str) -> None:
    missing: dict[tuple[str, Asked], Any] = {}
    wrong = []
    for role, what in cells(about):
        uuid = scene.intakes[about].pk if about else ""

        response = scene.ask(role, what, uuid)

        came, expected = verdict(response), what.expected(about, role)
        if came == "0" and what.is_of_an_intake:
            if (role, what) not in missing:
                missing[role, what] = told(scene.ask(role, what, uuid4()))
            came = "0" if told(response) == missing[role, what] else "tells that it is there"
        if came != expected:
            wrong.append(
                f"{role} at {about or 'no intake'}, {what.method} {what.name}: {came}, not {expected}"
            )

    assert wrong == []
