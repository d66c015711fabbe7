"""A request that makes a PDF asks for a place first; without one it is told at once, and nothing is lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState
from questionnaire.middleware.places import PDF_PAGES
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.pages import controls

REQUESTS = {
    "pdf": ([], {"language": "nl"}),
    "edition": (["advice"], {"_go": "pdf", "confirmed": "on", "ground": "“Zij” & <ik>"}),
    "sheet": (None, {"sheet": "nl"}),
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the pages of which a PDF was made; none is rendered."""
    pages: list[str] = []

    def render(_worker: pdf.Worker, html: str) -> bytes:
        pages.append(html)
        return b"%PDF"

    monkeypatch.setattr(pdf.Worker, "render", render)
    return pages


def post(client: Client, intake: Intake, name: str, place: Place | None) -> Any:
    arguments, data = REQUESTS[name]
    url = reverse(name, args=None if arguments is None else [intake.uuid, *arguments])
    return client.post(url, data, **({PLACE: place} if place else {}))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", REQUESTS)
def test_it_asks_before_anything_is_read_or_written(
    client: Client, alice: User, intake: Intake, made: list[str], name: str
) -> None:
    client.force_login(alice)
    before, place = Event.objects.count(), Place(PlaceState.NOT_ASKED)

    post(client, intake, name, place)

    assert place.wanted_by == alice.pk
    assert (made, Event.objects.count(), Document.objects.count()) == ([], before, 0)


@pytest.mark.parametrize("name", REQUESTS)
def test_with_a_place_the_pdf_is_made(
    client: Client, alice: User, intake: Intake, made: list[str], name: str
) -> None:
    client.force_login(alice)

    response = post(client, intake, name, Place(PlaceState.GRANTED))

    assert (response.status_code, response.content, len(made)) == (200, b"%PDF", 1)


@pytest.mark.parametrize("name", REQUESTS)
def test_without_a_place_the_page_says_so_and_holds_what_was_sent(
    client: Client, alice: User, intake: Intake, made: list[str], name: str
) -> None:
    client.force_login(alice)

    response = post(client, intake, name, Place(PlaceState.REFUSED))

    assert (response.status_code, response["Retry-After"], made) == (503, "10", [])
    html = response.content.decode()
    assert "Nog bezig met andere PDF’s" in html
    sent = controls(html)
    assert {key: sent[key] for key in REQUESTS[name][1]} == REQUESTS[name][1]
    assert Document.objects.count() == 0


def test_a_look_at_an_edition_needs_no_place(client: Client, alice: User, intake: Intake) -> None:
    client.force_login(alice)

    url = reverse("edition", args=[intake.uuid, "advice"])

    for response in (client.get(url), client.post(url, {"_go": "look"})):
        assert response.status_code == 200
    place = Place(PlaceState.NOT_ASKED)
    client.post(url, {"_go": "look"}, **{PLACE: place})  # type: ignore[arg-type]
    assert place.wanted_by is None


def test_another_server_has_two_places(
    client: Client, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    statuses: list[int] = []

    def render(_worker: pdf.Worker, _html: str) -> bytes:
        # While one is made, two more are asked for by the same handler.
        if len(statuses) < 2:
            statuses.append(0)
            statuses.append(post(client, intake, "sheet", None).status_code)
        return b"%PDF"

    monkeypatch.setattr(pdf, "_one_at_a_time", threading.RLock())
    monkeypatch.setattr(pdf.Worker, "render", render)

    assert post(client, intake, "sheet", None).status_code == 200
    assert statuses == [0, 0, 503, 200], "the third is refused, the second made"
    assert post(client, intake, "sheet", None).status_code == 200, "places are given back"


def test_every_page_that_makes_pdfs_is_named() -> None:
    from questionnaire.views import editions, paper_form, review, summary

    modules = {"edition": editions, "sheet": paper_form, "sign_off": review, "pdf": summary}

    assert set(modules) == PDF_PAGES
    assert all(hasattr(module, "PdfError") for module in modules.values())
