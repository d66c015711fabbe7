"""No text that was typed and not yet sent is lost, however the page is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.domain.catalogue import SECTIONS
from questionnaire.models import HeldPost, Intake, Session, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import wait_for
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: The sections tested in every run; the others in a soak run.
ALWAYS: Final = ("pattern",)
EACH_SECTION: Final = [
    pytest.param(section.id, marks=[] if section.id in ALWAYS else pytest.mark.soak) for section in SECTIONS
]
FIELDS: Final = "#section :is(textarea, input:is(:not([type]), [type=text]))"
TYPE: Final = """fields => fields.forEach((field, number) => {
  field.value = `tekst ${number} in ${field.name}: ë 😀 <b>`;
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""
TEXTS: Final = "fields => Object.fromEntries(fields.map((field) => [field.name, field.value]))"


@pytest.fixture
def alice(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def texts(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.eval_on_selector_all(FIELDS, TEXTS)
    return found


def refresh(page: Page) -> None:
    page.reload()


def back(page: Page) -> None:
    page.go_back()
    expect(page.locator("#section")).to_have_count(0)
    page.go_forward()


def second_tab(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    # Not an absent state: beside a text typed in the first tab it would be a second answer.
    other.locator("#section :is([type=radio], [type=checkbox]):not([name$=__absent])").first.check()
    page.close(run_before_unload=True)
    other.get_by_role("button", name="Opslaan").last.click()


def another_language(page: Page) -> None:
    page.locator("#section, .tools").locator("button[name=_language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def another_page(page: Page) -> None:
    page.locator("#parts a[href*=answers], .case-header a[href$='summary/']").first.click()
    expect(page.locator("#section")).to_have_count(0)


@pytest.mark.parametrize("section_id", EACH_SECTION)
@pytest.mark.parametrize("comes_between", [refresh, back, second_tab, another_language, another_page])
def test_no_text_of_a_section_is_lost_however_the_page_is_left(
    open_page: Open, alice: User, intake: Intake, section_id: str, comes_between: Callable[[Page], None]
) -> None:
    path = reverse("section", args=[intake.uuid, section_id])
    page = open_page("/", user=alice)
    page.goto(path)
    page.eval_on_selector_all(FIELDS, TYPE)
    typed = texts(page)
    assert len(typed) > 5
    assert all(typed.values())

    comes_between(page)

    def is_there() -> bool:
        again.goto(path)
        return texts(again) == typed

    again = open_page("/", user=alice)
    wait_for(is_there)


@pytest.mark.parametrize("comes_between", [refresh, back, second_tab, another_language, another_page])
def test_no_text_of_the_follow_up_is_lost_however_the_page_is_left(
    open_page: Open, alice: User, intake: Intake, comes_between: Callable[[Page], None]
) -> None:
    """All that is typed here is invalid, and so stored as drafts only."""
    path = reverse("steps", args=[intake.uuid])
    page = open_page("/", user=alice)
    page.goto(path)
    page.eval_on_selector_all(FIELDS, TYPE)
    typed = texts(page)
    assert len(typed) > 20

    comes_between(page)

    def is_there() -> bool:
        again.goto(path)
        return texts(again) == typed

    again = open_page("/", user=alice)
    wait_for(is_there)
    assert intake.follow_up.consultations == ()


@pytest.mark.parametrize("section_id", EACH_SECTION)
def test_when_the_session_ends_the_same_person_gets_everything_back(
    open_page: Open, alice: User, bob: User, intake: Intake, section_id: str
) -> None:
    path = reverse("section", args=[intake.uuid, section_id])
    page = open_page(path, user=alice)
    Session.objects.all().delete()
    page.eval_on_selector_all(FIELDS, TYPE)
    typed = texts(page)

    wait_for(HeldPost.objects.exists)
    expect(page).to_have_url(f"{page.url.split('/intakes')[0].split('/notes')[0]}/notes/")

    stranger_page = open_page("/", user=bob)
    assert "tekst 0" not in stranger_page.content()
    assert stranger_page.goto("/kept/").url.endswith("/")  # type: ignore[union-attr]
    owner_page = open_page("/", user=alice)
    assert owner_page.url.split("?")[0].endswith("/kept/")
    owner_page.locator("section.card button.primary").first.click()
    owner_page.wait_for_load_state()
    owner_page.goto(path)
    assert texts(owner_page) == typed


def test_a_text_too_large_to_send_afterwards_asks_to_stay(
    open_page: Open, alice: User, intake: Intake
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)
    page.locator("h1").click()  # a browser only asks someone who has used the page
    page.locator("textarea[name=fear_own_words]").fill("ë" * 15_000)

    with page.expect_event("dialog") as asked:  # which `watch` dismisses
        page.evaluate("setTimeout(() => location.reload())")

    assert asked.value.type == "beforeunload"
    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": "ë" * 15_000})
