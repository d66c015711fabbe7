"""Measure whether the time of a refusal reveals its reason: at signing in, and of an intake of others.

The kinds take turns within one run, so that a busy machine slows all alike; read the ratio. Goals: the
medians of the refusals at signing in are at most 10% or 10 ms apart, those of an intake at most 10% or 5 ms.

Usage: python bench/refusals.py
"""

from __future__ import annotations

import logging
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import scratch

# isort: split
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.models import Membership, Team, User

ROUNDS: Final = 100
GOAL: Final = 1.10
PASSWORD: Final = "vier gele paarden op het dak"  # noqa: S105  (of an invented person)


def main() -> int:
    """Print medians and ratios; return 1 when a goal is missed."""
    logging.disable(logging.WARNING)  # each refusal is a line
    client, _user, _team = scratch.signed_in()
    results = [
        compare("signing in", signing_in(), most_ms=10),
        compare("an intake", reading(client), most_ms=5),
    ]
    return int(not all(results))


def signing_in() -> Mapping[str, Callable[[], Any]]:
    """Return requests with an unknown name, a wrong password, and the right password of a closed account."""
    User.objects.create_user("open", PASSWORD)
    closed = User.objects.create_user("closed", PASSWORD)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return {
        "unknown": lambda: refused("nobody", PASSWORD),
        "wrong": lambda: refused("open", "not the password"),
        "closed": lambda: refused("closed", PASSWORD),
    }


def refused(name: str, password: str) -> Any:
    # Attempts are counted; without this all but the first few would be refused for their number.
    cache.clear()
    client = Client(SERVER_NAME="localhost")
    return lambda: client.post(reverse("account_login"), {"login": name, "password": password})


def reading(client: Client) -> Mapping[str, Callable[[], Any]]:
    """Return requests for an intake of another team, and for one that does not exist."""
    team = Team.objects.create(name="elsewhere")
    other = User.objects.create_user("other")
    Membership.objects.create(user=other, team=team, role=Membership.Role.PROFESSIONAL)
    foreign = intake_actions.start_intake(other, team, "1", dates.today(), "nl").uuid
    return {
        "foreign": lambda: lambda: client.get(reverse("summary", args=[foreign])),
        "missing": lambda: lambda: client.get(reverse("summary", args=[uuid4()])),
    }


def compare(name: str, kinds: Mapping[str, Callable[[], Any]], most_ms: int) -> bool:
    """Print the medians, and return whether they lie close enough together."""
    times_by_kind: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(ROUNDS):
        for kind in sorted(kinds, reverse=number % 2 == 1):
            send = kinds[kind]()
            start = time.perf_counter()
            response = send()
            times_by_kind[kind].append((time.perf_counter() - start) * 1e3)
            assert response.status_code == (404 if "intake" in name else 200), response.status_code
    medians = {kind: statistics.median(times) for kind, times in times_by_kind.items()}
    ratio = max(medians.values()) / min(medians.values())
    apart = max(medians.values()) - min(medians.values())
    figures = ", ".join(f"{kind} {median:.1f} ms" for kind, median in medians.items())
    print(f"{name}: {figures}; x {ratio:.3f}, {apart:.1f} ms apart (goal {GOAL} or {most_ms} ms)")
    return ratio <= GOAL or apart <= most_ms


if __name__ == "__main__":
    sys.exit(main())
