"""Who has looked at a case: for whoever may read it, and to print for the client who asks."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.access_history import group_by_day
from questionnaire.audit.log import Code
from questionnaire.domain import dates
from questionnaire.permissions import intake_of, user_of


def looked(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """By day, who read the case and who wrote in it."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.ACCESS_READ)
    told = [(dates.words(day.on.isoformat()), day.acts) for day in group_by_day(user, intake)]
    return render(request, "intakes/access_history.html", {"intake": intake, "days": told})
