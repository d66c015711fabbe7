"""The headers and cookies of every response, and what a request may bring."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Intake, User
from questionnaire.tests.responses import (
    CANARY,
    assert_nothing_inline,
    assert_own_cookies,
    assert_page_headers,
    assert_security_headers,
)
from questionnaire.tests.urls import addresses


@pytest.fixture
def alice_with_password(alice: User, quick_hashes: None) -> User:
    alice.set_password(CANARY)
    alice.save()
    return alice


@pytest.mark.untraced
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE"])
def test_every_response_carries_every_header(
    client: Client, alice_with_password: User, charlie: User, intake: Intake, method: str
) -> None:
    incident_actions.add_incident(
        alice_with_password, intake, DomainIncident("2026-03-20", "home", what=CANARY)
    )
    seen = set()
    for user in (None, charlie, alice_with_password):
        if user:
            client.force_login(user)
        for name, address in addresses(intake):
            if name in ("account_logout", "lock") and method == "POST":
                continue
            response: Any = client.generic(method, address)
            seen.add(response.status_code)

            assert_page_headers(response)
            assert_own_cookies(response)
            if response.content and "html" in response["Content-Type"]:
                assert_nothing_inline(response)

    assert 500 not in seen
    assert len(seen) > 1 or seen == {405}


def test_a_csrf_refusal_carries_them(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)

    response: Any = client.post("/account/login/", {})

    assert response.status_code == 403
    assert_page_headers(response)
    assert_nothing_inline(response)


@pytest.mark.django_db
def test_an_unknown_host_is_refused(client: Client) -> None:
    response: Any = client.get("/account/login/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert_page_headers(response)
    assert b"evil" not in response.content


@pytest.mark.django_db
def test_a_forwarded_host_means_nothing(client: Client, settings: Any) -> None:
    settings.BEYOND_LOOPBACK = True  # for one computer, whatever a proxy passes on is refused
    response = client.get("/account/login/", headers={"x-forwarded-host": "evil.example"})

    assert response.status_code == 200
    assert b"<form" in response.content
    assert b"evil" not in response.content


def test_a_static_file_may_be_stored_and_carries_the_rest(client: Client) -> None:
    response: Any = client.get("/static/questionnaire/style.css")
    content = b"".join(response.streaming_content)

    assert content
    assert response["Content-Type"] == 'text/css; charset="utf-8"'
    assert "max-age" in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response
    assert_security_headers(response)


@pytest.mark.django_db
def test_a_missing_static_file_is_not_stored(client: Client) -> None:
    response: Any = client.get("/static/questionnaire/none.css")

    assert response.status_code == 404
    assert_page_headers(response)


@pytest.mark.django_db
def test_only_a_secure_request_binds_the_host_to_https(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/account/login/")

    secure = client.get("/account/login/", secure=True)

    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_beyond_this_machine_plain_http_is_sent_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response: Any = client.get("/account/login/")

    assert response["Location"] == "https://testserver/account/login/"
    assert_page_headers(response)


@pytest.mark.django_db
def test_the_language_is_kept_in_a_cookie_of_the_same_kind(client: Client) -> None:
    response = client.post("/language/", {"language": "en", "next": "/account/login/"})

    assert_own_cookies(response)
    assert response.cookies["__Host-language"].value == "en"
    assert b'<html lang="en"' in client.get("/account/login/").content


# --- What a request may bring -------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "status"), [(299, 200), (300, 200), (301, 413)])
@pytest.mark.django_db
def test_a_request_holds_three_hundred_fields(client: Client, fields: int, status: int) -> None:
    posted = {str(number): "x" for number in range(fields)}

    assert client.post("/account/login/", posted).status_code == status


@pytest.mark.parametrize(("size", "status"), [(4 * 1024 * 1024, 200), (4 * 1024 * 1024 + 1, 413)])
@pytest.mark.django_db
def test_a_request_holds_four_megabytes(client: Client, size: int, status: int) -> None:
    body = "x=" + "y" * (size - 2)

    response = client.post("/account/login/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("files", [1, 2])
def test_a_file_is_refused(client: Client, files: int) -> None:
    """Only the page that opens a log takes one."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {f"login{number}": SimpleUploadedFile("a.txt", b"x") for number in range(files)}
    response = client.post("/account/login/", sent)

    assert response.status_code == 413
