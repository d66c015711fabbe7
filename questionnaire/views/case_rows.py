"""Say in words what a row of the list of cases says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.signs import also_concerning, danger_signs, of_this_person
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.case_holders import HOLDER_LABELS, NOT_AGREED, CaseHolders
from questionnaire.domain.follow_up import REASSESS, FollowUp
from questionnaire.domain.text import escape_controls
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Intake
from questionnaire.queries.case_rows import ReadableCase, Row, Standing
from questionnaire.views.first_level import level_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day. `overdue` says how late it is, or is ""."""

    what: str
    day: str
    overdue: str


@dataclass(frozen=True, slots=True)
class ReadableRow:
    """One case in the list whose content this person may read, by the conversation `intake`; `link` opens it.

    `last_time` is the level of the assessment before, as long as the case keeps it; then the signs are those
    of both. `lead` is who leads the case, "" as long as nobody does, and `not_agreed` says which places in
    it nobody holds yet. `told` says how long ago the client was last told of a step, or is "".
    `is_unreadable` says that something recorded in the case cannot be read any more, and is not in the row.
    """

    intake: Intake
    link: str
    latest: Intake
    state: str
    urgency: StrPromise | str
    urgency_code: str
    police_urgency: StrPromise | str
    last_time: str
    danger_signs: tuple[str, ...]
    also_concerning: tuple[str, ...]
    held_on: str
    can_write: bool
    due: tuple[Due, ...]
    lead: str
    not_agreed: str
    told: str
    open_steps: int
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One case of which this person may know only its reference, and the state and author of `intake`."""

    intake: Intake
    state: str


def in_words(row: Row, scope: AccessScope, today: date) -> ReadableRow | ListedRow:
    """Return the row as the page shows it."""
    if isinstance(row, ReadableCase):
        return _readable_row(row, scope, today)
    return ListedRow(row.shown, State(row.shown.state).label)


def _readable_row(row: ReadableCase, scope: AccessScope, today: date) -> ReadableRow:
    standing, latest = row.standing, row.standing.latest
    previous = latest.previous if latest.keeps_level else None
    answers = [each.answers_or_none() for each in (previous, *standing.deciding) if each]
    of_danger, concerning = _signs(filter(None, answers))
    lead, can_write = row.holders.lead, scope.can_write(row.shown)
    follow_ups, is_unreadable = follow_ups_of(standing)
    urgency, urgency_code = level_words(latest, standing.urgency)
    return ReadableRow(
        row.shown,
        link_to(row.shown, can_write=can_write),
        latest,
        State(row.shown.state).label,
        urgency,
        urgency_code,
        level_words(latest, standing.police_urgency)[0],
        last_time=Urgency(previous.urgency).label if previous else "",
        danger_signs=of_danger,
        also_concerning=concerning,
        held_on=labels.short_date(latest.on),
        can_write=can_write,
        due=_due_in_words(follow_ups, today),
        lead=escape_controls(lead.name) if lead else "",
        not_agreed=not_agreed(row.holders),
        told=days_ago(_told_on(follow_ups), today),
        open_steps=standing.open_steps,
        is_unreadable=is_unreadable or None in answers,
    )


def link_to(intake: Intake, *, can_write: bool) -> str:
    """Return the page to go on with: the questions; of what came back, or is closed, the review."""
    goes_on = can_write and intake.is_open and intake.state != State.RETURNED
    return reverse("intake" if goes_on else "review", args=[intake.pk])


def _signs(answers: Iterable[Answers]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the danger signs, and what is also concerning, of these conversations together."""
    facts = [Facts(each.codes, 0) for each in answers]  # no sign reads the log
    of_danger = [sign.item for each in facts for sign in of_this_person(danger_signs(each))]
    concerning = [sign.item for each in facts for sign in also_concerning(each)]
    return (
        tuple(map(labels.label, dict.fromkeys(of_danger))),
        tuple(labels.label(item) for item in dict.fromkeys(concerning) if item not in of_danger),
    )


def not_agreed(holders: CaseHolders) -> str:
    """Return which places in a case nobody holds yet; "" when each has someone.

    Not every case has a deputy.
    """
    places = [
        str(HOLDER_LABELS[name])
        for name, holder in holders.by_name().items()
        if holder is None and name != "deputy"
    ]
    return f"{labels.SEPARATOR.join(places)}: {NOT_AGREED}" if places else ""


def days_ago(day: date | None, today: date) -> str:
    """Return how long ago a day was, in days; "" for none."""
    if day is None:
        return ""
    days = (today - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}


def follow_ups_of(standing: Standing) -> tuple[list[tuple[Intake, FollowUp]], bool]:
    """Return what was done after each assessment, and whether anything of it cannot be read any more.

    Read once, as it is decrypted and checked each time.
    """
    follow_ups = [(each, each.follow_up) for each in standing.assessments]
    return follow_ups, any(follow_up.unreadable for _intake, follow_up in follow_ups)


def _told_on(follow_ups: Iterable[tuple[Intake, FollowUp]]) -> date | None:
    """Return the last day on which the client was told of a step; None when not recorded."""
    days = [follow_up.last_told_on for _intake, follow_up in follow_ups]
    return max(filter(None, days), default=None)


def _due_in_words(follow_ups: Iterable[tuple[Intake, FollowUp]], today: date) -> tuple[Due, ...]:
    """Return what is to be done in a case, the first day first."""
    due_dates = dict.fromkeys((day, what) for day, what, _intake in _in_order(follow_ups))
    return tuple(Due(what, labels.short_date(day), dates.overdue_text(day, today)) for day, what in due_dates)


def first_due(standing: Standing) -> tuple[date, str, Intake] | None:
    """Return what is to be done first in a case, and the conversation it is in; None when nothing is."""
    return next(iter(_in_order(follow_ups_of(standing)[0])), None)


def _in_order(follow_ups: Iterable[tuple[Intake, FollowUp]]) -> list[tuple[date, str, Intake]]:
    due = [(day, what, intake) for intake, done in follow_ups for day, what in _due_of(intake, done)]
    return sorted(due, key=lambda each: each[:2])


def _due_of(intake: Intake, follow_up: FollowUp) -> Iterator[tuple[date, str]]:
    """Return when the first planned step and the reassessment of a conversation are due."""
    planned = [outcome for outcome in follow_up.planned() if outcome.what != REASSESS]
    if planned and planned[0].due:
        yield planned[0].due, _("Next step: %(step)s") % {"step": labels.step_title(planned[0].what)}
    if look_again := follow_up.look_again_on(intake.reassessment_due):
        yield look_again, _("Reassessment")
    elif since := follow_up.unplanned_since(intake.reassessment_due):
        yield since, _("No next date since the reassessment")
