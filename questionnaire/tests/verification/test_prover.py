"""The proof passes for the rules and texts as they are, and finds faults with their counterexamples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import pytest
from django.utils.functional import lazy
from django.utils.translation import get_language, override

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
    all_of,
    any_of,
    cell,
    includes,
    raised,
)
from questionnaire.domain.advice.rules import BEHAVIOUR, CIRCLE, DANGER_SIGN, RULES, Rule, rule
from questionnaire.domain.advice.sentences import when
from questionnaire.domain.advice.texts import TEXTS, AdviceText
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.tests.domain.advice.mutants import mutants, verdict
from questionnaire.tests.domain.probes import parse_answers, probe
from questionnaire.verification.conditions import prove_conditions
from questionnaire.verification.lowering import EXCEPTIONS
from questionnaire.verification.prover import FLOOR, intakes, prove, prove_rules
from questionnaire.verification.report import Fault, Report
from questionnaire.verification.small_intakes import MOST_ANSWERS
from questionnaire.verification.texts import advice_texts, domain_texts, prove_texts, summary_keys
from questionnaire.verification.tree import nodes_of, parts_of

BY_CODE: Final = {one.code: one for one in RULES}
BREACHED: Final = includes("orders", "breached")
NEIGHBOUR: Final = includes("relationship", "neighbour")


@pytest.fixture(scope="module")
def report() -> Report:
    return prove(RULES, TEXTS, domain_texts(), summary_keys())


# --- What is ---------------------------------------------------------------------------------------------


def test_the_rules_and_texts_are_proven(report: Report) -> None:
    assert report.faults == []


def test_nothing_is_lowered_but_by_the_declared_exceptions_which_all_occur(report: Report) -> None:
    assert report.lowered == EXCEPTIONS


def test_every_level_of_every_rule_is_alive_by_an_intake_of_few_answers(report: Report) -> None:
    assert set(report.alive) == {(one.code, level) for one in RULES for level in one.levels}
    for (code, level), given in report.alive.items():
        shown = probe(parse_answers(" ".join(given)))
        assert len(given) <= MOST_ANSWERS
        assert BY_CODE[code].level(Facts(shown.codes, shown.incidents)) is level


def test_it_says_how_much_it_covered(report: Report) -> None:
    covered = report.covered

    assert covered["rules"] == len(RULES)
    assert covered["leaves"] > 70
    assert covered["answers that a leaf was run on"] > 30_000
    assert covered["combinations of what the parts of a combinator can be"] > 2**16
    assert covered["texts, each in both languages"] > 750
    assert all(covered.values())
    assert intakes() > 10**80


# --- Faults in rules -------------------------------------------------------------------------------------


def faults(*rules: Rule) -> list[str]:
    """Return what is wrong with these rules by themselves; that the floor is not among them is not."""
    found = prove_rules(rules).faults
    return [str(fault) for fault in found if fault.what != "can be left out"]


class Mute(Includes):
    """Holds without a reason."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class Talkative(Includes):
    """Names all of the answer as its reason."""

    def because(self, facts: Facts) -> Reasons:
        return {self.item: facts.codes[self.item]} if self.holds(facts) else {}


class Partial(Includes):
    """Names one code of several that it holds by."""

    def because(self, facts: Facts) -> Reasons:
        return {item: frozenset((min(codes),)) for item, codes in super().because(facts).items()}


class Elsewhere(Includes):
    """Names another item besides."""

    def because(self, facts: Facts) -> Reasons:
        return super().because(facts) | {"elsewhere": frozenset(("x",))}


class Two(Includes):
    """Holds by two cells together."""

    def holds(self, facts: Facts) -> bool:
        return len(self.codes & facts.codes[self.item]) > 1

    def because(self, facts: Facts) -> Reasons:
        return super().because(facts) if self.holds(facts) else {}


class OneLess(CountAtLeast):
    """Holds one short of the count."""

    def holds(self, facts: Facts) -> bool:
        return replace_count(self, self.least - 1).holds(facts)


class NoLog(CountAtLeast):
    """Leaves the log out of its reason."""

    def because(self, facts: Facts) -> Reasons:
        return {item: codes for item, codes in super().because(facts).items() if item in ITEMS}


class Most(AllOf):
    """Holds with one part less."""

    def holds(self, facts: Facts) -> bool:
        return sum(part.holds(facts) for part in self.parts) >= len(self.parts) - 1


