"""Build the rows of the follow-up page: a step with the form of its outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, StoredStep, step_fingerprint, step_key
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.fingerprints import drafts_of
from questionnaire.domain.follow_up import DONE, REASSESS, Decision, Outcome
from questionnaire.forms.case_holders import HoldersForm
from questionnaire.forms.follow_up import DecisionForm, Entry, OutcomeForm, StepForm
from questionnaire.models import Intake
from questionnaire.views.conflicts import draft_only_base


@dataclass(frozen=True, slots=True)
class UnsavedEntry:
    """Why a step shows what was typed instead of what is `stored`: for conversation/trouble.html."""

    key: str
    stored: tuple[str, ...]
    in_conflict: bool
    shown: str
    waiting: int
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step with the form of its outcome. `urgency` says how soon, `overdue` how late, or are "".

    `due` is the day of it as YYYY-MM-DD when that lies ahead, and `urgency_code` how loud the row is: no more
    than any other once it is done. `is_untold` says that something came of it, and not on which day the
    client was told; `is_open` that nothing was recorded.
    """

    anchor: str
    title: str
    urgency: str
    overdue: str
    form: StepForm
    unsaved: UnsavedEntry | None
    is_untold: bool = False
    urgency_code: str = ""
    due: str = ""
    is_open: bool = False


def step_form(code: str) -> type[StepForm]:
    """Return the class of the form for a step, for `DECISIONS` or for `HOLDERS`."""
    return {DECISIONS: DecisionForm, HOLDERS: HoldersForm}.get(code, OutcomeForm)


def step_rows(
    intake: Intake, stored: Mapping[str, StoredStep], codes: Sequence[str], anchor: str
) -> list[StepRow]:
    """Return a row for each of these steps."""
    return [
        step_row(intake, stored, code, f"{anchor}-{number}", labels.step_title(code))
        for number, code in enumerate(codes, start=1)
    ]


def step_row(
    intake: Intake,
    stored: Mapping[str, StoredStep],
    code: str,
    anchor: str,
    title: str,
    urgency: Urgency | None = None,
) -> StepRow:
    """Return the row of a step, with what is stored of it or the draft that could not be."""
    step = stored.get(code)
    entry = step.parsed if step else None
    due = entry.due if isinstance(entry, Outcome) else intake.reassess_on if code == REASSESS else None
    if code == REASSESS and intake.is_followed:
        due = None
    is_planned = isinstance(entry, Outcome) and bool(due)
    row = StepRow(
        anchor,
        title,
        urgency.label if urgency else "",
        dates.overdue_text(due, dates.today()) if due and is_planned else "",
        step_form(code)(prefix=code, stored=entry, base=step_fingerprint(step)),
        None,
        is_untold=isinstance(entry, Outcome | Decision) and entry.told_on is None,
        urgency_code=_loudness(urgency, entry),
        due=due.isoformat() if due else "",
        is_open=entry is None,
    )
    if step_key(code) in intake.content["drafts"]:
        form, unsaved = _form_with_draft(intake, code, step)
        return replace(row, form=form, unsaved=unsaved, is_untold=False, is_open=False)
    return row


def _loudness(urgency: Urgency | None, entry: Entry | None) -> str:
    """Return the code of the level that a row is shown in; the lowest for what is done."""
    if urgency is None:
        return ""
    is_done = isinstance(entry, Outcome) and entry.state == DONE
    return (Urgency.FOLLOW if is_done else urgency).code


def _form_with_draft(intake: Intake, code: str, step: StoredStep | None) -> tuple[StepForm, UnsavedEntry]:
    """Return the form with what was typed and could not be stored, and what is stored instead."""
    drafts = drafts_of(intake.content, step_key(code))
    shown = step_fingerprint(step, drafts[-1])
    form = step_form(code)(json.loads(drafts[-1]), prefix=code)
    # What is valid and still a draft is in conflict with what someone else stored.
    in_conflict = form.is_valid()
    form.base = draft_only_base(shown) if in_conflict else shown
    stored = step.parsed.lines() if step else ()
    return form, UnsavedEntry(code, stored, in_conflict, shown, waiting=len(drafts) - 1)
