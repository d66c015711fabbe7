"""Find the safety plan of a case, and say who may read and change it.

The plan belongs to the case, and it goes with the latest assessment: whoever may read that may read the plan,
and whoever writes in it changes the plan, in every state. Someone who may only read an earlier conversation,
as they handed the case over, sees nothing of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from questionnaire.domain.safety_plan import PlanVersion
from questionnaire.models import AccessScope, Case, Intake, SafetyPlan, User


def may_read_plan(user: User, intake: Intake) -> bool:
    """Return whether this person, who may read this intake, may read the plan of its case."""
    return bool(_readable_latest(user, intake))


def may_write_plan(user: User, intake: Intake) -> bool:
    """Return whether this person, who may read this intake, may change the plan of its case."""
    scope = AccessScope.of(user)
    return scope.can_write(intake) and any(
        scope.can_write(latest) for latest in _readable_latest(user, intake)
    )


def safety_plan_of(case: Case) -> SafetyPlan | None:
    """Return the plan of a case; None when nothing was ever written in it."""
    return SafetyPlan.objects.filter(case=case).first()


def plan_version_for(reader: User, intake: Intake) -> PlanVersion | None:
    """Return the plan as it is now; None when there is none, or none that this person may read."""
    safety_plan = SafetyPlan.objects.filter(case=intake.case_id).first()
    newest = safety_plan.newest if safety_plan else None
    if newest is None or not may_read_plan(reader, intake):
        return None
    return newest.parsed


def _readable_latest(user: User, intake: Intake) -> Sequence[Intake]:
    """Return the versions of the latest assessment of the case that a page of this intake may show.

    The latest is the one that no other follows, by what the MAC over the rights in a case covers. As in
    `queries.cases`, a page that someone may copy and print has nothing that they may only read.
    """
    scope, of_case = AccessScope.of(user), Intake.objects.filter(case=intake.case_id)
    shown = scope.readable & scope.copyable if scope.can_copy(intake) else scope.readable
    followed = set(of_case.exclude(previous=None).values_list("previous__previous", flat=True))
    readable = of_case.filter(shown).only("author", "team", "case", "previous")
    return [each for each in readable if each.previous_id not in followed]
