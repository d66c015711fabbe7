"""After a whole conversation no file of the browser's profile has a word of the client.

In the history are the addresses and titles of pages, which name nobody: docs/threat-model.md.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.documents.editions import EDITIONS
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.models import HeldPost, Intake, User
from questionnaire.tests.browser.conftest import chromium_path
from questionnaire.tests.browser.encrypted import https_in_front
from questionnaire.tests.browser.profiles import files_with, kill, launch, snappy
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS: Final = 200
#: Fields in which someone can type, in forms that are shown, also in closed `details`.
TYPED: Final = (
    "main :is(textarea, input:not([type]), input[type=text], input[type=search], input[type=tel])"
    ":not([readonly])"
)
FILL: Final = """([fields, words]) => fields.map((field, number) => {
  const word = words[number % words.length];
  field.closest("details")?.setAttribute("open", "");
  field.value = /date|start|last|until|day/.test(field.name) ? `ergens rond ${word}` : `${word} zei dat`;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {bubbles: true}));
  return word;
})"""
PAGES: Final = ("start", "find", "incidents", "log_import", "earlier", "blank_log", "plan", "steps")
ALSO: Final = ("answers", "summary", "access", "review")


def canaries(number: int = WORDS) -> list[str]:
    """Return words that stand nowhere else, and share no beginning: packed, each still stands as it is."""
    made = random.Random(7391)  # noqa: S311  (the same in every run)
    return ["q" + "".join(made.choices(string.ascii_lowercase, k=11)) for _word in range(number)]


@pytest.fixture(autouse=True)
def people_with_passwords(quick_hashes: None, alice: User, bob: User) -> None:
    for user in (alice, bob):
        user.set_password(PASSWORD)
        user.save()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def address(request: pytest.FixtureRequest, live_server: LiveServer, settings: Any) -> Iterator[str]:
    """Return where the program is served: over http on this computer, or over https as for others."""
    if getattr(request, "param", "http") == "http":
        yield live_server.url
        return
    settings.BEYOND_LOOPBACK = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with https_in_front(live_server.url) as url:
        yield url


@contextmanager
def opened(chromium: Browser, profile: Path, address: str) -> Iterator[BrowserContext]:
    """Start a browser with this profile, and close it as a person does."""
    if chromium_path() is None or not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium is not installed")
    context = launch(chromium.browser_type, profile, address, ["--ignore-certificate-errors"])
    try:
        yield context
    finally:
        with suppress(Error):  # it may be killed
            context.close()


def sign_in(page: Page, name: str = "alice") -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .primary").first.click()
    page.wait_for_url(re.compile("/$"))


class Talk:
    """A conversation that is typed, with words of its own in every field of every page."""

    def __init__(self, page: Page, intake: Intake, words: list[str]) -> None:
        self.page, self.intake = page, intake
        self.left = list(words)
        self.fields: set[str] = set()

    def type_into_all(self) -> int:
        """Put words that were not used yet in all fields of the page; return in how many."""
        fields = self.page.query_selector_all(TYPED)
        words = [self.left.pop() if self.left else "q" for _field in fields] or ["q"]
        self.page.evaluate(FILL, [fields, words])
        self.fields.update(field.get_attribute("name") or "" for field in fields)
        return len(fields)

    def visit(self, name: str, *arguments: str) -> int:
        own = [] if name in ("start", "find") else [self.intake.uuid, *arguments]
        self.page.goto(reverse("cases" if name == "find" else name, args=own))
        return self.type_into_all()

    def save(self) -> None:
        """Press the button of the page, if it has one that only saves."""
        button = self.page.locator("#section [name=_go][value=save], #section button.primary").first
        if button.count():
            with suppress(Error), self.page.expect_navigation(timeout=5_000):
                button.click(timeout=2_000)

    def go_through(self) -> None:
        for section in SECTIONS:
            self.visit("section", section.id)
            self.save()
        for name in PAGES:
            if self.visit(name) and name in ("incidents", "plan", "steps"):
                self.save()
        for name in ALSO:
            self.visit(name)
        for code in EDITIONS:
            self.page.goto(reverse("edition", args=[self.intake.uuid, code]))
            self.type_into_all()

    def read_a_log(self) -> None:
        """Paste a log, correct a row by half, and add it: with all words, as a client's own log has them."""
        self.page.goto(reverse("log_import", args=[self.intake.uuid]))
        rows = [f"{day}-03-2026\tthuis\t{word} stond er" for day, word in enumerate(self.left[:20], 1)]
        del self.left[:20]
        self.page.locator("main textarea").fill("\n".join(rows))
        self.page.locator("[name=_open]").click()
        self.page.get_by_role("link", name="Verbeteren").first.click()
        self.type_into_all()
        self.page.goto(reverse("log_import", args=[self.intake.uuid]))

    def let_the_client_answer(self) -> None:
        self.page.goto(reverse("section", args=[self.intake.uuid, "fear"]))
        self.page.locator(".faces [name=_turn]").first.click()
        self.page.wait_for_selector(".client")
        self.type_into_all()
        self.page.locator(".leave").click()
        self.page.locator("[type=password]").fill(PASSWORD)
        self.page.locator("main .primary").click()
        self.page.wait_for_selector(".conversation")

    def hide_and_sign_out(self) -> None:
        self.page.goto(reverse("section", args=[self.intake.uuid, "pattern"]))
        self.type_into_all()
        self.page.locator("#hide").click()
        expect(self.page).to_have_url(re.compile("/notes/$"))
        self.page.goto(reverse("unlock"))
        self.page.locator("[type=password]").fill(PASSWORD)
        self.page.locator("main .primary").click()
        if HeldPost.objects.exists():
            self.page.goto(reverse("kept"))
        self.page.goto(reverse("account_logout"))
        self.page.locator("main button").first.click()
        expect(self.page).to_have_url(re.compile("/account/login/$"))
        self.page.goto(reverse("summary", args=[self.intake.uuid]))


