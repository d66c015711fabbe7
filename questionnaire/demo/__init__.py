"""Invented intakes, each with its own story. No person in them exists.

They are answers files, so `manage.py summarise questionnaire/demo` turns them into reports. The folder
`steps` has the follow-up of each and `plans` the safety plan of a case, which only the application stores.

Their dates are those of one spring, so that a report is the same every day. With a day, all dates of a case
move by the same number of weeks, so that its last date is two to eight days before that day: what lies
between two dates, and on which weekday each is, stays. A text in words names no date, which would not move.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from questionnaire.domain.answers_file import IntakeFile, parse_intake, read_json
from questionnaire.domain.case_holders import CaseHolders, parse_case_holders
from questionnaire.domain.dates import first_day, is_full, today
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


#: A date in a file: a day, or only a month.
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_WEEK: Final = timedelta(weeks=1)
#: So long before the day the last date of a case is at least.
_LATEST: Final = timedelta(days=2)


def intake(name: str, day: date | None = None) -> IntakeFile:
    """Return one of the invented intakes, with the dates of its file, or with those that go with this day."""
    return _parsed(f"{name}.json", _shift(name, day), day or today())


def reassessments(name: str, day: date | None = None) -> Iterator[tuple[IntakeFile, FollowUp]]:
    """Yield the assessments that come after one of them, each with its follow-up."""
    day, shift = day or today(), _shift(name, day)
    for later in CASE.get(name, ()):
        yield _parsed(f"case/{later}.json", shift, day), _follow_up(f"case/steps/{later}.json", shift, day)


def follow_up(name: str, day: date | None = None) -> FollowUp:
    """Return the follow-up of one of them."""
    return _follow_up(f"steps/{name}.json", _shift(name, day), day or today())


def holders(name: str, day: date | None = None) -> CaseHolders:
    """Return who holds the case of one of them."""
    stored = _shifted(_read(f"steps/{name}.json").get("holders", {}), _shift(name, day))
    return parse_case_holders(stored, day or today())


def safety_plan(name: str) -> Plan:
    """Return the safety plan of the case of one of them; of most there is none."""
    stored = _read(f"plans/{name}.json")
    return parse_plan(stored) if stored else Plan()


def intakes() -> Iterator[IntakeFile]:
    """Yield all invented intakes, each the first of its case."""
    return (intake(name) for name in NAMES)


def _parsed(path: str, shift: timedelta, day: date) -> IntakeFile:
    stored = read_json(FOLDER.joinpath(path).read_text(encoding="utf-8"))
    return parse_intake(_shifted(stored, shift), day)


def _follow_up(path: str, shift: timedelta, day: date) -> FollowUp:
    """Return a follow-up. Planned steps are so many days from the day, so that some are always overdue."""
    stored = _shifted({"outcomes": [], **_read(path)}, shift)
    stored.pop("holders", None)
    for outcome in stored["outcomes"]:
        if (days := outcome.pop("in_days", None)) is not None:
            outcome["on"] = (day + timedelta(days=days)).isoformat()
    return parse_follow_up(stored, day)


def _read(path: str) -> dict[str, Any]:
    """Return what a file holds; nothing when there is no such file."""
    file = FOLDER.joinpath(path)
    stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return stored


def _shift(name: str, day: date | None) -> timedelta:
    """Return by how many whole weeks the dates of a case move for this day; by none without a day."""
    if day is None:
        return timedelta()
    later = CASE.get(name, ())
    paths = [f"{name}.json", f"steps/{name}.json", *(f"case/{each}.json" for each in later)]
    last = max(first_day(found) for path in paths for found in _dates(_read(path)))
    return (day - _LATEST - last) // _WEEK * _WEEK


def _dates(stored: object) -> Iterator[str]:
    """Yield every date in what a file holds."""
    if isinstance(stored, str) and _DATE.fullmatch(stored):
        yield stored
    elif isinstance(stored, dict | list):
        for each in stored.values() if isinstance(stored, dict) else stored:
            yield from _dates(each)


def _shifted(stored: Any, shift: timedelta) -> Any:
    """Return what a file holds with every date so much later."""
    if isinstance(stored, dict):
        return {key: _shifted(value, shift) for key, value in stored.items()}
    if isinstance(stored, list):
        return [_shifted(value, shift) for value in stored]
    if not isinstance(stored, str) or not _DATE.fullmatch(stored):
        return stored
    # Of a month its first day counts, so that it never comes after a day that it came before.
    moved = (first_day(stored) + shift).isoformat()
    return moved if is_full(stored) else moved[: len(stored)]
