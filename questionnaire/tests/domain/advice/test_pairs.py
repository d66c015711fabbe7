"""Cases that are as alike as possible, of which one is grave: the levels tell them apart."""

from __future__ import annotations

from typing import Final

import pytest

from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.summary import Summary, summarise
from questionnaire.tests.cases import intakes

PAIRS: Final = intakes("pairs")
#: The overall level and that of the police advice, of the grave case and of the mild one.
LEVELS: Final = {
    "texts": (("now", "now"), ("days", "days")),
    "order": (("now", "now"), ("days", "days")),
    "neighbour": (("now", "now"), ("days", "days")),
    "colleague": (("today", "today"), ("days", "days")),
    "online": (("today", "today"), ("days", "days")),
    "parents": (("now", "now"), ("days", "days")),
    "little_fear": (("now", "now"), ("days", "days")),
    # Who lives with this person makes a safety plan today, whatever else; the police advice tells them apart.
    "at_home": (("now", "now"), ("today", "days")),
}
MOST_DIFFERENCES: Final = 2


def pair(name: str) -> tuple[IntakeFile, IntakeFile]:
    """Return the grave case and the mild one."""
    return PAIRS[f"{name}-grave"], PAIRS[f"{name}-mild"]


def summary_of(intake: IntakeFile) -> Summary:
    return summarise(intake.answers, intake.incidents, intake.date)


def test_every_pair_is_read() -> None:
    assert set(PAIRS) == {f"{name}-{degree}" for name in LEVELS for degree in ("grave", "mild")}


@pytest.mark.parametrize("name", LEVELS)
def test_the_two_of_a_pair_are_nearly_alike(name: str) -> None:
    grave, mild = pair(name)

    differences = [item for item in grave.answers if grave.answers[item] != mild.answers.get(item)]

    assert set(grave.answers) == set(mild.answers)
    assert grave.incidents == mild.incidents
    assert 1 <= len(differences) <= MOST_DIFFERENCES


@pytest.mark.parametrize("name", LEVELS)
def test_the_grave_one_of_a_pair_stands_higher(name: str) -> None:
    grave, mild = map(summary_of, pair(name))

    found = [(one.urgency.code, one.police_urgency.code) for one in (grave, mild)]
    assert found == list(LEVELS[name])
    assert grave.urgency > mild.urgency


@pytest.mark.parametrize("name", LEVELS)
def test_only_the_grave_one_of_a_pair_has_danger_signs(name: str) -> None:
    grave, mild = map(summary_of, pair(name))

    assert grave.danger_signs
    assert not mild.danger_signs
