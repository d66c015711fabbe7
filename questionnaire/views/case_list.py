"""Show the list of cases: those that someone may read, with filters, columns to sort by, and a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Intake, Membership
from questionnaire.models.memberships import MembershipQuerySet
from questionnaire.permissions import scope_of, user_of
from questionnaire.queries import case_list, case_search
from questionnaire.queries.case_list import SORT_KEYS, Filters
from questionnaire.views.case_rows import in_words

#: The session's key of what was searched: a reference belongs in no address, which browsers keep.
_SEARCHED: Final = "searched"
#: The columns of the list with their headings; those named in `SORT_KEYS` can be sorted by.
_COLUMNS: Final = {
    "reference": gettext_lazy("Reference"),
    "level": gettext_lazy("How soon"),
    "state": gettext_lazy("State"),
    "due": gettext_lazy("Next date"),
    "lead": gettext_lazy("Lead of the case"),
    "author": gettext_lazy("Author"),
    "told": gettext_lazy("Client was told"),
    "steps": gettext_lazy("Open steps"),
    "held": gettext_lazy("Last conversation"),
}
#: How many authors one can choose from at once; more are shown when they are asked for.
_MOST_AUTHORS: Final = 30
#: Those of which the most comes first, when sorted once.
_DESCENDING_FIRST: Final = frozenset({"level", "steps", "held"})
#: In a list of what is closed to this person, in place of the level.
_OPENING: Final = gettext_lazy("Open with a reason")
#: What anybody in the team may know of a case.
_COLUMNS_OF_TEAM: Final = frozenset({"reference", "level", "state", "author"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is asked of the list, as the query string says it. `is_of_team` is the list of others' cases."""

    filters: Filters = field(default_factory=Filters)
    is_of_team: bool = False
    sort: str = ""

    def query(self) -> str:
        """Return the query string that asks for this."""
        filters = self.filters
        values = {
            "of": "team" if self.is_of_team else "mine" if filters.is_mine else "",
            "state": filters.state or "",
            "urgency": filters.urgency.value if filters.urgency else "",
            "due": "1" if filters.is_due else "",
            "author": filters.author or "",
            "sort": self.sort,
        }
        return urlencode({name: value for name, value in values.items() if value})

    def link(self, **more: str | UUID) -> str:
        """Return the address that asks for this."""
        further = urlencode({name: str(value) for name, value in more.items()})
        query = "&".join(filter(None, (self.query(), further)))
        return f"{reverse('cases')}?{query}" if query else reverse("cases")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter to switch on or off by its link."""

    label: str
    link: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list; `link` sorts by it, "" when it cannot be. `direction` is for `aria-sort`."""

    name: str
    label: str
    link: str
    direction: str


