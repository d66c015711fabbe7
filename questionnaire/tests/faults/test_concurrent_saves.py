"""Two people hand in at the same moment, at the real server: each gets their own intake, nothing mixes."""

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
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.workflow import State
from questionnaire.models import Event, Intake, Team, User
from questionnaire.tests.served import Browser, Response, Server

pytestmark = pytest.mark.django_db(transaction=True)

MAX_GAP = 0.02  # seconds between two requests of the long test; a busy machine needs more


def start_intake(user: User, number: int) -> Intake:
    """Start an intake of this person, with texts of its own."""
    reference = f"{user.username}-{number}"
    intake = intake_actions.start_intake(user, Team.objects.get(), reference, date(2026, 3, 23), "nl")
    incident_actions.add_incident(
        user, intake, DomainIncident("2026-03-20", "home", what=f"incident of {reference}")
    )
    return intake


def send_at_once(*sends: Any) -> list[tuple[float, Response]]:
    """Send all requests at one moment; return when each was sent, and its response."""
    start = threading.Barrier(len(sends))
    responses: dict[int, tuple[float, Response]] = {}

    def send(number: int) -> None:
        start.wait()
        began = time.monotonic()
        responses[number] = began, sends[number]()

    threads = [threading.Thread(target=send, args=[number]) for number in range(len(sends))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [responses[number] for number in range(len(sends))]


def save_and_hand_in(server: Server, people: list[User], number: int) -> tuple[bool, bool]:
    """Let both save by hand and then hand in; return whether their requests overlapped, and were close."""
    pairs = [(Browser(server, user), start_intake(user, number)) for user in people]
    saves, submits = [], []
    for browser, intake in pairs:
        url = reverse("section", args=[intake.uuid, "fear"])
        page = dict(browser.get(url).controls.lists())
        words = {
            "fear_own_words": f"fear of {intake.case.reference}",
            "running_note": f"note of {intake.case.reference}",
        }
        saves.append(partial(browser.post, url, {**page, **words, "_go": "next"}))
        submits.append(partial(browser.post, reverse("submit", args=[intake.uuid]), {}))
    overlapped = close = True
    for sends in (saves, submits):
        responses = send_at_once(*sends)
        assert [response.status for _began, response in responses] == [302, 302]
        for (_began, response), (_browser, intake) in zip(responses, pairs, strict=True):
            assert str(intake.uuid) in response.headers["location"]
        began = [each for each, _response in responses]
        overlapped &= max(began) < min(each + response.seconds for each, response in responses)
        close &= max(began) - min(began) < MAX_GAP
    for (browser, intake), user in zip(pairs, people, strict=True):
        assert_own_intake(
            browser, intake, user, others=[other for _browser, other in pairs if other != intake]
        )
    return overlapped, close


def assert_own_intake(browser: Browser, intake: Intake, user: User, others: list[Intake]) -> None:
    """Assert that the intake is all this person's, stored and on the page, with one event for each action."""
    stored, name = Intake.objects.get(pk=intake.pk), intake.case.reference
    assert (stored.author, stored.state, stored.case.reference) == (user, State.SUBMITTED, name)
    assert stored.content["answers"]["fear_own_words"] == f"fear of {name}"
    assert stored.content["running_note"] == f"note of {name}"
    assert [row.content["what"] for row in stored.incidents.all()] == [f"incident of {name}"]
    codes = ["intake.started", "incident.added", "intake.changed", "intake.submitted"]
    events = Event.objects.filter(intake=intake.uuid, code__in=codes).order_by("seq")
    assert [(event.code, event.actor) for event in events] == [(code, user) for code in codes]
    page = browser.get(reverse("answers", args=[intake.uuid])).text
    assert f"fear of {name}" in page
    assert all(f"of {other.case.reference}" not in page for other in others)


def repeat(people: list[User], folder: Path, times: int) -> tuple[int, int]:
    """Return how many times the requests overlapped, and how many times they were close."""
    with Server(folder / "log") as server:
        games = [save_and_hand_in(server, people, number) for number in range(times)]
    connection.close()
    assert audit_log.verify().first_broken is None
    return sum(overlapped for overlapped, _close in games), sum(close for _overlapped, close in games)


def test_two_people_at_once_never_get_each_others_intake(alice: User, bob: User, tmp_path: Path) -> None:
    overlapped, _close = repeat([alice, bob], tmp_path, 3)

    assert overlapped > 1


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_two_people_at_once_a_thousand_times(alice: User, bob: User, tmp_path: Path, block: int) -> None:
    overlapped, close = repeat([alice, bob], tmp_path, 100)

    print(f"{overlapped} of 100 overlapped, {close} within {MAX_GAP} s")  # noqa: T201
    assert overlapped > 50
    assert close > 50
