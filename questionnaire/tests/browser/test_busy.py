"""A form that takes long says so, is sent once, and is ready again when its file has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from playwright.sync_api import expect

from questionnaire.middleware import places
from questionnaire.models import Document, Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.views import summary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Keep what a status says from now on: the page cannot be asked while it waits for a file.
WATCH = """
    window.said = [];
    new MutationObserver(() => {
      for (const each of document.querySelectorAll("[role=status].hint")) window.said.push(each.textContent);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
"""


def test_a_press_that_found_no_room_is_sent_again_by_itself_and_says_when_the_file_has_come(
    open_page: Open,
    alice: User,
    intake: Intake,
    monkeypatch: pytest.MonkeyPatch,
    console_errors: list[str],
) -> None:
    monkeypatch.setattr(summary, "render_pdf", lambda _document: b"%PDF-1.7 later")
    monkeypatch.setattr(places, "_RETRY_SECONDS", 2)
    monkeypatch.setattr(summary, "ask_for_place", no_room_once())
    page = open_page(reverse("summary", args=[intake.uuid]), user=alice)

    with page.expect_download():
        page.locator("form[data-busy] button").first.click()
        expect(page.get_by_text("Nog bezig met andere PDF’s").first).to_be_visible()
        expect(page.get_by_text("probeert het ook zelf opnieuw")).to_be_visible()

    expect(page.get_by_role("status").get_by_text("Het bestand is er.")).to_be_visible()
    expect(page.get_by_text("probeert het ook zelf opnieuw")).to_be_hidden()
    assert Document.objects.get().language == "nl"
    assert ["503" in error for error in console_errors] == [True]
    console_errors.clear()


def no_room_once() -> Callable[[HttpRequest], HttpResponse | None]:
    """Return what refuses the first PDF, as when too many wait."""
    refused: list[bool] = []

    def ask_for_place(request: HttpRequest) -> HttpResponse | None:
        if refused:
            return None
        refused.append(True)
        return places._busy(request)

    return ask_for_place


def test_a_pdf_that_takes_long_says_so_and_comes_once(
    open_page: Open, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_document: Any) -> bytes:
        time.sleep(1.6)
        return b"%PDF-1.7 slow"

    monkeypatch.setattr(summary, "render_pdf", slow)
    page = open_page(reverse("summary", args=[intake.uuid]), user=alice)
    page.evaluate(WATCH)

    with page.expect_download():
        page.evaluate(
            """() => {
              const button = document.querySelector("form[data-busy] button");
              for (let click = 0; click < 3; click++) button.click();
              window.disabled = button.getAttribute("aria-disabled");
            }"""
        )

    expect(page.locator("form[data-busy] [aria-disabled]")).to_have_count(0)
    assert "Bezig..." in page.evaluate("window.said")
    assert page.evaluate("window.said").pop() == ""
    assert page.evaluate("window.disabled") == "true"
    assert Document.objects.count() == 1
    with page.expect_download():
        page.locator("form[data-busy] button").first.click()
    assert Document.objects.count() in (1, 2)  # the same bytes again can be one document
