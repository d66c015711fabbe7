"""Taking over what the log offers, in a browser with JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import assert_accessible, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_page: Open, alice: User, intake: Intake) -> Page:
    for day in ("2026-03-02", "2026-03-20"):
        incident_actions.add_incident(alice, intake, Incident(day, "online", what="Gebeld"))
    return open_page(reverse("section", args=[intake.uuid, "pattern"]), user=alice)


def test_one_press_puts_it_in_and_saves_it_without_leaving_the_page(page: Page, intake: Intake) -> None:
    page.locator("[name='last_incident__absent'][value='unknown']").check()
    opened = page.evaluate("performance.timeOrigin")

    page.get_by_role("button", name="Neem over: 20-03-2026").click()
    page.get_by_role("button", name="Neem over: soms").click()

    expect(page.locator("input.date[name='last_incident']")).to_have_value("20-03-2026")
    expect(page.locator("[name='behaviour_online__calls'][value='sometimes']")).to_be_checked()
    wait_for(
        lambda: (
            content(intake)["answers"].get("last_incident") == "2026-03-20"
            and content(intake)["answers"].get("behaviour_online") == {"calls": "sometimes"}
        )
    )
    assert page.evaluate("performance.timeOrigin") == opened


def test_what_the_log_says_is_accessible(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    assert_accessible(page)
