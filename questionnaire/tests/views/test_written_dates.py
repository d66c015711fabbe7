"""The words under a date while someone types: only what was posted comes back, and nothing is stored."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaire.models import Event, HeldPost, Intake, Step
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.usefixtures("today")

DATES = "/dates/"
JSON = {"accept": "application/json"}


def words(client: Client, **posted: str) -> str:
    response = client.post(DATES, posted, headers=JSON)
    assert response.status_code == 200
    assert list(response.json()) == ["words"]
    return str(response.json()["words"])


def test_a_typed_date_comes_back_in_words(alice_client: Client) -> None:
    assert words(alice_client, text="kerst 2025") == "donderdag 25 december 2025"
    assert words(alice_client, text="gisteren", on="2025-05-01") == "woensdag 30 april 2025"
    assert words(alice_client, text="gisteren", on="nonsense") == "zondag 14 juni 2026"
    assert words(alice_client, text="12 oktober", ahead="") == "maandag 12 oktober 2026"
    assert words(alice_client, text="kerst 2025 14:05", whole="") == "rond 25 december 2025, 14:05"
    assert words(alice_client, text="lang geleden", whole="").startswith("Er is geen datum herkend.")
    assert words(alice_client, text="19.30", ahead="", free="") == ""
    assert words(alice_client, text="11/7/2025").startswith("Bedoelt u 11 juli 2025 of 7 november 2025?")
    assert words(alice_client) == ""
    assert words(alice_client, text="1" * 20_000) == ""


def test_nothing_is_stored_read_or_logged(
    alice_client: Client, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    words(alice_client, text="12 maart")
    events = Event.objects.count()
    with (
        caplog.at_level(logging.DEBUG),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        words(alice_client, text="31 februari zebra")

    assert Event.objects.count() == events
    assert "zebra" not in caplog.text
    statements = " ".join(query["sql"] for query in queries)
    assert 'FROM "questionnaire_intake"' not in statements
    assert not any(word in statements for word in ("INSERT", "UPDATE", "DELETE", "zebra"))


def test_only_a_post_of_someone_signed_in_with_a_token_is_answered(
    client: Client, alice_client: Client
) -> None:
    assert Client().post(DATES, {"text": "gisteren"}).status_code == 302
    assert alice_client.get(DATES).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice_client.cookies
    assert strict.post(DATES, {"text": "gisteren"}, headers=JSON).status_code == 403
    assert not HeldPost.objects.exists()


def test_a_locked_session_says_and_keeps_nothing(alice_client: Client) -> None:
    alice_client.post(reverse("lock"))

    response = alice_client.post(DATES, {"text": "gisteren"}, headers=JSON)

    assert (response.status_code, response.content) == (204, b"")
    assert not HeldPost.objects.exists()


def test_the_client_gets_back_what_the_client_typed(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, reverse("section", args=[intake.uuid, "pattern"])).press("_turn", "pattern_start")

    assert words(alice_client, text="gisteren") == "zondag 14 juni 2026"


def test_a_date_is_shown_in_words_after_it_was_saved(alice_client: Client, intake: Intake) -> None:
    url = reverse("section", args=[intake.uuid, "pattern"])
    Page(alice_client, url).fill(pattern_start="kerst 2025").press("_go", "save")

    page = Page(alice_client, url)

    assert page.posted["pattern_start"] == "25-12-2025"
    assert ">donderdag 25 december 2025</output>" in page.html


def test_the_client_does_not_see_the_words_of_what_someone_else_said(
    alice_client: Client, intake: Intake
) -> None:
    url = reverse("section", args=[intake.uuid, "pattern"])
    typed = {"pattern_start": "25-12-2025", "pattern_start__source": "third_party"}
    Page(alice_client, url).fill(**typed).press("_go", "save")
    assert "25 december 2025" in Page(alice_client, url).html
    Page(alice_client, url).press("_turn", "pattern_start")

    html = Page(alice_client, reverse("client", args=[intake.uuid, "pattern_start"])).html

    assert "25 december 2025" not in html
    assert "in-words" in html


def test_dates_of_the_conversation_count_from_it(alice_client: Client, intake: Intake) -> None:
    Intake.objects.filter(pk=intake.pk).update(on="2025-05-01")
    url = reverse("section", args=[intake.uuid, "pattern"])

    Page(alice_client, url).fill(pattern_start="gisteren").press("_go", "save")

    assert Intake.objects.get().answers["pattern_start"] == "2025-04-30"
    assert 'data-on="2025-05-01"' in Page(alice_client, url).html


def test_dates_of_the_follow_up_count_from_today(alice_client: Client, intake: Intake) -> None:
    Intake.objects.filter(pk=intake.pk).update(on="2025-05-01")
    url = reverse("steps", args=[intake.uuid])

    Page(alice_client, url).fill(**{"reassess-state": "done", "reassess-on": "gisteren"}).press("_go", "code")

    assert Intake.objects.get().follow_up.outcomes[0].on.isoformat() == "2026-06-14"  # type: ignore[union-attr]
    assert ">zondag 14 juni 2026</output>" in Page(alice_client, url).html
    assert Step.objects.count() == 1


def test_every_date_field_says_its_words_and_is_not_completed(alice_client: Client, intake: Intake) -> None:
    for name, arguments, dates in (
        ("start", (), 1),
        ("section", (intake.uuid, "pattern"), 3),
        ("incidents", (intake.uuid,), 1),
        ("plan", (intake.uuid,), 3),
        ("steps", (intake.uuid,), 3),
    ):
        html = Page(alice_client, reverse(name, args=arguments)).html
        assert html.count("in-words") >= dates, name
        assert html.count('id="dates"') == 1, name
