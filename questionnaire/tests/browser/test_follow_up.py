"""The follow-up in a browser: by keyboard, hidden, and accessible."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, step_fingerprint
from questionnaire.domain import dates
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, WIDE, assert_accessible, axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filled_follow_up(alice: User, intake: Intake) -> Intake:
    """Return an intake with everything that a follow-up can have; the decision is without its ground."""
    outcomes = (
        Outcome("consult_police", "planned", "M. de Wit", dates.today() - timedelta(days=3)),
        Outcome("victim_support", "not_done", why="Onafgebrokentekst" * 20),
        Outcome("medical_check", "done", on=date(2026, 3, 23)),
        Outcome("reporting_code_1", "done"),
    )
    no_base = step_fingerprint(None)
    sent = {outcome.what: StepSubmission(outcome, no_base) for outcome in outcomes}
    follow_up_actions.record_steps(
        alice, intake, {**sent, DECISIONS: StepSubmission(Decision("no"), no_base)}
    )
    follow_up_actions.add_consultation(
        alice, intake, Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "x" * 90)
    )
    for breach in (Breach("contactverbod " + "x" * 90, number="1" * 60), Breach("gebiedsverbod")):
        breach_actions.add_breach(alice, intake, breach)
    for holders in (CaseHolders(Holder("J. Smit")), CaseHolders(Holder("x" * 90, "y" * 90), Holder("M."))):
        stored = follow_up_actions.stored_steps(intake).get(HOLDERS)
        sent = {HOLDERS: StepSubmission(holders, step_fingerprint(stored))}
        follow_up_actions.record_steps(alice, intake, sent)
    return intake


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_follow_up_fits_at_320_px(
    open_page: Open, alice: User, filled_follow_up: Intake, language: str
) -> None:
    paths = (
        reverse("steps", args=[filled_follow_up.uuid]),
        reverse(
            "consultation", args=[filled_follow_up.uuid, filled_follow_up.steps.get(kind="consultation").uuid]
        ),
        reverse("breach", args=[filled_follow_up.uuid, filled_follow_up.steps.filter(kind="breach")[0].uuid]),
        reverse("case", args=[filled_follow_up.uuid]),
        reverse("summary", args=[filled_follow_up.uuid]),
        "/",
        "/cases/",
    )
    for path in paths:
        assert_accessible(open_page(path, user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_follow_up_without_outcomes_is_accessible(
    open_page: Open, alice: User, intake: Intake, language: str
) -> None:
    path = reverse("steps", args=[intake.uuid])

    assert_accessible(open_page(path, user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_follow_up_have_contrast_in_light_and_dark(
    open_page: Open, alice: User, filled_follow_up: Intake, scheme: str
) -> None:
    page = open_page(
        reverse("steps", args=[filled_follow_up.uuid]), user=alice, viewport=WIDE, color_scheme=scheme
    )

    assert not axe_violations(page)


@pytest.mark.parametrize("with_script", [True, False])
def test_from_the_summary_to_a_planned_step_and_back(
    open_page: Open, alice: User, intake: Intake, with_script: bool
) -> None:
    """By keyboard alone: a link, the arrow keys in a group of radios, typing, and Enter."""
    path = reverse("summary", args=[intake.uuid])
    page = open_page(path, user=alice, language="en", viewport=NARROW, java_script_enabled=with_script)
    steps = reverse("steps", args=[intake.uuid])

    page.locator(f"[href='{steps}#step-1']").press("Enter")
    page.wait_for_url(f"**{steps}#step-1")
    row = page.locator("#step-1")
    expect(row.locator(".more")).to_be_hidden()
    row.get_by_role("radio").first.focus()
    for _key in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("M. de Wit")
    page.keyboard.press("Tab")
    page.keyboard.type("31-02-2026")
    page.keyboard.press("Enter")

    expect(page.locator("#errors")).to_be_focused()
    if with_script:  # axe is a script
        assert_accessible(page)
    page.locator("#errors a").press("Enter")
    field = page.locator("#step-1 [name$='-on']")
    expect(field).to_be_focused()
    field.fill("01-02-2030")
    field.press("Enter")

    expect(page.locator("#errors")).to_have_count(0)
    (outcome,) = intake.follow_up.outcomes
    assert (outcome.state, outcome.who, outcome.on) == ("planned", "M. de Wit", date(2030, 2, 1))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_done_is_said_and_undone_with_the_focus_at_its_row(
    open_page: Open, alice: User, intake: Intake, scheme: str
) -> None:
    page = open_page(
        reverse("steps", args=[intake.uuid]), user=alice, language="en", viewport=NARROW, color_scheme=scheme
    )
    for press, said in (
        ("[name=_done]", "Step 2 is written down as done today."),
        ("[name=undo]", "Undone."),
    ):
        with page.expect_navigation():
            page.locator(f"#step-2 {press}").click()
        expect(page.locator("#step-2")).to_be_focused()
        expect(page.locator("#step-2 .messages")).to_contain_text(said)
        expect(page.locator("#step-2 .messages")).to_be_in_viewport()
        assert_accessible(page)
    assert not intake.follow_up


def test_hiding_the_screen_saves_what_was_typed(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("steps", args=[intake.uuid]), user=alice)
    page.locator("#step-1 [value=done]").check()
    page.locator("#step-1 [name$='-who']").fill("M. de Wit")

    page.locator("#hide").click()
    page.wait_for_url("**/notes/")

    (outcome,) = intake.follow_up.outcomes
    assert (outcome.state, outcome.who) == ("done", "M. de Wit")


def test_the_page_saves_who_holds_the_case_by_itself_and_drafts_a_breach(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("steps", args=[intake.uuid]), user=alice, language="en")
    page.locator("#holders summary").click()

    page.locator("#breaches summary").click()
    page.locator("[name=holders-contact_name]").fill("J. Smit")
    with page.expect_response(lambda response: "contactverbod" in (response.request.post_data or "")):
        page.locator("[name=breach-order]").fill("contactverbod")
    expect(page.locator("#status")).to_contain_text("Saved at")
    page.reload()

    assert page.locator("[name=holders-contact_name]").input_value() == "J. Smit"
    assert page.locator("[name=breach-order]").input_value() == "contactverbod"
    expect(page.locator("#holders")).to_contain_text("Fixed contact for the client: J. Smit")
    page.locator("button[value=breaches]").click()
    expect(page.locator("[role=status]", has_text="The breach is added.")).to_be_visible()
    expect(page.locator("#breaches")).to_contain_text("no report written down yet")
