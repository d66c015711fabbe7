"""Build the context of the follow-up page: every step with its form, consultations and breaches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions.breaches import stored_breaches
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, StoredStep, step_key, stored_steps
from questionnaire.documents import labels
from questionnaire.documents.sections.advice import CALL_112, called_112
from questionnaire.domain import dates
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.breaches import Breach, sort_key
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.earlier_versions import EARLIER_STEPS
from questionnaire.domain.fingerprints import draft_fingerprint, newest_draft
from questionnaire.domain.follow_up import (
    REPORTING_CODE_STEPS,
    SUBJECTS,
    Consultation,
    Decision,
)
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.telling import UNTOLD
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.follow_up import BreachForm, ConsultationForm, StepForm
from questionnaire.models import AccessScope, Intake, Step, User
from questionnaire.queries.case_holders import rows_newest_first
from questionnaire.queries.cases import earlier_assessments
from questionnaire.views.autosave import DRAFT_BASE_FIELD, saved_at
from questionnaire.views.follow_up_rows import StepRow, step_row, step_rows

#: The prefix of the form for a consultation.
CONSULTATION_PREFIX: Final = "consultation"
#: The key of the consultation that is being written, among the drafts of an intake.
CONSULTATION_DRAFT: Final = "consultations"
#: The same for a breach of an order.
BREACH_PREFIX: Final = "breach"
BREACH_DRAFT: Final = "breaches"
#: The fields with the fingerprints of these two drafts.
BASE_FIELDS: Final = {CONSULTATION_DRAFT: DRAFT_BASE_FIELD, BREACH_DRAFT: f"{BREACH_DRAFT}-base"}

NewEntryForm = ConsultationForm | BreachForm


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A consultation or breach that was added, as lines of text; `hint` says what is missing, or is "".

    `url` is where to change it; "" for who may not. `earlier` is the day of the earlier conversation that it
    belongs to, or "".
    """

    url: str
    lines: tuple[str, ...]
    hint: str
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One line in the list of errors at the top of the page."""

    anchor: str
    label: str
    message: str


def follow_up_context(user: User, intake: Intake, new_entries: Mapping[str, NewEntryForm]) -> dict[str, Any]:
    """Return the context of the page, with the forms for new entries as they were posted, if they were."""
    summary = summarise(intake.answers, intake.incident_log, intake.on)
    stored = stored_steps(intake)
    advised = [
        step_row(intake, stored, advice.code, f"step-{number}", advice.title, advice.urgency)
        for number, advice in enumerate(summary.advice, start=1)
    ]
    no_longer_advised = step_rows(intake, stored, _no_longer_advised(intake, stored, summary), "gone")
    code_steps = step_rows(intake, stored, REPORTING_CODE_STEPS, "code")
    decision = step_row(intake, stored, DECISIONS, "decisions", _("The two decisions"))
    holder_rows = rows_newest_first(intake.case)[:2]
    holders = step_row(intake, stored, HOLDERS, HOLDERS, _("Who holds the case"))
    consultation, breach = (
        posted if (posted := new_entries.get(key)) and posted.is_filled_in() else _new_entry(intake, key)
        for key in (CONSULTATION_DRAFT, BREACH_DRAFT)
    )
    step_rows_of_page = (holders, *advised, *no_longer_advised, *code_steps, decision)
    is_danger = any(advice.code == CALL_112 for advice in summary.advice)
    return {
        "intake": intake,
        "parts": {CONSULTATION_DRAFT, BREACH_DRAFT, *(row.anchor for row in step_rows_of_page)},
        "saved": saved_at(intake),
        "called": called_112(intake.follow_up) if is_danger else "",
        "me": str(user),
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
        "holders": holders,
        "held_by": _held_by(stored),
        "has_earlier": bool(intake.content.get(EARLIER_STEPS)),
        "held_since": holder_rows[0] if holder_rows else None,
        "was_held_before": len(holder_rows) > 1,
        "breach": breach,
        "has_breach_draft": bool(newest_draft(intake.content, BREACH_DRAFT)),
        "breach_base": draft_fingerprint(intake.content, BREACH_DRAFT),
        "breaches": _breaches(user, intake),
        "field_errors": [
            *chain.from_iterable(map(_row_errors, step_rows_of_page)),
            *_form_errors(_("Consultation"), "consultations", consultation),
            *_form_errors(_("Breach of an order"), "breaches", breach),
        ],
    }


def anchor_of(intake: Intake, code: str) -> str:
    """Return the id of the row of a step on the page."""
    if code in (DECISIONS, HOLDERS):
        return code
    if code in REPORTING_CODE_STEPS:
        return f"code-{REPORTING_CODE_STEPS.index(code) + 1}"
    summary = summarise(intake.answers, intake.incident_log, intake.on)
    advised = [advice.code for advice in summary.advice]
    if code in advised:
        return f"step-{advised.index(code) + 1}"
    gone = _no_longer_advised(intake, stored_steps(intake), summary)
    return f"gone-{gone.index(code) + 1}" if code in gone else "gone"


def steps_with_drafts(intake: Intake) -> list[str]:
    """Return the codes of the steps for which something was typed that is not stored as such."""
    return [code for code in (*SUBJECTS, DECISIONS, HOLDERS) if step_key(code) in intake.content["drafts"]]


def _no_longer_advised(intake: Intake, stored: Mapping[str, StoredStep], summary: Summary) -> list[str]:
    """Return the advice with an outcome, or a draft of one, that the answers do not lead to any more."""
    with_outcome = {*stored, *steps_with_drafts(intake)} - {advice.code for advice in summary.advice}
    return [code for code in TEXTS if code in with_outcome]


def _lacks_ground(stored: Mapping[str, StoredStep]) -> bool:
    decision = stored[DECISIONS].parsed if DECISIONS in stored else None
    return isinstance(decision, Decision) and decision.lacks_ground


def _held_by(stored: Mapping[str, StoredStep]) -> tuple[tuple[str, str], ...]:
    """Return who holds the case, as it is stored."""
    holders = stored[HOLDERS].parsed if HOLDERS in stored else NOBODY
    return holders.labelled() if isinstance(holders, CaseHolders) else ()


def _new_entry(intake: Intake, key: str) -> NewEntryForm:
    """Return the form for a new consultation or breach: empty, or with the draft of one."""
    draft = json.loads(newest_draft(intake.content, key) or "{}")
    typed = {name.partition("-")[2]: value for name, value in draft.items()}
    if key == BREACH_DRAFT:
        return BreachForm(prefix=BREACH_PREFIX, initial={"key": uuid4(), **typed})
    today = dutch_date(dates.today().isoformat())
    return ConsultationForm(prefix=CONSULTATION_PREFIX, initial={"key": uuid4(), "on": today, **typed})


def _unsafety(summary: Summary) -> list[tuple[str, str]]:
    """Return which answers point at which kind of unsafety, for the first decision."""
    code = summary.reporting_code
    kinds = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    return [(name, labels.SEPARATOR.join(map(labels.label, items))) for name, items in kinds if items]


def _consultations(intake: Intake) -> list[StoredRecord]:
    """Return each consultation, in the order of time."""
    parsed = [(step.uuid, step.readable) for step in intake.steps.filter(kind=Step.Kind.CONSULTATION)]
    consultations = [(uuid, entry) for uuid, entry in parsed if isinstance(entry, Consultation)]
    consultations.sort(key=lambda pair: pair[1].sort_key)
    return [
        StoredRecord(
            reverse("consultation", args=[intake.uuid, uuid]),
            entry.lines(),
            "" if entry.told_on else str(UNTOLD),
        )
        for uuid, entry in consultations
    ]


def _breaches(user: User, intake: Intake) -> list[StoredRecord]:
    """Return each breach of the case up to this intake, those without an answer first."""
    scope = AccessScope.of(user)
    found: list[tuple[Breach, StoredRecord]] = []
    for each in (*earlier_assessments(user, intake), intake):
        for row in stored_breaches(each):
            if isinstance(breach := row.readable, Breach):
                url = reverse("breach", args=[each.uuid, row.uuid]) if scope.can_write(each) else ""
                earlier = "" if each == intake else dates.format_date(each.on)
                hint = "" if breach.is_reported else labels.advice_sentence("report_breaches")
                found.append((breach, StoredRecord(url, breach.lines(), hint, earlier)))
    return [record for _breach, record in sorted(found, key=lambda pair: sort_key(pair[0]))]


def _row_errors(row: StepRow) -> Iterator[FieldError]:
    if row.unsaved and row.unsaved.in_conflict:
        yield FieldError(row.anchor, row.title, _("This was changed somewhere else. Please choose."))
    # The labels of the holders name their place.
    yield from _form_errors("" if row.form.prefix == HOLDERS else row.title, row.anchor, row.form)


def _form_errors(title: str, anchor: str, form: StepForm) -> Iterator[FieldError]:
    for name, messages in form.errors.items():
        is_field = name in form.fields
        target = f"id_{form.prefix}-{name}" if is_field else anchor
        label = ": ".join(filter(None, (title, str(form.fields[name].label) if is_field else "")))
        yield from (FieldError(target, label, str(message)) for message in messages)
