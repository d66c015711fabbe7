"""The safety plan in a browser: accessible, by keyboard, hidden, and on paper."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.safety_plans import PartSubmission, part_fingerprint
from questionnaire.domain.safety_plan import Agreement, PartPlan, Plan
from questionnaire.models import Intake, SafetyPlanVersion, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, WIDE, assert_accessible, axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = PartPlan(
    "Onafgebrokentekst" * 20,
    (Agreement("Ander slot", "de verhuurder " * 5, "2026-03-26", done=True), Agreement("x" * 150)),
)


@pytest.fixture
def planned(alice: User, intake: Intake) -> Intake:
    """Return an intake with a plan of two versions."""
    base = part_fingerprint(None, Plan(), "home")
    plan_actions.save_plan(alice, intake, {"keys": PartSubmission(PartPlan("bij zus"), base)})
    plan_actions.save_plan(alice, intake, {"home": PartSubmission(HOME, base)})
    return intake


def plan_now() -> Plan:
    version = SafetyPlanVersion.objects.last()
    return version.plan if version else Plan()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_plan_fits_at_320_px(open_page: Open, alice: User, planned: Intake, language: str) -> None:
    paths = [reverse("plan", args=[planned.uuid])]
    paths += [reverse("plan_version", args=[planned.uuid, number]) for number in (1, 2)]
    for path in paths:
        assert_accessible(open_page(path, user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast_in_light_and_dark(
    open_page: Open, alice: User, planned: Intake, scheme: str
) -> None:
    page = open_page(reverse("plan", args=[planned.uuid]), user=alice, viewport=WIDE, color_scheme=scheme)

    assert not axe_violations(page)


@pytest.mark.parametrize("with_script", [True, False])
def test_an_agreement_is_made_by_keyboard_alone(
    open_page: Open, alice: User, intake: Intake, with_script: bool
) -> None:
    """Typing shows the next row; Enter saves, and leads to what is wrong."""
    path = reverse("plan", args=[intake.uuid])
    page = open_page(path, user=alice, language="en", viewport=NARROW, java_script_enabled=with_script)
    rows = page.locator("#keys .agreement")
    expect(rows.nth(1)).to_be_hidden()

    page.locator("[name=keys-text]").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("New lock")
    expect(rows.nth(1)).to_be_visible()
    expect(rows.nth(2)).to_be_hidden()
    for typed in ("landlord", "31-02-2026"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")

    expect(page.locator("#errors")).to_be_focused()
    if with_script:  # axe is a script
        assert_accessible(page)
    page.locator("#errors a").press("Enter")
    field = page.locator("[name=keys-0-when]")
    expect(field).to_be_focused()
    field.fill("26-03-2030")
    field.press("Enter")

    expect(page.locator("#errors")).to_have_count(0)
    assert plan_now() == Plan({"keys": PartPlan("", (Agreement("New lock", "landlord", "2030-03-26"),))})


def test_the_page_saves_by_itself_and_hiding_the_screen_saves_the_rest(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("plan", args=[intake.uuid]), user=alice, language="en")
    page.locator("[name=home-text]").fill("the back door")
    expect(page.locator("#status")).to_contain_text("Saved at", timeout=60_000)
    page.locator("[name=home-0-what]").fill("pack a bag")

    page.locator("#hide").click()
    page.wait_for_url("**/notes/")

    assert plan_now() == Plan({"home": PartPlan("the back door", (Agreement("pack a bag"),))})
    assert SafetyPlanVersion.objects.count() == 1


def test_the_form_is_not_printed_and_says_what_to_print(
    open_page: Open, alice: User, planned: Intake
) -> None:
    page = open_page(reverse("plan", args=[planned.uuid]), user=alice)
    page.emulate_media(media="print")

    expect(page.locator("form.plan")).to_be_hidden()
    expect(page.locator(".for-paper")).to_be_visible()

    page.goto(page.url + "1/")
    page.emulate_media(media="print")
    expect(page.get_by_text("bij zus")).to_be_visible()
    expect(page.locator(".now-line")).to_be_visible()  # an old version says so on paper too