class NoReason(AllOf):
    """Holds without a reason."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class FirstReason(AnyOf):
    """Names only the first part that holds."""

    def because(self, facts: Facts) -> Reasons:
        return next((part.because(facts) for part in self.parts if part.holds(facts)), {})


class Hushed(Unless):
    """Names no tie."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class Loud(Term):
    """Names a reason when it does not hold."""

    def because(self, facts: Facts) -> Reasons:
        return {"1": frozenset(("x",))}


class Lowest(Rule):
    """Given at the lowest level that holds."""

    def level(self, facts: Facts) -> Urgency | None:
        return min((level for level, part in self.levels.items() if part.holds(facts)), default=None)


def replace_count(leaf: CountAtLeast, least: int) -> CountAtLeast:
    return CountAtLeast(least, leaf.grids)


def lying() -> Condition:
    """Says that it reads less than it does."""
    made = any_of(BREACHED, raised("fixation"))
    object.__setattr__(made, "reads", frozenset(("orders",)))
    return made


GRID: Final = "behaviour_online"
UNKNOWN: Final = f"{GRID}=tracking=unknown"

#: What makes a rule wrong, given at `days`, and every fault that is found in it.
WRONG: Final[tuple[tuple[Condition, tuple[str, ...]], ...]] = (
    # P3: an absent state read as an answer.
    (
        cell(GRID, "tracking", "unknown"),
        (
            f"P3, {UNKNOWN}: with {UNKNOWN} it holds, though that is no answer",
            f"P2, x: {UNKNOWN} to {GRID}=tracking=never lowers it from days to none, with nothing else",
            f"P2, x: {UNKNOWN} to {GRID}=tracking=once lowers it from days to none, with nothing else",
            f"P3, x: {UNKNOWN} to {GRID}=not_reached lowers it from days to none, with nothing else",
        ),
    ),
    # P2 and P3: a "no" that counts, a higher column that does not, a negation, a count under one.
    (
        includes("fixation", "no"),
        (
            "P2, x: fixation=no to fixation=yes lowers it from days to none, with nothing else",
            "P3, x: fixation=no to fixation=not_reached lowers it from days to none, with nothing else",
        ),
    ),
    (
        all_of(includes("daily_life", "sleep=some"), BREACHED),
        (
            "P2, x: daily_life=sleep=some to daily_life=sleep=much lowers it from days to none, with"
            " orders=breached",
        ),
    ),
    (
        all_of(Unless(NEIGHBOUR, "relationship"), BREACHED),
        (
            "P2, x: relationship=not_reached to relationship=neighbour lowers it from days to none, with"
            " orders=breached",
        ),
    ),
    (
        all_of(Unless(CountAtLeast(2, BEHAVIOUR), "behaviour_home"), BREACHED),
        ("P2, x: counts under a negation, so that one more lowers it",),
    ),
    # What free truth values allow and no intake does is refused as well.
    (
        any_of(all_of(includes("fixation", "no"), BREACHED, includes("orders", "none")), raised("threats")),
        (
            "P2, x: adding fixation may lower it, though no small intake shows it",
            "P3, x: withdrawing fixation may lower it, though no small intake shows it",
        ),
    ),
    # Dead: no answer has two codes of one choice.
    (all_of(BREACHED, includes("orders", "none")), ("alive, x days: no 3 answers give this level",)),
    # P6: leaves without a reason, or with another one.
    (
        Mute("orders", frozenset(("breached",))),
        ("P6, orders=breached: with orders=breached it names nothing as its reason",),
    ),
    (
        Talkative("threats", frozenset(("kill",))),
        ("P6, threats=kill: with threats=hurt+kill it names hurt, which does not matter",),
    ),
    (
        Partial("threats", frozenset(("kill", "hurt"))),
        ("P6, threats=hurt+kill: with threats=hurt+kill it holds without threats=hurt too",),
    ),
    (
        Elsewhere("orders", frozenset(("breached",))),
        ("P6, orders=breached: with orders=not_reached it names elsewhere=x as its reason",),
    ),
    (
        Two("behaviour_home", frozenset(("ring=once", "damage=once"))),
        (
            "P2, behaviour_home=damage=once+ring=once: with behaviour_home=damage=once+ring=once it does not"
            " hold as its cells do apart",
            "alive, x days: no 3 answers give this level",
        ),
    ),
    (
        OneLess(2, BEHAVIOUR),
        (
            "P2, a count of 2: with behaviour_home=loiter=once, behaviour_elsewhere=not_reached,"
            " behaviour_online=not_reached and 0 incidents it holds",
        ),
    ),
    (
        NoLog(2, BEHAVIOUR),
        (
            "P6, a count of 2: with behaviour_home=loiter=once, behaviour_elsewhere=not_reached,"
            " behaviour_online=not_reached and 1 incidents it names behaviour_home=loiter=once as its reason",
        ),
    ),
    # P2 and P6: combinators that are not what their name says.
    (Most((BREACHED, raised("fixation"))), ("P2, Most: with 1 of 2 parts that hold it holds",)),
    (
        FirstReason((BREACHED, raised("fixation"))),
        ("P6, FirstReason: with 2 of 2 parts that hold it names 1 as its reason",),
    ),
    (Loud("1", BREACHED), ("P6, Loud: with 0 of 1 parts that hold it names 1 as its reason",)),
    (
        all_of(Hushed(raised("fixation"), "fixation"), BREACHED),
        (
            "P6, Hushed: with 0 of 1 parts that hold it names 0 as its reason",
            "P2, x: fixation=not_reached to fixation=yes lowers it from days to none, with orders=breached",
        ),
    ),
    # P6: what a condition says of itself.
    (
        lying(),
        ("P6, AnyOf(orders=breached; fixation=yes): says that it reads orders, and reads fixation, orders",),
    ),
    (
        any_of(AnyOf(()), BREACHED),
        ("P6, AnyOf(AnyOf(); orders=breached): has a part that reads nothing",),
    ),
    (
        any_of(ALWAYS, BREACHED),
        (
            "P6, AnyOf(AllOf(); orders=breached): has a part that reads nothing",
            "P5, x: is more than follow when nothing was answered",
        ),
    ),
    (
        all_of(Unless(raised("fixation"), "lives_together"), BREACHED),
        (
            "P6, Unless(fixation=yes): names lives_together, which it does not read",
            "P2, x: fixation=not_reached to fixation=yes lowers it from days to none, with orders=breached",
        ),
    ),
)


