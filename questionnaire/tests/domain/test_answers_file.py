"""Answers files: what is parsed, and that every problem in a file is named with its place."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.answers import Absent
from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.tests.domain.examples import EXAMPLE
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import TODAY


def read(text: str) -> IntakeFile:
    return parse_intake(read_json(text), TODAY)


def with_answers(answers: str) -> str:
    return f'{{"version": 1, "answers": {answers}}}'


def with_part(part: str) -> str:
    return f'{{"version": 1, "answers": {{}}, {part}}}'


def test_the_example_of_the_contract_is_parsed() -> None:
    intake = read(EXAMPLE)

    assert intake.date == date(2026, 3, 23)
    assert intake.language == "nl"
    assert intake.reference == "2026-117"
    assert intake.answers == {
        "danger_now": "soon",
        "fear_level": 9,
        "feared_events": ("kill",),
        "pattern_start": "2025-08",
        "behaviour_online": {"messages": "daily"},
        "threats": ("kill",),
        "strangulation": Absent.DECLINED,
    }
    assert intake.notes == {"strangulation": "..."}
    assert intake.incidents == (
        Incident("2026-03-20", "home", "day", what="...", evidence="photo", reported=True),
    )


def test_only_version_and_answers_are_required() -> None:
    intake = read(with_answers("{}"))

    assert intake.date == TODAY
    assert intake.language == "nl"
    assert intake.answers == {}
    assert intake.incidents == ()
    assert (intake.reference, intake.author, intake.running_note, intake.view) == ("", "", "", "")
    assert (intake.notes, intake.reasons, intake.sources) == ({}, {}, {})


def test_every_key_is_parsed() -> None:
    intake = read(
        with_part(
            '"language": "en", "date": "2025-01-02", "author": "A. de Vries", "running_note": "kort",'
            '"view": "zorgen", "sources": {"threats": "client", "weapons": "seen", "orders": "document",'
            '"violence": "third_party"}, "reasons": {"weapons": "kind erbij", "fear_level": "later"},'
            '"notes": {"threats": "per app"}'
        )
    )

    assert intake.language == "en"
    assert intake.date == date(2025, 1, 2)
    assert (intake.author, intake.running_note, intake.view) == ("A. de Vries", "kort", "zorgen")
    assert intake.sources == {
        "threats": "client",
        "weapons": "seen",
        "orders": "document",
        "violence": "third_party",
    }
    assert intake.reasons == {"weapons": "kind erbij", "fear_level": "later"}
    assert intake.notes == {"threats": "per app"}


def test_null_is_an_absent_key_everywhere() -> None:
    everywhere = """
    {"version": 1, "reference": null, "language": null, "date": null, "author": null, "running_note": null,
     "view": null, "nonsense": null,
     "notes": {"threats": null, "nonsense": null}, "reasons": null, "sources": {"threats": null},
     "answers": {"danger_now": null, "nonsense": null, "behaviour_home": {"ring": null, "nonsense": null}},
     "incidents": [{"date": "2026-03-20", "place": "home", "what": null, "nonsense": null}]}
    """

    intake = read(everywhere)

    assert intake == IntakeFile(TODAY, intake.answers, incidents=(Incident("2026-03-20", "home"),))
    assert intake.answers == {}
    assert read(with_part('"incidents": null, "notes": null')).incidents == ()


def test_plain_dicts_are_parsed_like_json() -> None:
    data = {"version": 1, "answers": {"threats": ["kill"], "behaviour_home": {"ring": "once"}}, "notes": {}}

    assert parse_intake(data, TODAY).answers == {"behaviour_home": {"ring": "once"}, "threats": ("kill",)}


def test_an_invisible_note_is_no_note() -> None:
    assert read(with_part('"notes": {"threats": "\\u200b "}')).notes == {}


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        # the object itself
        ("[]", ["a list is not an object with keys"]),
        ("null", ["None is not an object with keys"]),
        ('"x"', ["'x' is not an object with keys"]),
        ("1", ["1 is not an object with keys"]),
        ("{}", ["version: this is missing", "answers: this is missing"]),
        ('{"version": null, "answers": null}', ["version: this is missing", "answers: this is missing"]),
        (
            '{"answers": {"fear_level": 11}}',
            ["version: this is missing", "answers.fear_level: 11 is not between 0 and 10"],
        ),
        (
            with_part('"answer": {}, "Version": 1'),
            ["answer: this key does not exist", "Version: this key does not exist"],
        ),
        (with_part('"é\\ud800\\n": 1'), [r"\xe9\ud800\n: this key does not exist"]),
        # version
        *(
            (
                f'{{"version": {raw}, "answers": {{}}}}',
                [f"version: {named} is not a version that is known here; it must be 1"],
            )
            for raw, named in [
                ("2", "2"),
                ("0", "0"),
                ("1.0", "1.0"),
                ("true", "True"),
                ('"1"', "'1'"),
                ("[1]", "a list"),
                ("9" * 5000, "inf"),
                ("NaN", "nan"),
            ]
        ),
        # answers
        (with_answers("[]"), ["answers: a list is not an object with keys"]),
        (with_answers('"kill"'), ["answers: 'kill' is not an object with keys"]),
        (with_answers('{"fear": 1}'), ["answers.fear: this question does not exist"]),
        (with_answers('{"fear_level": NaN}'), ["answers.fear_level: nan is not a whole number"]),
        (with_answers('{"fear_level": Infinity}'), ["answers.fear_level: inf is not a whole number"]),
        (with_answers('{"fear_level": 1e400}'), ["answers.fear_level: inf is not a whole number"]),
        (with_answers('{"fear_level": -1e400}'), ["answers.fear_level: -inf is not a whole number"]),
        (with_answers('{"fear_level": true}'), ["answers.fear_level: True is not a whole number"]),
        (with_answers('{"fear_level": 1.0}'), ["answers.fear_level: 1.0 is not a whole number"]),
        (
            with_answers('{"fear_level": ' + "9" * 20 + "}"),
            ["answers.fear_level: 99999999999999999999 is not between 0 and 10"],
        ),
        (
            with_answers('{"fear_level": ' + "9" * 21 + "}"),
            ["answers.fear_level: 1e+21 is not a whole number"],
        ),
        (
            with_answers('{"fear_level": ' + "9" * 5000 + "}"),
            ["answers.fear_level: inf is not a whole number"],
        ),
        (
            with_answers('{"fear_level": -' + "9" * 5000 + "}"),
            ["answers.fear_level: -inf is not a whole number"],
        ),
        (
            with_answers('{"client_wishes": "\\ud800"}'),
            ["answers.client_wishes: the text has half a character (a lone surrogate), which cannot be kept"],
        ),
        (
            with_answers('{"fear_own_words": "a\\u0000"}'),
            ["answers.fear_own_words: the text has a NUL character, which cannot be kept"],
        ),
        (
            with_answers('{"fear_own_words": "' + "x" * 20_001 + '"}'),
            ["answers.fear_own_words: the text has 20001 characters; at most 20000 fit"],
        ),
        (
            with_answers('{"last_incident": "2026-03-24"}'),
            ["answers.last_incident: '2026-03-24' is in the future"],
        ),
        (
            with_answers('{"threats": {"kill": 1, "kill": 1}}'),
            [
                "answers.threats.kill: this key stands twice",
                "answers.threats: an object is not a list of answers",
            ],
        ),
        # the other parts
        (with_part('"language": "fr"'), ["language: 'fr' is not one of the answers"]),
        (with_part('"language": ["nl"]'), ["language: a list is not one of the answers"]),
        (with_part('"date": "2026-03"'), ["date: '2026-03' is not a full date as YYYY-MM-DD"]),
        (with_part('"date": "2026-03-24"'), ["date: '2026-03-24' is in the future"]),
        (with_part('"date": ""'), ["date: '' is not a date as YYYY-MM-DD, YYYY-MM or YYYY"]),
        *(
            (with_part(f'"{key}": 5'), [f"{key}: 5 is not text"])
            for key in ("reference", "author", "running_note", "view")
        ),
        (with_part('"notes": []'), ["notes: a list is not an object with keys"]),
        (
            with_part('"notes": {"x": "y", "threats": 5}'),
            ["notes.x: this question does not exist", "notes.threats: 5 is not text"],
        ),
        (
            with_part('"reasons": {"x": "y", "threats": []}'),
            ["reasons.x: this question does not exist", "reasons.threats: a list is not text"],
        ),
        (
            with_part('"sources": {"threats": "hearsay"}'),
            ["sources.threats: 'hearsay' is not one of the answers"],
        ),
        (with_part('"sources": "client"'), ["sources: 'client' is not an object with keys"]),
        (with_part('"incidents": {}'), ["incidents: an object is not a list"]),
        (
            with_part('"incidents": [null, 5]'),
            [f"incidents.{n}: {x} is not an incident" for n, x in ((1, "None"), (2, "5"))],
        ),
        (
            with_part(
                '"incidents": [{"date": "2026-03-20"}, {"date": "2026", "precision": "day", "place": "x"}]'
            ),
            [
                "incidents.2.place: 'x' is not one of the answers",
                "incidents.2.precision: a day needs a full date",
            ],
        ),
    ],
)
def test_every_problem_of_a_part_is_named(text: str, messages: list[str]) -> None:
    assert problems_of(read, text) == messages


def test_the_problems_of_all_parts_are_named_at_once() -> None:
    text = """
    {"language": "de", "date": "tomorrow", "author": 1, "x": 1,
     "answers": {"fear_level": 11, "nonsense": "yes", "threats": ["kill", "kill", "love"],
                 "behaviour_home": {"ring": "often", "bell": "once"}},
     "notes": {"fear_level": 1}, "incidents": [{"date": "2027-01-01", "place": "home", "who": "x"}, []]}
    """

    assert problems_of(read, text) == [
        "version: this is missing",
        "date: 'tomorrow' is not a date as YYYY-MM-DD, YYYY-MM or YYYY",
        "language: 'de' is not one of the answers",
        "answers.fear_level: 11 is not between 0 and 10",
        "answers.nonsense: this question does not exist",
        "answers.threats: 'love' is not one of the answers",
        "answers.threats: 'kill' stands in the list twice",
        "answers.behaviour_home.ring: 'often' is not one of the answers",
        "answers.behaviour_home.bell: this row does not exist",
        "incidents.1.who: this key does not exist",
        "incidents.1.date: '2027-01-01' is in the future",
        "incidents.2: a list is not an incident",
        "notes.fear_level: 1 is not text",
        "author: 1 is not text",
        "x: this key does not exist",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 1, "version": 1, "answers": {}}', "version: this key stands twice"),
        ('{"version": 1, "answers": {}, "answers": {}}', "answers: this key stands twice"),
        (with_answers('{"fear_level": 3, "fear_level": 9}'), "answers.fear_level: this key stands twice"),
        (
            with_answers('{"behaviour_home": {"ring": "once", "ring": "daily"}}'),
            "answers.behaviour_home.ring: this key stands twice",
        ),
        (with_part('"notes": {"threats": "a", "threats": "b"}'), "notes.threats: this key stands twice"),
        (
            with_part('"sources": {"threats": "seen", "threats": "seen"}'),
            "sources.threats: this key stands twice",
        ),
        (
            with_part('"incidents": [{"date": "2026-03-20", "date": "2026-03-21", "place": "home"}]'),
            "incidents.1.date: this key stands twice",
        ),
    ],
)
def test_a_duplicate_key_is_invalid_at_every_depth(text: str, message: str) -> None:
    assert problems_of(read, text) == [message]


def test_duplicate_keys_are_found_in_linear_time() -> None:
    keys = ", ".join(f'"k{number}": null' for number in range(100_000))
    start = time.process_time()

    assert problems_of(read, with_answers(f'{{{keys}, "k0": null}}')) == ["answers.k0: this key stands twice"]

    # It takes a tenth of a second; comparing each key with each other one would take minutes.
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not JSON (line 1, column 1)"),
        ("{", "this is not JSON (line 1, column 2)"),
        ('{"version": 1,\n "answers" {}}', "this is not JSON (line 2, column 12)"),
        ("{'version': 1}", "this is not JSON (line 1, column 2)"),
        ('{"version": 01}', "this is not JSON (line 1, column 14)"),
        ('\ufeff{"version": 1}', "this is not JSON (line 1, column 1)"),
    ],
)
def test_malformed_json_is_invalid(text: str, message: str) -> None:
    assert problems_of(read, text) == [message]


@pytest.mark.parametrize("levels", [10_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('{"answers": [', "]}")])
def test_deep_nesting_is_invalid(opening: str, closing: str, levels: int) -> None:
    assert problems_of(read, opening * levels + "1" + closing * levels) == ["this is nested too deep"]


def test_a_problem_is_in_the_active_language() -> None:
    with translation.override("nl"):
        dutch = problems_of(read, with_answers('{"fear_level": 11}'))

    assert dutch == ["answers.fear_level: 11 ligt niet tussen 0 en 10"]


@pytest.mark.parametrize("levels", [100, 900])
def test_a_nested_value_is_invalid(levels: int) -> None:
    nested = "[" * levels + "]" * levels

    assert problems_of(read, with_answers(f'{{"fear_level": {nested}}}')) == [
        "answers.fear_level: a list is not a whole number"
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["nl", "2026-03", "home"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "version",
                    "answers",
                    "incidents",
                    "notes",
                    "date",
                    "place",
                    "fear_level",
                    "threats",
                    "behaviour_home",
                    "ring",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["answers", "incidents", "notes", "sources", "reasons", "date", "reference"]))
def test_any_json_is_an_intake_or_invalid(inner: Any, key: str) -> None:
    for data in (inner, {"version": 1, "answers": {}, key: inner}):
        try:
            intake = read(json.dumps(data))
        except InvalidInputError as error:
            messages = [str(problem) for problem in error.problems]
        else:
            messages = ["read"]
            assert isinstance(intake, IntakeFile)
        assert messages
        assert all(message.isascii() and message.isprintable() for message in messages)
