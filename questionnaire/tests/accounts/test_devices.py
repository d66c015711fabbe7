"""What the cookies of a browser say: nothing about a person or a case."""

from __future__ import annotations

import base64
import re
import zlib
from contextlib import suppress

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from questionnaire.accounts import devices
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page
from questionnaire.tests.people import PASSWORD, sign_in, unlock


def read_as_far_as_possible(value: str) -> list[bytes]:
    """Return the value, and what its parts are when they are decoded and unpacked."""
    found = [value.encode()]
    for part in re.split(r"[:.~|,;\"]", value):
        decoded = b""
        with suppress(ValueError):
            decoded = base64.b64decode(part + "===", altchars=b"-_")
        found.append(decoded)
        with suppress(zlib.error):
            found.append(zlib.decompress(decoded))
    return found


def test_no_cookie_names_a_person_or_a_case(alice: User, intake: Intake, quick_hashes: None) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    client = Client()
    values: set[tuple[str, str]] = set()

    def collect() -> None:
        values.update((name, morsel.value) for name, morsel in client.cookies.items() if morsel.value)

    client.get(reverse("summary", args=[intake.pk]))
    collect()
    sign_in(client, "alice")
    collect()
    page = Page(client, reverse("section", args=[intake.pk, "fear"]))
    page.press("_language", "en")
    client.post(reverse("cases"), {"reference": intake.case.reference})
    collect()
    page.press("_turn", "fear_level")
    collect()
    client.post(reverse("leave"), {"password": PASSWORD})
    client.post(reverse("lock"), {})
    collect()
    unlock(client)
    client.post(reverse("account_logout"))
    collect()

    assert {name for name, _value in values} == {
        *("__Host-session", "__Host-csrf", "__Host-language", "__Host-device", "__Host-pages")
    }
    words = [alice.username, str(intake.pk), intake.pk.hex, intake.case.reference, "fear"]
    for name, value in values:
        for text in read_as_far_as_possible(value):
            assert not [word for word in words if word.lower().encode() in text.lower()], name


def test_a_cookie_that_held_a_name_would_be_noticed() -> None:
    texts = b"".join(read_as_far_as_possible(signing.dumps("alice", salt="x")))

    assert b"alice" in texts


def test_a_device_knows_its_person_without_their_name(rf: RequestFactory) -> None:
    response, request = HttpResponse(), rf.get("/")
    devices.remember(request, response, "anna")
    assert devices.known_people(request) == []
    assert not devices.is_device_of(request, "anna")
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}

    assert devices.is_device_of(request, "anna")
    assert not devices.is_device_of(request, "berta")
    assert "anna" not in str(devices.known_people(request))


@pytest.mark.parametrize("salt", ["stalkcheck.device", "other"])
def test_a_cookie_of_an_earlier_version_is_of_no_device(rf: RequestFactory, salt: str) -> None:
    request = rf.get("/")
    request.COOKIES = {devices.DEVICE_COOKIE: signing.dumps("anna", salt=salt)}

    assert devices.known_people(request) == []