def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that this person may read, or the others of their teams, or those they search for.

    A search is posted and kept in the session; then its results have an address like any page.
    """
    if request.method == "POST":
        return _keep_search(request)
    user, today = user_of(request), dates.today()
    searched = request.session.get(_SEARCHED, "") if "found" in request.GET else ""
    if "found" in request.GET and not searched:
        return redirect("cases")
    scope = scope_of(request)
    chosen, after = _chosen(request.GET, scope), _uuid(request.GET.get("after", ""))
    if searched:
        page = case_search.search(scope, searched)
    elif chosen.is_of_team:
        page = case_list.listed_page(scope, chosen.filters, after)
    else:
        page = case_list.readable_page(scope, chosen.filters, today, after, chosen.sort)
    intake_actions.record_read(user, None, EventCode.LIST_SEARCHED if searched else EventCode.LIST_READ)
    context = {
        "rows": [in_words(row, scope, today) for row in page.rows],
        "searched": searched,
        "refused": page.refused,
        "next_page": chosen.link(after=page.next_after) if page.next_after else "",
        "first_page": chosen.link() if after and not page.begins_again else "",
        "begins_again": page.begins_again,
        "chosen": chosen,
        "chips": list(_chips(chosen, scope)),
        "columns": _columns(chosen, can_sort=page.is_short and not searched and not chosen.is_of_team),
        "is_too_long": not page.is_short,
        "most_sorted": case_list.MOST_SORTED,
        **_choice_of_author(chosen, scope, wants_all="authors" in request.GET),
        "reads_nothing": not scope.teams,
        "shielded": Intake.objects.filter(scope.shielded).count(),
        "is_professional": bool(scope.professional),
    }
    return render(request, "intakes/case_list.html", context)


def _keep_search(request: HttpRequest) -> HttpResponse:
    """Keep what was searched, or nothing any more, and lead to what is found."""
    typed = request.POST.get("reference", "")[: case_search.LONGEST_REFERENCE].strip()
    if not typed:
        request.session.pop(_SEARCHED, None)
        return redirect("cases")
    request.session[_SEARCHED] = typed
    return redirect(f"{reverse('cases')}?found")


def _chosen(query: QueryDict, scope: AccessScope) -> Chosen:
    """Return what a query string asks; an invalid value asks nothing."""
    state, urgency, author, sort, of = (
        query.get(name, "") for name in ("state", "urgency", "author", "sort", "of")
    )
    is_of_team = of == "team" and bool(scope.professional)
    filters = Filters(
        state if state in set(State) else None,
        next((level for level in Urgency if str(level.value) == urgency), None),
        int(author) if author.isdecimal() and author.isascii() and len(author) < 10 else None,
        is_mine=of == "mine" and bool(scope.professional),
        is_due=query.get("due") == "1",
    )
    if is_of_team:  # of these nobody may know how soon, nor a date
        return Chosen(replace(filters, urgency=None, is_due=False), is_of_team=True)
    return Chosen(filters, sort=sort if sort.removeprefix("-") in SORT_KEYS else "")


def _chips(chosen: Chosen, scope: AccessScope) -> Iterator[Chip]:
    """Yield the filters: whose cases, what is due, the levels, the states; and the author that was chosen."""
    filters, is_own = chosen.filters, not chosen.is_of_team

    def chip(label: str, value: Filters, other: Filters) -> Chip:
        is_on = value == filters
        return Chip(label, replace(chosen, filters=other if is_on else value).link(), is_on)

    if filters.is_mine or (is_own and scope.professional and (scope.reviewer or scope.named or scope.opened)):
        yield chip(_("Mine"), replace(filters, is_mine=True), replace(filters, is_mine=False))
    if scope.professional:
        others = Chosen(Filters(filters.state, author=filters.author), is_of_team=is_own)
        yield Chip(_("Of colleagues, closed to you"), others.link(), not is_own)
    if is_own:
        yield chip(_("Due or overdue"), replace(filters, is_due=True), replace(filters, is_due=False))
        for level in sorted(Urgency, reverse=True):
            yield chip(level.label, replace(filters, urgency=level), replace(filters, urgency=None))
    for state in State:
        yield chip(capfirst(state.label), replace(filters, state=state.value), replace(filters, state=None))
    if filters.author:
        for name in _names(_authors(scope).filter(user=filters.author)).values():
            yield Chip(name, replace(chosen, filters=replace(filters, author=None)).link(), is_on=True)


def _choice_of_author(chosen: Chosen, scope: AccessScope, *, wants_all: bool) -> dict[str, object]:
    """Return a filter for each author of whom something can be in the list, or where to see them.

    To find out who they are takes longer than the list where a team has hundreds.
    """
    if chosen.filters.author:
        return {}
    link, authors = chosen.link(), _authors(scope)
    further = f"{link}{'&' if '?' in link else '?'}author"
    if not wants_all and authors[: _MOST_AUTHORS + 1].count() > _MOST_AUTHORS:
        return {"authors_link": f"{further}s"}
    chips = [Chip(name, f"{further}={pk}", is_on=False) for pk, name in _names(authors).items()]
    return {"author_chips": chips if len(chips) > 1 else [], "shows_authors": wants_all}


def _columns(chosen: Chosen, *, can_sort: bool) -> list[Column]:
    columns = []
    for name, label in _COLUMNS.items():
        if chosen.is_of_team and name not in _COLUMNS_OF_TEAM:
            continue
        is_first, is_turned = chosen.sort == name, chosen.sort == f"-{name}"
        is_down = is_turned is not (name in _DESCENDING_FIRST)
        direction = "descending" if is_down else "ascending"
        following = f"-{name}" if is_first else name
        link = replace(chosen, sort=following).link() if can_sort and name in SORT_KEYS else ""
        if chosen.is_of_team and name == "level":
            label = _OPENING
        columns.append(Column(name, str(label), link, direction if link and (is_first or is_turned) else ""))
    return columns


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _authors(scope: AccessScope) -> MembershipQuerySet:
    """Return the roles by which colleagues can have something in the list."""
    return Membership.objects.filter(team__in=scope.teams, role=Membership.Role.PROFESSIONAL)


def _names(roles: MembershipQuerySet) -> dict[int, str]:
    """Return by number the names of the people who have these roles now, in order."""
    by_name = roles.select_related("user").order_by("user__name", "user__username")
    return {role.user_id: str(role.user) for role in by_name.in_force()}
