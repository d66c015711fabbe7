"""The page that starts an intake: its form, the routes, and what it refuses."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.intakes import start_intake
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import TODAY
from questionnaire.tests.pages import Page, controls, names, one_line

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


def test_the_page_says_that_a_colleague_can_open_it_with_a_reason(alice_client: Client) -> None:
    said = one_line(Page(alice_client, START).html)

    assert "Een collega kan het openen met een reden: u ziet dan wie en waarom." in said


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
    assert b'<html lang="en"' in response.content
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert not Intake.objects.exists()


def test_unknown_language_is_ignored(alice_client: Client) -> None:
    response = Page(alice_client, START).press("_language", "xx")

    assert b'<html lang="nl"' in response.content
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
    assert {"alice", "bob", "charlie"} & set(re.findall(r"\w+", history)) == {"alice"}


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


def test_the_next_reference_is_proposed_from_those_that_one_may_know(
    client: Client, alice: User, bob: User, charlie: User, team: Team, other_team: Team
) -> None:
    client.force_login(alice)
    assert Page(client, START).posted["reference"] == ""
    start_intake(bob, team, "2026-117", TODAY, "nl")
    hidden = start_intake(bob, team, "2026-200", TODAY, "nl")
    access_actions.shield(bob, hidden)
    start_intake(charlie, other_team, "2026-300", TODAY, "nl")

    assert Page(client, START).posted["reference"] == "2026-118"
    client.force_login(bob)
    assert Page(client, START).posted["reference"] == "2026-201"


def test_who_has_two_teams_chooses_one_before_a_reference_is_proposed(
    client: Client, team: Team, other_team: Team, intake: Intake
) -> None:
    dora = account("dora", team, Membership.Role.PROFESSIONAL)
    Membership.objects.create(user=dora, team=other_team, role=Membership.Role.PROFESSIONAL)
    client.force_login(dora)

    assert Page(client, START).posted["reference"] == ""


def test_a_reference_that_looks_like_a_name_is_asked_about_once(alice_client: Client) -> None:
    page = Page(alice_client, START).fill(reference="Samira de Vries", on="14-06-2026")

    html = page.press("_go", "core-1").content.decode()

    assert "Dit lijkt op een naam." in html
    assert re.search('<input type="checkbox" name="is_no_name"', html)
    assert controls(html)["reference"] == "Samira de Vries"
    assert controls(html)["on"] == "14-06-2026"
    assert not Intake.objects.exists()

    page.fill(is_no_name="on").press("_go", "core-1")
    assert Intake.objects.get().case.reference == "Samira de Vries"


def test_where_there_is_no_time_nothing_is_asked(alice_client: Client, intake: Intake) -> None:
    for reference in ("Samira de Vries", "2026-117"):
        page = Page(alice_client, START).fill(reference=reference)
        assert page.press("_go", "emergency").status_code == 302

    assert Intake.objects.count() == 3


def test_a_reference_in_use_leads_to_its_open_conversation_or_to_a_new_case(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, START).fill(reference="2026 117")

    html = page.press("_go", "start").content.decode()

    summary = html.partition('id="errors"')[2].partition("</div>")[0]
    assert f'href="{reverse("intake", args=[intake.pk])}"' in summary
    # In the summary that has the focus, and at the field that it is about.
    assert html.count("Er is al een casus met dit kenmerk.") == 2
    assert summary.count("Er is al een casus met dit kenmerk.") == 1
    assert Intake.objects.count() == 1

    page.fill(is_new_case="on").press("_go", "start")
    assert Intake.objects.count() == 2


def test_a_case_that_was_signed_off_is_gone_on_with_by_a_reassessment(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, Intake.objects.get(), b"%PDF", {})

    html = Page(alice_client, START).fill(reference="2026-117").press("_go", "start").content.decode()

    assert f'href="{reverse("reassess", args=[intake.pk])}"' in html


def test_a_case_of_a_colleague_is_opened_with_a_reason(client: Client, bob: User, intake: Intake) -> None:
    client.force_login(bob)

    html = Page(client, START).fill(reference="2026-117").press("_go", "start").content.decode()

    assert f'href="{reverse("open", args=[intake.pk])}"' in html
    assert f'href="{reverse("intake", args=[intake.pk])}"' not in html


@pytest.mark.parametrize("kind", ["shielded", "denied", "foreign"])
def test_a_reference_of_a_case_that_one_may_not_know_is_not_revealed(
    client: Client, alice: User, bob: User, charlie: User, rachel: User, kind: str, intake: Intake
) -> None:
    if kind == "shielded":
        access_actions.shield(alice, intake)
    elif kind == "denied":
        access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)
    who = charlie if kind == "foreign" else bob
    client.force_login(who)

    response = Page(client, START).fill(reference="2026-117").press("_go", "start")

    assert response.status_code == 302
    assert who.intakes.count() == 1


def test_both_questions_about_a_reference_are_asked_at_once(
    alice_client: Client, alice: User, team: Team
) -> None:
    start_intake(alice, team, "Groen", TODAY, "nl")
    page = Page(alice_client, START).fill(reference="Groen")

    html = page.press("_go", "start").content.decode()
    assert {"is_no_name", "is_new_case"} <= names(html)

    again = page.fill(is_no_name="on").press("_go", "start").content.decode()
    assert controls(again)["is_no_name"] == "on"
    assert page.fill(is_new_case="on").press("_go", "start").status_code == 302


def test_the_start_is_told(alice_client: Client) -> None:
    response = Page(alice_client, START).fill(reference="2026-118").press("_go", "start")

    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert told == ["Het gesprek is begonnen, met kenmerk 2026-118."]
