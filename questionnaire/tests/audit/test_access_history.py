"""Who has looked at a case: every read is told, once, and to nobody who may not see the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import access_history
from questionnaire.audit.log import Code
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Event, Intake, Team, User
from questionnaire.permissions import TABLE, Who

pytestmark = pytest.mark.django_db

#: Pages that someone who may see an intake opens with GET, by URL name, and what else their address takes.
_ABOUT: dict[str, dict[str, str]] = {
    "section": {"step": "fear"},
    "client": {"item": "fear_level"},
    "edition": {"code": "police"},
}
_OF_AN_INTAKE = {Who.READER, Who.WRITER, Who.KEEPER}
PAGES = sorted(name for name, methods in TABLE.items() if methods.get("GET") in _OF_AN_INTAKE)

#: These lead to another page here: nothing was signed, and the screen was not turned to the client.
LEAD_ON = {"intake", "signed", "client"}


def address(name: str, intake: Intake, incident: Any, consultation: Any) -> str:
    more = dict(_ABOUT.get(name, {}))
    if name == "incident":
        more["incident"] = incident.pk
    if name == "consultation":
        more["consultation"] = consultation.pk
    return reverse(name, kwargs={"uuid": intake.uuid, **more})


@pytest.mark.parametrize("name", PAGES)
def test_every_page_that_shows_content_writes_one_read_event(
    client: Client, alice: User, intake: Intake, name: str
) -> None:
    incident = intake_actions.add_incident(alice, intake, Told("2026-03-20", "home", what="x"))
    consultation = follow_up_actions.add_consultation(alice, intake, Consultation("police"))
    client.force_login(alice)
    client.get(reverse("intakes"))  # the first page of a session also looks whether text was kept
    before = Event.objects.latest("seq").seq

    response = client.get(address(name, intake, incident, consultation))

    told = list(Event.objects.filter(seq__gt=before))
    if response.status_code == 200:
        assert [(event.actor, event.intake) for event in told] == [(alice, intake.uuid)], told
        assert told[0].code.endswith(".read")
    else:
        assert name in LEAD_ON
        assert told == []


@pytest.mark.usefixtures("intake")
def test_a_list_writes_one_event_whatever_is_on_it(client: Client, alice: User, team: Team) -> None:
    for number in range(5):
        intake_actions.start_intake(alice, team, f"{number}", date(2026, 3, 23), "nl")
    client.force_login(alice)
    client.get(reverse("start"))
    before = Event.objects.count()

    client.get(reverse("intakes"))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").intake is None


def test_the_page_tells_who_did_what_and_why(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    for _time in range(3):
        intake_actions.record_read(rachel, intake, Code.SUMMARY_READ)
    client.force_login(rachel)

    with override("en"):
        html = client.get(reverse("looked", args=[intake.uuid]), headers={"accept-language": "en"}).content

    assert b"<b>alice</b> started the conversation" in html
    assert b"<b>rachel</b> read the summary (3 times)" in html
    assert b"<b>rachel</b> looked at this list" in html


def test_the_other_assessments_of_a_case_are_told_too(alice: User, team: Team, intake: Intake) -> None:
    second = intake_actions.start_intake(alice, team, "second", date(2026, 3, 24), "nl")
    Intake.objects.filter(pk=second.pk).update(case=intake.case)

    (day,) = access_history.group_by_day(alice, intake)

    assert [(act.who, act.times) for act in day.acts] == [("alice", 2)]


def test_a_reason_is_told_once(alice: User, intake: Intake) -> None:
    told = [
        Event(seq=seq, at=intake.started_at, actor=alice, code="intake.opened.read", reason=reason)
        for seq, reason in enumerate(["absent colleague", "absent colleague", ""])
    ]

    ((act,),) = [day.acts for day in access_history.history(told)]

    assert (act.times, act.reasons) == (3, ("absent colleague",))


def test_nobody_else_gets_the_page(client: Client, bob: User, charlie: User, intake: Intake) -> None:
    for user in (bob, charlie):
        client.force_login(user)
        assert client.get(reverse("looked", args=[intake.uuid])).status_code == 404


#: What is never about one intake, and so never on the page.
OF_NO_CASE = {
    *(
        Code.COUNTS_READ,
        Code.LIST_READ,
        Code.SESSION_LOCKED,
        Code.SESSION_UNLOCKED,
        Code.POST_READ,
        Code.POST_DROPPED,
    ),
    *(Code.KEYS_ROTATED, Code.RETENTION_SET, Code.ROLE_GIVEN, Code.ROLE_TAKEN),
    *(code for code in Code if code.startswith("account.")),
}


def test_every_act_has_words_of_its_own() -> None:
    unknown = {str(access_history.words("something.read")), str(access_history.words("something.done"))}

    assert {code for code in Code if str(access_history.words(code)) in unknown} == OF_NO_CASE


def test_what_is_unknown_is_told_by_its_kind() -> None:
    with override("en"):
        assert "read" in str(access_history.words("something.read"))
        assert "changed" in str(access_history.words("something.done"))
