"""Make every small change to the declared rules, and say whether an example of the contract notices it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, product
from typing import Final

from questionnaire.domain.advice import terms
from questionnaire.domain.advice.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Includes,
    Reasons,
    Term,
    Unless,
    any_of,
)
from questionnaire.domain.advice.rules import RULES, Rule
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.tests.domain.contract import Answer, Smallest
from questionnaire.tests.domain.probes import probes

NEVER: Final = AnyOf(())


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: what it is, the rules that it changes, and the answer that it adds or drops, if it does."""

    change: str
    rules: tuple[Rule, ...]
    answer: Answer | None = None


Change = tuple[str, Condition, Answer | None]


# --- Making them ---------------------------------------------------------------------------------------


def mutants() -> Iterator[Mutant]:
    for term in TERMS:
        for change, condition, answer in changed(term.condition, within=term):
            other = Term(term.name, condition)
            yield Mutant(f"{term.name}: {change}", with_terms({term: other}), answer)
    for rule in RULES:
        for level, condition in rule.levels.items():
            name = f"{rule.code} {level.code}"
            for change, other_condition, answer in changed(condition):
                yield Mutant(f"{name}: {change}", (with_level(rule, level, other_condition),), answer)
            yield Mutant(f"{name}: removed", (with_level(rule, level, NEVER),))
            for neighbour in Urgency:
                if abs(neighbour - level) == 1:
                    yield Mutant(f"{name}: moved to {neighbour.code}", (moved(rule, level, neighbour),))


def changed(condition: Condition, within: Term | None = None) -> Iterator[Change]:
    """Yield every condition with one change. The condition of a named term is changed with the term.

    A term is swapped for every other, but not for the term that it is `within`, nor for one that contains it.
    """
    if isinstance(condition, Term):
        for other in TERMS:
            if other is not condition and (within is None or within not in terms_in(other)):
                yield f"{condition.name} became {other.name}", other, None
    elif isinstance(condition, Includes):
        yield from changed_codes(condition)
    elif isinstance(condition, CountAtLeast):
        yield from changed_count(condition)
    elif isinstance(condition, Unless):
        yield "not the opposite", condition.part, None
        yield "never closed", ALWAYS, None
        yield "another item as its reason", replace(condition, item="lives_together"), None
        for change, part, answer in changed(condition.part, within):
            yield change, replace(condition, part=part), answer
    elif isinstance(condition, AllOf | AnyOf):
        yield from changed_parts(condition, within)


def changed_count(count: CountAtLeast) -> Iterator[Change]:
    for least in (count.least - 1, count.least + 1):
        yield f"a count of {least}", replace(count, least=least), None
    for grid in count.grids:
        grids = tuple(other for other in count.grids if other != grid)
        yield f"a count without {grid}", replace(count, grids=grids), None


def changed_parts(condition: AllOf | AnyOf, within: Term | None) -> Iterator[Change]:
    if len(condition.parts) > 1:
        other_kind, became = (AnyOf, "any") if isinstance(condition, AllOf) else (AllOf, "all")
        yield f"became {became} of its parts", other_kind(condition.parts), None
    for place, part in enumerate(condition.parts):
        before, after = condition.parts[:place], condition.parts[place + 1 :]
        yield f"without part {place + 1}", replace(condition, parts=before + after), None
        for change, other_part, answer in changed(part, within):
            yield change, replace(condition, parts=(*before, other_part, *after)), answer


def changed_codes(leaf: Includes) -> Iterator[Change]:
    """Yield the leaf without each code, and with each code added that an answer to this item can have."""
    for code in sorted(leaf.codes):
        rest = leaf.codes - {code}
        less = Includes(leaf.item, rest) if rest else NEVER
        yield f"{leaf.item} without {code}", less, (leaf.item, code)
    item = ITEMS[leaf.item]
    for code in sorted((set(item.codes) | item.raised_codes) - leaf.codes):
        yield f"{leaf.item} with {code}", Includes(leaf.item, leaf.codes | {code}), (leaf.item, code)


def with_level(rule: Rule, level: Urgency, condition: Condition) -> Rule:
    levels = {**rule.levels, level: condition}
    return Rule(rule.code, {urgency: part for urgency, part in levels.items() if part is not NEVER})


def moved(rule: Rule, level: Urgency, target: Urgency) -> Rule:
    """Return the rule with the condition of a level moved to another level, added to the one there."""
    others = {urgency: part for urgency, part in rule.levels.items() if urgency is not level}
    there = (others[target],) if target in others else ()
    return Rule(rule.code, {**others, target: any_of(rule.levels[level], *there)})


def with_terms(changes: Mapping[Term, Term]) -> tuple[Rule, ...]:
    """Return the rules that a change of terms changes, with these terms replaced wherever they occur."""
    made = dict(changes)
    changed_rules = (
        (rule, {level: rebuilt(condition, made) for level, condition in rule.levels.items()})
        for rule in RULES
    )
    return tuple(Rule(rule.code, levels) for rule, levels in changed_rules if levels != rule.levels)


