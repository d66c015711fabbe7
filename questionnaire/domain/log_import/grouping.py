"""Count what came on one day as one incident: 41 messages of a chat, 12 calls of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from questionnaire.domain.log_import.entries import NO_DATE, Entry
from questionnaire.domain.log_import.rows import ImportRow
from questionnaire.domain.text import MAX_CHARACTERS
from questionnaire.domain.written_dates import WrittenDate

_CLOCK_LENGTH: Final = len("14:22 \n")


@dataclass(frozen=True, slots=True)
class Event:
    """A message or a call: where it stands in the file, when it was, and its words."""

    rows: tuple[int, ...]
    written: tuple[str, ...]
    when: WrittenDate
    when_written: str
    text: str


def rows_of(
    events: Iterable[Event], place: str, *, by_day: bool, until: date, source: str
) -> Iterator[ImportRow]:
    """Yield a row for each event, or one for those of a day. What does not fit goes on in the next row."""
    groups: dict[object, list[Event]] = {}
    for event in events:
        day = event.when.date or event.when.readings or event.when_written
        groups.setdefault(day if by_day else event.rows, []).append(event)
    for group in groups.values():
        for part in _parts(group):
            yield _entry(part, place).finish(until, source)


def _parts(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Yield the events in runs of which the words fit in one incident, so that nothing is cut."""
    part: list[Event] = []
    length = 0
    for event in events:
        added = len(event.text) + _CLOCK_LENGTH
        if part and length + added > MAX_CHARACTERS:
            yield part
            part, length = [], 0
        part.append(event)
        length += added
    yield part


def _entry(events: Sequence[Event], place: str) -> Entry:
    first = events[0]
    entry = Entry(
        tuple(row for event in events for row in event.rows),
        tuple(line for event in events for line in event.written),
        {"what": first.text, "times": len(events), "place": place},
    )
    if not first.when_written:
        entry.doubt("", NO_DATE)
    if len(events) == 1:
        entry.set_date(first.when, first.when_written)
        return entry
    entry.values["what"] = "\n".join(f"{event.when.time} {event.text}".strip() for event in events)
    entry.set_date(replace(first.when, time="", until="", as_told=""), first.when_written)
    return entry
