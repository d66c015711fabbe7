"""The words under a date, at once while someone types it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_understood_of_a_date_is_shown_while_it_is_typed(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "pattern"]), user=alice)
    field = page.locator("[name=pattern_start]")
    words = page.locator("[name=pattern_start] + output")

    field.press_sequentially("ma 23 mrt 2026")
    expect(words).to_have_text("maandag 23 maart 2026")
    field.fill("11/7/2025")
    expect(words).to_contain_text("Bedoelt u 11 juli 2025 of 7 november 2025?")
    field.fill("")
    expect(words).to_have_text("")


def test_a_planned_step_is_read_ahead(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("steps", args=[intake.uuid]), user=alice)
    step = page.locator(".came", has=page.locator("[name=reassess-on]"))
    step.locator("[value=planned]").check()

    step.locator("[name=reassess-on]").press_sequentially("morgen")

    words = step.locator("div:has(> label [name=reassess-on]) > output")
    expect(words).to_have_text(re.compile("^[a-z]+dag [0-9]+ [a-z]+ [0-9]{4}$"))


def test_the_start_shows_the_words_and_a_locked_session_shows_none(open_page: Open, alice: User) -> None:
    page = open_page(reverse("start"), user=alice)
    words = page.locator("#id_on + output")
    expect(words).to_have_text(re.compile("^[a-z]+dag [0-9]+ [a-z]+ [0-9]{4}$"))

    page.route("**/dates/", lambda route: route.fulfill(status=204))
    page.locator("#id_on").fill("gisteren")

    expect(words).to_have_text("")
