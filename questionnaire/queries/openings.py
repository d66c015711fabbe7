"""Read who opened a case with a reason: the openings of one case, and those that wait for this person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from questionnaire.models import Access, AccessScope, Event, Intake, User, tampered_cases


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a case by one person; `intake` is a conversation of it that the reader may read."""

    pk: int
    who: User
    at: datetime
    reason: str
    intake: Intake
    seen_by: User | None = None
    seen_at: datetime | None = None
    is_own: bool = False


def waiting_for(scope: AccessScope) -> Sequence[Opening]:
    """Return the openings that nobody saw yet of cases to which this person manages access, the latest first.

    None of these is their own: someone else sees that.
    """
    rows = list(unseen(scope).select_related("user").order_by("-pk"))
    if not rows:  # as nearly always, and today's page asks each time
        return []
    managed = Intake.objects.filter(scope.manageable, case__in={row.case_id for row in rows})
    newest = _newest_by_case(managed)
    refused = tampered_cases(intake.case for intake in newest.values())
    reasons = _reasons(row.event for row in rows)
    return [
        Opening(row.pk, row.user, row.given_at, reasons.get(row.event, ""), newest[row.case_id])
        for row in rows
        if row.case_id in newest.keys() - refused
    ]


def unseen(scope: AccessScope) -> QuerySet[Access]:
    """Return the openings that this person has to look at, of any time."""
    by_others = Access.objects.filter(kind=Access.Kind.OPENED, seen_by=None).exclude(user=scope.user_id)
    return by_others.filter(Exists(Intake.objects.filter(scope.manageable, case=OuterRef("case"))))


def of_case(user: User, intake: Intake) -> Sequence[Opening]:
    """Return every opening of the case of this intake, the latest first."""
    rows = intake.case.access.filter(kind=Access.Kind.OPENED).select_related("user", "seen_by")
    reasons = _reasons(row.event for row in rows)
    return [
        Opening(
            row.pk,
            row.user,
            row.given_at,
            reasons.get(row.event, ""),
            intake,
            row.seen_by,
            row.seen_at,
            is_own=row.user_id == user.pk,
        )
        for row in rows.order_by("-pk")
    ]


def open_now(user: User) -> Intake | None:
    """Return a conversation of the case that this person has open with a reason; None when they have none."""
    cases = AccessScope.of(user).opened
    found = Intake.objects.visible_to(user).filter(case__in=cases).select_related("case").first()
    return found if found and not tampered_cases([found.case]) else None


def _newest_by_case(intakes: QuerySet[Intake]) -> dict[object, Intake]:
    rows = intakes.select_related("case").defer("content").order_by("started_at", "pk")
    return {row.case_id: row for row in rows}


def _reasons(events: Iterable[int | None]) -> dict[int | None, str]:
    return dict(Event.objects.filter(pk__in=list(events)).values_list("seq", "reason"))
