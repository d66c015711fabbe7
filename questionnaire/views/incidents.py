"""The incident log: add, change, remove. What is still being written is kept while someone types."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.intakes import SaveResult, incident_digest
from questionnaire.audit.log import Code
from questionnaire.domain.fingerprints import INCIDENT, draft_fingerprint, newest_draft
from questionnaire.domain.merge import Submission
from questionnaire.forms.intakes import IncidentForm, incident_fields
from questionnaire.models import Incident, Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.sections import SKETCH, answer, with_language
from questionnaire.views.sidebar import logged, saved_at
from questionnaire.views.wizard import numbered


def incidents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The log, and a form for one more."""
    user, intake = user_of(request), intake_of(request)
    form = IncidentForm(request.POST) if request.POST else IncidentForm.begun(_draft(intake, INCIDENT))
    if _is_unfinished(request):
        return _kept(request, INCIDENT, form.sketch())
    if form.is_valid():
        intake_actions.add_incident(user, intake, form.told, form.cleaned_data["key"])
        _keep(request, INCIDENT, "")
        return redirect("incidents", uuid=uuid)
    context = {"form": form, "log": logged(list(intake.incidents.all()))}
    return _page(request, "intakes/incidents.html", INCIDENT, context)


def incident(request: HttpRequest, uuid: UUID, incident: UUID) -> HttpResponse:
    """One incident, to change or remove. Saving one that someone removed meanwhile puts it back."""
    intake = intake_of(request)
    stored = intake.incidents.filter(pk=incident).first()
    if stored is None and request.method == "GET":
        raise Http404
    key = f"{INCIDENT} {incident}" if stored else INCIDENT
    draft = _draft(intake, key)
    initial = json.loads(draft) if draft else incident_fields(stored.told) if stored else {}
    form = IncidentForm(request.POST or None, initial=initial)
    if _is_unfinished(request):
        return _kept(request, key, "" if _is_as(stored, form) else form.sketch())
    if "_remove" in request.POST or (form.is_valid() and _is_saved(request, form, stored, incident)):
        if "_remove" in request.POST:
            intake_actions.remove_incident(user_of(request), intake, incident)
        _keep(request, key, "")
        return redirect("incidents", uuid=uuid)
    stored_now = _words(stored) if stored and draft and not form.is_bound else ""
    context = {"form": form, "base": incident_digest(stored) if stored else "", "stored_now": stored_now}
    return _page(request, "intakes/incident.html", key, context)


def _draft(intake: Intake, key: str) -> str:
    return newest_draft(intake.content, key)


def _page(request: HttpRequest, template: str, key: str, context: dict[str, object]) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, Code.INCIDENTS_READ)
    sketch_base = draft_fingerprint(intake.content, key)
    return render(request, template, {"intake": intake, "sketch_base": sketch_base, **context})


def _is_unfinished(request: HttpRequest) -> bool:
    """Whether a page saves by itself, or comes back in another language: nothing is added or changed yet."""
    by_itself = request.method == "POST" and not request.accepts("text/html")
    return by_itself or "_language" in request.POST


def _kept(request: HttpRequest, key: str, sketch: str) -> HttpResponse:
    """The answer to a page of which only the words were kept."""
    result = _keep(request, key, sketch)
    if "_language" in request.POST:
        return with_language(redirect(request.path), request.POST["_language"])
    return JsonResponse(answer(result, saved_at(result.intake)))


def _keep(request: HttpRequest, key: str, sketch: str) -> SaveResult:
    base = {key: request.POST.get(SKETCH, "")}
    sent = Submission(base, {}, sketches={key: sketch}, **numbered(request.POST))
    return intake_actions.save_sketch(user_of(request), intake_of(request), sent)


def _is_as(stored: Incident | None, form: IncidentForm) -> bool:
    return stored is not None and form.is_valid() and form.told == stored.told


def _is_saved(request: HttpRequest, form: IncidentForm, stored: Incident | None, uuid: UUID) -> bool:
    """Save it, unless someone else changed it since the page was made; then say what is stored."""
    user, intake = user_of(request), intake_of(request)
    if stored is None:
        intake_actions.add_incident(user, intake, form.told, uuid)
        return True
    if intake_actions.change_incident(user, intake, uuid, form.told, request.POST.get("base", "")):
        return True
    form.add_error(
        None,
        _("This was changed somewhere else meanwhile. Stored now: %(stored)s. Save again to keep yours.")
        % {"stored": _words(stored)},
    )
    return False


def _words(stored: Incident) -> str:
    (line,) = logged([stored])
    return "; ".join(filter(None, (line.when, line.place, line.what, line.evidence)))
