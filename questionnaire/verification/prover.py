"""Prove that the rules keep their principles for every possible intake, without trying them one by one.

There are more intakes than can be tried, so the rules are taken apart, and each part is proven to keep laws
that the whole inherits.

- A leaf reads one item, and is run on every answer to it and every step between two answers. In a grid a step
  changes one row; a leaf is an "any" over the cells, so that what other rows bring is only added.
- All of, any of, `Unless` and a term are run on every combination of what their parts can be. They are what
  their name says, and name as reasons only parts that hold. So, from the leaves up, a rule whose leaves never
  fall never falls either (P2, P3), and a level whose reasons are taken away is gone (P6).
- `Unless` turns the direction around, so each leaf is followed with its sign. Only where a leaf falls, or
  rises under a negation, can its item lower the rule. There the rule is run on each such step, with all that
  does not read the item as a free truth value. What is lowered even then must be in `EXCEPTIONS`.
- Free truth values go together in more ways than answers do. So "never" is proven; the price is that a rule
  can be refused which no intake breaks. The fault then says that no small intake shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Final

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.rules import RULES, Rule
from questionnaire.domain.advice.texts import AdviceText
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES
from questionnaire.verification.conditions import prove_conditions
from questionnaire.verification.explanations import prove_explained
from questionnaire.verification.lowering import prove_never_lowered, prove_overall
from questionnaire.verification.report import Report
from questionnaire.verification.small_intakes import MOST_ANSWERS, NOTHING_ANSWERED, small_intakes
from questionnaire.verification.steps import answers_to
from questionnaire.verification.texts import Texts, prove_texts
from questionnaire.verification.tree import Variable, by_size, describe, facts_of

#: Given when nothing was answered, and so always: take it seriously, consult, plan, evidence, reassess.
FLOOR: Final = (
    "take_fear_seriously",
    "consult_police",
    "consult_veilig_thuis",
    "safety_plan",
    "collect_evidence",
    "reassess",
)


def prove(
    rules: Sequence[Rule], texts: Mapping[str, AdviceText], other_texts: Texts, keys: Sequence[str]
) -> Report:
    """Prove P1 to P6 and P9, and return the report.

    `texts` are those of the advice by its code, `other_texts` are by place, and `keys` are those of the
    summary in their order.
    """
    report = prove_rules(rules)
    prove_texts([rule.code for rule in rules], texts, other_texts, keys, report)
    return report


def prove_rules(rules: Sequence[Rule] = RULES) -> Report:
    """Prove P2, P3, P5 and P6 for these rules, and that each level can be reached; return the report."""
    report = Report()
    prove_conditions([condition for rule in rules for condition in rule.levels.values()], report)
    for rule in rules:
        report.count("rules")
        _prove_highest(rule, report)
        _prove_alive(rule, report)
        prove_never_lowered(rule, report)
        prove_explained(rule, report)
    prove_floor(rules, report)
    prove_overall(rules, report)
    return report


def intakes() -> int:
    """Return how many intakes there are, apart from their texts, dates and incidents."""
    return prod(
        (len(item.columns) + 1) ** len(item.rows) + len(ABSENT_CODES)
        if item.kind == "grid"
        else len(answers_to(item.id))
        for item in ITEMS.values()
    )


def _prove_highest(rule: Rule, report: Report) -> None:
    variables = {level: Variable(level.code) for level in rule.levels}
    bare = type(rule)(rule.code, variables)
    for on in by_size(variables):
        report.count("combinations of the levels of a rule")
        facts = facts_of([level.code for level in variables], [level.code for level in on])
        if bare.level(facts) is not max(on, default=None):
            report.blame("P2", rule.code, "is not given at the highest level that holds")


def _prove_alive(rule: Rule, report: Report) -> None:
    wanted = set(rule.levels)
    for given, facts in small_intakes(rule):
        if not wanted:
            return
        report.count("intakes tried until each level was reached")
        level = rule.level(facts)
        if level in wanted:
            wanted.remove(level)
            report.alive[rule.code, level] = tuple(describe({item_id: (code,)}) for item_id, code in given)
    for level in sorted(wanted, reverse=True):
        report.blame("alive", f"{rule.code} {level.code}", f"no {MOST_ANSWERS} answers give this level")


def prove_floor(rules: Sequence[Rule], report: Report) -> None:
    """Prove P5: the advice of `FLOOR` is always given, and nothing is urgent when nothing is answered."""
    nothing = Facts(NOTHING_ANSWERED, 0)
    always = {
        rule.code
        for rule in rules
        if any(not condition.reads and condition.holds(nothing) for condition in rule.levels.values())
    }
    report.count("advice that is always given", len(always))
    for code in FLOOR:
        if code not in always:
            report.blame("P5", code, "can be left out")
    for rule in rules:
        if (rule.level(nothing) or 0) > Urgency.FOLLOW:
            report.blame("P5", rule.code, "is more than follow when nothing was answered")
