"""Time forty incidents taken from a log at once, against the same forty added one by one, in one run.

Goal: at most a fifth of the time. Both by the same middleware, with every page that is shown after a post.
Also prints how long a file with 20,000 lines takes to open, to look at and to let go: it has no goal.

Usage: python bench/log_entry.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import scratch

# isort: split
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Intake, Team, User
from questionnaire.tests.pages import Page

ROUNDS, ROWS, MOST_ROWS, LARGE_ROUNDS = 5, 40, 20_000, 3
GOAL = 0.2
START = date(2024, 1, 1)
PLACES = {"thuis": "home", "elders": "elsewhere", "online": "online"}


def main() -> int:
    """Print the medians and their ratio; return 1 when the goal is missed."""
    client, user, team = scratch.signed_in()
    start(user, team)
    steps: dict[str, list[float]] = {}
    alone: list[float] = []
    for _round in range(ROUNDS):  # by turns, so that a busy machine slows both
        for name, seconds in by_import(client, start(user, team)).items():
            steps.setdefault(name, []).append(seconds)
        alone.append(one_by_one(client, start(user, team)))
    medians = {name: statistics.median(times) for name, times in steps.items()}
    at_once = statistics.median(map(sum, zip(*steps.values(), strict=True)))
    each = statistics.median(alone)
    print(f"{ROWS} incidents by import: {at_once * 1e3:.0f} ms ({in_words(medians)})")
    print(f"{ROWS} incidents one by one: {each * 1e3:.0f} ms")
    print(f"x {at_once / each:.3f} (goal {GOAL})")
    large: dict[str, list[float]] = {}
    for _round in range(LARGE_ROUNDS):
        for name, seconds in opened_and_let_go(client, start(user, team)).items():
            large.setdefault(name, []).append(seconds)
    print(f"{MOST_ROWS} lines: {in_words({name: statistics.median(times) for name, times in large.items()})}")
    return int(at_once / each > GOAL)


def start(user: User, team: Team) -> Intake:
    return intake_actions.start_intake(user, team, "bench", date(2026, 3, 23), "nl")


def in_words(seconds: dict[str, float]) -> str:
    return ", ".join(f"{name} {taken * 1e3:.0f} ms" for name, taken in seconds.items())


def row(number: int) -> tuple[str, str, str]:
    """Return the date, place and words of one incident."""
    day = START + timedelta(days=number % 800)
    return f"{day:%d-%m-%Y}", list(PLACES)[number % 3], f"Stond {number} minuten aan de overkant"


def log_of(rows: int) -> str:
    return "\n".join("\t".join(row(number)) for number in range(rows))


def by_import(client: Client, intake: Intake) -> dict[str, float]:
    """Return the seconds of each step of taking in a log."""
    url, log = (reverse(name, args=[intake.uuid]) for name in ("log_import", "incidents"))
    seconds = {
        "form": timed(lambda: client.get(url)),
        "open": timed(lambda: client.post(url, {"_open": "1", "pasted": log_of(ROWS)})),
        "preview": timed(lambda: client.get(url)),
        "add": timed(lambda: client.post(url, {"_add": "1"})),
        "log": timed(lambda: client.get(log)),
    }
    assert intake.incidents.count() == ROWS
    return seconds


def one_by_one(client: Client, intake: Intake) -> float:
    """Return the seconds of adding each incident by the form, with the page that is shown after it."""
    url = reverse("incidents", args=[intake.uuid])
    seconds, page = timed(lambda: client.get(url)), Page(client, url)
    for number in range(ROWS):
        when, place, what = row(number)
        page.fill(date=when, place=PLACES[place], what=what)
        seconds += timed(lambda page=page: page.press("_go", "add"))  # type: ignore[misc]
        seconds += timed(lambda: client.get(url))
        page = Page(client, url)
    assert intake.incidents.count() == ROWS
    return seconds


def opened_and_let_go(client: Client, intake: Intake) -> dict[str, float]:
    """Return the seconds of opening the longest log that is taken, looking at it, and letting it go."""
    file = SimpleUploadedFile("log.tsv", log_of(MOST_ROWS).encode())
    url = reverse("log_import", args=[intake.uuid])
    return {
        "open": timed(lambda: client.post(url, {"_open": "1", "file": file})),
        "preview": timed(lambda: client.get(url)),
        "let go": timed(lambda: client.post(url, {"_drop": "1"})),
    }


def timed(send: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    response = send()
    taken = time.perf_counter() - begin
    assert response.status_code in (200, 302)
    return taken


if __name__ == "__main__":
    sys.exit(main())
