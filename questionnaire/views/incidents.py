"""Show the incident log of a case; add, change and remove incidents, and undo each of these.

What is typed is saved as a draft meanwhile.
"""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.incidents import incident_fingerprint
from questionnaire.actions.transactions import SaveResult
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import INCIDENT_DRAFT, draft_fingerprint, fingerprint, newest_draft
from questionnaire.domain.merge import Submission
from questionnaire.forms.incidents import IncidentForm, incident_initial
from questionnaire.models import Incident, Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.autosave import DRAFT_BASE_FIELD, autosave_result, page_and_number, saved_at
from questionnaire.views.compression import compressed
from questionnaire.views.conflicts import changed_elsewhere
from questionnaire.views.feedback import done, has_tag
from questionnaire.views.incident_log import describe, log_context
from questionnaire.views.language_cookie import with_language_cookie

#: The tag of the messages after which a page with the log puts the focus on its form.
LOG_MESSAGE: Final = "log"


@compressed("page")
def incidents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the log with a form for one more, and add it."""
    intake = intake_of(request)
    draft = newest_draft(intake.content, INCIDENT_DRAFT)
    on, order = intake.on, intake.case.date_order
    form = (
        IncidentForm(request.POST, on=on, date_order=order)
        if request.POST
        else IncidentForm.from_draft(draft, on=on, date_order=order)
    )
    if tells_of_log(request) or form.errors:
        form.focus()
    if _is_unfinished(request):
        return _save_draft_only(request, INCIDENT_DRAFT, form.draft())
    if form.is_valid():
        add_incident(request, form)
        save_draft(request, INCIDENT_DRAFT, "")
        return redirect("incidents", uuid=uuid)
    _keep_invalid(request, INCIDENT_DRAFT, form)
    return _page(request, INCIDENT_DRAFT, {"form": form, **log_context(request)})


def _keep_invalid(request: HttpRequest, key: str, form: IncidentForm) -> None:
    """Keep what was posted and is not valid as a draft, to be there again after Back or in another tab."""
    if request.method == "POST":
        request.intake = save_draft(request, key, form.draft()).intake  # type: ignore[attr-defined]


def add_incident(request: HttpRequest, form: IncidentForm) -> None:
    """Add the incident of a valid form, and tell so."""
    user, intake, key = user_of(request), intake_of(request), form.cleaned_data["key"]
    row = incident_actions.add_incident(user, intake, form.parsed, key, form.date_order)
    number = intake.incidents.count()
    said = _("Incident %(number)s added.") % {"number": number}
    tell(request, said, Kind.INCIDENT_ADDED, incident=str(row.uuid), **order_said(intake, form.date_order))


def order_said(intake: Intake, order: str) -> dict[str, tuple[str, str]]:
    """Return what undoing needs when the order of dates was said: that from before, and this one.

    `intake` is as it was read before that was stored.
    """
    return {"order": (intake.case.date_order, order)} if order else {}


@compressed("page")
def incident(request: HttpRequest, uuid: UUID, incident: UUID) -> HttpResponse:
    """Change or remove one incident, in the log. Saving one that someone removed meanwhile adds it again.

    What was typed in a change to it stays reachable when it was removed.
    """
    intake = intake_of(request)
    stored = intake.incidents.filter(pk=incident).first()
    key = f"{INCIDENT_DRAFT} {incident}"
    draft = newest_draft(intake.content, key)
    if stored is None and not draft:
        if request.method == "GET":
            raise Http404
        key, draft = INCIDENT_DRAFT, newest_draft(intake.content, INCIDENT_DRAFT)
    initial = json.loads(draft) if draft else incident_initial(stored.parsed) if stored else {}
    form = IncidentForm(
        request.POST or None,
        initial=initial,
        on=intake.on,
        date_order=intake.case.date_order,
        stored=stored.parsed if stored else None,
    )
    if _is_unfinished(request):
        return _save_draft_only(request, key, "" if _is_unchanged(stored, form) else form.draft())
    is_removed = "_remove" in request.POST
    if is_removed and incident_actions.remove_incident(user_of(request), intake, incident):
        tell(request, _("Incident removed."), Kind.INCIDENT_REMOVED, incident=str(incident))
    if is_removed or (form.is_valid() and _try_save(request, form, stored, incident)):
        save_draft(request, key, "")
        return redirect("incidents", uuid=uuid)
    stored_now = describe(stored) if stored and draft and not form.is_bound else ""
    _keep_invalid(request, key, form)
    form.focus()
    context = {"form": form, "base": incident_fingerprint(stored) if stored else "", "stored_now": stored_now}
    return _page(request, key, {**context, **log_context(request, editing=incident)})


def tell(request: HttpRequest, text: str, kind: Kind | None = None, **about: Any) -> None:
    """Tell what was done to the log of this case; with a `kind` of change also how to undo it."""
    done(request, text, kind, intake_of(request), tag=LOG_MESSAGE, **about)


def tells_of_log(request: HttpRequest) -> bool:
    """Return whether the page that is made now tells of a change to the log."""
    return has_tag(request, LOG_MESSAGE)


def _page(request: HttpRequest, key: str, context: dict[str, object]) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, EventCode.INCIDENTS_READ)
    draft_base = draft_fingerprint(intake.content, key)
    return render(request, "intakes/incidents.html", {"intake": intake, "draft_base": draft_base, **context})


def _is_unfinished(request: HttpRequest) -> bool:
    """Return whether this only saves a draft: the page saves by itself, or changes its language."""
    is_autosave = request.method == "POST" and not request.accepts("text/html")
    return is_autosave or "_language" in request.POST


def _save_draft_only(request: HttpRequest, key: str, draft: str) -> HttpResponse:
    result = save_draft(request, key, draft)
    if "_language" in request.POST:
        return with_language_cookie(redirect(request.path), request.POST["_language"])
    return JsonResponse(autosave_result(result, saved_at(result.intake)))


def save_draft(request: HttpRequest, key: str, draft: str) -> SaveResult:
    """Save what was typed of an incident, or, with "", that there is nothing left of it."""
    base = {key: request.POST.get(DRAFT_BASE_FIELD, "")}
    submission = Submission(base, {}, drafts={key: draft}, **page_and_number(request.POST))
    return intake_actions.save_draft(user_of(request), intake_of(request), submission)


def _is_unchanged(stored: Incident | None, form: IncidentForm) -> bool:
    return stored is not None and form.is_valid() and form.parsed == stored.parsed


def _try_save(request: HttpRequest, form: IncidentForm, stored: Incident | None, uuid: UUID) -> bool:
    """Save it and return True; add an error if someone else changed it since the page was made."""
    user, intake = user_of(request), intake_of(request)
    if stored is None:
        incident_actions.add_incident(user, intake, form.parsed, uuid, form.date_order)
        return True
    base = request.POST.get("base", "")
    if _is_unchanged(stored, form):
        return True
    if incident_actions.change_incident(user, intake, uuid, form.parsed, base):
        # Of this change only: the same button pressed twice must not undo the one before as well.
        now = fingerprint(form.parsed.to_json())
        tell(request, _("Incident changed."), Kind.INCIDENT_CHANGED, incident=str(uuid), base=now)
        return True
    form.add_error(None, changed_elsewhere(describe(stored)))
    return False
