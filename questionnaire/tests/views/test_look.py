"""The name and the colours of the organisation on pages, and where they never are."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaire.actions import organisation
from questionnaire.domain.organisation_look import SCHEMES, Colours
from questionnaire.models import Intake, Membership, OrganisationEntry, Team, User
from questionnaire.permissions import TABLE
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page
from questionnaire.views.look import PAGES_WITH_NAME, digest_of

NAME, LIGHT, DARK = "Huis De Haven", "#1d4ed8", "#9db8f5"
STYLESHEET = re.compile(r'href="(/look/[0-9a-f]{16}\.css)"')


@pytest.fixture
def look(team: Team) -> Team:
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    organisation.set_singles(adam, team, {"name": {"name": NAME}, "colours": {"light": LIGHT, "dark": DARK}})
    return team


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    return client


def html_of(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_pages_have_the_name_and_link_to_the_colours(
    look: Team, alice_client: Client, intake: Intake
) -> None:
    for address in (
        reverse("today"),
        reverse("case", args=[intake.pk]),
        reverse("summary", args=[intake.pk]),
    ):
        html = html_of(alice_client, address)

        assert f">{NAME}</p>" in html
        assert len(STYLESHEET.findall(html)) == 1


def test_the_stylesheet_has_nothing_but_the_colours_and_may_be_kept(look: Team, alice_client: Client) -> None:
    address = STYLESHEET.findall(html_of(alice_client, "/"))[0]

    response = alice_client.get(address)

    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    css = response.content.decode()
    assert css.count(LIGHT) == 5
    assert css.count(DARK) == 4
    rule = r":root\{(?:--utrecht-[a-z-]+:#[0-9a-f]{6};?)+\}\}\n"
    dark = re.escape("@media screen and (prefers-color-scheme:dark){")
    assert re.fullmatch(rf"@media screen\{{{rule}{dark}{rule}", css)
    assert "alert" not in css


def test_without_colours_nothing_is_added_to_a_page(team: Team, alice_client: Client) -> None:
    html = html_of(alice_client, reverse("cases"))

    assert "/look/" not in html
    assert 'class="ours' not in html


def test_a_stylesheet_that_no_team_has_is_not_there(look: Team, alice_client: Client) -> None:
    address = STYLESHEET.findall(html_of(alice_client, "/"))[0]
    OrganisationEntry.objects.filter(kind="colours").delete()

    assert alice_client.get(address).status_code == 404
    assert alice_client.get("/look/0000000000000000.css").status_code == 404
    assert alice_client.get("/look/0000000000000000.css")["Cache-Control"] == "no-store"
    assert Client().get(address).status_code == 302


def test_another_colour_has_another_address(look: Team, alice_client: Client) -> None:
    before = STYLESHEET.findall(html_of(alice_client, "/"))
    adam = User.objects.get(username="adam")

    organisation.set_single(adam, look, "colours", {"light": "#6a1b9a"})

    after = STYLESHEET.findall(html_of(alice_client, "/"))
    assert len(after) == 1
    assert after != before


def test_neither_is_seen_before_signing_in_or_while_the_screen_is_hidden_or_turned(
    look: Team, alice_client: Client, intake: Intake
) -> None:
    section = reverse("section", args=[intake.uuid, "fear"])
    seen = [html_of(Client(), "/"), html_of(Client(), "/notes/")]
    Page(alice_client, section).press("_turn", "fear_level")
    seen += [html_of(alice_client, reverse("client", args=[intake.uuid, "fear_level"]))]
    seen += [html_of(alice_client, address) for address in (section, "/leave/", "/notes/", "/missing/")]
    alice_client.post("/lock/")
    seen += [html_of(alice_client, address) for address in ("/", "/unlock/", "/notes/", "/missing/")]

    for html in seen:
        assert "<html" in html
        assert NAME not in html
        assert "/look/" not in html


#: What the client may sit beside: the conversation, what is told, shown or given afterwards, and help.
BESIDE_THE_CLIENT = frozenset(
    {
        *(
            "start",
            "intake",
            "section",
            "incidents",
            "incident",
            "log_import",
            "blank_log",
            "earlier",
            "answers",
        ),
        *("pause", "stop", "plan", "plan_version", "steps", "consultation", "breach", "edition", "texts"),
        *("reassess", "sheet", "sources", "help", "help_questions", "help_words", "tour", "keys", "kept"),
    }
)
#: What has a page of its own while the screen is hidden, turned or not signed in to, or to prove who one is.
WITHOUT_ANY = frozenset(
    {
        *("client", "leave", "lock", "unlock", "notes", "organisation", "organisation_callback"),
        *("account_login", "account_logout", "account_reauthenticate"),
        *(name for name in TABLE if name.startswith("mfa_") and name != "mfa_index"),
    }
)
#: What shows no page, or only leads to one.
NO_PAGE = frozenset(
    {
        *("security_txt", "set_language", "extend", "undo", "asked", "dates", "look", "calendar", "pdf"),
        *("signed", "submit", "withdraw", "answer", "correct", "remark", "return", "sign_off", "shield"),
        *("hand_over", "note_read", "seen", "levels_seen", "alert_seen"),
    }
)


#: Those of the first list that need more than an intake that was just started.
NEED_MORE = frozenset({"incident", "consultation", "breach", "plan_version", "reassess", "texts", "kept"})
OF_NO_INTAKE = frozenset(
    {"start", "sheet", "sources", "help", "help_questions", "help_words", "tour", "keys"}
)


def test_of_every_page_it_is_decided_whether_it_has_the_name() -> None:
    """A new one belongs in one of the lists. Without, it has no name."""
    decided = [*PAGES_WITH_NAME, *BESIDE_THE_CLIENT, *WITHOUT_ANY, *NO_PAGE]

    assert sorted(decided) == sorted(TABLE)


@pytest.mark.parametrize("name", sorted(BESIDE_THE_CLIENT - NEED_MORE))
def test_a_page_beside_the_client_has_the_colours_and_no_name(
    look: Team, alice_client: Client, intake: Intake, name: str
) -> None:
    arguments = {"section": ["fear"], "edition": ["client"]}.get(name, [])
    of_intake = [] if name in OF_NO_INTAKE else [intake.uuid]

    html = html_of(alice_client, reverse(name, args=[*of_intake, *arguments]))

    assert NAME not in html
    assert STYLESHEET.search(html)


def test_who_is_in_more_teams_sees_that_of_all_and_that_of_a_case(
    look: Team, other_team: Team, alice: User, alice_client: Client, intake: Intake
) -> None:
    olga = account("olga", look, Membership.Role.ADMINISTRATOR)
    Membership.objects.create(user=olga, team=other_team, role=Membership.Role.ADMINISTRATOR)
    organisation.set_single(olga, None, "name", {"name": "Everyone"})
    Membership.objects.create(user=alice, team=other_team, role=Membership.Role.REVIEWER)

    assert ">Everyone</p>" in html_of(alice_client, reverse("today"))
    assert "/look/" not in html_of(alice_client, reverse("today"))
    assert f">{NAME}</p>" in html_of(alice_client, reverse("case", args=[intake.pk]))


def test_a_page_asks_one_query_more(look: Team, alice_client: Client) -> None:
    html_of(alice_client, reverse("cases"))
    with CaptureQueriesContext(connection) as captured:
        alice_client.get(reverse("cases"))

    assert sum("organisationentry" in query["sql"].lower() for query in captured) == 1


def test_a_hidden_screen_does_not_lead_back_to_a_stylesheet(look: Team, alice_client: Client) -> None:
    address = STYLESHEET.findall(html_of(alice_client, "/"))[0]

    response = alice_client.post("/lock/", {"next": address})

    assert response.status_code == 302
    assert alice_client.session["locked"] == ""


def test_what_is_kept_for_someone_is_offered_before_a_page_and_not_before_its_colours(
    look: Team, alice: User, alice_client: Client
) -> None:
    address = STYLESHEET.findall(html_of(alice_client, "/"))[0]
    fresh = Client()
    fresh.force_login(alice)

    assert fresh.get(address).status_code == 200
    assert "kept" not in fresh.session


def test_an_address_names_its_colours() -> None:
    one, other = Colours(LIGHT, DARK), Colours(LIGHT, SCHEMES["dark"].own)
    assert digest_of(one) == digest_of(Colours(LIGHT, DARK))
    assert digest_of(one) != digest_of(other)
