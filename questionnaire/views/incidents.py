"""The incident log: add, change, remove."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire import actions
from questionnaire.actions import incident_digest
from questionnaire.events import Code
from questionnaire.intake_forms import IncidentForm, incident_fields
from questionnaire.models import Incident
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.panels import logged


def incidents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The log, and a form for one more."""
    user, intake = user_of(request), intake_of(request)
    form = IncidentForm(request.POST or None, initial={"key": uuid4()})
    if form.is_valid():
        actions.add_incident(user, intake, form.told, form.cleaned_data["key"])
        return redirect("incidents", uuid=uuid)
    actions.record_read(user, intake, Code.INCIDENTS_READ)
    log = logged(list(intake.incidents.all()))
    return render(request, "intakes/incidents.html", {"intake": intake, "form": form, "log": log})


def incident(request: HttpRequest, uuid: UUID, incident: UUID) -> HttpResponse:
    """One incident, to change or remove. Saving one that someone removed meanwhile puts it back."""
    user, intake = user_of(request), intake_of(request)
    if "_remove" in request.POST:
        actions.remove_incident(user, intake, incident)
        return redirect("incidents", uuid=uuid)
    stored = intake.incidents.filter(pk=incident).first()
    if stored is None and request.method == "GET":
        raise Http404
    form = IncidentForm(request.POST or None, initial=incident_fields(stored.told) if stored else {})
    if form.is_valid() and _is_saved(request, form, stored, incident):
        return redirect("incidents", uuid=uuid)
    actions.record_read(user, intake, Code.INCIDENTS_READ)
    context = {"intake": intake, "form": form, "base": incident_digest(stored) if stored else ""}
    return render(request, "intakes/incident.html", context)


def _is_saved(request: HttpRequest, form: IncidentForm, stored: Incident | None, uuid: UUID) -> bool:
    """Save it, unless someone else changed it since the page was made; then say what is stored."""
    user, intake = user_of(request), intake_of(request)
    if stored is None:
        actions.add_incident(user, intake, form.told, uuid)
        return True
    if actions.change_incident(user, intake, uuid, form.told, request.POST.get("base", "")):
        return True
    (line,) = logged([stored])
    form.add_error(
        None,
        _("This was changed somewhere else meanwhile. Stored now: %(stored)s. Save again to keep yours.")
        % {"stored": "; ".join(filter(None, (line.when, line.place, line.what, line.evidence)))},
    )
    return False
