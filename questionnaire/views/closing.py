"""Show the two pages that close a conversation: pause, to go on later, and stop, with support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.documents.sections.advice import CALL_112, called_112
from questionnaire.domain import dates
from questionnaire.domain.advice.engine import Advice
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.contacts import CONTACTS, Contact
from questionnaire.domain.routes import PAGES
from questionnaire.domain.summary import Summary, summarise
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.organisation import own_contacts
from questionnaire.views.autosave import saved_at
from questionnaire.views.unfinished import unfinished_head

#: The URL names of these pages. A button leads there at once, whatever still has to be checked on its page.
CLOSING_PAGES: Final = frozenset({"pause", "stop"})
#: The choices of the client that are repeated at the end, as ids of items.
_CHOICES: Final = ("client_wishes", "consent_share", "safe_contact")
#: Whom every client can call; the contacts of the advice come after these.
_DEFAULT_CONTACTS: Final = (
    "police_emergency",
    "police",
    "veilig_thuis",
    "victim_support",
    "suicide_prevention",
)
_MAX_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class ClientChoice:
    """What the client chose; no answers when it was not discussed. `url` is where to ask it."""

    label: str
    answers: tuple[str, ...]
    url: str


def pause(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what is stored, where to find it again, and how to hide the screen meanwhile."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.PAUSE_READ)
    page = request.GET.get("page", "")
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user, intake),
        "answered": len(intake.answers),
        "incidents": intake.incidents.count(),
        "saved": saved_at(intake),
        "back": reverse("section", args=[uuid, page if page in PAGES else SECTIONS[0].id]),
    }
    return render(request, "intakes/pause.html", context)


def stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the end of the conversation: what happens now, what the client chose, and whom to call."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.STOP_READ)
    summary = summarise(intake.answers, intake.incident_log, intake.on)
    is_advised = any(advice.code == CALL_112 for advice in summary.advice)
    called = called_112(intake.follow_up) if is_advised else ""
    advised = [advice for advice in summary.advice if not (called and advice.code == CALL_112)]
    first = advised[:_MAX_STEPS]
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user, intake),
        "called": called,
        "steps": [labels.advice_title(advice.code) for advice in first],
        "for_everyone": not any(_is_for_this_client(advice, intake.answers) for advice in first),
        "reassess": dates.format_date(intake.look_again_on or intake.reassess_on),
        "look_again_on": intake.look_again_on,
        "choices": [_client_choice(intake, item_id) for item_id in _CHOICES],
        "contacts": _contacts(summary),
        "own_contacts": own_contacts(intake.team, get_language() or settings.LANGUAGE_CODE),
    }
    return render(request, "intakes/stop.html", context)


def _is_for_this_client(advice: Advice, answers: Answers) -> bool:
    """Return whether something that was said led to this advice or to its level."""
    return advice.urgency > Urgency.FOLLOW or any(reason.item in answers for reason in advice.because)


def _client_choice(intake: Intake, item_id: str) -> ClientChoice:
    answers = intake.answers
    url = f"{reverse('section', args=[intake.uuid, SECTION_OF[item_id].id])}#{item_id}"
    return ClientChoice(
        labels.label(item_id), labels.answer(answers, item_id) if item_id in answers else (), url
    )


def _contacts(summary: Summary) -> list[Contact]:
    """Return whom this client can call."""
    advised = [contact for advice in summary.advice for contact in advice.contacts]
    return [CONTACTS[contact_id] for contact_id in dict.fromkeys((*_DEFAULT_CONTACTS, *advised))]
