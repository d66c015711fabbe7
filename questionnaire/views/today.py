"""Show what waits for this person today: the first page after signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import levels as level_actions
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.follow_up import DONE
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, Membership, teams_of
from questionnaire.permissions import scope_of, user_of
from questionnaire.queries import openings
from questionnaire.queries.proposals import counts_for
from questionnaire.queries.reviewers_left import teams_without
from questionnaire.queries.today import Today, Waiting, WaitingCase, open_questions, today_of
from questionnaire.screen import pending_posts
from questionnaire.views import alerts
from questionnaire.views.case_rows import days_ago, first_due, follow_ups_of
from questionnaire.views.feedback import done
from questionnaire.views.first_level import level_words
from questionnaire.views.page_header import ONLY_AUDITOR, roles_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Role: Final = Membership.Role


@dataclass(frozen=True, slots=True)
class Reason:
    """Something else that waits in a case; `overdue` says how late it is, and can be "", as `link` can."""

    text: str
    link: str = ""
    overdue: str = ""


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One case: what to do in it, how urgent it is, when, who wrote it, and what else waits in it.

    `when_link` leads to what is due, where that is in another conversation than `link` leads to.
    """

    waiting: WaitingCase
    link: str
    what: str
    when: str
    overdue: str = ""
    when_link: str = ""
    reasons: tuple[Reason, ...] = ()
    level: StrPromise | str = ""
    level_code: str = ""


_Row = Callable[[WaitingCase, date], TodayRow]


@dataclass(frozen=True, slots=True)
class TodayList:
    """One list of the page. `more` is the query string of the list of cases that shows all of it, or ""."""

    id: str
    title: str
    rows: tuple[TodayRow, ...]
    count: str
    more: str = ""


