"""Show what waits for this person today: the first page after signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

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
from questionnaire.models import Intake
from questionnaire.permissions import user_of
from questionnaire.queries import openings
from questionnaire.queries.today import Today, Waiting, open_questions, today_of
from questionnaire.screen import pending_posts
from questionnaire.views.case_rows import days_ago, due_of
from questionnaire.views.feedback import done


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One thing to do: in which conversation, how urgent that is, what, when, and who wrote it."""

    intake: Intake
    link: str
    urgency: Urgency
    what: str
    when: str
    overdue: str = ""


_Row = Callable[[Intake, date], TodayRow]


@dataclass(frozen=True, slots=True)
class TodayList:
    """One list of the page. `more` is the query string of the list of cases that shows all of it, or ""."""

    id: str
    title: str
    rows: tuple[TodayRow, ...]
    count: str
    more: str


def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and what came in for them."""
    user, day = user_of(request), dates.today()
    waiting = today_of(user, day)
    lists = list(_lists(waiting, day))
    came_in = {
        "notes": waiting.notes,
        "openings": openings.waiting_for(user),
        "pending": pending_posts.count(user),
    }
    intake_actions.record_read(user, None, EventCode.LIST_READ)
    context = {
        **came_in,
        "day": dates.format_date(day),
        "lists": lists,
        "is_empty": not any(each.rows for each in lists) and not any(came_in.values()),
        "notes_left": waiting.notes_left,
        "refused": waiting.refused,
        "is_new": not user.tour_is_closed,
        "levels_changed": user.rules_told < RULES_VERSION,
        "is_professional": waiting.writes,
        "roles": {row.role for row in user.memberships.in_force()},
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

    def list_of(name: str, title: str, found: Waiting, more: str, row: _Row) -> TodayList:
        rows = tuple(row(intake, day) for intake in found.rows)
        return TodayList(name, title, rows, found.text, more if found.is_more else "")

    if waiting.reviews:
        handed_in = f"state={State.SUBMITTED.value}"
        yield list_of("review", _("To review"), waiting.to_review, handed_in, _review_row)
    if waiting.writes:
        yield list_of("act-now", _("Act now"), waiting.act_now, f"{mine}&urgency={now}", _act_now_row)
        yield list_of(
            "returned", _("Returned to you"), waiting.returned, f"{mine}&state={returned}", _returned_row
        )
        yield list_of("due", _("Overdue and due today"), waiting.due, f"{mine}&due=1", _due_row)


def _act_now_row(intake: Intake, day: date) -> TodayRow:
    """Say what was recorded last as done. The case stays in the list: a step does not make anyone safe."""
    done = [outcome for outcome in intake.follow_up.outcomes if outcome.state == DONE]
    what = _("Nothing is recorded as done yet.")
    if done:
        last = max(done, key=lambda outcome: outcome.on or date.min)
        what = _("Recorded last: %(step)s") % {"step": labels.step_title(last.what)}
        what = f"{what}, {dates.format_date(last.on)}" if last.on else what
    first = min(due_of(intake), default=None)
    when = f"{first[1]}: {dates.format_date(first[0])}" if first else ""
    overdue = dates.overdue_text(first[0], day) if first else ""
    return TodayRow(intake, reverse("steps", args=[intake.pk]), Urgency.NOW, what, when, overdue)


def _due_row(intake: Intake, day: date) -> TodayRow:
    """Say what is due first."""
    due, what = min(due_of(intake), default=(intake.next_due or day, ""))
    when, overdue = dates.format_date(due), dates.overdue_text(due, day)
    link = reverse("steps", args=[intake.pk])
    return TodayRow(intake, link, Urgency(intake.urgency), what, when, overdue)


def _review_row(intake: Intake, day: date) -> TodayRow:
    """Say since when it waits."""
    handed_in = days_ago(dates.day_of(intake.submitted_at), day) if intake.submitted_at else ""
    when = _("Handed in: %(when)s") % {"when": handed_in} if handed_in else ""
    if intake.corrects_id:
        what = _("A correction")
    else:
        what = _("A reassessment") if intake.previous_id else _("A first conversation")
    return TodayRow(intake, reverse("review", args=[intake.pk]), Urgency(intake.urgency), what, when)


def _returned_row(intake: Intake, day: date) -> TodayRow:
    """Say how many questions wait for an answer, and whose."""
    asked = open_questions(intake)
    count = ngettext("%(count)s question to answer", "%(count)s questions to answer", len(asked))
    people = ", ".join(dict.fromkeys(str(remark.by) for remark in asked))
    what = ": ".join(filter(None, (count % {"count": len(asked)}, people)))
    returned = days_ago(dates.day_of(intake.reviewed_at), day) if intake.reviewed_at else ""
    when = _("Returned: %(when)s") % {"when": returned} if returned else ""
    return TodayRow(intake, reverse("review", args=[intake.pk]), Urgency(intake.urgency), what, when)
