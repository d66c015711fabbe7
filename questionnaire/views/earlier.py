"""Show what was taken out of an intake, its log and its follow-up, and put it back.

Of an intake that is closed: of its follow-up alone, which goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.earlier_steps import restore_step
from questionnaire.actions.review import StaleIntakeError
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.earlier_texts import REMARK, texts_of
from questionnaire.domain.earlier_versions import EARLIER, versions_of
from questionnaire.domain.incidents import parse_incident
from questionnaire.domain.text import escape_controls
from questionnaire.forms.sections import TEXT_LABELS
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.earlier_steps import earlier_steps
from questionnaire.views.incident_log import IncidentEntry, entry
from questionnaire.views.incidents import tell


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A text as it was. `now` is what it says now; "" for nothing."""

    key: str
    number: int
    label: str
    when: str
    text: str
    now: str

    @property
    def address(self) -> str:
        """What the button posts."""
        return f"{self.key}/{self.number}"


@dataclass(frozen=True, slots=True)
class EarlierIncident:
    """An incident that was removed, or an earlier content of one that is in the log."""

    uuid: UUID
    entry: IncidentEntry
    now: IncidentEntry | None
    base: str = ""

    @property
    def address(self) -> str:
        """What the button posts: the incident, and what it says while the page shows it."""
        return f"{self.uuid}/{self.base}"


def earlier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show earlier texts and removed incidents, and put one back."""
    user, intake = user_of(request), intake_of(request)
    if request.method == "POST":
        return _put_back(request)
    intake_actions.record_read(user, intake, EventCode.EARLIER_READ)
    steps = [(each, _moment(each.moment)) for each in earlier_steps(intake)]
    of_open = _of_open(intake) if intake.is_open else {}
    return render(request, "intakes/earlier.html", {"intake": intake, "steps": steps, **of_open})


def _of_open(intake: Intake) -> dict[str, object]:
    """Return what was taken out of the conversation itself."""
    removed = intake.case.incidents.removed()
    return {
        "texts": list(_texts(intake)),
        "removed": [EarlierIncident(row.uuid, entry(row.readable), None) for row in removed],
        "changed": list(_changed(intake)),
    }


def _texts(intake: Intake) -> Iterator[EarlierText]:
    answers = {f"{REMARK} {row.pk}": row.content["answer"] for row in intake.remarks.all()}
    now = {**texts_of(intake.content), **answers}
    for key in intake.content.get(EARLIER, {}):
        for number, (moment, text) in reversed(list(enumerate(versions_of(intake.content, EARLIER, key)))):
            yield EarlierText(
                key,
                number,
                _label(key),
                _moment(moment),
                escape_controls(text),
                escape_controls(now.get(key, "")),
            )


def _label(key: str) -> str:
    part, _space, item_id = key.partition(" ")
    if part == REMARK:
        return _("Answer to a remark")
    if not item_id:
        return str(TEXT_LABELS[part])
    names = {"notes": _("Note"), "reasons": _("Reason")}
    return f"{labels.label(item_id)}: {names[part]}" if part in names else labels.label(item_id)


def _moment(isoformat: str) -> str:
    moment = localtime(datetime.fromisoformat(isoformat))
    return f"{dates.format_date(moment.date())}, {time_format(moment, 'H:i')}"


def _changed(intake: Intake) -> Iterator[EarlierIncident]:
    for row in intake.incidents:
        if row.earlier:
            before = parse_incident(row.earlier[-1], until=dates.today())
            base = incident_actions.incident_fingerprint(row)
            yield EarlierIncident(row.uuid, entry(before), entry(row.readable), base)


def _put_back(request: HttpRequest) -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    key, _slash, number = request.POST.get("text", "").rpartition("/")
    try:
        if "removed" in request.POST:
            about = UUID(request.POST["removed"])
            is_done = incident_actions.restore_incident(user, intake, about)
            if is_done:
                tell(request, _("Put back."), Kind.INCIDENT_ADDED, incident=str(about))
                return redirect("earlier", uuid=intake.uuid)
        elif "changed" in request.POST:
            changed, _slash, base = request.POST["changed"].partition("/")
            is_done = incident_actions.undo_change(user, intake, UUID(changed), base)
        elif "step" in request.POST:
            key, _slash, number = request.POST["step"].rpartition("/")
            is_done = restore_step(user, intake, key, int(number))
        elif key.startswith(f"{REMARK} "):
            remark = UUID(key.partition(" ")[2])
            is_done = review_actions.restore_answer(user, intake, remark, int(number))
        else:
            is_done = intake_actions.restore_text(user, intake, key, int(number))
    except ValueError:
        raise Http404 from None
    except StaleIntakeError:
        is_done = False
    tell(request, _("Put back.") if is_done else _("There was nothing left to put back."))
    return redirect("earlier", uuid=intake.uuid)
