"""A look at an intake that someone may not see: it is recorded, and they see and wait for nothing of that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import refused_looks
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.refused_looks import record_refused_look
from questionnaire.models import Access, Event, Intake, User
from questionnaire.tests.people import moved_clock

pytestmark = pytest.mark.django_db


def looks() -> list[Event]:
    return list(Event.objects.filter(code=EventCode.LOOK_REFUSED).order_by("seq"))


def without_what_differs_anyway(html: str, intake: Intake | None) -> str:
    return html.replace(str(intake.pk), "uuid") if intake else html


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_refused_look_is_an_event_and_the_answer_is_that_of_a_missing_one(
    client: Client, charlie: User, intake: Intake, method: str
) -> None:
    client.force_login(charlie)
    missing = uuid4()

    response = getattr(client, method)(reverse("section", args=[intake.pk, "fear"]))
    other = getattr(client, method)(reverse("section", args=[missing, "fear"]))

    assert response.status_code == other.status_code == 404
    strip = [each.content.decode().split("<body")[0] for each in (response, other)]
    assert strip[0] == strip[1]
    assert [(event.actor, event.intake, event.case) for event in looks()] == [
        (charlie, intake.pk, intake.case_id),
        (charlie, missing, None),
    ]
    assert {event.chain for event in looks()} == {f"user:{charlie.pk}"}


def test_who_was_locked_out_and_looks_again_is_in_the_history_of_the_case(
    client: Client, alice: User, bob: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)
    client.cookies["__Host-language"] = "en"
    client.force_login(bob)
    assert client.get(reverse("summary", args=[intake.pk])).status_code == 404

    client.force_login(alice)
    html = client.get(reverse("looked", args=[intake.pk])).content.decode()

    assert "tried to open it and was refused" in html


def test_pages_that_need_a_role_or_a_right_to_write_are_no_refused_look(
    client: Client, rachel: User, intake: Intake
) -> None:
    client.force_login(rachel)

    assert client.get(reverse("section", args=[intake.pk, "fear"])).status_code == 403
    assert client.get(reverse("numbers")).status_code == 403
    assert looks() == []


def test_the_same_look_again_is_no_event_for_a_while(
    charlie: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(3):
        record_refused_look(charlie, intake.pk)
    assert len(looks()) == 1

    later = timezone.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    record_refused_look(charlie, intake.pk)

    assert len(looks()) == 2


def test_whoever_looks_everywhere_fills_nothing(
    charlie: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(40):
        record_refused_look(charlie, uuid4())
    assert len(looks()) == refused_looks._MOST

    record_refused_look(bob, uuid4())  # of another it is still told
    assert len(looks()) == refused_looks._MOST + 1

    later = timezone.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    record_refused_look(charlie, uuid4())
    assert len(looks()) == refused_looks._MOST + 2


@pytest.mark.parametrize("is_database", [True, False])
def test_who_looks_sees_nothing_of_a_failure_to_record_it(
    client: Client, charlie: User, intake: Intake, monkeypatch: pytest.MonkeyPatch, is_database: bool
) -> None:
    from django.core.exceptions import PermissionDenied

    def fail(*_given: Any, **_named: Any) -> None:
        raise OperationalError if is_database else PermissionDenied

    client.force_login(charlie)
    monkeypatch.setattr(audit_log, "record", fail)

    assert client.get(reverse("summary", args=[intake.pk])).status_code == 404
    assert looks() == []


def test_looks_of_a_time_to_come_hide_none_of_today(charlie: User, intake: Intake) -> None:
    """A clock was years ahead for a while, and is right again."""
    with moved_clock(timedelta(days=3650)):
        record_refused_look(charlie, intake.pk)
    record_refused_look(charlie, intake.pk)

    assert len(looks()) == 2
