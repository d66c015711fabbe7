"""When to look at a case again: by the terms of the program, or earlier ones."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.summary import summarise
from questionnaire.domain.terms import LATEST, Terms, is_no_term

ON = date(2026, 3, 23)


@pytest.mark.parametrize("urgency", Urgency)
def test_the_levels_now_and_today_have_the_sooner_day(urgency: Urgency) -> None:
    days = (Terms(2, 9).reassess_on(ON, urgency) - ON).days

    assert days == (2 if urgency in (Urgency.NOW, Urgency.TODAY) else 9)


def test_the_program_looks_again_after_three_days_or_fourteen() -> None:
    assert (LATEST.soon, LATEST.later) == (3, 14)
    assert summarise(Answers({}), (), ON).reassess_on == date(2026, 4, 6)


def test_a_summary_has_the_day_by_the_terms_and_nothing_else_of_them() -> None:
    answers = Answers.parse({"danger_now": "now"}, until=ON)
    usual, earlier = summarise(answers, (), ON), summarise(answers, (), ON, Terms(1, 5))

    assert (usual.reassess_on, earlier.reassess_on) == (date(2026, 3, 26), date(2026, 3, 24))
    assert [advice.code for advice in usual.advice] == [advice.code for advice in earlier.advice]
    (sentence,) = (advice.text for advice in earlier.advice if advice.code == "reassess")
    assert "24" in sentence


@pytest.mark.parametrize(("soon", "later"), [(1, 1), (3, 14), (3, 3), (2, 9)])
def test_terms_may_be_earlier(soon: int, later: int) -> None:
    assert not is_no_term(soon, later)


@pytest.mark.parametrize(
    ("soon", "later"),
    [(0, 5), (4, 14), (3, 15), (3, 2), (-1, 5), (1, 0), (True, 5), (2, "9"), (2.0, 9), (None, None)],
)
def test_terms_are_never_later_and_always_whole_days(soon: object, later: object) -> None:
    assert is_no_term(soon, later)
