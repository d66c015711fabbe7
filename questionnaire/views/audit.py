"""Show an auditor what was done in the cases of their teams and by the people in them; never what was said.

What is asked is posted and kept in the session, as a reference belongs in no address. That someone looks here
is an event too, which this page shows: nobody audits unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.audit import record_look
from questionnaire.audit import event_kinds, limit_events
from questionnaire.audit.acting import Right
from questionnaire.audit.authorship import TAKEN_BACK_FROM
from questionnaire.audit.chains import told_by_reason
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_kinds import Action, Outcome
from questionnaire.audit.event_labels import ACTION_LABELS, RIGHT_LABELS, label_of
from questionnaire.audit.sign_in_history import who_acted
from questionnaire.domain import dates
from questionnaire.domain.text import escape_controls
from questionnaire.forms.audit import EventsForm
from questionnaire.models import Membership
from questionnaire.permissions import user_of
from questionnaire.queries.alerts import CODES, AlertKind
from questionnaire.queries.audit_trail import Audited, Filters, Place, Row, page_of
from questionnaire.queries.many_looks import looks_in
from questionnaire.queries.proposals import counts_for
from questionnaire.views import alerts
from questionnaire.views.page_header import ONLY_AUDITOR, roles_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The session's key of what is asked. Sessions are stored encrypted.
_ASKED_KEY: Final = "events"
#: How many days back the page begins.
_DAYS: Final = 7
#: What one can look for besides a kind of act.
_MORE: Final = {
    "refused": (
        gettext_lazy("what was refused"),
        frozenset(code for code in EventCode if event_kinds.outcome(code) is Outcome.REFUSED),
    ),
    # What a line on Today leads to.
    f"alert {AlertKind.LIMITS}": (gettext_lazy("what a limit stopped"), CODES[AlertKind.LIMITS]),
    "opened": (gettext_lazy("opening a case with a reason"), CODES[AlertKind.OPENED]),
    f"alert {AlertKind.REFUSED}": (gettext_lazy("refused looks"), CODES[AlertKind.REFUSED]),
    f"alert {AlertKind.CASES}": (gettext_lazy("beginning to read a case"), CODES[AlertKind.CASES]),
    f"alert {AlertKind.COPIES}": (gettext_lazy("making a copy"), CODES[AlertKind.COPIES]),
    f"alert {AlertKind.GOT}": (gettext_lazy("giving a role"), CODES[AlertKind.GOT]),
    f"alert {AlertKind.RIGHTS}": (
        gettext_lazy("giving a role or access, lifting a shield"),
        CODES[AlertKind.RIGHTS],
    ),
}
_PLACE: Final = re.compile(r"(\S{1,40})~([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words. `about` is the case, the account or the role that it is about; "" for none."""

    at: datetime
    who: str
    role: str
    what: StrPromise
    about: str
    right: StrPromise | str
    reason: str
    is_refused: bool


def events(request: HttpRequest) -> HttpResponse:
    """Show the newest events that are asked; a post asks for others."""
    user = user_of(request)
    audited = Audited.by(user)
    asked = _asked(request)
    form = _form(audited, asked, request.POST if request.method == "POST" else None)
    if "all" in request.POST:
        request.session.pop(_ASKED_KEY, None)
        return redirect("events")
    if request.method == "POST" and form.is_valid():
        request.session[_ASKED_KEY] = form.cleaned_data
        return redirect("events")
    context: dict[str, Any] = {"form": form, "is_chosen": _ASKED_KEY in request.session}
    if form.errors:
        return render(request, "team/events.html", context)
    filters = _filters(asked, audited)
    before = _place(request.GET.get("before", ""))
    record_look(user, _details(audited, filters, asked), is_search=bool(context["is_chosen"]))
    page = page_of(audited, filters, before)
    context |= {
        "lines": [_line(row, audited) for row in page.rows],
        "is_whole": page.is_whole,
        "older": _link(page.go_on) if page.go_on else "",
        "looked_back_to": localtime(page.go_on[0]) if page.go_on else None,
        "is_first": before is None,
        "seconds": seconds if before is None and (seconds := counts_for(user)).has_any else None,
        "since": dates.format_date(filters.since),
        "until": dates.format_date(filters.until),
        "teams": audited.teams,
        "looks": [looks_in(team, audited.locked_out) for team in audited.teams] if before is None else (),
    }
    if before is None and roles_of(request, user) == ONLY_AUDITOR:  # of whom this is the first page
        context |= alerts.context_of(request)
    return render(request, "team/events.html", context)


