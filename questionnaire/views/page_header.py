"""Build the top of a page: where one can go, and on a page of an intake where one is in its case.

A template that asks for neither costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.text import escape_controls
from questionnaire.domain.workflow import State
from questionnaire.models import AccessScope, Intake, Membership, User, may_see_cases, memberships_of
from questionnaire.queries.case_rows import standing_of
from questionnaire.queries.today import count_text, waiting_count
from questionnaire.requirements import ADMINISTRATION
from questionnaire.screen import client_mode
from questionnaire.screen.lock import is_locked
from questionnaire.views.first_level import level_words
from questionnaire.views.look import PageLook, page_look

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The session keys of the roles of who is signed in, and of their only team, None for more. A change of roles
#: ends the session. They decide only which links and which colours a page has, never a right.
_ROLES_KEY: Final = "roles"
_TEAM_KEY: Final = "only_team"

#: The tabs of an intake, in their order.
_TABS: Final[Mapping[str, StrPromise]] = {
    "conversation": _("Conversation"),
    "summary": _("Summary"),
    "follow-up": _("Follow-up"),
    "review": _("Review"),
    "case": _("Case"),
    "access": _("Access"),
}
#: Under which tab each page of an intake is, by its URL name.
_TAB_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("intake", "section", "incidents", "incident", "log_import"), "conversation"),
    **dict.fromkeys(("blank_log", "earlier", "pause", "stop", "answers"), "conversation"),
    **dict.fromkeys(("summary", "reasons", "edition", "texts", "pdf"), "summary"),
    **dict.fromkeys(("steps", "consultation", "breach", "plan", "plan_version"), "follow-up"),
    **dict.fromkeys(("review", "reassess", "signed", "submit", "answer", "withdraw", "correct"), "review"),
    **dict.fromkeys(("remark", "return", "sign_off"), "review"),
    **dict.fromkeys(("case", "unfinished"), "case"),
    **dict.fromkeys(("access", "looked", "shield", "hand_over"), "access"),
}
#: Of whom nothing waits, so that they begin with the events.
ONLY_AUDITOR: Final = {Membership.Role.AUDITOR}
_STEWARDS: Final = {Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER}
#: The pages that a client reads along with: the level is folded there, and what else waits is not said.
_WITH_THE_CLIENT: Final = frozenset(
    {
        *("section", "incidents", "incident", "log_import", "blank_log", "earlier", "pause", "stop"),
        *("plan", "plan_version"),
    }
)
#: The tabs from which a conversation can be paused and stopped.
_WITH_ENDS: Final = frozenset({"conversation", "summary", "follow-up"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the header. `current` is its `aria-current`, or "" for where one is not.

    `count` says how many rows wait behind it; "" for none, and where that is not said.
    """

    label: StrPromise
    url: str
    current: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """What the header of a case says: `next_date` is "" when there is none.

    `is_level_folded` on pages that a client reads along with. `can_end` when this conversation can be paused
    and stopped from here.
    """

    intake: Intake
    level: StrPromise | str
    level_code: str
    state: str
    next_date: str
    overdue: str
    tabs: tuple[Link, ...]
    is_level_folded: bool
    can_end: bool

    @property
    def reference(self) -> str:
        """The reference of the case, as a page may show it."""
        return escape_controls(self.intake.case.reference)


def context_processor(request: HttpRequest) -> dict[str, Any]:
    """Add to templates the places of the bar, and the header of the case that the page is about.

    Whoever sees the page of a locked screen, or of one that is turned to the client, gets neither.
    """
    # An error before anybody signed in, such as a host that is not ours, has no user.
    user = getattr(request, "user", None)
    if not isinstance(user, User) or is_locked(request):
        return {}
    if client_mode.is_on(request):
        return {"is_turned": True}
    return {
        "main_pages": SimpleLazyObject(partial(_places, request, user)),
        "roles": SimpleLazyObject(partial(roles_of, request, user)),
        "sees_cases": SimpleLazyObject(lambda: may_see_cases(roles_of(request, user))),
        "case_header": SimpleLazyObject(partial(_case_header, request)),
        "printed_reference": SimpleLazyObject(partial(_printed_reference, request)),
        "look": SimpleLazyObject(partial(_look, request, user)),
    }


