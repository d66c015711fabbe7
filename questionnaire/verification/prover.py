"""Proof that the rules keep their principles for every intake there can be, without making any of them.

There are more intakes than can be tried, so the rules are taken apart, and each part is held to laws that the
whole inherits.

- A leaf reads one item, and is run on every answer to it and every step between two answers. In a grid a step
  changes one row; a leaf is an "any" over the cells, so that what other rows bring is only added.
- All of, any of, `Unless` and a term are run on every combination of what their parts can be. They are what
  their name says, and name as reasons only parts that hold. So, from the leaves up, a rule whose leaves never
  fall never falls either (P2, P3), and a level whose reasons are taken away is gone (P6).
- `Unless` turns the direction around, so each leaf is followed with its sign. Only where a leaf falls, or
  rises under a negation, can its item lower the rule. There the rule is run on each such step, with all that
  does not read the item as a free truth value. What is lowered even then must stand in `EXCEPTIONS`.
- Free truth values go together in more ways than answers do. So "never" is proven; the price is that a rule
  can be refused which no intake breaks. The fault then says that no small intake shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import Final

from questionnaire.domain.advice.conditions import INCIDENTS, Condition, CountAtLeast, Facts, Term, Unless
from questionnaire.domain.advice.rules import RULES, Rule
from questionnaire.domain.advice.texts import AdviceText
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS, ORDER
from questionnaire.domain.items import ABSENT_CODES
from questionnaire.verification.conditions import (
    ADDING,
    ANSWERING,
    NO_CODES,
    SILENCE,
    WITHDRAWING,
    Codes,
    Letter,
    answers_to,
    by_size,
    facts_of,
    is_leaf,
    leaves_of,
    named,
    nodes_of,
    parts_of,
    prove_parts,
    said,
    steps_between,
    truths,
    turns,
    with_parts,
)
from questionnaire.verification.report import Report
from questionnaire.verification.texts import Sayings, prove_texts

#: An item and one of its codes, or the log and the number of incidents.
Answer = tuple[str, str]
#: The letters by what they stand for and the sign with which it counts.
Letters = dict[tuple[Condition, bool], Letter]
#: The leaves that hold before a step, and those that hold after it.
Change = tuple[frozenset[Condition], frozenset[Condition]]

#: What may be lowered, by design: at which kind of step, which advice, by which item.
EXCEPTIONS: Final = frozenset(
    {
        (ANSWERING, "consult_veilig_thuis", "relationship"),
        (ANSWERING, "follow_reporting_code", "relationship"),
        (ADDING, "work_or_school", "relationship"),
        (WITHDRAWING, "work_or_school", "relationship"),
    }
)
#: Remarks on scope: no advice in the sense of P2 and P3.
REMARKS: Final = frozenset({"reporting_code_scope"})

#: Given when nothing was answered, and so always: take it seriously, consult, plan, evidence, reassess.
FLOOR: Final = (
    "take_fear_seriously",
    "consult_police",
    "consult_veilig_thuis",
    "safety_plan",
    "collect_evidence",
    "reassess",
)

#: So many answers are to be enough for each level of each rule.
MOST_ANSWERS: Final = 3

_NOTHING: Final = dict.fromkeys(ITEMS, SILENCE)


def prove(
    rules: Sequence[Rule], texts: Mapping[str, AdviceText], sayings: Sayings, keys: Sequence[str]
) -> Report:
    """P1 to P6 and P9.

    For these rules, the texts of their advice by code, whatever else is said by place, and the keys of the
    summary in their order.
    """
    report = prove_rules(rules)
    prove_texts([rule.code for rule in rules], texts, sayings, keys, report)
    return report


def prove_rules(rules: Sequence[Rule] = RULES) -> Report:
    """P2, P3, P5 and P6 for these rules, and that each of their levels is alive."""
    report = Report()
    prove_parts([condition for rule in rules for condition in rule.levels.values()], report)
    for rule in rules:
        report.count("rules")
        _prove_highest(rule, report)
        _prove_alive(rule, report)
        _prove_never_lowered(rule, report)
        _prove_explained(rule, report)
    _prove_floor(rules, report)
    _prove_overall(rules, report)
    return report


def intakes() -> int:
    """How many intakes there are, apart from their texts, dates and incidents."""
    return prod(
        (len(item.columns) + 1) ** len(item.rows) + len(ABSENT_CODES)
        if item.kind == "grid"
        else len(answers_to(item.id))
        for item in ITEMS.values()
    )


# --- Rules spelt in letters ----------------------------------------------------------------------------


def _spelt(
    condition: Condition, free: Callable[[Condition], bool], letters: Letters, upright: bool = True
) -> Condition:
    """The condition with a letter for each leaf and whatever is free; free parts of a node share one."""
    if is_leaf(condition) or free(condition):
        return letters.setdefault((condition, upright), Letter(str(len(letters))))
    parts = parts_of(condition)
    loose = tuple(part for part in parts if free(part))
    if len(loose) > 1 and free(together := with_parts(condition, loose)):
        parts = (together, *(part for part in parts if part not in loose))
    sign = upright is not isinstance(condition, Unless)
    return with_parts(condition, tuple(_spelt(part, free, letters, sign) for part in parts))


def _spelt_rule(rule: Rule, free: Callable[[Condition], bool], letters: Letters) -> Rule:
    return Rule(rule.code, {level: _spelt(part, free, letters) for level, part in rule.levels.items()})


def _names(letters: Letters) -> list[str]:
    return [letter.name for letter in letters.values()]


def _moving(letters: Letters, item_id: str) -> tuple[dict[Condition, set[str]], list[str]]:
    """The letters that a step at the item turns, by leaf, and those that stay as they are.

    A count only rises with a cell. Left as it is it hides no fall.
    """
    moving: dict[Condition, set[str]] = {}
    for (condition, _upright), letter in letters.items():
        if is_leaf(condition) and condition.reads == {item_id}:
            moving.setdefault(condition, set()).add(letter.name)
    turned = frozenset[str]().union(*moving.values())
    return moving, [name for name in _names(letters) if name not in turned]


def _changes(leaves: Collection[Condition], item_id: str, kind: str) -> dict[Change, tuple[Codes, Codes]]:
    """What such steps change in the leaves, each with the first step that does it.

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


