"""Show and save the follow-up: who holds the case, outcomes, decisions, consultations and breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, record_fingerprint, step_key
from questionnaire.actions.transactions import SaveResult
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.domain.merge import Submission
from questionnaire.forms.follow_up import BreachForm, ConsultationForm, StepForm, done_today
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.screen.lock import is_locked
from questionnaire.views.autosave import page_and_number, save_status
from questionnaire.views.closing import CLOSING_PAGES
from questionnaire.views.conflicts import choice_text, resolved_key
from questionnaire.views.feedback import done, last_undoable, part_told
from questionnaire.views.follow_up_page import (
    BASE_FIELDS,
    BREACH_DRAFT,
    BREACH_PREFIX,
    CONSULTATION_DRAFT,
    CONSULTATION_PREFIX,
    NewEntryForm,
    anchor_of,
    follow_up_context,
    steps_with_drafts,
)
from questionnaire.views.follow_up_rows import step_form
from questionnaire.views.language_cookie import with_language_cookie

#: The parts of the page, by the ids that its buttons lead back to.
_PARTS: Final = frozenset(
    {HOLDERS, DECISIONS, "advised", "step", "gone", "code", CONSULTATION_DRAFT, BREACH_DRAFT}
)

#: How to add what a button adds, by the key of its draft.
_ADD: Final[Mapping[str, Callable[..., Any]]] = {
    CONSULTATION_DRAFT: follow_up_actions.add_consultation,
    BREACH_DRAFT: breach_actions.add_breach,
}


@dataclass(frozen=True, slots=True)
class _Sittings:
    """What is undone as one.

    After Save that is all that the `page` saved since its last message, `together`; after "Done today" and a
    choice it is the step of the button, `apart`.
    """

    page: str
    together: str
    apart: str

    @classmethod
    def of(cls, request: HttpRequest) -> _Sittings:
        """Return those of a post. Each message ends one: a page that comes back by Back has its old name."""
        page = page_and_number(request.POST).get("page") or token_hex(8)
        return cls(page, last_undoable(request, page) or page, token_hex(8))


def steps(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Show every step with its outcome. A post saves; what cannot be saved becomes a draft, shown again."""
    user, intake = user_of(request), intake_of(request)
    new_entries: dict[str, NewEntryForm] = {}
    if request.method == "POST":
        new_entries = {
            CONSULTATION_DRAFT: ConsultationForm(request.POST, prefix=CONSULTATION_PREFIX),
            BREACH_DRAFT: BreachForm(request.POST, prefix=BREACH_PREFIX),
        }
        sittings = _Sittings.of(request)
        result = _save(request, intake, new_entries, sittings)
        intake = result.intake
        if not request.accepts("text/html"):
            return JsonResponse(_autosave_result(result))
        if _must_check(request, intake, new_entries):
            # What else is to be checked does not keep back that "Done today" stored its own step.
            if follow_up_actions.changed_in(user, intake, sittings.apart):
                _tell(request, intake, sittings)
        else:
            part = _tell(request, intake, sittings) or request.POST.get("_go", "")
            # At a part of it a page does not begin with what is to be checked.
            if steps_with_drafts(intake) and not resolved_key(request.POST) and part not in CLOSING_PAGES:
                part = ""
            response = redirect(follow_up_url(intake, part))
            return with_language_cookie(response, request.POST.get("_language", ""))
    intake_actions.record_read(user, intake, EventCode.STEPS_READ)
    context = follow_up_context(user, intake, new_entries)
    told_at = part_told(request, context["parts"])
    return render(request, "intakes/follow_up.html", {**context, "told_at": told_at})


def follow_up_url(intake: Intake, part: str) -> str:
    """Return the URL of the page at one of its parts, or of the page that pauses or stops a conversation."""
    if part in CLOSING_PAGES:
        return reverse(part, args=[intake.uuid])
    page = reverse("steps", args=[intake.uuid])
    return f"{page}#{part}" if part.partition("-")[0] in _PARTS else page


def _tell(request: HttpRequest, intake: Intake, sittings: _Sittings) -> str:
    """Say what a button saved, at the row where that was; return the id of the row, "" for none."""
    button = request.POST.get("_go", "")
    if is_locked(request) or button in CLOSING_PAGES or "_language" in request.POST:
        return ""
    chosen = resolved_key(request.POST)
    at_choice = anchor_of(intake, chosen) if chosen else ""
    if chosen in steps_with_drafts(intake):
        return at_choice
    said, user = choice_text(request.POST), user_of(request)
    apart = follow_up_actions.changed_in(user, intake, sittings.apart)
    sitting = sittings.apart if apart or chosen else sittings.together
    changed = apart or follow_up_actions.changed_in(user, intake, sitting)
    # Undoing what was saved before does not bring back what a choice threw away.
    if not changed or "_leave" in request.POST:
        if button not in _ADD:
            done(request, said or _("There was nothing new to save."), tag=at_choice)
        return at_choice
    anchors = {code: anchor_of(intake, code) for code in changed}
    rows = reversed(anchors.values())
    row = at_choice or next((row for row in rows if row.startswith(button)), anchors[changed[-1]])
    back = follow_up_url(intake, row)
    said = said or (_done_today(row) if apart else _saved(anchors.values()))
    about = {"sitting": sitting, "page": sittings.page}
    done(request, said, Kind.STEPS_SAVED, intake, tag=row, back=back, **about)
    # Adding something leads to its own part of the page.
    return "" if button in _ADD else row


