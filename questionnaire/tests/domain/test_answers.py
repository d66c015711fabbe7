"""Answers: how each kind is parsed, and that a missing answer is never a no."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.answers import Absent, Answers, parse_answer, value_to_json
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.items import ABSENT_CODES, Item
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import TODAY, Intake, intakes

NOT_ONE = "is not one of the answers"


def parsed(item_id: str, raw: object) -> Any:
    return parse_answer(ITEMS[item_id], raw, TODAY)


@pytest.mark.parametrize(
    ("item_id", "raw", "value"),
    [
        ("safe_to_talk", "yes", "yes"),
        ("danger_now", "soon", "soon"),
        ("orders", "none", "none"),
        ("threats", ["veiled", "kill"], ("kill", "veiled")),
        ("threats", ("kill",), ("kill",)),
        ("threats", ["none"], ("none",)),
        ("escalation", ["same"], ("same",)),
        ("fear_level", 0, 0),
        ("fear_level", 10, 10),
        ("pattern_start", "2025-08", "2025-08"),
        ("pattern_start", "2026-03-23", "2026-03-23"),
        ("fear_own_words", " Ik ben bang ", " Ik ben bang "),
        ("fear_own_words", "Unknown", "Unknown"),
        ("fear_own_words", "unknown ", "unknown "),
        (
            "behaviour_online",
            {"messages": "daily", "calls": "unknown"},
            {"calls": "unknown", "messages": "daily"},
        ),
        ("behaviour_online", {"messages": "daily", "calls": None}, {"messages": "daily"}),
    ],
)
def test_each_kind_of_answer_is_parsed(item_id: str, raw: object, value: object) -> None:
    found = parsed(item_id, raw)

    assert found == value
    assert type(found) is type(value) or isinstance(value, dict)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
@pytest.mark.parametrize("state", ABSENT_CODES)
def test_every_item_takes_every_absent_state(item: Item, state: str) -> None:
    value = parse_answer(item, state, TODAY)

    assert value is Absent(state)
    assert Answers({item.id: value}).state(item.id) == state
    assert value_to_json(value) == state


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_null_is_not_reached_for_every_item(item: Item) -> None:
    assert parse_answer(item, None, TODAY) is None


@pytest.mark.parametrize(
    ("item_id", "raw"),
    [
        ("threats", []),
        ("threats", ()),
        ("behaviour_home", {}),
        ("behaviour_home", {"ring": None}),
        ("fear_own_words", ""),
        ("fear_own_words", "\u200b\u202e \n"),
    ],
)
def test_an_empty_answer_is_not_reached(item_id: str, raw: object) -> None:
    assert parsed(item_id, raw) is None


@pytest.mark.parametrize(
    ("item_id", "raw", "messages"),
    [
        ("danger_now", "never", [f"'never' {NOT_ONE}"]),
        ("danger_now", "not_reached", [f"'not_reached' {NOT_ONE}"]),
        ("danger_now", "NOW", [f"'NOW' {NOT_ONE}"]),
        ("danger_now", "", [f"'' {NOT_ONE}"]),
        ("danger_now", True, [f"True {NOT_ONE}"]),
        ("danger_now", ["now"], [f"a list {NOT_ONE}"]),
        ("danger_now", {}, [f"an object {NOT_ONE}"]),
        ("safe_to_talk", False, [f"False {NOT_ONE}"]),
        ("safe_to_talk", 1, [f"1 {NOT_ONE}"]),
        ("threats", "kill", ["'kill' is not a list of answers"]),
        ("threats", {"kill": True}, ["an object is not a list of answers"]),
        ("threats", 1, ["1 is not a list of answers"]),
        ("threats", ["kill", "x", "y"], [f"'x' {NOT_ONE}", f"'y' {NOT_ONE}"]),
        ("threats", ["unknown"], [f"'unknown' {NOT_ONE}"]),
        ("threats", ["kill", "declined"], [f"'declined' {NOT_ONE}"]),
        ("threats", [None], [f"None {NOT_ONE}"]),
        (
            "threats",
            [["kill"], {}, 1.5, False],
            [f"{x} {NOT_ONE}" for x in ("a list", "an object", "1.5", "False")],
        ),
        ("threats", ["kill", "kill"], ["'kill' stands in the list twice"]),
        ("threats", ["x", "kill", "x", "kill"], [f"'x' {NOT_ONE}"] * 2 + ["'kill' stands in the list twice"]),
        ("threats", ["none", "kill"], ["'none' cannot go together with another answer"]),
        ("threats", ["none", "none"], ["'none' stands in the list twice"]),
        (
            "threats",
            ["kill", "none", "kill"],
            ["'kill' stands in the list twice", "'none' cannot go together with another answer"],
        ),
        ("escalation", ["same", "closer"], ["'same' cannot go together with another answer"]),
        (
            "escalation",
            ["same", "less"],
            [
                "'same' cannot go together with another answer",
                "'less' cannot go together with another answer",
            ],
        ),
        ("fear_level", 11, ["11 is not between 0 and 10"]),
        ("fear_level", -1, ["-1 is not between 0 and 10"]),
        ("fear_level", 10**20, ["100000000000000000000 is not between 0 and 10"]),
        ("fear_level", 5.0, ["5.0 is not a whole number"]),
        ("fear_level", float("nan"), ["nan is not a whole number"]),
        ("fear_level", float("inf"), ["inf is not a whole number"]),
        ("fear_level", True, ["True is not a whole number"]),
        ("fear_level", "5", ["'5' is not a whole number"]),
        ("fear_level", [5], ["a list is not a whole number"]),
        ("pattern_start", "2026-03-24", ["'2026-03-24' is in the future"]),
        ("pattern_start", "2026-02-31", ["'2026-02-31' is a day that does not exist"]),
        ("pattern_start", 2026, ["2026 is not a date as YYYY-MM-DD, YYYY-MM or YYYY"]),
        ("fear_own_words", 5, ["5 is not text"]),
        ("fear_own_words", ["a"], ["a list is not text"]),
        ("behaviour_home", "ring", ["'ring' is not a table of rows and answers"]),
        ("behaviour_home", ["ring"], ["a list is not a table of rows and answers"]),
        (
            "behaviour_home",
            {"ring": "often", "x": "once"},
            [f"ring: 'often' {NOT_ONE}", "x: this row does not exist"],
        ),
        ("behaviour_home", {"ring": "declined"}, [f"ring: 'declined' {NOT_ONE}"]),
        (
            "behaviour_home",
            {"ring": ["once"], "damage": 1},
            [f"ring: a list {NOT_ONE}", f"damage: 1 {NOT_ONE}"],
        ),
        ("behaviour_home", {"messages": "daily"}, ["messages: this row does not exist"]),
    ],
)
def test_every_problem_of_an_invalid_answer_is_named(item_id: str, raw: object, messages: list[str]) -> None:
    assert problems_of(parsed, item_id, raw) == messages


def test_a_null_row_is_absent_even_when_it_does_not_exist() -> None:
    assert parsed("behaviour_home", {"x": None, "ring": "once"}) == {"ring": "once"}


def test_the_problems_of_all_answers_are_named_at_once() -> None:
    raw = {
        "fear_level": 11,
        "nonsense": 1,
        "threats": ["x"],
        "behaviour_home": {"ring": "x"},
        "danger_now": "soon",
    }

    assert problems_of(Answers.parse, raw, TODAY) == [
        "fear_level: 11 is not between 0 and 10",
        "nonsense: this question does not exist",
        f"threats: 'x' {NOT_ONE}",
        f"behaviour_home.ring: 'x' {NOT_ONE}",
    ]


def test_answers_are_a_mapping_in_questionnaire_order() -> None:
    answers = Answers.parse({"threats": ["kill"], "danger_now": "soon", "weapons": None}, TODAY)

    assert list(answers) == ["danger_now", "threats"]
    assert len(answers) == 2
    assert answers["threats"] == ("kill",)
    assert "weapons" not in answers
    assert answers.get("weapons") is None
    assert answers == {"danger_now": "soon", "threats": ("kill",)}


def test_the_five_states_are_distinct() -> None:
    raw = {"fear_level": 0, "threats": "unknown", "weapons": "declined", "orders": "not_asked"}
    answers = Answers.parse(raw, TODAY)

    assert [answers.state(item_id) for item_id in (*raw, "violence")] == [
        *("answered", "unknown", "declined", "not_asked", "not_reached"),
    ]


def test_a_typed_text_is_a_text_and_an_absent_state_is_not() -> None:
    answers = Answers.parse({"fear_own_words": "Bang", "client_wishes": "declined", "fear_level": 3}, TODAY)

    assert answers.text("fear_own_words") == "Bang"
    assert answers.text("client_wishes") is None
    assert answers.text("safe_contact") is None
    assert answers.text("fear_level") is None


def test_codes_never_have_what_was_typed() -> None:
    raw = {
        "fear_own_words": "Hij doodt mij",
        "pattern_start": "2025-08",
        "fear_level": 9,
        "threats": ["kill", "pet"],
        "behaviour_online": {"messages": "daily", "calls": "unknown"},
        "weapons": "declined",
    }
    codes = Answers.parse(raw, TODAY).codes

    assert set(codes) == set(ITEMS)
    assert {item_id: codes[item_id] for item_id in (*raw, "violence")} == {
        "fear_own_words": {"text"},
        "pattern_start": {"text"},
        "fear_level": {"9"},
        "threats": {"kill", "pet"},
        "behaviour_online": {"messages=daily", "calls=unknown"},
        "weapons": {"declined"},
        "violence": {"not_reached"},
    }


def test_answers_are_immutable() -> None:
    raw = {"behaviour_home": {"ring": "once"}}
    answers = Answers.parse(raw, TODAY)
    raw["behaviour_home"]["ring"] = "daily"

    grid = answers["behaviour_home"]
    assert isinstance(grid, Mapping)
    with pytest.raises(TypeError):
        grid["ring"] = "daily"  # type: ignore[index]
    assert grid == {"ring": "once"}
    other = answers.with_value("fear_level", 3)
    assert list(answers) == ["behaviour_home"]
    assert other == {"fear_level": 3, "behaviour_home": {"ring": "once"}}
    assert other.with_value("fear_level", 4)["fear_level"] == 4
    assert other.with_value("behaviour_home", None) == {"fear_level": 3}
    assert other.with_value("threats", None) == other


@given(intakes())
def test_answers_survive_a_round_trip_through_json(intake: Intake) -> None:
    answers = intake.answers

    again = Answers.parse(answers.to_json(), TODAY)

    assert again == answers
    assert again.codes == answers.codes
    assert json.loads(json.dumps(answers.to_json())) == answers.to_json()


#: Any JSON value, NaN and infinity included, with codes of the catalogue mixed in.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["kill", "none", "unknown", "daily", "2026-03", "yes"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["ring", "messages", "sleep"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(ITEMS)), JSON)
def test_any_json_is_an_answer_or_invalid(item_id: str, raw: object) -> None:
    try:
        value = parsed(item_id, raw)
    except InvalidInputError:
        return

    if value is not None:
        answers = Answers({item_id: value})
        assert Answers.parse(answers.to_json(), TODAY) == answers
        assert answers.codes[item_id] <= set(ITEMS[item_id].codes) | set(ABSENT_CODES)
