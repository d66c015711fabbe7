"""How long a team keeps a case, what is past that, and what is kept all the same.

A case is kept or erased as a whole: as long as one of its intakes is worked on or under legal hold, all stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
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
    def is_held(self) -> bool:
        return any(intake.legal_hold for intake in self.intakes)

    @property
    def kept_for(self) -> timedelta | None:
        """The longest that a team of it keeps its cases; None when one of them has not said how long."""
        days = [intake.team.retention_days for intake in self.intakes]
        return None if None in days else timedelta(days=max(each for each in days if each is not None))

    def is_past(self, now: datetime) -> bool:
        return self.kept_for is not None and self.changed_at + self.kept_for < now


def past(now: datetime | None = None) -> Sequence[Case]:
    """The cases that were kept long enough, those on hold too."""
    now = now or timezone.now()
    return [case for case in _cases() if case.is_past(now)]


def _cases() -> Iterator[Case]:
    rows = Intake.objects.select_related("team").defer("content").order_by("case", "started_at")
    for _case, intakes in groupby(rows.iterator(), key=lambda intake: intake.case):
        yield Case(tuple(intakes))


def purge(case: Case) -> None:
    """Erase a case, unless it changed meanwhile or a hold was placed on it: then nothing of it goes."""
    with transaction.atomic():
        ids = [intake.pk for intake in case.intakes]
        now = Intake.objects.select_for_update().select_related("team").filter(case=case.intakes[0].case)
        again = Case(tuple(now.order_by("started_at")))
        if (
            again.is_held
            or [intake.pk for intake in again.intakes] != ids
            or not again.is_past(timezone.now())
        ):
            raise erasure.OnHold
        for uuid in ids:
            erasure.erase(None, uuid, "retention")


def keep_for(team: Team, days: int | None) -> None:
    """Set how many days after its last change a case of this team goes; None: it stays."""
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team.pk)
        if team.retention_days == days:
            return
        team.retention_days = days
        team.save()
        audit_log.record(None, Code.RETENTION_SET, reason=f"team {team.pk}: {days}")


def hold(actor: User, intake: Intake, reason: str, *, is_held: bool = True) -> None:
    """Place an intake under legal hold, or lift it. Nothing happens when that is so already."""
    with transaction.atomic():
        intake = Intake.objects.select_for_update().get(pk=intake.pk)
        if intake.legal_hold == is_held:
            return
        intake.legal_hold = is_held
        intake.save(update_fields=["legal_hold"])
        audit_log.record(actor, Code.HOLD_PLACED if is_held else Code.HOLD_LIFTED, intake.uuid, reason=reason)