@pytest.mark.parametrize(("condition", "wanted"), WRONG, ids=[fault[0][:60] for _condition, fault in WRONG])
def test_a_fault_is_found_with_its_smallest_counterexample(
    condition: Condition, wanted: tuple[str, ...]
) -> None:
    assert faults(rule("x", days=condition)) == list(wanted)


def test_reasons_that_are_not_what_it_hangs_on_are_found() -> None:
    """The one negation names the shared home, where it is the tie that decides."""
    one = rule("reporting_code_scope", today=raised("danger_now"), follow=Unless(CIRCLE, "lives_together"))

    assert faults(one) == [
        "P6, reporting_code_scope follow: stands without its reasons too (lives_together=not_reached), with"
        " relationship=colleague"
    ]


def test_reasons_that_only_free_truth_values_leave_standing_are_refused() -> None:
    # It takes four answers, and without the one it names it is gone; the proof looks at the four as one.
    four = all_of(NEIGHBOUR, raised("fixation"), raised("threats"), BREACHED)

    found = faults(rule("reporting_code_scope", follow=Unless(Unless(four, "relationship"), "orders")))

    assert found == [
        "alive, reporting_code_scope follow: no 3 answers give this level",
        "P6, reporting_code_scope follow: may stand without its reasons, though no small intake shows it",
    ]


def test_a_level_under_a_higher_one_is_dead() -> None:
    assert faults(rule("x", now=BREACHED, days=BREACHED)) == ["alive, x days: no 3 answers give this level"]


def test_a_rule_that_is_not_given_at_its_highest_level_is_found() -> None:
    one = Lowest("x", {Urgency.NOW: BREACHED, Urgency.DAYS: raised("fixation")})

    assert faults(one) == ["P2, x: is not given at the highest level that holds"]


@pytest.mark.parametrize("code", FLOOR)
def test_what_always_stands_may_not_be_left_out(code: str) -> None:
    one = BY_CODE[code]
    sometimes = Rule(code, {**one.levels, Urgency.FOLLOW: BREACHED})

    assert Fault("P5", code, "can be left out") not in prove_rules([one]).faults
    assert Fault("P5", code, "can be left out") in prove_rules([sometimes]).faults
    assert Fault("P5", code, "can be left out") in prove_rules([]).faults


