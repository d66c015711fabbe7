from __future__ import annotations

from typing import Any, Final

import pytest

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.reporting_code import ReportingCode, reporting_code
from questionnaire.domain.answers import Answers
from questionnaire.domain.contacts import PHONE_NUMBERS
from questionnaire.tests.domain.codes import CODES
from questionnaire.tests.domain.probes import as_json, every_answer, incidents
from questionnaire.tests.strategies import TODAY

#: Which answers point at acute unsafety: every signal of these items, or only the codes named.
ACUTE: Final = {
    **{
        item: CODES[item].raises
        for item in ("danger_now", "threats", "violence", "strangulation", "sexual_violence", "home_entry")
    },
    "person_suicidal": {"yes"},
    "weapons": {"used", "has"},
    "orders": {"breached"},
    "children_involved": {"threatened"},
}
STRUCTURAL: Final = {
    **{item: CODES[item].raises for item in ("coercive_control", "escalation", "children_involved")},
    "orders": {"breached"},
}
REPEATED: Final = {"sometimes", "weekly", "daily"}
LIKELY: Final = {
    "lives_together": {"full_time", "part_time"},
    "relationship": {"partner", "ex_partner", "brief_relationship", "family", "housemate", "informal_carer"},
}
UNLIKELY: Final = {
    "relationship": {
        *("colleague", "customer_or_patient", "school_contact", "neighbour"),
        *("acquaintance", "online_contact", "stranger"),
    }
}


def reporting_code_of(raw: dict[str, Any], number: int = 0) -> ReportingCode:
    return reporting_code(Facts(Answers.parse(raw, TODAY).codes, number), PHONE_NUMBERS)


@pytest.mark.parametrize("answer", tuple(every_answer()), ids="=".join)
def test_each_answer_by_itself_points_where_the_contract_says(answer: tuple[str, str]) -> None:
    item, code = answer
    found = reporting_code_of(as_json(frozenset({answer})), incidents(frozenset({answer})))

    pattern = item.startswith("behaviour") and code.partition("=")[2] in REPEATED
    assert found.acute == ((item,) if code in ACUTE.get(item, ()) else ())
    assert found.structural == ((item,) if code in STRUCTURAL.get(item, ()) or pattern else ())
    if code in LIKELY.get(item, ()):
        assert found.applies == "likely"
    else:
        assert found.applies == ("unlikely" if code in UNLIKELY.get(item, ()) else "unsure")


def test_the_log_stands_after_the_grids_and_the_rest_in_questionnaire_order() -> None:
    raw = {
        "children_involved": ["threatened"],
        "orders": "breached",
        "escalation": ["closer"],
        "coercive_control": "past",
        "behaviour_online": {"calls": "once"},
        "behaviour_home": {"ring": "once"},
        "weapons": ["used", "can_get"],
        "danger_now": "soon",
    }
    found = reporting_code_of(raw, 1)

    assert found.structural == (
        *("behaviour_home", "behaviour_online", "incidents", "escalation"),
        *("coercive_control", "orders", "children_involved"),
    )
    assert found.acute == ("danger_now", "weapons", "orders", "children_involved")


def test_the_log_alone_is_structural_with_a_pattern_only() -> None:
    assert reporting_code_of({}, 1).structural == ()
    assert reporting_code_of({}, 2).structural == ("incidents",)
    assert reporting_code_of({"coercive_control": "still"}, 2).structural == ("incidents", "coercive_control")
    assert reporting_code_of({"behaviour_home": {"ring": "daily"}}).structural == ("behaviour_home",)


@pytest.mark.parametrize(
    ("raw", "applies"),
    [
        ({}, "unsure"),
        ({"relationship": "unknown"}, "unsure"),
        ({"relationship": "care_professional"}, "unsure"),
        ({"relationship": "neighbour"}, "unlikely"),
        ({"relationship": "neighbour", "lives_together": "part_time"}, "likely"),
        ({"relationship": "neighbour", "children_involved": ["witness"]}, "unsure"),
        ({"relationship": "neighbour", "client_age": "under_12"}, "unsure"),
        ({"relationship": "neighbour", "client_age": "adult"}, "unlikely"),
        ({"relationship": "family"}, "likely"),
    ],
)
def test_whether_the_reporting_code_applies(raw: dict[str, Any], applies: str) -> None:
    found = reporting_code_of(raw)

    assert found.applies == applies
    assert (
        found.applies_text
        == {
            "likely": "The reporting code probably applies.",
            "unsure": "It is not clear yet whether the reporting code applies. Keep both routes open.",
            "unlikely": "The reporting code probably does not apply. In doubt, ask Veilig Thuis.",
        }[applies]
    )


def test_the_five_steps_stand_in_order_and_say_what_to_do() -> None:
    steps = reporting_code_of({}).steps

    assert [(step.number, step.title) for step in steps] == [
        (1, "Identify the signs"),
        (2, "Consult a colleague and, if needed, Veilig Thuis"),
        (3, "Talk with the person(s) involved"),
        (4, "Weigh the violence"),
        (5, "Decide: take two decisions"),
    ]
    texts = [step.text for step in steps]
    assert "child check (kindcheck)" in texts[0]
    assert "0800-2000" in texts[1]
    assert "Never talk with this person without the police or Veilig Thuis." in texts[2]
    assert "Disclosure: does the client tell this for the first time, and unprompted?" in texts[3]
    assert "You decide." in texts[4]


@pytest.mark.parametrize(
    ("raw", "number", "says"),
    [
        ({"violence": ["others"]}, 2, "injury expert"),
        ({"strangulation": "earlier"}, 2, "injury expert"),
        ({"sexual_violence": "recent"}, 2, "injury expert"),
        ({"behaviour_home": {"ring": "sometimes"}}, 4, "This pattern often fits structural unsafety."),
    ],
)
def test_a_step_says_more_where_an_answer_asks_for_it(raw: dict[str, Any], number: int, says: str) -> None:
    assert says in reporting_code_of(raw).steps[number - 1].text
    assert says not in reporting_code_of({}).steps[number - 1].text
