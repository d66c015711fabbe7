"""What every response carries, how long a session lasts, what errors and logs say."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, path, reverse
from django.views.debug import ExceptionReporter

from questionnaire import permissions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Intake, User
from questionnaire.permissions import TABLE, Who
from stalkcheck.logging import NothingPersonal, QuietFormatter

CANARY = "kanarie-7391"

ON_EVERY_RESPONSE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
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


def hold_headers(response: Any) -> None:
    """Every header of the browser's side, as it must be."""
    told = {name: response.get(name) for name in ON_EVERY_RESPONSE}
    assert told == ON_EVERY_RESPONSE
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    allowed = response["Permissions-Policy"].split(", ")
    assert {feature for feature in allowed if not feature.endswith("=()")} == {
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    }
    assert "camera=()" in allowed
    assert "microphone=()" in allowed
    if response.content:
        assert re.fullmatch(
            r"(text/html|application/json); charset=utf-8|application/\w+", response["Content-Type"]
        )


def hold_page(response: Any) -> None:
    """Nothing inline, and nothing from elsewhere, in a page."""
    page = response.content.decode()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<[^>]+ (style|on\w+)=", page)
    assert "javascript:" not in page
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", page)


def hold_cookies(response: Any) -> None:
    for name, cookie in response.cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["secure"], name
        assert cookie["httponly"] or not cookie.value, name


def addresses(patterns: list[URLPattern | URLResolver], intake: Intake) -> Iterator[str]:
    """Every page there is, about this intake where it is about one."""
    incident = intake.incidents.first()
    known: dict[str, object] = {
        "uuid": intake.uuid,
        "incident": incident and incident.pk,
        "step": "fear",
        "code": "full",
    }
    known["consultation"] = known["incident"]  # of no consultation: headers come with a 404 too
    known["item"] = "fear_level"
    known["pk"] = 1  # of nobody's passkey
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, intake)
        else:
            yield reverse(str(pattern.name), kwargs={key: known[key] for key in pattern.pattern.converters})


@pytest.fixture
def told(alice: User, intake: Intake) -> Intake:
    intake_actions.add_incident(alice, intake, Told("2026-03-20", "home", what=CANARY))
    return intake


@pytest.fixture
def alice_with_password(alice: User, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    alice.set_password(CANARY)
    alice.save()
    return alice


@pytest.mark.no_cover
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE"])
@pytest.mark.usefixtures("alice_with_password")
def test_every_response_carries_every_header(
    client: Client, alice: User, charlie: User, told: Intake, method: str
) -> None:
    seen = set()
    for user in (None, charlie, alice):
        if user:
            client.force_login(user)
        for address in addresses(get_resolver().url_patterns, told):
            if address.endswith(("/logout/", "/lock/")) and method == "POST":
                continue
            response: Any = client.generic(method, address)
            seen.add(response.status_code)

            hold_headers(response)
            hold_cookies(response)
            assert response["Cache-Control"] == "no-store", address
            if "html" in response.get("Content-Type", ""):
                hold_page(response)

    assert 500 not in seen
    assert len(seen) > 1 or seen == {405}


def test_a_csrf_refusal_carries_them(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)

    response: Any = client.post("/account/login/", {})

    assert response.status_code == 403
    hold_headers(response)
    hold_page(response)


@pytest.mark.django_db
def test_an_unknown_host_is_refused(client: Client) -> None:
    response: Any = client.get("/account/login/", headers={"host": "evil.example"})

    assert response.status_code == 400
    hold_headers(response)
    assert b"evil" not in response.content


def test_a_forwarded_host_means_nothing(client: Client, db: None) -> None:
    response = client.get("/account/login/", headers={"x-forwarded-host": "evil.example"})

    assert response.status_code == 200
    assert b"evil" not in response.content


def test_a_file_may_be_kept_and_carries_the_rest(client: Client) -> None:
    response: Any = client.get("/static/questionnaire/style.css")
    content = b"".join(response.streaming_content)

    assert content
    assert response["Content-Type"] == 'text/css; charset="utf-8"'
    assert "max-age" in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response
    assert {name: response.get(name) for name in ON_EVERY_RESPONSE} == ON_EVERY_RESPONSE
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_missing_file_is_not_kept(client: Client, db: None) -> None:
    response: Any = client.get("/static/questionnaire/none.css")

    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"
    hold_headers(response)


def test_only_a_secure_request_binds_the_host_to_https(client: Client, db: None) -> None:
    assert "Strict-Transport-Security" not in client.get("/account/login/")

    secure = client.get("/account/login/", secure=True)

    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_beyond_this_machine_plain_http_is_sent_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response: Any = client.get("/account/login/")

    assert response["Location"] == "https://testserver/account/login/"
    hold_headers(response)


def test_the_language_is_kept_in_a_cookie_of_the_same_kind(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "en", "next": "/account/login/"})

    hold_cookies(response)
    assert response.cookies["__Host-language"].value == "en"
    assert b'<html lang="en">' in client.get("/account/login/").content


# --- Sessions -----------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A clock of which a test moves the hand."""
    now = [int(time.time())]
    monkeypatch.setattr("stalkcheck.headers.time.time", lambda: float(now[0]))

    def move(seconds: int) -> None:
        now[0] += seconds

    return move


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_using_a_session_keeps_it(client: Client, alice: User, clock: Callable[[int], None]) -> None:
    client.force_login(alice)

    for _minute in range(3):
        clock(10 * 60)

        assert is_signed_in(client)


