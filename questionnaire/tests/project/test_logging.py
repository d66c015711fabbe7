"""Error pages, log lines and error reports: each with the code of its request, and without personal data."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.views.debug import ExceptionReporter

from questionnaire.actions import incidents as incident_actions
from questionnaire.audit import acting
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Intake, User
from questionnaire.operations.error_codes import error_code
from questionnaire.tests import responses
from questionnaire.tests.responses import CANARY, ERRORS, assert_nothing_inline, assert_page_headers
from questionnaire.tests.urls import addresses
from stalkcheck.logging import JsonFormatter, PrivateExceptionReporterFilter, PrivateFormatter


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
    assert_page_headers(response)
    assert_nothing_inline(response)
    if status != 403:  # caused with a client that has no language yet
        assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.django_db
def test_the_code_on_an_error_page_is_in_its_line_of_the_log(
    failing: Client, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [ERRORS[status](failing).content.decode() for _again in range(2)]

    codes = [found for page in pages for found in re.findall(r"<code>(\w{4}-\w{4})</code>", page)]
    lines = [PrivateFormatter().format(record).splitlines()[0] for record in caplog.records]
    assert len(set(codes)) == 2
    for code in codes:
        assert any(line.endswith(f"[{code}]") for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_a_failure_is_logged_without_words(
    failing: Client, caplog: pytest.LogCaptureFixture, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    response = failing.post("/fails/", {"text": CANARY})

    logged = "\n".join(PrivateFormatter().format(record) for record in caplog.records)

    assert response.status_code == 500
    assert "Internal Server Error: /fails/" in logged
    assert "builtins.ValueError" in logged
    assert Path(responses.__file__).name in logged
    assert CANARY not in logged


def test_an_error_report_holds_no_values() -> None:
    request = HttpRequest()
    request.POST = {"text": CANARY}  # type: ignore[assignment]
    reporter_filter = PrivateExceptionReporterFilter()

    assert reporter_filter.get_post_parameters(request) == {}
    assert list(reporter_filter.get_traceback_frame_variables(request, None)) == []
    assert isinstance(ExceptionReporter(request, None, None, None).filter, PrivateExceptionReporterFilter)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nFAKE", "a\x1b[31m", "a\u202eb", "a\x00"])
def test_nobody_writes_lines_of_their_own_in_the_log(text: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "Not Found: %s", (text,), None)

    line = PrivateFormatter().format(record)

    assert line.startswith("Not Found: a")
    assert line.isprintable()


@pytest.mark.untraced
def test_no_log_shows_what_was_posted_or_stored(
    client: Client, alice: User, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    caplog.set_level(logging.DEBUG)
    client.force_login(alice)
    shown = 0

    for name, address in addresses(intake):
        if name not in ("account_change_password", "account_logout", "lock"):
            shown += CANARY in client.get(address).content.decode(errors="replace")
            client.post(address, {"text": CANARY, "login": CANARY})

    assert shown > 0
    assert caplog.records
    assert CANARY not in caplog.text


def json_line(message: str, **extra: Any) -> Any:
    record = logging.LogRecord("questionnaire.x", logging.WARNING, "x.py", 1, message, (), None)
    vars(record).update(extra)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_for_a_machine_is_one_object_with_the_id_of_its_request() -> None:
    with acting.in_request() as running:
        line = json_line('a "quoted"\nmessage')

    assert (line["level"], line["logger"]) == ("warning", "questionnaire.x")
    assert line["message"] == 'a "quoted"\nmessage'
    assert line["request_id"] == running.request_id
    assert line["time"].endswith("+00:00")
    assert json_line("outside")["request_id"] == ""


def test_a_line_for_a_machine_says_where_and_not_what_failed() -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        failure = sys.exc_info()
    request = HttpRequest()

    line = json_line("failed", exc_info=failure, request=request)

    assert line["error"] == "builtins.ValueError"
    assert line["error_code"] == error_code(request)
    assert any("test_logging.py" in place for place in line["places"])
    assert CANARY not in json.dumps(line)


def test_the_moment_of_a_line_for_people_says_which_of_two_it_is() -> None:
    """In the night of the clock's change an hour comes twice."""
    lines = []
    for moment in (1792889999.5, 1792889999.5 + 3600):  # 25 October 2026, 02:59 in summer and in winter time
        record = logging.LogRecord("questionnaire.x", logging.WARNING, "x.py", 1, "slow", (), None)
        record.created = moment
        lines.append(PrivateFormatter("%(asctime)s").format(record))

    assert lines[0] != lines[1]
    assert [datetime.fromisoformat(line).timestamp() for line in lines] == [1792889999.5, 1792893599.5]


def test_a_line_for_people_has_the_id_of_its_request() -> None:
    record = logging.LogRecord("questionnaire.x", logging.WARNING, "x.py", 1, "slow", (), None)
    with acting.in_request() as running:
        line = PrivateFormatter("%(message)s").format(record)

    assert line == f"slow (request {running.request_id})"