def rebuilt(condition: Condition, made: dict[Term, Term]) -> Condition:
    if isinstance(condition, Term):
        if condition not in made:
            inner = rebuilt(condition.condition, made)
            made[condition] = condition if inner == condition.condition else Term(condition.name, inner)
        return made[condition]
    if isinstance(condition, AllOf | AnyOf):
        return replace(condition, parts=tuple(rebuilt(part, made) for part in condition.parts))
    if isinstance(condition, Unless):
        return replace(condition, part=rebuilt(condition.part, made))
    return condition


def terms_in(condition: Condition) -> Iterator[Term]:
    if isinstance(condition, Term):
        yield condition
        yield from terms_in(condition.condition)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from terms_in(part)
    elif isinstance(condition, Unless):
        yield from terms_in(condition.part)


TERMS: Final = tuple(
    dict.fromkeys(
        term for rule in RULES for condition in rule.levels.values() for term in terms_in(condition)
    )
)

# --- Proving that a change changes nothing -------------------------------------------------------------

#: Sets of answers, each of which is enough; a condition that is no list of answers is its own element.
Paths = frozenset[frozenset[Answer | Condition]]


def paths(condition: Condition) -> Paths:
    """Return every way in which a condition can hold: all answers of a way are needed, and are its reasons.

    The circle and counts are not split: two of them are the same only when they are equal.
    """
    if isinstance(condition, Term) and condition.name != CIRCLE.name:
        return paths(condition.condition)
    if isinstance(condition, Includes):
        return frozenset(frozenset({(condition.item, code)}) for code in condition.codes)
    if isinstance(condition, AnyOf):
        return frozenset(chain.from_iterable(map(paths, condition.parts)))
    if isinstance(condition, AllOf):
        ways = (frozenset(chain.from_iterable(way)) for way in product(*map(paths, condition.parts)))
        return frozenset(way for way in ways if possible(way))
    return frozenset({frozenset({condition})})


def possible(way: frozenset[Answer | Condition]) -> bool:
    """Return whether these answers go together: an item that takes one answer has at most one of them."""
    single = [part[0] for part in way if isinstance(part, tuple) and ITEMS[part[0]].kind in ("one", "yes_no")]
    return len(single) == len(set(single))


def meaning(rule: Rule) -> dict[Urgency, Paths]:
    """Return all that decides what a rule gives: rules of equal meaning give the same for every intake.

    A rule gives its highest level of which a way holds, because of all ways that hold at that level. So a
    way that contains one of a higher level never matters, nor does one that is made of others at its level:
    both are left out.
    """
    found: dict[Urgency, Paths] = {}
    higher: Paths = frozenset()
    for level, condition in rule.highest_first:
        ways = paths(condition)
        reached = frozenset(way for way in ways if not any(above <= way for above in higher))
        found[level] = frozenset(way for way in reached if not made_of_others(way, reached))
        higher |= ways
    return found


def made_of_others(way: frozenset[Answer | Condition], ways: Paths) -> bool:
    """Return whether other ways give the same reasons together, and hold whenever this one does."""
    return frozenset(chain.from_iterable(other for other in ways if other < way)) == way


def changes_nothing(mutant: Mutant) -> bool:
    return all(meaning(rule) == meaning(BY_CODE[rule.code]) for rule in mutant.rules)


CIRCLE: Final = terms.CIRCLE
BY_CODE: Final = {rule.code: rule for rule in RULES}

# --- Judging them --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """An intake, and what the contract says that one rule gives for it: a level and its reasons.

    All mutants share the facts, so that a named term that did not change is evaluated once.
    """

    given: Smallest
    facts: Facts
    level: Urgency | None
    because: Reasons


@cache
def shared_facts() -> tuple[Facts, ...]:
    return tuple(Facts(probe.codes, probe.incidents) for probe in probes())


@cache
def examples_of(code: str) -> list[Example]:
    """Return every probe as an example of one rule."""
    found = []
    for probe, facts in zip(probes(), shared_facts(), strict=True):
        wanted = probe.outcomes[code]
        because: Reasons = {}
        for item_id, answer in wanted.because:
            because[item_id] = because.get(item_id, frozenset()) | {answer}
        level = Urgency[wanted.level.upper()] if wanted.level else None
        found.append(Example(probe.given, facts, level, because))
    return found


@cache
def examples_with(code: str, answer: Answer) -> list[Example]:
    return [example for example in examples_of(code) if answer in example.given]


def is_noticed(rule: Rule, examples: list[Example]) -> bool:
    """Return whether the rule gives something else for an example, and move that example to the front.

    An example that notices a change often notices the next one too, so this order saves time.
    """
    for place, example in enumerate(examples):
        level = rule.level(example.facts)
        if level is not example.level or (
            level and rule.levels[level].because(example.facts) != example.because
        ):
            examples.insert(0, examples.pop(place))
            return True
    return False


def verdict(mutant: Mutant) -> str:
    """Return "killed" by an example, "equal" as it changes nothing, or "alive"."""
    answer = mutant.answer
    if answer is not None:
        if any(is_noticed(rule, examples_with(rule.code, answer)) for rule in mutant.rules):
            return "killed"
        if changes_nothing(mutant):
            return "equal"
    if any(is_noticed(rule, examples_of(rule.code)) for rule in mutant.rules):
        return "killed"
    return "equal" if answer is None and changes_nothing(mutant) else "alive"
