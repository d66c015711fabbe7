"""The size of pages, and that the length of a compressed page reveals nothing."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import log_imports
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User
from questionnaire.tests.full_intakes import fill
from questionnaire.tests.people import turn_to

MAX_BYTES = 50_000
STATIC = Path(settings.BASE_DIR) / "questionnaire/static/questionnaire"
COMPRESSED = {"accept-encoding": "gzip"}

pytestmark = pytest.mark.untraced


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("page_id", PAGES)
def test_a_page_with_all_that_it_loads_is_under_fifty_kilobytes(
    alice_client: Client, intake: Intake, page_id: str
) -> None:
    response = alice_client.get(reverse("section", args=[intake.uuid, page_id]), headers=COMPRESSED)

    loaded = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) + loaded < MAX_BYTES


def log_of(count: int) -> list[Incident]:
    """Return incidents of three years with words and evidence, the kind of log that weighs most."""
    day = date(2023, 3, 1)
    return [
        Incident(
            (day + timedelta(days=2 * number)).isoformat(),
            ("home", "elsewhere", "online", "unknown")[number % 4],
            what=f"Stond {number} minuten aan de overkant en riep mijn naam; de buren hoorden het ook.",
            evidence="filmpje op de telefoon",
            reported=(True, False, None)[number % 3],
            time="14:05",
            witness=f"buurvrouw van nummer {number}",
        )
        for number in range(count)
    ]


@pytest.fixture
def weight(alice_client: Client, intake: Intake) -> Callable[[str], int]:
    """Return a function that weighs a page about the intake, with all that it loads."""

    def weigh(name: str) -> int:
        response = alice_client.get(reverse(name, args=[intake.uuid]), headers=COMPRESSED)
        assert response.status_code == 200
        loaded = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())
        return len(response.content) + loaded

    return weigh


def test_a_page_of_a_log_of_five_hundred_is_under_fifty_kilobytes(
    weight: Callable[[str], int], alice: User, intake: Intake
) -> None:
    incident_actions.add_incidents(alice, intake, log_of(500), uuid4(), "")

    assert weight("incidents") < MAX_BYTES


def test_a_page_of_a_log_that_waits_is_under_fifty_kilobytes(
    weight: Callable[[str], int], alice: User, intake: Intake
) -> None:
    rows = [
        f"{'11/7/2025' if number % 9 == 0 else one.date}\t{one.time}\tthuis\t{one.what}\t{one.evidence}\tja"
        for number, one in enumerate(log_of(120))
    ]
    log_imports.open_log(alice, intake, PendingLog("\n".join(rows)))

    assert weight("log_import") < MAX_BYTES


@pytest.mark.parametrize("name", ["log_import", "earlier", "blank_log"])
def test_the_other_pages_of_a_log_are_under_fifty_kilobytes(weight: Callable[[str], int], name: str) -> None:
    assert weight(name) < MAX_BYTES


def test_the_clients_pages_are_under_fifty_kilobytes(alice_client: Client, intake: Intake) -> None:
    loaded = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())

    for item in ITEMS.values():
        if not item.internal:
            turn_to(alice_client.session, intake, item.id)
            response = alice_client.get(reverse("client", args=[intake.uuid, item.id]), headers=COMPRESSED)
            assert response.status_code == 200
            assert len(response.content) + loaded < MAX_BYTES, item.id


@pytest.mark.parametrize("name", ["section", "incidents", "log_import"])
def test_nothing_of_the_address_stands_in_a_page_that_is_compressed(
    alice_client: Client, alice: User, intake: Intake, name: str
) -> None:
    incident_actions.add_incidents(alice, intake, log_of(60), uuid4(), "")
    log_imports.open_log(alice, intake, PendingLog("20-03-2026 belde aan"))
    url = reverse(name, args=[intake.uuid, *["fear"][: name == "section"]])

    for query in ("page=zebra&row=zebra", "page=zebra", "guess=zebra&next=zebra&zebra", "since=zebra"):
        address = f"{url}?{query}"
        response = alice_client.get(address, headers={**COMPRESSED, "referer": "https://zebra"})
        is_compressed = "Content-Encoding" in response
        html = gzip.decompress(response.content) if is_compressed else response.content

        assert url.encode() in html
        assert is_compressed or name != "section"
        assert not (is_compressed and b"zebra" in html)


@pytest.mark.parametrize("name", ["today", "cases", "start", "keys", "kept"])
def test_other_pages_are_not_compressed(alice_client: Client, name: str) -> None:
    response = alice_client.get(reverse(name), headers=COMPRESSED, follow=True)

    assert b"<html" in response.content
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("name", ["summary", "reasons", "answers", "stop", "pause", "earlier", "blank_log"])
def test_other_pages_of_an_intake_are_not_compressed(alice_client: Client, intake: Intake, name: str) -> None:
    response = alice_client.get(reverse(name, args=[intake.uuid]), headers=COMPRESSED)

    assert b"<html" in response.content
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_summary_of_a_full_intake_is_much_lighter_than_it_was(
    alice_client: Client, alice: User, intake: Intake, language: str
) -> None:
    """It was 202,273 bytes, and 129,648 before the answers and rules behind steps had a page of their own.

    Of what it is now half are words, all of which the PDF has too.
    """
    fill(alice, intake)
    alice_client.cookies["__Host-language"] = language

    weight = len(alice_client.get(reverse("summary", args=[intake.uuid])).content)

    assert weight < 100_000


@pytest.mark.parametrize("name", ["help", "help_questions", "help_words", "tour", "sources"])
def test_help_is_under_fifty_kilobytes_with_all_that_it_loads(alice_client: Client, name: str) -> None:
    response = alice_client.get(reverse(name), headers=COMPRESSED)

    loaded = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())
    assert len(response.content) + loaded < MAX_BYTES


def test_what_was_found_is_not_compressed_and_under_fifty_kilobytes(alice_client: Client) -> None:
    response = alice_client.post(reverse("help"), {"words": "de"}, headers=COMPRESSED, follow=True)

    loaded = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())
    assert "Content-Encoding" not in response
    assert len(response.content) + loaded < MAX_BYTES
