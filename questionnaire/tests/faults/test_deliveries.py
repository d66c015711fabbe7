"""Deliveries that fail in every way, and runs that are killed: each signed document arrives exactly once."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from django.db import connection
from django.utils import timezone

from questionnaire.actions import deliveries
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.delivery import documenten_api
from questionnaire.delivery.destinations import deliver
from questionnaire.models import Delivery, Event, Intake, Team, User
from questionnaire.tests import own_process
from questionnaire.tests.delivery.archive import SECRET, Archive, serving, wait_for
from questionnaire.tests.factories import PDF

pytestmark = pytest.mark.untraced

RUNS: Final = 200
ANSWERS: Final = ("", "", "400", "403", "429", "500", "503", "close", "store and close", "text")
#: Where a run is killed: before it delivers, halfway a file, after it delivered, or as it stores that.
KILLS: Final = ("", "", "", "before", "halfway", "after", "storing")


class KilledError(BaseException):
    """Stands for kill -9: nothing tidies up."""


class Saboteur:
    """Kills a run at the place that was drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.killed = "", Counter[str]()
        store, fsync = deliveries._store_delivered, os.fsync

        def delivered(*arguments: Any) -> str:
            self.kill("before")
            place = deliver(*arguments)
            self.kill("after")
            return place

        def stored(*arguments: Any) -> None:
            self.kill("storing")
            store(*arguments)

        def synced(descriptor: int) -> None:
            self.kill("halfway")
            fsync(descriptor)

        monkeypatch.setattr(deliveries, "deliver", delivered)
        monkeypatch.setattr(deliveries, "_store_delivered", stored)
        monkeypatch.setattr(os, "fsync", synced)

    def kill(self, place: str) -> None:
        if self.place == place:
            self.place = ""
            self.killed[place] += 1
            raise KilledError


def sign(alice: User, rachel: User, team: Team, number: int) -> bytes:
    """Sign an intake off with a PDF of its own, and return that."""
    pdf = PDF + str(number).encode()
    intake = intake_actions.start_intake(alice, team, f"2026-{number}", date(2026, 3, 23), "nl")
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), pdf, {})
    return pdf


def run(destination: dict[str, str], saboteur: Saboteur, kill: str = "") -> None:
    """Run once, as if the waits and the lease were over."""
    Delivery.objects.filter(state=Delivery.State.WAITING).update(next_try_at=timezone.now())
    deliveries.retry_failed()
    saboteur.place = kill
    with suppress(KilledError):
        deliveries.deliver_due(destination)
    saboteur.place = ""


def test_each_document_arrives_once_however_the_tries_end(
    alice: User,
    rachel: User,
    team: Team,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(19)  # noqa: S311  (the same choices in every run)
    monkeypatch.setattr(documenten_api, "_PATIENCE", (2, 0.5))
    saboteur = Saboteur(monkeypatch)
    folder = {"kind": "folder", "folder": str(tmp_path)}
    settings.DELIVERY = folder
    with serving() as archive:
        signed: dict[str, list[bytes]] = {"folder": [], "zgw": []}
        for number in range(RUNS):
            destination = random.choice([folder, archive.destination])
            signed[destination["kind"]].append(sign(alice, rachel, team, number))
            while True:
                archive.answers.extend(random.choices(ANSWERS, k=random.randint(0, 3)))
                run(destination, saboteur, random.choice(KILLS))
                archive.answers.clear()
                if random.random() < 0.4:  # at last it goes well
                    run(destination, saboteur)
                    break
        held, files = archive.pdfs, [path.read_bytes() for path in sorted(tmp_path.glob("*.pdf"))]

    assert min(saboteur.killed[place] for place in KILLS if place) > 5
    assert min(len(each) for each in signed.values()) > RUNS // 3
    assert Counter(held) == Counter(signed["zgw"])
    assert Counter(files) == Counter(signed["folder"])
    assert len([path for path in tmp_path.iterdir() if path.suffix == ".json"]) == len(files)
    assert not list(tmp_path.glob(".*"))
    delivered = Counter(
        event.details["document"] for event in Event.objects.filter(code=EventCode.DOCUMENT_DELIVERED)
    )
    assert set(delivered.values()) == {1}
    assert len(delivered) == RUNS
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.django_db(transaction=True)
def test_a_command_that_is_killed_while_the_answer_is_on_its_way_delivers_once(
    alice: User, rachel: User, team: Team, settings: Any
) -> None:
    with serving() as archive:
        settings.DELIVERY = archive.destination
        pdf = sign(alice, rachel, team, 1)
        archive.answers.extend(["", "store and never"])
        process = start(archive)
        wait_for(archive, 1)
        process.kill()
        process.communicate()
        assert Delivery.objects.get().state == Delivery.State.WAITING
        assert Delivery.objects.get().is_being_tried

        Delivery.objects.update(next_try_at=timezone.now())
        output, _none = start(archive).communicate(timeout=120)

        assert archive.pdfs == [pdf]
        assert "1" in output
    intake = Intake.objects.get()
    assert Event.objects.filter(intake=intake.pk, code=EventCode.DOCUMENT_DELIVERED).count() == 1
    assert Delivery.objects.get().tries == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_runs_at_the_same_time_deliver_each_document_once(
    alice: User, rachel: User, team: Team, settings: Any
) -> None:
    with serving() as archive:
        settings.DELIVERY = archive.destination
        signed = [sign(alice, rachel, team, number) for number in range(12)]

        def run_once(_number: int) -> int:
            try:
                return deliveries.deliver_due(archive.destination).delivered
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as threads:
            delivered = list(threads.map(run_once, range(3)))

        assert Counter(archive.pdfs) == Counter(signed)
        assert [method for method, _sent in archive.requests].count("POST") == 12
    assert sum(delivered) == 12
    assert Event.objects.filter(code=EventCode.DOCUMENT_DELIVERED).count() == 12


def start(archive: Archive) -> Any:
    """Start `manage.py deliver` for an archive."""
    destination = archive.destination
    variables = {
        "STALKCHECK_DELIVER": f"zgw:{destination['address']}",
        "STALKCHECK_DELIVER_CLIENT": destination["client"],
        "STALKCHECK_DELIVER_SECRET": SECRET,
        "STALKCHECK_DELIVER_RSIN": destination["rsin"],
        "STALKCHECK_DELIVER_TYPE": destination["type"],
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in variables.items():
            patched.setenv(name, value)
        return own_process.start("deliver")
