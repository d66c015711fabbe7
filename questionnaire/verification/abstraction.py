"""Replace the parts of a rule by variables, to try truth values instead of answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from questionnaire.domain.advice.conditions import Condition, Facts, Unless
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.catalogue import ITEMS
from questionnaire.verification.conditions import truths
from questionnaire.verification.steps import steps_between
from questionnaire.verification.tree import Codes, Variable, by_size, facts_of, is_leaf, parts_of, with_parts

#: The variables by the condition that each stands for and its sign: False under an odd number of negations.
Variables = dict[tuple[Condition, bool], Variable]
#: The leaves that are true before a step, and those that are true after it.
Change = tuple[frozenset[Condition], frozenset[Condition]]


def abstract(
    condition: Condition, free: Callable[[Condition], bool], variables: Variables, positive: bool = True
) -> Condition:
    """Return the condition with a variable for each leaf and free part; free parts of a node share one.

    `free` says which parts may take any truth value. `positive` is False under an odd number of negations.
    """
    if is_leaf(condition) or free(condition):
        return variables.setdefault((condition, positive), Variable(str(len(variables))))
    parts = parts_of(condition)
    free_parts = tuple(part for part in parts if free(part))
    if len(free_parts) > 1 and free(together := with_parts(condition, free_parts)):
        parts = (together, *(part for part in parts if part not in free_parts))
    sign = positive is not isinstance(condition, Unless)
    return with_parts(condition, tuple(abstract(part, free, variables, sign) for part in parts))


def abstract_rule(rule: Rule, free: Callable[[Condition], bool], variables: Variables) -> Rule:
    """Return the rule with `abstract` applied to each level."""
    return Rule(rule.code, {level: abstract(part, free, variables) for level, part in rule.levels.items()})


def variable_names(variables: Variables) -> list[str]:
    """Return the names of the variables."""
    return [variable.name for variable in variables.values()]


def moving_variables(variables: Variables, item_id: str) -> tuple[dict[Condition, set[str]], list[str]]:
    """Return the variables that a step of the item can change, by leaf, and those that stay as they are.

    Counts are among the latter. A count can only rise with a cell, so leaving it as it is hides no fall.
    """
    moving: dict[Condition, set[str]] = {}
    for (condition, _positive), variable in variables.items():
        if is_leaf(condition) and condition.reads == {item_id}:
            moving.setdefault(condition, set()).add(variable.name)
    turned = frozenset[str]().union(*moving.values())
    return moving, [name for name in variable_names(variables) if name not in turned]


def changes_at(leaves: Collection[Condition], item_id: str, kind: str) -> dict[Change, tuple[Codes, Codes]]:
    """Return what steps of this kind change in the leaves, each with the first step that does it.

    In a grid each of the leaves may also hold because of another row.
    """
    by_other_rows = list(by_size(leaves)) if ITEMS[item_id].kind == "grid" else [frozenset[Condition]()]
    found: dict[Change, tuple[Codes, Codes]] = {}
    for step, before, after in steps_between(item_id):
        if step == kind:
            true_before, true_after = (
                frozenset(leaf for leaf in leaves if truths(leaf)[codes]) for codes in (before, after)
            )
            for others in by_other_rows:
                found.setdefault((true_before | others, true_after | others), (before, after))
    return found


def facts_on_both_sides(
    change: Change, on: frozenset[str], variables: Variables, moving: Mapping[Condition, set[str]]
) -> list[Facts]:
    """Return the facts before a step and after it, given the other variables that hold."""
    return [
        facts_of(variable_names(variables), on.union(*(moving[leaf] for leaf in true_leaves)))
        for true_leaves in change
    ]


def highest_level(rules: Sequence[Rule], facts: Facts) -> int:
    """Return the highest level that one of the rules gives, 0 for none."""
    return max(rule.level(facts) or 0 for rule in rules)
