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
    """Prove that a rule without the reasons of a level is below it; what always stands needs none."""
    variables: Variables = {}
    abstracted = abstract_rule(rule, lambda part: not _negations(part), variables)
    ties = frozenset(node.item for level in rule.levels.values() for node in _negations(level))
    standing = rule.level(Facts(NOTHING_ANSWERED, 0)) or 0
    for on in by_size(variable_names(variables)):
        report.count("combinations of the terms of a rule")
        facts = facts_of(variable_names(variables), on, ties)
        level = abstracted.level(facts)
        if level is not None and level > standing:
            gone = _variables_gone(variables, abstracted.levels[level].because(facts), ties)
            if highest_level([abstracted], facts_of(variable_names(variables), on - gone, ties)) >= level:
                report.blame("P6", f"{rule.code} {level.code}", _describe_unexplained(rule, standing))
                return


def _negations(condition: Condition) -> list[Unless]:
    return [node for node in nodes_of(condition) if isinstance(node, Unless)]


def _variables_gone(variables: Variables, because: Collection[str], ties: frozenset[str]) -> frozenset[str]:
    """Return the variables that are off when the reasons are taken away.

    Another variable that reads what was taken away may go off with it. Under a negation it is taken to do so,
    which can only raise the rule. Else it is taken to stay, unless it reads nothing but what was taken away.
    """
    tied = ties.intersection(because)
    taken = tied.union(
        *(part.reads for (part, _positive), variable in variables.items() if variable.name in because)
    )
    return frozenset(
        variable.name
        for (part, positive), variable in variables.items()
        if variable.name in because or part.reads <= tied or (not positive and part.reads & taken)
    )


def _describe_unexplained(rule: Rule, standing: int) -> str:
    """Return the smallest intake that shows it, in words."""
    for given, facts in small_intakes(rule):
        level = rule.level(facts)
        if level is not None and level > standing:
            because = rule.levels[level].because(facts)
            rest = {item_id: codes - because.get(item_id, NO_CODES) for item_id, codes in facts.codes.items()}
            codes = {item_id: left or SILENCE for item_id, left in rest.items()}
            incidents = 0 if INCIDENTS in because else facts.incidents
            if highest_level([rule], Facts(codes, incidents)) >= level:
                return f"stands without its reasons too ({describe(because)}), with {describe_given(given)}"
    return "may stand without its reasons, though no small intake shows it"
