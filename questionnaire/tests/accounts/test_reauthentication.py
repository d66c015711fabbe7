"""Pages that ask for the password again after a while, and the pending post of what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire import permissions
from questionnaire.models import HeldPost, Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, Clock, is_signed_in, sign_in, unlock

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"


@pytest.fixture
def other_session(anna: User) -> Client:
    """Return another client of Anna, whose session ends by a post to her list of sessions."""
    client = Client()
    sign_in(client)
    return client


def end_others(client: Client, url: str = SESSIONS) -> str:
    response: Any = client.post(url, {"end": "others", "_confirmed": "1"})
    location: str = response["Location"]
    return location


@pytest.mark.parametrize(("seconds", "is_asked"), [(10 * 60 - 1, False), (10 * 60, True)])
def test_after_a_while_it_takes_the_password_again(
    anna_client: Client, other_session: Client, clock: Clock, seconds: int, is_asked: bool
) -> None:
    clock(seconds)

    location = end_others(anna_client)

    assert location == ("/account/confirm/?next=%2Fasked%2F" if is_asked else SESSIONS)
    assert is_signed_in(other_session) is is_asked


def test_confirming_is_enough_for_a_while(anna_client: Client, other_session: Client, clock: Clock) -> None:
    clock(11 * 60)
    confirm = end_others(anna_client)

    wrong = anna_client.post(confirm, {"password": "wrong", "next": SESSIONS})
    right: Any = anna_client.post(confirm, {"password": PASSWORD, "next": SESSIONS})
    end_others(anna_client)

    assert wrong.status_code == 200
    assert right["Location"] == SESSIONS
    assert not is_signed_in(other_session)


def test_what_was_asked_is_shown_again_and_then_done(
    anna_client: Client, other_session: Client, clock: Clock
) -> None:
    clock(11 * 60)
    end_others(anna_client)
    anna_client.post("/account/confirm/", {"password": PASSWORD, "next": "/asked/"})

    asked = Page(anna_client, "/asked/")

    assert "Daar uitloggen?" in asked.html
    assert is_signed_in(other_session)
    done: Any = anna_client.post(SESSIONS, dict(asked.posted.lists()))
    assert done["Location"] == SESSIONS
    assert "Daar is uitgelogd." in Page(anna_client, SESSIONS).html
    assert not is_signed_in(other_session)
    assert anna_client.get("/asked/").status_code == 302


def test_what_was_asked_is_for_this_session_and_for_a_while(
    anna_client: Client, other_session: Client, clock: Clock
) -> None:
    clock(11 * 60)
    end_others(anna_client)

    assert anna_client.get("/asked/").status_code == 200
    assert other_session.get("/asked/").headers["Location"] == "/"
    clock(10 * 60)
    assert anna_client.get("/asked/").headers["Location"] == "/"


def test_unlocking_confirms_too(anna_client: Client, clock: Clock) -> None:
    clock(11 * 60)
    anna_client.post("/lock/")

    unlock(anna_client)

    assert end_others(anna_client) == SESSIONS


def test_looking_takes_no_confirmation(anna_client: Client, clock: Clock) -> None:
    clock(14 * 60)

    assert anna_client.get(SESSIONS).status_code == 200


@pytest.fixture
def alice_client(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return Alice's client, while a section and a POST-only page require reauthentication."""
    sensitive = permissions.REAUTHENTICATION_REQUIRED | {"section", "pdf"}
    monkeypatch.setattr("questionnaire.screen.lock.REAUTHENTICATION_REQUIRED", sensitive)
    alice.set_password(PASSWORD)
    alice.save()
    sign_in(client, "alice")
    return client


def test_what_was_typed_is_kept_while_someone_confirms(
    alice_client: Client, intake: Intake, clock: Clock
) -> None:
    page = Page(alice_client, f"/intakes/{intake.uuid}/fear/").fill(fear_reason="dit mag niet weg")
    clock(11 * 60)

    response: Any = page.press("_go", "save")

    assert response["Location"] == "/account/confirm/?next=%2Fasked%2F"
    assert "dit mag niet weg" not in str(dict(alice_client.session.items()))
    assert "dit mag niet weg" in Page(alice_client, "/asked/").html
    assert "dit mag niet weg" in str(HeldPost.objects.get().content)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/intakes/{}/summary/", "/intakes/{}/summary/"),
        ("https://evil.example/x", "/"),
        ("", "/"),
    ],
)
def test_from_a_page_that_is_only_posted_to_one_goes_back_where_one_was(
    alice_client: Client, intake: Intake, clock: Clock, referer: str, back: str
) -> None:
    clock(11 * 60)

    alice_client.post(
        f"/intakes/{intake.uuid}/summary/pdf/", headers={"referer": referer.format(intake.uuid)}
    )

    asked = Page(alice_client, "/asked/")
    assert f'<a href="{back.format(intake.uuid)}">Nu niet</a>' in asked.html
