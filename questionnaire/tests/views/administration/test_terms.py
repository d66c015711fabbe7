"""The page with the terms of the organisation: earlier than those of the program, and never later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.documents.editions import EDITIONS
from questionnaire.domain.terms import LATEST, Terms
from questionnaire.models import Intake, Membership, OrganisationEntry, Team, User
from questionnaire.queries.documents import document_for
from questionnaire.queries.organisation import own_terms
from questionnaire.tests.conftest import account
from questionnaire.tests.documents.reading import everything_in
from questionnaire.tests.pages import Page, one_line
from questionnaire.tests.tampering import execute
from questionnaire.tests.views.administration.conftest import SignIn

TERMS = "/beheer/terms/"


def save(client: Client, scope: Team | str, soon: str = "", later: str = "") -> str:
    """Post the terms of a team or of all, and return the page after it."""
    key = str(scope.pk) if isinstance(scope, Team) else scope
    page = Page(client, TERMS).fill(**{f"{key}-soon": soon, f"{key}-later": later})
    response = page.press("for", key)
    return one_line(Page(client, TERMS).html if response.status_code == 302 else response.content.decode())


def test_the_summary_the_end_and_the_list_have_the_earlier_day(
    client: Client,
    alice: User,
    team: Team,
    intake: Intake,
    signed_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        html = save(client, team, "1", "5")

    assert "The terms of North are saved. They are for what is not signed off." in html
    assert "Days now: 1 at the levels Act now and Consult today, 5 at the others." in html
    assert "Set by ann on " in html
    assert "changed the terms of the organisation" in Page(client, "/account/sign-ins/").html
    author = signed_in(alice)
    for name in ("stop", "summary"):
        shown = Page(author, reverse(name, args=[intake.pk])).html
        assert "28 March 2026" in shown
        assert "6 April 2026" not in shown
    assert "28 maart 2026" in everything_in(document_for(Intake.objects.get(), "nl"))
    assert Intake.objects.get().next_due == date(2026, 3, 28)


@pytest.mark.parametrize("code", [code for code, edition in EDITIONS.items() if not edition.own_file])
def test_no_edition_for_others_changes_with_the_terms(
    client: Client, team: Team, intake: Intake, code: str
) -> None:
    before = document_for(intake, "nl", EDITIONS[code])

    save(client, team, "1", "5")

    assert document_for(intake, "nl", EDITIONS[code]) == before


@pytest.mark.parametrize(
    ("soon", "later", "error"),
    [
        ("4", "14", "Fill in a number from 1 to 3."),
        ("0", "14", "Fill in a number from 1 to 3."),
        ("3", "15", "Fill in a number from 1 to 14."),
        ("3", "veel", "Fill in a number from 1 to 14."),
        ("3", "2", "This is longer than the days at the other levels."),
        ("3", "", "Fill in both, or neither."),
        ("", "5", "Fill in both, or neither."),
    ],
)
def test_what_is_no_term_is_refused_and_stays_on_the_page(
    client: Client, team: Team, soon: str, later: str, error: str
) -> None:
    html = save(client, team, soon, later)

    assert html.count(error) == 2  # in the list of errors, and at the field
    assert all(f'value="{typed}"' in html for typed in (soon, later) if typed)
    assert not OrganisationEntry.objects.exists()


def test_empty_terms_follow_those_of_all_teams(client: Client, team: Team) -> None:
    save(client, "all", "2", "9")
    save(client, team, "3", "14")
    assert own_terms(team) == Terms(3, 14)

    html = save(client, team)

    assert own_terms(team) == Terms(2, 9)
    assert html.count("Days now: 2 at the levels Act now and Consult today, 9 at the others.") == 2
    assert "Nothing was changed." in save(client, team)
    save(client, "all")
    assert own_terms(team) == LATEST


def test_a_manager_sets_those_of_their_team_alone(
    alice: User, bob: User, team: Team, other_team: Team, signed_in: SignIn
) -> None:
    manager = signed_in(alice)

    assert "All teams" not in Page(manager, TERMS).html
    for scope in ("all", str(other_team.pk)):
        assert manager.post(TERMS, {"for": scope}).status_code == 404
    save(manager, team, "1", "1")
    assert own_terms(team) == Terms(1, 1)
    assert signed_in(bob).get(TERMS).status_code == 403
    olga = signed_in(account("olga", other_team, Membership.Role.MANAGER))
    assert "South" in Page(olga, TERMS).html


def test_terms_that_something_else_wrote_are_named_and_set_again(client: Client, team: Team) -> None:
    save(client, team, "1", "5")
    execute('UPDATE questionnaire_organisationentry SET content = \'{"soon": 1, "later": 60}\'')

    html = Page(client, TERMS).html

    assert "What is stored here is not used." in html
    assert "60 at" not in one_line(html)
    assert 'value="60"' not in html
    assert own_terms(team) == LATEST
    save(client, team, "1", "6")
    assert own_terms(team) == Terms(1, 6)
    assert "is not used" not in Page(client, TERMS).html


def test_conversations_without_their_new_day_are_counted_until_it_is_saved_again(
    client: Client, team: Team, intake: Intake, django_capture_on_commit_callbacks: Any
) -> None:
    html = save(client, team, "1", "5")
    assert "1 conversation does not have its new day yet. Save again. Does that not help?" in html

    with django_capture_on_commit_callbacks(execute=True):
        save(client, team, "1", "5")

    assert "its new day" not in Page(client, TERMS).html
