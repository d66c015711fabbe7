"""Say of every type of event what someone did, in words, for who audits: those about no case too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.audit import access_history, sign_in_history
from questionnaire.audit.acting import Right
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_kinds import Action

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What neither the history of a case nor that of an account shows.
_LABELS: Final[Mapping[str, StrPromise]] = {
    EventCode.LIST_READ: _("looked at a list of cases"),
    EventCode.LIST_SEARCHED: _("searched for a case"),
    EventCode.COUNTS_READ: _("looked at the numbers of the team"),
    EventCode.EVENTS_READ: _("looked at this page"),
    EventCode.EVENTS_SEARCHED: _("searched on this page"),
    EventCode.ALERT_SEEN: _("saw what is told on Today of the team"),
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
    EventCode.ROWS_NAMED: _("noted how rows are stored"),
    EventCode.NUMBER_UNUSED: _("left a number unused"),
    EventCode.VERSION_STARTED: _("started a version of the program"),
}
#: What an event is looked for by.
ACTION_LABELS: Final[Mapping[Action, StrPromise]] = {
    Action.CREATE: pgettext_lazy("act", "add or begin"),
    Action.READ: pgettext_lazy("act", "read"),
    Action.SEARCH: pgettext_lazy("act", "search"),
    Action.CHANGE: pgettext_lazy("act", "change"),
    Action.DELETE: pgettext_lazy("act", "remove"),
    Action.EXPORT: pgettext_lazy("act", "copy out of the program"),
    Action.PRINT: pgettext_lazy("act", "open a document"),
    Action.SIGN_IN: pgettext_lazy("act", "sign in"),
    Action.SIGN_OUT: pgettext_lazy("act", "sign out"),
    Action.GRANT: pgettext_lazy("act", "give a right"),
    Action.REVOKE: pgettext_lazy("act", "take a right away"),
    Action.SEAL: pgettext_lazy("act", "seal"),
    Action.START: pgettext_lazy("act", "start the program"),
    Action.LIMIT: pgettext_lazy("act", "do something too often"),
}
RIGHT_LABELS: Final[Mapping[Right, StrPromise]] = {
    Right.AUTHOR: pgettext_lazy("right", "as the author"),
    Right.REVIEWER: pgettext_lazy("right", "as a reviewer"),
    Right.ASSIGNED: pgettext_lazy("right", "as someone assigned"),
    Right.NAMED: pgettext_lazy("right", "as someone named"),
    Right.BREAK_GLASS: pgettext_lazy("right", "opened with a reason"),
    Right.COLLEAGUE: pgettext_lazy("right", "as a colleague in the team"),
    Right.ROLE: pgettext_lazy("right", "by the role"),
    Right.OWN_ACCOUNT: pgettext_lazy("right", "own account"),
    Right.COMMAND: pgettext_lazy("right", "on the server"),
}


def label_of(code: str) -> StrPromise:
    """Return what someone did."""
    return _LABELS.get(code) or sign_in_history.LABELS.get(code) or access_history.label_for(code)
