"""The sentence with which every summary opens."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.utils import translation

from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.fear import opening
from questionnaire.domain.answers import Answers
from questionnaire.tests.domain.probes import LAST_DATE

VERY: Final = "De cliënt voelt zich erg onveilig. Dat nemen wij serieus."
MORE: Final = "De cliënt voelt zich onveiliger dan eerst. Dat nemen wij serieus."
SERIOUS: Final = "De cliënt houdt rekening met ernstig gevaar. Dat nemen wij serieus."
LESS: Final = "De cliënt voelt zich nu minder onveilig. Dat zegt niets over het gevaar."
UNSAFE: Final = "De cliënt voelt zich niet veilig. Dat nemen wij serieus."
NONE: Final = "De cliënt noemt geen onveiligheid. Dat zegt niets over het gevaar."
WORDS: Final = "De eigen woorden van de cliënt staan voorop."
NOTHING: Final = "Er is nog niet over angst gesproken. Dat zegt niets over het gevaar."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"fear_level": 6}, VERY),
        ({"fear_level": 10, "fear_change": "more", "feared_events": ["kill"]}, VERY),
        ({"fear_level": 5, "fear_change": "more", "feared_events": ["kill"]}, MORE),
        ({"fear_level": 0, "fear_change": "more"}, MORE),
        ({"fear_level": 5, "feared_events": ["attack"]}, SERIOUS),
        ({"feared_events": ["break_in"], "fear_change": "less", "threats": ["kill"]}, SERIOUS),
        ({"fear_level": 5, "fear_change": "less", "threats": ["kill"]}, LESS),
        ({"fear_level": 0, "fear_change": "less", "home_entry": "yes"}, LESS),
        ({"fear_level": 5, "fear_change": "less", "threats": ["damage"]}, UNSAFE),
        ({"fear_level": 1}, UNSAFE),
        ({"feared_events": ["other"], "fear_level": 0}, UNSAFE),
        ({"fear_level": 0}, NONE),
        ({"fear_level": 0, "fear_own_words": "Bang ben ik niet"}, NONE),
        ({"feared_events": ["none"], "fear_change": "less"}, NONE),
        ({"fear_own_words": "x"}, WORDS),
        ({"fear_own_words": "x", "fear_change": "less"}, WORDS),
        ({"fear_change": "same"}, NOTHING),
        ({"fear_own_words": "declined", "fear_level": "unknown", "feared_events": "not_asked"}, NOTHING),
        ({"life_changes": ["move"]}, NOTHING),
        ({}, NOTHING),
    ],
)
def test_the_first_opening_that_holds_is_used(raw: dict[str, Any], sentence: str) -> None:
    with translation.override("nl"):
        assert str(opening(Facts(Answers.parse(raw, LAST_DATE).codes, 0))) == sentence
