"""Say what an action did, and undo it when someone asks for that within ten minutes.

What a message can undo is in the session, without content of a conversation: the page has an opaque token.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.accounts import reauthentication
from questionnaire.actions import undo as undo_actions
from questionnaire.actions.access import LastManagerError
from questionnaire.actions.accounts import NameInUseError
from questionnaire.actions.memberships import ProvidedRolesError, RoleConflictError
from questionnaire.actions.teams import TeamInSettingsError, UnusableTeamNameError
from questionnaire.actions.undo import Kind, Undoable
from questionnaire.actions.undo_about import OldEntryError
from questionnaire.audit import acting
from questionnaire.domain.workflow import ClosedIntakeError
from questionnaire.models import Intake, TamperedCaseError
from questionnaire.models.records_before import UNDO_PERIOD
from questionnaire.permissions import user_of
from questionnaire.screen.lock import lead_to_reauthentication, safe_next_page
from questionnaire.templatetags.conversation import UNDO_TAG

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: For how many seconds an action can be undone.
UNDO_SECONDS: Final = int(UNDO_PERIOD.total_seconds())
#: The session key of what can be undone, by token.
_UNDO_KEY: Final = "undo"
#: How many of these a session remembers, those that are over or used too.
_MOST: Final = 30
#: What can be undone though the request recorded no event: none does, or the page saved by itself before.
_WITHOUT_EVENT: Final = frozenset({Kind.LEVELS_SEEN, Kind.TOUR_CLOSED, Kind.STEPS_SAVED, Kind.PLAN_SAVED})
#: What changes rights, accounts, or what the organisation tells: undoing it requires a recent authentication,
#: as doing it did.
_DECIDING: Final = frozenset(
    {
        *(Kind.RIGHT_GIVEN, Kind.RIGHT_TAKEN, Kind.SHIELDED, Kind.HANDED_OVER),
        *(Kind.OPENING_SEEN, Kind.ROLES_SET, Kind.ACCOUNT_CLOSED, Kind.ACCOUNT_OPENED, Kind.PERSON_NAMED),
        *(Kind.TEAM_RENAMED, Kind.CONTACT_CHANGED, Kind.TEXTS_CHANGED, Kind.TERMS_CHANGED),
        *(Kind.LOOK_CHANGED, Kind.REPLACEMENT_CHANGED),
    }
)
#: All that can be undone. A session from before an upgrade can have another kind.
_KINDS: Final = frozenset(Kind)
_UNKNOWN: Final = gettext_lazy("Not undone: this screen does not know any more what it was about.")
#: Why an inverse was refused, by its error.
_REFUSALS: Final[Mapping[type[Exception], StrPromise]] = {
    PermissionDenied: gettext_lazy("Not undone: you may not change this any more."),
    ObjectDoesNotExist: gettext_lazy("Not undone: you may not change this any more."),
    ClosedIntakeError: gettext_lazy("Not undone: this conversation is closed now."),
    LastManagerError: gettext_lazy("Not undone: then nobody would be left to decide about this case."),
    RoleConflictError: gettext_lazy(
        "Not undone: that role does not go with a role that this person has now."
    ),
    ProvidedRolesError: gettext_lazy(
        "Not undone: the organisation decides about the roles of this person now."
    ),
    NameInUseError: gettext_lazy("Not undone: a colleague has that name now."),
    TeamInSettingsError: gettext_lazy("Not undone: the settings of signing in name this team now."),
    UnusableTeamNameError: gettext_lazy("Not undone: another team has that name now."),
    OldEntryError: _UNKNOWN,
}


def done(
    request: HttpRequest,
    text: str,
    kind: Kind | None = None,
    intake: Intake | None = None,
    *,
    tag: str = "",
    back: str = "",
    **about: Any,
) -> None:
    """Say what was done; with a `kind` of change also how to undo it, unless the request changed nothing.

    What says that it was undone has the same `tag`. It is said at `back`, where it can be done again, or on
    the page with the button.
    `about` is what the inverse of this kind needs: ids, and what of people, teams and the organisation it
    stores again. Neither this nor the text holds anything that someone typed of a conversation: sessions
    outlive pages.
    """
    token = _remember(request, kind, intake, {"tag": tag, "back": back, "about": about}) if kind else ""
    messages.success(request, text, extra_tags=f"{tag} {UNDO_TAG}{token}" if token else tag)


def refused(request: HttpRequest, text: str) -> None:
    """Say that something was not done."""
    messages.warning(request, text)


def has_tag(request: HttpRequest, tag: str) -> bool:
    """Return whether the page that is made now shows a message with this tag."""
    return tag in _tags(request)


def part_told(request: HttpRequest, parts: Collection[str]) -> str:
    """Return which of these parts of the page that is made now a message is tagged with, to show it there."""
    return next((tag for tag in _tags(request) if tag in parts), "")


def last_undoable(request: HttpRequest, page: str) -> str:
    """Return the token of the last message about what this page did that can be undone, "" for none."""
    told = request.session.get(_UNDO_KEY, {})
    return next((token for token in reversed(told) if told[token]["about"].get("page") == page), "")


def _tags(request: HttpRequest) -> list[str]:
    return [(message.extra_tags or "").split(" ")[0] for message in messages.get_messages(request)]


def _remember(request: HttpRequest, kind: Kind, intake: Intake | None, more: dict[str, Any]) -> str:
    """Store in the session how to undo this; return its token, or "" when there is nothing to undo."""
    event = acting.recorded_by(user_of(request))
    if not event and kind not in _WITHOUT_EVENT:
        return ""
    entry = {
        "kind": kind.value,
        "event": event,
        "intake": str(intake.pk) if intake else None,
        "at": int(time.time()),
        **more,
    }
    token = secrets.token_urlsafe(16)
    stored = list(request.session.get(_UNDO_KEY, {}).items())
    request.session[_UNDO_KEY] = dict([*stored, (token, entry)][-_MOST:])
    return token


def undo(request: HttpRequest) -> HttpResponse:
    """Undo what the token stands for, say how that went, and go back to the page.

    Where that requires a recent authentication, ask for it first: the button to undo comes after it.
    """
    token = request.POST.get("undo", "")
    entry = request.session.get(_UNDO_KEY, {}).get(token)
    page = safe_next_page(request.POST.get("next", ""))
    problem = _problem_with(entry)
    if not problem and entry["kind"] in _DECIDING and not reauthentication.is_recent(request):
        return lead_to_reauthentication(request, user_of(request), page)
    if problem := problem or _undo(request, token, entry):
        refused(request, problem)
        return redirect(page)
    # A session from before an upgrade has neither of these.
    done(request, _("Undone."), tag=entry.get("tag", ""))
    return redirect(entry.get("back") or page)


def _problem_with(entry: dict[str, Any] | None) -> str:
    """Return why nothing can be undone by this entry any more, or ""."""
    if entry is None or entry["kind"] not in _KINDS:
        return str(_UNKNOWN)
    if entry["at"] + UNDO_SECONDS <= time.time():
        return _("Not undone: that works for ten minutes.")
    if entry.get("is_done"):
        return _("Not undone: that was done already.")
    return ""


def _undo(request: HttpRequest, token: str, entry: dict[str, Any]) -> str:
    """Undo what the entry stands for, once. Return why that could not be done, or ""."""
    intake = UUID(entry["intake"]) if entry["intake"] else None
    action = Undoable(Kind(entry["kind"]), entry["event"], intake, entry["about"])
    try:
        if not undo_actions.undo(user_of(request), action):
            return _("Not undone: something was done with it since.")
    except TamperedCaseError:
        raise
    except tuple(_REFUSALS) as error:
        return str(next(why for kind, why in _REFUSALS.items() if isinstance(error, kind)))
    request.session[_UNDO_KEY] = {**request.session[_UNDO_KEY], token: {**entry, "is_done": True}}
    return ""
