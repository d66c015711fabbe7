"""The numbers of a team: for its managers, as tables and charts, without small numbers or content."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of

NUMBERS = "/numbers/"


@pytest.fixture
def manager_client(client: Client, team: Team) -> Client:
    """Return the client of someone who only leads the team, in English."""
    client.force_login(account("mary", team, Membership.Role.MANAGER))
    client.cookies["__Host-language"] = "en"
    return client


def page(client: Client) -> str:
    return client.get(NUMBERS).content.decode()


def fill(alice: User, team: Team, **by_state: int) -> None:
    for state, count in by_state.items():
        for number in range(count):
            intake = intake_actions.start_intake(alice, team, f"ref-{state}-{number}", dates.today(), "nl")
            yesterday = timezone.now() - timedelta(days=1)
            Intake.objects.filter(pk=intake.pk).update(state=state, started_at=yesterday)


def test_tables_and_charts_have_the_same_numbers(manager_client: Client, alice: User, team: Team) -> None:
    fill(alice, team, concept=11, signed_off=23)

    html = page(manager_client)

    titles = re.findall(r"<title id=[^>]*>([^<]*)</title>", html)
    assert len(titles) == len(re.findall("<tbody>", html)) == 4
    assert titles[0].startswith("By state. draft: 11. handed in for review: fewer than five.")
    for title, rows in zip(titles, re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL), strict=True):
        cells = re.findall(r"<th scope=\"row\">([^<]*)</th><td>([^<]*)</td>", rows)
        assert title.endswith(" " + " ".join(f"{kind}: {figure}." for kind, figure in cells))


def test_small_number_is_suppressed_and_cannot_be_worked_out(
    manager_client: Client, alice: User, team: Team
) -> None:
    fill(alice, team, **{State.CONCEPT: 3, State.SUBMITTED: 12, State.RETURNED: 13, State.SIGNED_OFF: 14})

    html = page(manager_client)

    row = r"<th scope=\"row\">{}</th><td>([^<]*)</td>"
    figures = [re.findall(row.format(state.label), html)[0] for state in State]
    assert figures == ["fewer than five", "not shown", "13", "14"]
    assert not {"3", "12"} & set(re.findall(r">(\d+)<", html))


def test_page_has_no_answers_references_or_authors(manager_client: Client, alice: User, team: Team) -> None:
    fill(alice, team, concept=6)
    for intake in Intake.objects.all():
        intake_actions.save_section(alice, intake, "concern", submission_of(intake, threats=("kill",)))

    html = unescape(page(manager_client))

    assert "Threat" not in html
    assert "ref-" not in html
    assert "alice" not in html


def test_team_with_fewer_than_five_intakes_has_no_charts(
    manager_client: Client, alice: User, team: Team
) -> None:
    fill(alice, team, concept=4)

    html = page(manager_client)

    assert "fewer than five conversations" in html
    assert "<svg" not in html


def test_table_with_small_numbers_only_is_replaced_by_a_sentence(
    manager_client: Client, alice: User, team: Team
) -> None:
    fill(alice, team, concept=6)

    html = page(manager_client)

    assert html.count("There are too few to show any of these numbers.") == 5
    assert "There are 6 conversations in all." in html


def test_page_shows_only_teams_that_the_person_manages(
    client: Client, alice: User, team: Team, other_team: Team, charlie: User
) -> None:
    Membership.objects.create(user=charlie, team=team, role=Membership.Role.PROFESSIONAL)
    client.force_login(alice)

    assert "North" in page(client)
    assert "South" not in page(client)
    client.force_login(charlie)
    assert client.get(NUMBERS).status_code == 403


def test_reading_records_one_event(manager_client: Client, alice: User, team: Team) -> None:
    fill(alice, team, concept=6)
    before = Event.objects.count()

    page(manager_client)

    event = Event.objects.latest("seq")
    assert Event.objects.count() == before + 1
    assert (event.code, str(event.actor), event.intake) == (EventCode.COUNTS_READ, "mary", None)


def test_list_links_to_the_page_for_managers_only(manager_client: Client, bob: User) -> None:
    assert f'href="{NUMBERS}"' in manager_client.get(reverse("cases")).content.decode()
    assert (
        "The numbers of the team help you to plan the work." in manager_client.get("/cases/").content.decode()
    )

    manager_client.force_login(bob)
    assert f'href="{NUMBERS}"' not in manager_client.get(reverse("cases")).content.decode()
