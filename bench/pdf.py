"""Time a full summary as a PDF, warm and tagged, against WeasyPrint's own empty page in the same run.

Goal: at most 15 times the empty page, by processor time: the worker gives way to others, so that on a busy
machine it takes longer by the clock than what it is compared with. The empty page is made as WeasyPrint's
documentation makes one, tagged, with one word in it. The same words as bare paragraphs, in the same worker,
tell text from layout. Prints the memory of the worker, too.

And times Download on a summary that was open for a second, as a browser finds it: at most 50 ms.

Usage: python bench/pdf.py
"""

from __future__ import annotations

import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import scratch
import weasyprint

# isort: split
from django.urls import reverse

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import pdf, pdf_worker
from questionnaire.documents.renderers.html import as_html
from questionnaire.management.commands.demo import add
from questionnaire.tests.served import Browser, Server

RATIO, PRESS_MILLISECONDS = 15, 50
OWN = "WeasyPrint's own empty page"
ROUNDS, PRESSES = 11, 9
EMPTY = "<!doctype html><html lang=nl><title>Report</title><p>Report</p>"
FULL, LEAST = "ex_partner_with_breach", "nothing_answered"


class Times(NamedTuple):
    """Medians: milliseconds by the clock, of a processor, and these against the own page of a round."""

    clock: float
    used: float
    ratio: float


def main() -> int:
    """Print the times and ratios; return 1 when a goal is missed."""
    full, least = (page(name) for name in (FULL, LEAST))
    worker = pdf.Worker()
    try:
        times = measure(
            worker,
            {
                OWN: own_empty_page,
                "empty page in the worker": lambda: worker.render(EMPTY),
                "full summary": lambda: worker.render(full),
                "its words as bare paragraphs": lambda: worker.render(bare(full)),
                "summary of no answers": lambda: worker.render(least),
            },
        )
    finally:
        worker.stop()
    for name, (clock, used, ratio) in times.items():
        print(f"{name:30} {clock:6.0f} ms by the clock {used:6.0f} ms of a processor {ratio:5.1f} x")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"words in the full summary: {len(words(full))}; memory of the worker: {peak:.0f} MB")
    press = download()
    ratio = times["full summary"].ratio
    print(f"Download after a second: {press:.0f} ms")
    print(f"goals: full summary at most {RATIO} x; Download at most {PRESS_MILLISECONDS} ms")
    return int(ratio > RATIO or press > PRESS_MILLISECONDS)


def page(name: str) -> str:
    return as_html(build_document(demo.intake(name), "nl", paper=True))


def words(html: str) -> list[str]:
    return unescape(re.sub("<[^>]+>", " ", html.split("<body", 1)[1].split(">", 1)[1])).split()


def bare(html: str) -> str:
    all_words = words(html)
    paragraphs = (" ".join(all_words[start : start + 45]) for start in range(0, len(all_words), 45))
    return EMPTY + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def own_empty_page() -> object:
    return weasyprint.HTML(string=EMPTY).write_pdf(pdf_variant=pdf_worker.VARIANT)


def measure(worker: pdf.Worker, pages: dict[str, Callable[[], object]]) -> dict[str, Times]:
    """Return how long each takes; they take turns, so that noise hits all."""
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for make in pages.values():
        make()
    assert worker._process
    of_worker = Path(f"/proc/{worker._process.pid}/schedstat")

    def now() -> tuple[float, float]:
        nanoseconds = int(of_worker.read_text().split()[0])
        return time.perf_counter() * 1000, time.process_time() * 1000 + nanoseconds / 1e6

    for _round in range(ROUNDS):
        for name, make in pages.items():
            time.sleep(0.05)  # the worker tidies up after a page
            clock, used = now()
            make()
            then = now()
            rounds[name].append((then[0] - clock, then[1] - used))
    own = [used for _clock, used in rounds[OWN]]
    return {
        name: Times(
            statistics.median(clock for clock, _used in spent),
            statistics.median(used for _clock, used in spent),
            statistics.median(used / of_own for (_clock, used), of_own in zip(spent, own, strict=True)),
        )
        for name, spent in rounds.items()
    }


def download() -> float:
    """Return the median milliseconds from pressing Download to the whole file, a second after the page."""
    _client, user, team = scratch.signed_in()
    intake = add(user, team, demo.intake(FULL), demo.follow_up(FULL))
    summary, url = (reverse(name, args=[intake.uuid]) for name in ("summary", "pdf"))
    times = []
    with Server(Path(scratch.FOLDER.name) / "log") as server:
        browser = Browser(server, user)
        browser.post(url, {"language": "nl"})
        for _press in range(PRESSES):
            assert browser.get(summary).status == 200
            time.sleep(1)
            answer = browser.post(url, {"language": "nl"})
            assert answer.content.startswith(b"%PDF")
            times.append(answer.seconds * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