def _asked(request: HttpRequest) -> Mapping[str, str]:
    today = dates.today()
    begin = {"since": (today - timedelta(days=_DAYS)).isoformat(), "until": today.isoformat()}
    return {**begin, **request.session.get(_ASKED_KEY, {})}


def _form(audited: Audited, asked: Mapping[str, str], posted: Any) -> EventsForm:
    days = {name: dates.format_date(asked[name]) for name in ("since", "until")}
    acts = {name: label for name, (label, _codes) in _MORE.items()}
    return EventsForm(
        posted,
        initial={**asked, **days},
        people=audited.accounts,
        acts=acts | {act.value: label for act, label in ACTION_LABELS.items()},
        rights={right.value: label for right, label in RIGHT_LABELS.items()},
    )


def _filters(asked: Mapping[str, str], audited: Audited) -> Filters:
    what, person = asked.get("what", ""), asked.get("person", "")
    of_act = event_kinds.codes_of(Action(what)) if what and what not in _MORE else frozenset()
    return Filters(
        date.fromisoformat(asked["since"]),
        date.fromisoformat(asked["until"]),
        int(person) if person and int(person) in audited.people else None,
        asked.get("reference", ""),
        asked.get("right", ""),
        _MORE[what][1] if what in _MORE else of_act,
    )


def _details(audited: Audited, filters: Filters, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what was asked as the event has it: the cases by their ids, and never what was typed."""
    cases = audited.cases_with(filters.reference) if filters.reference else []
    return {
        "teams": [team.pk for team in audited.teams],
        "since": asked["since"],
        "until": asked["until"],
        **({"person": filters.person} if filters.person else {}),
        **({"cases": [str(case) for case in cases]} if filters.reference else {}),
        **({"what": asked["what"]} if asked.get("what") else {}),
        **({"right": filters.right} if filters.right else {}),
    }


def _place(text: str) -> Place | None:
    """Return the place that an address names; None for anything else."""
    if (match := _PLACE.fullmatch(text)) is None:
        return None
    try:
        at = parse_datetime(match[1])
        # As a database compares it: the first and the last day of all are in no other zone.
        return (at.astimezone(UTC), int(match[2])) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _link(place: Place) -> str:
    at, seq = place
    return f"{reverse('events')}?{urlencode({'before': f'{at.isoformat()}~{seq}'})}"


def _line(row: Row, audited: Audited) -> Line:
    event = row.event
    who = who_acted(event)
    if not who:
        who = _("on the server: %(name)s") % {"name": event.os_user} if event.os_user else ""
    is_refused = event_kinds.outcome(event.code) is Outcome.REFUSED
    # A person types a reason for one case; of a case that is kept from view it is too. Nothing tells of one
    # that was erased whether it was shielded, or of another team.
    is_told = bool(row.reference) or event.case is None
    return Line(
        localtime(event.at),
        who,
        ", ".join(_role(role) for role in event.role.split(", ") if role),
        label_of(event.code),
        _about(row, audited),
        RIGHT_LABELS.get(Right(event.right), "") if event.right in set(Right) else "",
        escape_controls(event.reason) if is_told and _is_typed(event.reason) else "",
        is_refused,
    )


def _about(row: Row, audited: Audited) -> str:
    event = row.event
    if row.is_shielded:
        return _("a shielded case")
    if row.is_elsewhere:
        return _("a case of another team")
    if event.case and not row.reference:
        return _("a case that was erased")
    if event.case:
        return escape_controls(row.reference)
    if event.intake:
        return _("a conversation that is not there")
    elsewhere = "" if event.subject is None else _("an account of another team")
    subject = str(row.subject or elsewhere)
    details = event.details or {}
    team = next((team for team in audited.teams if team.pk == details.get("team")), None)
    role = f"{_role(details['role'])}, {team}" if team and "role" in details else ""
    return ", ".join(filter(None, (subject, role, str(limit_events.label_of(event)))))


def _role(role: str) -> str:
    return str(Membership.Role(role).label) if role in set(Membership.Role) else role


def _is_typed(reason: str) -> bool:
    """Return whether a person gave this reason; the program writes there who a case was handed to."""
    own = reason.removeprefix(TAKEN_BACK_FROM).strip()
    return bool(reason) and told_by_reason(reason)[0] is None and not own.isdecimal()
