"""Open a case with a reason (break-glass)."""

from __future__ import annotations

import math
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions.access import OpeningLimitError, can_read
from questionnaire.audit.limit_events import record_met
from questionnaire.audit.limits import LimitName
from questionnaire.forms.access import ReasonForm
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries import openings


def open_with_reason(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for a reason to open a case that this person cannot read, then give them access for some hours.

    A resubmitted pending post only fills the form in again.
    """
    user, intake = user_of(request), intake_of(request)
    if can_read(user, intake):
        return redirect("summary", uuid=uuid)
    form, again_at = ReasonForm(request.POST or None), None
    if "_go" not in request.POST and form.is_valid():
        try:
            access_actions.open_with_reason(user, intake, form.cleaned_data["reason"])
        except OpeningLimitError as error:
            again_at = error.again_at
            record_met(LimitName.OPENINGS, user)
        else:
            return redirect("summary", uuid=uuid)
    hours = int(access_actions.BREAK_GLASS_DURATION.total_seconds() // 3600)
    context = {
        "intake": intake,
        "form": form,
        "hours": hours,
        "again_at": again_at,
        "open_now": openings.open_now(user),
        "pending_post": request.POST.get("_held", ""),
    }
    response = render(request, "intakes/break_glass.html", context, status=429 if again_at else 200)
    if again_at:
        response["Retry-After"] = str(math.ceil((again_at - timezone.now()).total_seconds()))
    return response
