"""Every page in both languages at 320 px: axe finds nothing, all fits, and no control is too small."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, handovers, proposals
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.models import Intake, Membership, Proposal, Team, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import (
    NARROW,
    WIDE,
    assert_accessible,
    assert_accessible_folded,
    axe_violations,
)
from questionnaire.tests.conftest import account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("section_id", [section.id for section in SECTIONS])
def test_every_section_is_accessible(
    open_page: Open, alice: User, filled: Intake, section_id: str, language: str
) -> None:
    path = reverse("section", args=[filled.uuid, section_id])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    assert_accessible_folded(page)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["incidents", "answers", "summary", "reasons"])
def test_pages_of_a_filled_intake_are_accessible(
    open_page: Open, alice: User, filled: Intake, name: str, language: str
) -> None:
    assert_accessible(
        open_page(reverse(name, args=[filled.uuid]), user=alice, language=language, viewport=NARROW)
    )


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["incidents", "answers", "summary"])
def test_pages_of_an_empty_intake_are_accessible(
    open_page: Open, alice: User, intake: Intake, name: str, language: str
) -> None:
    assert_accessible(
        open_page(reverse(name, args=[intake.uuid]), user=alice, language=language, viewport=NARROW)
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_of_one_incident_is_accessible(
    open_page: Open, alice: User, filled: Intake, language: str
) -> None:
    path = reverse("incident", args=[filled.uuid, filled.incidents.get().uuid])

    assert_accessible(open_page(path, user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_today_and_the_list_of_cases_are_accessible(
    open_page: Open, alice: User, bob: User, filled: Intake, language: str
) -> None:
    assert_accessible(open_page("/", user=alice, language=language, viewport=NARROW))
    assert_accessible(open_page("/cases/", user=alice, language=language, viewport=NARROW))
    assert_accessible(open_page("/cases/", user=bob, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_part_of_the_list_is_accessible_also_when_nothing_is_in_it(
    open_page: Open, alice: User, bob: User, filled: Intake, language: str
) -> None:
    for query in ("state=signed_off", f"state=concept&author={bob.pk}", "state=concept&authors"):
        assert_accessible(open_page(f"/cases/?{query}", user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_came_in_and_what_is_asked_is_accessible(
    open_page: Open, alice: User, bob: User, filled: Intake, language: str
) -> None:
    """Check a note of a hand-over, a filtered and sorted list, what was found, and a reference in use."""
    handovers.hand_over(alice, filled, bob, "Bel na vijven.")
    page = open_page("/", user=bob, language=language, viewport=NARROW)
    assert_accessible(page)
    page.goto("/cases/?of=mine&sort=-due")
    assert_accessible_folded(page)
    page.locator("#reference").fill("117")
    page.locator(".search button").click()
    page.wait_for_url("**/cases/?found")
    assert_accessible(page)
    page.goto(reverse("start"))
    page.locator("#id_reference").fill("2026-117")
    page.locator("main .primary").click()
    expect(page.locator("#errors .button")).to_be_visible()
    assert_accessible(page)
    page.goto(reverse("review", args=[filled.uuid]))
    expect(page.locator("#no-reviewer-title")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_signing_in_and_starting_are_accessible(open_page: Open, alice: User, language: str) -> None:
    assert_accessible(open_page("/", language=language, viewport=NARROW))
    page = open_page(reverse("start"), user=alice, language=language, viewport=NARROW)
    assert_accessible(page)

    page.locator("main button.primary").click()

    expect(page.locator("#errors")).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_administration_are_accessible(
    open_page: Open, alice: User, bob: User, intake: Intake, team: Team, language: str
) -> None:
    adam = account("adam", team, Membership.Role.ADMINISTRATOR)
    for user, paths in (
        (account("audrey", team, Membership.Role.AUDITOR), [reverse("events")]),
        (
            adam,
            [
                *map(
                    reverse,
                    (
                        *("administration", "people", "person_new", "teams"),
                        *("own_contact_new", "own_texts", "own_terms", "own_look"),
                    ),
                ),
                reverse("person", args=[bob.pk]),
                reverse("person_password", args=[bob.pk]),
            ],
        ),
        (
            alice,
            [
                reverse("hand_overs"),
                reverse("hand_over_all", args=[team.pk, alice.pk]),
                reverse("replacement", args=[team.pk, alice.pk]),
            ],
        ),
    ):
        page = open_page("/", user=user, language=language, viewport=NARROW)
        for path in paths:
            page.goto(path)
            assert page.url.endswith(path)
            assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_text_of_a_copy_is_accessible(
    open_page: Open, alice: User, rachel: User, intake: Intake, language: str
) -> None:
    row = proposals.ask(
        alice, Proposal.Kind.EXPORT, intake.team, intake=intake, what="client", reason="Brief."
    )
    page = open_page(reverse("second_person"), user=rachel, language=language, viewport=NARROW)

    page.locator(f"main a[href$='{reverse('copy_preview', args=[row.pk])}']").click()

    expect(page.locator("main pre")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_to_look_at_in_the_team_is_accessible(
    open_page: Open, alice: User, bob: User, intake: Intake, team: Team, language: str
) -> None:
    mona = account("mona", team, Membership.Role.MANAGER)
    access_actions.open_with_reason(bob, intake, "The client called and alice is away today.")
    scheme = {"nl": "light", "en": "dark"}[language]
    page = open_page("/", user=mona, language=language, viewport=NARROW, color_scheme=scheme)

    expect(page.locator("main")).to_contain_text("bob")
    assert_accessible(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_waits_for_a_second_person_is_accessible(
    open_page: Open, alice: User, rachel: User, intake: Intake, team: Team, language: str
) -> None:
    mona = account("mona", team, Membership.Role.MANAGER)
    proposals.ask(alice, Proposal.Kind.ERASE, team, intake=intake, reason="De cliënt vroeg het.")
    other = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    access_actions.shield(alice, other)
    row = agreeing.ask_to_lift(alice, other)
    assert row
    page = open_page(reverse("going_alone", args=[row.pk]), user=alice, language=language, viewport=NARROW)
    assert_accessible(page)
    page.locator("main button.primary").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_accessible(page)
    page.locator("[name=reason]").fill("De toetser is ziek en de avonddienst moet iets doen.")
    page.locator("main button.primary").click()
    page.wait_for_url("**/second-person/")
    assert_accessible(page)

    page = open_page("/", user=mona, language=language, viewport=NARROW)
    page.locator("main a[href$='/second-person/']").click()
    assert_accessible(page)
    page.locator("button[value=agree]").click()
    assert_accessible(page)
    page.locator("main button.primary").click()
    page.locator("button[value=seen]").click()
    expect(page.locator("button[value=seen]")).to_have_count(0)
    row = Proposal.objects.get(kind=Proposal.Kind.ERASE)
    assert row.decided_by == mona


@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_pages_are_accessible(
    open_page: Open, alice: User, language: str, console_errors: list[str]
) -> None:
    assert_accessible(open_page("/nowhere/", user=alice, language=language, viewport=NARROW))
    assert all("404" in error for error in console_errors)
    console_errors.clear()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_error_has_the_focus(open_page: Open, alice: User, intake: Intake, language: str) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    page.locator("[name=pattern_start]").fill("31-02-2026")
    page.locator("main .actions .primary").click()

    expect(page.locator("#errors")).to_be_focused()
    assert_accessible(page)
    page.locator("#errors a").click()
    expect(page.locator("#pattern_start")).to_be_focused()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_conflict_is_accessible(open_page: Open, alice: User, intake: Intake, language: str) -> None:
    path = reverse("section", args=[intake.uuid, "fear"])
    pages = [
        open_page(path, user=alice, language=language, viewport=NARROW, java_script_enabled=False)
        for _tab in range(2)
    ]
    for number, page in enumerate(pages):
        page.locator("textarea[name=fear_own_words]").fill(f"tab {number}")
        page.locator(".foot-bar [popovertarget=note]").click()
        page.locator("textarea[name=running_note]").fill(f"tab {number}")
        page.keyboard.press("Escape")
    for page in pages:
        page.locator("main .actions .primary").click()

    page = open_page(path, user=alice, language=language, viewport=NARROW)

    assert page.locator("[name=_take]").count() == 2
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["section", "summary", "answers", "cases", "today"])
def test_colours_on_a_wide_page(open_page: Open, alice: User, filled: Intake, name: str, scheme: str) -> None:
    args = {"section": [filled.uuid, "concern"], "cases": [], "today": []}.get(name, [filled.uuid])

    page = open_page(reverse(name, args=args), user=alice, viewport=WIDE, color_scheme=scheme)

    assert not axe_violations(page)


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_grid_stays_a_table_for_who_cannot_see_it(
    open_page: Open, alice: User, intake: Intake, viewport: dict[str, int]
) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, language="en", viewport=viewport)

    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]

    seen = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]
    assert ("table", "3.2 What happens at or around your home? Choose how often it was at its worst.") in seen
    assert ("rowheader", "Leaving things") in seen
    assert ("columnheader", "Every week") in seen
    assert ("radio", "Leaving things Every week") in seen
    assert sum(role in ("cell", "gridcell") for role, _name in seen) >= 3 * 8 * 6


@pytest.mark.parametrize("language", ["nl", "en"])
def test_help_and_what_is_found_there_are_accessible(open_page: Open, alice: User, language: str) -> None:
    for name in ("help", "help_words", "tour"):
        assert_accessible(open_page(reverse(name), user=alice, language=language, viewport=NARROW))
    page = open_page(reverse("help_questions"), user=alice, language=language, viewport=NARROW)
    page.locator("main details summary").first.click()
    assert_accessible(page)
    page = open_page(reverse("help"), user=alice, language=language, viewport=NARROW, color_scheme="dark")

    page.locator("[name=words]").fill("112")
    page.locator(".find-help button").click()

    page.wait_for_url("**?found")
    assert_accessible(page)


def test_help_is_searched_and_read_by_keyboard_alone(open_page: Open, alice: User) -> None:
    page = open_page(reverse("help"), user=alice, language="en", viewport=WIDE, java_script_enabled=False)

    page.locator("[name=words]").focus()
    page.keyboard.type("thróat")
    page.keyboard.press("Enter")

    page.wait_for_url("**?found")
    expect(page.locator("main mark").first).to_have_text("throat")
    page.goto(reverse("help_questions"))
    page.locator("main details summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main details dl").first).to_be_visible()


def test_the_first_steps_close_by_keyboard_and_come_back_by_undo(open_page: Open, alice: User) -> None:
    page = open_page("/", user=alice, language="en", viewport=NARROW)

    page.locator(".tour-card button").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".tour-card")).to_have_count(0)
    page.locator(".messages button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tour-card")).to_be_visible()
