"""Show the list of cases: those that someone may read, what is overdue first, and a search by reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.signs import also_concerning, danger_signs, of_this_person
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.case_holders import HOLDER_LABELS, NOT_AGREED
from questionnaire.domain.follow_up import REASSESS
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Case, Intake, Membership, User, members_of
from questionnaire.permissions import user_of
from questionnaire.queries import case_list


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day. `overdue` says how late it is, or is ""."""

    what: str
    day: str
    overdue: str


@dataclass(frozen=True, slots=True)
class ReadableRow:
    """One intake in the list whose content this person may read.

    `last_time` is the level of the assessment before, as long as the case keeps it; then the signs are those
    of both. `not_agreed` are the places in its case that nobody holds yet; "" for one that has a next
    assessment.
    """

    intake: Intake
    state: str
    urgency: Urgency
    police_urgency: Urgency
    last_time: str
    danger_signs: tuple[str, ...]
    also_concerning: tuple[str, ...]
    held_on: str
    can_write: bool
    due: tuple[Due, ...]
    not_agreed: str


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One intake of which this person may know no more than its reference, state and author."""

    intake: Intake
    state: str


def cases(request: HttpRequest) -> HttpResponse:
    """Show the intakes that this person may read, or the others of their teams, or those they search for."""
    user, today = user_of(request), dates.today()
    scope = AccessScope.of(user)
    searched = request.POST.get("reference", "") if request.method == "POST" else None
    is_team_list = request.GET.get("of") == "team" and bool(scope.professional)
    filters = _filters(request.GET)
    after = _uuid(request.GET.get("after", ""))
    if searched is not None:
        page = case_list.search(scope, searched)
    elif is_team_list:
        page = case_list.listed_page(scope, filters, after)
    else:
        page = case_list.readable_page(scope, filters, today, after)
    intake_actions.record_read(user, None, EventCode.LIST_READ)
    context = {
        "rows": _rows(page, scope, today),
        "searched": searched,
        "refused": page.refused,
        "next_page": _next_page(request.GET, page),
        "is_first": after is None,
        "is_team_list": is_team_list,
        "reads_nothing": not scope.professional | scope.reviewer,
        "filters": filters,
        "states": [(state.value, state.label) for state in State],
        "levels": [(level.value, level.label) for level in sorted(Urgency, reverse=True)],
        "authors": _authors(scope),
        "shielded": Intake.objects.filter(scope.shielded).count(),
        "is_professional": bool(scope.professional),
        "roles": {row.role for row in user.memberships.in_force()},
    }
    return render(request, "intakes/case_list.html", context)


def _rows(page: case_list.Page, scope: AccessScope, today: date) -> list[ReadableRow | ListedRow]:
    return [
        _readable_row(intake, scope, today)
        if intake.pk in page.readable
        else ListedRow(intake, State(intake.state).label)
        for intake in page.intakes
    ]


def _filters(query: QueryDict) -> case_list.Filters:
    """Return the filters in a query string; an invalid value does not filter."""
    state, urgency, author = (query.get(name, "") for name in ("state", "urgency", "author"))
    return case_list.Filters(
        state if state in set(State) else None,
        next((level for level in Urgency if str(level.value) == urgency), None),
        int(author) if author.isdecimal() and len(author) < 10 else None,
    )


def _next_page(query: QueryDict, page: case_list.Page) -> str:
    """Return the query string of the next page, with the same filters; "" when there is none."""
    if page.next_after is None:
        return ""
    following = query.copy()
    following["after"] = str(page.next_after)
    return f"?{following.urlencode()}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _authors(scope: AccessScope) -> list[User]:
    """Return the colleagues whose intakes can be in the list."""
    authors = members_of(scope.professional | scope.reviewer, [Membership.Role.PROFESSIONAL])
    return list(authors.order_by("name", "username"))


def _readable_row(intake: Intake, scope: AccessScope, today: date) -> ReadableRow:
    previous = intake.previous if intake.keeps_level else None
    # No sign reads the log.
    facts = [Facts(each.answers.codes, 0) for each in (previous, intake) if each]
    of_danger = [sign.item for each in facts for sign in of_this_person(danger_signs(each))]
    concerning = [sign.item for each in facts for sign in also_concerning(each)]
    return ReadableRow(
        intake,
        State(intake.state).label,
        Urgency(intake.urgency),
        Urgency(intake.police_urgency),
        last_time=Urgency(previous.urgency).label if previous else "",
        danger_signs=tuple(map(labels.label, dict.fromkeys(of_danger))),
        also_concerning=tuple(
            labels.label(item) for item in dict.fromkeys(concerning) if item not in of_danger
        ),
        held_on=dates.format_date(intake.on),
        can_write=scope.can_write(intake),
        due=tuple(
            Due(what, dates.format_date(day), dates.overdue_text(day, today))
            for day, what in sorted(_due_dates(intake), key=lambda pair: pair[0])
        ),
        not_agreed="" if intake.is_followed else _not_agreed(intake.case),
    )


def _not_agreed(case: Case) -> str:
    """Return which places in a case nobody holds yet, by what its row says in clear: names stay encrypted."""
    holds = {"lead": case.has_lead, "contact": case.has_contact}
    places = [str(HOLDER_LABELS[name]) for name, is_held in holds.items() if not is_held]
    return f"{labels.SEPARATOR.join(places)}: {NOT_AGREED}" if places else ""


def _due_dates(intake: Intake) -> Iterator[tuple[date, str]]:
    """Return when the first planned step and the reassessment are due."""
    follow_up = intake.follow_up
    planned = [outcome for outcome in follow_up.planned() if outcome.what != REASSESS]
    if planned and planned[0].due:
        yield planned[0].due, _("Next step: %(step)s") % {"step": labels.step_title(planned[0].what)}
    if look_again := follow_up.look_again_on(intake.reassessment_due):
        yield look_again, _("Reassessment")
