"""Write events to a file that anybody can check who has the public key; docs/events.md has its format.

Each event is compared with its MAC and the event before it in its chain as it is written: one that was
meddled with is marked, so that the seal over the file never says that it is true. Before that the chains, the
heads and the seals are checked as `verify_events` does, which finds what is not there any more.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.chains import Head, follows
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_fields import FIELDS, fields_of
from questionnaire.audit.verification import as_it_is_now, verify_here
from questionnaire.encryption import keyring, signing
from questionnaire.models import Event, User

FORMATS: Final = ("jsonl", "csv")
#: The version of the format: of the names of the fields and of how a file is sealed.
_VERSION: Final = 1
_BATCH: Final = 2_000
_COLUMNS: Final = [field.attname for field in Event._meta.concrete_fields]
#: How the chain of hashes over the lines begins.
_BEGINNING: Final = hashlib.sha256(b"stalkcheck events 1\n").digest()
#: How many bytes of each hash a seal has: enough to find the first line that is wrong.
_TAG_BYTES: Final = 4
#: What a spreadsheet takes for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

#: Turns one event into a line.
_ToLine = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Range:
    """The events to write: those from `since` on, and before `until`."""

    since: datetime | None
    until: datetime

    @property
    def events(self) -> QuerySet[Event]:
        """These events. They are read along an index of when they were."""
        events = Event.objects.filter(at__lt=self.until)
        return events.filter(at__gte=self.since) if self.since else events


@dataclass(slots=True)
class Written:
    """What was written: how many events, the first and the last, and those that are not as recorded."""

    count: int = 0
    first: int | None = None
    last: int | None = None
    broken: list[int] = field(default_factory=list)
    broken_count: int = 0
    end: bytes = _BEGINNING
    tags: bytearray = field(default_factory=bytearray)

    def add_line(self, line: bytes) -> None:
        """Chain a line to those before it."""
        self.end = hashlib.sha256(self.end + line).digest()
        self.tags += self.end[:_TAG_BYTES]

    def add_event(self, seq: int, *, is_intact: bool) -> None:
        """Count an event."""
        self.count += 1
        self.first = seq if self.first is None else self.first
        self.last = seq
        if not is_intact:
            self.broken_count += 1
            if len(self.broken) < _BATCH:  # enough to look at
                self.broken.append(seq)


def export(
    chosen: Range, file_format: str, write: Callable[[bytes], object]
) -> tuple[Written, Mapping[str, Any]]:
    """Write the events of a range, line by line; return what was written, and the seal over it.

    That it is done is an event, which is recorded first: the log says at most more than was handed out. Then
    all is checked and written as it is at one moment: what is removed in between is missing from neither.
    """
    begins = timezone.now()
    chosen = Range(chosen.since, min(chosen.until, begins))
    with transaction.atomic():
        details = {"format": file_format, "count": chosen.events.count(), **_times(chosen)}
        audit_log.record(None, EventCode.EVENTS_EXPORTED, details=details)
    written = Written()
    with as_it_is_now():
        report = verify_here(since=chosen.since)
        for line in _lines(chosen, file_format, written):
            data = line.encode()
            written.add_line(data)
            write(data)
    faults = [f"{fault.kind}: {fault.chain} {fault.number}" for fault in report.faults]
    return written, _sealed(chosen, file_format, written, faults)


def _times(chosen: Range) -> dict[str, str]:
    since = chosen.since.astimezone(UTC).isoformat() if chosen.since else ""
    return {"since": since, "until": chosen.until.astimezone(UTC).isoformat()}


def _lines(chosen: Range, file_format: str, written: Written) -> Iterator[str]:
    if file_format == "csv":
        yield _as_csv(dict(zip(_HEAD, _HEAD, strict=True)))
    to_line = _as_csv if file_format == "csv" else _as_json
    ring, names = keyring.ring(), dict(User.objects.values_list("pk", "username"))
    for row in _rows(chosen):
        is_intact = follows(row, Head(row.number - 1, row.before or ""), ring) and (
            row.before is not None or row.number == 1
        )
        written.add_event(row.seq, is_intact=is_intact)
        yield to_line({**fields_of(row, names), "intact": is_intact})


_HEAD: Final = (*FIELDS, "intact")


def _rows(chosen: Range) -> Iterator[Any]:
    """Yield the events in their order, each with the MAC of the one before it in its chain."""
    before = Event.objects.filter(chain=OuterRef("chain"), number=OuterRef("number") - 1)
    events = chosen.events.annotate(before=Subquery(before.values("mac")[:1])).order_by("at", "seq")
    rows: Any = events.values_list(*_COLUMNS, "before", named=True)
    batch = list(rows[:_BATCH])
    while batch:
        yield from batch
        batch = list(rows.later_than(batch[-1].at, batch[-1].seq)[:_BATCH])


def _as_json(fields: Mapping[str, Any]) -> str:
    return f"{json.dumps(fields)}\n"


def _as_csv(fields: Mapping[str, Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(_cell(fields[name]) for name in _HEAD)
    return buffer.getvalue()


def _cell(value: Any) -> str:
    """Return one cell on one line, which no spreadsheet takes for a formula."""
    if value is None or isinstance(value, bool | list | dict):
        return "" if value is None else json.dumps(value)
    text = str(value).replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _sealed(chosen: Range, file_format: str, written: Written, faults: list[str]) -> Mapping[str, Any]:
    """Return the seal: what the file is, the end of its chain of hashes, and a signature over all of that."""
    seal: dict[str, Any] = {
        "version": _VERSION,
        "format": file_format,
        **_times(chosen),
        "made_at": timezone.now().astimezone(UTC).isoformat(),
        "program": settings.VERSION,
        "installation": next(iter(settings.ALLOWED_HOSTS), ""),
        "count": written.count,
        "first": written.first,
        "last": written.last,
        "broken_count": written.broken_count,
        "broken": written.broken,
        "faults": faults,
        "lines": len(written.tags) // _TAG_BYTES,
        "end": written.end.hex(),
        "tags": base64.b64encode(bytes(written.tags)).decode(),
    }
    seal["key_id"] = keyring.ring().current
    return {**seal, "signature": signing.sign(seal["key_id"], _signed(seal)).hex()}


def _signed(seal: Mapping[str, Any]) -> bytes:
    return json.dumps(seal, sort_keys=True, separators=(",", ":")).encode()
