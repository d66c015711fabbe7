"""Time a section's POST and the list with and without encryption and events, in one run.

Goal: at most 25% more. Without them, fields hold their plain bytes, and no event is written.

Usage: python bench/trust.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest import mock

import scratch

# isort: split
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.domain import dates
from questionnaire.encryption.fields import EncryptedField, Sealed
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.pages import Page

ROUNDS = 60
ON_THE_LIST = 25
GOAL = 1.25


@dataclass(frozen=True, slots=True)
class Setup:
    """A person with intakes of their own, and the context in which their requests are made."""

    client: Client
    intake: Intake
    context: Callable[[], AbstractContextManager[Any]]

    def post(self, number: int) -> float:
        url = reverse("section", args=[self.intake.uuid, "fear"])
        page = Page(self.client, url).fill(fear_own_words=f"Ik ben bang, {number}. " * 10)
        return seconds(lambda: page.press("_go", "next"))

    def get_list(self, _number: int) -> float:
        return seconds(lambda: self.client.get(reverse("cases")))


def main() -> int:
    """Print the medians and ratios; return 1 when the goal is missed."""
    client, user, team = scratch.signed_in()
    with plain():
        bare = Setup(*other_person(team), plain)
    secured = Setup(client, some_intakes(user, team), nullcontext)
    worst = max(
        compare("a section's POST", Setup.post, secured, bare), compare("list", Setup.get_list, secured, bare)
    )
    print(f"worst: x {worst:.2f} (goal {GOAL})")
    return int(worst > GOAL)


@contextmanager
def plain() -> Iterator[None]:
    """Encrypt nothing, and record no event."""
    with (
        mock.patch.object(EncryptedField, "sealed", lambda field, _row, value: Sealed(field.to_bytes(value))),
        mock.patch.object(EncryptedField, "opened", lambda field, _row, sealed: field.to_value(sealed.token)),
        mock.patch.object(audit_log, "record"),
    ):
        yield


def other_person(team: Team) -> tuple[Client, Intake]:
    user = User.objects.create_user("bare")
    Membership.objects.create(user=user, team=team, role=Membership.Role.PROFESSIONAL)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client, some_intakes(user, team)


def some_intakes(user: User, team: Team) -> Intake:
    """Make a full page of intakes, and return one to work in."""
    intakes = [
        intake_actions.start_intake(user, team, f"{number}", dates.today(), "nl")
        for number in range(ON_THE_LIST)
    ]
    return intakes[0]


def compare(name: str, request: Callable[[Setup, int], float], secured: Setup, bare: Setup) -> float:
    """Return the ratio of the medians, interleaved so that a busy machine slows both."""
    samples: dict[str, list[float]] = {"with": [], "without": []}
    for number in range(ROUNDS):
        before = Event.objects.count()
        samples["with"].append(request(secured, number))
        assert Event.objects.count() > before, "nothing was written down"
        with bare.context():
            samples["without"].append(request(bare, number))
    medians = {case: statistics.median(times) for case, times in samples.items()}
    ratio = medians["with"] / medians["without"]
    figures = ", ".join(f"{case} {median * 1e3:.1f} ms" for case, median in medians.items())
    print(f"{name}: {figures}, x {ratio:.2f}")
    return ratio


def seconds(send: Callable[[], Any]) -> float:
    start = time.perf_counter()
    response = send()
    taken = time.perf_counter() - start
    assert response.status_code in (200, 302)
    return taken


if __name__ == "__main__":
    sys.exit(main())
