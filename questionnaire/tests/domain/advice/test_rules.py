from __future__ import annotations

from typing import Final

import pytest

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.rules import RULES, rule
from questionnaire.domain.advice.terms import SERIOUS_FEAR_LEVEL
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.tests.domain.contract import (
    ALWAYS,
    LEVELS,
    ORDER,
    ROWS,
    Outcome,
    Row,
    Smallest,
    examples,
    expected,
)
from questionnaire.tests.domain.probes import difference, outcome, parse_answers, probe, probes

BY_CODE: Final = {rule.code: rule for rule in RULES}

#: Just outside a rule: the answers, the advice, and the level at which it is still given.
NEIGHBOURS: Final = (
    # call_112: soon alone; soon with what is no direct danger; near with an order that is kept.
    ("danger_now=soon", "call_112", None),
    ("danger_now=soon threats=pet", "call_112", None),
    ("danger_now=soon threats=images", "call_112", None),
    ("danger_now=soon threats=damage", "call_112", None),
    ("danger_now=soon weapons=can_get", "call_112", None),
    ("danger_now=soon sexual_violence=recent", "call_112", None),
    ("danger_now=soon person_near=elsewhere", "call_112", None),
    ("danger_now=soon lives_together=not_now", "call_112", None),
    ("danger_now=soon lives_together=unknown", "call_112", None),
    ("danger_now=soon children_involved=witness", "call_112", None),
    ("danger_now=no person_near=near threats=kill", "call_112", None),
    ("person_near=within_hour orders=breached", "call_112", None),
    ("person_near=near orders=complied", "call_112", None),
    # make_talking_safe: not asked is not the same as not wanting to say.
    ("safe_to_talk=yes", "make_talking_safe", None),
    ("safe_to_talk=not_asked", "make_talking_safe", None),
    # Fear: 0, nothing feared and less fear name none.
    ("fear_level=0", "take_fear_seriously", "follow"),
    ("feared_events=none", "take_fear_seriously", "follow"),
    ("fear_change=less", "take_fear_seriously", "follow"),
    ("fear_change=varies", "take_fear_seriously", "follow"),
    ("fear_own_words=declined", "take_fear_seriously", "follow"),
    ("life_changes=none", "take_fear_seriously", "follow"),
    # Serious fear starts at 6, and not with what people fear most often.
    ("fear_level=5", "consult_police", "days"),
    ("fear_level=5", "safety_plan", "follow"),
    ("feared_events=more_following", "consult_police", "days"),
    ("feared_events=spread_images", "consult_police", "days"),
    ("feared_events=lose_home_or_work", "consult_police", "days"),
    ("feared_events=other", "consult_police", "days"),
    # consult_police: danger and a weapon, or only one of them.
    ("threats=kill weapons=can_get", "consult_police", "today"),
    ("threats=hurt weapons=has", "consult_police", "today"),
    ("strangulation=earlier weapons=has", "consult_police", "today"),
    ("weapons=used", "consult_police", "today"),
    ("relationship=ex_partner", "consult_police", "follow"),
    ("relationship=ex_partner recent_change=hearing", "consult_police", "days"),
    ("relationship=ex_partner fear_level=3", "consult_police", "days"),
    ("contact_frequency=not_lately", "consult_police", "follow"),
    ("escalation=same", "consult_police", "follow"),
    ("behaviour_online=tracking=never", "consult_police", "follow"),
    ("behaviour_online=tracking=unknown", "consult_police", "follow"),
    ("behaviour_elsewhere=follow=sometimes", "consult_police", "days"),
    ("behaviour_elsewhere=lie_in_wait=once", "consult_police", "follow"),
    ("professional_concern=no_extra", "consult_police", "follow"),
    # The circle: a tie outside it closes it, a shared home, children or a minor open it again.
    ("relationship=neighbour danger_now=soon", "consult_veilig_thuis", "follow"),
    ("relationship=neighbour danger_now=soon", "follow_reporting_code", None),
    ("relationship=neighbour danger_now=soon lives_together=not_now", "consult_veilig_thuis", "follow"),
    ("relationship=neighbour danger_now=soon lives_together=part_time", "consult_veilig_thuis", "today"),
    ("relationship=stranger client_age=adult fear_level=9", "consult_veilig_thuis", "follow"),
    ("relationship=stranger client_age=age_16_17 fear_level=1", "consult_veilig_thuis", "today"),
    ("relationship=stranger children_involved=none", "follow_reporting_code", None),
    ("relationship=stranger children_involved=witness", "follow_reporting_code", "today"),
    ("relationship=unidentified danger_now=soon", "consult_veilig_thuis", "today"),
    ("relationship=care_professional danger_now=soon", "follow_reporting_code", "today"),
    ("relationship=stranger barriers=honour_pressure", "consult_veilig_thuis", "today"),
    ("relationship=stranger barriers=language", "consult_veilig_thuis", "follow"),
    ("relationship=stranger lives_together=full_time", "reporting_code_scope", None),
    ("client_age=age_12_15", "consult_veilig_thuis", "days"),
    # A pattern takes two behaviours, or one that is repeated.
    ("behaviour_home=ring=once", "recognise_pattern", None),
    ("behaviour_home=ring=never behaviour_online=calls=once", "recognise_pattern", None),
    ("incidents=1", "recognise_pattern", None),
    # The others, each one code off.
    ("unwanted_known=no", "safety_plan", "follow"),
    ("lives_together=not_now", "safety_plan", "follow"),
    ("children=none", "child_check", None),
    ("children=cares_for threats=kill", "safe_handover", None),
    ("children=shared", "safe_handover", "days"),
    ("relationship=acquaintance", "work_or_school", None),
    ("relationship=colleague threats=damage", "work_or_school", "days"),
    ("orders=ended", "report_breaches", None),
    ("orders=requested", "protection_rights", "follow"),
    ("strangulation=no sexual_violence=no", "medical_check", None),
    ("violence=client_recent others_targeted=family", "worker_safety", None),
    ("professional_concern=worried weapons=can_get", "worker_safety", None),
    ("client_suicidal=no", "crisis_support", None),
    ("client_suicidal=declined", "crisis_support", None),
    ("daily_life=sleep=none", "support_wellbeing", None),
    ("daily_life=sleep=unknown", "support_wellbeing", None),
    ("tech_access=no threats=kill", "digital_safety", None),
    ("tech_access=declined", "digital_safety", None),
    ("tech_access=unknown", "digital_safety", "days"),
    ("behaviour_online=fake_accounts=daily", "digital_safety", None),
    ("coercive_control=no", "no_confrontation", "follow"),
    ("support_people=family", "involve_network", "follow"),
    ("others_targeted=none", "involve_network", "follow"),
)


