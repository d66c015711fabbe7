from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import levels
from questionnaire.domain.advice.open_questions import OpenQuestion, must_ask, open_questions
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import Item
from questionnaire.tests.domain.codes import CODES
from questionnaire.tests.domain.contract import ORDER
from questionnaire.tests.strategies import TODAY, Intake, intakes


def open_questions_of(intake: Intake) -> dict[str, OpenQuestion]:
    facts = Facts(intake.answers.codes, len(intake.incidents))
    return {one.item: one for one in open_questions(intake.answers, facts, levels(facts))}


def intake_of(**answers: Any) -> Intake:
    return Intake(answers)


def test_every_item_is_open_when_nothing_was_answered() -> None:
    questions = open_questions_of(intake_of())

    assert set(questions) == set(ITEMS)
    assert {question.state for question in questions.values()} == {"not_reached"}
    assert questions["evidence_kept"] == OpenQuestion("evidence_kept", "not_reached", (), None)


def test_the_absent_states_are_told_apart_and_an_answer_is_not_open() -> None:
    questions = open_questions_of(
        intake_of(threats="unknown", weapons="declined", orders="not_asked", violence=["none"], fear_level=0)
    )

    assert [questions[item].state for item in ("threats", "weapons", "orders", "fixation")] == [
        *("unknown", "declined", "not_asked", "not_reached"),
    ]
    assert "violence" not in questions
    assert "fear_level" not in questions


@pytest.mark.parametrize(
    ("answers", "state", "rows"),
    [
        ("declined", "declined", ()),
        ("unknown", "unknown", ()),
        ({"sleep": "much"}, "not_reached", ("health", "work", "money", "contacts")),
        (
            {"sleep": "unknown", "health": "none", "work": "none", "money": "some", "contacts": "none"},
            "unknown",
            ("sleep",),
        ),
        (
            {"sleep": "unknown", "health": "none", "work": "none", "money": "some"},
            "not_reached",
            ("sleep", "contacts"),
        ),
    ],
)
def test_a_grid_is_open_while_one_of_its_rows_is(answers: object, state: str, rows: tuple[str, ...]) -> None:
    question = open_questions_of(intake_of(daily_life=answers))["daily_life"]

    assert (question.state, question.rows) == (state, rows)


def test_a_full_grid_is_not_open() -> None:
    assert "daily_life" not in open_questions_of(
        intake_of(daily_life=dict.fromkeys(CODES["daily_life"].rows, "none"))
    )


@pytest.mark.parametrize(
    ("intake", "item", "could_add"),
    [
        (
            intake_of(danger_now="soon", threats=["kill"], strangulation="declined"),
            "strangulation",
            ("medical_check",),
        ),
        (intake_of(), "client_suicidal", ("crisis_support",)),
        (intake_of(safe_to_talk="unknown"), "safe_to_talk", ("make_talking_safe",)),
        (intake_of(), "safe_to_talk", ("make_talking_safe",)),
        (intake_of(), "support_people", ("involve_network",)),
        (intake_of(), "client_wishes", ()),
        (intake_of(), "pattern_start", ()),
        (intake_of(), "daily_life", ("support_wellbeing",)),
        (intake_of(daily_life={"sleep": "some"}), "daily_life", ("support_wellbeing",)),
        (intake_of(daily_life={"sleep": "much"}), "daily_life", ()),
        (intake_of(), "person_near", ()),
        (intake_of(danger_now="soon"), "person_near", ("call_112", "consult_police")),
        (intake_of(orders="breached"), "person_near", ()),
        (intake_of(orders="breached", escalation=["more_often"]), "person_near", ("consult_police",)),
        # the tie: outside it adds work and the remark on scope, with a danger sign a partner more
        (intake_of(), "relationship", ("work_or_school", "reporting_code_scope")),
        (
            intake_of(threats=["kill"]),
            "relationship",
            ("partner_or_ex", "work_or_school", "reporting_code_scope"),
        ),
        (intake_of(client_age="under_12"), "relationship", ("work_or_school",)),
        # two codes together: separation with a partner, a new arrangement by itself
        (
            intake_of(relationship="partner"),
            "recent_change",
            ("consult_police", "consult_veilig_thuis", "partner_or_ex", "safe_handover"),
        ),
        # an exclusive code never goes with the others
        (
            intake_of(escalation="declined", relationship="neighbour"),
            "escalation",
            ("consult_police", "safety_plan", "report_options", "no_confrontation"),
        ),
    ],
)
def test_what_an_answer_could_still_add(intake: Intake, item: str, could_add: tuple[str, ...]) -> None:
    assert open_questions_of(intake)[item].could_add == could_add


def test_only_the_open_rows_of_a_grid_are_filled_in() -> None:
    full = dict.fromkeys(CODES["behaviour_online"].rows, "never")
    open_row = {row: column for row, column in full.items() if row != "impersonation"}

    assert open_questions_of(intake_of(behaviour_online=open_row))["behaviour_online"].could_add == (
        *("consult_police", "consult_veilig_thuis", "follow_reporting_code", "recognise_pattern"),
        *("safety_plan", "report_options", "digital_safety"),
    )
    assert (
        "consult_police"
        in open_questions_of(intake_of(behaviour_online={**open_row, "calls": "unknown"}))[
            "behaviour_online"
        ].could_add
    )
    assert open_questions_of(intake_of(behaviour_online=open_row))["behaviour_online"].reach is Urgency.DAYS
    assert (
        open_questions_of(intake_of(behaviour_online="declined"))["behaviour_online"].reach is Urgency.TODAY
    )


