"""Generate intakes with logs of every kind: of days, months, years and no date, of one and of many times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.incidents import ALL_PLACES, SOURCES, Incident, parse_incident
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.strategies import TODAY

_SIZES: Final = (0, 1, 2, 3, 5, 8, 13, 40, 60)
_WORDS: Final = ("stond voor de deur", "belde", "", "zei: tot gauw")
_PRECISIONS: Final = {"day": ("day", "day", "about"), "month": ("month", "about"), "year": ("about",)}
_FORMS: Final = {"day": 10, "month": 7, "year": 4}


def intakes(first: int, last: int) -> Iterator[IntakeFile]:
    """Yield the intakes with these numbers, the same ones in every run."""
    for number in range(first, last):
        random = Random(f"log {number}")  # noqa: S311  (to vary tests)
        size, years = random.choice(_SIZES), random.choice((1, 2, 6))
        log = tuple(_incident(random, years) for _line in range(size))
        yield intake_file(_answers(random), incidents=log, date=TODAY)


def _answers(random: Random) -> dict[str, object]:
    answers: dict[str, object] = {}
    if random.random() < 0.5:
        answers["pattern_start"] = _when(random, 8, random.choice(list(_FORMS)))
    if random.random() < 0.4:
        answers["contact_frequency"] = random.choice(("daily", "weekly", "not_lately"))
    if random.random() < 0.4:
        answers["behaviour_home"] = {"ring": "daily", "loiter": random.choice(("never", "once"))}
    return answers


def _when(random: Random, years: int, form: str) -> str:
    day = TODAY - timedelta(days=random.randrange(365 * years))
    return day.isoformat()[: _FORMS[form]]


def _incident(random: Random, years: int) -> Incident:
    raw: dict[str, Any] = {
        "place": random.choice(ALL_PLACES).code,
        "what": random.choice(_WORDS) or None,
        "reported": random.choice((True, False, None)),
        "times": random.choice((None, None, None, 2, 41, 1000, 9999)),
        "as_told": random.choice((None, None, "ooit in de zomer")),
    }
    if random.random() < 0.3:
        raw["source"] = random.choice(SOURCES).code
    form = random.choices((*_FORMS, ""), weights=(6, 2, 1, 1))[0]
    if not form:
        return parse_incident({**raw, "as_told": "ooit in de zomer"}, TODAY)
    when = _when(random, years, form)
    raw |= {"date": when, "precision": random.choice(_PRECISIONS[form])}
    if form == "day" and random.random() < 0.4:
        raw["time"] = f"{random.randrange(24):02}:{random.randrange(60):02}"
    if random.random() < 0.2:
        raw["until"] = _last(random, when)
    return parse_incident(raw, TODAY)


def _last(random: Random, when: str) -> str:
    """Return a last day, month or year that is not before the first, nor after today."""
    if len(when) < 10:
        return random.choice((when, TODAY.isoformat()[: len(when)]))
    later = date.fromisoformat(when) + timedelta(days=random.randrange(60))
    return min(later, TODAY).isoformat()