def _both_sides(
    change: Change, on: frozenset[str], letters: Letters, moving: Mapping[Condition, set[str]]
) -> list[Facts]:
    """The facts before a step and after it, where these other letters hold."""
    return [facts_of(_names(letters), on.union(*(moving[leaf] for leaf in held))) for held in change]


# --- The highest level that holds ----------------------------------------------------------------------


def _prove_highest(rule: Rule, report: Report) -> None:
    letters = {level: Letter(level.code) for level in rule.levels}
    bare = type(rule)(rule.code, letters)
    for on in by_size(letters):
        report.count("combinations of the levels of a rule")
        facts = facts_of([level.code for level in letters], [level.code for level in on])
        if bare.level(facts) is not max(on, default=None):
            report.blame("P2", rule.code, "is not given at the highest level that holds")


# --- Alive: a small intake for each level --------------------------------------------------------------


def _prove_alive(rule: Rule, report: Report) -> None:
    wanted = set(rule.levels)
    for given, facts in _small_intakes(rule):
        if not wanted:
            return
        report.count("intakes tried until each level was reached")
        level = rule.level(facts)
        if level in wanted:
            wanted.remove(level)
            report.alive[rule.code, level] = tuple(said({item_id: (code,)}) for item_id, code in given)
    for level in sorted(wanted, reverse=True):
        report.blame("alive", f"{rule.code} {level.code}", f"no {MOST_ANSWERS} answers give this level")


def _small_intakes(rule: Rule, without: str = "") -> Iterator[tuple[tuple[Answer, ...], Facts]]:
    """Intakes of few answers, the smallest first. Of answers that the rule cannot tell apart only one."""
    telling = [answer for answer in _telling_answers(rule) if answer[0] != without]
    for size in range(MOST_ANSWERS + 1):
        for given in combinations(telling, size):
            codes: dict[str, Codes] = {}
            for item_id, code in given:
                codes[item_id] = codes.get(item_id, NO_CODES) | {code}
            if all(_can_be_given(item_id, chosen) for item_id, chosen in codes.items()):
                (incidents,) = codes.pop(INCIDENTS, {"0"})
                yield given, Facts(_NOTHING | codes, int(incidents))


