"""Mark rows that say the same as another row of the file, or as an incident that the log has already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.rows import ImportRow, LogImport


def with_doubles(rows: Iterable[ImportRow]) -> tuple[ImportRow, ...]:
    """Return the rows, each that says the same as an earlier one with the number of that row."""
    first: dict[object, int] = {}
    marked = []
    for row in rows:
        key = _key(row)
        earlier = first.setdefault(key, row.row) if key else row.row
        marked.append(row if earlier == row.row else replace(row, double_of=earlier))
    return tuple(marked)


def mark_known(log: LogImport, incidents: Iterable[Incident]) -> LogImport:
    """Return the log with each row marked that says the same as one of these incidents."""
    known = {same(incident) for incident in incidents}
    rows = (replace(row, in_log=row.incident is not None and same(row.incident) in known) for row in log.rows)
    return replace(log, rows=tuple(rows))


def same(incident: Incident) -> tuple[str, ...]:
    """Return what incidents that say the same have in common: when, where, how often, who and what."""
    when = (incident.date, incident.until, incident.time, _plain(incident.as_told))
    return (*when, incident.place, str(incident.times), _plain(incident.by), _plain(incident.what))


def _key(row: ImportRow) -> object:
    if row.incident:
        return same(row.incident)
    return row.written if row.doubts else None


def _plain(text: str) -> str:
    """Return a text without capitals, signs and spaces that differ from one copy to the next."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
