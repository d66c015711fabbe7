"""Check the chains of events and the seals over them, in batches, and name the first fault of each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, Func, OuterRef, QuerySet, Value

from questionnaire.audit import seal_macs
from questionnaire.audit.chains import BEFORE_CHAINS, START, SYSTEM, Head, follows
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.faults import Fault, FaultKind, Report
from questionnaire.encryption import keyring
from questionnaire.models import ChainHead, Event, Intake, Seal, SealLeaf

_BATCH: Final = 2_000
_COLUMNS: Final = [field.attname for field in Event._meta.concrete_fields]
#: How many broken events, and places without one, are kept to find out what was moved where.
_KEPT: Final = 25
#: A head is committed within this time after its event.
_LONGEST: Final = timedelta(days=1)


def verify(anchors: Iterable[Head] = (), since: datetime | None = None) -> Report:
    """Check all events, or those after the last seal before `since`; and anchors that were kept elsewhere.

    An anchor is a seal, or the head of the one chain of before. Whatever an anchor names is checked by its
    MAC, so that no other thing can have it.
    """
    with as_it_is_now():
        return verify_here(anchors, since)


def verify_here(anchors: Iterable[Head] = (), since: datetime | None = None) -> Report:
    """Do the same within `as_it_is_now`, for who reads on in what was checked."""
    check = _Check(_seal_before(since) if since else None)
    check.seals()
    check.events()
    check.leaves()
    check.anchors(anchors)
    return Report(check.count, check.last_seal, check.found())


@contextmanager
def as_it_is_now() -> Iterator[None]:
    """Read the database as it is at one moment: others go on writing meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # Django's own would take the lock to write
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _seal_before(since: datetime) -> int | None:
    return Seal.objects.filter(at__lte=since).order_by("-number").values_list("number", flat=True).first()


#: The last event of a chain that was checked, and when it was recorded, where that was read.
_End: TypeAlias = tuple[Head, datetime | None]