def outcome_of(code: str, answers: Smallest) -> Outcome:
    probed = probe(answers)
    return outcome(BY_CODE[code], Facts(probed.codes, probed.incidents))


@pytest.mark.untraced
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.level}")
def test_each_level_of_each_rule_is_reached_by_each_smallest_set_of_answers(row: Row) -> None:
    reached = {answers: outcome_of(row.code, answers) for answers in examples(row.enough)}

    assert all(LEVELS.index(str(found.level)) >= LEVELS.index(row.level) for found in reached.values())
    explained = {answers: found.because for answers, found in reached.items() if found.level == row.level}
    assert explained
    for answers, because in explained.items():
        tie = {answer for answer in because if answer[0] == "relationship"}
        assert because - tie == answers - tie
    assert reached == {answers: expected(answers)[row.code] for answers in reached}


@pytest.mark.parametrize(("answers", "code", "level"), NEIGHBOURS)
def test_what_lies_just_outside_a_rule_leaves_the_lower_level(
    answers: str, code: str, level: str | None
) -> None:
    assert outcome_of(code, parse_answers(answers)).level == level


@pytest.mark.untraced
def test_one_answer_less_or_any_other_answer_gives_exactly_what_the_contract_says() -> None:
    assert difference(RULES, probes()) is None


@pytest.mark.parametrize(
    ("answers", "code", "because"),
    [
        ("", "take_fear_seriously", ""),
        ("", "follow_reporting_code", "relationship=not_reached"),
        ("relationship=declined fear_level=2", "follow_reporting_code", "relationship=declined fear_level=2"),
        (
            "relationship=neighbour lives_together=full_time fear_level=2",
            "follow_reporting_code",
            "lives_together=full_time fear_level=2",
        ),
        (
            "relationship=partner client_age=age_12_15 lives_together=full_time children=pregnant",
            "follow_reporting_code",
            "relationship=partner client_age=age_12_15 lives_together=full_time children=pregnant",
        ),
        ("relationship=stranger threats=kill", "reporting_code_scope", "relationship=stranger"),
        (
            "relationship=stranger barriers=honour_pressure",
            "consult_veilig_thuis",
            "barriers=honour_pressure",
        ),
        (
            "behaviour_home=ring=daily behaviour_home=loiter=once behaviour_online=calls=never incidents=3",
            "recognise_pattern",
            "behaviour_home=ring=daily behaviour_home=loiter=once incidents=3",
        ),
        ("behaviour_home=ring=daily", "recognise_pattern", "behaviour_home=ring=daily"),
        (
            "threats=kill threats=damage fear_level=6 weapons=can_get",
            "consult_police",
            "threats=kill fear_level=6",
        ),
        ("tech_access=unknown orders=breached", "digital_safety", "tech_access=unknown orders=breached"),
        ("danger_now=now threats=kill", "call_112", "danger_now=now"),
    ],
)
def test_because_names_the_answers_that_make_the_level_and_no_others(
    answers: str, code: str, because: str
) -> None:
    assert outcome_of(code, parse_answers(answers)).because == parse_answers(because)


def test_advice_stands_in_the_order_of_the_contract() -> None:
    assert tuple(rule.code for rule in RULES) == ORDER


def test_only_what_always_stands_has_a_condition_without_answers() -> None:
    always = {rule.code for rule in RULES if rule.levels.get(Urgency.FOLLOW) is not None and not rule.reads}

    assert always == {"collect_evidence", "victim_support", "share_with_care", "reassess"}
    assert always < set(ALWAYS)


def test_serious_fear_starts_at_six() -> None:
    assert SERIOUS_FEAR_LEVEL == 6


def test_a_rule_reads_the_items_of_all_its_levels() -> None:
    made = rule(
        "x", now=BY_CODE["call_112"].levels[Urgency.NOW], days=BY_CODE["medical_check"].levels[Urgency.DAYS]
    )

    assert {"danger_now", "strangulation", "sexual_violence"} < made.reads
