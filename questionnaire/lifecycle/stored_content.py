"""Find content that something else than this program changed, removed, or put back from an older state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.exceptions import ObjectDoesNotExist

from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import data_keys
from questionnaire.models import STORED, Case, Event, HeldPost, Intake, stored_state
from questionnaire.models.row_states import ROWS

_STARTED: Final = (EventCode.INTAKE_STARTED, EventCode.CORRECTION_STARTED, EventCode.REASSESSMENT_STARTED)


class FaultKind(StrEnum):
    """In what way something is not as it was stored."""

    UNREADABLE = "unreadable"
    PUT_BACK = "put back"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was stored: the kind of row with its id, and for a change what differs."""

    kind: FaultKind
    row: str
    what: str = ""


def faults() -> Iterator[Fault]:
    """Yield everything that is not as this program stored it, as far as that shows."""
    for case in Case.objects.order_by("pk").iterator():
        unreadable = list(_unreadable(case))
        yield from unreadable
        if not unreadable:
            for intake in case.intakes.select_related("case").order_by("pk"):
                yield from _faults_of(intake)
    for post in HeldPost.objects.order_by("pk").iterator():
        if not _opens(post):
            yield Fault(FaultKind.UNREADABLE, _name(post))


def _unreadable(case: Case) -> Iterator[Fault]:
    if not _opens(case):
        yield Fault(FaultKind.UNREADABLE, _name(case))
        return
    for row in data_keys.rows_in(case):
        if not _opens(row):
            yield Fault(FaultKind.UNREADABLE, _name(row))


def _opens(row: object) -> bool:
    try:
        data_keys.values_of(row)
    except (SealError, ObjectDoesNotExist):  # or the row that has its key is gone
        return False
    return True


def _name(row: object) -> str:
    return f"{type(row).__name__.lower()} {getattr(row, 'pk', '')}"


def _faults_of(intake: Intake) -> Iterator[Fault]:
    stored = intake.content.get(STORED)
    written = Event.objects.filter(intake=intake.pk, details__revision__isnull=False).order_by("-seq").first()
    if written is None and stored is None and not _was_started_by_this_version(intake):
        return  # it was stored last before states were kept
    least = written.details["revision"] if written and isinstance(written.details, dict) else 0
    if stored is None or stored["revision"] < least:
        yield Fault(FaultKind.PUT_BACK, _name(intake))
    elif not _was_written_by_an_older_version(intake, stored["revision"]) and (
        found := stored_state.differences(intake)
    ):
        yield Fault(FaultKind.CHANGED, _name(intake), ", ".join(found))


def _was_started_by_this_version(intake: Intake) -> bool:
    started = Event.objects.filter(intake=intake.pk, code__in=_STARTED, details__has_key=ROWS)
    return started.exists()


def _was_written_by_an_older_version(intake: Intake, revision: int) -> bool:
    """Return whether a server of before states were kept wrote it last, as while servers are upgraded."""
    last = Event.objects.filter(intake=intake.pk, code=EventCode.INTAKE_CHANGED).order_by("-seq").first()
    return intake.revision > revision and last is not None and not last.details
