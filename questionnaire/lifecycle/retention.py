"""Find and erase the cases that are past their retention period, and place legal holds.

A case is erased as a whole: as long as one of its intakes changed recently, or it is under legal hold, all of
it stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import erasure
from questionnaire.models import Case, Event, Intake, Team, User
from questionnaire.models.records_before import BEFORE, kept_before

#: For so many days nobody is away.
_LONGEST_AWAY: Final = 60
#: What leaves in the content of an intake what an entry of the follow-up said before.
_CHANGES_OF_RECORDS: Final = (
    *(EventCode.CONSULTATION_ADDED, EventCode.CONSULTATION_CHANGED, EventCode.CONSULTATION_REMOVED),
    *(EventCode.BREACH_ADDED, EventCode.BREACH_CHANGED, EventCode.BREACH_REMOVED),
)


def expired_cases(now: datetime | None = None) -> Sequence[Case]:
    """Return the cases that are past their retention period, those on hold too; the oldest first.

    Each has `changed_at`, when an intake of it changed last.
    """
    now = now or timezone.now()
    cases = Case.objects.select_related("team").annotate(changed_at=Max("intakes__changed_at"))
    in_order = cases.exclude(changed_at=None).order_by("changed_at", "pk")
    return [case for case in in_order.iterator() if is_expired(case, case.changed_at, now)]


def silences(cases: Sequence[Case]) -> Mapping[UUID, timedelta]:
    """Return those of the cases whose term passed in silence alone, with how long nothing was recorded.

    The clock of a server can jump by years. Then many a case is past its term, and nothing was recorded in
    between. So time in which nothing was recorded for longer than anyone is away does not count, however much
    was recorded after it. Nor for longer than the term itself: a jump of less would end a short one. What is
    kept too long by a real silence is named each time, and erased after the rest of its term.
    """
    now = timezone.now()
    changed = {case.pk: case.changed_at for case in cases}  # type: ignore[attr-defined]  # annotated
    longest = {case.pk: min(_LONGEST_AWAY, case.keeps_days or _LONGEST_AWAY) for case in cases}
    since = {days: min(changed[pk] for pk in changed if longest[pk] == days) for days in longest.values()}
    quiet = {days: _long_silences(at, now, timedelta(days=days)) for days, at in since.items()}
    found = {}
    for case in cases:
        of_case = (end - begin for begin, end in quiet[longest[case.pk]] if end > changed[case.pk])
        silence = sum(of_case, timedelta(0))
        if silence and not is_expired(case, changed[case.pk], now - silence):
            found[case.pk] = silence
    return found


def _long_silences(since: datetime, now: datetime, longest: timedelta) -> Sequence[tuple[datetime, datetime]]:
    """Return the times without an event that were longer than this, by a few looks at an index."""
    events = Event.objects.order_by()
    at = events.filter(at__lte=since).aggregate(last=Max("at"))["last"]
    at = at or events.aggregate(first=Min("at"))["first"] or now
    found = []
    while now - at > longest:
        after = events.filter(at__gt=at, at__lte=now)
        if last := after.filter(at__lte=at + longest).aggregate(last=Max("at"))["last"]:
            at = last
            continue
        end = after.aggregate(first=Min("at"))["first"] or now
        found.append((at, end))
        at = end
    return found


def is_expired(case: Case, changed_at: datetime, now: datetime) -> bool:
    """Return whether a case whose intakes changed last at `changed_at` is past its retention period."""
    days = case.keeps_days
    return days is not None and changed_at + timedelta(days=days) < now


def purge(case: Case) -> None:
    """Erase a case. Raise ErasureBlockedError when it changed meanwhile or is on hold: nothing is erased."""
    with transaction.atomic():
        # Whoever adds an intake to a case, or changes its rights, locks its row first.
        cases = Case.objects.select_for_update(of=("self",)).select_related("team")
        current = cases.filter(pk=case.pk).first()
        intakes = Intake.objects.select_for_update().filter(case=case.pk).order_by("pk")
        changed_at = dict(intakes.values_list("pk", "changed_at"))
        if current is None or current.legal_hold:
            raise erasure.ErasureBlockedError
        if not is_expired(current, max(changed_at.values()), timezone.now()):
            raise erasure.ErasureBlockedError
        for pk in changed_at:
            erasure.erase(None, pk, "retention")


def drop_records_before() -> None:
    """Drop what entries of the follow-up said before changes that cannot be undone any more.

    It is no change of the intake: its revision and when it changed stay.
    """
    changed = Event.objects.filter(code__in=_CHANGES_OF_RECORDS).exclude(intake=None)
    for pk in filter(None, list(changed.order_by().values_list("intake", flat=True).distinct())):
        with transaction.atomic():
            intake = Intake.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if intake is None or BEFORE not in intake.content:
                continue
            kept = kept_before(intake.content)
            if kept == intake.content[BEFORE] and kept:
                continue
            intake.content = {key: value for key, value in intake.content.items() if key != BEFORE}
            if kept:
                intake.content[BEFORE] = kept
            intake.save(update_fields=["content"])


def set_retention(team: Team, days: int | None) -> None:
    """Set after how many days without a change a case of this team is erased; None keeps it."""
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=team.pk)
        if team.retention_days == days:
            return
        team.retention_days = days
        team.save()
        audit_log.record(None, EventCode.RETENTION_SET, reason=f"team {team.pk}: {days}")


def set_case_retention(actor: User, case: Case, days: int | None, reason: str) -> None:
    """Set after how many days without a change this case is erased; None leaves that to its team."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.retention_days == days:
            return
        case.retention_days = days
        case.save(update_fields=["retention_days"])
        kept = "as its team" if days is None else f"{days} days"
        _record(actor, EventCode.CASE_RETENTION_SET, case, f"{kept}: {reason}")


def set_legal_hold(actor: User, case: Case, reason: str, *, is_on_hold: bool = True) -> None:
    """Place a case under legal hold, or lift the hold; do nothing when it is so already."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.legal_hold == is_on_hold:
            return
        case.legal_hold = is_on_hold
        case.save(update_fields=["legal_hold"])
        _record(actor, EventCode.HOLD_PLACED if is_on_hold else EventCode.HOLD_LIFTED, case, reason)


def _record(actor: User, code: EventCode, case: Case, reason: str) -> None:
    """Record what was done with a whole case, at its latest intake."""
    latest = case.intakes.defer("content").order_by("-started_at", "pk").first()
    audit_log.record(actor, code, latest, reason=reason)
