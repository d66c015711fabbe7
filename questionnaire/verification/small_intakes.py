"""Make the small intakes that differ to a rule, to show counterexamples with few answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from questionnaire.domain.advice.conditions import INCIDENTS, Condition, CountAtLeast, Facts
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.catalogue import ITEM_ORDER, ITEMS
from questionnaire.domain.items import ABSENT_CODES
from questionnaire.verification.conditions import truths
from questionnaire.verification.steps import SILENCE
from questionnaire.verification.tree import NO_CODES, Codes, describe, leaves_of

#: An item and one of its codes, or the log and the number of incidents.
Answer = tuple[str, str]

#: Each level of each rule has to be reached with at most this number of answers.
MOST_ANSWERS: Final = 3

NOTHING_ANSWERED: Final = dict.fromkeys(ITEMS, SILENCE)


def small_intakes(rule: Rule, without: str = "") -> Iterator[tuple[tuple[Answer, ...], Facts]]:
    """Yield intakes of few answers, the smallest first; of answers with equal effect on the rule only one."""
    distinct = [answer for answer in _distinct_answers(rule) if answer[0] != without]
    for size in range(MOST_ANSWERS + 1):
        for given in combinations(distinct, size):
            codes: dict[str, Codes] = {}
            for item_id, code in given:
                codes[item_id] = codes.get(item_id, NO_CODES) | {code}
            if all(_can_be_given(item_id, chosen) for item_id, chosen in codes.items()):
                (incidents,) = codes.pop(INCIDENTS, {"0"})
                yield given, Facts(NOTHING_ANSWERED | codes, int(incidents))


def _distinct_answers(rule: Rule) -> tuple[Answer, ...]:
    leaves = rule_leaves(rule)
    found: dict[tuple[str, tuple[bool, ...]], Answer] = {}
    for item_id in rule_items(rule):
        for code in (*ITEMS[item_id].codes, *ABSENT_CODES):
            seen = tuple(_counts_for(leaf, item_id, code) for leaf, _positive in leaves)
            if any(seen):
                found.setdefault((item_id, seen), (item_id, code))
    log = ((INCIDENTS, "1"), (INCIDENTS, "2")) if INCIDENTS in rule.reads else ()
    return (*found.values(), *log)


def _counts_for(leaf: Condition, item_id: str, code: str) -> bool:
    if isinstance(leaf, CountAtLeast):
        return item_id in leaf.grids and code in ITEMS[item_id].raised_codes
    return leaf.reads == {item_id} and truths(leaf)[frozenset((code,))]


def _can_be_given(item_id: str, codes: Codes) -> bool:
    if len(codes) == 1:
        return True
    if item_id == INCIDENTS or ITEMS[item_id].kind not in ("many", "grid"):
        return False
    rows = {code.partition("=")[0] for code in codes}
    return len(rows) == len(codes) and codes <= frozenset(ITEMS[item_id].codes) - ITEMS[item_id].exclusive


def rule_leaves(rule: Rule) -> tuple[tuple[Condition, bool], ...]:
    """Return the leaves of a rule, each with its sign."""
    return tuple(dict.fromkeys(leaf for level in rule.levels.values() for leaf in leaves_of(level)))


def rule_items(rule: Rule) -> list[str]:
    """Return the items that a rule reads, in the order of the questionnaire."""
    return sorted(rule.reads - {INCIDENTS}, key=ITEM_ORDER.__getitem__)


def describe_given(given: Sequence[Answer]) -> str:
    """Return these answers in words."""
    return ", ".join(describe({item_id: (code,)}) for item_id, code in given) or "nothing else"
