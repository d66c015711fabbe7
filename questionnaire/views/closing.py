"""The two ways to end: pause, to go on later, and stop, with support for the client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.answers import Absent
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.contacts import CONTACTS, Contact
from questionnaire.domain.routes import PAGES
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.text import shown
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.sidebar import saved_at

#: What the client decides, said back at the end.
_CHOSEN: Final = ("client_wishes", "consent_share", "safe_contact")
#: The numbers that everyone gets; what the advice names comes after these.
_ALWAYS: Final = ("police_emergency", "police", "veilig_thuis", "victim_support", "suicide_prevention")
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the client chose, in words; none when it was not discussed. `url` is where to ask it."""

    label: str
    words: tuple[str, ...]
    url: str


def pause(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is kept, where to find it again, and how to hide the screen meanwhile."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.PAUSE_READ)
    page = request.GET.get("page", "")
    context = {
        "intake": intake,
        "answered": len(intake.answers),
        "incidents": intake.incidents.count(),
        "saved": saved_at(intake),
        "back": reverse("section", args=[uuid, page if page in PAGES else SECTIONS[0].id]),
    }
    return render(request, "intakes/pause.html", context)


def stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The end of the conversation: what happens now, what the client chose, and whom to call."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.STOP_READ)
    summary = summarise(intake.answers, [incident.told for incident in intake.incidents.all()], intake.on)
    context = {
        "intake": intake,
        "steps": [labels.advice_title(advice.code) for advice in summary.advice[:_STEPS]],
        "reassess": dates.words(summary.reassess_on.isoformat()),
        "chosen": [_chosen(intake, item_id) for item_id in _CHOSEN],
        "contacts": contacts_of(summary),
    }
    return render(request, "intakes/stop.html", context)


def _chosen(intake: Intake, item_id: str) -> Chosen:
    item, value = ITEMS[item_id], intake.answers.get(item_id)
    url = f"{reverse('section', args=[intake.uuid, SECTION_OF[item_id].id])}#{item_id}"
    if item.kind == "text" and isinstance(value, str) and not isinstance(value, Absent):
        return Chosen(str(item.label), (shown(value),), url)
    return Chosen(str(item.label), () if value is None else labels.answer(item, value), url)


def contacts_of(summary: Summary) -> list[Contact]:
    """Whom this client can call: the numbers that everyone gets, and those that the advice names."""
    advised = [contact for advice in summary.advice for contact in advice.contacts]
    return [CONTACTS[contact_id] for contact_id in dict.fromkeys((*_ALWAYS, *advised))]
