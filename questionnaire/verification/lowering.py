"""Prove that no answer lowers a rule (P2, P3), but for the declared exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from questionnaire.domain.advice.conditions import Condition, CountAtLeast, Term
from questionnaire.domain.advice.engine import BESIDE_THE_LEVEL
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.verification.abstraction import (
    Variables,
    abstract_rule,
    changes_at,
    facts_on_both_sides,
    highest_level,
    moving_variables,
    variable_names,
)
from questionnaire.verification.conditions import turns
from questionnaire.verification.report import Report
from questionnaire.verification.small_intakes import describe_given, rule_items, rule_leaves, small_intakes
from questionnaire.verification.steps import ADDING, ANSWERING, WITHDRAWING
from questionnaire.verification.tree import by_size, describe, name_of

#: What may be lowered, by design: at which kind of step, which advice, by which item.
EXCEPTIONS: Final = frozenset(
    {
        (ANSWERING, "consult_veilig_thuis", "relationship"),
        (ANSWERING, "follow_reporting_code", "relationship"),
        (ADDING, "work_or_school", "relationship"),
        (WITHDRAWING, "work_or_school", "relationship"),
    }
)
#: Each truth value more doubles the steps to try. More than this is refused, and not tried for hours.
MOST_STEPS: Final = 2**20
#: Remarks on scope, which do not count as advice in P2 and P3.
REMARKS: Final = frozenset({"reporting_code_scope"})


def prove_never_lowered(rule: Rule, report: Report) -> None:
    """Prove that no step lowers this rule, but for the declared exceptions."""
    if rule.code in REMARKS:
        return
    leaves = rule_leaves(rule)
    if any(isinstance(leaf, CountAtLeast) and not positive for leaf, positive in leaves):
        report.blame("P2", rule.code, "counts under a negation, so that one more lowers it")
    for item_id, kind in product(rule_items(rule), (ANSWERING, ADDING, WITHDRAWING)):
        report.count("rules by item and kind of step")
        moved = (leaf.reads == {item_id} and kind in turns(leaf, falls=positive) for leaf, positive in leaves)
        if any(moved) and _may_lower(rule, item_id, kind, report):
            if (kind, rule.code, item_id) in EXCEPTIONS:
                report.lowered.add((kind, rule.code, item_id))
            else:
                principle = "P3" if kind == WITHDRAWING else "P2"
                report.blame(principle, rule.code, _describe_lowering(rule, item_id, kind))


def _may_lower(rule: Rule, item_id: str, kind: str, report: Report) -> bool:
    """Return whether a step of this kind can lower the rule, with any truth values of other conditions."""
    variables: Variables = {}
    abstracted = abstract_rule(rule, lambda part: item_id not in part.reads, variables)
    moving, still = moving_variables(variables, item_id)
    changes = changes_at(moving, item_id, kind)
    if len(changes) * 2 ** len(still) > MOST_STEPS:
        return True
    for on in by_size(still):
        for change in changes:
            report.count("steps tried against free truth values")
            before, after = facts_on_both_sides(change, on, variables, moving)
            if highest_level([abstracted], after) < highest_level([abstracted], before):
                return True
    return False


def _describe_lowering(rule: Rule, item_id: str, kind: str) -> str:
    """Return the fault, with the smallest intake that shows it, if one does."""
    leaves = [leaf for leaf, _positive in rule_leaves(rule) if leaf.reads == {item_id}]
    steps = changes_at(leaves, item_id, kind).values()
    for given, facts in small_intakes(rule, without=item_id):
        for before, after in steps:
            was, becomes = map(rule.level, facts.imagine(item_id, (before, after)))
            if (becomes or 0) < (was or 0):
                step = _step(describe({item_id: before}), describe({item_id: after}))
                fall = _step(describe_level(was), describe_level(becomes))
                return f"{step} lowers it from {fall}, with {describe_given(given)}"
    return f"{kind} {item_id} may lower it, though no small intake shows it"


def _step(before: str, after: str) -> str:
    return f"{before} to {after}"


def describe_level(urgency: Urgency | None) -> str:
    """Return the code of a level, "none" for none."""
    return urgency.code if urgency else "none"


def prove_overall(rules: Sequence[Rule], report: Report) -> None:
    """Prove that where an answer lowers advice by design, other advice keeps the overall urgency.

    Variables that only other advice reads stay off: they would keep the urgency up.
    """
    for item_id in sorted({item_id for kind, _code, item_id in report.lowered if kind == ANSWERING}):
        variables: Variables = {}

        def whole(part: Condition, item_id: str = item_id) -> bool:
            return isinstance(part, Term) and item_id not in part.reads

        lowered = [
            abstract_rule(rule, whole, variables)
            for rule in rules
            if (ANSWERING, rule.code, item_id) in report.lowered
        ]
        own = variable_names(variables)
        every = [
            abstract_rule(rule, whole, variables)
            for rule in rules
            if rule.code not in REMARKS | BESIDE_THE_LEVEL
        ]
        moving, still = moving_variables(variables, item_id)
        free = [name for name in still if name in own]
        changes = changes_at(moving, item_id, ANSWERING)
        if len(changes) * 2 ** len(free) > MOST_STEPS:
            report.blame("P2", "overall urgency", f"rests on {len(free)} truth values, too many to try")
            continue
        for on, change in ((on, change) for on in by_size(free) for change in changes):
            report.count("steps tried against the overall urgency")
            before, after = facts_on_both_sides(change, on, variables, moving)
            if all(highest_level(some, after) < highest_level(some, before) for some in (lowered, every)):
                step = _step(*(describe({item_id: codes}) for codes in changes[change]))
                true = ", ".join(
                    name_of(part) for (part, _positive), variable in variables.items() if variable.name in on
                )
                report.blame("P2", "overall urgency", f"{step} lowers it, with {true or 'nothing else'}")
                break
