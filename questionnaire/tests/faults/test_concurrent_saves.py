"""Two people who hand in at the same moment, at the real server: each gets their own, and nothing mixes."""

from __future__ import annotations

import threading
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, Team, User
from questionnaire.tests.served import Answer, Browser, Server

pytestmark = pytest.mark.django_db(transaction=True)

APART = 0.02  # seconds at most


def begun(user: User, number: int) -> Intake:
    """Start an intake with texts of its own, by this person."""
    reference = f"{user.username}-{number}"
    intake = intake_actions.start_intake(user, Team.objects.get(), reference, date(2026, 3, 23), "nl")
    incident_actions.add_incident(user, intake, Told("2026-03-20", "home", what=f"incident of {reference}"))
    return intake


def at_once(*sends: Any) -> list[tuple[float, Answer]]:
    """When each was sent and what came of it, all sent at one moment."""
    start = threading.Barrier(len(sends))
    came: dict[int, tuple[float, Answer]] = {}

    def send(number: int) -> None:
        start.wait()
        began = time.monotonic()
        came[number] = began, sends[number]()

    threads = [threading.Thread(target=send, args=[number]) for number in range(len(sends))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [came[number] for number in range(len(sends))]


def play(server: Server, people: list[User], number: int) -> bool:
    """Both save by hand, and then hand in; whether they were close enough together."""
    pairs = [(Browser(server, user), begun(user, number)) for user in people]
    saves, submits = [], []
    for browser, intake in pairs:
        url = reverse("section", args=[intake.uuid, "fear"])
        page = dict(browser.get(url).controls.lists())
        words = {
            "fear_own_words": f"fear of {intake.reference}",
            "running_note": f"note of {intake.reference}",
        }
        saves.append(partial(browser.post, url, {**page, **words, "_go": "next"}))
        submits.append(partial(browser.post, reverse("submit", args=[intake.uuid]), {}))
    close = True
    for sends in (saves, submits):
        came = at_once(*sends)
        assert [answer.status for _began, answer in came] == [302, 302]
        for (_began, answer), (_browser, intake) in zip(came, pairs, strict=True):
            assert str(intake.uuid) in answer.headers["location"]
        close = close and abs(came[0][0] - came[1][0]) < APART
    for (browser, intake), user in zip(pairs, people, strict=True):
        hold(browser, intake, user, others=[other for _browser, other in pairs if other != intake])
    return close


def hold(browser: Browser, intake: Intake, user: User, others: list[Intake]) -> None:
    """All of it is this person's, in the database and on the page, with one event for each act."""
    stored, name = Intake.objects.get(pk=intake.pk), intake.reference
    assert (stored.author, stored.state, stored.reference) == (user, State.SUBMITTED, name)
    assert stored.content["answers"]["fear_own_words"] == f"fear of {name}"
    assert stored.content["running_note"] == f"note of {name}"
    assert [row.content["what"] for row in stored.incidents.all()] == [f"incident of {name}"]
    acts = ["intake.started", "incident.added", "intake.changed", "intake.submitted"]
    told = Event.objects.filter(intake=intake.uuid, code__in=acts).order_by("seq")
    assert [(event.code, event.actor) for event in told] == [(act, user) for act in acts]
    page = browser.get(reverse("answers", args=[intake.uuid])).text
    assert f"fear of {name}" in page
    assert all(f"of {other.reference}" not in page for other in others)


def games(people: list[User], folder: Path, number: int) -> None:
    close = 0
    with Server(folder / "log") as server:
        for each in range(number):
            close += play(server, people, each)
    connection.close()
    print(f"{close} of {number} within {APART} s")  # noqa: T201
    assert close > number / 2
    assert audit_log.verify().first_broken is None


def test_two_people_at_once_never_get_each_others_intake(alice: User, bob: User, tmp_path: Path) -> None:
    games([alice, bob], tmp_path, 3)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_two_people_at_once_a_thousand_times(alice: User, bob: User, tmp_path: Path, block: int) -> None:
    games([alice, bob], tmp_path, 100)
