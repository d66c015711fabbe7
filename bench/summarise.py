"""Time a summary of a full intake, in process. Goal: under 0.3 ms.

Also time reading the answers file and making each format, as ratios to the summary.

Usage: python bench/summarise.py
"""

from __future__ import annotations

import statistics
import sys
import timeit
from collections.abc import Callable

import ready  # noqa: F401  (before the rest)

# isort: split
from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.json import as_json
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import parse_intake, read_json
from questionnaire.domain.dates import today
from questionnaire.domain.summary import summarise

GOAL = 0.3  # milliseconds
ROUNDS = 100
REPEATS = 5  # of one stage in a row, as on a server under load
NAME = "ex_partner_with_breach"


def main() -> int:
    """Print the medians; return 1 when the goal is missed."""
    text = demo.FOLDER.joinpath(f"{NAME}.json").read_text(encoding="utf-8")
    intake, last_date = demo.intake(NAME), today()
    stages: dict[str, Callable[[], object]] = {
        "summarise": lambda: summarise(intake.answers, intake.incidents, intake.date),
        "read and check the file": lambda: parse_intake(read_json(text), last_date),
        "summarise and write JSON": lambda: as_json(intake, "nl"),
        "summarise and lay out": lambda: build_document(intake, "nl", paper=True),
        "all of plain text": lambda: as_text(build_document(intake, "nl")),
        "all of HTML": lambda: as_html(build_document(intake, "nl", paper=True)),
    }
    times = measure(stages)
    own = times["summarise"]
    for name, milliseconds in times.items():
        sys.stdout.write(f"{name:26} {milliseconds:7.3f} ms  {milliseconds / own:6.1f} x\n")
    sys.stdout.write(f"goal: summarise under {GOAL} ms\n")
    return 0 if own < GOAL else 1


def measure(stages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each stage; they take turns, so that noise hits all."""
    times: dict[str, list[float]] = {name: [] for name in stages}
    for stage in stages.values():
        stage()
    for _round in range(ROUNDS):
        for name, stage in stages.items():
            times[name].append(timeit.timeit(stage, number=REPEATS) / REPEATS * 1000)
    return {name: statistics.median(spent) for name, spent in times.items()}


if __name__ == "__main__":
    sys.exit(main())
