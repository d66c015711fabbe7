"""The page that starts an intake: its form, the routes, and what it refuses."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions.intakes import start_intake
from questionnaire.lifecycle import erasure
from questionnaire.models import Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import TODAY
from questionnaire.tests.pages import Page, controls

pytestmark = pytest.mark.usefixtures("today")

LIST, START = "/cases/", "/intakes/start/"


@pytest.mark.parametrize(("button", "page"), [("core-1", "core-1"), ("emergency", "emergency")])
def test_button_starts_on_its_route(alice_client: Client, button: str, page: str) -> None:
    response = Page(alice_client, START).fill(reference="2026-118").press("_go", button)

    intake = Intake.objects.get()
    assert response.headers["Location"] == reverse("section", args=[intake.uuid, page])
    assert intake.answers.get("safe_to_talk") == ("no" if button == "emergency" else None)


def test_emergency_route_needs_no_reference(alice_client: Client) -> None:
    Page(alice_client, START).press("_go", "emergency")

    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}\.[0-9]{2}", Intake.objects.get().case.reference)


def test_intake_is_started_with_the_proposed_date_and_language(alice_client: Client, alice: User) -> None:
    page = Page(alice_client, START)
    proposed = page.posted["on"], page.posted["language"]

    response = page.fill(reference="2026-118").press("_go", "start")

    intake = Intake.objects.get()
    assert proposed == (TODAY.strftime("%d-%m-%Y"), "nl")
    assert response.headers["Location"] == reverse("section", args=[intake.uuid, "safety_now"])
    assert (intake.case.reference, intake.author, intake.language) == ("2026-118", alice, "nl")
    assert intake.on == TODAY


def test_form_asks_for_no_name(alice_client: Client) -> None:
    hidden = {"csrfmiddlewaretoken", "next", "_mark", "key"}

    assert set(Page(alice_client, START).posted) - hidden == {"reference", "on", "language"}


def test_posting_the_page_twice_starts_one_intake(alice_client: Client) -> None:
    page = Page(alice_client, START).fill(reference="2026-118")

    first, again = page.press("_", ""), page.press("_", "")

    assert first.headers["Location"] == again.headers["Location"]
    assert Intake.objects.count() == 1


def test_changing_the_language_keeps_what_was_typed(alice_client: Client) -> None:
    page = Page(alice_client, START).fill(reference="2026-118", on="lang geleden")

    response = page.press("_language", "en")

    again = controls(response.content.decode())
    assert (again["reference"], again["on"], again["key"]) == ("2026-118", "lang geleden", page.posted["key"])
    assert b'<html lang="en">' in response.content
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert not Intake.objects.exists()


def test_unknown_language_is_ignored(alice_client: Client) -> None:
    response = Page(alice_client, START).press("_language", "xx")

    assert b'<html lang="nl">' in response.content
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reference", ""),
        ("reference", "x" * 101),
        ("reference", "a\x00b"),
        ("reference", "\u200b\u200b"),
        ("on", ""),
        ("on", "lang geleden"),
        ("on", "03-2026"),
        ("on", (TODAY + timedelta(days=1)).strftime("%d-%m-%Y")),
        ("language", "fr"),
    ],
)
def test_invalid_field_is_shown_again_with_an_error(alice_client: Client, field: str, typed: str) -> None:
    page = Page(alice_client, START).fill(reference="2026-118")

    response = page.fill(**{field: typed}).press("_go", "start")

    html = response.content.decode()
    assert f'id="id_{field}_error"' in html
    assert f'href="#id_{field}"' in html
    assert "<title>Fout: " in html
    assert controls(html).get(field, "") == (typed if field != "language" else "")
    assert not Intake.objects.exists()


def test_member_of_two_teams_chooses_one(client: Client, team: Team, other_team: Team) -> None:
    dora = account("dora", team, Membership.Role.PROFESSIONAL)
    Membership.objects.create(user=dora, team=other_team, role=Membership.Role.PROFESSIONAL)
    client.force_login(dora)

    Page(client, START).fill(reference="x", team=str(other_team.pk)).press("_go", "start")

    assert Intake.objects.get().team == other_team


def test_team_of_others_cannot_be_chosen(client: Client, bob: User, other_team: Team) -> None:
    client.force_login(bob)

    Page(client, START).fill(reference="x", team=str(other_team.pk)).press("_go", "start")

    assert Intake.objects.get().team != other_team


def test_reviewer_cannot_start_an_intake(client: Client, rachel: User) -> None:
    client.force_login(rachel)

    assert START not in Page(client, LIST).html
    assert client.get(START).status_code == 403


@pytest.mark.parametrize("kind", ["foreign", "shielded", "erased", "free"])
def test_a_posted_id_neither_tells_nor_opens_what_someone_else_has(
    alice_client: Client, alice: User, bob: User, charlie: User, team: Team, other_team: Team, kind: str
) -> None:
    foreign = start_intake(charlie, other_team, "theirs", TODAY, "nl")
    shielded, erased = (start_intake(bob, team, name, TODAY, "nl") for name in ("shielded", "erased"))
    access_actions.shield(bob, shielded)
    erasure.erase(bob, UUID(str(erased.uuid)), "asked for")
    posted = {"foreign": foreign.uuid, "shielded": shielded.uuid, "erased": erased.uuid, "free": uuid4()}[
        kind
    ]

    response = Page(alice_client, START).fill(reference="2026-118", key=str(posted)).press("_go", "start")

    (mine,) = alice.intakes.all()
    assert mine.uuid != posted
    assert response.headers["Location"] == reverse("section", args=[mine.uuid, "safety_now"])
    history = alice_client.get(reverse("looked", args=[mine.uuid])).text
    assert "alice" in history
    assert "bob" not in history
    assert "charlie" not in history


def test_a_page_sent_again_after_its_intake_was_erased_starts_another(
    alice_client: Client, alice: User
) -> None:
    page = Page(alice_client, START).fill(reference="2026-118")
    page.press("_go", "start")
    first = Intake.objects.get().uuid
    erasure.erase(alice, first, "asked for")

    page.press("_go", "start")

    assert Intake.objects.get().uuid != first


def test_conversation_of_long_ago_is_started_with_a_tick(alice_client: Client) -> None:
    page = Page(alice_client, START).fill(reference="2026-118", on=TODAY.replace(year=2016).isoformat())
    assert "long_ago" not in page.posted

    html = page.press("_go", "start").content.decode()
    assert 'href="#id_on"' in html
    assert re.search('<input type="checkbox" name="long_ago"', html)
    assert not Intake.objects.exists()

    page.fill(long_ago="on").press("_go", "start")
    assert Intake.objects.get().on == TODAY.replace(year=2016)
