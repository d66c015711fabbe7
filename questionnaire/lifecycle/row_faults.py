"""Find the rows that are not as the last event that names them tells; see `models.row_states`.

A row that no event names yet was stored by an earlier version and not written since, or its event is of a
server of the version before, as while servers are upgraded. It is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Model, Q
from django.utils import timezone

from questionnaire.audit.event_codes import ROW_CODES, EventCode
from questionnaire.encryption.keyring import SealError
from questionnaire.encryption.macs import key_of
from questionnaire.models import IMPORT_KEPT_FOR, Event, row_states
from questionnaire.models.pending_posts import HELD_FOR
from questionnaire.models.row_states import ROWS

#: The models of which rows go by themselves, without an event, and after how long.
_EXPIRE: Final[Mapping[str, timedelta]] = {"heldpost": HELD_FOR, "logimport": IMPORT_KEPT_FOR}
#: After these, which no server runs beside, rows were written of which no event tells.
_BEFORE_THIS_VERSION: Final = frozenset({EventCode.CASES_DOWNGRADED, EventCode.LOGS_SCATTERED})


class FaultKind(StrEnum):
    """In what way a row is not as the last event that names it tells."""

    CHANGED = "changed"
    CHANGED_BEFORE = "changed before"
    REMOVED = "removed"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Fault:
    """One such row, and the number of the event that tells of it."""

    kind: FaultKind
    row: str
    event: int


@dataclass(frozen=True, slots=True)
class _Last:
    """What the last event that names a row tells of it."""

    mac: str
    seq: int
    chain: str
    at: datetime


@dataclass(slots=True)
class _Told:
    """What events tell of rows, and by chain the last event of a server that named none."""

    rows: dict[str, _Last] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def is_judged(self, last: _Last) -> bool:
        """Return whether no server of the version before may have written the row since."""
        return self.silent[last.chain] < last.seq

    def hear(self, event: Mapping[str, Any]) -> Iterator[Fault]:
        """Take in an event; yield the rows that it found in another state than the event before it left."""
        told = _told_by(event["details"])
        if told is None:
            self.silent[event["chain"]] = event["seq"]
            if event["code"] in _BEFORE_THIS_VERSION:
                self.rows.clear()
            return
        for row, (before, after) in told.items():
            last = self.rows.get(row)
            if last and self.is_judged(last) and last.mac != before and not _is_expired(row, last, before):
                yield Fault(FaultKind.CHANGED_BEFORE, row, event["seq"])
            self.rows[row] = _Last(after, event["seq"], event["chain"], event["at"])


def _told_by(details: Any) -> dict[str, tuple[str, str]] | None:
    """Return what an event tells of rows; None for nothing. Whoever writes the database can put all there."""
    told = details.get(ROWS) if isinstance(details, dict) else None
    if not isinstance(told, dict):
        return None
    macs = {row: [mac for mac in pair if isinstance(mac, str)] for row, pair in told.items() if pair}
    return {row: (pair[0], pair[1]) for row, pair in macs.items() if len(pair) == 2}


def faults() -> Iterator[Fault]:
    """Yield the rows that something else changed, removed or put back, as far as events name them."""
    told = _Told()
    of_rows = Q(code__in=ROW_CODES | _BEFORE_THIS_VERSION) | Q(details__has_key=ROWS)
    events = Event.objects.filter(of_rows).order_by("seq")
    for event in events.values("seq", "chain", "at", "code", "details").iterator():
        yield from told.hear(event)
    for model in row_states.watched():
        rows = {row: last for row, last in told.rows.items() if row.startswith(row_states.name_of(model, ""))}
        yield from _faults_among(model, {row: last for row, last in rows.items() if told.is_judged(last)})


def _faults_among(model: type[Model], rows: Mapping[str, _Last]) -> Iterator[Fault]:
    for key_id in {key_of(last.mac) for last in rows.values()}:
        of_key = {row: last for row, last in rows.items() if key_of(last.mac) == key_id}
        macs = _macs(model, [row.partition(" ")[2] for row in of_key], key_id)
        for row, last in of_key.items():
            now = macs.get(row.partition(" ")[2], "")
            if now != last.mac and not _is_expired(row, last, now):
                yield Fault(_kind(last.mac, now), row, last.seq)


def _macs(model: type[Model], pks: list[str], key_id: str) -> Mapping[str, str]:
    try:
        return row_states.macs_of(model, pks, key_id)
    except SealError:  # the key of then is not in the ring
        return dict.fromkeys(pks, "?")


def _kind(told: str, now: str) -> FaultKind:
    if not told:
        return FaultKind.PUT_BACK
    return FaultKind.CHANGED if now else FaultKind.REMOVED


def _is_expired(row: str, last: _Last, now: str) -> bool:
    """Return whether the row is gone, and of a kind of which rows go by themselves by this time."""
    period = _EXPIRE.get(row.partition(" ")[0])
    return not now and period is not None and last.at + period <= timezone.now()
