"""Define what an organisation adds: its own contacts, words and texts. None replaces what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

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

#: A telephone number as people write it. Anything else beside it is for the note.
NUMBER: Final = re.compile(r"\+?\(?[0-9][0-9 ()/.-]{1,28}[0-9]")


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
    """What an organisation adds to a document in one language: contacts, and a text for the client's page.

    Its `name` is for documents that say who made them. The client's page never has it.
    """

    contacts: tuple[OwnContact, ...] = ()
    client_page: str = ""
    name: str = ""


NOTHING_ADDED: Final = Added()
