"""Sentences: the first whose condition holds, and none that names a value that is not there."""

from __future__ import annotations

from questionnaire.domain.advice.conditions import ALWAYS, Facts, raised
from questionnaire.domain.advice.sentences import choose_sentences
from questionnaire.domain.answers import Answers
from questionnaire.tests.strategies import TODAY

FACTS = Facts(Answers.parse({"violence": ["others"]}, TODAY).codes, 0)


def test_the_first_of_several_whose_condition_holds_is_used() -> None:
    parts = (
        ((raised("strangulation"), "No."),),
        ((raised("strangulation"), "No."), (raised("violence"), "Yes."), (ALWAYS, "No.")),
        ((ALWAYS, "Always."),),
    )

    assert str(choose_sentences(parts, FACTS, {})) == "Yes. Always."


def test_a_sentence_that_names_a_value_that_is_none_is_left_out() -> None:
    parts = tuple(((ALWAYS, text),) for text in ("Call %(police)s.", "Before %(day)s.", "Stay."))

    assert str(choose_sentences(parts, FACTS, {"police": "1", "day": None})) == "Call 1. Stay."
    assert (
        str(choose_sentences(parts, FACTS, {"police": "1", "day": "Monday"}))
        == "Call 1. Before Monday. Stay."
    )
