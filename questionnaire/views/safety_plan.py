"""Show and save the safety plan of a case, show an older version of it, and bring one back."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.safety_plans import PartSubmission, PlanResult
from questionnaire.actions.transactions import SaveResult
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.merge import Submission
from questionnaire.domain.safety_plan import PartPlan
from questionnaire.domain.safety_plan_parts import PART_OF, PARTS
from questionnaire.forms.safety_plan import PartForm
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.safety_plans import may_read_plan, may_write_plan, safety_plan_of
from questionnaire.screen.lock import is_locked
from questionnaire.views.autosave import page_and_number, save_status
from questionnaire.views.closing import CLOSING_PAGES
from questionnaire.views.conflicts import choice_text, resolved_key
from questionnaire.views.feedback import done, part_told
from questionnaire.views.language_cookie import with_language_cookie
from questionnaire.views.safety_plan_page import parts_with_drafts, plan_context, version_context


def plan(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Show the plan: to whoever may change it as a form. A post saves; what is invalid becomes a draft."""
    user, intake = user_of(request), intake_of(request)
    if request.method == "POST":
        result = _save(request, intake)
        intake, safety_plan = result.intake, safety_plan_of(intake.case)
        to_check = parts_with_drafts(safety_plan)
        if not request.accepts("text/html"):
            return JsonResponse(_autosave_result(result, len(to_check)))
        if not (to_check and _is_saved_by_button(request) and not is_locked(request)):
            part = _tell_saved(request, result) or request.POST.get("_go", "")
            response = redirect(plan_url(intake, part))
            return with_language_cookie(response, request.POST.get("_language", ""))
    elif not may_read_plan(user, intake):
        return render(request, "intakes/no_plan.html", {"intake": intake}, status=403)
    intake_actions.record_read(user, intake, EventCode.PLAN_READ)
    safety_plan = safety_plan_of(intake.case)
    newest = safety_plan.newest if safety_plan else None
    context = plan_context(intake, safety_plan, newest, may_write=may_write_plan(user, intake))
    told_at = part_told(request, [part.code for part in PARTS] if context["may_write"] else ())
    return render(request, "intakes/safety_plan.html", {**context, "told_at": told_at})


def _tell_saved(request: HttpRequest, result: PlanResult) -> str:
    """Say what a button saved, at the part where that was; return the code of the part, "" for none."""
    button = request.POST.get("_go", "")
    if is_locked(request) or button in CLOSING_PAGES or "_language" in request.POST:
        return ""
    intake, now, chosen = result.intake, result.version, resolved_key(request.POST)
    part = next((code for code in (chosen, button, *result.saved) if code in PART_OF), "")
    if chosen in parts_with_drafts(safety_plan_of(intake.case)):
        return part
    said = choice_text(request.POST)
    # Undoing what was saved before does not bring back what a choice threw away.
    if not now or "_leave" in request.POST:
        done(request, said or _("There was nothing new to save."), tag=part)
        return part
    said = said or _("The safety plan is saved: version %(number)s.") % {"number": now}
    back = plan_url(intake, part)
    done(request, said, Kind.PLAN_SAVED, intake, tag=part, back=back, before=now - 1, now=now)
    return part


def version(request: HttpRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """Show one version of the plan. A post makes a new version that says the same."""
    user, intake = user_of(request), intake_of(request)
    if not may_read_plan(user, intake):
        raise PermissionDenied
    safety_plan = safety_plan_of(intake.case)
    shown = safety_plan.versions.select_related("by").filter(number=number).first() if safety_plan else None
    if safety_plan is None or shown is None:
        raise Http404
    is_stale = False
    if request.method == "POST":
        newest_shown = _number(request.POST.get("newest", ""))
        if now := plan_actions.bring_back(user, intake, number, newest_shown):
            said = _("Version %(number)s is back. It is now version %(now)s. Nothing was removed.")
            text = said % {"number": number, "now": now}
            done(request, text, Kind.PLAN_BROUGHT_BACK, intake, before=newest_shown, now=now)
            return redirect(plan_url(intake, ""))
        is_stale = True
    intake_actions.record_read(user, intake, EventCode.PLAN_READ)
    newest = safety_plan.versions.select_related("by").latest("number")
    context = version_context(intake, shown, newest, may_write=may_write_plan(user, intake))
    return render(request, "intakes/safety_plan_version.html", {**context, "is_stale": is_stale})


def plan_url(intake: Intake, part: str) -> str:
    """Return the URL of the page at one of its parts, or of the page that pauses or stops a conversation."""
    if part in CLOSING_PAGES and intake.is_open:
        return reverse(part, args=[intake.uuid])
    page = reverse("plan", args=[intake.uuid])
    return f"{page}#{part}" if any(part == each.code for each in PARTS) else page


def _save(request: HttpRequest, intake: Intake) -> PlanResult:
    """Save all that is valid, whatever the button, and the rest as drafts."""
    posted = _apply_choice(request.POST, intake)
    codes = [part.code for part in PARTS if f"{part.code}-base" in posted]
    sent = {code: _part_submission(PartForm(posted, prefix=code)) for code in codes}
    page = Submission({}, {}, chosen=resolved_key(posted), **page_and_number(posted))
    return plan_actions.save_plan(user_of(request), intake, sent, page)


def _part_submission(form: PartForm) -> PartSubmission:
    is_valid = form.is_valid()
    return PartSubmission(form.parsed if is_valid else PartPlan(), form.base, form.posted, not is_valid)


def _apply_choice(posted: QueryDict, intake: Intake) -> QueryDict:
    """Return the controls after a choice: by `_take` for what is typed, by `_leave` for what is stored."""
    code = resolved_key(posted)
    if f"{code}__shown" not in posted:
        return posted
    controls = posted.copy()
    controls[f"{code}-base"] = posted.get(f"{code}__shown", "")
    if "_leave" in posted:
        _put_stored(controls, code, intake)
    return controls


def _put_stored(controls: QueryDict, code: str, intake: Intake) -> None:
    """Replace the controls of a part by those of a page that shows it as it is stored."""
    safety_plan = safety_plan_of(intake.case)
    newest = safety_plan.newest if safety_plan else None
    for name in [name for name in controls if name.startswith(f"{code}-") and name != f"{code}-base"]:
        del controls[name]
    form = PartForm(prefix=code, stored=newest.plan.parts.get(code) if newest else None)
    for bound in form:
        if (value := bound.value()) is not False:
            controls[bound.html_name] = str(value)


def _is_saved_by_button(request: HttpRequest) -> bool:
    """Return whether someone asked to save, and stays on this page."""
    return "_go" in request.POST and request.POST["_go"] not in CLOSING_PAGES


def _autosave_result(result: SaveResult, to_check: int) -> dict[str, object]:
    """Return the JSON for a page that saves by itself: the status to show, and its new fingerprints."""
    bases = {f"{code}-base": base for code, base in result.bases.items()}
    return {"status": save_status(result.intake, to_check), "base": bases}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0
