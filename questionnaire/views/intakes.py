"""One's own intakes: the list, and the start of a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from questionnaire import actions
from questionnaire.controls import dutch_date
from questionnaire.digests import item_digest
from questionnaire.documents import wording
from questionnaire.domain import dates
from questionnaire.domain.advice import in_order
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.conditions import Facts
from questionnaire.domain.follow_up import REASSESS, overdue
from questionnaire.domain.rules import DANGER_SIGN
from questionnaire.domain.urgency import Urgency
from questionnaire.events import Code
from questionnaire.intake_forms import StartForm
from questionnaire.merge import Submission
from questionnaire.models import Intake, Membership, Team, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.views.sections import with_language
from questionnaire.ways import EMERGENCY, PAGES

_ON_A_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day. `overdue` says how late it is, or is ""."""

    what: str
    day: str
    overdue: str


@dataclass(frozen=True, slots=True)
class Line:
    """One intake in the list."""

    intake: Intake
    urgency: Urgency
    police: Urgency
    danger_signs: tuple[str, ...]
    held: str
    due: tuple[Due, ...]


def intakes(request: HttpRequest) -> HttpResponse:
    """One's own intakes: first those where something is overdue, and among these the most urgent first."""
    user, today = user_of(request), dates.today()
    own = Intake.objects.visible_to(user).filter(author=user).prefetch_related("steps")
    is_overdue = Case(When(next_due__lt=today, then=True), default=False)
    ordered = own.order_by(
        is_overdue.desc(),
        *("-urgency", "-police_urgency", "-danger_signs", "next_due", "-changed_at", "pk"),
    )
    page = Paginator(ordered, _ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(intake, today) for intake in page]
    actions.record_read(user, None, Code.LIST_READ)
    may_start = teams_of(user, Membership.Role.PROFESSIONAL).exists()
    return render(request, "intakes/list.html", {"lines": lines, "page": page, "may_start": may_start})


def _line(intake: Intake, today: date) -> Line:
    signs = in_order(DANGER_SIGN.because(Facts(intake.answers.codes, 0)))
    return Line(
        intake,
        Urgency(intake.urgency),
        Urgency(intake.police_urgency),
        danger_signs=tuple(wording.label(sign.item) for sign in signs),
        held=dates.words(intake.on.isoformat()),
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
        yield planned[0].due, _("Next step: %(step)s") % {"step": wording.subject(planned[0].what)}
    if look_again := came.look_again_on(intake.reassess_on):
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
    intake = actions.start_intake(
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
    said = Submission({item: item_digest(intake.content, item)}, posted={}, answers={item: "no"})
    actions.save_section(user, intake, SECTION_OF[item].id, said)


def _start_in(language: str, request: HttpRequest, teams: Sequence[Team]) -> HttpResponse:
    """The same page in another language, with what was typed."""
    with override(language if language in dict(settings.LANGUAGES) else get_language()):
        form = StartForm(teams=teams, initial=request.POST.dict())
        return with_language(render(request, "intakes/start.html", {"form": form}), language)
