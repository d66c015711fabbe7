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
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, SignOff, User
from questionnaire.queries import documents
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import look_at
from questionnaire.tests.factories import submission_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF: Final = b"%PDF-1.7 as it was"
NARROW: Final = {"width": 320, "height": 800}
#: For one visit of the reviewer, words left out: what remains of the three minutes is for reading.
MOST_KEYS: Final = 10


class Keyboard:
    """A person without a mouse, whose keys are counted; what is typed as words is not."""

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
def said(alice: User, intake: Intake) -> Intake:
    answers = {"fear_own_words": "Ik durf niet naar huis.", "fear_level": 9, "feared_events": ("kill",)}
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, **answers))
    current = Intake.objects.get(pk=intake.pk)
    intake_actions.save_section(
        alice, current, "concern", submission_of(current, threats=("kill",), weapons=("has",))
    )
    incident_actions.add_incident(alice, intake, Told("2026-03-20", "home", what="stond voor de deur"))
    return Intake.objects.get(pk=intake.pk)


def review(intake: Intake) -> str:
    return reverse("review", args=[intake.uuid])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_from_professional_to_reviewer_and_back_until_it_is_compared(
    open_page: Open,
    alice: User,
    rachel: User,
    said: Intake,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "render_pdf", lambda _document: PDF)
    author = open_page(review(said), user=alice, language=language)
    hands = Keyboard(author)
    hands.skip_to_what_can_be_done()
    hands.activate(author.locator("#decide button.primary"))
    assert Intake.objects.get().state == State.SUBMITTED

    reviewer = open_page(review(said), user=rachel, language=language)
    eyes = Keyboard(reviewer)
    eyes.skip_to_what_can_be_done()
    eyes.tab_to(reviewer.locator("#id_text"))
    reviewer.keyboard.type("Sinds wanneer is er een wapen?")
    eyes.activate(reviewer.locator("button[formaction$='/return/']"))
    returned = eyes.keys

    author.goto(review(said))
    hands.skip_to_what_can_be_done()
    hands.tab_to(author.locator("#answers textarea"))
    author.keyboard.type("Sinds februari.")
    hands.activate(author.locator("button.primary[form=answers]"))

    reviewer.goto(review(said))
    expect(reviewer.locator(".remarks .answer")).to_contain_text("Sinds februari.")
    eyes.skip_to_what_can_be_done()
    eyes.activate(reviewer.locator("button[formaction$='/sign-off/']"))
    assert SignOff.objects.get().by == rachel
    assert returned <= MOST_KEYS
    assert eyes.keys - returned <= MOST_KEYS

    author.goto(review(said))
    hands.keys = 0
    hands.skip_to_what_can_be_done()
    hands.activate(author.locator("form[action$='/reassess/'] button"))
    new = Intake.objects.get(previous=said)
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
    open_page: Open, alice: User, rachel: User, said: Intake, language: str, faults: list[str]
) -> None:
    page = open_page(review(said), user=alice, language=language, viewport=NARROW)
    look_at(page)
    review_actions.submit(alice, said)
    seen = open_page(review(said), user=rachel, language=language, viewport=NARROW)
    look_at(seen)
    seen.locator("button[formaction$='/return/']").click()
    expect(seen.locator("#errors")).to_be_focused()
    look_at(seen)
    _are_refusals(faults, 422)
    row = review_actions.add_remark(rachel, said, "weapons", "Sinds wanneer? " * 40)
    review_actions.return_intake(rachel, said)
    page.goto(review(said))
    look_at(page)
    sent = review_actions.AnswerSubmission(
        "Onafgebrokenantwoord" * 20, review_actions.answer_fingerprint(row)
    )
    review_actions.answer_remarks(alice, said, {row.pk: sent})
    review_actions.submit(alice, said)
    review_actions.sign_off(rachel, Intake.objects.get(pk=said.pk), PDF, {})
    new = review_actions.reassess(alice, said, dates.today())
    intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=4))
    for path in (review(said), review(new), reverse("case", args=[new.uuid])):
        page.goto(path)
        look_at(page)
    page.goto(reverse("section", args=[new.uuid, "fear"]))
    look_at(page)


def _are_refusals(faults: list[str], status: int) -> None:
    """Forget the errors in the console about requests that are refused on purpose."""
    assert all(str(status) in fault for fault in faults), faults
    faults.clear()


def test_a_tab_left_open_loses_no_words(
    open_page: Open, alice: User, said: Intake, faults: list[str]
) -> None:
    page = open_page(reverse("section", args=[said.uuid, "fear"]), user=alice, language="en")
    review_actions.submit(alice, said)

    page.locator("textarea[name=fear_own_words]").fill("Dit typte ik nog.")
    expect(page.locator("#status")).to_have_text("Closed. What you typed is kept for you.")
    with page.expect_navigation():
        page.locator("main .actions .primary").click()

    expect(page.locator("h1")).to_have_text("This conversation is closed")
    _are_refusals(faults, 409)
    page.get_by_role("link", name="Kept for you").first.click()
    expect(page.locator("input[name=fear_own_words]").last).to_have_value("Dit typte ik nog.")
