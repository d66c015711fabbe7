"""Texts for codes: reasons and answers."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.domain.advice.engine import Because
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import assessment, edition_of, intake_file


def test_many_reasons_of_a_group_are_named_as_a_group() -> None:
    signs = (
        Because("threats", ("kill",)),
        Because("violence", ("others",)),
        Because("behaviour_elsewhere", ("follow=daily",)),
    )
    fear = (
        Because("fear_level", ("9",)),
        Because("feared_events", ("kill",)),
        Because("fear_change", ("more",)),
    )
    more = Because("behaviour_elsewhere", ("follow=daily", "via_others=once"))

    with override("en"):
        assert labels.short_reasons(signs, signs, 2) == ("the danger signs",)
        assert labels.short_reasons((*fear, *signs[:2]), signs, 2) == (
            "the fear",
            "Threats: Killing",
            "Physical violence: Against others",
        )
        assert labels.short_reasons((*signs[:2], more), (*signs, Because("home_entry", ("yes",))), 2) == (
            "danger signs",
            "Through family or friends: once",
        )


def test_a_group_of_danger_signs_is_not_counted_under_a_list_of_more() -> None:
    signs = tuple(
        Because(item, ("yes",)) for item in ("home_entry", "person_suicidal", "strangulation", "weapons")
    )

    with override("nl"):
        assert labels.short_reasons(signs[:3], signs, 2) == ("gevaarsignalen",)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("rond Kerst", "told as “rond Kerst”"),
        ('"rond Kerst"', 'told as "rond Kerst"'),
        ("“rond Kerst”", "told as “rond Kerst”"),
        ('toen ze "weg" was', 'told as ‘toen ze "weg" was’'),
    ],
)
def test_quotation_marks_that_were_typed_are_not_doubled(typed: str, shown: str) -> None:
    with override("en"):
        assert labels.incident_date(Incident(precision="", as_told=typed)) == f"date not known, {shown}"


def test_the_fear_and_the_danger_signs_together_are_one_reason() -> None:
    signs = tuple(Because(item, ("yes",)) for item in ("home_entry", "person_suicidal", "fixation"))
    fear = (
        Because("fear_level", ("9",)),
        Because("feared_events", ("kill",)),
        Because("fear_change", ("more",)),
    )

    with override("nl"):
        assert labels.short_reasons((*fear, *signs), signs, 2) == ("de angst en de gevaarsignalen",)


def test_many_other_reasons_are_named_by_their_question() -> None:
    many = (
        Because("relationship", ("partner",)),
        Because("threats", ("damage",)),
        Because("fixation", ("yes",)),
    )

    with override("en"):
        assert labels.short_reasons(many, (), 2) == (
            "Relationship with this person",
            "Threats",
            "Very taken up with the client",
        )
        assert labels.short_reasons(many, (), 3)[0] == "Relationship with this person: Partner"


@pytest.mark.parametrize(
    ("because", "text"),
    [
        (Because("incidents", ("1",)), "1 incident in the log"),
        (Because("incidents", ("3",)), "3 incidents in the log"),
        (Because("fear_own_words", ("text",)), "Fear in own words"),
        (Because("fear_level", ("9",)), "Number for feeling unsafe: 9 (scale 0-10)"),
        (Because("safe_to_talk", ("declined",)), "Talking safely: Prefers not to say"),
        (Because("relationship", ("not_reached",)), "Relationship with this person: Not discussed yet"),
        (Because("behaviour_home", ("ring=daily",)), "Ringing or knocking on windows: every day"),
        (
            Because("behaviour_home", ("loiter=once", "ring=daily", "letters=once", "damage=once")),
            "Behaviour at home: 4 kinds",
        ),
        (Because("daily_life", ("sleep=much",)), "Effects on daily life: Sleep: a lot"),
    ],
)
def test_the_text_of_an_answer_that_led_to_advice(because: Because, text: str) -> None:
    with override("en"):
        assert labels.reason(because) == text


def test_an_answer_as_text_is_literal_or_its_absent_state() -> None:
    answers = assessment({"fear_own_words": "Zoë zei: <nee>", "weapons": "declined"}).answers

    with override("en"):
        assert labels.answer(answers, "fear_own_words") == ("Zoë zei: <nee>",)
        assert labels.answer(answers, "weapons") == ("Prefers not to say",)
        assert labels.answer(answers, "threats") == ("Not discussed yet",)


def test_a_number_to_call_beside_advice_to_act_now_is_not_said_to_be_for_no_emergency() -> None:
    with override("nl"):
        assert labels.contact("police") == "Politie, geen spoed: 0900-8844"
        assert labels.contact("police", urgent=True) == "Politie: 0900-8844"
        assert labels.contact("veilig_thuis", urgent=True) == labels.contact("veilig_thuis")

    for answers, contact in (
        ({"strangulation": "recent"}, "Politie: 0900-8844"),
        ({}, "Politie, geen spoed: 0900-8844"),
    ):
        document = edition_of(intake_file(answers), "full", language="nl")
        assert contact in next(s.contacts for s in document.page_one.steps if s.code == "consult_police")


@pytest.mark.parametrize(("language", "words"), [("nl", "23 mrt 2026"), ("en", "23 Mar 2026")])
def test_a_day_in_a_table_is_short(language: str, words: str) -> None:
    with override(language):
        assert labels.short_date(date(2026, 3, 23)) == words
