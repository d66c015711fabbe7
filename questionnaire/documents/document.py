"""Define a document: page one, and the sections after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from questionnaire.documents.blocks import AdvisedStep, Fact, Facts, FreeText, Section

#: Own words of more characters are set in smaller type.
_MAX_LARGE: Final = 180


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a free text that page one shows, and whether it continues further on."""

    text: FreeText
    continued: bool

    @property
    def size(self) -> str:
        """The size of its type: the client's own words are the largest text of the page."""
        return "large" if len(self.text) <= _MAX_LARGE else "medium"


@dataclass(frozen=True, slots=True)
class PageOne:
    """Page one: who is afraid of what, what happened last, and what must be done by whom.

    `consult` is whom to consult today because of the fear; `who` are the people and the last incident.
    Without `own_words` of the client, `no_own_words` names the state that this question is in. `drawing` is
    safe SVG of the incidents a month; None when these are too few, or there is no room for it. With
    `is_tight` it is set in smaller type, to stay on one page.
    """

    headline: str
    own_words: Excerpt | None
    no_own_words: str
    fear: Facts
    consult: str
    who: tuple[Fact, ...]
    urgency_code: str
    urgency: str
    danger_signs: tuple[str, ...]
    also_concerning: tuple[str, ...]
    own_concern: tuple[str, ...]
    steps: tuple[AdvisedStep, ...]
    holders: tuple[Fact, ...]
    pattern: str
    drawing: SafeString | None
    others: tuple[Fact, ...]
    open_questions: tuple[str, ...]
    is_tight: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One edition of a summary in one language. Titles name neither the client nor the subject.

    `header` says on every page which edition it is. `conversation` is its date and author, `state`
    whether it is a draft or signed off, and `emergency` the step that is shown above everything when
    there is danger now; once that it was done is recorded, `called` says so in its place. On paper it
    begins with its `first_page` if it has one, else with its first section, whose heading is that of the
    document. `unprintable` are the words in scripts that paper cannot show. When something of it cannot be
    read any more, `incomplete` says so above everything but the emergency.
    """

    language: str
    title: str
    reference: str
    state: str
    conversation: str
    version: str
    edition: str
    header: str
    is_handout: bool
    emergency: AdvisedStep | None
    first_page: PageOne | None
    sections: tuple[Section, ...]
    called: str = ""
    unprintable: tuple[str, ...] = ()
    incomplete: str = ""

    @property
    def has_page_one(self) -> bool:
        return self.first_page is not None

    @property
    def page_one(self) -> PageOne:
        """Page one; only the summary itself has it. Raise ValueError for another edition."""
        if self.first_page is None:
            raise ValueError("this edition has no page one")
        return self.first_page

    @property
    def running_head(self) -> str:
        """The text at the top of every page, beside its number."""
        return " · ".join(filter(None, (self.header, self.reference, self.conversation, self.state)))
