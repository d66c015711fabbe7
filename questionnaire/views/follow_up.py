"""What came of the advice: outcomes, the two decisions of the reporting code, and consultations."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.follow_up import DECISIONS, SentStep, step_digest, step_key
from questionnaire.actions.intakes import SaveResult
from questionnaire.audit.log import Code
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.fingerprints import draft_fingerprint, drafts_of, newest_draft
from questionnaire.domain.follow_up import CODE_STEPS, SUBJECTS, Consultation, Decision, Outcome, overdue
from questionnaire.domain.merge import Submission
from questionnaire.domain.summary import Summary, summarise
from questionnaire.forms.bindings import dutch_date
from questionnaire.forms.follow_up import ConsultationForm, DecisionForm, OutcomeForm, StepForm
from questionnaire.models import Intake, Step
from questionnaire.permissions import intake_of, user_of
from questionnaire.screen.lock import is_locked
from questionnaire.views.sections import SKETCH, saved_and_to_check, with_language
from questionnaire.views.sidebar import saved_at
from questionnaire.views.wizard import blind, chosen, numbered

#: The prefix of the form for a consultation.
CONSULTATION: Final = "consultation"
#: The parts of the page, by the ids that its buttons lead back to.
_PARTS: Final = frozenset({"advised", "gone", "code", "consultations"})
#: Where a button leads at once, whatever is still to be checked on the page, by URL name.
_ELSEWHERE: Final = frozenset({"pause", "stop"})
#: The consultation that is still being written, among all that has a draft in an intake.
_CONSULTATIONS: Final = "consultations"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Why a step shows what was typed and not what is `stored`: for conversation/trouble.html."""

    key: str
    stored: tuple[str, ...]
    in_conflict: bool
    shown: str
    waiting: int
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One step with the form for what came of it. `about` says how soon, `overdue` how late, or are ""."""

    anchor: str
    title: str
    about: str
    overdue: str
    form: StepForm
    unsaved: Unsaved | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something on the page that could not be saved, for the list of them at its top."""

    anchor: str
    where: str
    message: str


