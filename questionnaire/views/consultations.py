"""One consultation, to change or remove."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.follow_up import consultation_digest
from questionnaire.audit.log import Code
from questionnaire.forms.follow_up import ConsultationForm
from questionnaire.models import Step
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.follow_up import CONSULTATION, changed_elsewhere, here


def consultation(request: HttpRequest, uuid: UUID, consultation: UUID) -> HttpResponse:
    """One consultation, to change or remove. Saving one that someone removed meanwhile puts it back."""
    user, intake = user_of(request), intake_of(request)
    back = here(intake, "consultations")
    if "_remove" in request.POST:
        follow_up_actions.remove_consultation(user, intake, consultation)
        return redirect(back)
    step = intake.steps.filter(pk=consultation, kind=Step.Kind.CONSULTATION).first()
    if step is None and request.method == "GET":
        raise Http404
    told = step.told if step else None
    form = ConsultationForm(
        request.POST or None, prefix=CONSULTATION, stored=told, base=consultation_digest(step)
    )
    if form.is_valid() and _is_saved(request, form, step, consultation):
        return redirect(back)
    intake_actions.record_read(user, intake, Code.STEPS_READ)
    return render(request, "intakes/consultation.html", {"intake": intake, "form": form})


def _is_saved(request: HttpRequest, form: ConsultationForm, step: Step | None, uuid: UUID) -> bool:
    """Save it, unless someone else changed it since the page was made; then say what is stored."""
    user, intake = user_of(request), intake_of(request)
    if step is None:
        follow_up_actions.add_consultation(user, intake, form.told, uuid)
        return True
    if follow_up_actions.change_consultation(user, intake, uuid, form.told, form.base):
        return True
    form.add_error(None, changed_elsewhere(step))
    form.base = consultation_digest(step)
    return False
