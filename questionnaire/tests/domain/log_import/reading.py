"""Read logs for tests, on one day, and look at what came of them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.rows import ImportRow, LogImport
from questionnaire.domain.log_import.table import Cell, Table

#: The day of the conversation, a Sunday.
ON: Final = date(2026, 11, 29)


def read(content: str | Table, **options: Any) -> LogImport:
    return read_log(content, **{"on": ON, "until": ON, **options})


def table(*rows: tuple[Cell, ...]) -> Table:
    return Table(rows)


def told(log: LogImport) -> list[str]:
    """Return what each row came to: date and words, the field in doubt, or why it was left out."""
    return [_told(row) for row in log.rows]


def _told(row: ImportRow) -> str:
    if row.incident:
        return f"{row.incident.date} {row.incident.what}".strip()
    return row.ignored or "? " + ", ".join(doubt.field for doubt in row.doubts)
