"""The browser fixtures notice every trespass, and pages full of attacks make none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.faults import test_payloads

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What an attack could make a page do, as the body of a function; `add` appends an element.
TRESPASSES = {
    "an inline script": "add('script', {text: '1'})",
    "an inline handler": "document.body.setAttribute('onclick', 'x()')",
    "an inline style": "add('style', {textContent: 'p {}'})",
    "markup from a text": "document.body.innerHTML = '<p>x</p>'",
    "a picture from elsewhere": "add('img', {src: 'http://127.0.0.1:9/x'})",
    "a request elsewhere": "fetch('http://127.0.0.1:9/x').catch(() => 0)",
    "a dialog": "alert(1)",
}
ADD = "const add = (tag, given) => document.body.append(Object.assign(document.createElement(tag), given));"


@pytest.mark.parametrize("what", TRESPASSES)
def test_a_trespass_is_noticed(
    open_page: Open, trespasses: list[str], console_errors: list[str], what: str
) -> None:
    page = open_page("/account/login/")

    page.evaluate(f"() => {{ {ADD} try {{ {TRESPASSES[what]} }} catch {{}} }}")
    page.wait_for_timeout(200)

    assert trespasses
    trespasses.clear()
    console_errors.clear()


@pytest.fixture
def intake_with_payloads(client: Client, alice: User, intake: Intake) -> Intake:
    return test_payloads.add_payloads(client, alice, intake)


def test_pages_full_of_attacks_only_show_them(
    open_page: Open, alice: User, intake_with_payloads: Intake
) -> None:
    page: Page = open_page("/", user=alice)
    active = "[onerror], [onload], [onclick], iframe, object, embed, script:not([src])"

    for name in ("answers", "summary", "steps", "plan", "incidents", "log_import", "earlier", "review"):
        page.goto(reverse(name, args=[intake_with_payloads.pk]))
        assert page.locator(active).count() == 0
    page.goto(reverse("section", args=[intake_with_payloads.pk, "fear"]))
    assert "alert(0)" in page.locator("[name=fear_own_words]").input_value()
