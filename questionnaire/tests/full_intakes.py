"""Make an intake in which everything was asked, answered and logged: the longest that pages have to show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

from questionnaire import demo
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.documents.editions import EDITIONS
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import Item
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, User

INCIDENT_COUNT: Final = 44
_FIRST_DAY: Final = date(2025, 5, 4)
_DAYS_BETWEEN: Final = 7
_PLACES: Final = ("home", "elsewhere", "online", "unknown")

_PAGE_NAMES: Final = (
    "summary",
    "review",
    "stop",
    "steps",
    "plan",
    "answers",
    "pause",
    "incidents",
    "case",
    "access",
)
#: Name and further arguments of the pages about an intake.
ADDRESSES: Final[list[tuple[str, tuple[str, ...]]]] = [
    *((name, ()) for name in _PAGE_NAMES),
    *(("section", (page,)) for page in PAGES),
    *(("edition", (code,)) for code in EDITIONS if code != "full"),
]


def fill(user: User, intake: Intake) -> Intake:
    """Answer every question with what weighs most, with a note and a source at each, and fill the log."""
    example = demo.intake("ex_partner_with_breach")
    for section in SECTIONS:
        answers = {item.id: _answer(item, example.answers.get(item.id)) for item in section.items}
        base = {item_id: item_fingerprint(intake.content, item_id) for item_id in answers}
        submission = Submission(
            base,
            dict.fromkeys(answers, "as posted"),
            answers=answers,
            notes={item_id: f"Notitie bij {item_id}." for item_id in answers},
            sources=dict.fromkeys(answers, "document"),
        )
        intake = intake_actions.save_section(user, intake, section.id, submission).intake
    incident_actions.add_incidents(user, intake, log(), uuid4(), "")
    return Intake.objects.get(pk=intake.pk)


def log() -> list[Incident]:
    """Return a log of ten months, one incident a week."""
    return [
        Incident(
            (_FIRST_DAY + timedelta(days=_DAYS_BETWEEN * number)).isoformat(),
            _PLACES[number % len(_PLACES)],
            what=f"Stond {number + 2} minuten aan de overkant naar binnen te kijken en liep toen weg.",
            evidence="filmpje op de telefoon",
            reported=(True, False, None)[number % 3],
            time="14:05",
        )
        for number in range(INCIDENT_COUNT)
    ]


def _answer(item: Item, example: object) -> Any:
    """Return an answer with every signal that this question has; the example where it has none."""
    if item.kind == "many":
        return tuple(option.code for option in item.options if option.code not in item.exclusive)
    if item.kind == "grid":
        column = next((each.code for each in item.columns if each.code in item.raises), item.columns[-1].code)
        return {row.code: column for row in item.rows}
    if item.kind in ("one", "yes_no"):
        signals = [option.code for option in item.options if option.code in item.raises]
        return signals[0] if signals else example if isinstance(example, str) else item.options[0].code
    return example if isinstance(example, (str, int)) else "Tekst van de cliënt."
