"""Prove that a level is not given without its reasons (P6)."""

from __future__ import annotations

from collections.abc import Collection

from questionnaire.domain.advice.conditions import INCIDENTS, Condition, Facts, Unless
from questionnaire.domain.advice.rules import Rule
from questionnaire.verification.abstraction import Variables, abstract_rule, highest_level, variable_names
from questionnaire.verification.report import Report
from questionnaire.verification.small_intakes import NOTHING_ANSWERED, describe_given, small_intakes
from questionnaire.verification.steps import SILENCE
from questionnaire.verification.tree import NO_CODES, by_size, describe, facts_of, nodes_of


def prove_explained(rule: Rule, report: Report) -> None:
    """Prove that a rule without the reasons of a level is below it; what is always given needs none."""
    variables: Variables = {}
    abstracted = abstract_rule(rule, lambda part: not _negations(part), variables)
    unless_items = frozenset(node.item for level in rule.levels.values() for node in _negations(level))
    lowest = rule.level(Facts(NOTHING_ANSWERED, 0)) or 0
    for on in by_size(variable_names(variables)):
        report.count("combinations of the terms of a rule")
        facts = facts_of(variable_names(variables), on, unless_items)
        level = abstracted.level(facts)
        if level is not None and level > lowest:
            gone = _variables_gone(variables, abstracted.levels[level].because(facts), unless_items)
            rest = facts_of(variable_names(variables), on - gone, unless_items)
            if highest_level([abstracted], rest) >= level:
                report.blame("P6", f"{rule.code} {level.code}", _describe_unexplained(rule, lowest))
                return


def _negations(condition: Condition) -> list[Unless]:
    return [node for node in nodes_of(condition) if isinstance(node, Unless)]


def _variables_gone(
    variables: Variables, because: Collection[str], unless_items: frozenset[str]
) -> frozenset[str]:
    """Return the variables that do not hold once the reasons are removed.

    A variable that reads a removed item may stop holding too. Under a negation it is assumed to, which can
    only raise the rule. Elsewhere it is assumed to hold on, unless it reads removed `unless_items` alone.
    """
    removed_unless = unless_items.intersection(because)
    removed = removed_unless.union(
        *(part.reads for (part, _positive), variable in variables.items() if variable.name in because)
    )
    return frozenset(
        variable.name
        for (part, positive), variable in variables.items()
        if variable.name in because or part.reads <= removed_unless or (not positive and part.reads & removed)
    )


def _describe_unexplained(rule: Rule, lowest: int) -> str:
    """Return the fault, with the smallest intake that shows it, if one does."""
    for given, facts in small_intakes(rule):
        level = rule.level(facts)
        if level is not None and level > lowest:
            because = rule.levels[level].because(facts)
            rest = {item_id: codes - because.get(item_id, NO_CODES) for item_id, codes in facts.codes.items()}
            codes = {item_id: left or SILENCE for item_id, left in rest.items()}
            incidents = 0 if INCIDENTS in because else facts.incidents
            if highest_level([rule], Facts(codes, incidents)) >= level:
                return f"stands without its reasons too ({describe(because)}), with {describe_given(given)}"
    return "may stand without its reasons, though no small intake shows it"
