"""Change or remove one consultation."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.follow_up import record_fingerprint
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.forms.follow_up import ConsultationForm
from questionnaire.models import Step
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.conflicts import changed_elsewhere
from questionnaire.views.feedback import done
from questionnaire.views.follow_up import follow_up_url
from questionnaire.views.follow_up_page import CONSULTATION_PREFIX


def consultation(request: HttpRequest, uuid: UUID, consultation: UUID) -> HttpResponse:
    """Change or remove one consultation. Saving one that someone removed meanwhile adds it again."""
    user, intake = user_of(request), intake_of(request)
    if "_remove" in request.POST:
        follow_up_actions.remove_consultation(user, intake, consultation)
        return _back(request, _("The consultation is removed."), consultation)
    step = intake.steps.filter(pk=consultation, kind=Step.Kind.CONSULTATION).first()
    if step is None and request.method == "GET":
        raise Http404
    form = ConsultationForm(
        request.POST or None,
        prefix=CONSULTATION_PREFIX,
        stored=step.parsed if step else None,
        base=record_fingerprint(step),
    )
    if form.is_valid() and _try_save(request, form, step, consultation):
        return _back(request, _("The consultation is saved."), consultation)
    intake_actions.record_read(user, intake, EventCode.STEPS_READ)
    return render(request, "intakes/consultation.html", {"intake": intake, "form": form})


def _back(request: HttpRequest, message: str, consultation: UUID) -> HttpResponse:
    intake = intake_of(request)
    base = record_fingerprint(intake.steps.filter(pk=consultation).first())
    done(request, message, Kind.RECORD_WRITTEN, intake, record=str(consultation), base=base)
    return redirect(follow_up_url(intake, "consultations"))


def _try_save(request: HttpRequest, form: ConsultationForm, step: Step | None, uuid: UUID) -> bool:
    """Save it and return True; add an error if someone else changed it since the page was made."""
    user, intake = user_of(request), intake_of(request)
    if step is None:
        follow_up_actions.add_consultation(user, intake, form.parsed, uuid)
        return True
    if follow_up_actions.change_consultation(user, intake, uuid, form.parsed, form.base):
        return True
    form.add_error(None, changed_elsewhere("; ".join(step.parsed.lines())))
    form.base = record_fingerprint(step)
    return False