def _look(request: HttpRequest, user: User) -> PageLook:
    """Return the look of the team of the case, or else of the only team of this person.

    Who is in more teams has that of all teams on pages of no case.
    """
    intake: Intake | None = getattr(request, "intake", None) if _scope(request) else None
    team = intake.team_id if intake else _of_memberships(request, user, _TEAM_KEY)
    return page_look(team, _url_name(request))


def _printed_reference(request: HttpRequest) -> str:
    """Return the attribute of a page that gives each printed sheet the reference of its case, or ""."""
    intake: Intake | None = getattr(request, "intake", None)
    if intake is None or _scope(request) is None:
        return ""
    return format_html(' data-reference="{}"', escape_controls(intake.case.reference))


def roles_of(request: HttpRequest, user: User) -> frozenset[str]:
    """Return the roles by which pages are offered, in whatever team; they give no right."""
    return frozenset(_of_memberships(request, user, _ROLES_KEY))


def _of_memberships(request: HttpRequest, user: User, key: str) -> Any:
    """Return what the session has by one of the two keys, by one query for both."""
    if key not in request.session:
        rows = memberships_of(user)
        teams = {row.team_id for row in rows}
        request.session[_ROLES_KEY] = sorted({row.role for row in rows})
        request.session[_TEAM_KEY] = teams.pop() if len(teams) == 1 else None
    return request.session[key]


def _places(request: HttpRequest, user: User) -> tuple[Link, ...]:
    """Return where this person can go from every page."""
    roles, here = roles_of(request, user), _url_name(request)
    is_about_case = getattr(request, "intake", None) is not None
    places = [] if roles == ONLY_AUDITOR else [("today", _("Today"))]
    if may_see_cases(roles):
        places.append(("cases", _("Cases")))
    if Membership.Role.MANAGER in roles:
        places.append(("numbers", _("Team")))
    if Membership.Role.AUDITOR in roles:
        places.append(("events", _("Who did what")))
    if roles & _STEWARDS:
        places.append(("administration", _("Administration")))
    current = {here: "page"} | ({"cases": "true"} if is_about_case else {})
    if here in ADMINISTRATION and here != "administration":
        current["administration"] = "true"
    count = 0 if here in _WITH_THE_CLIENT else waiting_count(user, dates.today(), _scope(request))
    counts = {"today": count_text(count) if count else ""}
    return tuple(
        Link(label, reverse(name), current.get(name, ""), counts.get(name, "")) for name, label in places
    )


def _scope(request: HttpRequest) -> AccessScope | None:
    """Return what this person may see, where the permission table found that out already.

    A post of somebody else that is kept for them is checked with their rights, which are not those of whoever
    gets the page.
    """
    scope: AccessScope | None = getattr(request, "scope", None)
    return scope if scope and scope.user_id == request.user.pk else None


def _case_header(request: HttpRequest) -> CaseHeader | None:
    """Return the header of the intake that this person may read; None on every other page."""
    intake: Intake | None = getattr(request, "intake", None)
    scope = _scope(request)
    if intake is None or scope is None:
        return None
    # Of the whole case, as on the first page and in the list of cases.
    name, due = _url_name(request), standing_of(scope, intake).next_due
    level, level_code = level_words(intake, Urgency(intake.urgency))
    can_write = scope.can_write(intake)
    return CaseHeader(
        intake,
        level,
        level_code,
        State(intake.state).label,
        next_date=labels.short_date(due) if due else "",
        overdue=dates.overdue_text(due, dates.today()) if due else "",
        tabs=tuple(_tabs(intake, name, can_write=can_write)),
        is_level_folded=name in _WITH_THE_CLIENT,
        can_end=can_write and intake.is_open and _TAB_OF.get(name) in _WITH_ENDS,
    )


def _tabs(intake: Intake, here: str, *, can_write: bool) -> Iterable[Link]:
    pages = {
        "conversation": "intake" if can_write and intake.is_open else "answers",
        "summary": "summary",
        **({"follow-up": "steps"} if can_write else {}),
        "review": "review",
        "case": "case",
        "access": "access",
    }
    # Of a closed conversation, what was taken out is of its follow-up alone.
    current_tab = "follow-up" if here == "earlier" and not intake.is_open else _TAB_OF.get(here)
    for tab, name in pages.items():
        is_here = current_tab == tab
        current = "page" if here == name else "true"
        yield Link(_TABS[tab], reverse(name, args=[intake.pk]), current if is_here else "")


def _url_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
