"""Danger signs and what is also concerning: each answer in one of them, and none is lost."""

from __future__ import annotations

from typing import Any, Final

import pytest

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.signs import also_concerning, danger_signs, of_this_person
from questionnaire.domain.answers import Answers
from questionnaire.tests.domain.codes import CODES
from questionnaire.tests.domain.contract import ALSO_CONCERNING, DANGER_SIGN
from questionnaire.tests.domain.probes import LAST_DATE, probes

Named = list[tuple[str, tuple[str, ...]]]

SIGNS: Final[tuple[tuple[dict[str, Any], Named, Named], ...]] = (
    ({}, [], []),
    # A danger sign names all signals of its item, so that none is lost between the two.
    ({"threats": ["damage", "kill"]}, [("threats", ("kill", "damage"))], []),
    ({"threats": ["damage"]}, [], [("threats", ("damage",))]),
    ({"weapons": ["can_get"]}, [], [("weapons", ("can_get",))]),
    ({"weapons": ["can_get", "has"]}, [("weapons", ("has", "can_get"))], []),
    ({"escalation": ["more_often"]}, [], [("escalation", ("more_often",))]),
    ({"escalation": ["more_often", "closer"]}, [("escalation", ("more_often", "closer"))], []),
    # Leaving control names the control and the change, and no children who are not expected.
    ({"coercive_control": "still"}, [], [("coercive_control", ("still",))]),
    (
        {"coercive_control": "past", "recent_change": ["separation", "move"]},
        [("recent_change", ("separation", "move")), ("coercive_control", ("past",))],
        [],
    ),
    (
        {"coercive_control": "past", "children": ["shared", "pregnant"]},
        [("coercive_control", ("past",)), ("children", ("pregnant",))],
        [],
    ),
    ({"children": ["pregnant"], "coercive_control": "no"}, [], []),
    # In a grid only the cells that are danger signs.
    (
        {"behaviour_elsewhere": {"follow": "weekly", "approach": "daily"}},
        [("behaviour_elsewhere", ("follow=weekly",))],
        [],
    ),
    ({"behaviour_online": {"tracking": "once"}}, [("behaviour_online", ("tracking=once",))], []),
    ({"aim": ["contact", "force", "revenge"]}, [], [("aim", ("force", "revenge"))]),
    ({"aim": ["contact"]}, [], []),
    ({"professional_concern": "urgent"}, [("professional_concern", ("urgent",))], []),
    (
        {"others_targeted": ["pet"], "substance_use": "yes", "previous_targets": "yes", "fixation": "yes"},
        [],
        [
            ("substance_use", ("yes",)),
            ("fixation", ("yes",)),
            ("previous_targets", ("yes",)),
            ("others_targeted", ("pet",)),
        ],
    ),
)


@pytest.mark.parametrize(("raw", "danger", "concerning"), SIGNS)
def test_each_answer_is_named_in_one_of_the_two(
    raw: dict[str, Any], danger: Named, concerning: Named
) -> None:
    facts = Facts(Answers.parse(raw, LAST_DATE).codes, 0)

    assert [(one.item, one.codes) for one in danger_signs(facts)] == danger
    assert [(one.item, one.codes) for one in also_concerning(facts)] == concerning


def test_the_own_concern_of_the_professional_is_no_sign_of_this_person() -> None:
    raw = {"professional_concern": "urgent", "threats": ["kill"]}
    signs = danger_signs(Facts(Answers.parse(raw, LAST_DATE).codes, 0))

    assert [sign.item for sign in signs] == ["threats", "professional_concern"]
    assert [sign.item for sign in of_this_person(signs)] == ["threats"]


def test_the_items_are_those_of_the_contract_for_every_probe() -> None:
    for each in probes():
        facts = Facts(each.codes, each.incidents)
        signs = {item for way in DANGER_SIGN if way <= each.given for item, _code in way}
        worries = {item for way in ALSO_CONCERNING if way <= each.given for item, _code in way}

        assert {one.item for one in danger_signs(facts)} == signs
        found = also_concerning(facts)
        assert {one.item for one in found} == worries - signs
        assert [one.item for one in found] == sorted((one.item for one in found), key=list(CODES).index)