def _done_today(row: str) -> str:
    part, _dash, number = row.partition("-")
    texts = {
        "step": _("Step %(number)s is written down as done today."),
        "code": _("Step %(number)s of the reporting code is written down as done today."),
    }
    return texts.get(part, _("This is written down as done today.")) % {"number": number}


def _saved(rows: Iterable[str]) -> str:
    """Name all that was saved: undoing takes back all of it."""
    texts = {
        "step": _("step %(number)s"),
        "gone": _("step %(number)s of those no longer advised"),
        "code": _("step %(number)s of the reporting code"),
        DECISIONS: _("the two decisions"),
        HOLDERS: _("who holds the case"),
    }
    parts = [row.partition("-") for row in rows]
    names = [texts[part] % {"number": number} for part, _dash, number in parts]
    return _("Saved: %(names)s.") % {"names": ", ".join(names)}


def _save(
    request: HttpRequest, intake: Intake, new_entries: Mapping[str, NewEntryForm], sittings: _Sittings
) -> SaveResult:
    """Save all that is valid, whatever the button, and the rest as drafts."""
    user = user_of(request)
    posted = done_today(_apply_choice(request.POST, intake), str(user))
    entries = {code: _step_submission(form) for code, form in _posted_forms(posted).items()}
    if (own := resolved_key(posted) or posted.get("_done", "")) in entries:
        entries[own] = replace(entries[own], sitting=sittings.apart)
    drafts = {key: _add_or_draft(request, intake, key, form) for key, form in new_entries.items()}
    page = Submission(
        base={key: posted.get(BASE_FIELDS[key], "") for key in drafts},
        posted={},
        drafts={key: draft for key, draft in drafts.items() if BASE_FIELDS[key] in posted},
        chosen=step_key(resolved_key(posted)),
        **page_and_number(posted),
    )
    return follow_up_actions.record_steps(user, intake, entries, page, sittings.together)


def _add_or_draft(request: HttpRequest, intake: Intake, key: str, form: NewEntryForm) -> str:
    """Add a consultation or breach that is complete; return the draft of any other, "" for none.

    Only a button adds one: when the page saves by itself someone is still writing it.
    """
    draft = form.posted if form.is_filled_in() else ""
    if not (draft and request.accepts("text/html") and form.is_valid()):
        return draft
    row = _ADD[key](user_of(request), intake, form.parsed, form.cleaned_data["key"])
    added = _("The breach is added.") if key == BREACH_DRAFT else _("The consultation is added.")
    back, base = follow_up_url(intake, key), record_fingerprint(row)
    done(request, added, Kind.RECORD_WRITTEN, intake, tag=key, back=back, record=str(row.pk), base=base)
    return ""


def _posted_forms(posted: QueryDict) -> dict[str, StepForm]:
    codes = (code for code in (*SUBJECTS, DECISIONS, HOLDERS) if f"{code}-base" in posted)
    return {code: step_form(code)(posted, prefix=code) for code in codes}


def _step_submission(form: StepForm) -> StepSubmission:
    is_valid = form.is_valid()
    return StepSubmission(form.parsed if is_valid else None, form.base, form.posted, not is_valid)


def _apply_choice(posted: QueryDict, intake: Intake) -> QueryDict:
    """Return the controls after a choice: by `_take` for what is typed, by `_leave` for what is stored."""
    code = resolved_key(posted)
    if f"{code}__shown" not in posted:
        return posted
    controls = posted.copy()
    controls[f"{code}-base"] = posted.get(f"{code}__shown", "")
    if "_leave" in posted:
        step = follow_up_actions.stored_steps(intake).get(code)
        for bound in step_form(code)(prefix=code, stored=step.parsed if step else None):
            controls[bound.html_name] = str(bound.value() or "")
    return controls


def _must_check(request: HttpRequest, intake: Intake, new_entries: Mapping[str, NewEntryForm]) -> bool:
    """Return whether someone who saves has to check something. Nobody can while the screen is locked."""
    is_pressed = "_go" in request.POST or "_done" in request.POST
    is_asked = is_pressed and request.POST.get("_go") not in CLOSING_PAGES
    is_invalid = any(form.is_filled_in() and not form.is_valid() for form in new_entries.values())
    return is_asked and not is_locked(request) and (is_invalid or bool(steps_with_drafts(intake)))


def _autosave_result(result: SaveResult) -> dict[str, object]:
    """Return the JSON for a page that saves by itself: the status to show, and its new fingerprints."""
    bases = {BASE_FIELDS.get(key, f"{key.split()[-1]}-base"): base for key, base in result.bases.items()}
    return {"status": save_status(result.intake, len(steps_with_drafts(result.intake))), "base": bases}
