"""Make the summary of answers that are written in a row, as the table of levels has them."""

from __future__ import annotations

from datetime import date
from typing import Final

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import ABSENT_CODES
from questionnaire.domain.summary import Summary, summarise
from questionnaire.tests.domain.advice.level_rows import NO, QUIET

ON: Final = date(2026, 3, 23)


def summary_of(answers: str, *incidents: Incident, on: date = ON) -> Summary:
    """Return the summary of answers as they are written in a row."""
    named = dict(answer.split("=") for answer in answers.split() if not answer.startswith("+"))
    log = [*incidents, *(Incident("2026-03-01", times=int(times)) for times in _times(named.pop("log", "")))]
    raw = {item_id: _as_json(item_id, value) for item_id, value in named.items()}
    for token, rest, column in (("+no", NO, "never"), ("+quiet", QUIET, "unknown")):
        if token in answers.split():
            raw = _rest(rest, column) | raw
    return summarise(Answers.parse(raw, ON), log, on)


def _times(log: str) -> list[str]:
    return log.split("+") if log else []


def _as_json(item_id: str, value: str) -> object:
    kind = ITEMS[item_id].kind
    if value in ABSENT_CODES:
        return value
    if kind == "many":
        return value.split(",")
    if kind == "grid":
        return dict(cell.split(":") for cell in value.split(","))
    return int(value) if kind == "scale" else value


def _rest(answers: str, column: str) -> dict[str, object]:
    """Return these answers, and every cell of every grid in this column, or the like of it."""
    found: dict[str, object] = {}
    for item_id, _is, value in (answer.partition("=") for answer in answers.split()):
        found[item_id] = _as_json(item_id, value)
    for item in ITEMS.values():
        if item.kind == "grid":
            columns = {choice.code for choice in item.columns}
            found[item.id] = dict.fromkeys(
                (row.code for row in item.rows), column if column in columns else "none"
            )
    return found
