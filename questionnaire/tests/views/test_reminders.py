"""The page on which someone chooses whether a mail reminds them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.models import User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, sign_in

URL = "/account/reminders/"


@pytest.fixture
def signed_in(client: Client, alice: User, quick_hashes: None) -> Client:
    alice.set_password(PASSWORD)
    alice.save()
    sign_in(client, "alice")
    return client


def stored() -> tuple[str, bool, str]:
    user = User.objects.get(username="alice")
    return user.email, user.wants_reminders, user.reminder_language


def test_its_owner_switches_it_on_and_off(signed_in: Client) -> None:
    page = Page(signed_in, URL)
    assert "wanted" not in page.posted

    response = page.fill(email="a.smit@example.org", wanted="on").press("", "")

    assert response["Location"] == reverse("mfa_index")
    assert stored() == ("a.smit@example.org", True, "nl")
    again = Page(signed_in, URL)
    assert again.posted["email"] == "a.smit@example.org"
    again.fill(wanted=None).press("", "")
    assert stored() == ("a.smit@example.org", False, "nl")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Schrijf het adres op"),
        ("a.smit", "Dit is geen mailadres."),
        ("a@example.org\r\nBcc: b@example.org", "Dit is geen mailadres."),
    ],
)
def test_what_cannot_be_an_address_is_shown_again(signed_in: Client, typed: str, error: str) -> None:
    response: Any = signed_in.post(URL, {"email": typed, "wanted": "on"})

    assert error in response.content.decode()
    assert stored() == ("", False, "")


def test_it_says_whether_mail_is_sent_at_all(signed_in: Client, settings: Any) -> None:
    sentence = "Uw organisatie verstuurt hiervandaan nog geen mail."
    assert sentence in Page(signed_in, URL).html

    settings.SENDS_MAIL = True

    assert sentence not in Page(signed_in, URL).html
