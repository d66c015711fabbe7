"""Requests are counted by the name of their view, never by a path that has the id of an intake."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client import REGISTRY

from questionnaire.models import Intake, User

pytestmark = pytest.mark.django_db


def counted(view: str, method: str, status: int) -> float:
    labels = {"view": view, "method": method, "status": str(status)}
    return REGISTRY.get_sample_value("stalkcheck_requests_total", labels) or 0


def test_a_request_is_counted_by_view_method_and_status(client: Client, alice: User, intake: Intake) -> None:
    client.force_login(alice)
    before = counted("section", "GET", 200), counted("", "GET", 404), counted("", "other", 405)

    client.get(reverse("section", args=[intake.uuid, "fear"]))
    client.get("/nowhere/")

    assert counted("section", "GET", 200) == before[0] + 1
    assert counted("", "GET", 404) == before[1] + 1
    assert REGISTRY.get_sample_value("stalkcheck_request_seconds_count", {"view": "section"})


def test_a_method_that_somebody_made_up_makes_no_row_of_its_own(client: Client) -> None:
    before = counted("account_login", "other", 405)

    client.generic("BREW", "/account/login/")

    assert counted("account_login", "other", 405) == before + 1


def test_a_log_at_level_info_has_a_line_a_request_without_its_address(
    client: Client, alice: User, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(alice)
    with caplog.at_level(logging.INFO, logger="questionnaire.middleware.measured"):
        client.get(reverse("section", args=[intake.uuid, "fear"]))

    (line,) = (record.getMessage() for record in caplog.records if record.name.endswith("measured"))
    assert line.startswith("GET section 200 in ")
    assert str(intake.uuid) not in line