def steps(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Every step with what came of it, and room to say so. What cannot be saved is kept and shown again."""
    user, intake = user_of(request), intake_of(request)
    consultation = None
    if request.method == "POST":
        consultation = ConsultationForm(request.POST, prefix=CONSULTATION)
        result = _save(request, intake, consultation)
        intake = result.intake
        if not request.accepts("text/html"):
            return JsonResponse(_answer(result))
        if not _is_shown_again(request, intake, consultation):
            leads_to = here(intake, request.POST.get("_go", ""))
            return with_language(redirect(leads_to), request.POST.get("_language", ""))
    intake_actions.record_read(user, intake, Code.STEPS_READ)
    return render(request, "intakes/follow_up.html", _context(intake, consultation))


def here(intake: Intake, part: str) -> str:
    """The page at one of its parts, or the page where a conversation pauses or stops."""
    if part in _ELSEWHERE:
        return reverse(part, args=[intake.uuid])
    page = reverse("steps", args=[intake.uuid])
    return f"{page}#{part}" if part in _PARTS else page


# --- Saving -------------------------------------------------------------------------------------------------


def _save(request: HttpRequest, intake: Intake, consultation: ConsultationForm) -> SaveResult:
    """Save all that can be read, whatever the button, and keep the rest as it was typed.

    A consultation is added by a button alone: while the page saves by itself it is still being written.
    """
    user, posted = user_of(request), _pressed(request.POST, intake)
    sent = {key: _sent(form) for key, form in _forms(posted).items()}
    sketch = consultation.posted if consultation.is_filled_in() else ""
    if sketch and request.accepts("text/html") and consultation.is_valid():
        follow_up_actions.add_consultation(user, intake, consultation.told, consultation.cleaned_data["key"])
        sketch = ""
    page = Submission(
        base={_CONSULTATIONS: posted.get(SKETCH, "")},
        posted={},
        sketches={_CONSULTATIONS: sketch} if SKETCH in posted else {},
        chosen=step_key(chosen(posted)),
        **numbered(posted),
    )
    return follow_up_actions.record_steps(user, intake, sent, page)


def _forms(posted: QueryDict) -> dict[str, StepForm]:
    kinds: dict[str, type[StepForm]] = {**dict.fromkeys(SUBJECTS, OutcomeForm), DECISIONS: DecisionForm}
    return {key: kind(posted, prefix=key) for key, kind in kinds.items() if f"{key}-base" in posted}


def _sent(form: StepForm) -> SentStep:
    is_readable = form.is_valid()
    return SentStep(form.told if is_readable else None, form.base, form.posted, not is_readable)


def _pressed(posted: QueryDict, intake: Intake) -> QueryDict:
    """The controls after a choice between what is typed, by `_take`, and what is stored, by `_leave`."""
    key = chosen(posted)
    if f"{key}__shown" not in posted:
        return posted
    controls = posted.copy()
    controls[f"{key}-base"] = posted.get(f"{key}__shown", "")
    if "_leave" in posted:
        kind = DecisionForm if key == DECISIONS else OutcomeForm
        step = follow_up_actions.recorded(intake).get(key)
        for bound in kind(prefix=key, stored=step.told if step else None):
            controls[bound.html_name] = str(bound.value() or "")
    return controls


def _is_shown_again(request: HttpRequest, intake: Intake, consultation: ConsultationForm) -> bool:
    """Whether someone who saves has something to check first. Nobody sees it while the screen is locked."""
    asks = "_go" in request.POST and request.POST["_go"] not in _ELSEWHERE
    is_troubled = consultation.is_filled_in() and not consultation.is_valid()
    return asks and not is_locked(request) and (is_troubled or bool(_kept(intake)))


def _kept(intake: Intake) -> list[str]:
    """The steps of which something is typed that is not stored as such."""
    return [what for what in (*SUBJECTS, DECISIONS) if step_key(what) in intake.content["drafts"]]


def _answer(result: SaveResult) -> dict[str, object]:
    """What a page that saves by itself is told: the state in words, and what it knows from now on."""
    bases = {
        SKETCH if key == _CONSULTATIONS else f"{key.split()[-1]}-base": base
        for key, base in result.bases.items()
    }
    return {"status": saved_and_to_check(result.intake, len(_kept(result.intake))), "base": bases}


def changed_elsewhere(step: Step | None) -> str:
    """What to say beside what was typed, when what is stored differs from what the page was made with."""
    said = "; ".join(step.told.lines()) if step else _("nothing")
    return _(
        "This was changed somewhere else meanwhile. Stored now: %(stored)s. Save again to keep yours."
    ) % {"stored": said}


# --- Showing ------------------------------------------------------------------------------------------------


def _context(intake: Intake, consultation: ConsultationForm | None) -> dict[str, object]:
    told = [incident.told for incident in intake.incidents.all()]
    summary = summarise(intake.answers, told, intake.on)
    page = _Page(intake)
    advised = page.advised(summary)
    gone = page.gone({advice.code for advice in summary.advice})
    code = page.code()
    decision = page.row("decisions", DECISIONS, _("The two decisions"), kind=DecisionForm)
    begun = newest_draft(intake.content, _CONSULTATIONS)
    if consultation is None or not consultation.is_filled_in():
        consultation = _new_consultation(begun)
    faults = [fault for row in (*advised, *gone, *code, decision) for fault in _faults(row)]
    return {
        "intake": intake,
        "saved": saved_at(intake),
        "advised": advised,
        "gone": gone,
        "code": code,
        "reporting_code": summary.reporting_code,
        "unsafety": _unsafety(summary),
        "decision": decision,
        "lacks_ground": page.lacks_ground(),
        "consultation": consultation,
        "is_begun": bool(begun),
        "sketch_base": draft_fingerprint(intake.content, _CONSULTATIONS),
        "consultations": _consultations(intake),
        "faults": [*faults, *_faults_in(_("Consultation"), "consultations", consultation)],
    }


class _Page:
    """The steps of the page, each with its form: as stored, or as it was typed and could not be stored."""

    def __init__(self, intake: Intake) -> None:
        self.content = intake.content
        self.stored = follow_up_actions.recorded(intake)
        self.kept = _kept(intake)
        self.today = dates.today()

    def advised(self, summary: Summary) -> list[Row]:
        return [
            self.row(f"step-{number}", advice.code, advice.title, advice.urgency.label)
            for number, advice in enumerate(summary.advice, start=1)
        ]

    def gone(self, advised: Collection[str]) -> list[Row]:
        """What came of advice that the answers do not lead to any more: kept, and shown as such."""
        known = {*self.stored, *self.kept}
        gone = [what for what in TEXTS if what in known and what not in advised]
        return [
            self.row(f"gone-{number}", what, labels.subject(what))
            for number, what in enumerate(gone, start=1)
        ]

    def code(self) -> list[Row]:
        return [
            self.row(f"code-{number}", what, labels.subject(what))
            for number, what in enumerate(CODE_STEPS, start=1)
        ]

    def row(
        self, anchor: str, what: str, title: str, about: str = "", kind: type[StepForm] = OutcomeForm
    ) -> Row:
        told = self.stored[what].told if what in self.stored else None
        due = told.due if isinstance(told, Outcome) else None
        late = overdue(due, self.today) if due else ""
        if what not in self.kept:
            form = kind(prefix=what, stored=told, base=step_digest(self.stored.get(what)))
            return Row(anchor, title, about, late, form)
        return self._typed(Row(anchor, title, about, late, kind(prefix=what)), told)

    def _typed(self, row: Row, told: Outcome | Consultation | Decision | None) -> Row:
        """The row with what was typed and could not be stored, beside what is stored."""
        what = str(row.form.prefix)
        drafts = drafts_of(self.content, step_key(what))
        shown = step_digest(self.stored.get(what), drafts[-1])
        form = type(row.form)(json.loads(drafts[-1]), prefix=what)
        form.base = blind(shown) if form.is_valid() else shown
        unsaved = Unsaved(what, told.lines() if told else (), form.is_valid(), shown, waiting=len(drafts) - 1)
        return replace(row, form=form, unsaved=unsaved)

    def lacks_ground(self) -> bool:
        told = self.stored[DECISIONS].told if DECISIONS in self.stored else None
        return isinstance(told, Decision) and told.lacks_ground


def _new_consultation(begun: str) -> ConsultationForm:
    """An empty one, or the one that someone began to write."""
    today = dutch_date(dates.today().isoformat())
    typed = {name.partition("-")[2]: value for name, value in json.loads(begun or "{}").items()}
    return ConsultationForm(prefix=CONSULTATION, initial={"key": uuid4(), "on": today, **typed})


def _unsafety(summary: Summary) -> list[tuple[str, str]]:
    """Which answers point at which kind of unsafety, for the first decision."""
    code = summary.reporting_code
    kinds = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    return [(name, labels.BETWEEN.join(map(labels.label, items))) for name, items in kinds if items]


def _consultations(intake: Intake) -> list[tuple[UUID, tuple[str, ...]]]:
    """Each with its id and its words, in the order of time."""
    there = [(step, step.told) for step in intake.steps.filter(kind=Step.Kind.CONSULTATION)]
    told = [(one.in_time, step.uuid, one.lines()) for step, one in there if isinstance(one, Consultation)]
    return [(uuid, lines) for _time, uuid, lines in sorted(told, key=lambda one: one[0])]


def _faults(row: Row) -> Iterator[Fault]:
    if row.unsaved and row.unsaved.in_conflict:
        yield Fault(row.anchor, row.title, _("This was changed somewhere else. Please choose."))
    yield from _faults_in(row.title, row.anchor, row.form)


def _faults_in(where: str, anchor: str, form: StepForm) -> Iterator[Fault]:
    for name, messages in form.errors.items():
        target = f"id_{form.prefix}-{name}" if name in form.fields else anchor
        label = f"{where}: {form.fields[name].label}" if name in form.fields else where
        yield from (Fault(target, label, str(message)) for message in messages)
