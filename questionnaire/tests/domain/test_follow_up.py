"""The follow-up of the advice: how it is parsed, looked up and shown as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.breaches import Breach
from questionnaire.domain.dates import overdue_text
from questionnaire.domain.follow_up import (
    HELP_CHOICES,
    OUTCOME_STATES,
    PARTIES,
    REASSESS,
    REPORTING_CHOICES,
    REPORTING_CODE_STEPS,
    SUBJECTS,
    Consultation,
    Decision,
    FollowUp,
    Outcome,
    sorted_follow_up,
)
from questionnaire.domain.follow_up_parser import (
    parse_consultation,
    parse_decision,
    parse_follow_up,
    parse_outcome,
)
from questionnaire.tests.domain.problems import problems_of
from questionnaire.tests.strategies import TODAY

YESTERDAY = date(2026, 3, 22)
TOMORROW = date(2026, 3, 24)


def test_every_advice_and_every_step_of_the_reporting_code_can_have_an_outcome() -> None:
    assert tuple(f"reporting_code_{number}" for number in (1, 2, 3, 4, 5)) == REPORTING_CODE_STEPS
    assert set(SUBJECTS) == {rule.code for rule in RULES} | set(REPORTING_CODE_STEPS)
    assert REASSESS in TEXTS


# --- Parsing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        ({"what": "consult_police", "state": "done"}, Outcome("consult_police", "done")),
        (
            {"what": "reassess", "state": "planned", "on": "2026-03-24", "who": None},
            Outcome("reassess", "planned", on=TOMORROW),
        ),
        (
            {"what": "reassess", "state": "planned", "on": "2026-03-22"},
            Outcome("reassess", "planned", on=YESTERDAY),
        ),
        (
            {
                "what": "reporting_code_2",
                "state": "not_done",
                "on": "2026-03-23",
                "who": "M.",
                "why": "x",
                "y": None,
            },
            Outcome("reporting_code_2", "not_done", "M.", TODAY, "x"),
        ),
        ({"what": "reassess", "state": "done", "who": " \u200b"}, Outcome("reassess", "done")),
    ],
)
def test_an_outcome_is_parsed(raw: object, outcome: Outcome) -> None:
    assert parse_outcome(raw, TODAY) == outcome


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ([], ["a list is not an object with keys"]),
        ({}, ["what: this is missing", "state: this is missing"]),
        (
            {"what": "safe", "state": "unsafe", "score": 1},
            [
                "score: this key does not exist",
                "what: 'safe' is not one of the answers",
                "state: 'unsafe' is not one of the answers",
            ],
        ),
        (
            {"what": ["reassess"], "state": True},
            ["what: a list is not one of the answers", "state: True is not one of the answers"],
        ),
        (
            {"what": "reporting_code_6", "state": "done"},
            ["what: 'reporting_code_6' is not one of the answers"],
        ),
        ({"what": "reassess", "state": "done", "on": "2026-03-24"}, ["on: '2026-03-24' is in the future"]),
        (
            {"what": "reassess", "state": "not_done", "on": "2026-03-24"},
            ["on: '2026-03-24' is in the future"],
        ),
        (
            {"what": "reassess", "state": "planned", "on": "2026-03"},
            ["on: '2026-03' is not a full date as YYYY-MM-DD"],
        ),
        (
            {"what": "reassess", "state": "planned", "on": "2026-02-31"},
            ["on: '2026-02-31' is a day that does not exist"],
        ),
        (
            {"what": "reassess", "state": "done", "who": 1, "why": 2},
            ["who: 1 is not text", "why: 2 is not text"],
        ),
        (
            {"what": "reassess", "state": "done", "who": "x" * 201},
            ["who: the text has 201 characters; at most 200 fit"],
        ),
        (
            {"what": "reassess", "state": "done", "why": "a\x00"},
            ["why: the text has a NUL character, which cannot be kept"],
        ),
    ],
)
def test_every_problem_of_an_outcome_is_named(raw: object, messages: list[str]) -> None:
    assert problems_of(parse_outcome, raw, TODAY) == messages


def test_a_name_of_two_hundred_characters_is_valid() -> None:
    assert parse_outcome({"what": "reassess", "state": "done", "who": "x" * 200}, TODAY).who == "x" * 200


def test_a_consultation_is_parsed() -> None:
    raw = {"party": "police", "name": "J. Smit", "on": "2026-03-23", "time": "09:05", "result": "Bel terug"}

    assert parse_consultation(raw, TODAY) == Consultation("police", "J. Smit", TODAY, "09:05", "Bel terug")
    assert parse_consultation({"party": "other"}, TODAY) == Consultation("other")


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        ("police", ["'police' is not an object with keys"]),
        ({}, ["party: this is missing"]),
        ({"party": "mayor"}, ["party: 'mayor' is not one of the answers"]),
        ({"party": "police", "on": "2026-03-24"}, ["on: '2026-03-24' is in the future"]),
        ({"party": "police", "time": "24:00"}, ["time: '24:00' is not a time as 14:30"]),
        ({"party": "police", "time": "9:05"}, ["time: '9:05' is not a time as 14:30"]),
        ({"party": "police", "time": 905}, ["time: 905 is not a time as 14:30"]),
        ({"party": "police", "when": "x"}, ["when: this key does not exist"]),
    ],
)
def test_every_problem_of_a_consultation_is_named(raw: object, messages: list[str]) -> None:
    assert problems_of(parse_consultation, raw, TODAY) == messages


def test_the_decisions_are_parsed() -> None:
    raw = {"reporting": "no", "help": "enough", "helper": "wijkteam", "ground": "x", "on": "2026-03-23"}

    assert parse_decision(raw, TODAY) == Decision("no", "enough", "wijkteam", "x", TODAY)
    assert parse_decision({}, TODAY) == Decision()


def test_every_problem_of_the_decisions_is_named() -> None:
    raw = {"reporting": "maybe", "help": True, "on": "morgen", "score": 3}

    assert problems_of(parse_decision, raw, TODAY) == [
        "score: this key does not exist",
        "reporting: 'maybe' is not one of the answers",
        "help: True is not one of the answers",
        "on: 'morgen' is not a date as YYYY-MM-DD, YYYY-MM or YYYY",
    ]


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        (None, ["None is not an object with keys"]),
        ({"outcomes": {}}, ["outcomes: an object is not a list"]),
        (
            {"outcomes": [{"what": "reassess", "state": "done"}, 1, {"what": "reassess"}], "decision": []},
            [
                "outcomes.2: 1 is not an object with keys",
                "outcomes.3.state: this is missing",
                "decision: a list is not an object with keys",
            ],
        ),
        (
            {"outcomes": [{"what": "reassess", "state": "done"}] * 2},
            ["outcomes: 'reassess' stands in the list twice"],
        ),
        (
            {"consultations": [{"party": 1}], "note": ""},
            ["note: this key does not exist", "consultations.1.party: 1 is not one of the answers"],
        ),
    ],
)
def test_every_problem_of_a_follow_up_is_named(raw: object, messages: list[str]) -> None:
    assert problems_of(parse_follow_up, raw, TODAY) == messages


def codes(choices: Any) -> list[str]:
    return [choice.code for choice in choices]


DAYS = st.none() | st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
TEXT = st.sampled_from(["", "M. de Wit", "regel\nregel", "✆"])
OUTCOMES = st.builds(
    Outcome, st.sampled_from(SUBJECTS), st.sampled_from(codes(OUTCOME_STATES)), TEXT, DAYS, TEXT
) | st.builds(
    Outcome, st.sampled_from(SUBJECTS), st.just("planned"), TEXT, st.dates(min_value=date(1900, 1, 1)), TEXT
)
CONSULTATIONS = st.builds(
    Consultation,
    st.sampled_from(codes(PARTIES)),
    TEXT,
    DAYS,
    st.sampled_from(["", "00:00", "23:59"]),
    TEXT,
)
DECISIONS = st.builds(
    Decision,
    st.sampled_from(["", *codes(REPORTING_CHOICES)]),
    st.sampled_from(["", *codes(HELP_CHOICES)]),
    TEXT,
    TEXT,
    DAYS,
)
FOLLOW_UPS = st.builds(
    sorted_follow_up,
    st.lists(OUTCOMES, unique_by=lambda outcome: outcome.what),
    st.lists(CONSULTATIONS),
    st.none() | DECISIONS,
)


@given(FOLLOW_UPS)
def test_a_follow_up_survives_a_round_trip_through_json(recorded: FollowUp) -> None:
    assert parse_follow_up(recorded.to_json(), TODAY) == recorded


# --- Looking up ---------------------------------------------------------------------------------------------


def test_outcomes_and_consultations_are_sorted() -> None:
    recorded = sorted_follow_up(
        [Outcome("reporting_code_1", "done"), Outcome("reassess", "done"), Outcome("call_112", "done")],
        [
            Consultation("other"),
            Consultation("police", on=TODAY, time="14:00"),
            Consultation("colleague", on=TODAY),
            Consultation("doctor", on=YESTERDAY),
        ],
        Decision("yes"),
    )

    assert recorded.decision == Decision("yes")
    assert [outcome.what for outcome in recorded.outcomes] == ["call_112", "reassess", "reporting_code_1"]
    assert [one.party for one in recorded.consultations] == ["doctor", "colleague", "police", "other"]


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (FollowUp(), False),
        (FollowUp(outcomes=(Outcome("reassess", "done"),)), True),
        (FollowUp(consultations=(Consultation("police"),)), True),
        (FollowUp(decision=Decision("yes")), True),
    ],
)
def test_a_follow_up_is_true_when_anything_was_recorded(recorded: FollowUp, expected: bool) -> None:
    assert bool(recorded) is expected


def test_an_outcome_is_found_by_its_step() -> None:
    done = Outcome("consult_police", "done")
    recorded = FollowUp((done, Outcome("reporting_code_1", "planned")))

    assert recorded.outcome("consult_police") is done
    assert recorded.outcome("call_112") is None


def test_an_outcome_of_advice_that_is_no_longer_given_is_found() -> None:
    gone = Outcome("medical_check", "done")
    recorded = FollowUp((Outcome("consult_police", "done"), gone, Outcome("reporting_code_1", "done")))

    assert recorded.no_longer_advised({"consult_police", "reassess"}) == (gone,)


def test_planned_steps_are_sorted_by_their_day() -> None:
    later = Outcome("consult_police", "planned", on=TOMORROW)
    first = Outcome("victim_support", "planned", on=YESTERDAY)
    same = Outcome("reporting_code_2", "planned", on=YESTERDAY)
    recorded = FollowUp(
        (later, first, Outcome("reassess", "planned"), Outcome("call_112", "done", on=YESTERDAY), same)
    )

    assert recorded.planned() == (first, same, later)


@pytest.mark.parametrize(
    ("outcome", "look_again", "due"),
    [
        (None, TODAY, TODAY),
        (Outcome("consult_police", "done", on=YESTERDAY), TODAY, TODAY),
        (Outcome("consult_police", "planned"), TODAY, TODAY),
        (Outcome("consult_police", "planned", on=YESTERDAY), TODAY, YESTERDAY),
        (Outcome("consult_police", "planned", on=TOMORROW), TODAY, TODAY),
        (Outcome("reassess", "planned", on=TOMORROW), TOMORROW, TOMORROW),
        (Outcome("reassess", "planned"), TODAY, TODAY),
        # Nothing is planned any more: the case waits for someone to plan, or to say that there is no need.
        (Outcome("reassess", "done", on=YESTERDAY), None, YESTERDAY),
        (Outcome("reassess", "done"), None, TODAY),
        (Outcome("reassess", "not_done"), None, None),
    ],
)
def test_the_next_due_day_includes_the_day_to_look_again(
    outcome: Outcome | None, look_again: date | None, due: date | None
) -> None:
    recorded = FollowUp((outcome,) if outcome else ())

    assert recorded.look_again_on(TODAY) == look_again
    assert recorded.next_due(TODAY) == due


def test_after_a_next_conversation_only_planned_steps_are_due() -> None:
    recorded = FollowUp((Outcome("reassess", "done"), Outcome("consult_police", "planned", on=TOMORROW)))

    assert recorded.look_again_on(None) is None
    assert recorded.next_due(None) == TOMORROW
    assert FollowUp().next_due(None) is None


def test_open_steps_are_the_planned_ones_but_for_looking_again() -> None:
    planned = [Outcome(what, "planned") for what in ("consult_police", "reporting_code_1", "reassess")]

    assert (
        FollowUp((*planned, Outcome("call_112", "done"), Outcome("safety_plan", "not_done"))).open_steps == 2
    )


# --- Text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (TOMORROW, ""),
        (TODAY, ""),
        (YESTERDAY, "Overdue: 1 day"),
        (date(2026, 3, 20), "Overdue: 3 days"),
    ],
)
def test_a_day_that_has_passed_is_overdue(due: date, text: str) -> None:
    with translation.override("en"):
        assert overdue_text(due, TODAY) == text


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (Outcome("reassess", "done"), ("Done",)),
        (Outcome("reassess", "done", "M.", YESTERDAY), ("Done on 22 March 2026, by M.",)),
        (Outcome("reassess", "planned"), ("Planned, no date yet",)),
        (Outcome("reassess", "planned", "M."), ("Planned, no date yet, by M.",)),
        (Outcome("reassess", "planned", on=TOMORROW), ("Planned for 24 March 2026",)),
        (Outcome("reassess", "not_done"), ("Not done", "No reason is written down.")),
        (
            Outcome("reassess", "not_done", on=TODAY, why="Cliënt wil niet"),
            ("Not done, recorded on 23 March 2026", "Reason or remark: Cliënt wil niet"),
        ),
        (Outcome("reassess", "done", why="100%\u202e"), ("Done", "Reason or remark: 100%[U+202E]")),
    ],
)
def test_an_outcome_as_text(outcome: Outcome, lines: tuple[str, ...]) -> None:
    with translation.override("en"):
        assert outcome.lines() == lines
        assert outcome.lines(free_text=False) == replace(outcome, who="", why="-").lines()[:1]


def test_a_consultation_as_text() -> None:
    recorded = Consultation("veilig_thuis", "A. %s\u202e", TODAY, "14:30", "Meld het")

    with translation.override("en"):
        assert recorded.lines() == (
            "Veilig Thuis (Safe at Home), A. %s[U+202E], 23 March 2026, 14:30",
            "Result: Meld het",
        )
        assert recorded.lines(free_text=False) == ("Veilig Thuis (Safe at Home), 23 March 2026, 14:30",)
        assert Consultation("police").lines() == ("Police, date not recorded",)


def test_the_decisions_as_text() -> None:
    recorded = Decision("yes", "not_enough", "wijkteam", "acuut\u202e", TODAY)
    both = (
        "Is reporting to Veilig Thuis necessary? Yes, reporting is necessary",
        "Is providing or organising help (also) possible? Yes, but this help is not enough",
    )

    with translation.override("en"):
        assert recorded.lines() == (
            *both,
            "Help by: wijkteam",
            "Ground: acuut[U+202E]",
            "Decided on 23 March 2026",
        )
        assert recorded.lines(free_text=False) == (*both, "Decided on 23 March 2026")


def test_an_undecided_question_is_not_a_no() -> None:
    with translation.override("en"):
        assert [line.partition("? ")[2] for line in Decision().lines()] == ["not decided yet"] * 2


def test_a_decision_not_to_report_without_a_ground_says_so() -> None:
    missing = "The ground for not reporting is not written down."

    with translation.override("en"):
        assert Decision("no").lines()[-1] == missing
        assert missing not in Decision("no").lines(free_text=False)
        assert missing not in Decision("no", ground="x").lines()
        assert missing not in Decision("yes").lines()


@pytest.mark.parametrize("choices", [OUTCOME_STATES, PARTIES, REPORTING_CHOICES, HELP_CHOICES])
def test_the_codes_of_choices_are_unique(choices: Any) -> None:
    assert len(set(codes(choices))) == len(choices)


# --- What the client was told -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (parse_outcome, {"what": "reassess", "state": "planned"}),
        (parse_consultation, {"party": "police"}),
        (parse_decision, {}),
    ],
)
def test_the_day_on_which_the_client_was_told_is_optional_and_not_in_the_future(parse: Any, raw: Any) -> None:
    assert parse(raw, TODAY).told_on is None
    assert parse({**raw, "told_on": "2026-03-22"}, TODAY).told_on == YESTERDAY
    assert problems_of(lambda: parse({**raw, "told_on": "2026-03-24"}, TODAY)) == [
        "told_on: '2026-03-24' is in the future"
    ]
    assert problems_of(lambda: parse({**raw, "told_on": "2026-03"}, TODAY)) == [
        "told_on: '2026-03' is not a full date as YYYY-MM-DD"
    ]


@pytest.mark.parametrize(
    "entry",
    [
        Outcome("reassess", "planned", told_on=YESTERDAY),
        Consultation("police", told_on=YESTERDAY),
        Decision("yes", told_on=YESTERDAY),
    ],
)
def test_a_line_says_when_the_client_was_told_and_a_handout_does_not(entry: Any) -> None:
    with translation.override("en"):
        assert entry.lines()[-1] == "The client was told on 22 March 2026"
        assert "told" not in " ".join(entry.lines(free_text=False))
        assert "told" not in " ".join(replace(entry, told_on=None).lines())
    with translation.override("nl"):
        assert entry.lines()[-1] == "Cliënt geïnformeerd op 22 maart 2026"


def test_the_last_day_on_which_the_client_was_told_is_that_of_any_step() -> None:
    told = sorted_follow_up(
        [Outcome("reassess", "done", told_on=YESTERDAY), Outcome("consult_police", "done")],
        [Consultation("police", told_on=TODAY)],
        Decision("yes"),
    )

    assert FollowUp().last_told_on is None
    assert replace(told, decision=Decision("yes", told_on=TOMORROW)).last_told_on == TOMORROW
    assert told.last_told_on == TODAY
    assert replace(told, consultations=()).last_told_on == YESTERDAY


def test_breaches_are_a_part_of_the_follow_up_and_no_open_step() -> None:
    answered, open_one = Breach("a", answer="x"), Breach("b", "2026-03-20")

    follow_up = sorted_follow_up([], [], None, [answered, open_one])

    assert follow_up.breaches == (open_one, answered)
    assert follow_up
    assert follow_up.open_steps == 0
    assert follow_up.next_due(None) is None
    assert parse_follow_up(follow_up.to_json(), TODAY) == follow_up
