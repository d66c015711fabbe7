from __future__ import annotations

import pytest

from questionnaire.domain.advice.possible_answers import possible_answers
from questionnaire.domain.catalogue import ITEMS

NOT_REACHED = frozenset({"not_reached"})


@pytest.mark.parametrize(
    ("item", "tried"),
    [
        ("fear_level", [{"6"}]),  # where the fear counts as serious: no rule tells a higher number apart
        ("fear_own_words", [{"text"}]),
        ("strangulation", [{"recent"}, {"earlier"}]),  # earlier is another level, and not less of recent
        ("relationship", [{"partner"}, {"colleague"}]),  # a tie outside the circle adds what the circle lacks
        ("weapons", [{"used", "has", "can_get"}]),
        ("support_people", [{"none"}]),
        ("safe_to_talk", [{"no"}]),
        ("client_wishes", []),
    ],
)
def test_an_answer_is_tried_only_if_it_reaches_what_no_other_does(item: str, tried: list[set[str]]) -> None:
    assert list(possible_answers(ITEMS[item], (), NOT_REACHED)) == tried


def test_a_grid_tries_a_column_in_all_its_rows() -> None:
    rows = [row.code for row in ITEMS["daily_life"].rows]

    assert list(possible_answers(ITEMS["daily_life"], (), NOT_REACHED)) == [
        {f"{row}=some" for row in rows},
        {f"{row}=much" for row in rows},
    ]


def test_a_grid_answered_in_part_keeps_its_answers_and_tries_its_open_rows() -> None:
    present = frozenset({"sleep=none", "health=unknown"})

    assert list(possible_answers(ITEMS["daily_life"], ("health", "money"), present)) == [
        {"sleep=none", "health=some", "money=some"},
        {"sleep=none", "health=much", "money=much"},
    ]
