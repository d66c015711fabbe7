"""Assert what every response must carry, and cause one error of each kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from unittest import mock
from uuid import uuid4

from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client

from questionnaire.domain.references import REFERENCES

#: What the view `fails` raises, and what is posted to pages that refuse it.
CANARY: Final = "kanarie-7391"
ON_EVERY_RESPONSE: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CONTENT_SECURITY_POLICY: Final = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}
PERMISSIONS_POLICY: Final = {
    *("accelerometer=()", "autoplay=()", "camera=()", "clipboard-read=()", "display-capture=()"),
    *("encrypted-media=()", "fullscreen=()", "geolocation=()", "gyroscope=()", "hid=()"),
    *("idle-detection=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()"),
    *("picture-in-picture=()", "screen-wake-lock=()", "serial=()", "usb=()", "xr-spatial-tracking=()"),
    "clipboard-write=(self)",
    *("publickey-credentials-create=(self)", "publickey-credentials-get=(self)"),
}


def assert_security_headers(response: Any) -> None:
    """Assert the security headers that every page and every file must have."""
    assert {name: response.get(name) for name in ON_EVERY_RESPONSE} == ON_EVERY_RESPONSE
    assert set(response["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY
    assert set(response["Permissions-Policy"].split(", ")) == PERMISSIONS_POLICY
    assert [name for name, _value in response.items() if name.startswith("Access-Control-")] == []


def assert_page_headers(response: Any) -> None:
    """Assert the security headers, and that no copy of the page is stored."""
    assert_security_headers(response)
    assert response["Cache-Control"] == "no-store"
    if response.content:
        assert re.fullmatch(
            r"(text/html|application/json); charset=utf-8|application/\w+", response["Content-Type"]
        )


def assert_nothing_inline(response: Any) -> None:
    """Assert that a page has no inline style or script, and loads nothing from another site."""
    page = response.content.decode()
    for reference in REFERENCES.values():  # a link that is followed by hand, and says nothing of this page
        page = page.replace(f'<a href="{reference.url}" rel="noreferrer noopener">', "<a>")
    assert "<html" in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<[^>]+ (style|on\w+)=", page)
    assert "javascript:" not in page
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", page)


def assert_own_cookies(response: Any) -> None:
    """Assert that each cookie is for this host alone, and out of reach of scripts."""
    for name, cookie in response.cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["secure"], name
        assert cookie["httponly"] or not cookie.value, name


def comparable(response: Any) -> tuple[bytes, list[tuple[str, str]]]:
    """Return all of a response but its URL and what differs each time: token, code and id of the request."""
    changing = rb'name="csrfmiddlewaretoken" value="[^"]+"|<code>\w{4}-\w{4}</code>|' + re.escape(
        response.request["PATH_INFO"].encode()
    )
    cookies = [(name, "") for name in response.cookies]
    headers = [each for each in response.items() if each[0] != "X-Request-ID"]
    return re.sub(changing, b"", response.content), [*headers, *cookies]


# --- One error of each kind ---------------------------------------------------------------------------------


def fails(request: HttpRequest) -> HttpResponse:
    """Raise an exception that repeats what was posted; the fixture `failing` puts it at /fails/."""
    local = CANARY
    raise ValueError(f"{local} {request.POST.get('text', '')}")


def without_database(client: Client) -> Any:
    """Post a section while the database is unavailable."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "s" * 32
    posted = {"fear_own_words": "Ik durf niet naar huis.\r\nNooit meer.", "_go": "next"}
    with mock.patch.object(connections["default"], "cursor", side_effect=OperationalError):
        return client.post(f"/intakes/{uuid4()}/fear/", posted)


#: How to cause each error, with the client of the fixture `failing`.
ERRORS: Final[dict[int, Callable[[Client], Any]]] = {
    400: lambda client: client.get("/", headers={"host": "evil.example"}),
    403: lambda client: Client(enforce_csrf_checks=True).post("/account/login/", {"login": CANARY}),
    404: lambda client: client.get(f"/none/?text={CANARY}"),
    405: lambda client: client.get("/language/"),
    413: lambda client: client.post("/account/login/", {"login": CANARY * 400_000}),
    500: lambda client: client.post("/fails/", {"text": CANARY}),
    503: without_database,
}
