"""Whoever is not on this computer is served no sign-in by a password alone, whatever the server is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["192.168.1.5", "2001:db8::1", "::ffff:10.0.0.1", ""])
@pytest.mark.parametrize("path", ["/account/login/", "/", "/static/questionnaire/autosave.js"])
def test_others_are_refused_by_the_settings_for_one_computer(client: Client, address: str, path: str) -> None:
    response = client.get(path, REMOTE_ADDR=address)

    assert response.status_code == 403
    text = response.content.decode()
    assert "STALKCHECK_HOSTS" in text
    assert "password" not in text
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "header",
    [
        *("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"),
        *("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Server", "X-Original-Host"),
        *("X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fly-Client-IP"),
    ],
)
def test_what_a_proxy_here_passes_on_is_refused_too(client: Client, header: str) -> None:
    assert client.get(reverse("account_login"), headers={header: "https"}).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_this_computer_is_served(client: Client, address: str) -> None:
    assert client.get(reverse("account_login"), REMOTE_ADDR=address).status_code == 200


def test_the_refusal_is_in_the_language_of_the_browser(client: Client) -> None:
    response = client.get("/", REMOTE_ADDR="10.0.0.1", headers={"Accept-Language": "nl"})

    assert response.content.decode().startswith("Niet ")


def test_under_names_others_are_served_by_https_alone(client: Client, settings: Any) -> None:
    settings.BEYOND_LOOPBACK = settings.SECURE_SSL_REDIRECT = True

    plain = client.get(reverse("account_login"), REMOTE_ADDR="10.0.0.1")
    tls = client.get(reverse("account_login"), REMOTE_ADDR="10.0.0.1", secure=True)

    assert (plain.status_code, plain["Location"][:8]) == (301, "https://")
    assert tls.status_code == 200
