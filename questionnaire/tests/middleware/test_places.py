"""A request that makes a PDF asks for a place first; without one it is told at once, and nothing is lost."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.documents.renderers import made_ahead, pdf
from questionnaire.documents.renderers.made_ahead import Shelf
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState
from questionnaire.middleware.places import PDF_PAGES
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.pages import controls

#: The session, the account, its second factors and roles, each read once.
QUERIES_OF_A_SIGN_IN: Final = 7
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
    client: Client,
    alice: User,
    intake: Intake,
    made: list[str],
    name: str,
    caplog: pytest.LogCaptureFixture,
    django_assert_max_num_queries: Any,
) -> None:
    client.force_login(alice)
    before, place = Event.objects.count(), Place(PlaceState.NOT_ASKED)

    with django_assert_max_num_queries(QUERIES_OF_A_SIGN_IN):
        post(client, intake, name, place)

    assert place.wanted_by == alice.pk
    assert not caplog.records, "a log that reports an error for each PDF hides those that are errors"
    assert (made, Event.objects.count(), Document.objects.count()) == ([], before, 0)


@pytest.mark.parametrize("name", REQUESTS)
def test_who_is_not_signed_in_takes_no_place(
    client: Client, intake: Intake, made: list[str], name: str
) -> None:
    place = Place(PlaceState.NOT_ASKED)

    response = post(client, intake, name, place)

    assert (response.status_code, place.wanted_by, made) == (302, None, [])


@pytest.mark.parametrize("state", PlaceState)
@pytest.mark.parametrize("name", ["pdf", "edition"])
def test_the_answer_tells_no_stranger_whether_there_is_such_an_intake(
    client: Client, charlie: User, intake: Intake, made: list[str], name: str, state: PlaceState
) -> None:
    client.force_login(charlie)
    none = Intake(uuid=uuid4())

    def answer(asked: Intake) -> tuple[int, str]:
        response = post(client, asked, name, Place(state))
        text = response.content.decode().replace(str(asked.uuid), "")
        return response.status_code, re.sub(
            r'(csrfmiddlewaretoken" value=)"\w+"|[A-Z0-9]{4}-[A-Z0-9]{4}', r"\1", text
        )

    assert answer(intake) == answer(none)
    assert made == []


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


@pytest.mark.parametrize("name", REQUESTS)
def test_who_may_not_wait_is_told_without_asking(
    client: Client, alice: User, intake: Intake, made: list[str], name: str
) -> None:
    client.force_login(alice)
    place = Place(PlaceState.NOT_ASKED, has_room=lambda who: who != alice.pk)

    response = post(client, intake, name, place)

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert (place.wanted_by, made, Document.objects.count()) == (None, [], 0)


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


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Return the shelf of PDFs made ahead."""
    memory = os.memfd_create("shelf")
    shelf = Shelf(Path(f"/proc/self/fd/{memory}"))
    monkeypatch.setattr(made_ahead, "_shelf", shelf)
    yield shelf
    os.close(memory)


@pytest.fixture
def lying(client: Client, alice: User, shelf: Shelf) -> str:
    """Return the session of alice, for which a PDF lies ready."""
    client.force_login(alice)
    session = f"{client.session.session_key} {alice.pk}"
    shelf.put(session, "page", b"%PDF")
    return session


@pytest.mark.parametrize("end", ["lock", "account_logout", "refusal"])
def test_what_lies_ready_is_thrown_away_when_the_session_ends_locks_or_is_refused(
    client: Client, intake: Intake, shelf: Shelf, lying: str, end: str
) -> None:
    other = Intake(uuid=uuid4())
    client.get(reverse("summary", args=[intake.uuid]))
    assert shelf.has(lying)

    if end == "refusal":
        assert client.get(reverse("summary", args=[other.uuid])).status_code == 404
    else:
        client.post(reverse(end))

    assert not shelf.has(lying)


def test_who_signs_in_anew_has_another_place_on_the_shelf(
    client: Client, alice: User, shelf: Shelf, lying: str
) -> None:
    client.logout()
    client.force_login(alice)

    assert not shelf.has(f"{client.session.session_key} {alice.pk}")


def test_with_something_ready_the_view_asks_for_the_place(
    client: Client, alice: User, intake: Intake, made: list[str], lying: str
) -> None:
    place = Place(PlaceState.NOT_ASKED)

    post(client, intake, "pdf", place)

    assert (place.wanted_by, made, Document.objects.count()) == (alice.pk, [], 0)
    assert post(client, intake, "pdf", Place(PlaceState.REFUSED)).status_code == 503
    assert post(client, intake, "pdf", Place(PlaceState.GRANTED)).content == b"%PDF"


def test_every_page_that_makes_pdfs_is_named() -> None:
    from questionnaire.views import blank_log, editions, paper_form, review, summary

    modules = {
        "edition": editions,
        "sheet": paper_form,
        "sign_off": review,
        "pdf": summary,
        "blank_log": blank_log,
    }

    assert set(modules) == PDF_PAGES
    assert all(hasattr(module, "PdfError") for module in modules.values())
