"""Start an intake: what to know before the first question, and the few things that an intake starts with."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import get_language, override

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import EMERGENCY, PAGES
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.intakes import StartForm
from questionnaire.models import Intake, Membership, Team, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.cases import first_year
from questionnaire.views.language_cookie import with_language_cookie


def start(request: HttpRequest) -> HttpResponse:
    """Show what to know first; a post starts the intake and leads to the first page of the chosen route."""
    user = user_of(request)
    teams = list(teams_of(user, Membership.Role.PROFESSIONAL).order_by("name"))
    if "_language" in request.POST:
        return _in_language(request.POST["_language"], request, teams)
    today = dutch_date(dates.today().isoformat())
    initial = {"on": today, "language": get_language(), "key": uuid4()}
    form = StartForm(_posted(request), teams=teams, first_year=first_year, initial=initial)
    if not form.is_valid():
        return render(request, "intakes/start.html", {"form": form})
    values = form.cleaned_data
    intake = intake_actions.start_intake(
        user, form.team, values["reference"], values["on"], values["language"], values["key"]
    )
    first_page = request.POST.get("_go", "")
    if first_page == EMERGENCY.id:
        _record_unsafe_to_talk(user, intake)
    return redirect("section", uuid=intake.uuid, step=first_page if first_page in PAGES else SECTIONS[0].id)


def _posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted; on the emergency route without a reference, with the time as one."""
    if request.method != "POST":
        return None
    posted = request.POST.copy()
    if posted.get("_go") == EMERGENCY.id and not posted.get("reference", "").strip():
        posted["reference"] = localtime().strftime("%Y-%m-%d %H.%M")
    return posted


def _record_unsafe_to_talk(user: User, intake: Intake) -> None:
    """Save what the professional answered by choosing the emergency route."""
    item = "safe_to_talk"
    base = {item: item_fingerprint(intake.content, item)}
    submission = Submission(base, posted={}, answers={item: "no"})
    intake_actions.save_section(user, intake, SECTION_OF[item].id, submission)


def _in_language(language: str, request: HttpRequest, teams: Sequence[Team]) -> HttpResponse:
    """Return the same page in another language, with what was typed."""
    with override(language if language in dict(settings.LANGUAGES) else get_language()):
        form = StartForm(teams=teams, initial=request.POST.dict())
        return with_language_cookie(render(request, "intakes/start.html", {"form": form}), language)
