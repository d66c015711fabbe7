"""Show the incident log; add, change and remove incidents. What is typed is saved as a draft meanwhile."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.incidents import incident_fingerprint
from questionnaire.actions.transactions import SaveResult
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import INCIDENT_DRAFT, draft_fingerprint, newest_draft
from questionnaire.domain.merge import Submission
from questionnaire.forms.intakes import IncidentForm, incident_initial
from questionnaire.models import Incident
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.autosave import DRAFT_BASE_FIELD, autosave_result, page_and_number, saved_at
from questionnaire.views.conflicts import changed_elsewhere
from questionnaire.views.language_cookie import with_language_cookie
from questionnaire.views.sidebar import incident_entries


def incidents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the log with a form for one more, and add it."""
    user, intake = user_of(request), intake_of(request)
    draft = newest_draft(intake.content, INCIDENT_DRAFT)
    form = IncidentForm(request.POST) if request.POST else IncidentForm.from_draft(draft)
    if _is_unfinished(request):
        return _save_draft_only(request, INCIDENT_DRAFT, form.draft())
    if form.is_valid():
        incident_actions.add_incident(user, intake, form.parsed, form.cleaned_data["key"])
        _save_draft(request, INCIDENT_DRAFT, "")
        return redirect("incidents", uuid=uuid)
    context = {"form": form, "log": incident_entries(list(intake.incidents.all()))}
    return _page(request, "intakes/incidents.html", INCIDENT_DRAFT, context)


def incident(request: HttpRequest, uuid: UUID, incident: UUID) -> HttpResponse:
    """Change or remove one incident. Saving one that someone removed meanwhile adds it again."""
    intake = intake_of(request)
    stored = intake.incidents.filter(pk=incident).first()
    if stored is None and request.method == "GET":
        raise Http404
    key = f"{INCIDENT_DRAFT} {incident}" if stored else INCIDENT_DRAFT
    draft = newest_draft(intake.content, key)
    initial = json.loads(draft) if draft else incident_initial(stored.parsed) if stored else {}
    form = IncidentForm(request.POST or None, initial=initial, stored=stored.parsed if stored else None)
    if _is_unfinished(request):
        return _save_draft_only(request, key, "" if _is_unchanged(stored, form) else form.draft())
    is_removed = "_remove" in request.POST
    if is_removed:
        incident_actions.remove_incident(user_of(request), intake, incident)
    if is_removed or (form.is_valid() and _try_save(request, form, stored, incident)):
        _save_draft(request, key, "")
        return redirect("incidents", uuid=uuid)
    stored_now = _describe(stored) if stored and draft and not form.is_bound else ""
    context = {"form": form, "base": incident_fingerprint(stored) if stored else "", "stored_now": stored_now}
    return _page(request, "intakes/incident.html", key, context)


def _page(request: HttpRequest, template: str, key: str, context: dict[str, object]) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, EventCode.INCIDENTS_READ)
    draft_base = draft_fingerprint(intake.content, key)
    return render(request, template, {"intake": intake, "draft_base": draft_base, **context})


def _is_unfinished(request: HttpRequest) -> bool:
    """Return whether this only saves a draft: the page saves by itself, or changes its language."""
    is_autosave = request.method == "POST" and not request.accepts("text/html")
    return is_autosave or "_language" in request.POST


def _save_draft_only(request: HttpRequest, key: str, draft: str) -> HttpResponse:
    result = _save_draft(request, key, draft)
    if "_language" in request.POST:
        return with_language_cookie(redirect(request.path), request.POST["_language"])
    return JsonResponse(autosave_result(result, saved_at(result.intake)))


def _save_draft(request: HttpRequest, key: str, draft: str) -> SaveResult:
    base = {key: request.POST.get(DRAFT_BASE_FIELD, "")}
    submission = Submission(base, {}, drafts={key: draft}, **page_and_number(request.POST))
    return intake_actions.save_draft(user_of(request), intake_of(request), submission)


def _is_unchanged(stored: Incident | None, form: IncidentForm) -> bool:
    return stored is not None and form.is_valid() and form.parsed == stored.parsed


def _try_save(request: HttpRequest, form: IncidentForm, stored: Incident | None, uuid: UUID) -> bool:
    """Save it and return True; add an error if someone else changed it since the page was made."""
    user, intake = user_of(request), intake_of(request)
    if stored is None:
        incident_actions.add_incident(user, intake, form.parsed, uuid)
        return True
    if incident_actions.change_incident(user, intake, uuid, form.parsed, request.POST.get("base", "")):
        return True
    form.add_error(None, changed_elsewhere(_describe(stored)))
    return False


def _describe(stored: Incident) -> str:
    (entry,) = incident_entries([stored])
    return "; ".join(filter(None, (entry.when, entry.place, entry.what, entry.evidence)))
