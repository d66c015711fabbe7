"""Invented intakes, each with its own story. No person in them exists.

They are answers files, so `manage.py summarise questionnaire/demo` turns them into reports. The folder
`steps` has the follow-up of each and `plans` the safety plan of a case, which only the application stores.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json
from questionnaire.domain.case_holders import CaseHolders, parse_case_holders
from questionnaire.domain.dates import today
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.follow_up_parser import parse_follow_up
from questionnaire.domain.safety_plan import Plan, parse_plan

FOLDER: Final = Path(__file__).parent

#: Those in which every question was discussed.
COMPLETE: Final = (
    "ex_partner_with_breach",
    "colleague",
    "stranger_online",
    "strangulation_without_fear",
    "everything_declined",
)
UNFINISHED: Final = ("half_finished", "minor", "nothing_answered")
NAMES: Final = (*COMPLETE, *UNFINISHED)

#: The assessments that come after the first one of a case, in their order, by the name of the first.
CASE: Final = {"ex_partner_with_breach": ("second", "third")}


def intake(name: str) -> IntakeFile:
    """Return one of the invented intakes."""
    text = FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8")
    return parse_intake(read_json(text), today())


def reassessments(name: str) -> Iterator[IntakeFile]:
    """Yield the assessments that come after one of them."""
    for later in CASE.get(name, ()):
        text = FOLDER.joinpath("case", f"{later}.json").read_text(encoding="utf-8")
        yield parse_intake(read_json(text), today())


def follow_up(name: str) -> FollowUp:
    """Return the follow-up of one of them.

    Planned steps are so many days from today, so that some are always overdue.
    """
    stored = _steps(name)
    stored.pop("holders", None)
    for outcome in stored["outcomes"]:
        if (days := outcome.pop("in_days", None)) is not None:
            outcome["on"] = (today() + timedelta(days=days)).isoformat()
    return parse_follow_up(stored, today())


def holders(name: str) -> CaseHolders:
    """Return who holds the case of one of them."""
    return parse_case_holders(_steps(name).get("holders", {}), today())


def _steps(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(FOLDER.joinpath("steps", f"{name}.json").read_text(encoding="utf-8"))
    return stored


def safety_plan(name: str) -> Plan:
    """Return the safety plan of the case of one of them; of most there is none."""
    path = FOLDER.joinpath("plans", f"{name}.json")
    return parse_plan(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else Plan()


def intakes() -> Iterator[IntakeFile]:
    """Yield all invented intakes, each the first of its case."""
    return (intake(name) for name in NAMES)
