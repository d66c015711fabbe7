"""Show who has opened a case: to whoever may read it, and to print for the client who asks."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.access_history import case_history
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.permissions import intake_of, user_of


def history(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show by day who read the case and who wrote in it."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.ACCESS_READ)
    days = [(dates.format_date(day.on), day.entries) for day in case_history(user, intake)]
    return render(request, "intakes/access_history.html", {"intake": intake, "days": days})
