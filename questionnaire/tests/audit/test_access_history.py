"""The access history of a case: every read is in it, once, and only those who may read the case see it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import access_history
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Event, Intake, Team, User
from questionnaire.permissions import TABLE, Requirement
from questionnaire.tests.factories import start_in, write_plan
from questionnaire.tests.pages import one_line

pytestmark = pytest.mark.django_db

#: Other arguments of a page's URL, by URL name.
_ARGUMENTS: dict[str, dict[str, str]] = {
    "section": {"step": "fear"},
    "client": {"item": "fear_level"},
    "edition": {"code": "police"},
    "plan_version": {"number": "1"},
}
_READERS = {Requirement.READER, Requirement.AUTHOR_WHILE_OPEN, Requirement.AUTHOR}
PAGES = sorted(name for name, methods in TABLE.items() if methods.get("GET") in _READERS)

#: These redirect or are missing here: nothing was signed, and the screen was not turned to the client.
WITHOUT_CONTENT = {"intake", "signed", "client", "reassess"}
#: These show nothing of the conversation: a form for a log, and a log without anything in it.
BLANK = {"log_import", "blank_log"}


def address(name: str, intake: Intake, incident: Any, consultation: Any, breach: Any) -> str:
    more = dict(_ARGUMENTS.get(name, {}))
    if name == "incident":
        more["incident"] = incident.pk
    if name == "consultation":
        more["consultation"] = consultation.pk
    if name == "calendar":
        more["day"] = intake.reassess_on.isoformat()
    if name == "breach":
        more["breach"] = breach.pk
    return reverse(name, kwargs={"uuid": intake.uuid, **more})


@pytest.mark.untraced
@pytest.mark.parametrize("name", PAGES)
def test_every_page_with_content_records_one_read_event(
    client: Client, alice: User, intake: Intake, name: str
) -> None:
    incident = incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what="x"))
    consultation = follow_up_actions.add_consultation(alice, intake, Consultation("police"))
    breach = breach_actions.add_breach(alice, intake, Breach("x"))
    write_plan(alice, intake, home="x")
    client.force_login(alice)
    client.get(reverse("cases"))  # the first page of a session also looks for pending posts
    before = Event.objects.latest("seq").seq

    response = client.get(address(name, intake, incident, consultation, breach))

    events = list(Event.objects.filter(seq__gt=before))
    if response.status_code == 200 and name not in BLANK:
        assert [(event.actor, event.intake) for event in events] == [(alice, intake.uuid)], events
        assert events[0].code.endswith(".read")
    else:
        assert name in WITHOUT_CONTENT | BLANK
        assert events == []


@pytest.mark.usefixtures("intake")
def test_a_list_records_one_event_whatever_is_on_it(client: Client, alice: User, team: Team) -> None:
    for number in range(5):
        intake_actions.start_intake(alice, team, f"{number}", date(2026, 3, 23), "nl")
    client.force_login(alice)
    client.get(reverse("start"))
    before = Event.objects.count()

    client.get(reverse("cases"))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").intake is None


def test_the_page_shows_who_did_what_and_how_often(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    for _time in range(3):
        intake_actions.record_read(rachel, intake, EventCode.SUMMARY_READ)
    client.force_login(rachel)

    with override("en"):
        response = client.get(reverse("looked", args=[intake.uuid]), headers={"accept-language": "en"})

    html = one_line(response.content.decode())
    assert "<b>alice</b> started the conversation" in html
    assert "<b>rachel</b> read the summary (3 times)" in html
    assert "<b>rachel</b> looked at this list" in html


def test_the_history_includes_the_other_assessments_of_the_case(
    alice: User, team: Team, intake: Intake
) -> None:
    start_in(intake.case, alice)
    intake_actions.start_intake(alice, team, "other", intake.on, "nl")

    (day,) = access_history.case_history(alice, intake)

    labels = ["started the conversation", "started the next conversation"]
    with override("en"):
        entries = [(entry.who, str(entry.what), entry.times) for entry in day.entries]
    assert entries == [("alice", label, 1) for label in labels]


def test_the_same_reason_is_shown_once(alice: User, intake: Intake) -> None:
    events = [
        Event(seq=seq, at=intake.started_at, actor=alice, code="intake.opened.read", reason=reason)
        for seq, reason in enumerate(["absent colleague", "absent colleague", ""])
    ]

    ((entry,),) = [day.entries for day in access_history.group_by_day(events)]

    assert (entry.times, entry.reasons) == (3, ("absent colleague",))


def test_only_those_who_may_read_the_case_get_the_page(
    client: Client, alice: User, bob: User, charlie: User, intake: Intake
) -> None:
    for user, status in ((alice, 200), (bob, 404), (charlie, 404)):
        client.force_login(user)
        assert client.get(reverse("looked", args=[intake.uuid])).status_code == status


#: Events that are never about one intake, and so never on the page.
OF_NO_CASE = {
    *(
        EventCode.COUNTS_READ,
        EventCode.ROWS_NAMED,
        EventCode.LIST_READ,
        EventCode.SESSION_LOCKED,
        EventCode.SESSION_UNLOCKED,
        EventCode.POST_READ,
        EventCode.POST_DROPPED,
    ),
    *(EventCode.KEYS_ROTATED, EventCode.CASES_UPGRADED, EventCode.CASES_DOWNGRADED),
    *(EventCode.LOGS_GATHERED, EventCode.LOGS_SCATTERED, EventCode.LIST_SEARCHED, EventCode.KEYS_MADE),
    *(EventCode.BACKED_UP, EventCode.RESTORED, EventCode.EVENTS_SEALED, EventCode.VERSION_STARTED),
    *(EventCode.NUMBER_UNUSED, EventCode.EVENTS_READ, EventCode.EVENTS_SEARCHED, EventCode.EVENTS_EXPORTED),
    EventCode.ALERT_SEEN,
    *(EventCode.RETENTION_SET, EventCode.ROLE_GIVEN, EventCode.ROLE_TAKEN),
    *(EventCode.RIGHTS_SEALED, EventCode.RIGHTS_UNSEALED),
    *(code for code in EventCode if code.startswith(("account.", "team.", "organisation."))),
}


def test_every_event_about_an_intake_has_a_label_of_its_own() -> None:
    general = {
        str(access_history.label_for("something.read")),
        str(access_history.label_for("something.done")),
    }

    assert {code for code in EventCode if str(access_history.label_for(code)) in general} == OF_NO_CASE


def test_an_unknown_event_is_labelled_as_a_read_or_a_change() -> None:
    with override("en"):
        assert "read" in str(access_history.label_for("something.read"))
        assert "changed" in str(access_history.label_for("something.done"))
