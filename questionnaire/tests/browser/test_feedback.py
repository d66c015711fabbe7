"""Messages, undo and the pages that ask first: accessible on a small screen, in both languages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EACH = [("nl", "light"), ("en", "dark")]


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


@pytest.mark.parametrize(("language", "scheme"), EACH)
def test_messages_and_questions_are_accessible(
    open_page: Open, alice: User, bob: User, rachel: User, intake: Intake, language: str, scheme: str
) -> None:
    page = open_page(
        reverse("access", args=[intake.uuid]),
        user=alice,
        language=language,
        viewport=NARROW,
        color_scheme=scheme,
    )

    press(page, f"form:has([name=person][value='{bob.pk}']) button[value=named]")
    expect(page.get_by_role("status").first).to_contain_text("bob")
    first = "document.querySelector('.messages p').firstChild.data"
    wait_for(lambda: page.evaluate(first).endswith("\u00a0"))
    assert_accessible(page)
    press(page, "button[form=undo]")
    assert_accessible(page)
    assert not bob.access.exists()
    press(page, f"form:has([name=person][value='{alice.pk}']) button[value=locked_out]")
    assert_accessible(page)

    page.goto(reverse("section", args=[intake.uuid, "fear"]))
    page.locator(".foot-bar [popovertarget=add-incident]").click()
    page.locator("[name=incident-date]").fill("20-03-2026")
    page.locator("button[value=incident]").click()
    done = page.locator("#add-incident .done")
    wait_for(lambda: done.evaluate("done => done.firstChild.data").endswith("\u00a0"))
    assert_accessible(page)
    done.locator("button").click()
    expect(done.locator("button")).to_have_count(0)
    assert_accessible(page)
    assert not intake.incidents.exists()


@pytest.mark.parametrize(("language", "scheme"), EACH)
def test_pages_of_a_reviewer_are_accessible(
    open_page: Open,
    alice: User,
    rachel: User,
    intake: Intake,
    language: str,
    scheme: str,
    console_errors: list[str],
) -> None:
    review_actions.submit(alice, intake)
    page = open_page(
        reverse("steps", args=[intake.uuid]),
        user=rachel,
        language=language,
        viewport=NARROW,
        color_scheme=scheme,
    )

    assert_accessible(page)
    assert all("403" in error for error in console_errors)
    console_errors.clear()
    press(page, f"a.button[href='{reverse('review', args=[intake.uuid])}']")
    press(page, "button[formaction$='/sign-off/']")
    assert_accessible(page)
