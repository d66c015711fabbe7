"""What the server itself does about events: it seals them every minute, and records its version once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connections

from questionnaire.audit import seals
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.lifecycle import housekeeping
from questionnaire.models import Event, Intake, OrganisationEntry, Seal
from questionnaire.operations import metrics
from questionnaire.queries import deliveries

pytestmark = pytest.mark.django_db


class Rounds(threading.Event):
    """Goes round so many times without waiting, and notes how long it would have waited."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.left, self.waited = rounds, list[float | None]()

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        self.left -= 1
        return self.left < 0


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the connection of the test, which the loop would close."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


@pytest.mark.usefixtures("intake")
def test_the_server_seals_every_minute_what_was_recorded() -> None:
    rounds = Rounds(3)

    housekeeping.keep_house(rounds)

    assert set(rounds.waited) == {60.0}
    assert Seal.objects.count() == 1
    event = Event.objects.get(code=EventCode.EVENTS_SEALED)
    assert event.source.startswith("server ")


@pytest.mark.usefixtures("intake")
def test_the_server_counts_deliveries_for_whoever_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "counts", lambda: {"waiting": 2, "failed": 3})

    housekeeping.keep_house(Rounds(1))

    lines = metrics.exposition().decode().splitlines()
    assert {'stalkcheck_deliveries{state="waiting"} 2.0', 'stalkcheck_deliveries{state="failed"} 3.0'} <= {
        *lines
    }


@pytest.mark.parametrize("error", [OperationalError, keyring.KeyRingError, OSError, InterfaceError])
def test_a_minute_in_which_it_cannot_seal_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    tried = []

    def fail(**_named: Any) -> None:
        tried.append(1)
        raise error

    monkeypatch.setattr(seals, "seal_events", fail)

    housekeeping.keep_house(Rounds(2))

    assert len(tried) == 2
    assert "again in a minute" in caplog.text


def test_the_first_start_of_a_version_is_an_event(settings: Any) -> None:
    for version in ("0.2.0", "0.2.0", "0.3.0"):
        settings.VERSION = version
        housekeeping.record_start()

    events = Event.objects.filter(code=EventCode.VERSION_STARTED)
    key = keyring.ring().current
    assert [event.details for event in events] == [
        {"version": "0.2.0", "key": key},
        {"version": "0.3.0", "key": key},
    ]


@pytest.mark.usefixtures("intake")
def test_the_version_is_that_of_the_project(settings: Any, intake: Intake) -> None:
    assert settings.VERSION.startswith("0.")
    assert f" {settings.VERSION} at localhost" in Event.objects.get(intake=intake.pk).source


def test_a_start_names_the_entries_of_the_organisation_that_are_not_used(
    caplog: pytest.LogCaptureFixture,
) -> None:
    OrganisationEntry(kind="terms", content={"soon": 9, "later": 99}).save(force_insert=True)

    housekeeping.record_start()

    assert "('terms', team all) is not used: a term is out of bounds" in caplog.text
    assert "99" not in caplog.text.replace(str(OrganisationEntry.objects.get().pk), "")
    assert Event.objects.filter(code=EventCode.VERSION_STARTED).exists()