def talk(context: BrowserContext, intake: Intake, words: list[str]) -> Talk:
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page)
    told = Talk(page, intake, words)
    told.read_a_log()
    told.go_through()
    told.let_the_client_answer()
    return told


def stored_words(intake: Intake, words: list[str]) -> list[str]:
    """Return which of the words the program has: in answers, notes and drafts of the conversation."""
    text = json.dumps(Intake.objects.get(pk=intake.pk).content)
    return [word for word in words if word in text]


@pytest.mark.parametrize("address", ["http", pytest.param("https", marks=pytest.mark.soak)], indirect=True)
def test_a_closed_browser_has_no_word_of_the_client(
    chromium: Browser, profile: Path, address: str, alice: User, intake: Intake
) -> None:
    words = canaries()
    with opened(chromium, profile, address) as context:
        told = talk(context, intake, words)
        told.hide_and_sign_out()
        told.page.wait_for_timeout(3_000)  # a browser writes down every few seconds which pages are open

    assert told.left == [], "each of the words was typed"
    assert len(told.fields) > 40, told.fields
    assert len(stored_words(intake, words)) > 50
    assert len(list(profile.rglob("*"))) > 100
    assert files_with(words, profile) == {}
    assert files_with([str(intake.pk)], profile), "addresses are in the history: see the threat model"


def test_a_browser_that_crashed_has_no_word_of_the_client(
    chromium: Browser, profile: Path, address: str, alice: User, intake: Intake
) -> None:
    """What was typed last is on a page that is open; the browser means to bring it back."""
    words = canaries(60)
    with opened(chromium, profile, address) as context:
        page = context.new_page()
        sign_in(page)
        for name in ("section", "incidents", "plan", "steps", "start"):
            tab = Talk(context.new_page(), intake, words[:12])
            tab.visit(name, *(["fear"] if name == "section" else []))
            del words[: 12 - len(tab.left)]
        page.wait_for_timeout(6_000)

        kill(profile)

    assert files_with(canaries(60), profile) == {}
    assert list((profile / "Default" / "Sessions").iterdir())


@pytest.mark.parametrize("ends", ["closes", "crashes"])
def test_a_form_that_a_browser_may_remember_is_found(
    chromium: Browser, profile: Path, address: str, alice: User, intake: Intake, ends: str
) -> None:
    """Without what each form asks, its words are in the profile: so the search finds what is there."""
    word, cached = canaries(2)
    with opened(chromium, profile, address) as context:
        context.route(re.compile(r"/incidents/$"), _without_what_it_asks)
        page = context.new_page()
        sign_in(page)
        page.goto(reverse("incidents", args=[intake.uuid]))
        page.locator("[name=what]").first.fill(f"{word} stond er")
        page.evaluate(f"localStorage.x = '{cached}'")
        page.wait_for_timeout(6_000)
        if ends == "crashes":
            kill(profile)

    found = files_with([word, cached], profile)
    assert any("Sessions" in path and word in hits for path, hits in found.items())
    assert any("Local Storage" in path and cached in hits for path, hits in found.items())


def test_what_was_posted_to_a_page_that_shows_errors_is_not_kept(
    chromium: Browser, profile: Path, address: str, alice: User, intake: Intake
) -> None:
    """Chromium writes down what a page was posted with, as it would post it again to restore the page."""
    words = canaries(2)
    with opened(chromium, profile, address) as context:
        page = context.new_page()
        sign_in(page)
        for word in words:
            page.goto(reverse("incidents", args=[intake.uuid]))
            page.locator("main [name=what]").first.fill(f"{word} stond er")
            page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
            page.locator("main [name=time]").first.fill(f"99 {word}")
            with page.expect_navigation():
                page.locator("#section button.primary").first.click()
            assert page.locator(".error").count()
            page.wait_for_timeout(4_000)
        kill(profile)

    assert files_with(words, profile) == {}


def _without_what_it_asks(route: Any) -> None:
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace(' autocomplete="off"', ""))


def test_what_a_database_packs_is_unpacked() -> None:
    """Three letters as they are, and then nine from three back; or all as they are."""
    packed: Callable[[bytes], bytes] = lambda parts: bytes([12]) + parts  # noqa: E731

    assert snappy(packed(b"\x08abc" + b"\x15\x03")) == b"abcabcabcabc"
    assert snappy(packed(b"\x08abc" + bytes([(9 - 1) << 2 | 2, 3, 0]))) == b"abcabcabcabc"
    assert snappy(packed(bytes([60 << 2, 11]) + b"abcabcabcabc")) == b"abcabcabcabc"