def _telling_answers(rule: Rule) -> tuple[Answer, ...]:
    leaves = _leaves(rule)
    found: dict[tuple[str, tuple[bool, ...]], Answer] = {}
    for item_id in _items(rule):
        for code in (*ITEMS[item_id].codes, *ABSENT_CODES):
            seen = tuple(_sees(leaf, item_id, code) for leaf, _upright in leaves)
            if any(seen):
                found.setdefault((item_id, seen), (item_id, code))
    log = ((INCIDENTS, "1"), (INCIDENTS, "2")) if INCIDENTS in rule.reads else ()
    return (*found.values(), *log)


def _sees(leaf: Condition, item_id: str, code: str) -> bool:
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


def _leaves(rule: Rule) -> tuple[tuple[Condition, bool], ...]:
    return tuple(dict.fromkeys(leaf for level in rule.levels.values() for leaf in leaves_of(level)))


def _items(rule: Rule) -> list[str]:
    return sorted(rule.reads - {INCIDENTS}, key=ORDER.__getitem__)


# --- Never lowered -------------------------------------------------------------------------------------


def _prove_never_lowered(rule: Rule, report: Report) -> None:
    if rule.code in REMARKS:
        return
    leaves = _leaves(rule)
    if any(isinstance(leaf, CountAtLeast) and not upright for leaf, upright in leaves):
        report.blame("P2", rule.code, "counts under a negation, so that one more lowers it")
    for item_id, kind in product(_items(rule), (ANSWERING, ADDING, WITHDRAWING)):
        report.count("rules by item and kind of step")
        moved = (leaf.reads == {item_id} and kind in turns(leaf, falls=upright) for leaf, upright in leaves)
        if any(moved) and _may_lower(rule, item_id, kind, report):
            if (kind, rule.code, item_id) in EXCEPTIONS:
                report.lowered.add((kind, rule.code, item_id))
            else:
                principle = "P3" if kind == WITHDRAWING else "P2"
                report.blame(principle, rule.code, _lowering_said(rule, item_id, kind))


def _may_lower(rule: Rule, item_id: str, kind: str, report: Report) -> bool:
    """Whether such a step lowers the rule, whatever the truth of all that does not read the item."""
    letters: Letters = {}
    spelt = _spelt_rule(rule, lambda part: item_id not in part.reads, letters)
    moving, still = _moving(letters, item_id)
    changes = _changes(moving, item_id, kind)
    for on in by_size(still):
        for change in changes:
            report.count("steps tried against free truth values")
            before, after = _both_sides(change, on, letters, moving)
            if _highest([spelt], after) < _highest([spelt], before):
                return True
    return False


def _highest(rules: Sequence[Rule], facts: Facts) -> int:
    return max(rule.level(facts) or 0 for rule in rules)


def _lowering_said(rule: Rule, item_id: str, kind: str) -> str:
    """The smallest intake that shows it, in words."""
    leaves = [leaf for leaf, _upright in _leaves(rule) if leaf.reads == {item_id}]
    taken = _changes(leaves, item_id, kind).values()
    for given, facts in _small_intakes(rule, without=item_id):
        for before, after in taken:
            was, becomes = map(rule.level, facts.imagine(item_id, (before, after)))
            if (becomes or 0) < (was or 0):
                step = _to(said({item_id: before}), said({item_id: after}))
                fall = _to(_level_said(was), _level_said(becomes))
                return f"{step} lowers it from {fall}, with {_given_said(given)}"
    return f"{kind} {item_id} may lower it, though no small intake shows it"


def _to(before: str, after: str) -> str:
    return f"{before} to {after}"


def _level_said(urgency: Urgency | None) -> str:
    return urgency.code if urgency else "none"


def _given_said(given: Sequence[Answer]) -> str:
    return ", ".join(said({item_id: (code,)}) for item_id, code in given) or "nothing else"


# --- Explained -----------------------------------------------------------------------------------------


