"""Print how often the core route reaches the level of the whole questionnaire, on 10,000 invented cases.

The cases are drawn as in `caseload.py`, from the same rates and in the same four degrees of severity, so
nothing here says how often anything happens in practice. A case has its incident log in both: it is kept on
either route.

Aim: the same level in at least 95%, and never more than one lower.

Usage: python bench/core_route.py [CASES]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import Final

import ready  # noqa: F401  (before the rest)

# isort: split
from base_rates import DEGREES
from caseload import ON, SEED, draw_answers, draw_incidents

from questionnaire.domain.answers_file import parse_intake
from questionnaire.domain.routes import CORE
from questionnaire.domain.summary import summarise

CASES: Final = 10_000
#: In how many cases of a hundred the level must be the same.
AIM: Final = 95
ASKED: Final = frozenset(item.id for page in CORE for item in page.items)


def main(arguments: list[str]) -> int:
    """Print the table and the aim; return 1 when it is missed."""
    count = int(arguments[0]) if arguments else CASES
    lower = steps_lower(count)
    same = 100 * lower[0] / count
    print(f"{len(ASKED)} questions on {len(CORE)} pages; {count} cases, seed {SEED}")
    for steps in sorted(lower):
        print(f"{steps} lower: {lower[steps]:6} {100 * lower[steps] / count:6.2f}%")
    is_met = same >= AIM and max(lower) <= 1 and min(lower) == 0
    outcome = "met" if is_met else "MISSED"
    print(f"{outcome}: the same level in {same:.2f}%, aim {AIM}%; at most {max(lower)} lower, aim 1")
    return 0 if is_met else 1


def steps_lower(count: int) -> Counter[int]:
    """Return in how many cases the core route gives a level that is so many steps lower."""
    source, lower = random.Random(SEED), Counter[int]()  # noqa: S311  (to invent cases)  # nosec
    for number in range(count):
        column = number % len(DEGREES)
        answers, incidents = draw_answers(source, column), draw_incidents(source, column)
        core = {item: answer for item, answer in answers.items() if item in ASKED}
        lower[level(answers, incidents) - level(core, incidents)] += 1
    return lower


def level(answers: dict[str, object], incidents: list[dict[str, object]]) -> int:
    """Return the level of a case with these answers."""
    raw = {"version": 1, "reference": "C", "date": ON.isoformat(), "answers": answers, "incidents": incidents}
    intake = parse_intake(raw, ON)
    return summarise(intake.answers, intake.incidents, intake.date).urgency


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
