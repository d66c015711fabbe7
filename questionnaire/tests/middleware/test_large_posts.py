"""A pasted text above the usual limit of a request: refused by the form, shown again, and the rest stored."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.domain.routes import PAGES
from questionnaire.middleware import large_posts
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page

LIMIT = 40_000
MAX_BODY = 160_000


@pytest.fixture(autouse=True)
def small_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the limits a hundredth of what they are, as posts of the real size take seconds."""
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE * 4 == large_posts.MAX_BODY_BYTES
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = LIMIT
    monkeypatch.setattr(large_posts, "MAX_BODY_BYTES", MAX_BODY)


@pytest.fixture
def url(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def body_of(page: Page, size: int, **extra: str) -> str:
    """Return the body of a post of this page, of so many bytes."""
    posted: Any = {**page.posted, "fear_own_words": "", "_go": "save", **extra}
    body = urlencode(posted, doseq=True)
    return body.replace("fear_own_words=", "fear_own_words=begin" + "x" * (size - len(body) - 9) + "eind")


def post(client: Client, url: str, body: str, **extra: Any) -> Any:
    return client.post(url, body, content_type="application/x-www-form-urlencoded", **extra)


@pytest.mark.parametrize("over", [0, 1, 2 * LIMIT])
def test_a_page_of_words_keeps_and_shows_it(
    client: Client, alice: User, intake: Intake, url: str, over: int
) -> None:
    client.force_login(alice)
    body = body_of(Page(client, url), LIMIT + over, fear_level="3")
    text = "begin" + "x" * body.count("x", body.index("begin"), body.index("eind")) + "eind"

    response = post(client, url, body, follow=True)

    assert response.status_code == 200
    shown = response.content.decode()
    assert text in shown
    assert 'id="errors"' in shown
    intake.refresh_from_db()
    assert intake.content["answers"]["fear_level"] == 3


def test_there_is_a_bound_to_it(client: Client, alice: User, intake: Intake, url: str) -> None:
    client.force_login(alice)
    page = Page(client, url)

    assert post(client, url, body_of(page, MAX_BODY)).status_code == 302
    assert post(client, url, body_of(page, MAX_BODY + 1)).status_code == 413


def test_a_page_of_words_asks_for_its_token(alice: User, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert post(client, url, "x=" + "y" * LIMIT).status_code == 403


@pytest.mark.parametrize("name", ["account_login", "cases", "keys"])
def test_no_other_page_takes_more(client: Client, alice: User, name: str) -> None:
    client.force_login(alice)

    assert post(client, reverse(name), "x=" + "y" * LIMIT).status_code == 413


def test_who_is_not_signed_in_brings_no_more(client: Client, url: str) -> None:
    assert post(client, url, "x=" + "y" * LIMIT).status_code == 413


@pytest.mark.untraced
def test_no_page_comes_near_the_number_of_fields(client: Client, alice: User, intake: Intake) -> None:
    # So a request refused for its number of fields is one that no page of ours made.
    client.force_login(alice)
    pages = [reverse("section", args=[intake.uuid, page_id]) for page_id in PAGES]
    pages += [reverse(name, args=[intake.uuid]) for name in ("steps", "incidents")]

    assert (
        max(Page(client, address).html.count(" name=") for address in pages)
        < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    )
