"""The proof passes for the rules as they are, and finds each fault in a rule with a counterexample."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import Final

import pytest

from questionnaire.domain.advice.conditions import (
    ALWAYS,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Term,
    Unless,
    all_of,
    any_of,
    cell,
    includes,
    raised,
)
from questionnaire.domain.advice.rules import RULES, Rule, rule
from questionnaire.domain.advice.terms import BEHAVIOUR, CIRCLE, DANGER_SIGN
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.tests.domain.advice.mutants import mutants, verdict
from questionnaire.tests.domain.probes import parse_answers, probe
from questionnaire.tests.verification.broken_conditions import (
    Elsewhere,
    FirstReason,
    Hushed,
    Loud,
    Lowest,
    Most,
    Mute,
    NoLog,
    OneLess,
    Partial,
    Talkative,
    Two,
    misdeclared,
    without_reason,
)
from questionnaire.verification import lowering
from questionnaire.verification.conditions import prove_conditions
from questionnaire.verification.lowering import EXCEPTIONS
from questionnaire.verification.prover import FLOOR, intakes, prove, prove_floor, prove_rules
from questionnaire.verification.report import Fault, Report
from questionnaire.verification.small_intakes import MOST_ANSWERS
from questionnaire.verification.texts import domain_texts, summary_keys
from questionnaire.verification.tree import nodes_of

BY_CODE: Final = {one.code: one for one in RULES}
BREACHED: Final = includes("orders", "breached")
NEIGHBOUR: Final = includes("relationship", "neighbour")


@pytest.fixture(scope="module")
def report() -> Report:
    return prove(RULES, TEXTS, domain_texts(), summary_keys())


# --- The real rules --------------------------------------------------------------------------------------


def test_the_rules_and_texts_are_proven(report: Report) -> None:
    assert report.faults == []


def test_nothing_is_lowered_but_by_the_declared_exceptions_which_all_occur(report: Report) -> None:
    assert report.lowered == EXCEPTIONS


def test_every_level_of_every_rule_is_alive_by_an_intake_of_few_answers(report: Report) -> None:
    assert set(report.alive) == {(one.code, level) for one in RULES for level in one.levels}
    for (code, level), answers in report.alive.items():
        example = probe(parse_answers(" ".join(answers)))
        assert len(answers) <= MOST_ANSWERS
        assert BY_CODE[code].level(Facts(example.codes, example.incidents)) is level


def test_the_report_counts_what_was_covered(report: Report) -> None:
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
    """Return the faults of these rules, except that advice which is always given is missing."""
    found = prove_rules(rules).faults
    return [str(fault) for fault in found if fault.what != "can be left out"]


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
        misdeclared(),
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
    """The negation names the shared home as its reason, though the tie decides."""
    one = rule("reporting_code_scope", today=raised("danger_now"), follow=Unless(CIRCLE, "lives_together"))

    assert faults(one) == [
        "P6, reporting_code_scope follow: stands without its reasons too (lives_together=not_reached), with"
        " relationship=colleague"
    ]


def test_reasons_that_only_free_truth_values_leave_standing_are_refused() -> None:
    # It takes four answers, and fails without the one that it names; the proof treats the four as one.
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

    report, report_without = Report(), Report()
    prove_floor([one], report)
    prove_floor([sometimes], report_without)

    assert Fault("P5", code, "can be left out") not in report.faults
    assert Fault("P5", code, "can be left out") in report_without.faults


def test_no_rules_at_all_leave_out_whatever_always_stands() -> None:
    assert prove_rules([]).faults == [Fault("P5", code, "can be left out") for code in FLOOR]


def test_advice_that_a_tie_narrows_needs_other_advice_to_hold_the_urgency() -> None:
    assert faults(BY_CODE["consult_veilig_thuis"]) == [
        "P2, overall urgency: relationship=not_reached to relationship=colleague lowers it, with danger_sign"
    ]
    assert faults(BY_CODE["consult_veilig_thuis"], BY_CODE["consult_police"], BY_CODE["child_check"]) == []


def test_a_fault_in_a_named_term_is_found_in_every_rule_that_reads_it() -> None:
    term = Term("worry", any_of(includes("fixation", "no"), DANGER_SIGN))
    found = faults(rule("x", days=term), rule("y", days=all_of(term, BREACHED)))

    assert [fault.split(":")[0] for fault in found] == ["P2, x", "P3, x", "P2, y", "P3, y"]


# --- Mutants -------------------------------------------------------------------------------------------
#
# Every change of any kind is noticed, by the proof or by the examples of the contract. Changes of what a rule
# gives (a code dropped, any of to all of, a level lowered, the negation swapped) are noticed by the examples,
# in test_rule_mutants; the last test here counts how many of those the proof notices too. Other changes only
# the proof notices: here those of reasons, in test_texts those of texts.


def test_every_reason_that_is_removed_is_caught() -> None:
    nodes = dict.fromkeys(node for one in RULES for level in one.levels.values() for node in nodes_of(level))
    explained = [node for node in nodes if node.reads]  # without answers there is nothing to name

    for node in explained:
        report = Report()
        prove_conditions([without_reason(node)], report)
        assert [fault.principle for fault in report.faults] == ["P6"], node

    assert len(explained) > 120


def test_what_would_take_hours_is_refused_and_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [one for one in RULES if one.code in ("consult_veilig_thuis", "consult_police")]
    refused = re.compile(r"P2, overall urgency: rests on \d+ truth values, too many to try")
    assert not any(map(refused.fullmatch, faults(*rules)))

    monkeypatch.setattr(lowering, "MOST_STEPS", 3)

    assert any(map(refused.fullmatch, faults(*rules)))


@pytest.mark.soak
def test_every_change_to_a_rule_is_noticed_by_the_proof_or_by_an_example() -> None:
    """Try every fourth change, as the proof takes long; test_rule_mutants tries all by examples."""
    known = {one.code: set(faults(one)) for one in RULES}
    found = Counter(
        (
            verdict(mutant),
            "proof" if any(set(faults(one)) - known[one.code] for one in mutant.rules) else "no proof",
        )
        for mutant in islice(mutants(), 0, None, 4)
    )

    assert found.total() > 500
    assert not any(by_examples == "alive" for by_examples, _by_proof in found)
    assert found["killed", "proof"] > found.total() / 3
