"""Sentences: the first whose condition holds, and none that names a value that is not there."""

from __future__ import annotations

from questionnaire.domain.advice.conditions import ALWAYS, Facts, raised
from questionnaire.domain.advice.sentences import always, choose_sentences, first_of, when
from questionnaire.domain.answers import Answers
from questionnaire.tests.strategies import TODAY

FACTS = Facts(Answers.parse({"violence": ["others"]}, TODAY).codes, 0)


def test_the_first_of_several_whose_condition_holds_is_used() -> None:
    parts = (
        when(raised("strangulation"), "No."),
        first_of((raised("strangulation"), "No."), (raised("violence"), "Yes."), (ALWAYS, "No.")),
        always("Always."),
    )

    assert str(choose_sentences(parts, FACTS, {})) == "Yes. Always."


def test_a_sentence_that_names_a_value_that_is_none_is_left_out() -> None:
    parts = (always("Call %(police)s."), always("Before %(day)s."), always("Stay."))

    assert str(choose_sentences(parts, FACTS, {"police": "1", "day": None})) == "Call 1. Stay."
    assert (
        str(choose_sentences(parts, FACTS, {"police": "1", "day": "Monday"}))
        == "Call 1. Before Monday. Stay."
    )
