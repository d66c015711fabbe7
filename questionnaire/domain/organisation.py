"""Define what an organisation adds: its own contacts, texts and terms. None takes away what is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.languages import LANGUAGES
from questionnaire.domain.organisation_look import LOOK_KINDS, entry_fault
from questionnaire.domain.terms import LATEST, Terms, is_no_term

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ATTENTION_OFFICER: Final = "attention_officer"
#: The kinds of contact, in the order in which they are shown.
CONTACT_KINDS: Final[Mapping[str, StrPromise]] = {
    ATTENTION_OFFICER: _("Attention officer"),
    "veilig_thuis_region": _("Veilig Thuis in your region"),
    "district_officer": _("District officer (wijkagent)"),
    "shelter": _("Shelter"),
    "safety_house": _("Safety House (Zorg- en Veiligheidshuis)"),
}
#: The kinds of text, each in both languages or in one.
WORD: Final = "attention_officer_word"
START_CARD: Final = "start_card"
CLIENT_PAGE: Final = "client_page"
TEXT_KINDS: Final = (WORD, START_CARD, CLIENT_PAGE)
#: The kind of the terms, of which there is one entry at most for a team, and one for all.
TERMS: Final = "terms"

#: A telephone number as people write it. Anything else beside it is for the note.
NUMBER: Final = re.compile(r"\+?\(?[0-9][0-9 ()/.-]{1,28}[0-9]")
#: How many characters each part of a contact, and each text, has at most.
MAX_CONTACT: Final = {"name": 80, "number": 30, "reachable": 80, "note": 200}
MAX_TEXT: Final = {WORD: 60, START_CARD: 600, CLIENT_PAGE: 600}
#: What a page that the client takes home does not say: whoever finds it reads it.
#: The police is not among them: its number is on that page anyway.
_TELLING: Final = (
    *("stalk", "belaag", "belaging", "bedreig", "geweld", "slachtoffer", "aangifte", "ex-partner"),
    *("harass", "violence", "victim", "threat"),
)


@dataclass(frozen=True, slots=True)
class OwnContact:
    """Whom to call at or near the organisation. `word` is its own word for this kind, if it has one."""

    kind: str
    name: str
    number: str
    reachable: str = ""
    note: str = ""
    word: str = ""

    @property
    def label(self) -> str:
        """Return what kind of contact it is, with the organisation's own word, in the active language."""
        label = str(CONTACT_KINDS[self.kind])
        return f"{label} ({self.word})" if self.word else label

    @property
    def dial(self) -> str:
        """Return the number, as a telephone dials it."""
        first = self.number.partition("/")[0]
        return "".join(char for char in first if char.isdigit() or char == "+")

    @property
    def beside(self) -> str:
        """Return when they can be reached, and the note, on one line."""
        return " · ".join(filter(None, (self.reachable, " ".join(self.note.split()))))


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text of the organisation, by language."""

    by_language: Mapping[str, str]

    def text(self, language: str) -> tuple[str, str]:
        """Return the text for this language, or else for another, and the language that it is in."""
        if own := self.by_language.get(language):
            return own, language
        return next(((text, other) for other, text in self.by_language.items() if text), ("", language))


NO_TEXT: Final = OwnText({})


@dataclass(frozen=True, slots=True)
class Added:
    """What an organisation adds to a document in one language.

    Contacts, a text for the client's page, and terms that are earlier than those of the program. Its `name`
    is for documents that say who made them. The client's page never has it.
    """

    contacts: tuple[OwnContact, ...] = ()
    client_page: str = ""
    name: str = ""
    terms: Terms = LATEST


NOTHING_ADDED: Final = Added()


class EntryFault(StrEnum):
    """Why what is stored of the organisation is not used. A log names it, and nothing of the content."""

    WRITTEN = "something else wrote it"
    KIND = "this version knows no such kind"
    SHAPE = "it has not the parts of its kind"
    EMPTY = "it has no words"
    LENGTH = "it is too long"
    NUMBER = "it has no telephone number"
    TELLING = "it tells what the client's page is about"
    TERM = "a term is out of bounds"
    LOOK = "a name or a colour cannot be used"


def fault_of(kind: str, content: object) -> EntryFault | None:
    """Return why this is not used, by the rules of this version; None for what is."""
    check = _CHECKS.get(kind)
    if check is None:
        return EntryFault.KIND
    return check(kind, content) if isinstance(content, dict) else EntryFault.SHAPE


def is_telling(text: str) -> bool:
    """Return whether a text gives away what a page at the client's home is about."""
    return any(word in text.casefold() for word in _TELLING)


def entry_subject(team: int | None, kind: str) -> str:
    """Return how an event names what a team, or all of them, have of this kind."""
    return f"{kind}, team {team}" if team else f"{kind}, all teams"


def _fault_of_contact(_kind: str, content: dict[str, Any]) -> EntryFault | None:
    if content.keys() != MAX_CONTACT.keys() or not _has_texts_alone(content):
        return EntryFault.SHAPE
    if any(len(content[part]) > most for part, most in MAX_CONTACT.items()):
        return EntryFault.LENGTH
    if not NUMBER.fullmatch(content["number"]):
        return EntryFault.NUMBER
    return None if content["name"].strip() else EntryFault.EMPTY


def _fault_of_text(kind: str, content: dict[str, Any]) -> EntryFault | None:
    if not content.keys() <= LANGUAGES.keys() or not _has_texts_alone(content):
        return EntryFault.SHAPE
    texts = content.values()
    if not any(text.strip() for text in texts):
        return EntryFault.EMPTY
    if any(len(text) > MAX_TEXT[kind] for text in texts):
        return EntryFault.LENGTH
    return EntryFault.TELLING if kind == CLIENT_PAGE and any(map(is_telling, texts)) else None


def _fault_of_terms(_kind: str, content: dict[str, Any]) -> EntryFault | None:
    if content.keys() != {"soon", "later"}:
        return EntryFault.SHAPE
    return EntryFault.TERM if is_no_term(**content) else None


def _fault_of_look(kind: str, content: dict[str, Any]) -> EntryFault | None:
    return EntryFault.LOOK if entry_fault(kind, content) else None


def _has_texts_alone(content: dict[str, Any]) -> bool:
    return all(isinstance(text, str) for text in content.values())


#: The rules of each kind.
_CHECKS: Final[Mapping[str, Callable[[str, dict[str, Any]], EntryFault | None]]] = {
    **dict.fromkeys(CONTACT_KINDS, _fault_of_contact),
    **dict.fromkeys(TEXT_KINDS, _fault_of_text),
    TERMS: _fault_of_terms,
    **dict.fromkeys(LOOK_KINDS, _fault_of_look),
}
