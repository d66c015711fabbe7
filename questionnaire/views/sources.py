"""Show what the questions and the advice rest on, and when each source was last seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from questionnaire.documents import labels
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.dates import format_date
from questionnaire.domain.organisation import OwnContact
from questionnaire.domain.references import REFERENCES, Reference
from questionnaire.models import Membership, User, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.organisation import own_contacts

_KINDS: Final = {
    "guide": _("Factsheet, brochure and victim support"),
    "law": _("Law and professional rules"),
    "organisation": _("Organisations"),
    "study": _("Research"),
    "own": _("Our own choices"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One source with what rests on it: the titles of advice and the names of questions."""

    reference: Reference
    checked_on: str
    advice: tuple[str, ...]
    questions: tuple[str, ...]


def sources(request: HttpRequest) -> HttpResponse:
    """Show every source by kind, and since when each number to call stands in the list."""
    context = {
        "groups": [(title, tuple(_entries(kind))) for kind, title in _KINDS.items()],
        "contacts": [(contact, format_date(contact.checked_on)) for contact in CONTACTS.values()],
        "own_contacts": _own_contacts(user_of(request)),
    }
    return render(request, "sources.html", context)


def _own_contacts(user: User) -> list[OwnContact]:
    """Return whom to call at the organisation, in the teams in which this person has any role."""
    language = get_language() or settings.LANGUAGE_CODE
    teams = {team.pk: team for role in Membership.Role for team in teams_of(user, role)}
    return list(dict.fromkeys(each for team in teams.values() for each in own_contacts(team, language)))


def _entries(kind: str) -> Iterator[Entry]:
    for reference in REFERENCES.values():
        if reference.kind == kind:
            yield Entry(
                reference,
                format_date(reference.checked_on) if reference.checked_on else "",
                tuple(
                    labels.advice_title(code)
                    for code, text in TEXTS.items()
                    if reference.id in text.references
                ),
                tuple(labels.label(item_id) for item_id in _questions_on(reference)),
            )


def _questions_on(reference: Reference) -> Iterator[str]:
    """Yield the questions whose reason names this study."""
    if reference.kind == "study":
        yield from (item.id for item in ITEMS.values() if str(reference.name) in str(item.why))
