"""A form that takes long says so, is sent once, and is ready again when its file has come."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

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
