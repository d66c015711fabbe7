"""Build the context of the follow-up page: every step with its form, and the consultations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from questionnaire.actions.follow_up import DECISIONS, step_fingerprint, step_key, stored_steps
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.fingerprints import draft_fingerprint, drafts_of, newest_draft
from questionnaire.domain.follow_up import (
    REPORTING_CODE_STEPS,
    SUBJECTS,
    Consultation,
    Decision,
    Outcome,
    overdue_text,
)
from questionnaire.domain.summary import Summary, summarise
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.follow_up import ConsultationForm, DecisionForm, OutcomeForm, StepForm
from questionnaire.models import Intake, Step
from questionnaire.views.autosave import saved_at
from questionnaire.views.conflicts import draft_only_base

#: The prefix of the form for a consultation.
CONSULTATION_PREFIX: Final = "consultation"
#: The key of the consultation that is being written, among the drafts of an intake.
CONSULTATION_DRAFT: Final = "consultations"


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
    """One step with the form of its outcome. `urgency` says how soon, `overdue` how late, or are ""."""

    anchor: str
    title: str
    urgency: str
    overdue: str
    form: StepForm
    unsaved: UnsavedEntry | None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One line in the list of errors at the top of the page."""

    anchor: str
    label: str
    message: str


def follow_up_context(intake: Intake, consultation: ConsultationForm | None) -> dict[str, object]:
    """Return the context of the page, with the form for a consultation as it was posted, if it was."""
    summary = summarise(intake.answers, intake.incident_log, intake.on)
    stored = stored_steps(intake)
    advised = [
        _step_row(intake, stored, advice.code, f"step-{number}", advice.title, advice.urgency.label)
        for number, advice in enumerate(summary.advice, start=1)
    ]
    no_longer_advised = _step_rows(intake, stored, _no_longer_advised(intake, stored, summary), "gone")
    code_steps = _step_rows(intake, stored, REPORTING_CODE_STEPS, "code")
    decision = _step_row(intake, stored, DECISIONS, "decisions", _("The two decisions"))
    if consultation is None or not consultation.is_filled_in():
        consultation = _new_consultation(intake)
    return {
        "intake": intake,
        "saved": saved_at(intake),
        "advised": advised,
        "no_longer_advised": no_longer_advised,
        "code_steps": code_steps,
        "reporting_code": summary.reporting_code,
        "unsafety": _unsafety(summary),
        "decision": decision,
        "lacks_ground": _lacks_ground(stored),
        "consultation": consultation,
        "has_draft": bool(newest_draft(intake.content, CONSULTATION_DRAFT)),
        "draft_base": draft_fingerprint(intake.content, CONSULTATION_DRAFT),
        "consultations": _consultations(intake),
        "field_errors": [
            *chain.from_iterable(map(_row_errors, (*advised, *no_longer_advised, *code_steps, decision))),
            *_form_errors(_("Consultation"), "consultations", consultation),
        ],
    }


def steps_with_drafts(intake: Intake) -> list[str]:
    """Return the codes of the steps for which something was typed that is not stored as such."""
    return [code for code in (*SUBJECTS, DECISIONS) if step_key(code) in intake.content["drafts"]]


def step_form(code: str) -> type[StepForm]:
    """Return the class of the form for a step, or for `DECISIONS`."""
    return DecisionForm if code == DECISIONS else OutcomeForm


def _no_longer_advised(intake: Intake, stored: Mapping[str, Step], summary: Summary) -> list[str]:
    """Return the advice with an outcome, or a draft of one, that the answers do not lead to any more."""
    with_outcome = {*stored, *steps_with_drafts(intake)} - {advice.code for advice in summary.advice}
    return [code for code in TEXTS if code in with_outcome]


def _step_rows(
    intake: Intake, stored: Mapping[str, Step], codes: Sequence[str], anchor: str
) -> list[StepRow]:
    return [
        _step_row(intake, stored, code, f"{anchor}-{number}", labels.step_title(code))
        for number, code in enumerate(codes, start=1)
    ]


def _step_row(
    intake: Intake, stored: Mapping[str, Step], code: str, anchor: str, title: str, urgency: str = ""
) -> StepRow:
    step = stored.get(code)
    entry = step.parsed if step else None
    due = entry.due if isinstance(entry, Outcome) else None
    overdue = overdue_text(due, dates.today()) if due else ""
    if step_key(code) in intake.content["drafts"]:
        form, unsaved = _form_with_draft(intake, code, step)
        return StepRow(anchor, title, urgency, overdue, form, unsaved)
    form = step_form(code)(prefix=code, stored=entry, base=step_fingerprint(step))
    return StepRow(anchor, title, urgency, overdue, form, None)


def _form_with_draft(intake: Intake, code: str, step: Step | None) -> tuple[StepForm, UnsavedEntry]:
    """Return the form with what was typed and could not be stored, and what is stored instead."""
    drafts = drafts_of(intake.content, step_key(code))
    shown = step_fingerprint(step, drafts[-1])
    form = step_form(code)(json.loads(drafts[-1]), prefix=code)
    # What is valid and still a draft is in conflict with what someone else stored.
    in_conflict = form.is_valid()
    form.base = draft_only_base(shown) if in_conflict else shown
    stored = step.parsed.lines() if step else ()
    return form, UnsavedEntry(code, stored, in_conflict, shown, waiting=len(drafts) - 1)


def _lacks_ground(stored: Mapping[str, Step]) -> bool:
    decision = stored[DECISIONS].parsed if DECISIONS in stored else None
    return isinstance(decision, Decision) and decision.lacks_ground


def _new_consultation(intake: Intake) -> ConsultationForm:
    """Return the form for a new consultation: empty, or with the draft of one."""
    today = dutch_date(dates.today().isoformat())
    draft = json.loads(newest_draft(intake.content, CONSULTATION_DRAFT) or "{}")
    typed = {name.partition("-")[2]: value for name, value in draft.items()}
    return ConsultationForm(prefix=CONSULTATION_PREFIX, initial={"key": uuid4(), "on": today, **typed})


def _unsafety(summary: Summary) -> list[tuple[str, str]]:
    """Return which answers point at which kind of unsafety, for the first decision."""
    code = summary.reporting_code
    kinds = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    return [(name, labels.SEPARATOR.join(map(labels.label, items))) for name, items in kinds if items]


def _consultations(intake: Intake) -> list[tuple[UUID, tuple[str, ...]]]:
    """Return the id and the lines of each consultation, in the order of time."""
    parsed = [(step.uuid, step.parsed) for step in intake.steps.filter(kind=Step.Kind.CONSULTATION)]
    consultations = [(uuid, entry) for uuid, entry in parsed if isinstance(entry, Consultation)]
    consultations.sort(key=lambda pair: pair[1].sort_key)
    return [(uuid, entry.lines()) for uuid, entry in consultations]


def _row_errors(row: StepRow) -> Iterator[FieldError]:
    if row.unsaved and row.unsaved.in_conflict:
        yield FieldError(row.anchor, row.title, _("This was changed somewhere else. Please choose."))
    yield from _form_errors(row.title, row.anchor, row.form)


def _form_errors(title: str, anchor: str, form: StepForm) -> Iterator[FieldError]:
    for name, messages in form.errors.items():
        is_field = name in form.fields
        target = f"id_{form.prefix}-{name}" if is_field else anchor
        label = f"{title}: {form.fields[name].label}" if is_field else title
        yield from (FieldError(target, label, str(message)) for message in messages)