def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and what came in for them."""
    user, day = user_of(request), dates.today()
    roles = roles_of(request, user)
    if roles == ONLY_AUDITOR and not pending_posts.count(user):
        return redirect("events")
    scope = scope_of(request)
    waiting = today_of(scope, day)
    lists = list(_lists(waiting, day))
    came_in = {
        "openings": openings.waiting_for(scope),
        "pending": pending_posts.count(user),
        "without_reviewer": teams_without(teams_of(user, Role.MANAGER)) if Role.MANAGER in roles else (),
        "seconds": seconds if (seconds := counts_for(user)).has_any else None,
    }
    intake_actions.record_read(user, None, EventCode.LIST_READ)
    context = {
        **came_in,
        **alerts.context_of(request),
        "day": dates.format_date(day),
        "lists": lists,
        "is_empty": not any(each.rows for each in lists) and not any(came_in.values()),
        "notes_left": waiting.notes_left,
        "refused": waiting.refused,
        "is_new": not user.tour_is_closed,
        "levels_changed": user.rules_told < RULES_VERSION,
        "is_professional": waiting.writes,
    }
    return render(request, "intakes/today.html", context)


def levels_seen(request: HttpRequest) -> HttpResponse:
    """Record that this person was told how the levels changed."""
    before = user_of(request).rules_told
    level_actions.record_told(user_of(request))
    done(request, _("We do not show this again."), Kind.LEVELS_SEEN, before=before)
    return redirect("today")


def _lists(waiting: Today, day: date) -> Iterator[TodayList]:
    """Yield the lists of the page: first what a reviewer does, then what an author does."""
    mine, now, returned = "of=mine", Urgency.NOW.value, State.RETURNED.value

    def list_of(name: str, title: str, found: Waiting, row: _Row, more: str = "") -> TodayList:
        rows = tuple(_with_level(row(case, day)) for case in found.rows)
        return TodayList(name, title, rows, found.text, more if found.is_more else "")

    if waiting.reviews:
        handed_in = f"state={State.SUBMITTED.value}"
        yield list_of("review", _("To review"), waiting.to_review, _review_row, handed_in)
    if waiting.writes:
        yield list_of("act-now", _("Act now"), waiting.act_now, _act_now_row, f"{mine}&urgency={now}")
        yield list_of(
            "returned", _("Returned to you"), waiting.returned, _returned_row, f"{mine}&state={returned}"
        )
        yield list_of("due", _("Overdue and due today"), waiting.due, _due_row, f"{mine}&due=1")
    if waiting.handed.count:
        yield list_of("handed", _("Handed over to you"), waiting.handed, _handed_row)


def _with_level(row: TodayRow) -> TodayRow:
    standing = row.waiting.standing
    level, code = level_words(standing.latest, standing.urgency)
    reasons = (*row.reasons, *_unreadable(row.waiting))
    return replace(row, level=level, level_code=code, reasons=reasons)


def _act_now_row(case: WaitingCase, day: date) -> TodayRow:
    """Say what was recorded last as done. The case stays in the list: a step does not make anyone safe."""
    follow_ups, _is_unreadable = follow_ups_of(case.standing)
    outcomes = (outcome for _intake, follow_up in follow_ups for outcome in follow_up.outcomes)
    done = [outcome for outcome in outcomes if outcome.state == DONE]
    what = _("Nothing is recorded as done yet.")
    if done:
        last = max(done, key=lambda outcome: outcome.on or date.min)
        what = _("Recorded last: %(step)s") % {"step": labels.step_title(last.what)}
        what = f"{what}, {dates.format_date(last.on)}" if last.on else what
    when, due_link = _first_day(case, day), _steps(case.intake)
    if when and when.link == due_link:
        when = Reason(when.text, overdue=when.overdue)
    when = when or Reason("")
    reasons = (*_reviews(case.reviews, day), *_returns(case.returned))
    return TodayRow(case, due_link, what, when.text, when.overdue, when.link, reasons)


def _due_row(case: WaitingCase, day: date) -> TodayRow:
    """Say what is due first."""
    due, what, intake = first_due(case.standing) or (case.intake.next_due or day, "", case.intake)
    return TodayRow(case, _steps(intake), what, dates.format_date(due), dates.overdue_text(due, day))


def _review_row(case: WaitingCase, day: date) -> TodayRow:
    """Say since when it waits."""
    handed_in, what = _handed_in(case.intake, day), _kind(case.intake)
    reasons = (*_reviews(case.reviews[1:], day), *_returns(case.returned))
    return TodayRow(case, _review(case.intake), what, handed_in, reasons=reasons)


def _returned_row(case: WaitingCase, day: date) -> TodayRow:
    """Say how many questions wait for an answer, and whose."""
    intake = case.intake
    returned = days_ago(dates.day_of(intake.reviewed_at), day) if intake.reviewed_at else ""
    when = _("Returned: %(when)s") % {"when": returned} if returned else ""
    due, first = case.standing.next_due, _first_day(case, day)
    reasons = (*_returns(case.returned[1:]), *((first,) if first and due and due <= day else ()))
    return TodayRow(case, _review(intake), _questions(intake), when, reasons=reasons)


def _handed_row(case: WaitingCase, day: date) -> TodayRow:
    """Say what is due first; the notes themselves stand under it."""
    first = _first_day(case, day) or Reason("")
    return TodayRow(case, _review(case.intake), "", first.text, first.overdue)


def _first_day(case: WaitingCase, day: date) -> Reason | None:
    """Return what is due first in a case; None when nothing is."""
    first = first_due(case.standing)
    if first is None:
        return None
    due, what, intake = first
    return Reason(f"{what}: {dates.format_date(due)}", _steps(intake), dates.overdue_text(due, day))


def _unreadable(case: WaitingCase) -> Iterator[Reason]:
    """Say that the row does not know all of the case."""
    if follow_ups_of(case.standing)[1]:
        text = _("Something in this case cannot be read. Ask your administrator.")
        yield Reason(text, _steps(case.intake))


def _reviews(intakes: Sequence[Intake], day: date) -> Iterator[Reason]:
    for each in intakes:
        what = ", ".join(filter(None, (_kind(each), _handed_in(each, day))))
        yield Reason(_("To review: %(what)s") % {"what": what}, _review(each))


def _returns(intakes: Sequence[Intake]) -> Iterator[Reason]:
    for each in intakes:
        yield Reason(_("Returned to you: %(what)s") % {"what": _questions(each)}, _review(each))


def _kind(intake: Intake) -> str:
    if intake.corrects_id:
        return _("A correction")
    return _("A reassessment") if intake.previous_id else _("A first conversation")


def _handed_in(intake: Intake, day: date) -> str:
    handed_in = days_ago(dates.day_of(intake.submitted_at), day) if intake.submitted_at else ""
    return _("Handed in: %(when)s") % {"when": handed_in} if handed_in else ""


def _questions(intake: Intake) -> str:
    asked = open_questions(intake)
    count = ngettext("%(count)s question to answer", "%(count)s questions to answer", len(asked))
    people = ", ".join(dict.fromkeys(str(remark.by) for remark in asked))
    return ": ".join(filter(None, (count % {"count": len(asked)}, people)))


def _steps(intake: Intake) -> str:
    return reverse("steps", args=[intake.pk])


def _review(intake: Intake) -> str:
    return reverse("review", args=[intake.pk])
