"""Who has looked at a case, and who wrote in it, as the events tell it: by day, person and kind of act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.audit.log import Code
from questionnaire.models import Event, Intake, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What is said of an act. One that is not named here is told by its kind.
_WORDS: Final[Mapping[str, StrPromise]] = {
    Code.INTAKE_STARTED: _("started the conversation"),
    Code.INTAKE_CHANGED: _("changed answers"),
    Code.INCIDENT_ADDED: _("added an incident"),
    Code.INCIDENT_CHANGED: _("changed an incident"),
    Code.INCIDENT_REMOVED: _("removed an incident"),
    Code.STEPS_CHANGED: _("wrote down what came of a step"),
    Code.CONSULTATION_ADDED: _("wrote down who was consulted"),
    Code.CONSULTATION_CHANGED: _("changed who was consulted"),
    Code.CONSULTATION_REMOVED: _("removed who was consulted"),
    Code.DOCUMENT_MADE: _("made a document"),
    Code.DOCUMENT_READ: _("opened a document"),
    Code.SECTION_READ: _("opened a page of questions"),
    Code.QUESTION_READ: _("showed a question to the client"),
    Code.INCIDENTS_READ: _("opened the incidents"),
    Code.STEPS_READ: _("opened the steps"),
    Code.ANSWERS_READ: _("read all answers"),
    Code.SUMMARY_READ: _("read the summary"),
    Code.REVIEW_READ: _("opened the review"),
    Code.CASE_READ: _("read the whole case"),
    Code.ACCESS_READ: _("looked at this list"),
    Code.CASE_EXPORTED: _("made a copy of everything"),
    Code.INTAKE_SUBMITTED: _("handed it in for review"),
    Code.INTAKE_WITHDRAWN: _("took it back from review"),
    Code.INTAKE_RETURNED: _("returned it with questions"),
    Code.INTAKE_SIGNED_OFF: _("signed it off"),
    Code.REMARK_ADDED: _("made a remark"),
    Code.REMARKS_ANSWERED: _("answered remarks"),
    Code.CORRECTION_STARTED: _("started a correction"),
    Code.REASSESSMENT_STARTED: _("started the next conversation"),
    Code.PAUSE_READ: _("paused the conversation"),
    Code.STOP_READ: _("stopped the conversation"),
    Code.POST_HELD: _("typed something that was kept"),
    Code.RIGHTS_READ: _("looked at who may see it"),
    Code.RIGHT_GIVEN: _("let someone see it, or locked someone out"),
    Code.RIGHT_TAKEN: _("ended someone's right"),
    Code.CASE_OPENED: _("opened it with a reason"),
    Code.CASE_SHIELDED: _("shielded the case"),
    Code.SHIELD_LIFTED: _("lifted the shield"),
    Code.INTAKE_HANDED_OVER: _("handed it over"),
    Code.HOLD_PLACED: _("placed it under legal hold"),
    Code.HOLD_LIFTED: _("lifted the legal hold"),
    Code.INTAKE_ERASED: _("erased a conversation"),
    Code.SCREEN_TURNED: _("turned the screen to the client"),
    Code.SCREEN_TURNED_BACK: _("took the screen back"),
}
_READ: Final = _("read something else")
_WROTE: Final = _("changed something else")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did on one day, how many times, and why where they said so."""

    who: str
    what: StrPromise
    times: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day, and what was done on it in the order in which each began."""

    on: date
    acts: tuple[Entry, ...]


def group_by_day(user: User, intake: Intake) -> Sequence[Day]:
    """What was done with the case, as far as this person may see it; the newest day first."""
    seen = Intake.objects.visible_to(user).filter(case=intake.case).values_list("pk", flat=True)
    return history(Event.objects.filter(intake__in=list(seen)).select_related("actor").order_by("seq"))


def history(happened: Iterable[Event]) -> Sequence[Day]:
    """Events in their order, told by day."""
    by_day = groupby(happened, key=lambda event: localtime(event.at).date())
    return [Day(on, tuple(_acts(of_day))) for on, of_day in by_day][::-1]


def _acts(of_day: Iterable[Event]) -> Iterable[Entry]:
    together: dict[tuple[str, str], list[Event]] = {}
    for event in of_day:
        together.setdefault((str(event.actor or ""), event.code), []).append(event)
    for (who, code), alike in together.items():
        reasons = dict.fromkeys(event.reason for event in alike if event.reason)
        yield Entry(who, words(code), len(alike), tuple(reasons))


def words(code: str) -> StrPromise:
    """What is said of an act of this code."""
    return _WORDS.get(code) or (_READ if code.endswith(".read") else _WROTE)
