"""Parsing codes, lists and objects: every problem is named with its place."""

from __future__ import annotations

import pytest

from questionnaire.domain.errors import invalid
from questionnaire.domain.parsing import Parse, parse_code, parse_keys, parse_list, parse_object
from questionnaire.tests.domain.problems import problems_of

NOT_ONE = "is not one of the answers"


def parse_a(raw: object) -> str:
    return parse_code(raw, ("a", "aa"))


PARSERS: dict[str, Parse] = {"one": parse_a, "other": parse_a}


def test_a_code_is_one_of_those_given() -> None:
    assert parse_a("aa") == "aa"
    assert problems_of(parse_a, "b") == [f"'b' {NOT_ONE}"]


@pytest.mark.parametrize("raw", [None, 1, True, [], ["a"], {"a": "a"}, ""])
def test_what_is_no_string_is_no_code(raw: object) -> None:
    (problem,) = problems_of(parse_a, raw)

    assert problem.endswith(NOT_ONE)


def test_the_problems_of_a_list_are_numbered_from_one() -> None:
    assert parse_list(["a", "aa"], parse_a) == ("a", "aa")
    assert parse_list([], parse_a) == ()
    assert problems_of(parse_list, ["b", "a", 1], parse_a) == [f"1: 'b' {NOT_ONE}", f"3: 1 {NOT_ONE}"]
    assert problems_of(parse_list, "a", parse_a) == ["'a' is not a list"]


def test_the_problems_of_an_object_have_its_keys() -> None:
    assert parse_object({"one": "a", "other": None, "unknown": None}, PARSERS) == {"one": "a"}
    assert problems_of(parse_object, {"one": "b", "x": 1}, PARSERS, ("other",)) == [
        "x: this key does not exist",
        "other: this is missing",
        f"one: 'b' {NOT_ONE}",
    ]
    assert problems_of(parse_object, ["one"], PARSERS) == ["a list is not an object with keys"]


def test_the_keys_that_are_valid_are_parsed_beside_the_problems() -> None:
    parsed, problems = parse_keys({"one": "a", "other": "b"}, PARSERS, ())

    assert parsed == {"one": "a"}
    assert [problem.path for problem in problems] == ["other"]


def test_an_error_of_a_parser_keeps_its_own_path() -> None:
    def parse(raw: object) -> str:
        raise invalid("no")  # type: ignore[arg-type]

    assert problems_of(parse_object, {"outer": [1]}, {"outer": lambda raw: parse_list(raw, parse)}) == [
        "outer.1: no"
    ]