def test_advice_that_a_tie_narrows_needs_other_advice_to_hold_the_urgency() -> None:
    assert faults(BY_CODE["consult_veilig_thuis"]) == [
        "P2, overall urgency: relationship=not_reached to relationship=colleague lowers it, with danger_sign"
    ]
    assert faults(BY_CODE["consult_veilig_thuis"], BY_CODE["consult_police"], BY_CODE["child_check"]) == []


def test_a_fault_in_a_named_term_is_found_in_every_rule_that_reads_it() -> None:
    term = Term("worry", any_of(includes("fixation", "no"), DANGER_SIGN))
    found = faults(rule("x", days=term), rule("y", days=all_of(term, BREACHED)))

    assert [fault.split(":")[0] for fault in found] == ["P2, x", "P3, x", "P2, y", "P3, y"]


# --- Faults in texts -------------------------------------------------------------------------------------


def spoken(nl: str, en: str, source: str | None = None) -> object:
    """Return a sentence in both languages, and in the source."""
    words = {"nl": nl, "en": en, None: en if source is None else source}
    return lazy(lambda: words[get_language()], str)()


def text_faults(saying: object) -> list[str]:
    """Return what is wrong with a sentence that stands at x."""
    report = Report()
    prove_texts([], {}, {"x": saying}, summary_keys(), report)
    return [str(fault) for fault in report.faults]


def advice_faults(text: AdviceText, **changed: Any) -> list[str]:
    """Return what is wrong with an advice x of this text, with something changed in it."""
    report = Report()
    prove_texts(["x"], {"x": replace(text, **changed)}, {}, summary_keys(), report)
    return [str(fault) for fault in report.faults]


SAYINGS: Final[tuple[tuple[object, list[str]], ...]] = (
    (spoken("", "Call"), ["P9, x: has no words in nl"]),
    (spoken(" ", "Call"), ["P9, x: has no words in nl"]),
    (spoken("Bel", "", "Call"), ["P9, x: has no words in en", "P9, x: is not the English of the source: "]),
    (spoken("Call", "Call"), ["P9, x: is not translated: Call"]),
    (spoken("Bel", "Phone", "Call"), ["P9, x: is not the English of the source: Phone"]),
    (spoken("Ex-partner", "Ex-partner"), []),
    (spoken("Bel %(police)s", "Call %(police)s"), []),
    (
        spoken("Bel", "Call %(police)s"),
        ["P9, x: has other placeholders in nl (Bel) than in en (Call %(police)s)"],
    ),
    (
        spoken("Bel %(polis)s", "Call %(polis)s"),
        [
            "P9, x: asks for polis, which nothing fills in, in nl",
            "P9, x: asks for polis, which nothing fills in, in en",
        ],
    ),
    (
        spoken("Binnen 3 dagen", "Within 14 days"),
        ["P9, x: has other numbers in nl (Binnen 3 dagen) than in en (Within 14 days)"],
    ),
    (
        spoken("Er is geen gevaar", "There is no danger"),
        [
            "P4, x: says “geen gevaar” in nl: Er is geen gevaar",
            "P4, x: says “no danger” in en: There is no danger",
        ],
    ),
    (spoken("Het is nu veilig", "Call"), ["P4, x: says “Het is nu veilig” in nl: Het is nu veilig"]),
    (
        spoken("Kans van 79%", "Odds of 79%"),
        ["P4, x: says “9%” in nl: Kans van 79%", "P4, x: says “9%” in en: Odds of 79%"],
    ),
    (spoken("In 79% erger (Monckton 2017)", "Worse in 79% (Monckton 2017)"), []),
)


@pytest.mark.parametrize(("saying", "wanted"), SAYINGS, ids=range(len(SAYINGS)))
def test_a_sentence_that_breaks_a_principle_is_found(saying: object, wanted: list[str]) -> None:
    assert text_faults(saying) == wanted


def test_the_summary_begins_with_the_fear() -> None:
    keys = [key for key in summary_keys() if key != "fear"]

    first, last = Report(), Report()
    prove_texts([], {}, {}, keys, first)
    prove_texts([], {}, {}, [*keys[:4]], last)

    assert list(map(str, first.faults)) == ["P1, summary: begins with wishes"]
    assert list(map(str, last.faults)) == ["P1, summary: begins with nothing"]


