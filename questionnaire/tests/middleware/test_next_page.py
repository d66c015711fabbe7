"""Where one goes on after signing in or confirming: the address and the page to sign in do not say."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.encryption.hidden_paths import hidden
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import LOGIN, PASSWORD, SECRET, Clock, code, set_up_app
from questionnaire.tests.urls import addresses


@pytest.fixture(autouse=True)
def alice_with_a_password(quick_hashes: None, clock: Clock, alice: User) -> None:
    """Make password hashes cheap, stop the clock, and give Alice a password."""
    alice.set_password(PASSWORD)
    alice.save()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.untraced
def test_no_address_to_sign_in_names_what_it_is_about(client: Client, alice: User, intake: Intake) -> None:
    names = {str(intake.pk), str(intake.case_id), str(intake.case.reference)}
    for name, address in addresses(intake):
        response: Any = client.get(address)
        location = response.get("Location", "")
        html = client.get(location).content.decode() if location.startswith(LOGIN) else ""

        assert not [word for word in names if word in location + html], name


@pytest.mark.parametrize("has_app", [False, True])
def test_one_goes_on_where_one_was_going(client: Client, alice: User, intake: Intake, has_app: bool) -> None:
    if has_app:
        set_up_app(alice)
    url = f"{reverse('incidents', args=[intake.pk])}?place=home"
    sign_in: Any = client.get(url)

    page = Page(client, sign_in["Location"])
    response: Any = page.fill(login="alice", password=PASSWORD).press("_", "")
    if has_app:
        assert str(intake.pk) not in response["Location"]
        response = Page(client, response["Location"]).fill(code=code(secret=SECRET)).press("_", "")

    assert response["Location"] == url


def test_who_signed_in_meanwhile_goes_on_at_once(alice: User, intake: Intake) -> None:
    url = reverse("summary", args=[intake.pk])

    response: Any = signed_in(alice).get(LOGIN, {"next": hidden(url)})

    assert response["Location"] == url


def test_confirming_goes_on_without_naming_it(alice: User, intake: Intake, clock: Clock) -> None:
    client = signed_in(alice)
    clock(settings.CONFIRMED_SECONDS + 1)
    asked: Any = client.post(reverse("shield", args=[intake.pk]), {})
    assert str(intake.pk) not in asked["Location"]

    assert "next=" in asked["Location"]
    response: Any = Page(client, asked["Location"]).fill(password=PASSWORD).press("_", "")
    assert response["Location"] == reverse("asked")


def test_what_is_kept_is_offered_first_and_the_address_does_not_say_before_what(
    alice: User, intake: Intake
) -> None:
    client = signed_in(alice)
    page = Page(client, reverse("incidents", args=[intake.pk]))
    client.post(reverse("lock"), {})
    page.fill(what="Gebeld").press("_", "")
    client.post(reverse("unlock"), {"password": PASSWORD})
    url = reverse("summary", args=[intake.pk])

    response: Any = client.get(url)

    address = urlsplit(response["Location"])
    assert address.path == reverse("kept")
    assert str(intake.pk) not in response["Location"]
    assert f'href="{url}"' in client.get(response["Location"]).content.decode()
    assert parse_qs(address.query)["next"][0].startswith("~")


@pytest.mark.parametrize("token", ["~", "~nonsense", "~//evil.example", "~" + "A" * 90])
def test_a_token_that_is_not_ours_leads_to_the_first_page(alice: User, token: str) -> None:
    response: Any = Client().post(LOGIN, {"login": "alice", "password": PASSWORD, "next": token})

    assert response["Location"] == "/"
    signed: Any = signed_in(alice).get(LOGIN, {"next": token})
    assert signed["Location"] == "/"


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_a_token_leads_nowhere_else(alice: User, path: str) -> None:
    response: Any = Client().post(LOGIN, {"login": "alice", "password": PASSWORD, "next": hidden(path)})

    assert response["Location"] == "/"


def test_while_the_screen_is_hidden_a_token_stays_what_it_is(alice: User, intake: Intake) -> None:
    client = signed_in(alice)
    client.post(reverse("lock"), {})

    response: Any = client.get(LOGIN, {"next": hidden(reverse("summary", args=[intake.pk]))}, follow=True)

    for hop, _status in response.redirect_chain:
        assert str(intake.pk) not in hop
    assert str(intake.pk) not in response.content.decode()
