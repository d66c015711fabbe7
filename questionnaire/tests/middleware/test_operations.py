"""Health and metrics: for machines, without a session, and without a word about people or cases."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from questionnaire.lifecycle import readiness
from questionnaire.models import Intake, Seal

TOKEN = "t" * 40


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/health/live", headers={"Host": "10.0.0.7"})

    assert (response.status_code, response.json()) == (200, {"live": True})
    assert response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response


@pytest.mark.django_db
def test_ready_says_so_by_any_address_and_without_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["intake.example.nl"]

    response = client.get("/health/ready", headers={"Host": "10.0.0.7"})

    assert (response.status_code, response.json()["ready"], response.json()["problems"]) == (200, True, [])
    assert settings.VERSION not in response.content.decode()


@pytest.mark.parametrize("problem", ["database", "migrations", "key ring"])
def test_a_server_that_cannot_serve_says_by_which_part(
    client: Client, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    monkeypatch.setattr(readiness, "problems", lambda: [problem])

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["problems"]) == (503, [problem])


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_they_are_only_read(client: Client, path: str) -> None:
    response = client.post(path)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("configured", "header", "status"),
    [
        (TOKEN, f"Bearer {TOKEN}", 200),
        (TOKEN, "Bearer wrong", 404),
        (TOKEN, "", 404),
        (TOKEN, "Bearer é", 404),
        ("", "Bearer ", 404),
        ("", "", 404),
    ],
)
def test_metrics_are_for_whoever_has_the_token(
    client: Client, settings: Any, configured: str, header: str, status: int
) -> None:
    settings.METRICS_TOKEN = configured

    response = client.get("/metrics", headers={"Authorization": header} if header else {})

    assert response.status_code == status
    assert ("stalkcheck_requests_total" in response.content.decode()) == (status == 200)


@pytest.mark.django_db
def test_metrics_have_no_id_of_an_intake(client: Client, settings: Any, intake: Intake) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.get(f"/intakes/{intake.uuid}/fear/")

    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    assert str(intake.uuid) not in text
    assert "alice" not in text


def test_metrics_are_given_also_while_the_database_is_away(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_TOKEN = TOKEN

    class Away:
        def order_by(self, *_fields: str) -> None:
            raise OperationalError

    monkeypatch.setattr(Seal, "objects", Away())

    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert response.status_code == 200
    assert b"stalkcheck_seal_age_seconds" not in response.content