def test_items_stand_by_the_level_they_could_reach_then_must_ask_then_core() -> None:
    questions = list(open_questions_of(intake_of()).values())

    reach = [question.reach or 0 for question in questions]
    assert reach == sorted(reach, reverse=True)
    assert questions[0].item == "danger_now"
    assert {question.item for question in questions if question.reach == Urgency.NOW} == {
        "safe_to_talk",
        "danger_now",
        "strangulation",
    }
    must = {question.item for question in questions if question.must_ask}
    for level in {question.reach for question in questions}:
        same = [question.item for question in questions if question.reach == level]
        order = list(CODES)
        assert same == sorted(
            same, key=lambda item: (item not in must, "core" not in CODES[item].flags, order.index(item))
        )


@pytest.mark.parametrize(
    ("children", "is_asked"), [(["none"], False), (["shared"], True), ("unknown", True), (None, True)]
)
def test_whether_children_are_drawn_in_must_be_asked_unless_there_are_none(
    children: object, is_asked: bool
) -> None:
    intake = intake_of(children=children)
    asked = [question.item for question in must_ask(open_questions_of(intake).values(), intake.answers)]

    assert ("children_involved" in asked) is is_asked
    assert "threats" in asked
    assert "daily_life" not in asked


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({}, ["danger_now", "strangulation"]),
        ({"threats": ("kill",), "weapons": ("has",)}, ["danger_now", "strangulation"]),
        ({"threats": ("kill",), "fear_level": 9}, ["danger_now", "strangulation", "escalation"]),
        (
            {"danger_now": "now", "escalation": ("more_severe",), "violence": ("client_recent",)},
            ["strangulation"],
        ),
    ],
)
def test_the_gravest_is_asked_first_also_when_its_advice_is_given_already(
    answers: dict[str, Any], first: list[str]
) -> None:
    intake = intake_of(**answers)
    asked = [question.item for question in must_ask(open_questions_of(intake).values(), intake.answers)]

    assert asked[: len(first)] == first
    assert len(asked) == len(set(asked))


def test_to_json_has_rows_only_for_a_grid_answered_in_part() -> None:
    questions = open_questions_of(
        intake_of(daily_life={"sleep": "none", "health": "unknown"}, threats="declined")
    )

    assert questions["daily_life"].to_json() == {
        "item": "daily_life",
        "state": "not_reached",
        "could_add": ["support_wellbeing"],
        "must_ask": False,
        "rows": ["health", "work", "money", "contacts"],
    }
    assert list(questions["threats"].to_json()) == ["item", "state", "could_add", "must_ask"]


# --- Against every answer there is -----------------------------------------------------------------------


def every_value(item: Item) -> list[Any]:
    """Return every answer to an item that is no grid; of a `many` all sets of up to three, and all codes."""
    if item.kind == "text":
        return ["Bang"]
    if item.kind == "date":
        return ["2026-03"]
    if item.kind == "scale":
        return list(range(11))
    if item.kind != "many":
        return list(item.codes)
    free = [code for code in item.codes if code not in item.exclusive]
    sets = chain.from_iterable(combinations(free, size) for size in (1, 2, 3, len(free)))
    return [*map(list, sets), *([code] for code in sorted(item.exclusive))]


def grid_values(item: Item, present: object) -> list[Any]:
    """Return the grid with one open row at each column, and with every open row at the same column."""
    answered = dict(present) if isinstance(present, dict) else {}
    open_rows = [row.code for row in item.rows if answered.get(row.code, "unknown") == "unknown"]
    columns = [column.code for column in item.columns]
    one = [{**answered, row: column} for row in open_rows for column in columns]
    return one + [{**answered, **dict.fromkeys(open_rows, column)} for column in columns]


def could_add_by_trying(intake: Intake, item: Item) -> tuple[str, ...]:
    """Return what an item could add, by trying every answer."""
    before = levels(Facts(intake.answers.codes, len(intake.incidents)))
    could: dict[str, Urgency] = {}
    values = grid_values(item, intake.raw.get(item.id)) if item.kind == "grid" else every_value(item)
    for value in values:
        answered = Answers.parse({**intake.raw, item.id: value}, TODAY)
        for code, level in levels(Facts(answered.codes, len(intake.incidents))).items():
            if level > max(before.get(code, 0), could.get(code, 0)):
                could[code] = level
    return tuple(sorted(could, key=lambda code: (-could[code], ORDER.index(code))))


@pytest.mark.untraced
@settings(max_examples=60, database=None)
@given(intakes(most=25), st.data())
def test_what_could_be_added_is_what_trying_every_answer_adds(intake: Intake, data: st.DataObject) -> None:
    questions = open_questions_of(intake)

    item_id = data.draw(st.sampled_from(sorted(questions)))

    assert questions[item_id].could_add == could_add_by_trying(intake, ITEMS[item_id])