def test_an_advice_has_a_source_a_decider_contacts_and_a_sentence_that_always_stands() -> None:
    text = TEXTS["report_breaches"]
    nowhere = spoken("", "Factsheet")

    assert advice_faults(text) == []
    assert advice_faults(text, source=nowhere) == [
        "P6, x: has no source in nl",
        "P9, x source: has no words in nl",
    ]
    assert "P6, x: has no word on who decides in nl" in advice_faults(text, decides=nowhere)
    assert advice_faults(text, contacts=(("fire_brigade", ALWAYS),)) == [
        "P6, x: names fire_brigade, which is no contact"
    ]
    assert advice_faults(text, parts=(when(BREACHED, text.title),)) == [
        "P6, x: has no sentence that is always said"
    ]


def test_every_rule_has_a_text_and_every_text_a_rule() -> None:
    report = Report()

    prove_texts(["call_112"], {"reassess": TEXTS["reassess"]}, {}, summary_keys(), report)

    assert list(map(str, report.faults)) == [
        "P6, call_112: has no text",
        "P6, reassess: has a text and no rule",
    ]


# --- Mutants -------------------------------------------------------------------------------------------
#
# Of every kind of change the proof or the examples of the contract tell each one. What the rules say (a code
# dropped, any of to all of, a level lowered, the negation swapped) the examples tell in test_rule_mutants;
# the last test here counts how many of those the proof tells too. The others the proof tells alone.


def in_both(saying: object) -> tuple[str, str]:
    with override("nl"):
        dutch = str(saying)
    with override("en"):
        return dutch, str(saying)


def broken_translations() -> Iterator[tuple[str, object]]:
    """Each sentence without Dutch, without English, untranslated, and with a placeholder less."""
    for place, saying in {**advice_texts(TEXTS), **domain_texts()}.items():
        nl, en = in_both(saying)
        yield f"{place}: no Dutch", spoken("", en)
        yield f"{place}: no English", spoken(nl, "", en)
        if nl != en:
            yield f"{place}: not translated", spoken(en, en)
        if "%(" in nl:
            yield f"{place}: a placeholder less", spoken(nl.replace("%(", "%%(", 1), en)


@pytest.mark.no_cover
def test_every_broken_translation_is_caught() -> None:
    mutants = dict(broken_translations())
    report = Report()

    prove_texts([], {}, mutants, ["fear"], report)

    assert len(mutants) > 2_000
    assert mutants.keys() - {fault.where for fault in report.faults} == set()


@pytest.mark.parametrize("part", ["source", "decides"])
def test_every_advice_without_a_source_or_a_decider_is_caught(part: str) -> None:
    blank = spoken("", "")

    for text in TEXTS.values():
        assert "P6, x: has no" in advice_faults(text, **{part: blank})[0]


def without_reason(node: Condition) -> Condition:
    """Return the same condition without its reasons, or without some."""
    if isinstance(node, CountAtLeast):
        return NoLog(node.least, node.grids)
    if isinstance(node, Includes):
        return Mute(node.item, node.codes)
    if isinstance(node, Unless):
        return Hushed(node.part, node.item)
    if isinstance(node, AllOf | AnyOf):
        return (NoReason if isinstance(node, AllOf) else FirstReason)(node.parts)
    return Loud("1", *parts_of(node))


def test_every_reason_that_is_removed_is_caught() -> None:
    nodes = dict.fromkeys(node for one in RULES for level in one.levels.values() for node in nodes_of(level))
    told = [node for node in nodes if node.reads]  # without answers there is nothing to name

    for node in told:
        report = Report()
        prove_conditions([without_reason(node)], report)
        assert [fault.principle for fault in report.faults] == ["P6"], node

    assert len(told) > 120


@pytest.mark.soak
def test_every_change_to_a_rule_is_told_by_the_proof_or_by_an_example() -> None:
    """Every fourth, as the proof takes a while for so many; the examples tell all in test_rule_mutants."""
    known = {one.code: set(faults(one)) for one in RULES}
    told = Counter(
        (
            verdict(mutant),
            "proof" if any(set(faults(one)) - known[one.code] for one in mutant.rules) else "no proof",
        )
        for mutant in islice(mutants(), 0, None, 4)
    )

    assert told.total() > 500
    assert not any(by_examples == "alive" for by_examples, _by_proof in told)
    assert told["killed", "proof"] > told.total() / 3
