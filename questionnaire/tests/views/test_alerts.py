"""What who audits or manages a team is told on their first page, and the button with which it goes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from questionnaire.actions import access as access_actions
from questionnaire.audit import limit_events
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.limits import LimitName
from questionnaire.models import Access, Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import one_line

pytestmark = pytest.mark.django_db

Role = Membership.Role
SEEN = "/alerts/seen/"


@pytest.fixture
def manager(team: Team) -> User:
    return account("mona", team, Role.MANAGER)


@pytest.fixture
def auditor(team: Team) -> User:
    return account("otto", team, Role.AUDITOR)


def opened(client: Client, user: User, page: str = "/", language: str = "nl") -> str:
    client.force_login(user)
    client.cookies["__Host-language"] = language
    return one_line(client.get(page, follow=True).content.decode())


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("nl", ("Om naar te kijken in het team", "opende een casus met een reden: 1 keer", "Gezien")),
        ("en", ("To look at in the team", "opened a case with a reason: 1 time", "Seen")),
    ],
)
def test_both_are_told_on_their_first_page_and_no_reference(
    client: Client,
    manager: User,
    auditor: User,
    bob: User,
    intake: Intake,
    language: str,
    texts: tuple[str, ...],
) -> None:
    access_actions.open_with_reason(bob, intake, "Alice is vandaag plotseling ziek geworden.")

    pages = [opened(client, user, language=language) for user in (manager, auditor)]

    assert [text for page in pages for text in texts if text not in page] == []
    assert intake.case.reference not in pages[0]
    assert "plotseling" not in pages[0]


def test_seen_takes_the_line_away_for_oneself(
    client: Client, manager: User, auditor: User, bob: User
) -> None:
    limit_events.record_met(LimitName.SEARCHES, bob)
    page = opened(client, manager)
    key = page.partition('name="alert" value="')[2].partition('"')[0]

    said = one_line(client.post(SEEN, {"alert": key}, follow=True).content.decode())

    assert "Gezien. Het komt terug als er meer bij komt." in said
    assert "Om naar te kijken" not in said
    assert "Om naar te kijken" in opened(client, auditor)
    assert Event.objects.get(code=EventCode.ALERT_SEEN).actor == manager


@pytest.mark.parametrize("key", ["", "limits", "limits:1:2026-01-01:1", "cases:0:x:y"])
def test_a_line_that_is_not_there_records_nothing(client: Client, manager: User, key: str) -> None:
    client.force_login(manager)

    page = client.post(SEEN, {"alert": key}, follow=True).content.decode()

    assert "Deze regel was al weg" in page
    assert not Event.objects.filter(code=EventCode.ALERT_SEEN).exists()


def test_an_auditor_goes_from_a_line_to_its_events(
    client: Client, auditor: User, alice: User, bob: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    limit_events.record_met(LimitName.SEARCHES, bob)
    page = opened(client, auditor)
    asked = page.partition('name="what" value="')[2].partition('"')[0]
    posted = {
        name: page.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("since", "until", "person")
    }

    found = one_line(client.post("/events/", {**posted, "what": asked}, follow=True).content.decode())

    assert "is tegengehouden door een grens" in found
    assert "(zoeken)" in found or "zoeken" in found
    assert "gaf iemand toegang" not in found


def test_who_only_writes_is_told_nothing_and_asked_no_more(client: Client, bob: User, intake: Intake) -> None:
    limit_events.record_met(LimitName.SEARCHES, account("dora", intake.team, Role.PROFESSIONAL))
    opened(client, bob)
    with CaptureQueriesContext(connection) as captured:
        page = opened(client, bob)

    assert "Om naar te kijken" not in page
    assert not [query for query in captured if EventCode.ALERT_SEEN in query["sql"]]


def test_a_changed_role_is_told_without_a_button(client: Client, manager: User, bob: User) -> None:
    Membership.objects.filter(user=bob).update(mac="0" * 64)

    page = opened(client, manager)

    assert "1 rol of account in uw team is buiten het programma om veranderd" in page
    assert 'name="alert"' not in page
