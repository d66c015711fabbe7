"""Time a section's POST and the list with and without what protects them, in one run, by processor time.

Goals: with encryption and events at most 25% more than without; with padding, the state kept with the content
and limits by person at most 10% more than without these.

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
from questionnaire.audit import limits
from questionnaire.audit import log as audit_log
from questionnaire.domain import dates
from questionnaire.encryption.fields import EncryptedField, EncryptedJSONField, Sealed
from questionnaire.models import Event, Intake, Membership, Team, User, stored_state
from questionnaire.tests.pages import Page

ROUNDS = 60
ON_THE_LIST = 25
GOAL, GOAL_OF_LATER = 1.25, 1.10


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
    """Print the medians and ratios; return 1 when a goal is missed."""
    client, user, team = scratch.signed_in()
    with plain():
        bare = Setup(*other_person(team, "bare"), plain)
    secured = Setup(client, some_intakes(user, team), nullcontext)
    earlier = Setup(*other_person(team, "earlier"), as_before_padding)
    worst = max(
        compare("a section's POST", Setup.post, secured, bare), compare("list", Setup.get_list, secured, bare)
    )
    later = compare("a section's POST, of padding, state and limits", Setup.post, secured, earlier)
    print(
        f"worst: x {worst:.2f} (goal {GOAL}); padding, state and limits x {later:.2f} (goal {GOAL_OF_LATER})"
    )
    return int(worst > GOAL or later > GOAL_OF_LATER)


@contextmanager
def plain() -> Iterator[None]:
    """Encrypt nothing, and record no event."""

    def encrypt(field: EncryptedField, _row: object, value: Any) -> Sealed:
        return Sealed(field.to_bytes(value))

    def decrypt(field: EncryptedField, _row: object, sealed: Sealed) -> Any:
        return field.to_value(sealed.token)

    with (
        mock.patch.object(EncryptedField, "encrypt", encrypt),
        mock.patch.object(EncryptedJSONField, "encrypt", encrypt),
        mock.patch.object(EncryptedField, "decrypt", decrypt),
        mock.patch.object(audit_log, "record", return_value=Event(seq=0)),
    ):
        yield


@contextmanager
def as_before_padding() -> Iterator[None]:
    """Pad nothing, keep no state with the content, and count nothing that a person does."""
    with (
        mock.patch.object(Intake._meta.get_field("content"), "pad_to", 1),
        mock.patch.object(stored_state, "remember"),
        mock.patch.object(limits, "require_within"),
    ):
        yield


def other_person(team: Team, name: str) -> tuple[Client, Intake]:
    user = User.objects.create_user(name)
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
    start = time.process_time()
    response = send()
    taken = time.process_time() - start
    assert response.status_code in (200, 302)
    return taken


if __name__ == "__main__":
    sys.exit(main())
