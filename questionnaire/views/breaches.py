"""Change or remove one breach of an order."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.breaches import stored_breaches
from questionnaire.actions.follow_up import record_fingerprint
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.forms.follow_up import BreachForm
from questionnaire.models import Step
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.conflicts import changed_elsewhere
from questionnaire.views.feedback import done
from questionnaire.views.follow_up import follow_up_url
from questionnaire.views.follow_up_page import BREACH_PREFIX


def breach(request: HttpRequest, uuid: UUID, breach: UUID) -> HttpResponse:
    """Change or remove one breach. Saving one that someone removed meanwhile adds it again."""
    user, intake = user_of(request), intake_of(request)
    if "_remove" in request.POST:
        breach_actions.remove_breach(user, intake, breach)
        return _back(request, _("The breach is removed."), breach)
    row = stored_breaches(intake).filter(pk=breach).first()
    if row is None and request.method == "GET":
        raise Http404
    form = BreachForm(
        request.POST or None,
        prefix=BREACH_PREFIX,
        stored=row.parsed if row else None,
        base=record_fingerprint(row),
    )
    if form.is_valid() and _try_save(request, form, row, breach):
        return _back(request, _("The breach is saved."), breach)
    intake_actions.record_read(user, intake, EventCode.STEPS_READ)
    context = {"intake": intake, "form": form, "lines": row.parsed.lines() if row else ()}
    return render(request, "intakes/breach.html", context)


def _back(request: HttpRequest, message: str, breach: UUID) -> HttpResponse:
    intake = intake_of(request)
    base = record_fingerprint(stored_breaches(intake).filter(pk=breach).first())
    done(request, message, Kind.RECORD_WRITTEN, intake, record=str(breach), base=base)
    return redirect(follow_up_url(intake, "breaches"))


def _try_save(request: HttpRequest, form: BreachForm, row: Step | None, uuid: UUID) -> bool:
    """Save it and return True; add an error if someone else changed it since the page was made."""
    user, intake = user_of(request), intake_of(request)
    if row is None:
        breach_actions.add_breach(user, intake, form.parsed, uuid)
        return True
    if breach_actions.change_breach(user, intake, uuid, form.parsed, form.base):
        return True
    form.add_error(None, changed_elsewhere("; ".join(row.parsed.lines())))
    form.base = record_fingerprint(row)
    return False
