"""Build the context of the pages of the safety plan: each part with its form, and the versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.actions.safety_plans import part_fingerprint
from questionnaire.domain.dates import format_date
from questionnaire.domain.fingerprints import drafts_of
from questionnaire.domain.safety_plan import Plan
from questionnaire.domain.safety_plan_parts import PART_OF, PARTS
from questionnaire.forms.safety_plan import PartForm
from questionnaire.models import Intake, SafetyPlan, SafetyPlanVersion
from questionnaire.views.autosave import saved_at
from questionnaire.views.conflicts import draft_only_base
from questionnaire.views.follow_up_page import FieldError
from questionnaire.views.follow_up_rows import UnsavedEntry

#: Of how many versions the page says what changed; of older ones only when and by whom.
_MAX_IN_FULL: Final = 20


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the plan with its form, and why it shows something else than is stored."""

    form: PartForm
    unsaved: UnsavedEntry | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history: when and by whom, and the names of the parts that changed."""

    number: int
    when: str
    by: str
    changed: tuple[str, ...] = ()


def plan_context(
    intake: Intake, safety_plan: SafetyPlan | None, newest: SafetyPlanVersion | None, *, may_write: bool
) -> dict[str, object]:
    """Return the context of the page of the plan."""
    plan = newest.plan if newest else Plan()
    rows = [_part_row(safety_plan, plan, part.code) for part in PARTS] if may_write else []
    return {
        "intake": intake,
        "may_write": may_write,
        "saved": saved_at(intake) if newest else "",
        "plan": plan,
        "newest": _version_line(newest) if newest else None,
        "rows": rows,
        "history": _history(safety_plan) if safety_plan else [],
        "field_errors": list(chain.from_iterable(map(_row_errors, rows))),
    }


def version_context(
    intake: Intake, version: SafetyPlanVersion, newest: SafetyPlanVersion, *, may_write: bool
) -> dict[str, object]:
    """Return the context of the page of one version, with what it says and what it changed."""
    is_other = version.content["parts"] != newest.content["parts"]
    return {
        "intake": intake,
        "version": _version_line(version, is_in_full=True),
        "plan": version.plan,
        "changed": version.content["changed"],
        "newest": _version_line(newest),
        "is_newest": version.number == newest.number,
        "may_bring_back": may_write and is_other,
        "is_same": not is_other,
    }


def parts_with_drafts(safety_plan: SafetyPlan | None) -> list[str]:
    """Return the codes of the parts of which something was typed that is not stored as such."""
    drafts: Mapping[str, object] = safety_plan.content["drafts"] if safety_plan else {}
    return [part.code for part in PARTS if part.code in drafts]


def _part_row(safety_plan: SafetyPlan | None, plan: Plan, code: str) -> PartRow:
    stored, shown = plan.parts.get(code), part_fingerprint(safety_plan, plan, code)
    if safety_plan is None or code not in safety_plan.content["drafts"]:
        return PartRow(PartForm(prefix=code, stored=stored, base=shown), None)
    drafts = drafts_of(safety_plan.content, code)
    form = PartForm(json.loads(drafts[-1]), prefix=code)
    # What is valid and still a draft is in conflict with what someone else stored.
    in_conflict = form.is_valid()
    form.base = draft_only_base(shown) if in_conflict else shown
    lines = stored.lines() if stored else ()
    return PartRow(form, UnsavedEntry(code, lines, in_conflict, shown, waiting=len(drafts) - 1))


def _history(safety_plan: SafetyPlan) -> list[VersionLine]:
    versions = safety_plan.versions.select_related("by").order_by("-number")
    in_full = [_version_line(version, is_in_full=True) for version in versions[:_MAX_IN_FULL]]
    return in_full + [_version_line(version) for version in versions.defer("content")[_MAX_IN_FULL:]]


def _version_line(version: SafetyPlanVersion, *, is_in_full: bool = False) -> VersionLine:
    moment = localtime(version.at)
    when = f"{format_date(version.on)}, {time_format(moment, 'H:i')}"
    changed = version.content["changed"] if is_in_full else ()
    return VersionLine(
        version.number, when, str(version.by), tuple(str(PART_OF[code].label) for code in changed)
    )


def _row_errors(row: PartRow) -> Iterator[FieldError]:
    form, label = row.form, str(row.form.part.label)
    if row.unsaved and row.unsaved.in_conflict:
        yield FieldError(form.part.code, label, _("This was changed somewhere else. Please choose."))
    for name, messages in form.errors.items():
        target = f"id_{form.prefix}-{name}"
        about = f"{label}: {form.fields[name].label}"
        yield from (FieldError(target, about, str(message)) for message in messages)
