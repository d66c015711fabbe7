"""Print how the levels of advice spread over an invented caseload of 1,000, by degree of severity.

The cases are drawn, the same ones in every run, from the rates in `base_rates.py`, which also names the four
degrees. Answers are drawn apart from each other, so a case may hold together less well than a real one, and
nothing here says how often anything happens in practice.

Aim: the severest degree `now` in at least 80%; the mildest `now` in under 5% and `today` in under 65%; no
degree with more than 95% at one level.

Usage: python bench/caseload.py [--write FILE]     FILE gets the cases as answers, one a line
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import ready  # noqa: F401  (before the rest)

# isort: split
from base_rates import (
    ABSENT_CORE,
    ABSENT_OTHER,
    BURDEN,
    DEGREES,
    FEAR,
    LOGGED,
    OFTEN,
    RATES,
    REST,
    STORIES,
)

from questionnaire.domain.answers_file import parse_intake
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.summary import Summary, summarise

SEED: Final = 20260323
ON: Final = date(2026, 3, 23)
LEVELS: Final = ("now", "today", "days", "follow")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as an answers file, with the degree it was drawn for."""

    degree: str
    raw: Mapping[str, object]


def main(arguments: Sequence[str]) -> int:
    """Print the tables and the aims; return 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description="Show how the levels spread over an invented caseload.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the cases as answers")
    options = parser.parse_args(arguments)
    drawn = list(cases())
    if options.write:
        lines = (json.dumps(case.raw, ensure_ascii=False) + "\n" for case in drawn)
        options.write.write_text("".join(lines), encoding="utf-8")
    found = [(case.degree, summary_of(case)) for case in drawn]
    overall = [(degree, summary.urgency.code) for degree, summary in found]
    police = [(degree, summary.police_urgency.code) for degree, summary in found]
    print_levels("Overall level", overall)
    print_levels("Advice to consult the police", police)
    print_danger_signs(found)
    print_makers(found)
    print_reasons(found)
    return print_aims(overall)


def cases() -> Iterator[Case]:
    """Yield the cases, the mildest degree first; the same ones in every run."""
    source = random.Random(SEED)  # noqa: S311  (to invent cases)  # nosec
    number = 0
    for column, (degree, size) in enumerate(DEGREES.items()):
        for _case in range(size):
            number += 1
            answers = draw_answers(source, column)
            raw = {
                "version": 1,
                "reference": f"C-{number:04}-{degree}",
                "date": ON.isoformat(),
                "answers": answers,
                "incidents": draw_incidents(source, column),
            }
            yield Case(degree, raw)


def draw_answers(source: random.Random, column: int) -> dict[str, object]:
    """Return the answers of one case in this column of the rates."""
    told: dict[str, object] = {item: draw(source, item, column) for item in RATES}
    told["fear_level"] = min(10, max(0, round(source.gauss(FEAR[column], 2))))
    told["fear_own_words"] = "Verzonnen: dat het doorgaat."
    told["last_incident"] = (ON - timedelta(days=source.randint(0, 45))).isoformat()
    told["pattern_start"] = (ON - timedelta(days=source.randint(50, 700))).isoformat()[:7]
    if column == len(DEGREES) - 1:
        shares, stories = zip(*STORIES, strict=True)
        told |= source.choices(stories, shares)[0]
    if told["children"] == ["none"]:
        told["children_involved"] = ["none"]
    return {item: answer for item in ITEMS if item in told if (answer := or_absent(source, item, told[item]))}


def draw(source: random.Random, item: str, column: int) -> object:
    """Return an answer to one item."""
    rates = {code: four[column] for code, four in RATES[item].items()}
    kind = ITEMS[item].kind
    if kind == "grid":
        often = BURDEN if item == "daily_life" else OFTEN
        columns, weights = tuple(often), [four[column] for four in often.values()]
        rest = "none" if item == "daily_life" else "never"
        return {
            row: source.choices(columns, weights)[0] if chance(source, rate) else rest
            for row, rate in rates.items()
        }
    if kind == "many":
        return [code for code, rate in rates.items() if chance(source, rate)] or [REST.get(item, "none")]
    rest_rate = 100 - sum(rates.values())
    return source.choices([*rates, REST[item]], [*rates.values(), rest_rate])[0]


def or_absent(source: random.Random, item: str, answer: object) -> object:
    """Return the answer, or an absent state in its place; nothing for an item that was not reached."""
    absent = ABSENT_CORE if ITEMS[item].core else ABSENT_OTHER
    weights = [*absent.values(), 100 - sum(absent.values())]
    return source.choices([*absent, answer], weights)[0]


def chance(source: random.Random, rate: int) -> bool:
    return source.randrange(100) < rate


def draw_incidents(source: random.Random, column: int) -> list[dict[str, object]]:
    """Return a log, now and then of incidents that happened many times."""
    return [
        {
            "date": (ON - timedelta(days=source.randint(0, 200))).isoformat(),
            "place": source.choice(("home", "elsewhere", "online")),
            "what": "Verzonnen voorval.",
            "times": source.choice((1, 1, 1, 3, 20)),
        }
        for _incident in range(source.randint(0, LOGGED[column]))
    ]


def summary_of(case: Case) -> Summary:
    intake = parse_intake(case.raw, ON)
    return summarise(intake.answers, intake.incidents, intake.date)


# --- Tables --------------------------------------------------------------------------------------------


def print_levels(title: str, found: Sequence[tuple[str, str]]) -> None:
    """Print the share of each level in each degree."""
    print(f"\n{title}, in per cent of the degree")
    print(f"{'':12}{'cases':>7}" + "".join(f"{level:>8}" for level in LEVELS))
    for degree, shares in by_degree(found):
        print(f"{degree:12}{DEGREES[degree]:7}" + "".join(f"{shares.get(level, 0):8.1f}" for level in LEVELS))
    total = Counter(level for _degree, level in found)
    print(f"{'all':12}{len(found):7}" + "".join(f"{total[level] / len(found):8.1%}" for level in LEVELS))


def by_degree(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each degree with the share of each level, in per cent."""
    counts = Counter(found)
    for degree, size in DEGREES.items():
        yield degree, {level: counts[degree, level] / size * 100 for level in LEVELS}