class _Check:
    """One check, of what comes after seal `start`; of everything when that is None."""

    def __init__(self, start: int | None) -> None:
        self.start = start or 0
        self.count = 0
        self._ring = keyring.ring()
        self.last_seal: Head | None = None
        self._faults: dict[FaultKind, Fault] = {}
        self._broken: list[tuple[Any, Head]] = []
        self._gaps: list[tuple[str, Head]] = []
        self._erased: dict[UUID, UUID] | None = None

    def found(self) -> Sequence[Fault]:
        """Return the first fault of each kind."""
        return tuple(self._faults.values())

    def _add(self, kind: FaultKind, chain: str, number: int, of: tuple[str, int] | None = None) -> None:
        self._faults.setdefault(kind, Fault(kind, chain, number, of))

    # --- Seals ----------------------------------------------------------------------------------------------

    def seals(self) -> None:
        """Check every seal from the first one on, and that none is missing."""
        last = self._before_first_seal()
        for seal, root in self._seals_with_root():
            if seal.number != last.number + 1:
                self._add(FaultKind.SEAL_REMOVED, "", last.number + 1)
            elif root != (seal.root, seal.leaf_count) or not seal_macs.follows(seal, last.mac):
                self._add(FaultKind.SEAL_CHANGED, "", seal.number)
            last = Head(seal.number, seal.mac)
        told = Event.objects.filter(chain=SYSTEM, code=EventCode.EVENTS_SEALED).order_by("-number").first()
        if told and told.details and told.details["seal"] > last.number:
            self._add(FaultKind.SEAL_REMOVED, "", last.number + 1)
        self.last_seal = last if last.mac else None

    def _before_first_seal(self) -> Head:
        before = Seal.objects.filter(number=self.start - 1).first()
        return Head(self.start - 1, before.mac if before else "") if self.start else START

    def _seals_with_root(self) -> Iterator[tuple[Seal, tuple[str, int]]]:
        """Yield the seals in their order, each with the root and the number of the leaves that are stored."""
        seals = Seal.objects.order_by("number")
        batch = list(seals.filter(number__gte=self.start)[:_BATCH])
        while batch:
            heads: dict[int, list[tuple[str, Head]]] = defaultdict(list)
            leaves = SealLeaf.objects.filter(seal__gte=batch[0].number, seal__lte=batch[-1].number)
            rows = leaves.values_list("seal", "chain", "number", "mac")
            for seal_number, chain, number, mac in rows.iterator(_BATCH):
                heads[seal_number].append((chain, Head(number, mac)))
            for seal in batch:
                yield seal, seal_macs.root_of(heads[seal.number])
            batch = list(seals.filter(number__gt=batch[-1].number)[:_BATCH])

    # --- Events ---------------------------------------------------------------------------------------------

    def events(self) -> None:
        """Check every event after the one before it in its chain, and each chain against its head."""
        chain, last = "", START
        ends: dict[str, _End] = {}
        for event, start in self._rows():
            if event.chain != chain:
                if len(ends) >= _BATCH:
                    self._heads(ends)
                chain, last = event.chain, start
            self._event(event, last)
            last = Head(event.number, event.mac)
            ends[chain] = (last, event.at)
            self.count += 1
        self._heads(ends)
        self._heads_without_events()
        self._find_moved()

    def _rows(self) -> Iterator[tuple[Event, Head]]:
        """Yield the events by chain and number, each with where its chain is checked from."""
        if not self.start:
            for event in self._in_batches(Event.objects.all()):
                yield event, START
            return
        for chain in self._moved_chains():  # one by one: that reads the index, however long a chain is
            sealed = SealLeaf.objects.filter(chain=chain, seal__lte=self.start).order_by("-number")
            start = next((Head(*row) for row in sealed.values_list("number", "mac")[:1]), START)
            has_events = False
            for event in self._in_batches(Event.objects.filter(chain=chain, number__gt=start.number)):
                has_events = True
                yield event, start
            if start != START and not has_events:
                self._heads({chain: (start, None)})

    def _moved_chains(self) -> Sequence[str]:
        """Return the chains that moved since the seal: their head says so, or a later seal does."""
        sealed = SealLeaf.objects.filter(chain=OuterRef("chain"), number=OuterRef("number"))
        moved = self._recent_heads().exclude(Exists(sealed.filter(seal__lte=self.start)))
        later = SealLeaf.objects.filter(seal__gt=self.start)
        chains = {*moved.values_list("chain", flat=True), *later.values_list("chain", flat=True)}
        return sorted(chains)

    def _recent_heads(self) -> QuerySet[ChainHead]:
        """Return the heads that can have moved since the seal."""
        heads = ChainHead.objects.filter(number__gt=0)
        at = Seal.objects.filter(number=self.start).values_list("at", flat=True).first()
        return heads.filter(at__gt=at - _LONGEST) if at else heads

    def _in_batches(self, events: QuerySet[Event]) -> Iterator[Event]:
        # As rows: to make a model of each takes a quarter of the time.
        rows: Any = events.order_by("chain", "number").values_list(*_COLUMNS, named=True)
        batch = list(rows[:_BATCH])
        while batch:
            self._cases_of_before(batch)
            yield from batch
            is_last = len(batch) < _BATCH
            batch = [] if is_last else list(rows.filter(_comes_after(batch[-1]))[:_BATCH])

    def _event(self, event: Event, last: Head) -> None:
        if event.number > last.number + 1:
            self._add(FaultKind.REMOVED, event.chain, last.number + 1)
            _keep(self._gaps, (event.chain, last))
        elif not follows(event, last, self._ring):
            self._add(FaultKind.CHANGED, event.chain, event.number)
            _keep(self._broken, (event, last))

    def _cases_of_before(self, batch: Sequence[Event]) -> None:
        """Compare the cases of events of version 1, which no MAC covers, with those of their intakes."""
        events = [event for event in batch if event.version == 1]
        if not events:
            return
        if self._erased is None:
            told = Event.objects.filter(code=EventCode.INTAKE_ERASED).values_list("intake", "items")
            self._erased = {intake: UUID(items[0]) for intake, items in told if intake and items}
        intakes = {event.intake for event in events if event.intake}
        stored = dict(Intake.objects.filter(pk__in=intakes).values_list("pk", "case"))
        cases = {**self._erased, **stored}
        for event in events:
            if event.case != (cases.get(event.intake) if event.intake else None):
                self._add(FaultKind.CHANGED, event.chain, event.number)

    def _find_moved(self) -> None:
        """Find out of broken events whether they are as recorded, but belong at another place."""
        places = [*((event.chain, last) for event, last in self._broken), *self._gaps]
        macs = {last.mac for _chain, last in places} | {event.mac for event, _last in self._broken}
        for event, _last in self._broken:
            for chain, last in places:
                was: Any = event._replace(chain=chain, number=last.number + 1)
                if (was.chain, was.number) == (event.chain, event.number):
                    continue
                if any(follows(was, Head(last.number, mac), self._ring) for mac in macs):
                    self._add(FaultKind.MOVED, event.chain, event.number, (was.chain, was.number))

    def _heads(self, ends: dict[str, _End]) -> None:
        """Compare the last event of each of these chains with its head, and forget them.

        The time too: what a head says decides whether it is sealed.
        """
        heads = {head.chain: head for head in ChainHead.objects.filter(pk__in=ends)}
        for chain, (last, at) in ends.items():
            head = heads.get(chain)
            if head and head.number > last.number:
                self._add(FaultKind.REMOVED, chain, last.number + 1)
            elif head and head.number < last.number:
                self._add(FaultKind.ADDED, chain, head.number + 1)
            elif head is None or head.mac != last.mac or (at and head.at != at):
                self._add(FaultKind.HEAD_CHANGED, chain, last.number)
        ends.clear()

    def _heads_without_events(self) -> None:
        events = Event.objects.filter(chain=OuterRef("chain"))
        without = self._recent_heads().exclude(Exists(events)).order_by("chain")
        for chain in without.values_list("chain", flat=True)[:1]:
            self._add(FaultKind.CHAIN_MISSING, chain, 1)

    # --- What was kept elsewhere ----------------------------------------------------------------------------

    def leaves(self) -> None:
        """Find a chain that is not any more what a seal says that it was."""
        stored = Event.objects.filter(chain=OuterRef("chain"), number=OuterRef("number"), mac=OuterRef("mac"))
        # All at once: for the first few in some order a database would read them from the oldest on.
        leaves = SealLeaf.objects.filter(seal__gte=self.start).exclude(Exists(stored)).order_by()
        for leaf in islice(leaves.iterator(_BATCH), _KEPT):
            events = Event.objects.filter(chain=leaf.chain).order_by("-number")
            number = events.values_list("number", flat=True).first()
            if number is None:
                self._add(FaultKind.CHAIN_MISSING, leaf.chain, 1)
            elif number < leaf.number:
                self._add(FaultKind.CHAIN_CUT, leaf.chain, number + 1)
            else:
                self._add(FaultKind.CHANGED, leaf.chain, leaf.number)

    def anchors(self, anchors: Iterable[Head]) -> None:
        """Find anchors that neither a seal nor an event of before is equal to."""
        for anchor in anchors:
            events = Event.objects.filter(chain=BEFORE_CHAINS, number=anchor.number, mac=anchor.mac)
            seals = Seal.objects.filter(number=anchor.number, mac=anchor.mac)
            if not events.exists() and not seals.exists():
                self._add(FaultKind.ANCHOR_MISSING, "", anchor.number)


def _comes_after(event: Event) -> Func:
    """Return the condition that an event comes after this one. Compared as a row it reads the index."""
    values = (Value(event.chain), Value(event.number))
    return Func(*values, template="(chain, number) > (%(expressions)s)", output_field=BooleanField())


def _keep(found: list[Any], new: object) -> None:
    """Keep the first few."""
    if len(found) < _KEPT:
        found.append(new)
