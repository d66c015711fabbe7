"""security.txt: where to report a security problem, as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.test import Client

from questionnaire.models import Event

pytestmark = pytest.mark.django_db

ADDRESS: Final = "/.well-known/security.txt"
CONTACTS: Final = ("https://example.org/report", "mailto:security@example.org")


def fields(client: Client, **extra: Any) -> list[tuple[str, str]]:
    """Return the fields of the file, in order."""
    lines = client.get(ADDRESS, **extra).content.decode().splitlines()
    return [(name, value) for name, _colon, value in (line.partition(": ") for line in lines)]


def test_anyone_reads_the_contacts_in_order_of_preference(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = CONTACTS

    response = client.get(ADDRESS, secure=True)

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert [name for name, _value in fields(client, secure=True)] == [
        *("Contact", "Contact", "Expires", "Preferred-Languages", "Canonical"),
    ]
    assert fields(client, secure=True)[:2] == [("Contact", contact) for contact in CONTACTS]
    assert dict(fields(client, secure=True))["Canonical"] == f"https://testserver{ADDRESS}"


def test_it_expires_within_a_year_and_not_with_each_request(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = CONTACTS

    first, second = dict(fields(client))["Expires"], dict(fields(client))["Expires"]

    assert first == second
    until = datetime.strptime(first, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=170) < until - datetime.now(UTC) < timedelta(days=365)


def test_an_address_without_tls_is_not_called_canonical(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = CONTACTS

    assert "Canonical" not in dict(fields(client))


def test_it_leaves_nothing_behind(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = CONTACTS

    client.get(ADDRESS)

    assert not client.cookies
    assert not Event.objects.exists()


def test_without_a_contact_it_is_not_there(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = ()

    response = client.get(ADDRESS)

    assert response.status_code == 404
    assert b"Contact:" not in response.content
