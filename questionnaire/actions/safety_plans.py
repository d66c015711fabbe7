"""Write the safety plan of a case: save what a page sent, and bring an older version back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions.transactions import SaveResult, lock_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.dates import today
from questionnaire.domain.fingerprints import draft_fingerprint, fingerprint
from questionnaire.domain.merge import Merge, Submission
from questionnaire.domain.safety_plan import PartPlan, Plan, changed_parts, parse_plan
from questionnaire.domain.safety_plan_parts import PARTS
from questionnaire.models import Intake, SafetyPlan, SafetyPlanVersion, User
from questionnaire.queries.safety_plans import may_write_plan, safety_plan_of

_NO_PAGE = Submission({}, {})


@dataclass(frozen=True, slots=True)
class PartSubmission:
    """What a page sent about one part of the plan.

    `base` is the `part_fingerprint` that the page is based on. `posted` are its controls, which become a
    draft where someone else changed the part, or where `is_invalid` says that it cannot be stored.
    """

    plan: PartPlan
    base: str
    posted: str = ""
    is_invalid: bool = False


@dataclass(frozen=True, slots=True)
class PlanResult(SaveResult):
    """Also the number of the version that the page made, with what it saved now or before; 0 for none."""

    version: int = 0


def part_fingerprint(safety_plan: SafetyPlan | None, plan: Plan, code: str) -> str:
    """Return the fingerprint of a part and its newest draft that a page is based on."""
    part = plan.parts.get(code)
    content = safety_plan.content if safety_plan else {"drafts": {}}
    return f"{fingerprint(part.to_json() if part else None)}.{draft_fingerprint(content, code)}"


def save_plan(
    user: User, intake: Intake, sent: Mapping[str, PartSubmission], page: Submission = _NO_PAGE
) -> PlanResult:
    """Store what a page of this intake sent about parts, by their codes. No other part changes.

    A save that changes a part makes a version, or goes on with the last one when the same page made it. What
    someone else changed since the page was made stays as it is stored, as in `save_section`. Raise
    PermissionDenied.
    """
    submission = replace(
        page,
        base={code: part.base for code, part in sent.items()},
        posted={code: part.posted for code, part in sent.items()},
        invalid=[code for code, part in sent.items() if part.is_invalid],
        steps={code: part.plan.to_json() or None for code, part in sent.items() if not part.is_invalid},
    )
    with transaction.atomic():
        intake = _lock_to_write(user, intake)
        safety_plan = safety_plan_of(intake.case) or SafetyPlan(case=intake.case)
        parts = _parts(safety_plan)
        merge = Merge({**safety_plan.content, "steps": parts}, submission)
        merge.merge_all((), [part.code for part in PARTS if part.code in sent])
        if merge.must_store:
            safety_plan.content = {name: merge.content[name] for name in safety_plan.content}
            _store(safety_plan, user, intake, merge.content["steps"] if merge.saved else None, page.page)
        # Under the lock: a moment later the last version can be that of a colleague.
        is_own = merge.saved or (page.page and safety_plan.content["sitting"] == _sitting(user, page.page))
        version = safety_plan.versions.latest("number").number if is_own else 0
    return replace(PlanResult.of(intake, merge), version=version)


def _sitting(user: User, page: str) -> list[object]:
    return [page, user.pk, today().isoformat()] if page else []


def bring_back(user: User, intake: Intake, number: int, newest: int) -> int:
    """Make a new version with what version `number` says, 0 for an empty plan; no version goes, drafts stay.

    Return the number of the version that says this now, 0 when `newest` is not the last any more. Raise
    PermissionDenied, and DoesNotExist for a version that never was.
    """
    with transaction.atomic():
        intake = _lock_to_write(user, intake)
        safety_plan = SafetyPlan.objects.get(case=intake.case_id)
        last = safety_plan.versions.latest("number")
        parts = safety_plan.versions.get(number=number).content["parts"] if number else {}
        if parts == last.content["parts"]:
            return last.number  # also for a button that was pressed twice
        if last.number != newest:
            return 0
        _store(safety_plan, user, intake, parts, "")
    return last.number + 1


def _lock_to_write(user: User, intake: Intake) -> Intake:
    intake = lock_intake(user, intake)
    if not may_write_plan(user, intake):
        raise PermissionDenied
    return intake


def _parts(safety_plan: SafetyPlan) -> dict[str, Any]:
    newest = safety_plan.newest
    return dict(newest.content["parts"]) if newest else {}


def _store(
    safety_plan: SafetyPlan, user: User, intake: Intake, parts: Mapping[str, Any] | None, page: str
) -> None:
    """Store the plan, with these parts as its newest version if there are any changed; with one event."""
    if not safety_plan.wrapped_key:
        safety_plan.make_key()
        safety_plan.save(force_insert=True)
    if parts is not None:
        _put_version(safety_plan, user, parts, page)
    safety_plan.save()
    # Without the codes of the parts: they would give away what the plan is about.
    store_change(user, intake, EventCode.PLAN_CHANGED)


def _put_version(safety_plan: SafetyPlan, user: User, parts: Mapping[str, Any], page: str) -> None:
    """Store these parts in the last version when this page made it today, else in a version of their own.

    A page that saves by itself would otherwise make one at every pause in the typing.
    """
    last_two = list(safety_plan.versions.order_by("-number")[:2])
    sitting = _sitting(user, page)
    if sitting and safety_plan.content["sitting"] == sitting:
        version = last_two.pop(0)
    else:
        number = last_two[0].number + 1 if last_two else 1
        version = SafetyPlanVersion(safety_plan=safety_plan, number=number, by=user)
    before = last_two[0].plan if last_two else Plan()
    version.at = timezone.now()
    version.content = {"parts": parts, "changed": changed_parts(before, parse_plan(parts))}
    version.save()
    safety_plan.content["sitting"] = sitting
