"""Show who read a case and who wrote in it, from the audit events: by day, person and kind of event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import AccessScope, Event, Intake, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The label of each event that can be about a case. Any other gets one of the two below.
_LABELS: Final[Mapping[str, StrPromise]] = {
    EventCode.INTAKE_STARTED: _("started the conversation"),
    EventCode.INTAKE_CHANGED: _("changed answers"),
    EventCode.INCIDENT_ADDED: _("added an incident"),
    EventCode.INCIDENT_CHANGED: _("changed an incident"),
    EventCode.INCIDENT_REMOVED: _("removed an incident"),
    EventCode.INCIDENT_RESTORED: _("put a removed incident back"),
    EventCode.INCIDENT_CHANGE_UNDONE: _("undid a change to an incident"),
    EventCode.INCIDENTS_ADDED: _("added incidents from a log"),
    EventCode.INCIDENTS_REMOVED: _("took incidents from a log out again"),
    EventCode.LOG_IMPORT_MADE: _("opened a log to add incidents from"),
    EventCode.LOG_IMPORT_READ: _("looked at incidents that were not added yet"),
    EventCode.LOG_IMPORT_CHANGED: _("corrected an incident that was not added yet"),
    EventCode.LOG_IMPORT_DROPPED: _("added nothing from an opened log"),
    EventCode.TEXT_RESTORED: _("put an earlier text back"),
    EventCode.EARLIER_READ: _("looked at earlier texts and removed incidents"),
    EventCode.STEPS_CHANGED: _("recorded the follow-up of a step"),
    EventCode.CONSULTATION_ADDED: _("wrote down who was consulted"),
    EventCode.CONSULTATION_CHANGED: _("changed who was consulted"),
    EventCode.CONSULTATION_REMOVED: _("removed who was consulted"),
    EventCode.BREACH_ADDED: _("wrote down a breach"),
    EventCode.BREACH_CHANGED: _("changed a breach"),
    EventCode.BREACH_REMOVED: _("removed a breach"),
    EventCode.HOLDERS_CHANGED: _("wrote down who holds the case"),
    EventCode.PLAN_CHANGED: _("changed the safety plan"),
    EventCode.PLAN_READ: _("read the safety plan"),
    EventCode.DOCUMENT_MADE: _("made a document"),
    EventCode.DOCUMENT_DELIVERED: _("put the signed document in the organisation's files"),
    EventCode.DELIVERY_FAILED: _("could not put the signed document in the organisation's files"),
    EventCode.DOCUMENT_READ: _("opened a document"),
    EventCode.TEXTS_READ: _("opened text to copy"),
    EventCode.SECTION_READ: _("opened a page of questions"),
    EventCode.QUESTION_READ: _("showed a question to the client"),
    EventCode.INCIDENTS_READ: _("opened the incidents"),
    EventCode.STEPS_READ: _("opened the steps"),
    EventCode.ANSWERS_READ: _("read all answers"),
    EventCode.SUMMARY_READ: _("read the summary"),
    EventCode.REVIEW_READ: _("opened the review"),
    EventCode.CASE_READ: _("read the whole case"),
    EventCode.ACCESS_READ: _("looked at this list"),
    EventCode.CASE_EXPORTED: _("made a copy of everything"),
    EventCode.INTAKE_SUBMITTED: _("handed it in for review"),
    EventCode.INTAKE_WITHDRAWN: _("took it back from review"),
    EventCode.INTAKE_RETURNED: _("returned it with questions"),
    EventCode.INTAKE_SIGNED_OFF: _("signed it off"),
    EventCode.REMARK_ADDED: _("made a remark"),
    EventCode.REMARK_REMOVED: _("took a remark back"),
    EventCode.REMARKS_ANSWERED: _("answered remarks"),
    EventCode.CORRECTION_STARTED: _("started a correction"),
    EventCode.REASSESSMENT_STARTED: _("started the next conversation"),
    EventCode.PAUSE_READ: _("paused the conversation"),
    EventCode.STOP_READ: _("stopped the conversation"),
    EventCode.POST_HELD: _("typed something that was kept"),
    EventCode.RIGHTS_READ: _("looked at who may see it"),
    EventCode.RIGHT_GIVEN: _("gave someone access, or denied it"),
    EventCode.RIGHT_TAKEN: _("ended someone's right"),
    EventCode.RIGHTS_ACCEPTED: _("accepted the rights as they are stored"),
    EventCode.CASE_OPENED: _("opened it with a reason"),
    EventCode.OPENING_SEEN: _("saw that someone opened it with a reason"),
    EventCode.OPENING_ENDED: _("ended an opening with a reason"),
    EventCode.CASE_SHIELDED: _("shielded the case"),
    EventCode.SHIELD_LIFTED: _("lifted the shield"),
    EventCode.INTAKE_HANDED_OVER: _("handed it over"),
    EventCode.HAND_OVER_NOTE_READ: _("read the note of a hand-over"),
    EventCode.HAND_OVER_NOTE_UNREAD: _("marked the note of a hand-over as not read"),
    EventCode.CASE_RETENTION_SET: _("set how long it is kept"),
    EventCode.HOLD_PLACED: _("placed it under legal hold"),
    EventCode.HOLD_LIFTED: _("lifted the legal hold"),
    EventCode.INTAKE_ERASED: _("erased a conversation"),
    EventCode.LOOK_REFUSED: _("tried to open it and was refused"),
    EventCode.SCREEN_TURNED: _("turned the screen to the client"),
    EventCode.SCREEN_TURNED_BACK: _("took the screen back"),
    EventCode.NO_REVIEWER_LEFT: _("left no reviewer who may see the case"),
    EventCode.PROPOSAL_ASKED: _("asked a second person to agree"),
    EventCode.PROPOSAL_AGREED: _("agreed as the second person"),
    EventCode.PROPOSAL_REFUSED: _("refused as the second person"),
    EventCode.PROPOSAL_WITHDRAWN: _("took back what waited for a second person"),
    EventCode.PROPOSAL_LAPSED: _("nobody agreed or went on in time"),
    EventCode.PROPOSAL_CARRIED_OUT: _("went on with what was agreed"),
    EventCode.PROPOSAL_ALONE: _("went on without a second person"),
    EventCode.ALONE_SEEN: _("saw that someone went on without a second person"),
}
_OTHER_READ: Final = _("read something else")
_OTHER_WRITE: Final = _("changed something else")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did on one day, how many times, and the reasons that they gave."""

    who: str
    what: StrPromise
    times: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day, with its entries in the order of their first event."""

    on: date
    entries: tuple[Entry, ...]


def case_history(user: User, intake: Intake) -> Sequence[Day]:
    """Return what was done with the case, as far as this person may read it; the newest day first.

    What was done with an intake that is erased since is shown to whoever manages access to the case.
    """
    readable = Intake.objects.visible_to(user).filter(case=intake.case_id).values_list("pk", flat=True)
    is_shown = Q(intake__in=list(readable))
    if AccessScope.of(user).can_manage_access(intake):
        is_shown |= ~Q(intake__in=list(intake.case.intakes.values_list("pk", flat=True)))
    events = Event.objects.filter(is_shown, case=intake.case_id)
    return group_by_day(events.select_related("actor").order_by("seq"))


def group_by_day(events: Iterable[Event]) -> Sequence[Day]:
    """Return events, given in their order, by day; the newest day first."""
    by_day = groupby(events, key=lambda event: localtime(event.at).date())
    return [Day(on, tuple(_entries(of_day))) for on, of_day in by_day][::-1]


def _entries(events: Iterable[Event]) -> Iterator[Entry]:
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        groups.setdefault((str(event.actor or ""), event.code), []).append(event)
    for (who, code), group in groups.items():
        reasons = dict.fromkeys(event.reason for event in group if event.reason)
        yield Entry(who, label_for(code), len(group), tuple(reasons))


def label_for(code: str) -> StrPromise:
    """Return the label of an event with this code."""
    return _LABELS.get(code) or (_OTHER_READ if code.endswith(".read") else _OTHER_WRITE)
