"""A log that was read and waits: what stood in it, how to read it, and what the person chose for its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident, parse_incident
from questionnaire.domain.log_import.doubles import mark_known
from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.rows import ImportRow, LogImport, settle
from questionnaire.domain.log_import.table import Table, cell_from_json, cell_to_json
from questionnaire.domain.written_dates import Order

#: The kinds of log that are a source of their own.
_OTHER_SOURCES: Final = ("chat", "calls")


@dataclass(frozen=True, slots=True)
class PendingLog:
    """What was pasted or opened, with the choices of the person. Rows are named by their number in the file.

    `known` is the order of dates that was said of the log of the case before: `order` is what was said of
    this one. A log that contradicts what is known is read without it, so that it is asked.
    `edits` are incidents as the person corrected them, `settled` the dates that they chose for rows in doubt.
    `left_out` are the rows that are not to be added, and `kept` those that are, although the file or the log
    of the case has the same already. `apart` are lines without a date that do not belong to the date above.
    """

    content: str | Table
    order: Order | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    senders: frozenset[str] = frozenset()
    by_day: bool = True
    kind: str = ""
    edits: Mapping[int, Incident] = field(default_factory=dict)
    settled: Mapping[int, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()
    known: Order | None = None

    def read(self, on: date, until: date, log: Iterable[Incident]) -> LogImport:
        """Return its rows as they are now, those that stand in this log marked. Raise InvalidInputError."""
        found = self._read_in(self.order or self.known, on, until)
        if found.contradicted and not self.order:
            found = self._read_in(None, on, until)
        return mark_known(replace(found, rows=tuple(self._as_edited(row, until) for row in found.rows)), log)

    def _read_in(self, order: Order | None, on: date, until: date) -> LogImport:
        return read_log(
            self.content,
            on=on,
            until=until,
            order=order,
            columns=self.columns,
            senders=self.senders,
            by_day=self.by_day,
            kind=self.kind,
            apart=self.apart,
        )

    def _as_edited(self, row: ImportRow, until: date) -> ImportRow:
        if incident := self.edits.get(row.row):
            return replace(row, incident=incident, draft=None, doubts=(), ignored="", undated=())
        reading = self.settled.get(row.row)
        if reading is None or not (reading or row.doubts):
            return row
        # Its date may be sure by now, by the order that was chosen for all.
        with suppress(InvalidInputError):
            return settle(replace(row, draft=row.draft or row.incident), {"date": reading}, until)
        return row

    def is_chosen(self, row: ImportRow) -> bool:
        """Return whether a row is to be added."""
        is_new = row.double_of is None and not row.in_log
        return bool(row.incident) and row.row not in self.left_out and (is_new or row.row in self.kept)

    def chosen(self, found: LogImport) -> tuple[Incident, ...]:
        """Return the incidents that are to be added, with what they were taken from."""
        return _with_source(found, filter(self.is_chosen, found.rows))

    def without_chosen(self, found: LogImport) -> PendingLog:
        """Return it when what is to be added was added: those rows are left out from then on."""
        rows = frozenset(row.row for row in filter(self.is_chosen, found.rows))
        return replace(self, left_out=self.left_out | rows, kept=self.kept - rows)

    def with_edit(self, row: int, incident: Incident) -> PendingLog:
        """Return it with one row as the person corrected it, which is then to be added."""
        return replace(self.with_row(row, is_kept=True), edits={**self.edits, row: incident})

    def with_date(self, row: int, reading: str) -> PendingLog:
        """Return it with this date for a row in doubt, which is then to be added."""
        return replace(self.with_row(row, is_kept=True), settled={**self.settled, row: reading})

    def with_row(self, row: int, *, is_kept: bool) -> PendingLog:
        """Return it with one row to be added, or left out."""
        kept, left_out = self.kept - {row}, self.left_out - {row}
        return replace(
            self,
            kept=kept | {row} if is_kept else kept,
            left_out=left_out if is_kept else left_out | {row},
        )

    def with_apart(self, lines: Iterable[int]) -> PendingLog:
        """Return it with lines without a date as rows of their own."""
        return replace(self, apart=self.apart | set(lines))

    def joinable(self, found: LogImport) -> Mapping[int, int]:
        """Return the rows that were put apart and can be put back, each with the row above it.

        A row that was corrected, added or left out takes no more words: nobody would see that they are gone.
        """
        rows = [row for row in found.rows if not row.ignored]
        done = self.edits.keys() | self.left_out
        return {
            row.row: above.row
            for above, row in pairwise(rows)
            if row.row in self.apart and row.doubts and above.row not in done
        }

    def with_joined(self, found: LogImport, row: int) -> PendingLog:
        """Return it with a row that was put apart with the row above it again, if it is `joinable`."""
        return replace(self, apart=self.apart - {row}) if row in self.joinable(found) else self

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored."""
        content: Any = self.content
        if isinstance(content, Table):
            content = {
                "rows": [[cell_to_json(cell) for cell in row] for row in content.rows],
                "first_row": content.first_row,
                "sheet": content.sheet,
                "unread": list(content.unread),
            }
        return {
            "content": content,
            "order": self.order,
            "columns": {str(index): name for index, name in self.columns.items()},
            "senders": sorted(self.senders),
            "by_day": self.by_day,
            "kind": self.kind,
            "edits": {str(row): incident.to_json() for row, incident in self.edits.items()},
            "settled": {str(row): reading for row, reading in self.settled.items()},
            "left_out": sorted(self.left_out),
            "kept": sorted(self.kept),
            "apart": sorted(self.apart),
            "known": self.known,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> PendingLog:
        """Return what `to_json` stored."""
        content = raw["content"]
        if not isinstance(content, str):
            rows = tuple(tuple(map(cell_from_json, row)) for row in content["rows"])
            content = Table(rows, content["first_row"], content["sheet"], tuple(content["unread"]))
        return cls(
            content,
            raw["order"],
            {int(index): name for index, name in raw["columns"].items()},
            frozenset(raw["senders"]),
            raw["by_day"],
            raw["kind"],
            {int(row): parse_incident(each, until=date.max) for row, each in raw["edits"].items()},
            # One that waits may be of an older version.
            {int(row): reading for row, reading in raw.get("settled", {}).items()},
            frozenset(raw["left_out"]),
            frozenset(raw["kept"]),
            frozenset(raw.get("apart", ())),
            raw.get("known"),
        )


def new_incidents(found: LogImport) -> tuple[Incident, ...]:
    """Return the incidents that neither an earlier row nor the log says already, with their source."""
    return _with_source(found, (row for row in found.rows if row.double_of is None and not row.in_log))


def _with_source(found: LogImport, rows: Iterable[ImportRow]) -> tuple[Incident, ...]:
    source = found.kind if found.kind in _OTHER_SOURCES else "log"
    return tuple(replace(row.incident, source=source) for row in rows if row.incident)
