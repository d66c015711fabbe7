"""The list of intakes, and the start of a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.engine import in_order
from questionnaire.domain.advice.rules import DANGER_SIGN
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.follow_up import REASSESS, overdue
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import EMERGENCY, PAGES
from questionnaire.domain.workflow import State
from questionnaire.forms.bindings import dutch_date
from questionnaire.forms.intakes import StartForm
from questionnaire.models import AccessScope, Intake, Membership, Team, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries import worklist
from questionnaire.views.sections import with_language


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day. `overdue` says how late it is, or is ""."""

    what: str
    day: str
    overdue: str


@dataclass(frozen=True, slots=True)
class Line:
    """One intake in the list whose content may be seen."""

    intake: Intake
    state: str
    urgency: Urgency
    police: Urgency
    danger_signs: tuple[str, ...]
    held: str
    writes: bool
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One intake in the list of which only this is told: its reference, state and author."""

    intake: Intake
    state: str


def intakes(request: HttpRequest) -> HttpResponse:
    """What someone sees, what is overdue first; what else is in their teams; and what they search."""
    user, today = user_of(request), dates.today()
    sight = AccessScope.of(user)
    typed = request.POST.get("reference", "") if request.method == "POST" else None
    of_team = request.GET.get("of") == "team" and bool(sight.professional)
    chosen = _chosen(request.GET)
    after = _uuid(request.GET.get("after", ""))
    if typed is not None:
        page = worklist.found(sight, typed)
    elif of_team:
        page = worklist.known(sight, chosen, after)
    else:
        page = worklist.seen(sight, chosen, today, after)
    intake_actions.record_read(user, None, Code.LIST_READ)
    context = {
        "lines": _lines(page, sight, today),
        "typed": typed,
        "next": _next(request.GET, page),
        "is_first": after is None,
        "of_team": of_team,
        "has_team": bool(sight.professional),
        "sees_none": not sight.professional | sight.reviewer,
        "chosen": chosen,
        "states": [(state.value, state.label) for state in State],
        "levels": [(level.value, level.label) for level in sorted(Urgency, reverse=True)],
        "authors": _authors(sight),
        "shielded": Intake.objects.filter(sight.shielded).count(),
        "may_start": bool(sight.professional),
        "roles": set(user.memberships.values_list("role", flat=True)),
    }
    return render(request, "intakes/list.html", context)


def _lines(page: worklist.Page, sight: AccessScope, today: date) -> list[Line | Row]:
    """What is told of each intake of a page: all when its content may be seen, else no more than a row."""
    return [
        _line(intake, sight, today) if intake.pk in page.seen else Row(intake, State(intake.state).label)
        for intake in page.intakes
    ]


def _chosen(given: QueryDict) -> worklist.Chosen:
    """What was chosen in the address; whatever is not one of the choices is no choice."""
    state, urgency, author = (given.get(name, "") for name in ("state", "urgency", "author"))
    return worklist.Chosen(
        state if state in set(State) else None,
        next((level for level in Urgency if str(level.value) == urgency), None),
        int(author) if author.isdecimal() and len(author) < 10 else None,
    )


def _next(given: QueryDict, page: worklist.Page) -> str:
    """The address of the next page, with what was chosen; "" when there is none."""
    if page.next_after is None:
        return ""
    query = given.copy()
    query["after"] = str(page.next_after)
    return f"?{query.urlencode()}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _authors(sight: AccessScope) -> list[User]:
    """The colleagues whose intakes can be in the list."""
    teams = sight.professional | sight.reviewer
    role = Membership.Role.PROFESSIONAL
    people = User.objects.filter(memberships__team__in=teams, memberships__role=role)
    return list(people.distinct().order_by("name", "username"))


def _line(intake: Intake, sight: AccessScope, today: date) -> Line:
    signs = in_order(DANGER_SIGN.because(Facts(intake.answers.codes, 0)))
    return Line(
        intake,
        State(intake.state).label,
        Urgency(intake.urgency),
        Urgency(intake.police_urgency),
        danger_signs=tuple(labels.label(sign.item) for sign in signs),
        held=dates.words(intake.on.isoformat()),
        writes=sight.writes(intake),
        due=tuple(
            Due(what, dates.words(day.isoformat()), overdue(day, today))
            for day, what in sorted(_to_do(intake), key=lambda pair: pair[0])
        ),
    )


def _to_do(intake: Intake) -> Iterator[tuple[date, str]]:
    """The first step that is planned, and looking again."""
    came = intake.follow_up
    planned = [outcome for outcome in came.planned() if outcome.what != REASSESS]
    if planned and planned[0].due:
        yield planned[0].due, _("Next step: %(step)s") % {"step": labels.subject(planned[0].what)}
    if look_again := came.look_again_on(intake.look_again_after):
        yield look_again, _("Look again")


def start(request: HttpRequest) -> HttpResponse:
    """What to know before the first question, and the few things an intake starts with."""
    user = user_of(request)
    teams = list(teams_of(user, Membership.Role.PROFESSIONAL).order_by("name"))
    today = dutch_date(dates.today().isoformat())
    initial = {"on": today, "language": get_language(), "key": uuid4()}
    if "_language" in request.POST:
        return _start_in(request.POST["_language"], request, teams)
    way = request.POST.get("_go", "")
    form = StartForm(_posted(request), teams=teams, initial=initial)
    if not form.is_valid():
        return render(request, "intakes/start.html", {"form": form})
    given = form.cleaned_data
    intake = intake_actions.start_intake(
        user, form.team, given["reference"], given["on"], given["language"], given["key"]
    )
    if way == EMERGENCY.id:
        _cannot_talk(user, intake)
    return redirect("section", uuid=intake.uuid, step=way if way in PAGES else SECTIONS[0].id)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was posted. Where talking is not safe nobody is kept up by a missing reference."""
    if request.method != "POST":
        return None
    posted = request.POST.copy()
    if posted.get("_go") == EMERGENCY.id and not posted.get("reference", "").strip():
        posted["reference"] = localtime().strftime("%Y-%m-%d %H.%M")
    return posted


def _cannot_talk(user: User, intake: Intake) -> None:
    """Write down what the professional answered by choosing the short route."""
    item = "safe_to_talk"
    said = Submission({item: item_fingerprint(intake.content, item)}, posted={}, answers={item: "no"})
    intake_actions.save_section(user, intake, SECTION_OF[item].id, said)


def _start_in(language: str, request: HttpRequest, teams: Sequence[Team]) -> HttpResponse:
    """The same page in another language, with what was typed."""
    with override(language if language in dict(settings.LANGUAGES) else get_language()):
        form = StartForm(teams=teams, initial=request.POST.dict())
        return with_language(render(request, "intakes/start.html", {"form": form}), language)
