"""Every page in both languages at 320 px: no fault that axe finds, nothing sticks out or is too small."""

from importlib.resources import files
from typing import Any, Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Intake, User
from questionnaire.tests.actions.test_intakes import answering
from questionnaire.tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW: Final = {"width": 320, "height": 800}
WIDE: Final = {"width": 1366, "height": 800}


def faults_of(page: Page) -> list[str]:
    """What axe finds. It is put in by the debugger, so that the policies of the page stay in force."""
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    assert result["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """Controls under 24 by 24 pixels, other than links inside a sentence."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, select, textarea, nav a, a.button")]
            .map(element => element.closest("label") ?? element)
            .filter(element => element.checkVisibility() && !element.closest(".unseen, .skip"))
            .filter(element => {
                const {width, height} = element.getBoundingClientRect();
                return width && (width < 24 || height < 24);
            })
            .map(element => element.outerHTML.slice(0, 120))"""
    )
    return found


def look_at(page: Page) -> None:
    assert not faults_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert not too_small(page)
    assert page.locator("h1").count() == 1


@pytest.fixture
def filled(alice: User, intake: Intake) -> Intake:
    """Something of everything: answers of each kind, notes, an error, a conflict, incidents, danger now."""
    said: dict[str, dict[str, Any]] = {
        "safety_now": {"danger_now": "now", "person_near": "near", "safe_contact": "Alleen overdag. " * 20},
        "fear": {"fear_own_words": "Ik ben bang. " * 60, "fear_level": 9, "feared_events": ("kill",)},
        "pattern": {"behaviour_home": {"ring": "daily", "loiter": "never"}, "pattern_start": "2025-08"},
        "concern": {"threats": ("kill", "pet"), "strangulation": "not_asked", "weapons": "unknown"},
        "help": {"client_wishes": "Onafgebrokentekst" * 20, "consent_share": ("police",)},
    }
    for section_id, answers in said.items():
        intake = intake_actions.save_section(alice, intake, section_id, answering(intake, **answers)).intake
    intake_actions.add_incident(
        alice, intake, Told("2026-03", "home", "about", "stond voor de deur", "foto", True)
    )
    return intake


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("section_id", [section.id for section in SECTIONS])
def test_sections(open_page: Open, alice: User, filled: Intake, section_id: str, language: str) -> None:
    path = reverse("section", args=[filled.uuid, section_id])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    look_at(page)
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
    look_at(page)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["incidents", "answers", "summary"])
def test_pages_of_an_intake(open_page: Open, alice: User, filled: Intake, name: str, language: str) -> None:
    look_at(open_page(reverse(name, args=[filled.uuid]), user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["incidents", "answers", "summary"])
def test_pages_of_an_empty_intake(
    open_page: Open, alice: User, intake: Intake, name: str, language: str
) -> None:
    look_at(open_page(reverse(name, args=[intake.uuid]), user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_incident(open_page: Open, alice: User, filled: Intake, language: str) -> None:
    path = reverse("incident", args=[filled.uuid, filled.incidents.get().uuid])

    look_at(open_page(path, user=alice, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_lists(open_page: Open, alice: User, bob: User, filled: Intake, language: str) -> None:
    look_at(open_page("/", user=alice, language=language, viewport=NARROW))
    look_at(open_page("/", user=bob, language=language, viewport=NARROW))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_signing_in_and_starting(open_page: Open, alice: User, language: str) -> None:
    look_at(open_page("/", language=language, viewport=NARROW))
    page = open_page(reverse("start"), user=alice, language=language, viewport=NARROW)
    look_at(page)

    page.locator("main button.primary").click()

    expect(page.locator("#errors")).to_be_focused()
    look_at(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_went_wrong(open_page: Open, alice: User, language: str, faults: list[str]) -> None:
    look_at(open_page("/nowhere/", user=alice, language=language, viewport=NARROW))
    assert all("404" in fault for fault in faults)
    faults.clear()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_error_has_the_focus(open_page: Open, alice: User, intake: Intake, language: str) -> None:
    path = reverse("section", args=[intake.uuid, "pattern"])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    page.locator("[name=pattern_start]").fill("31-02-2026")
    page.locator("main .actions .primary").click()

    expect(page.locator("#errors")).to_be_focused()
    look_at(page)
    page.locator("#errors a").click()
    expect(page.locator("#pattern_start")).to_be_focused()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_conflict(open_page: Open, alice: User, intake: Intake, language: str) -> None:
    path = reverse("section", args=[intake.uuid, "fear"])
    pages = [
        open_page(path, user=alice, language=language, viewport=NARROW, java_script_enabled=False)
        for _tab in range(2)
    ]
    for number, page in enumerate(pages):
        page.locator("textarea[name=fear_own_words]").fill(f"tab {number}")
        page.locator("textarea[name=running_note]").fill(f"tab {number}")
    for page in pages:
        page.locator("main .actions .primary").click()

    page = open_page(path, user=alice, language=language, viewport=NARROW)

    assert page.locator("[name=_take]").count() == 2
    look_at(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["section", "summary", "answers", "intakes"])
def test_colours_on_a_wide_page(open_page: Open, alice: User, filled: Intake, name: str, scheme: str) -> None:
    args = {"section": [filled.uuid, "concern"], "intakes": []}.get(name, [filled.uuid])

    page = open_page(reverse(name, args=args), user=alice, viewport=WIDE, color_scheme=scheme)

    assert not faults_of(page)


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