def print_danger_signs(found: Sequence[tuple[str, Summary]]) -> None:
    """Print how many cases have a danger sign, or something else that is concerning."""
    print("\nCases with a danger sign; without one, but with something also concerning; with neither")
    for degree in DEGREES:
        summaries = [summary for other, summary in found if other == degree]
        signs = sum(bool(summary.danger_signs) for summary in summaries)
        also = sum(bool(summary.also_concerning and not summary.danger_signs) for summary in summaries)
        print(f"{degree:12}{signs:7}{also:7}{len(summaries) - signs - also:7}")


def print_makers(found: Sequence[tuple[str, Summary]]) -> None:
    """Print which advice stands at the level of the case, and how often it is the only one."""
    print("\nAdvice at the level of the case: cases, and in brackets those where it is the only one")
    print(f"{'':8}{'':24}" + "".join(f"{degree:>16}" for degree in DEGREES))
    for level in ("now", "today"):
        at_level: Counter[tuple[str, str]] = Counter()
        alone: Counter[tuple[str, str]] = Counter()
        for degree, summary in found:
            if summary.urgency.code == level:
                makers = [one.code for one in summary.advice if one.urgency == summary.urgency]
                makers = [code for code in makers if code != "take_fear_seriously"]
                at_level.update((degree, code) for code in makers)
                alone.update((degree, code) for code in makers if len(makers) == 1)
        for code in dict.fromkeys(one.code for _degree, summary in found for one in summary.advice):
            cells = [f"{at_level[degree, code]} ({alone[degree, code]})" for degree in DEGREES]
            if any(at_level[degree, code] for degree in DEGREES):
                print(f"{level:8}{code:24}" + "".join(f"{cell:>16}" for cell in cells))


def print_reasons(found: Sequence[tuple[str, Summary]]) -> None:
    """Print which answers make the advice to consult the police `now` or `today`."""
    print("\nCases in which an answer to the item makes the advice to consult the police")
    print(f"{'':8}{'':24}" + "".join(f"{degree:>16}" for degree in DEGREES))
    for level in ("now", "today"):
        reasons: Counter[tuple[str, str]] = Counter()
        for degree, summary in found:
            police = next(one for one in summary.advice if one.code == "consult_police")
            if police.urgency.code == level:
                reasons.update((degree, because.item) for because in police.because)
        for item in ITEMS:
            if any(reasons[degree, item] for degree in DEGREES):
                cells = "".join(f"{reasons[degree, item]:16}" for degree in DEGREES)
                print(f"{level:8}{item:24}{cells}")


def print_aims(overall: Sequence[tuple[str, str]]) -> int:
    """Print each aim and whether it is met; return 1 when one is missed."""
    shares = dict(by_degree(overall))
    largest = max((share, degree, level) for degree, own in shares.items() for level, share in own.items())
    aims = {
        f"severest `now` in at least 80%: {shares['severest']['now']:.1f}": shares["severest"]["now"] >= 80,
        f"mild `now` in under 5%: {shares['mild']['now']:.1f}": shares["mild"]["now"] < 5,
        f"mild `today` in under 65%: {shares['mild']['today']:.1f}": shares["mild"]["today"] < 65,
        f"at most 95% at one level: {largest[0]:.1f} ({largest[1]}, {largest[2]})": largest[0] <= 95,
    }
    print()
    for aim, met in aims.items():
        print(f"{'met' if met else 'MISSED':8}{aim}")
    return 0 if all(aims.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
