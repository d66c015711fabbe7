"""What a pending post says, before its author saves it: all that is new in it, and what it empties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import resolve, reverse
from django.utils.translation import override

from questionnaire.actions import intakes as intake_actions
from questionnaire.models import Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.views.pending_words import words_of

OF_AN_INTAKE: Any = [
    ("section", ["fear"], {"fear_level": ["3"]}, ["Number for feeling unsafe: 3 (scale 0-10)"]),
    ("section", ["fear"], {"fear_level__base": ["x"]}, ["Number for feeling unsafe: (left empty)"]),
    ("section", ["fear"], {"feared_events": ["nonsense"]}, ["What the client fears: nonsense"]),
    ("section", ["fear"], {"fear_level": ["9"], "fear_level__note": ["stored"]}, []),
    (
        "section",
        ["fear"],
        {"fear_level": ["9"], "fear_level__note": [""], "fear_level__reason": ["because"]},
        [
            "Number for feeling unsafe: Note: (left empty)",
            "Number for feeling unsafe: Reason for not asking: because",
        ],
    ),
    (
        "section",
        ["fear"],
        {"fear_own_words__absent": ["declined"]},
        ["Fear in own words: Prefers not to say"],
    ),
    (
        "section",
        ["pattern"],
        {"behaviour_home__ring": ["daily"]},
        ["Behaviour at home: Ringing or knocking on windows: every day"],
    ),
    (
        "section",
        ["fear"],
        {"fear_level__source": ["seen"]},
        ["Number for feeling unsafe: Source: seen by the professional"],
    ),
    ("section", ["fear"], {"fear_level__source": ["client"]}, []),
    ("section", ["nowhere"], {"fear_level": ["3"]}, []),
    ("log_import", [], {"pasted": ["20-03-2026 x"]}, ["Paste the log here: 20-03-2026 x"]),
    ("log_import", [], {"row": ["4"], "what": ["tulips"]}, ["What happened: tulips"]),
    ("client", ["fear_level"], {"fear_level": ["3"]}, ["Number for feeling unsafe: 3 (scale 0-10)"]),
    ("client", ["nothing"], {"fear_level": ["3"]}, []),
    (
        "incidents",
        [],
        {"date": ["20-03-2026"], "about": ["on"], "place": ["elsewhere?"], "reported": ["no"]},
        [
            "When: 20-03-2026",
            "The date is not certain: Yes",
            "Place: elsewhere?",
            "Reported to the police: No",
        ],
    ),
    (
        "incident",
        [uuid4()],
        {"date": ["20-03-2026"], "place": ["home"], "what": [""], "evidence": ["Film."], "reported": ["yes"]},
        [
            "When: 20-03-2026",
            "The date is not certain: (left empty)",
            "Place: At home",
            "What happened: (left empty)",
            "Evidence: Film.",
            "Reported to the police: Yes",
        ],
    ),
    (
        "steps",
        [],
        {"reassess-state": ["done"], "reassess-who": ["Bo"]},
        ["Agree on a date for the reassessment: Follow-up: Done"],
    ),
    ("steps", [], {"reassess-base": ["x"]}, []),
    ("remark", [], {"text": ["Why?"], "key": ["x"]}, ["Your question or remark: Why?"]),
    ("answer", [], {"0-answer": ["So."], "0-base": ["x"]}, ["Your answer: So."]),
    ("hand_over", [], {"note": ["Call."], "to": ["1"]}, ["Note for your colleague: Call."]),
]


@pytest.fixture
def filled(alice: User, intake: Intake) -> Intake:
    sent = replace(submission_of(intake, fear_level=9), notes={"fear_level": "stored"})
    return intake_actions.save_section(alice, intake, "fear", sent).intake


@pytest.mark.parametrize(("name", "arguments", "controls", "said"), OF_AN_INTAKE)
def test_words_are_those_of_the_page_as_far_as_they_are_new(
    filled: Intake, name: str, arguments: list[str], controls: dict[str, list[str]], said: list[str]
) -> None:
    match = resolve(reverse(name, args=[filled.uuid, *arguments]))

    with override("en"):
        lines = [
            f"{words.label}: {line}" for words in words_of(match, controls, filled) for line in words.lines
        ]

    assert lines[: len(said)] == said
    assert bool(lines) is bool(said)


def test_words_of_an_intake_that_one_may_not_see_any_more_are_all_new(filled: Intake) -> None:
    match = resolve(reverse("section", args=[filled.uuid, "fear"]))

    with override("en"):
        words = words_of(match, {"fear_level": ["9"], "fear_level__note": ["stored"]}, None)

    assert [line for word in words for line in word.lines] == ["9 (scale 0-10)", "stored"]


def test_words_of_a_start(db: None) -> None:
    with override("en"):
        words = words_of(resolve("/intakes/start/"), {"reference": ["2026-7"], "language": ["nl"]}, None)

        labels = [str(word.label) for word in words]

    assert labels == ["Your own reference", "Language of the summary"]
