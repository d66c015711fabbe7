"""Say of every type of event what someone did, in words, for who audits: those about no case too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.audit import access_history, sign_in_history
from questionnaire.audit.event_codes import EventCode

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What neither the history of a case nor that of an account shows.
_LABELS: Final[Mapping[str, StrPromise]] = {
    EventCode.LIST_READ: _("looked at a list of cases"),
    EventCode.LIST_SEARCHED: _("searched for a case"),
    EventCode.COUNTS_READ: _("looked at the numbers of the team"),
    EventCode.EVENTS_READ: _("looked at this page"),
    EventCode.EVENTS_SEARCHED: _("searched on this page"),
    EventCode.EVENTS_EXPORTED: _("copied events to a file"),
    EventCode.SESSION_LOCKED: _("locked the session"),
    EventCode.SESSION_UNLOCKED: _("unlocked the session"),
    EventCode.POST_READ: _("looked at what was kept"),
    EventCode.POST_DROPPED: _("threw away what was kept"),
    EventCode.RETENTION_SET: _("set how long a team keeps its cases"),
    EventCode.KEYS_MADE: _("made the key ring"),
    EventCode.KEYS_ROTATED: _("changed the key"),
    EventCode.CASES_UPGRADED: _("upgraded the cases"),
    EventCode.CASES_DOWNGRADED: _("took the upgrade of the cases back"),
    EventCode.LOGS_GATHERED: _("gathered the logs of the cases"),
    EventCode.LOGS_SCATTERED: _("took the logs of the cases apart again"),
    EventCode.RIGHTS_SEALED: _("signed the rights that are stored"),
    EventCode.RIGHTS_UNSEALED: _("took the signatures of the rights away"),
    EventCode.BACKED_UP: _("made a backup"),
    EventCode.RESTORED: _("put a backup back"),
    EventCode.EVENTS_SEALED: _("sealed the events"),
    EventCode.NUMBER_UNUSED: _("left a number unused"),
    EventCode.VERSION_STARTED: _("started a version of the program"),
}


def label_of(code: str) -> StrPromise:
    """Return what someone did."""
    return _LABELS.get(code) or sign_in_history.LABELS.get(code) or access_history.label_for(code)
