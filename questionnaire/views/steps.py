"""What came of the advice: outcomes, the two decisions of the reporting code, and consultations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire import actions, held
from questionnaire.actions import DECISIONS, SentStep, step_digest
from questionnaire.controls import dutch_date
from questionnaire.documents import wording
from questionnaire.domain import dates
from questionnaire.domain.advice_texts import TEXTS
from questionnaire.domain.follow_up import CODE_STEPS, SUBJECTS, Consultation, Decision, Outcome, overdue
from questionnaire.domain.summary import Summary, summarise
from questionnaire.events import Code
from questionnaire.lock import is_locked
from questionnaire.models import Intake, Step
from questionnaire.permissions import intake_of, user_of
from questionnaire.step_forms import ConsultationForm, DecisionForm, OutcomeForm, StepForm
from questionnaire.views.panels import saved_at
from questionnaire.views.sections import with_language

#: The prefix of the form for a consultation.
CONSULTATION: Final = "consultation"
#: The parts of the page, by the ids that its buttons lead back to.
_PARTS: Final = frozenset({"advised", "gone", "code", "consultations"})


@dataclass(frozen=True, slots=True)
class Row:
    """One step with the form for what came of it. `about` says how soon, `overdue` how late, or are ""."""

    anchor: str
    title: str
    about: str
    overdue: str
    form: StepForm


@dataclass(frozen=True, slots=True)
class Fault:
    """Something on the page that could not be saved, for the list of them at its top."""

    anchor: str
    where: str
    message: str


def steps(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Every step with what came of it, and room to say so. What cannot be saved is shown again."""
    user, intake = user_of(request), intake_of(request)
    troubled = _save(request, intake) if request.method == "POST" else {}
    language = request.POST.get("_language", "")
    if request.method == "POST" and not troubled:
        return with_language(redirect(here(intake, request.POST.get("_go", ""))), language)
    if troubled and is_locked(request):
        held.hold(user, request)  # nobody sees the answer
    actions.record_read(user, intake, Code.STEPS_READ)
    intake.refresh_from_db(fields=["revision", "changed_at"])
    response = render(request, "intakes/follow_up.html", _context(intake, troubled))
    return with_language(response, language)


def here(intake: Intake, part: str) -> str:
    """The page at one of its parts, or the page where a conversation pauses or stops."""
    if part in ("pause", "stop"):
        return reverse(part, args=[intake.uuid])
    page = reverse("steps", args=[intake.uuid])
    return f"{page}#{part}" if part in _PARTS else page


# --- Saving -------------------------------------------------------------------------------------------------


def _save(request: HttpRequest, intake: Intake) -> dict[str, StepForm]:
    """Save all that can be read. Gives the forms that are to be shown again, by the key of their step."""
    user, posted = user_of(request), request.POST
    forms: dict[str, StepForm] = {
        what: OutcomeForm(posted, prefix=what) for what in SUBJECTS if f"{what}-base" in posted
    }
    if f"{DECISIONS}-base" in posted:
        forms[DECISIONS] = DecisionForm(posted, prefix=DECISIONS)
    sent = {key: SentStep(form.told, form.base) for key, form in forms.items() if form.is_valid()}
    conflicts = actions.record_steps(user, intake, sent)
    _say_what_is_stored(intake, {key: forms[key] for key in conflicts})
    troubled = {key: form for key, form in forms.items() if form.errors}
    consultation = ConsultationForm(posted, prefix=CONSULTATION)
    if consultation.is_filled_in():
        if consultation.is_valid():
            actions.add_consultation(user, intake, consultation.told, consultation.cleaned_data["key"])
        else:
            troubled[CONSULTATION] = consultation
    return troubled


def _say_what_is_stored(intake: Intake, forms: Mapping[str, StepForm]) -> None:
    """Beside what was typed, so that the person chooses. Saving once more then keeps what was typed."""
    stored = actions.recorded(intake) if forms else {}
    for key, form in forms.items():
        step = stored.get(key)
        form.add_error(None, changed_elsewhere(step))
        form.base = step_digest(step)


