"""Back after a page that answered a post shows a page, and asks nobody to send anything again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_back_to_a_preview_of_an_edition_shows_the_edition(
    open_page: Open, alice: User, filled: Intake
) -> None:
    path = reverse("edition", args=[filled.uuid, "police"])
    page = open_page(path, user=alice)
    page.locator("main form button:not([value=pdf])").first.click()
    page.wait_for_load_state()
    page.goto(reverse("summary", args=[filled.uuid]))

    page.go_back()

    assert page.url.endswith(path)
    expect(page.locator("h1")).to_contain_text("Politie")
    page.reload()
    expect(page.locator("h1")).to_contain_text("Politie")


@pytest.mark.parametrize("name", ["incidents", "incident"])
def test_back_to_an_incident_with_a_wrong_date_has_what_was_typed(
    open_page: Open, alice: User, filled: Intake, name: str
) -> None:
    arguments = [filled.uuid, *([filled.incidents[0].uuid] if name == "incident" else [])]
    page = open_page(reverse(name, args=arguments), user=alice)
    page.locator("[name=date]").fill("31-02-2026")
    page.locator("[name=what]").fill("stond bij school")
    page.locator("main form#section button.primary").first.click()
    expect(page.locator(".error-summary, .error").first).to_be_visible()
    page.goto(reverse("summary", args=[filled.uuid]))

    page.go_back()

    expect(page.locator("[name=date]")).to_have_value("31-02-2026")
    expect(page.locator("[name=what]")).to_have_value("stond bij school")
