"""Put in words what who audits or manages a team is told, and record that they saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from questionnaire.actions.audit import record_alert_seen
from questionnaire.domain import dates
from questionnaire.models import Membership
from questionnaire.permissions import user_of
from questionnaire.queries.alerts import Alert, AlertKind, alerts_for
from questionnaire.views.feedback import done, refused
from questionnaire.views.page_header import roles_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_SAID: Final[Mapping[AlertKind, StrPromise]] = {
    AlertKind.LIMITS: ngettext_lazy(
        "was stopped by a limit, or someone with this name: %(count)s time",
        "was stopped by a limit, or someone with this name: %(count)s times",
        "count",
    ),
    AlertKind.OPENED: ngettext_lazy(
        "opened a case with a reason: %(count)s time", "opened cases with a reason: %(count)s times", "count"
    ),
    AlertKind.REFUSED: ngettext_lazy(
        "asked for a page that is not there for them: %(count)s time",
        "asked for pages that are not there for them: %(count)s times",
        "count",
    ),
    AlertKind.CASES: ngettext_lazy(
        "looked in many cases: %(count)s", "looked in many cases: %(count)s", "count"
    ),
    AlertKind.COPIES: ngettext_lazy("made many copies: %(count)s", "made many copies: %(count)s", "count"),
    AlertKind.RIGHTS: ngettext_lazy(
        "gave a role or access, or lifted a shield: %(count)s time",
        "gave roles or access, or lifted a shield: %(count)s times",
        "count",
    ),
    AlertKind.GOT: ngettext_lazy(
        "got a role on the server or from the organisation: %(count)s time",
        "got roles on the server or from the organisation: %(count)s times",
        "count",
    ),
}


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One line: `key` is what its button posts, and `asked` what to ask the page of events."""

    alert: Alert
    day: str
    said: str
    when: str
    key: str
    asked: str


def context_of(request: HttpRequest) -> Mapping[str, object]:
    """Return what a page tells who audits or manages; nothing, and no query, for anyone else."""
    user = user_of(request)
    roles = roles_of(request, user)
    if not roles & {Membership.Role.AUDITOR, Membership.Role.MANAGER}:
        return {}
    alerts = alerts_for(user, roles)
    return {
        "alerts": [_line(alert) for alert in alerts.rows],
        "more_alerts": alerts.more,
        "unfit": alerts.unfit,
        "has_alerts": bool(alerts.rows or alerts.unfit),
    }


def seen(request: HttpRequest) -> HttpResponse:
    """Record that this person saw one line, which is then not shown to them any more."""
    user = user_of(request)
    key = request.POST.get("alert", "")
    shown = alerts_for(user, roles_of(request, user)).rows
    found = next((alert for alert in shown if _key(alert) == key), None)
    if found:
        record_alert_seen(user, found.details)
        done(request, _("Seen. It comes back when more is added."))
    else:
        refused(request, _("This line was gone already, or it changed. See what is here now."))
    return redirect("today")


def _line(alert: Alert) -> AlertLine:
    first, last = (time_format(localtime(at), "H:i") for at in (alert.first, alert.last))
    when = _("at %(time)s") % {"time": first}
    if first != last:
        when = _("between %(first)s and %(last)s") % {"first": first, "last": last}
    said = _SAID[alert.kind] % {"count": alert.count}
    asked = "opened" if alert.kind is AlertKind.OPENED else f"alert {alert.kind}"
    return AlertLine(alert, dates.format_date(alert.day), said, when, _key(alert), asked)


def _key(alert: Alert) -> str:
    return f"{alert.kind}:{alert.person.pk}:{alert.day.isoformat()}:{alert.count}"
