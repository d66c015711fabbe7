"""The review in a browser, by keyboard: handed in, returned, answered, signed off, and compared."""

from __future__ import annotations

from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.domain import dates
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, SignOff, User
from questionnaire.queries import documents
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import assert_accessible
from questionnaire.tests.factories import submission_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF: Final = b"%PDF-1.7 as it was"
NARROW: Final = {"width": 320, "height": 800}
#: Key presses in one visit of the reviewer, free text not counted.
MOST_KEYS: Final = 10


class Keyboard:
    """Presses keys and counts them; free text is typed and not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def skip_to_what_can_be_done(self) -> None:
        link = self.page.locator(".skip[href='#decide']")
        for _skip in range(4):
            self.press("Tab")
            if link.evaluate("element => element === document.activeElement"):
                self.press("Enter")
                return
        raise AssertionError("no skip link")

    def tab_to(self, target: Locator) -> None:
        while not target.evaluate("element => element === document.activeElement"):
            self.press("Tab")
            assert self.keys <= 10 * MOST_KEYS, f"no way to {target}"

    def activate(self, target: Locator) -> None:
        self.tab_to(target)
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.fixture
def filled_intake(alice: User, intake: Intake) -> Intake:
    answers = {"fear_own_words": "Ik durf niet naar huis.", "fear_level": 9, "feared_events": ("kill",)}
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, **answers))
    current = Intake.objects.get(pk=intake.pk)
    intake_actions.save_section(
        alice, current, "concern", submission_of(current, threats=("kill",), weapons=("has",))
    )
    incident_actions.add_incident(
        alice, intake, DomainIncident("2026-03-20", "home", what="stond voor de deur")
    )
    return Intake.objects.get(pk=intake.pk)


def review(intake: Intake) -> str:
    return reverse("review", args=[intake.uuid])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_from_professional_to_reviewer_and_back_until_it_is_compared(
    open_page: Open,
    alice: User,
    rachel: User,
    filled_intake: Intake,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "render_pdf", lambda _document: PDF)
    author = open_page(review(filled_intake), user=alice, language=language)
    author_keys = Keyboard(author)
    author_keys.skip_to_what_can_be_done()
    author_keys.activate(author.locator("#decide button.primary"))
    assert Intake.objects.get().state == State.SUBMITTED

    reviewer = open_page(review(filled_intake), user=rachel, language=language)
    reviewer_keys = Keyboard(reviewer)
    reviewer_keys.skip_to_what_can_be_done()
    reviewer_keys.tab_to(reviewer.locator("#id_text"))
    reviewer.keyboard.type("Sinds wanneer is er een wapen?")
    reviewer_keys.activate(reviewer.locator("button[formaction$='/return/']"))
    returned = reviewer_keys.keys

    author.goto(review(filled_intake))
    author_keys.skip_to_what_can_be_done()
    author_keys.tab_to(author.locator("#reply textarea"))
    author.keyboard.type("Sinds februari.")
    author_keys.activate(author.locator("button.primary[form=reply]"))

    reviewer.goto(review(filled_intake))
    expect(reviewer.locator(".remarks .answer")).to_contain_text("Sinds februari.")
    reviewer_keys.skip_to_what_can_be_done()
    reviewer_keys.activate(reviewer.locator("button[formaction$='/sign-off/']"))
    reviewer_keys.activate(reviewer.locator("main button.primary"))
    assert SignOff.objects.get().by == rachel
    assert returned <= MOST_KEYS
    assert reviewer_keys.keys - returned <= MOST_KEYS

    author.goto(review(filled_intake))
    author_keys.keys = 0
    author_keys.skip_to_what_can_be_done()
    author_keys.activate(author.locator("a[href$='/reassess/']"))
    expect(author.locator("h1")).to_contain_text("?")  # it is asked first
    author_keys.activate(author.locator("main button.primary"))
    new = Intake.objects.get(previous=filled_intake)
    author.goto(reverse("section", args=[new.uuid, "fear"]))
    expect(author.locator("#fear_own_words .previous")).to_contain_text("Ik durf niet naar huis.")
    expect(author.locator("textarea[name=fear_own_words]")).to_have_value("")
    assert author.locator("[name=fear_level]:checked:not([value=''])").count() == 0
    author.locator("[name=fear_level][value='4']").check()
    with author.expect_navigation():
        author.locator("main .actions .primary").click()
    expect(author.locator("h1")).to_be_visible()

    author.goto(review(new))
    expect(author.locator("#changes table")).to_contain_text("Ik durf niet naar huis.")
    author.goto(reverse("case", args=[new.uuid]))
    expect(author.locator("svg.fear-over-time title")).to_contain_text(": 9.")
    expect(author.locator("svg.fear-over-time title")).to_contain_text(": 4.")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_of_review_and_case_are_accessible(
    open_page: Open,
    alice: User,
    rachel: User,
    filled_intake: Intake,
    language: str,
    console_errors: list[str],
) -> None:
    page = open_page(review(filled_intake), user=alice, language=language, viewport=NARROW)
    assert_accessible(page)
    review_actions.submit(alice, filled_intake)
    reviewer_page = open_page(review(filled_intake), user=rachel, language=language, viewport=NARROW)
    assert_accessible(reviewer_page)
    reviewer_page.locator("button[formaction$='/return/']").click()
    expect(reviewer_page.locator("#errors")).to_be_focused()
    assert_accessible(reviewer_page)
    _clear_refusals(console_errors, 422)
    row = review_actions.add_remark(rachel, filled_intake, "weapons", "Sinds wanneer? " * 40)
    review_actions.return_intake(rachel, filled_intake)
    page.goto(review(filled_intake))
    assert_accessible(page)
    sent = review_actions.AnswerSubmission(
        "Onafgebrokenantwoord" * 20, review_actions.answer_fingerprint(row)
    )
    review_actions.answer_remarks(alice, filled_intake, {row.pk: sent})
    review_actions.submit(alice, filled_intake)
    review_actions.sign_off(rachel, Intake.objects.get(pk=filled_intake.pk), PDF, {})
    new = review_actions.reassess(alice, filled_intake, dates.today())
    intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4))
    for path in (review(filled_intake), review(new), reverse("case", args=[new.uuid])):
        page.goto(path)
        assert_accessible(page)
    page.goto(reverse("section", args=[new.uuid, "fear"]))
    assert_accessible(page)


def _clear_refusals(console_errors: list[str], status: int) -> None:
    """Assert that all console errors are about a response of this status, and clear them."""
    assert all(str(status) in error for error in console_errors), console_errors
    console_errors.clear()


def test_a_tab_left_open_loses_no_words(
    open_page: Open, alice: User, filled_intake: Intake, console_errors: list[str]
) -> None:
    page = open_page(reverse("section", args=[filled_intake.uuid, "fear"]), user=alice, language="en")
    review_actions.submit(alice, filled_intake)

    page.locator("textarea[name=fear_own_words]").fill("Dit typte ik nog.")
    expect(page.locator("#status")).to_have_text("Closed. What you typed is kept for you.")
    with page.expect_navigation():
        page.locator("main .actions .primary").click()

    expect(page.locator("h1")).to_have_text("This conversation is closed")
    _clear_refusals(console_errors, 409)
    page.get_by_role("link", name="Kept for you").first.click()
    expect(page.locator("input[name=fear_own_words]").last).to_have_value("Dit typte ik nog.")
