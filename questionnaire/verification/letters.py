"""Spell a rule with a letter for each part of which only the truth counts, and try truths for answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from questionnaire.domain.advice.conditions import Condition, Facts, Unless
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.catalogue import ITEMS
from questionnaire.verification.conditions import truths
from questionnaire.verification.steps import steps_between
from questionnaire.verification.tree import Codes, Letter, by_size, facts_of, is_leaf, parts_of, with_parts

#: The letters by what they stand for and the sign with which it counts.
Letters = dict[tuple[Condition, bool], Letter]
#: The leaves that hold before a step, and those that hold after it.
Change = tuple[frozenset[Condition], frozenset[Condition]]


def spell(
    condition: Condition, free: Callable[[Condition], bool], letters: Letters, upright: bool = True
) -> Condition:
    """Return the condition with a letter for each leaf and free part; free parts of a node share one."""
    if is_leaf(condition) or free(condition):
        return letters.setdefault((condition, upright), Letter(str(len(letters))))
    parts = parts_of(condition)
    loose = tuple(part for part in parts if free(part))
    if len(loose) > 1 and free(together := with_parts(condition, loose)):
        parts = (together, *(part for part in parts if part not in loose))
    sign = upright is not isinstance(condition, Unless)
    return with_parts(condition, tuple(spell(part, free, letters, sign) for part in parts))


def spell_rule(rule: Rule, free: Callable[[Condition], bool], letters: Letters) -> Rule:
    """Return the rule with each level spelt, see `spell`."""
    return Rule(rule.code, {level: spell(part, free, letters) for level, part in rule.levels.items()})


def letter_names(letters: Letters) -> list[str]:
    """Return the names of the letters."""
    return [letter.name for letter in letters.values()]


def moving_letters(letters: Letters, item_id: str) -> tuple[dict[Condition, set[str]], list[str]]:
    """Return the letters that a step at the item turns, by leaf, and those that stay as they are.

    A count only rises with a cell. Left as it is it hides no fall.
    """
    moving: dict[Condition, set[str]] = {}
    for (condition, _upright), letter in letters.items():
        if is_leaf(condition) and condition.reads == {item_id}:
            moving.setdefault(condition, set()).add(letter.name)
    turned = frozenset[str]().union(*moving.values())
    return moving, [name for name in letter_names(letters) if name not in turned]


def changes_at(leaves: Collection[Condition], item_id: str, kind: str) -> dict[Change, tuple[Codes, Codes]]:
    """Return what such steps change in the leaves, each with the first step that does it.

    In a grid each of the leaves may hold by another row as well.
    """
    by_other_rows = list(by_size(leaves)) if ITEMS[item_id].kind == "grid" else [frozenset[Condition]()]
    found: dict[Change, tuple[Codes, Codes]] = {}
    for step, before, after in steps_between(item_id):
        if step == kind:
            held, holding = (
                frozenset(leaf for leaf in leaves if truths(leaf)[codes]) for codes in (before, after)
            )
            for others in by_other_rows:
                found.setdefault((held | others, holding | others), (before, after))
    return found


def facts_on_both_sides(
    change: Change, on: frozenset[str], letters: Letters, moving: Mapping[Condition, set[str]]
) -> list[Facts]:
    """Return the facts before a step and after it, where these other letters hold."""
    return [facts_of(letter_names(letters), on.union(*(moving[leaf] for leaf in held))) for held in change]


def highest_level(rules: Sequence[Rule], facts: Facts) -> int:
    """Return the highest level that one of the rules gives, 0 for none."""
    return max(rule.level(facts) or 0 for rule in rules)