def _prove_explained(rule: Rule, report: Report) -> None:
    """Whatever gives a level above what always stands: without its reasons the rule is below that level."""
    letters: Letters = {}
    spelt = _spelt_rule(rule, lambda part: not _negations(part), letters)
    ties = frozenset(node.item for level in rule.levels.values() for node in _negations(level))
    standing = rule.level(Facts(_NOTHING, 0)) or 0
    for on in by_size(_names(letters)):
        report.count("combinations of the terms of a rule")
        facts = facts_of(_names(letters), on, ties)
        level = spelt.level(facts)
        if level is not None and level > standing:
            gone = _gone(letters, spelt.levels[level].because(facts), ties)
            if _highest([spelt], facts_of(_names(letters), on - gone, ties)) >= level:
                report.blame("P6", f"{rule.code} {level.code}", _unexplained_said(rule, standing))
                return


def _negations(condition: Condition) -> list[Unless]:
    return [node for node in nodes_of(condition) if isinstance(node, Unless)]


def _gone(letters: Letters, because: Collection[str], ties: frozenset[str]) -> frozenset[str]:
    """The letters that are off when the reasons are taken away.

    Another letter that reads what was taken away may go off with it. Under a negation it is taken to do so,
    which can only raise the rule. Else it is taken to stay, unless it reads nothing but what was taken away.
    """
    tied = ties.intersection(because)
    taken = tied.union(
        *(part.reads for (part, _upright), letter in letters.items() if letter.name in because)
    )
    return frozenset(
        letter.name
        for (part, upright), letter in letters.items()
        if letter.name in because or part.reads <= tied or (not upright and part.reads & taken)
    )


def _unexplained_said(rule: Rule, standing: int) -> str:
    """The smallest intake that shows it, in words."""
    for given, facts in _small_intakes(rule):
        level = rule.level(facts)
        if level is not None and level > standing:
            because = rule.levels[level].because(facts)
            rest = {item_id: codes - because.get(item_id, NO_CODES) for item_id, codes in facts.codes.items()}
            codes = {item_id: left or SILENCE for item_id, left in rest.items()}
            incidents = 0 if INCIDENTS in because else facts.incidents
            if _highest([rule], Facts(codes, incidents)) >= level:
                return f"stands without its reasons too ({said(because)}), with {_given_said(given)}"
    return "may stand without its reasons, though no small intake shows it"


# --- All rules together --------------------------------------------------------------------------------


def _prove_floor(rules: Sequence[Rule], report: Report) -> None:
    nothing = Facts(_NOTHING, 0)
    always = {
        rule.code
        for rule in rules
        if any(not condition.reads and condition.holds(nothing) for condition in rule.levels.values())
    }
    report.count("advice that always stands", len(always))
    for code in FLOOR:
        if code not in always:
            report.blame("P5", code, "can be left out")
    for rule in rules:
        if (rule.level(nothing) or 0) > Urgency.FOLLOW:
            report.blame("P5", rule.code, "is more than follow when nothing was answered")


def _prove_overall(rules: Sequence[Rule], report: Report) -> None:
    """Where an answer lowers advice by design, other advice holds the overall urgency where it was.

    Letters that only other advice reads stay off: they would hold the urgency up.
    """
    for item_id in sorted({item_id for kind, _code, item_id in report.lowered if kind == ANSWERING}):
        letters: Letters = {}

        def whole(part: Condition, item_id: str = item_id) -> bool:
            return isinstance(part, Term) and item_id not in part.reads

        lowered = [
            _spelt_rule(rule, whole, letters)
            for rule in rules
            if (ANSWERING, rule.code, item_id) in report.lowered
        ]
        own = _names(letters)
        every = [_spelt_rule(rule, whole, letters) for rule in rules if rule.code not in REMARKS]
        moving, still = _moving(letters, item_id)
        free = [name for name in still if name in own]
        changes = _changes(moving, item_id, ANSWERING)
        for on, change in product(by_size(free), changes):
            report.count("steps tried against the overall urgency")
            before, after = _both_sides(change, on, letters, moving)
            if all(_highest(some, after) < _highest(some, before) for some in (lowered, every)):
                step = _to(*(said({item_id: codes}) for codes in changes[change]))
                true = ", ".join(
                    named(part) for (part, _upright), letter in letters.items() if letter.name in on
                )
                report.blame("P2", "overall urgency", f"{step} lowers it, with {true or 'nothing else'}")
                break
