"""What is still to ask, and what the reporting code says, as the contract has it."""

from __future__ import annotations

from typing import Final

import pytest

from questionnaire.domain.advice.open_questions import OpenQuestion
from questionnaire.tests.domain.advice.summaries import summary_of

#: Every item in the order in which it is open when nothing is known: by the highest level that it could reach
#: by itself, then what must be asked, then the short route, then the order of the questionnaire.
TO_ASK: Final = (
    # now
    "danger_now strangulation safe_to_talk "
    # today
    "behaviour_elsewhere behaviour_online escalation home_entry threats violence weapons orders "
    "person_suicidal children_involved client_suicidal sexual_violence "
    "fear_own_words fear_level feared_events behaviour_home lives_together professional_concern "
    "fear_change others_targeted barriers "
    # days
    "recent_change coercive_control children contact_frequency "
    "client_age relationship fixation "
    "life_changes unwanted_known aim substance_use previous_targets access_routes tech_access daily_life "
    "support_people "
    # none
    "person_near safe_contact pattern_start client_wishes consent_share "
    "last_incident evidence_kept police_contact other_help"
)

MUST_ASK: Final = (
    "danger_now person_near behaviour_elsewhere behaviour_online contact_frequency escalation home_entry "
    "recent_change coercive_control threats violence strangulation sexual_violence weapons orders "
    "person_suicidal children children_involved client_suicidal"
)


def to_ask(answers: str) -> dict[str, OpenQuestion]:
    return {question.item: question for question in summary_of(answers).open_questions}


def test_what_could_matter_most_is_asked_first() -> None:
    assert list(to_ask("")) == TO_ASK.split()


def test_what_a_danger_sign_reads_must_be_asked() -> None:
    assert {item for item, question in to_ask("").items() if question.must_ask} == set(MUST_ASK.split())


def test_what_must_be_asked_stays_so_when_it_changes_nothing() -> None:
    questions = to_ask("danger_now=now")

    assert questions["strangulation"].must_ask
    assert questions["contact_frequency"].must_ask
    assert not questions["professional_concern"].must_ask


@pytest.mark.parametrize(
    ("answers", "item", "could_add"),
    [
        ("", "client_suicidal", "crisis_support"),
        ("", "safe_to_talk", "make_talking_safe"),
        ("", "unwanted_known", "safety_plan"),
        ("", "daily_life", "support_wellbeing"),
        ("", "person_near", ""),
        ("", "evidence_kept", ""),
        ("danger_now=soon", "person_near", "call_112 consult_police"),
        ("orders=breached contact_frequency=daily", "person_near", "consult_police"),
        ("orders=breached", "person_near", ""),
        ("threats=kill orders=breached", "contact_frequency", "consult_police"),
        ("threats=kill", "contact_frequency", ""),
        ("relationship=stranger", "barriers", "honour_route consult_veilig_thuis safety_plan"),
        ("children=shared", "access_routes", "work_or_school safety_plan"),
        (
            "strangulation=declined",
            "sexual_violence",
            "consult_police consult_veilig_thuis follow_reporting_code safety_plan report_options "
            "medical_check no_confrontation",
        ),
    ],
)
def test_an_open_question_names_what_an_answer_could_add(answers: str, item: str, could_add: str) -> None:
    assert set(to_ask(answers)[item].could_add) == set(could_add.split())


def test_each_state_is_told_apart_and_a_grid_names_its_open_rows() -> None:
    questions = to_ask(
        "danger_now=unknown threats=declined weapons=not_asked violence=none "
        "behaviour_home=loiter:never,ring:unknown behaviour_online=declined "
        "daily_life=sleep:some,health:none,work:unknown,money:much,contacts:none"
    )

    assert "violence" not in questions
    assert questions["danger_now"].state == "unknown"
    assert questions["threats"].state == "declined"
    assert questions["weapons"].state == "not_asked"
    assert questions["orders"].state == "not_reached"
    assert questions["behaviour_home"].state == "not_reached"
    assert questions["behaviour_home"].rows == (
        "ring",
        "leave_items",
        "letters",
        "orders_in_name",
        "damage",
        "look_in",
        "via_neighbours",
    )
    assert questions["daily_life"].state == "unknown"
    assert questions["daily_life"].rows == ("work",)
    assert questions["behaviour_online"].state == "declined"
    assert not questions["behaviour_online"].rows


@pytest.mark.parametrize(
    ("answers", "applies"),
    [
        ("", "unsure"),
        ("relationship=partner", "likely"),
        ("relationship=ex_partner", "likely"),
        ("relationship=brief_relationship", "likely"),
        ("relationship=family", "likely"),
        ("relationship=housemate", "likely"),
        ("relationship=informal_carer", "likely"),
        ("relationship=care_professional", "unsure"),
        ("relationship=unidentified", "unsure"),
        ("relationship=other", "unsure"),
        ("relationship=unknown", "unsure"),
        ("relationship=colleague", "unlikely"),
        ("relationship=stranger", "unlikely"),
        ("relationship=neighbour lives_together=not_now", "unlikely"),
        ("relationship=neighbour lives_together=part_time", "likely"),
        ("lives_together=full_time", "likely"),
        ("relationship=stranger client_age=age_16_17", "unsure"),
        ("relationship=stranger children_involved=witness", "unsure"),
        ("relationship=stranger threats=children", "unsure"),
        ("relationship=stranger children=cares_for", "unlikely"),
    ],
)
def test_whether_the_reporting_code_applies(answers: str, applies: str) -> None:
    assert summary_of(answers).reporting_code.applies == applies


@pytest.mark.parametrize(
    ("answers", "acute", "structural"),
    [
        ("", "", ""),
        ("fear_level=10 escalation=same", "", ""),
        ("danger_now=soon", "danger_now", ""),
        ("threats=damage", "threats", ""),
        (
            "violence=others sexual_violence=earlier strangulation=earlier",
            "violence strangulation sexual_violence",
            "",
        ),
        ("weapons=can_get", "", ""),
        ("weapons=has", "weapons", ""),
        ("home_entry=yes person_suicidal=yes", "home_entry person_suicidal", ""),
        ("orders=breached", "orders", "orders"),
        ("orders=complied", "", ""),
        ("children_involved=witness", "", "children_involved"),
        ("children_involved=threatened", "children_involved", "children_involved"),
        ("coercive_control=past escalation=more_often", "", "escalation coercive_control"),
        ("behaviour_home=loiter:once", "", ""),
        ("log=1", "", ""),
        ("behaviour_home=loiter:once log=1", "", "behaviour_home incidents"),
        ("log=2", "", "incidents"),
        (
            "children_involved=followed orders=breached coercive_control=still escalation=closer "
            "behaviour_online=calls:weekly behaviour_home=ring:once log=1",
            "orders",
            "behaviour_home behaviour_online incidents escalation coercive_control orders children_involved",
        ),
    ],
)
def test_what_points_at_acute_and_at_structural_unsafety(answers: str, acute: str, structural: str) -> None:
    code = summary_of(answers).reporting_code

    assert list(code.acute) == acute.split()
    assert list(code.structural) == structural.split()
