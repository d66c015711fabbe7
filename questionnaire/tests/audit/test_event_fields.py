"""The fields of an event: every one that NEN 7513 asks, of every type, and none with content."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from questionnaire.audit import acting, event_kinds
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_fields import FIELDS, fields_of, kinds_of
from questionnaire.audit.event_kinds import ObjectKind
from questionnaire.models import Event, Intake, User

pytestmark = pytest.mark.django_db

#: Of what happens before somebody is known, or without anybody, nobody is the actor.
OF_NOBODY = {EventCode.SIGN_IN_REFUSED, EventCode.EVENTS_SEALED, EventCode.NUMBER_UNUSED}


def recorded(user: User, code: EventCode, intake: Intake) -> dict[str, Any]:
    """Record an event with this code in a request, and return its fields."""
    of_case = event_kinds.object_kind(code) is ObjectKind.CASE
    with acting.in_request(), transaction.atomic():
        event = audit_log.record(
            None if code in OF_NOBODY else user,
            code,
            intake if of_case else None,
            subject=user.pk if code == EventCode.SIGN_IN_REFUSED else None,
            in_own_chain=code == EventCode.LOOK_REFUSED,
        )
    return fields_of(Event.objects.get(pk=event.pk), {user.pk: user.username})


@pytest.mark.parametrize("code", list(EventCode))
def test_every_type_has_each_mandatory_field(alice: User, intake: Intake, code: EventCode) -> None:
    fields = recorded(alice, code, intake)

    assert tuple(fields) == FIELDS
    json.dumps(fields)
    at = datetime.fromisoformat(fields["at"])
    assert at.utcoffset() == timedelta(0)
    for name in (
        "seq",
        "chain",
        "number",
        "code",
        "object_kind",
        "action",
        "outcome",
        "source",
        "request_id",
    ):
        assert fields[name], name
    if code in OF_NOBODY:
        assert (fields["actor_id"], fields["actor"]) == (None, "")
    else:
        assert (fields["actor_id"], fields["actor"]) == (alice.pk, "alice")
        assert fields["role"]
        assert bool(fields["right"]) is (fields["outcome"] != "refused")
    if fields["object_kind"] == "case":
        assert (fields["case"], fields["intake"]) == (str(intake.case_id), str(intake.pk))


def test_a_refused_look_has_them_too(client: Client, charlie: User, intake: Intake) -> None:
    client.force_login(charlie)
    client.get(reverse("summary", args=[intake.pk]))

    fields = fields_of(Event.objects.latest("seq"), {charlie.pk: "charlie"})

    told = {name: fields[name] for name in ("actor", "role", "right", "case", "action", "outcome")}
    assert told == {
        "actor": "charlie",
        "role": "professional",
        "right": "",
        "case": str(intake.case_id),
        "action": "read",
        "outcome": "refused",
    }


def test_a_command_is_by_whoever_ran_it(intake: Intake) -> None:
    with transaction.atomic():
        event = audit_log.record(None, EventCode.BACKED_UP)

    fields = fields_of(event, {})

    assert (fields["right"], fields["os_user"]) == ("command", acting.current().os_user)
    assert fields["source"].startswith("command ")


def test_a_code_of_a_later_version_is_unknown_and_no_error() -> None:
    assert set(kinds_of("something.else").values()) == {"unknown"}
