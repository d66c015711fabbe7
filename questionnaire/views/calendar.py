"""Hand out a day of a case as a calendar file, which says that there is an appointment and no more."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID, uuid5

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.renderers.calendar_file import as_calendar_file
from questionnaire.domain import dates
from questionnaire.models import AccessScope, Intake, User
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.case_rows import standing_of

#: What the ids of events are made in, so that nobody can trace one to the case.
_IDS: Final = UUID("6d1a6a0e-6a3c-4a83-9d0c-0f5a4f4bb3c1")


def calendar(request: HttpRequest, uuid: UUID, day: str) -> HttpResponse:
    """Return a file with a day on which something is due in the case."""
    user, intake = user_of(request), intake_of(request)
    found = next((each for each in _days_ahead(user, intake) if each.isoformat() == day), None)
    if found is None:
        raise Http404
    intake_actions.record_read(user, intake, EventCode.STEPS_READ)
    name = _("Appointment")
    title = f"{name} {intake.case.reference}" if settings.CALENDAR_WITH_REFERENCE else name
    uid = uuid5(_IDS, f"{intake.case_id} {day}")
    response = HttpResponse(
        as_calendar_file(found, uid, title, dates.today()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.ics"'
    return response


def _days_ahead(user: User, intake: Intake) -> set[date]:
    """Return the days of planned steps and reassessment, by all of the case that this person may read.

    Also those of this version when there is a newer one: its pages lead here too.
    """
    shown = (intake, *standing_of(AccessScope.of(user), intake).assessments)
    return {day for each in shown for day in each.follow_up.days_ahead(each.reassessment_due)}
