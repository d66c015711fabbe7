"""Passkeys in Chromium, with its own virtual authenticator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from questionnaire.models import User
from questionnaire.tests.people import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_hashes"),
]


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD)


@pytest.fixture
def page(context_for: Callable[..., BrowserContext], anna: User) -> Page:
    page = context_for(language="en").new_page()
    page.goto("/account/login/")
    return page


@pytest.fixture
def device(page: Page) -> CDPSession:
    """Add a virtual authenticator with passkeys that verifies its user."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session


def log_out(page: Page) -> None:
    page.locator("[popovertarget=menu]").click()
    page.get_by_role("button", name="Log out").click()


def plug_in(device: CDPSession, *, knows_finger: bool = True) -> str:
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_finger,
        "automaticPresenceSimulation": True,
    }
    made: dict[str, Any] = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page) -> None:
    page.goto("/account/passkeys/add/")
    page.get_by_label("What do you call it").fill("laptop <b>van</b> Anna")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/codes/")


def press_passkey(page: Page, name: str = "Use your passkey") -> None:
    page.get_by_role("button", name=name).click()


def test_a_passkey_signs_in_unlocks_and_confirms(page: Page, device: CDPSession, anna: User) -> None:
    plug_in(device)
    sign_in(page)
    add_passkey(page)
    page.goto("/account/")
    expect(page.get_by_text("laptop <b>van</b> Anna").first).to_be_visible()

    page.get_by_role("button", name="Hide the screen").first.click()
    page.wait_for_url("**/notes/")
    page.goto("/unlock/")
    press_passkey(page)
    page.wait_for_url(re.compile(r"^(?!.*unlock)"))
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()

    page.goto("/account/confirm/passkey/?next=/keys/")
    press_passkey(page)
    page.wait_for_url("**/keys/")

    log_out(page)
    page.wait_for_url("**/account/login/")
    press_passkey(page, "Sign in with a passkey")
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator("[popovertarget=menu]")).to_be_visible()

    log_out(page)
    page.wait_for_url("**/account/login/")
    sign_in(page)
    page.wait_for_url("**/account/login/code/")
    press_passkey(page)
    expect(page.locator("[popovertarget=menu]")).to_be_visible()


def test_a_passkey_opens_nothing_without_its_owner(page: Page, device: CDPSession, anna: User) -> None:
    authenticator = plug_in(device)
    sign_in(page)
    add_passkey(page)
    page.get_by_role("button", name="Hide the screen").first.click()
    page.wait_for_url("**/notes/")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    page.goto("/unlock/")
    press_passkey(page)

    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/account/")
    expect(page).to_have_url(re.compile("unlock"))


def test_a_passkey_that_was_removed_signs_nobody_in(page: Page, device: CDPSession, anna: User) -> None:
    plug_in(device)
    sign_in(page)
    add_passkey(page)
    page.goto("/account/")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/account/")
    assert not Authenticator.objects.exists()

    log_out(page)
    page.wait_for_url("**/account/login/")
    press_passkey(page, "Sign in with a passkey")

    expect(page.get_by_role("alert").first).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(re.compile("/account/login/"))
