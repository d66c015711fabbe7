"""The intakes of one case: the assessments in the order of time, each in the version that stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from django.db.models import QuerySet

from questionnaire.domain.comparison import Assessment, Point, course
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, User


def versions(intake: Intake) -> QuerySet[Intake]:
    """Every version of the assessment that this intake is one of: those that come after the same one."""
    return Intake.objects.filter(case=intake.case, previous=intake.previous_id)


def following(intake: Intake) -> Intake | None:
    """The assessment that comes after the one that this intake is a version of, as it was begun."""
    of_this = versions(intake).values("pk")
    return Intake.objects.filter(case=intake.case, corrects=None, previous__in=of_this).first()


def chain(user: User, intake: Intake) -> tuple[Intake, ...]:
    """The case as far as this person may see it: of each assessment the version that stands."""
    seen = list(_seen(user, intake).order_by("started_at", "pk"))
    by_assessment: dict[object, list[Intake]] = {}
    for each in seen:
        by_assessment.setdefault(each.previous_id, []).append(each)
    return tuple(_standing(each) for each in by_assessment.values())


def before(user: User, intake: Intake) -> Intake | None:
    """The assessment before this one, in the version that stands; None when there is none to be seen."""
    if intake.previous is None:
        return None
    of_that = _seen(user, intake).filter(previous=intake.previous.previous_id)
    seen = list(of_that.order_by("started_at", "pk"))
    return _standing(seen) if seen else None


def until(user: User, intake: Intake) -> tuple[Point, ...]:
    """The course of the case up to this intake, as far as this person may see it.

    The intake stands for its own assessment, whichever version it is.
    """
    if intake.previous_id is None:
        return course([assessment(intake)])
    earlier = takewhile(lambda each: each.previous_id != intake.previous_id, chain(user, intake))
    return course(map(assessment, (*earlier, intake)))


def assessment(intake: Intake) -> Assessment:
    """The intake as a comparison takes it."""
    return Assessment(intake.on, intake.answers, [incident.told for incident in intake.incidents.all()])


def _seen(user: User, intake: Intake) -> QuerySet[Intake]:
    case = Intake.objects.visible_to(user).filter(case=intake.case)
    return case.select_related("author", "previous").prefetch_related("incidents", "steps")


def _standing(of_one: Sequence[Intake]) -> Intake:
    """The newest version that was signed off, else the first: a correction counts from its sign-off on."""
    first, *later = of_one
    return next((each for each in reversed(later) if each.state == State.SIGNED_OFF), first)