@pytest.mark.parametrize(("last", "lasts"), [(-1, True), (0, False)])
def test_a_session_ends_after_a_day_in_any_case(
    client: Client, alice: User, clock: Callable[[int], None], last: int, lasts: bool
) -> None:
    client.force_login(alice)
    for _ten_minutes in range(12 * 6 - 1):
        clock(10 * 60)
        assert is_signed_in(client)

    clock(10 * 60 + last)

    assert is_signed_in(client) is lasts
    assert Session.objects.exists() is lasts


def test_a_session_of_unknown_age_is_over(client: Client, alice: User) -> None:
    client.force_login(alice)
    session = client.session
    del session["signed_in_at"]
    session.save()

    assert not is_signed_in(client)


# --- Errors and logs ----------------------------------------------------------------------------------------


def fails(request: HttpRequest) -> HttpResponse:
    words = CANARY
    raise ValueError(f"{words} {request.POST.get('words', '')}")


@pytest.fixture
def failing(settings: Any, monkeypatch: pytest.MonkeyPatch, client: Client) -> Iterator[Client]:
    from stalkcheck import urls

    monkeypatch.setattr(urls, "urlpatterns", [path("fails/", fails, name="fails"), *urls.urlpatterns])
    monkeypatch.setattr(permissions, "TABLE", {**TABLE, "fails": {"GET": Who.ANYONE, "POST": Who.ANYONE}})
    client.raise_request_exception = False
    clear_url_caches()
    yield client
    clear_url_caches()


def without_database(client: Client) -> Any:
    """What a section gets that is posted while the database gives no service."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "s" * 32
    words = {"fear_own_words": "Ik durf niet naar huis.\r\nNooit meer.", "_go": "next"}
    with mock.patch.object(connections["default"], "cursor", side_effect=OperationalError):
        return client.post(f"/intakes/{uuid4()}/fear/", words)


ERRORS: dict[int, Callable[[Client], Any]] = {
    400: lambda client: client.get("/", headers={"host": "evil.example"}),
    403: lambda client: Client(enforce_csrf_checks=True).post("/account/login/", {"login": CANARY}),
    404: lambda client: client.get(f"/none/?words={CANARY}"),
    405: lambda client: client.get("/language/"),
    413: lambda client: client.post("/account/login/", {"login": CANARY * 400_000}),
    500: lambda client: client.post("/fails/", {"words": CANARY}),
    503: without_database,
}


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.django_db
def test_an_error_page_is_ours_and_says_nothing(failing: Client, status: int, language: str) -> None:
    failing.cookies["__Host-language"] = language

    response = ERRORS[status](failing)

    assert response.status_code == status
    page = response.content.decode()
    title = re.search("<title>(.*)</title>", page)
    assert title
    assert "stalk" not in title[1].lower()
    assert "<h1>" in page
    assert 'href="tel:112"' in page
    assert CANARY not in page
    assert "Django" not in page
    assert "Traceback" not in page
    hold_headers(response)
    hold_page(response)
    if status != 403:  # asked with a client that has no language yet
        assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.django_db
def test_the_code_on_an_error_page_is_in_its_line_of_the_log(
    failing: Client, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [ERRORS[status](failing).content.decode() for _again in range(2)]

    codes = [found for page in pages for found in re.findall(r"<code>(\w{4}-\w{4})</code>", page)]
    lines = [QuietFormatter().format(record).splitlines()[0] for record in caplog.records]
    assert len(set(codes)) == 2
    for code in codes:
        assert any(line.endswith(f"[{code}]") for line in lines)


@pytest.mark.parametrize(("fields", "status"), [(299, 200), (300, 200), (301, 413)])
@pytest.mark.django_db
def test_a_request_holds_three_hundred_fields(client: Client, fields: int, status: int) -> None:
    assert (
        client.post("/account/login/", {str(number): "x" for number in range(fields)}).status_code == status
    )


@pytest.mark.parametrize(("size", "status"), [(4 * 1024 * 1024, 200), (4 * 1024 * 1024 + 1, 413)])
@pytest.mark.django_db
def test_a_request_holds_four_megabytes(client: Client, size: int, status: int) -> None:
    body = "x=" + "y" * (size - 2)

    response = client.post("/account/login/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == status


@pytest.mark.django_db
def test_a_file_is_refused(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client.post("/account/login/", {"login": SimpleUploadedFile("a.txt", b"x")})

    assert response.status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_a_failure_is_logged_without_words(
    failing: Client, caplog: pytest.LogCaptureFixture, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    response = failing.post("/fails/", {"words": CANARY})

    logged = "\n".join(QuietFormatter().format(record) for record in caplog.records)

    assert response.status_code == 500
    assert "Internal Server Error: /fails/" in logged
    assert "builtins.ValueError" in logged
    assert "test_middleware.py" in logged
    assert CANARY not in logged


def test_an_error_report_holds_no_values() -> None:
    request = HttpRequest()
    request.POST = {"words": CANARY}  # type: ignore[assignment]
    reporter_filter = NothingPersonal()

    assert reporter_filter.get_post_parameters(request) == {}
    assert list(reporter_filter.get_traceback_frame_variables(request, None)) == []
    assert isinstance(ExceptionReporter(request, None, None, None).filter, NothingPersonal)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nFAKE", "a\x1b[31m", "a\u202eb", "a\x00"])
def test_nobody_writes_lines_of_their_own_in_the_log(text: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "Not Found: %s", (text,), None)

    line = QuietFormatter().format(record)

    assert line.isprintable()


@pytest.mark.django_db
def test_no_log_shows_what_was_posted_or_stored(
    client: Client, alice: User, told: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(alice)

    for address in addresses(get_resolver().url_patterns, told):
        if "password" not in address and not address.endswith(("/logout/", "/lock/")):
            client.get(address)
            client.post(address, {"words": CANARY, "login": CANARY})

    assert CANARY not in caplog.text
