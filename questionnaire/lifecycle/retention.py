"""Find and erase the cases that are past the retention period of their team, and place legal holds.

A case is erased as a whole: as long as one of its intakes changed recently or is under legal hold, all stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import erasure
from questionnaire.models import Intake, Team, User


@dataclass(frozen=True, slots=True)
class Case:
    """The intakes of one case, the oldest first."""

    intakes: tuple[Intake, ...]

    @property
    def changed_at(self) -> datetime:
        return max(intake.changed_at for intake in self.intakes)

    @property
    def is_on_hold(self) -> bool:
        return any(intake.legal_hold for intake in self.intakes)

    @property
    def retention(self) -> timedelta | None:
        """The longest retention period of its teams; None when one of them has not decided on one."""
        days = [intake.team.retention_days for intake in self.intakes]
        return None if None in days else timedelta(days=max(each for each in days if each is not None))

    def is_expired(self, now: datetime) -> bool:
        """Return whether the case is past its retention period."""
        return self.retention is not None and self.changed_at + self.retention < now


def expired_cases(now: datetime | None = None) -> Sequence[Case]:
    """Return the cases that are past their retention period, those on hold too."""
    now = now or timezone.now()
    return [case for case in _cases() if case.is_expired(now)]


def _cases() -> Iterator[Case]:
    rows = Intake.objects.select_related("team").defer("content").order_by("case", "started_at")
    for _case, intakes in groupby(rows.iterator(), key=lambda intake: intake.case):
        yield Case(tuple(intakes))


def purge(case: Case) -> None:
    """Erase a case. Raise ErasureBlockedError when it changed meanwhile or is on hold: nothing is erased."""
    with transaction.atomic():
        ids = [intake.pk for intake in case.intakes]
        rows = Intake.objects.select_for_update().select_related("team").filter(case=case.intakes[0].case)
        current = Case(tuple(rows.order_by("started_at")))
        is_same = [intake.pk for intake in current.intakes] == ids
        if not is_same or current.is_on_hold or not current.is_expired(timezone.now()):
            raise erasure.ErasureBlockedError
        for uuid in ids:
            erasure.erase(None, uuid, "retention")


def set_retention(team: Team, days: int | None) -> None:
    """Set after how many days without a change a case of this team is erased; None keeps it."""
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team.pk)
        if team.retention_days == days:
            return
        team.retention_days = days
        team.save()
        audit_log.record(None, EventCode.RETENTION_SET, reason=f"team {team.pk}: {days}")


def set_legal_hold(actor: User, intake: Intake, reason: str, *, is_on_hold: bool = True) -> None:
    """Place an intake under legal hold, or lift the hold; do nothing when it is so already."""
    with transaction.atomic():
        intake = Intake.objects.select_for_update().get(pk=intake.pk)
        if intake.legal_hold == is_on_hold:
            return
        intake.legal_hold = is_on_hold
        intake.save(update_fields=["legal_hold"])
        code = EventCode.HOLD_PLACED if is_on_hold else EventCode.HOLD_LIFTED
        audit_log.record(actor, code, intake.uuid, reason=reason)