def changed_elsewhere(step: Step | None) -> str:
    """What to say beside what was typed, when what is stored differs from what the page was made with."""
    said = "; ".join(step.told.lines()) if step else _("nothing")
    return _(
        "This was changed somewhere else meanwhile. Stored now: %(stored)s. Save again to keep yours."
    ) % {"stored": said}


# --- Showing ------------------------------------------------------------------------------------------------


def _context(intake: Intake, troubled: Mapping[str, StepForm]) -> dict[str, object]:
    told = [incident.told for incident in intake.incidents.all()]
    summary = summarise(intake.answers, told, intake.on)
    page = _Page(actions.recorded(intake), troubled)
    advised = page.advised(summary)
    gone = page.gone({advice.code for advice in summary.advice})
    code = page.code()
    decision = page.form(DecisionForm, DECISIONS)
    consultation = troubled.get(CONSULTATION) or _new_consultation()
    forms = [(row.title, row.anchor, row.form) for row in (*advised, *gone, *code)]
    forms.append((_("The two decisions"), "decisions", decision))
    forms.append((_("Consultation"), "consultations", consultation))
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
        "consultations": _consultations(intake),
        "faults": [fault for form in forms for fault in _faults(*form)],
    }


class _Page:
    """The steps of the page, each with its form: as stored, or as it came back when something was wrong."""

    def __init__(self, stored: Mapping[str, Step], troubled: Mapping[str, StepForm]) -> None:
        self.stored = stored
        self.troubled = troubled
        self.today = dates.today()

    def advised(self, summary: Summary) -> list[Row]:
        return [
            self.row(f"step-{number}", advice.code, advice.title, advice.urgency.label)
            for number, advice in enumerate(summary.advice, start=1)
        ]

    def gone(self, advised: Collection[str]) -> list[Row]:
        """What came of advice that the answers do not lead to any more: kept, and shown as such."""
        known = {*self.stored, *self.troubled}
        gone = [what for what in TEXTS if what in known and what not in advised]
        return [
            self.row(f"gone-{number}", what, wording.subject(what))
            for number, what in enumerate(gone, start=1)
        ]

    def code(self) -> list[Row]:
        return [
            self.row(f"code-{number}", what, wording.subject(what))
            for number, what in enumerate(CODE_STEPS, start=1)
        ]

    def row(self, anchor: str, what: str, title: str, about: str = "") -> Row:
        told = self.stored[what].told if what in self.stored else None
        due = told.due if isinstance(told, Outcome) else None
        return Row(
            anchor, title, about, overdue(due, self.today) if due else "", self.form(OutcomeForm, what)
        )

    def form(self, kind: type[StepForm], key: str) -> StepForm:
        step = self.stored.get(key)
        told = step.told if step else None
        return self.troubled.get(key) or kind(prefix=key, stored=told, base=step_digest(step))

    def lacks_ground(self) -> bool:
        told = self.stored[DECISIONS].told if DECISIONS in self.stored else None
        return isinstance(told, Decision) and told.lacks_ground


def _new_consultation() -> ConsultationForm:
    today = dutch_date(dates.today().isoformat())
    return ConsultationForm(prefix=CONSULTATION, initial={"key": uuid4(), "on": today})


def _unsafety(summary: Summary) -> list[tuple[str, str]]:
    """Which answers point at which kind of unsafety, for the first decision."""
    code = summary.reporting_code
    kinds = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    return [(name, wording.BETWEEN.join(map(wording.label, items))) for name, items in kinds if items]


def _consultations(intake: Intake) -> list[tuple[UUID, tuple[str, ...]]]:
    """Each with its id and its words, in the order of time."""
    there = [(step, step.told) for step in intake.steps.filter(kind=Step.Kind.CONSULTATION)]
    told = [(one.in_time, step.uuid, one.lines()) for step, one in there if isinstance(one, Consultation)]
    return [(uuid, lines) for _time, uuid, lines in sorted(told, key=lambda one: one[0])]


def _faults(where: str, anchor: str, form: StepForm) -> Iterator[Fault]:
    for name, messages in form.errors.items():
        target = f"id_{form.prefix}-{name}" if name in form.fields else anchor
        label = f"{where}: {form.fields[name].label}" if name in form.fields else where
        yield from (Fault(target, label, str(message)) for message in messages)
