"""Time a section's POST against a page for someone signed in, through the same middleware in the same run.

Goal: at most 3 times the page on which a conversation starts, a short form. Each POST changes answers, so
that it is merged, encrypted, chained and committed to disk.

Usage: python bench/step.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import scratch

# isort: split
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.tests.pages import Page

ROUNDS = 60
GOAL = 3.0
SECTIONS = {"fear": "fear_own_words", "pattern": "pattern_start__note"}
AUTOSAVE = {"accept": "application/json"}


def main() -> int:
    """Print the medians and ratios; return 1 when the goal is missed."""
    samples = measure()
    page = samples.pop("signed-in page")
    print(f"signed-in page: {page * 1e3:.1f} ms")
    worst = 0.0
    for name, median in samples.items():
        print(f"{name}: {median * 1e3:.1f} ms, x {median / page:.1f}")
        if "GET" not in name:
            worst = max(worst, median / page)
    print(f"worst: x {worst:.1f} (goal {GOAL:.0f})")
    return int(worst > GOAL)


def measure() -> dict[str, float]:
    """Return the median seconds of each kind of request, interleaved so that a busy machine slows all."""
    client, user, team = scratch.signed_in()
    intake = intake_actions.start_intake(user, team, "bench", dates.today(), "nl")
    samples: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        samples.setdefault("signed-in page", []).append(seconds(client.get, reverse("start")))
        for section, control in SECTIONS.items():
            url = reverse("section", args=[intake.uuid, section])
            samples.setdefault(f"{section} GET", []).append(seconds(client.get, url))
            page = Page(client, url).fill(**{control: f"Ik ben bang, {number}"})
            samples.setdefault(f"{section} POST", []).append(seconds(page.press, "_go", "next"))
            page = Page(client, url).fill(**{control: f"Ik ben heel bang, {number}"})
            samples.setdefault(f"{section} autosave", []).append(seconds(page.press, "_", "", **AUTOSAVE))
    intake.refresh_from_db()
    assert intake.revision == ROUNDS * len(SECTIONS) * 2, "a POST that changed nothing was measured"
    return {name: statistics.median(times) for name, times in samples.items()}


def seconds(send: Callable[..., Any], *args: str, **headers: str) -> float:
    start = time.perf_counter()
    response = send(*args, **headers)
    taken = time.perf_counter() - start
    assert response.status_code in (200, 302)
    return taken


if __name__ == "__main__":
    sys.exit(main())
