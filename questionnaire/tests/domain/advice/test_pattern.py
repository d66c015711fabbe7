from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from questionnaire.domain.advice.pattern import Behaviour, Pattern, pattern
from questionnaire.domain.answers import Answers
from questionnaire.domain.incidents import Incident
from questionnaire.tests.strategies import TODAY

FEBRUARY = Incident("2026-02", "online", "about")
MARCH = Incident("2026-03-20", "home")


def pattern_of(raw: dict[str, Any], *incidents: Incident) -> Pattern:
    return pattern(Answers.parse(raw, TODAY), incidents)


@pytest.mark.parametrize(
    ("raw", "incidents", "english", "dutch"),
    [
        (
            {},
            (),
            "No behaviour has been written down yet. That does not mean that nothing happened.",
            "Er is nog geen gedrag opgeschreven. Dat betekent niet dat er niets gebeurde.",
        ),
        (
            {
                "behaviour_home": {"ring": "never"},
                "behaviour_online": "unknown",
                "contact_frequency": "daily",
            },
            (),
            'All behaviour that was asked about was answered with "never". '
            "That does not mean that nothing happened.",
            'Al het gedrag waarnaar is gevraagd, is beantwoord met "nooit". '
            "Dat betekent niet dat er niets gebeurde.",
        ),
        (
            {"behaviour_home": {"ring": "never", "loiter": "unknown"}},
            (),
            "No behaviour has been written down yet. That does not mean that nothing happened.",
            None,
        ),
        (
            {"behaviour_home": {"ring": "once"}},
            (),
            "Each incident apart may look small. Written down so far: 1 kind of behaviour.",
            None,
        ),
        (
            {"behaviour_home": {"ring": "once", "damage": "daily"}, "pattern_start": "2025-08"},
            (),
            "Each incident apart may look small. Together: 2 kinds of behaviour since August 2025.",
            None,
        ),
        (
            {},
            (MARCH,),
            "Each incident apart may look small. Written down so far: 1 incident since 20 March 2026.",
            None,
        ),
        (
            {"contact_frequency": "not_lately"},
            (MARCH, FEBRUARY),
            "Each incident apart may look small. Together: 2 incidents since February 2026, "
            "not in the past four weeks. Silence is no reassurance.",
            None,
        ),
        (
            {
                "behaviour_home": {"ring": "once"},
                "pattern_start": "2025-08-02",
                "contact_frequency": "several_weekly",
            },
            (MARCH, FEBRUARY),
            "Each incident apart may look small. Together: 1 kind of behaviour and 2 incidents "
            "since 2 August 2025, now several times a week.",
            None,
        ),
        (
            {"behaviour_home": {"ring": "once"}, "contact_frequency": "declined", "pattern_start": "unknown"},
            (),
            "Each incident apart may look small. Written down so far: 1 kind of behaviour.",
            None,
        ),
    ],
)
def test_the_sentence_with_its_numbers(
    raw: dict[str, Any], incidents: tuple[Incident, ...], english: str, dutch: str | None
) -> None:
    found = pattern_of(raw, *incidents)

    assert found.sentence == english
    assert str(found) == english
    if dutch:
        with translation.override("nl"):
            assert found.sentence == dutch


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("daily", "now every day"),
        ("several_weekly", "now several times a week"),
        ("weekly", "now about every week"),
        ("less", "now less often than every week"),
        ("not_lately", "not in the past four weeks"),
    ],
)
def test_how_often_it_happens_now(code: str, says: str) -> None:
    assert f", {says}." in pattern_of({"contact_frequency": code}, MARCH).sentence


def test_behaviours_are_the_raised_cells_in_questionnaire_order() -> None:
    found = pattern_of(
        {
            "behaviour_online": {"tracking": "once", "calls": "unknown"},
            "behaviour_elsewhere": "declined",
            "behaviour_home": {"damage": "daily", "loiter": "weekly", "ring": "never"},
        }
    )

    assert found.behaviours == (
        Behaviour("home", "loiter", "weekly"),
        Behaviour("home", "damage", "daily"),
        Behaviour("online", "tracking", "once"),
    )


@pytest.mark.parametrize(
    ("raw", "incidents", "since"),
    [
        ({"pattern_start": "2025-08"}, (FEBRUARY,), "2025-08"),
        ({"pattern_start": "declined"}, (MARCH, FEBRUARY), "2026-02"),
        ({}, (MARCH,), "2026-03-20"),
        ({"last_incident": "2026-03-20"}, (), None),
    ],
)
def test_since_when(raw: dict[str, Any], incidents: tuple[Incident, ...], since: str | None) -> None:
    assert pattern_of(raw, *incidents).since == since
