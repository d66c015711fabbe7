"""How someone acts, as events say it: the role of that moment, by which right, and in which request."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import acting
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, AccessScope, Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account

pytestmark = pytest.mark.django_db

REASON = "Ik vervang Alice, die vandaag ziek is."
Prepare = Callable[[User, User, Intake], object]


def grant(kind: Access.Kind) -> Prepare:
    return lambda alice, user, intake: access_actions.grant(alice, intake, user, kind)


def open_it(_alice: User, user: User, intake: Intake) -> None:
    access_actions.open_with_reason(user, intake, REASON)


def do_nothing(_alice: User, _user: User, _intake: Intake) -> None:
    pass


@pytest.mark.parametrize(
    ("who", "prepare", "role", "right"),
    [
        ("alice", do_nothing, "professional", "author"),
        ("bob", grant(Access.Kind.ASSIGNED), "professional", "assigned"),
        ("bob", grant(Access.Kind.NAMED), "professional", "named"),
        ("bob", open_it, "professional", "break-glass"),
        ("rachel", do_nothing, "reviewer", "reviewer"),
    ],
)
def test_reading_a_case_says_by_which_right(
    client: Client,
    alice: User,
    bob: User,
    rachel: User,
    intake: Intake,
    who: str,
    prepare: Prepare,
    role: str,
    right: str,
) -> None:
    user = {"alice": alice, "bob": bob, "rachel": rachel}[who]
    prepare(alice, user, intake)
    client.force_login(user)

    response = client.get(reverse("summary", args=[intake.pk]))

    event = Event.objects.get(code=EventCode.SUMMARY_READ)
    assert (event.actor, event.role, event.right) == (user, role, right)
    assert event.request_id == response.headers["X-Request-ID"]
    assert event.source.startswith("web ")
    assert event.os_user == ""


def test_opening_a_case_is_done_as_a_colleague(client: Client, bob: User, intake: Intake) -> None:
    client.force_login(bob)
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()

    client.post(reverse("open", args=[intake.pk]), {"reason": REASON})

    event = Event.objects.get(code=EventCode.CASE_OPENED)
    assert (event.role, event.right) == ("professional", "colleague")


def test_starting_a_conversation_is_done_as_its_author(client: Client, alice: User, team: Team) -> None:
    with acting.in_request():
        intake_actions.start_intake(alice, team, "x", date(2026, 3, 23), "nl")

    event = Event.objects.get(code=EventCode.INTAKE_STARTED)
    assert (event.role, event.right) == ("manager, professional", "author")


def test_a_list_is_read_with_ones_own_account_and_events_and_roles_by_a_role(
    client: Client, team: Team, bob: User
) -> None:
    client.force_login(bob)
    client.get(reverse("cases"))

    event = Event.objects.get(code=EventCode.LIST_READ)
    assert (event.role, event.right) == ("professional", "own account")

    auditor = account("audrey", team, Membership.Role.AUDITOR)
    client.force_login(auditor)
    client.get(reverse("events"))
    event = Event.objects.get(code=EventCode.EVENTS_READ)
    assert (event.role, event.right) == ("auditor", "role")

    admin = account("ann", team, Membership.Role.ADMINISTRATOR)
    with acting.in_request(), transaction.atomic():
        event = audit_log.record(admin, EventCode.ROLE_GIVEN, subject=bob.pk)
    assert (event.role, event.right) == ("administrator", "role")


def test_what_someone_does_for_a_case_of_another_is_done_by_their_role(
    alice: User, rachel: User, intake: Intake
) -> None:
    with acting.in_request(), transaction.atomic():
        event = audit_log.record(rachel, EventCode.INTAKE_HANDED_OVER, intake)

    assert (event.role, event.right) == ("reviewer", "role")


def test_a_right_that_ended_meanwhile_leaves_the_role(alice: User, bob: User, intake: Intake) -> None:
    with acting.in_request(), transaction.atomic():
        acting.on_right(intake, AccessScope.of(bob))
        event = audit_log.record(bob, EventCode.POST_HELD, intake)

    assert event.right == "role"


def test_nobody_has_no_role_and_no_right() -> None:
    with acting.in_request(), transaction.atomic():
        event = audit_log.record(None, EventCode.SIGN_IN_REFUSED)

    assert (event.role, event.right) == ("", "")


def test_what_the_server_does_by_itself_is_done_by_no_user_of_the_system() -> None:
    with acting.as_server(), transaction.atomic():
        event = audit_log.record(None, EventCode.EVENTS_SEALED)

    assert event.source.startswith("server ")
    assert (event.os_user, event.request_id, event.right) == ("", "", "")


def test_each_request_has_an_id_of_its_own_also_one_that_is_refused(client: Client) -> None:
    ids = {client.get(path).headers["X-Request-ID"] for path in ("/", "/notes/", "/no-such-page/")}

    assert len(ids) == 3
    assert all(len(each) == 16 for each in ids)
    assert acting.current().request_id == ""


@pytest.mark.parametrize("error", [OSError, KeyError])
def test_a_user_of_the_system_without_a_name_is_named_by_number(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", fail)
    acting._as_command.cache_clear()
    try:
        assert acting.current().os_user == str(os.getuid())
    finally:
        acting._as_command.cache_clear()


def test_the_last_event_of_a_request_is_one_that_was_kept_and_their_own(alice: User, bob: User) -> None:
    with acting.in_request():
        assert acting.recorded_by(alice) == 0
        intake_actions.record_read(alice, None, EventCode.LIST_READ)
        intake_actions.record_read(bob, None, EventCode.LIST_READ)
        with transaction.atomic():
            audit_log.record(alice, EventCode.LIST_READ)
            transaction.set_rollback(True)

        assert acting.recorded_by(alice) == Event.objects.get(actor=alice).seq

    assert acting.recorded_by(alice) == 0
