"""The size of pages, and that the length of a compressed page reveals nothing."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User

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


def test_nothing_of_the_address_stands_in_a_page_that_is_compressed(
    alice_client: Client, intake: Intake
) -> None:
    url = reverse("section", args=[intake.uuid, "fear"])

    html = alice_client.get(
        f"{url}?guess=zebra&next=zebra&zebra", headers={"referer": "https://zebra"}
    ).content

    assert url.encode() in html
    assert b"zebra" not in html


@pytest.mark.parametrize("name", ["intakes", "start", "keys", "kept"])
def test_other_pages_are_not_compressed(alice_client: Client, name: str) -> None:
    response = alice_client.get(reverse(name), headers=COMPRESSED, follow=True)

    assert b"<html" in response.content
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("name", ["summary", "answers", "stop", "pause", "incidents"])
def test_other_pages_of_an_intake_are_not_compressed(alice_client: Client, intake: Intake, name: str) -> None:
    response = alice_client.get(reverse(name, args=[intake.uuid]), headers=COMPRESSED)

    assert b"<html" in response.content
    assert "Content-Encoding" not in response
