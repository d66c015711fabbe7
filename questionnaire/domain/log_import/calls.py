"""Read a list of calls: a phone bill, or the history of a phone. Those of one day count as one incident."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from questionnaire.domain.log_import.grouping import Event, rows_of
from questionnaire.domain.log_import.rows import ImportRow, Sender
from questionnaire.domain.log_import.tables import ReadTable
from questionnaire.domain.log_import.values import read_time
from questionnaire.domain.written_dates import WrittenDate

_OUTGOING: Final = re.compile(r"uitgaand|outgoing|gebeld\b|diall?ed|placed|\bout\b|\buit\b", re.IGNORECASE)


def senders_of(opened: ReadTable, chosen: Collection[str]) -> tuple[Sender, ...]:
    """Return the numbers or names that called, the most first. One alone need not be asked about."""
    column = opened.index_of("caller")
    rows = [at for at in range(len(opened.texts)) if not _reason(opened, at)]
    counts = Counter(caller for at in rows if (caller := opened.text(at, column)))
    is_alone = len(counts) == 1
    return tuple(Sender(name, count, is_alone or name in chosen) for name, count in counts.most_common())


def read_calls(opened: ReadTable, senders: Sequence[Sender], *, by_day: bool) -> Iterator[ImportRow]:
    """Yield the rows: the calls of the numbers chosen, and, left out, those of others and of the client."""
    chosen = {sender.name for sender in senders if sender.chosen}
    events = []
    for at, texts in enumerate(opened.texts):
        row, caller = (opened.number(at),), opened.text(at, opened.index_of("caller"))
        if reason := _reason(opened, at) or ("sender" if senders and caller not in chosen else ""):
            yield ImportRow(row, texts, ignored=reason)
        else:
            events.append(_event(opened, at))
    yield from rows_of(events, "unknown", by_day=by_day, until=opened.rules.until, source="calls")


def _reason(opened: ReadTable, at: int) -> str:
    """Return why a row is left out whoever called; "" otherwise."""
    if reason := opened.reason(at):
        return reason
    return "outgoing" if _OUTGOING.search(opened.text(at, opened.index_of("direction"))) else ""


def _event(opened: ReadTable, at: int) -> Event:
    """Return a call, with what stands in every other column as its words."""
    when = opened.date(at) or WrittenDate()
    words = []
    for column in opened.columns:
        text = opened.text(at, column.index)
        if column.field == "time" and (clock := read_time(text).value):
            when = replace(when, time=str(clock))
        elif text and column.field not in ("date", ""):
            words.append(text if column.field == "direction" else f"{column.header}: {text}")
    written = opened.text(at, opened.index_of("date"))
    return Event((opened.number(at),), opened.texts[at], when, written, ", ".join(words))
