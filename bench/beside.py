"""Time a page while PDFs are being made, against the same page without, in one run.

Goal: the 99th percentile at most 1.5 times. One thread makes full summaries as PDFs without a pause, in the
worker process as the server does. Rounds with and without take turns, so that a busy machine slows both.

Usage: python bench/beside.py
"""

from __future__ import annotations

import statistics
import sys
import threading
import time

import scratch

# isort: split
from django.test import Client
from django.urls import reverse

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import pdf

ROUNDS, REQUESTS = 6, 150
GOAL = 1.5


def main() -> int:
    """Print both percentiles and their ratio; return 1 when the goal is missed."""
    client, _user, _team = scratch.signed_in()
    url = reverse("start")
    client.get(url)
    document = build_document(demo.intake("ex_partner_with_breach"), "nl", paper=True)
    pdf.render_pdf(document)
    quiet: list[float] = []
    busy: list[float] = []
    made = 0

    def make() -> None:
        nonlocal made
        while not stop.is_set():
            pdf.render_pdf(document)
            made += 1

    for _round in range(ROUNDS):
        quiet += [seconds(client, url) for _request in range(REQUESTS)]
        stop = threading.Event()
        thread = threading.Thread(target=make)
        thread.start()
        busy += [seconds(client, url) for _request in range(REQUESTS)]
        stop.set()
        thread.join()
    assert made, "no PDF was made meanwhile"
    before, during = (statistics.quantiles(times, n=100)[98] * 1000 for times in (quiet, busy))
    medians = [statistics.median(times) * 1000 for times in (quiet, busy)]
    print(
        f"p99 without PDFs {before:.1f} ms, while {made} were made {during:.1f} ms: x {during / before:.2f}"
    )
    print(f"medians {medians[0]:.1f} and {medians[1]:.1f} ms; goal for p99: at most x {GOAL}")
    return int(during / before > GOAL)


def seconds(client: Client, url: str) -> float:
    start = time.perf_counter()
    assert client.get(url).status_code == 200
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
