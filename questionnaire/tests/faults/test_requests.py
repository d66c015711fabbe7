"""Requests that no page of ours makes: without a token, by another method, with fields of no form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, Membership, Team, User
from questionnaire.permissions import TABLE
from questionnaire.tests.pages import Page, is_server_error
from questionnaire.tests.payloads import ELSEWHERE
from questionnaire.tests.people import PASSWORD, sign_in
from questionnaire.tests.urls import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]

#: Models that a GET may write: who looked, and what a session remembers.
WRITTEN_BY_GET = {"Event", "ChainHead", "Session"}


@pytest.fixture
def filled_intake(alice: User, intake: Intake) -> Intake:
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what="belde aan"))
    follow_up_actions.add_consultation(alice, intake, Consultation("police", result="terugbellen"))
    breach_actions.add_breach(alice, intake, Breach("contactverbod"))
    alice.set_password(PASSWORD)
    alice.save()
    return intake


@pytest.fixture
def alice_client(client: Client, filled_intake: Intake) -> Client:
    sign_in(client, "alice")
    return client


def stored_rows() -> dict[str, str]:
    """Return all stored rows by model, but for what a GET may write."""
    return {
        model.__name__: repr(list(model._default_manager.order_by("pk").values_list()))
        for model in apps.get_models()
        if model.__name__ not in WRITTEN_BY_GET
    }


def test_a_post_without_a_token_is_refused_everywhere(alice_client: Client, filled_intake: Intake) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice_client.cookies
    before = stored_rows()

    for name, address in addresses(filled_intake):
        if "POST" not in TABLE[name]:
            continue
        for client in (strict, Client(enforce_csrf_checks=True)):
            for headers in ({}, {"accept": "application/json"}, {"origin": "https://evil.example"}):
                refused = client.post(address, {"_go": "save", "password": PASSWORD}, headers=headers)
                assert refused.status_code == 403, name

    assert stored_rows() == before
    assert alice_client.get("/").status_code == 200


def test_a_get_changes_nothing_anywhere(alice_client: Client, filled_intake: Intake) -> None:
    alice_client.get("/")
    before = stored_rows()

    for _name, address in addresses(filled_intake):
        for query in ("", "?_go=save&_remove=1&reset=1&end=others&drop=1"):
            alice_client.get(address + query)
            alice_client.head(address + query)

    assert stored_rows() == before
    assert alice_client.get("/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_a_method_that_no_page_uses_changes_nothing(
    alice_client: Client, filled_intake: Intake, method: str
) -> None:
    before = stored_rows()

    for name, address in addresses(filled_intake):
        response = alice_client.generic(method, address, "_go=save", "application/x-www-form-urlencoded")
        assert response.status_code in (302, 403, 404, 405), name

    assert stored_rows() == before


# --- Fields that no form has --------------------------------------------------------------------------------


def extra_fields(bob: User, other_team: Team) -> dict[str, Any]:
    """Return fields that an attacker would add to a form."""
    return {
        **dict.fromkeys(("author", "author_id", "owner", "user", "user_id", "actor", "reviewer"), bob.pk),
        **dict.fromkeys(("team_id", "organisation", "organisation_id"), other_team.pk),
        **dict.fromkeys(("is_active", "is_staff", "is_superuser", "shielded", "visible_to"), "1"),
        **dict.fromkeys(("state", "status", "signed_at", "reviewed_by", "signed_by", "version"), "signed"),
        **dict.fromkeys(("pk", "id", "uuid", "data_key", "wrapped_key", "reference_key", "role"), "x"),
        "username": "mallory",
        "on": "1999-01-01",
        "language": "xx",
        "created_at": "1999-01-01",
    }


def intake_columns(intake: Intake) -> dict[str, Any]:
    """Return the columns of an intake that its forms do not change."""
    stored = Intake.objects.filter(pk=intake.pk).values().get()
    return {name: value for name, value in stored.items() if "content" not in name and name != "changed_at"}


def account_rows() -> list[Any]:
    return [
        list(User.objects.order_by("pk").values("username", "name", "is_active", "password")),
        list(Membership.objects.order_by("pk").values_list("user", "team", "role")),
        list(Team.objects.order_by("pk").values_list("name")),
    ]


def test_fields_that_a_form_does_not_have_are_ignored(
    alice_client: Client, filled_intake: Intake, bob: User, other_team: Team
) -> None:
    before, people = intake_columns(filled_intake), account_rows()
    extra = {name: str(value) for name, value in extra_fields(bob, other_team).items()}
    forms = [reverse("section", args=[filled_intake.uuid, page_id]) for page_id in PAGES]
    forms += [reverse(name, args=[filled_intake.uuid]) for name in ("steps", "incidents")]

    for address in forms:
        page = Page(alice_client, address)
        mine = {name: value for name, value in extra.items() if name not in page.posted}
        assert page.fill(**mine).press("_go", "save").status_code in (200, 302), address
        assert page.press("_go", "save", accept="application/json").status_code < 400

    assert intake_columns(filled_intake) == before
    assert account_rows() == people


def test_an_intake_cannot_be_started_for_someone_else(
    alice_client: Client, alice: User, bob: User, team: Team, other_team: Team
) -> None:
    page = Page(alice_client, reverse("start"))
    known = set(page.posted)
    extra = {name: str(value) for name, value in extra_fields(bob, other_team).items() if name not in known}

    page.fill(reference="2026-999", **extra).press("_go", "start")

    started = Intake.objects.get(case__reference="2026-999")
    assert (started.author, started.team, started.language) == (alice, team, page.posted["language"])


def test_an_intake_cannot_be_started_in_a_team_of_others(alice_client: Client, other_team: Team) -> None:
    page = Page(alice_client, reverse("start")).fill(reference="2026-999", team=str(other_team.pk))

    page.press("_go", "start")

    assert not Intake.objects.filter(team=other_team).exists()


def test_account_forms_ignore_fields_that_they_do_not_have(
    alice_client: Client, bob: User, other_team: Team
) -> None:
    people = account_rows()
    extra = {name: str(value) for name, value in extra_fields(bob, other_team).items()}

    for name in (
        "account_change_password",
        "account_reauthenticate",
        "sessions",
        "mfa_activate_totp",
        "kept",
    ):
        alice_client.post(reverse(name), extra)
    Client().post("/account/login/", {"login": "alice", "password": PASSWORD, **extra})

    assert account_rows() == people


# --- Shapes that no browser sends ---------------------------------------------------------------------------

BODIES = {
    "json": ('{"a": 1}', "application/json"),
    "xml": ("<a/>", "application/xml"),
    "text": ("fear_level=3", "text/plain"),
    "no type": ("fear_level=3", ""),
    "a broken part": ("--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "no boundary": ("x", "multipart/form-data"),
    "an unknown character set": ("a=b", "application/x-www-form-urlencoded; charset=utf-999"),
    "broken characters": ("fear_own_words=%ff%fe%80", "application/x-www-form-urlencoded"),
    "half a character": ("fear_own_words=%ed%a0%80", "application/x-www-form-urlencoded"),
    "nul": ("fear_own_words=a%00b&fear_level=%00", "application/x-www-form-urlencoded"),
    "one name twice": ("fear_level=1&fear_level=2&next=x", "application/x-www-form-urlencoded"),
    "no names": ("=x&&=&a", "application/x-www-form-urlencoded"),
    "deep": ("a" + "[b]" * 5_000 + "=c", "application/x-www-form-urlencoded"),
}  # fmt: skip


#: Pages that save by themselves, and so are asked for JSON too.
ASKED_FOR_JSON = {"section", "client", "incidents", "incident", "steps", "consultation"}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_no_page_sends_is_no_server_error(
    alice_client: Client, filled_intake: Intake, body: str
) -> None:
    data, content_type = BODIES[body]

    for name, address in addresses(filled_intake):
        if name in ("account_logout", "lock") or "POST" not in TABLE[name]:
            continue
        for accept in ("text/html", "application/json")[: 1 + (name in ASKED_FOR_JSON)]:
            response = alice_client.generic("POST", address, data, content_type, headers={"accept": accept})
            assert not is_server_error(name, response), name


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b", ""]
)
@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "x-host", "forwarded"])
def test_a_foreign_host_is_refused_and_repeated_nowhere(client: Client, host: str, header: str) -> None:
    response = client.get("/", headers={header: host})

    if header == "host":
        assert response.status_code == 400
    assert "evil" not in response.headers.get("Location", "")
    assert b"evil" not in response.content


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_redirect_leads_to_another_site(alice_client: Client, target: str) -> None:
    query = {"next": target}
    responses: list[Any] = [
        alice_client.post("/account/confirm/", {"password": PASSWORD, **query}),
        alice_client.post("/language/", {"language": "en", **query}),
        alice_client.get("/kept/", query),
        alice_client.get("/unlock/", query),
        alice_client.post("/lock/", query),
        alice_client.post("/unlock/", {"password": PASSWORD, **query}),
        alice_client.post("/account/logout/", query),
        sign_in(alice_client, "alice", **query),
    ]

    locations = [response.headers.get("Location", "/") for response in responses]
    assert [location for location in locations if not re.fullmatch(r"/[\w/]*(\?next=[^:]*)?", location)] == []


def test_forty_addresses_elsewhere_are_tried() -> None:
    assert len(set(ELSEWHERE)) == 40
