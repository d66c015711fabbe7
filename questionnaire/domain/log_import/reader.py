"""Read a log of any kind: find out what it is, and hand it to the module for that kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import invalid
from questionnaire.domain.log_import import calls, chats
from questionnaire.domain.log_import.dating import DateRules
from questionnaire.domain.log_import.delimited import find_table
from questionnaire.domain.log_import.doubles import with_doubles
from questionnaire.domain.log_import.lines import read_lines, split_lines
from questionnaire.domain.log_import.rows import ImportRow, LogImport, Sender
from questionnaire.domain.log_import.table import Table
from questionnaire.domain.log_import.tables import ReadTable, open_table, read_rows
from questionnaire.domain.written_dates import Order

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
#: Where each line may begin with a date in whatever form. To find out costs up to a millisecond a line.
MAX_DATED_LINES: Final = 5_000

_LINE_END: Final = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_NOTHING: Final[Mapping[int, str]] = {}


def read_log(
    content: str | Table,
    *,
    on: date,
    until: date,
    order: Order | None = None,
    columns: Mapping[int, str] = _NOTHING,
    senders: Collection[str] = (),
    by_day: bool = True,
    kind: str = "",
    apart: Collection[int] = (),
) -> LogImport:
    """Return every row of a log: an incident, in doubt, or left out with the reason.

    Dates without a year count from `on`, the day of the conversation; none may be after `until`. `columns`
    are fields chosen for columns, by index; `senders` those whose messages or calls count; `kind` a code of
    `KINDS` when what was found out is wrong. `by_day`: the messages or calls of one day are one incident.
    `apart` are lines without a date that do not belong to the date above them.
    Raise InvalidInputError when there are too many rows or columns.
    """
    rules = DateRules(on, until, order)
    text = _LINE_END.sub("\n", content.removeprefix("\ufeff")) if isinstance(content, str) else ""
    lines = text.removesuffix("\n").split("\n")
    _check("rows", len(lines), MAX_ROWS)
    if isinstance(content, str) and (kind == "chat" or (not kind and chats.is_chat(lines))):
        return _read_chat(lines, rules, senders, by_day=by_day)
    table = content if isinstance(content, Table) else None
    if table is None and kind in ("", "table", "calls"):
        table = find_table(text, rules.is_date)
    if table is None:
        return _read_lines(lines, rules, apart)
    _check("rows", len(table.rows), MAX_ROWS)
    _check("columns", max(map(len, table.rows), default=0), MAX_COLUMNS)
    return _read_table(table, rules, columns, senders, kind=kind, by_day=by_day)


def _check(what: str, count: int, most: int) -> None:
    if count > most:
        template = _TOO_MANY[what]
        raise invalid(template, count=count, most=most)


_TOO_MANY: Final = {
    "rows": _("the log has %(count)s lines; at most %(most)s can be read at a time"),
    "columns": _("the log has %(count)s columns; at most %(most)s can be read"),
}


def _read_chat(lines: Sequence[str], rules: DateRules, chosen: Collection[str], *, by_day: bool) -> LogImport:
    messages = chats.find_messages(lines)
    rules = rules.learn(message.day for message in messages)
    rows = chats.read_messages(messages, chosen, rules, by_day=by_day)
    return _log("chat", rows, rules, senders=chats.senders_of(messages, chosen), by_day=by_day)


def _read_lines(lines: Sequence[str], rules: DateRules, apart: Collection[int]) -> LogImport:
    _check("rows", len(lines), MAX_DATED_LINES)
    split, rules = split_lines(lines, rules)
    return _log("lines", read_lines(split, rules, apart), rules)


def _read_table(
    table: Table,
    rules: DateRules,
    chosen: Mapping[int, str],
    senders: Collection[str],
    *,
    kind: str,
    by_day: bool,
) -> LogImport:
    opened = open_table(table, rules, chosen)
    if kind == "calls" or (not kind and opened.is_list_of_calls):
        callers = calls.senders_of(opened, senders)
        rows = calls.read_calls(opened, callers, by_day=by_day)
        return _log("calls", rows, opened, senders=callers, by_day=by_day)
    return _log("table", read_rows(opened), opened)


def _log(
    kind: str,
    rows: Iterable[ImportRow],
    read: DateRules | ReadTable,
    *,
    senders: tuple[Sender, ...] = (),
    by_day: bool = False,
) -> LogImport:
    rules = read if isinstance(read, DateRules) else read.rules
    log = LogImport(
        kind,
        with_doubles(sorted(rows, key=lambda row: row.row)),
        senders=senders,
        order=rules.order,
        only_day_first=rules.only_day_first,
        only_month_first=rules.only_month_first,
        contradicted=rules.contradicted,
        either=rules.either,
        by_day=by_day,
    )
    if isinstance(read, DateRules):
        return log
    return replace(log, columns=read.columns, sheet=read.table.sheet, unread_sheets=read.table.unread)
