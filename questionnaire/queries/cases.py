"""Return the intakes of one case: its assessments in the order of time, each in its current version."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from django.db.models import Min, QuerySet

from questionnaire.domain import dates
from questionnaire.domain.comparison import Assessment, TrendPoint, trend
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Case, Intake, User


def first_year() -> int:
    """Return the year in which the first case of all was opened; this year when there is none."""
    opened = Case.objects.aggregate(first=Min("opened_at"))["first"]
    return (dates.day_of(opened) if opened else dates.today()).year


def versions(intake: Intake) -> QuerySet[Intake]:
    """Return all versions of the assessment that an intake belongs to: they follow the same assessment."""
    return Intake.objects.filter(case=intake.case_id, previous=intake.previous_id)


def next_assessment(intake: Intake) -> Intake | None:
    """Return the first version of the assessment that follows this one; None when there is none."""
    of_this = versions(intake).values("pk")
    return Intake.objects.filter(case=intake.case_id, corrects=None, previous__in=of_this).first()


def assessments(user: User, intake: Intake) -> tuple[Intake, ...]:
    """Return the current version of each assessment of the case, as far as this intake may show it."""
    by_assessment: dict[object, list[Intake]] = {}
    for version in readable_versions(user, intake):
        by_assessment.setdefault(version.previous_id, []).append(version)
    return tuple(_current_version(versions) for versions in by_assessment.values())


def previous_assessment(user: User, intake: Intake) -> Intake | None:
    """Return the current version of the assessment before this one; None when there is none to be read.

    Nor when its answers cannot be read any more.
    """
    if intake.previous is None:
        return None
    of_previous = list(readable_versions(user, intake).filter(previous=intake.previous.previous_id))
    previous = _current_version(of_previous) if of_previous else None
    return previous if previous and previous.has_readable_answers else None


def course_until(user: User, intake: Intake) -> tuple[TrendPoint, ...]:
    """Return the course of the case up to this intake, as far as this person may read it.

    The intake itself represents its assessment, whichever version it is. One whose answers cannot be read any
    more is left out.
    """
    earlier = (each for each in earlier_assessments(user, intake) if each.has_readable_answers)
    return trend(map(as_assessment, (*earlier, intake)))


def earlier_assessments(user: User, intake: Intake) -> tuple[Intake, ...]:
    """Return the assessments of the case before this one, as `assessments` does."""
    if intake.previous_id is None:
        return ()
    of_case = assessments(user, intake)
    return tuple(takewhile(lambda each: each.previous_id != intake.previous_id, of_case))


def as_assessment(intake: Intake) -> Assessment:
    """Return the intake as the domain's comparison takes it."""
    return Assessment(intake.on, intake.answers, intake.incident_log)


def readable_versions(user: User, intake: Intake) -> QuerySet[Intake]:
    """Return those that a page of this intake may show to this person.

    A page that they may copy and print, as of a conversation of their own, has nothing that they may only
    read.
    """
    scope = AccessScope.of(user)
    shown = scope.readable & scope.copyable if scope.can_copy(intake) else scope.readable
    case = Intake.objects.filter(shown, case=intake.case_id).order_by("started_at", "pk")
    return case.select_related("author", "case", "previous").prefetch_related("steps")


def _current_version(versions: Sequence[Intake]) -> Intake:
    """Return the newest signed-off version, else the first: a correction counts once it is signed off."""
    first, *corrections = versions
    return next((each for each in reversed(corrections) if each.state == State.SIGNED_OFF), first)
