"""Make many small intakes, and compare what the rules give for each with the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES
from questionnaire.tests.domain.codes import CODES
from questionnaire.tests.domain.contract import LEVELS, ROWS, Answer, Outcome, Smallest, examples, expected

#: The last day that a date in these tests may name.
LAST_DATE: Final = date(2026, 3, 23)


@dataclass(frozen=True, slots=True)
class Probe:
    """Answers, as rules read them, and their outcomes according to the contract."""

    given: Smallest
    codes: Mapping[str, frozenset[str]]
    incidents: int
    outcomes: Mapping[str, Outcome]


def probe(given: Smallest) -> Probe:
    answers = Answers.parse(as_json(given), LAST_DATE)
    return Probe(given, answers.codes, incidents(given), expected(given))


def as_json(given: Smallest) -> dict[str, object]:
    """Return the answers in the form they have in an answers file."""
    raw: dict[str, object] = {}
    for item_id in dict.fromkeys(item_id for item_id, _code in sorted(given) if item_id != "incidents"):
        codes = [code for other, code in sorted(given) if other == item_id]
        kind = CODES[item_id].kind
        if codes[0] in ABSENT_CODES:
            raw[item_id] = codes[0]
        elif kind == "many":
            raw[item_id] = codes
        elif kind == "grid":
            raw[item_id] = dict(code.split("=") for code in codes)
        elif kind == "scale":
            raw[item_id] = int(codes[0])
        elif kind == "date":
            raw[item_id] = "2026-03"
        else:
            raw[item_id] = codes[0]
    return raw


def incidents(given: Smallest) -> int:
    return sum(int(code) for item_id, code in given if item_id == "incidents")


@cache
def probes() -> tuple[Probe, ...]:
    """Return probes of no answer, of every answer alone, and of every row's examples and their neighbours."""
    found: dict[Smallest, None] = {frozenset(): None}
    found.update(dict.fromkeys(frozenset({answer}) for answer in every_answer()))
    for row in ROWS:
        found.update(dict.fromkeys(examples(row.enough)))
        found.update(dict.fromkeys(_neighbours(examples(row.enough))))
    return tuple(probe(given) for given in found)


def _neighbours(sets: Iterable[Smallest]) -> Iterator[Smallest]:
    """Yield each set with one answer less, or with another answer to one of its questions.

    The other answer is tried once for each combination of items.
    """
    tried = set()
    for given in sorted(sets, key=sorted):
        items = frozenset(item_id for item_id, _code in given)
        for answer in sorted(given):
            rest = given - {answer}
            yield rest
            for other in _others(answer[0], rest) if rest else ():
                if (items, other) not in tried and _question(other) not in map(_question, rest):
                    tried.add((items, other))
                    yield rest | {other}


def _others(item_id: str, rest: Smallest) -> list[Answer]:
    """Return the codes of an item, and the states that are signals where it has no other answer."""
    if item_id == "incidents":
        return []
    item = ITEMS[item_id]
    is_free = all(item_id != other for other, _code in rest)
    states = sorted(item.raised_codes & set(ABSENT_CODES)) if is_free else []
    return [(item_id, code) for code in (*item.codes, *states)]


def _question(answer: Answer) -> tuple[str, str]:
    """Return the question of an answer: an item, or one row of a grid."""
    row, is_, _column = answer[1].partition("=")
    return answer[0], row if is_ else ""


def every_answer() -> Iterator[Answer]:
    """Yield each code of each item by itself, the absent states among them, and one incident."""
    for item_id, item in ITEMS.items():
        for code in (*item.codes, *ABSENT_CODES):
            yield item_id, code
    yield "incidents", "1"


def difference(rules: Iterable[Rule], among: Sequence[Probe]) -> str | None:
    """Return the first probe for which a rule gives something else than the contract says, as text."""
    for one in among:
        facts = Facts(one.codes, one.incidents)
        for rule in rules:
            wanted = one.outcomes[rule.code]
            found = outcome(rule, facts)
            if found != wanted:
                return f"{rule.code} of {sorted(one.given)}: {found}, where the contract says {wanted}"
    return None


def outcome(rule: Rule, facts: Facts) -> Outcome:
    """Return what a rule gives, in the form of the contract."""
    urgency = rule.level(facts)
    if urgency is None:
        return Outcome(None)
    because = rule.levels[urgency].because(facts)
    answers = frozenset((item_id, code) for item_id, codes in because.items() for code in codes)
    return Outcome(LEVELS[urgency - 1], answers)


def parse_answers(answers: str) -> Smallest:
    """Return the answers in "item=code item=code"."""
    return frozenset(
        (item, code) for item, _is, code in (answer.partition("=") for answer in answers.split())
    )
