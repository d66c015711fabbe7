"""Start an intake: what to know before the first question, and the few things that an intake starts with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.ids import row_id
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import item_fingerprint
from questionnaire.domain.merge import Submission
from questionnaire.domain.organisation import NO_TEXT, START_CARD, WORD
from questionnaire.domain.routes import EMERGENCY, PAGES
from questionnaire.domain.text import escape_controls
from questionnaire.forms.date_input import dutch_date
from questionnaire.forms.intakes import StartForm
from questionnaire.models import Intake, Membership, Team, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries import references
from questionnaire.queries.cases import first_year
from questionnaire.queries.organisation import own_texts
from questionnaire.queries.references import InUse
from questionnaire.views.feedback import done
from questionnaire.views.language_cookie import with_language_cookie


def start(request: HttpRequest) -> HttpResponse:
    """Show what to know first; a post starts the intake and leads to the first page of the chosen route."""
    user = user_of(request)
    teams = list(teams_of(user, Membership.Role.PROFESSIONAL).order_by("name"))
    if "_language" in request.POST:
        return _in_language(request.POST["_language"], request, teams)
    today = dutch_date(dates.today().isoformat())
    initial: dict[str, Any] = {"on": today, "language": get_language(), "key": uuid4()}
    if request.method != "POST" and len(teams) == 1:  # of several the person has to choose one first
        initial["reference"] = references.proposed(user, teams[0])
    form = StartForm(
        _posted(request),
        teams=teams,
        first_year=first_year,
        find_same=partial(_find_same, request, user),
        asks=request.POST.get("_go") != EMERGENCY.id,
        initial=initial,
    )
    if not form.is_valid():
        context = {"form": form, "own": _own(teams)}
        return render(request, "intakes/start.html", context)
    values = form.cleaned_data
    intake = intake_actions.start_intake(
        user, form.team, values["reference"], values["on"], values["language"], values["key"]
    )
    begun = _("The conversation has begun, with the reference %(reference)s.")
    done(request, begun % {"reference": escape_controls(values["reference"])})
    first_page = request.POST.get("_go", "")
    if first_page == EMERGENCY.id:
        _record_unsafe_to_talk(user, intake)
    return redirect("section", uuid=intake.uuid, step=first_page if first_page in PAGES else SECTIONS[0].id)


def _find_same(request: HttpRequest, user: User, team: Team, reference: str) -> InUse | None:
    """Return the case that has this reference, other than what this very page started."""
    key = request.POST.get("key", "")
    try:
        started = row_id(user, UUID(key), "intake")
    except ValueError:
        started = uuid4()
    return references.in_use(user, team, reference, but=started)


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
        context = {"form": form, "own": _own(teams), "is_unsent": True}
        return with_language_cookie(render(request, "intakes/start.html", context), language)


def _own(teams: Sequence[Team]) -> list[tuple[Team, str, tuple[str, str]]]:
    """Return by team its own word for an attention officer, and its text for this page with the language."""
    language, found = get_language() or settings.LANGUAGE_CODE, []
    for team in teams:
        texts = own_texts(team)
        word, text = texts.get(WORD, NO_TEXT), texts.get(START_CARD, NO_TEXT)
        if word.by_language or text.by_language:
            found.append((team, word.text(language)[0], text.text(language)))
    return found
