"""Define what reading a log gives: rows that are an incident, in doubt, or left out, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.incidents import Incident, parse_incident
from questionnaire.domain.items import Choice
from questionnaire.domain.written_dates import Order

KINDS: Final = (
    Choice("table", _("A table")),
    Choice("lines", _("Lines that begin with a date")),
    Choice("chat", _("A chat")),
    Choice("calls", _("A list of calls")),
)
#: Why a row is neither an incident nor in doubt.
IGNORED: Final = (
    Choice("header", _("The heading of the columns")),
    Choice("heading", _("A title, a year or a month")),
    Choice("empty", pgettext_lazy("row", "Empty")),
    Choice("sender", _("From someone who was not chosen")),
    Choice("system", _("A notice of the app itself")),
    Choice("outgoing", _("A call made by the client")),
)
#: A date that can only be, or only be in the past, in one order of day and month.
ONE_ORDER: Final = Problem("date", _("with day and month the other way round it is a day that cannot be"))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a row is no incident yet: what was written in a field, what it can mean, and what is wrong."""

    field: str
    written: str
    problem: Problem
    readings: tuple[str, ...] = ()

    @property
    def asks_order(self) -> bool:
        """Whether the order of day and month of the log settles it."""
        return self.field in ("date", "until") and (len(self.readings) > 1 or self.problem is ONE_ORDER)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of what was pasted or opened. It is an incident, in doubt, or left out.

    `rows` are the rows or lines of the file that it stands for, as the person counts from 1; `row` is the
    first. `draft` is what was understood of a row in doubt. `heading` is the year or month above it that gave
    its year. `undated` are those of `rows` without a date, which are taken to belong to the date above them.
    `double_of` is the first row in this file that says the same; `in_log` is whether the log of the
    case has it already.
    """

    rows: tuple[int, ...]
    written: tuple[str, ...]
    incident: Incident | None = None
    draft: Incident | None = None
    doubts: tuple[Doubt, ...] = ()
    ignored: str = ""
    double_of: int | None = None
    in_log: bool = False
    heading: str = ""
    undated: tuple[int, ...] = ()

    @property
    def row(self) -> int:
        """The first row of the file that it stands for."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading or "", the field it is read as, and what stands in it first.

    The field is one of `columns.FIELDS`, or "" when the column is left out.
    """

    index: int
    header: str
    field: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent messages in a chat, or a number in a list of calls, with how many there are."""

    name: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LogImport:
    """A log that was read. `order` is that of day and month, None when the log does not tell.

    `only_day_first` and `only_month_first` count the numeric dates that can be read in one order only.
    `contradicted` and `either` are about an order that was given, see `dating.DateRules`.
    `by_day` says whether what came on one day counts as one incident with `times`.
    """

    kind: str
    rows: tuple[ImportRow, ...]
    columns: tuple[Column, ...] = ()
    senders: tuple[Sender, ...] = ()
    order: Order | None = None
    only_day_first: int = 0
    only_month_first: int = 0
    contradicted: bool = False
    either: str = ""
    by_day: bool = False
    sheet: str = ""
    unread_sheets: tuple[str, ...] = ()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents, in the order of the file; doubles are among them."""
        return tuple(row.incident for row in self.rows if row.incident)

    @property
    def in_doubt(self) -> tuple[ImportRow, ...]:
        """The rows in doubt."""
        return tuple(row for row in self.rows if row.doubts)

    @property
    def ignored(self) -> Mapping[str, int]:
        """How many rows of the file were left out, by the code of the reason."""
        counts: Counter[str] = Counter()
        for row in self.rows:
            if row.ignored:
                counts[row.ignored] += len(row.rows)
        return counts

    @property
    def ask_order(self) -> bool:
        """Whether the order of day and month must be asked, as it decides what a date is."""
        return any(doubt.asks_order for row in self.rows for doubt in row.doubts)

    @property
    def ask_sender(self) -> bool:
        """Whether it must be asked whose messages or calls these are."""
        return bool(self.senders) and not any(sender.chosen for sender in self.senders)


def settle(row: ImportRow, values: Mapping[str, object], until: date) -> ImportRow:
    """Return a row in doubt with these values of its incident: "date", "time", "times" and so on.

    A doubt about one of them is gone. A date that is "" stays in the words of the client. Raise
    InvalidInputError when the values make no incident; with other doubts left, the row stays in doubt.
    """
    draft = (row.draft or Incident()).to_json()
    left = tuple(doubt for doubt in row.doubts if doubt.field not in values)
    values = dict(values)
    if values.get("date"):
        values["date"], _slash, last = str(values["date"]).partition("/")
        draft |= {"precision": None, "until": last or draft["until"]}
    elif "date" in values:
        words = " ".join(doubt.written for doubt in row.doubts if doubt.field == "date").strip()
        draft |= {
            "date": None,
            "precision": None,
            "until": None,
            "as_told": draft["as_told"] or words or None,
        }
    draft |= {field: value if value != "" else None for field, value in values.items()}
    incident = parse_incident(draft, until)
    return replace(row, incident=None if left else incident, draft=incident if left else None, doubts=left)


def problems_of(raw: Mapping[str, object], until: date) -> tuple[Incident | None, tuple[Problem, ...]]:
    """Return the incident that these values make, else None, and every problem."""
    try:
        return parse_incident(raw, until), ()
    except InvalidInputError as error:
        return None, error.problems
