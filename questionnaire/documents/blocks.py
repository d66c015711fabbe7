"""What a document is made of: parts in one language, ready to be laid out, with nothing left to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_LONGEST_RUN: Final = 120
_SHORT: Final = 180
_LONG_RUN: Final = re.compile(rf"[^ \t\n]{{{_LONGEST_RUN}}}(?=[^ \t\n])")


class Words(str):
    """What a person wrote, letter for letter. In HTML it is escaped, and long runs may break.

    Laying out a run without a place to break takes time that grows with its square. The break opportunities
    add no characters to copied text.
    """

    __slots__ = ()

    def __html__(self) -> SafeString:
        runs = _LONG_RUN.sub(lambda match: f"{match[0]}\x00", self)
        return mark_safe(escape(runs).replace("\x00", "<wbr>"))  # noqa: S308  (escaped in the same line)  # nosec


@dataclass(frozen=True, slots=True)
class Remark:
    """Something written beside an answer: a note or a reason, under its name."""

    label: str
    words: Words


@dataclass(frozen=True, slots=True)
class Fact:
    """One question and what is known: several values for a list or grid, one for the rest.

    `marks` are short remarks of our own, such as who said it. `remarks` are what was written beside it.
    """

    item: str
    label: str
    values: tuple[str, ...]
    marks: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that led to an advice: the item, or "incidents", and the answer in words."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why an advice is given this urgently: the rule in words, and what would have to be taken back."""

    rule: str
    changes: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advised:
    """One step that is advised. `contacts` are names with numbers.

    `because` are the answers that led to it, each by name; `in_short` has the fear and the danger signs by
    group, as every edition names these at its beginning.
    """

    number: int
    code: str
    urgency_code: str
    urgency: str
    title: str
    text: str
    because: tuple[Reason, ...]
    in_short: tuple[str, ...]
    source: str
    decides: str
    contacts: tuple[str, ...]
    #: What came of it, when that was recorded; what people typed is in it.
    outcome: tuple[Words, ...] = ()
    why: Why | None = None

    @property
    def unsaid_contacts(self) -> tuple[str, ...]:
        """The contacts whose number the text does not name."""
        return tuple(contact for contact in self.contacts if contact.rpartition(": ")[2] not in self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more of our own."""

    template: ClassVar[str] = "documents/paragraph.html"
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """What someone wrote, at length, under a name."""

    template: ClassVar[str] = "documents/quotation.html"
    label: str
    words: Words


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section."""

    template: ClassVar[str] = "documents/subheading.html"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Questions with their answers."""

    template: ClassVar[str] = "documents/facts.html"
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """Questions whose answers are short and call for nothing, in one paragraph."""

    template: ClassVar[str] = "documents/rest.html"
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a head; the first cell of a row names the row."""

    template: ClassVar[str] = "documents/table.html"
    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def named_rows(self) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        """Each row as its name and its other cells, each under its head, without the empty ones."""
        for name, *cells in self.rows:
            named = zip(self.head[1:], cells, strict=True)
            yield name, tuple((head, cell) for head, cell in named if cell)


@dataclass(frozen=True, slots=True)
class Log(Table):
    """A table as lines of text, for paper: of sentences, as its columns are narrow and slow to lay out."""

    template: ClassVar[str] = "documents/log.html"


def on_paper(table: Table) -> Table:
    """The same as lines when it has more headers than other cells: such a table is hard to follow by ear."""
    headers, others = len(table.head) + len(table.rows), (len(table.head) - 1) * len(table.rows)
    if headers <= others:
        return table
    return Log(table.name, table.caption, table.head, table.rows)


@dataclass(frozen=True, slots=True)
class Steps:
    """Advice with room for its outcome."""

    template: ClassVar[str] = "documents/steps.html"
    steps: tuple[Advised, ...]


@dataclass(frozen=True, slots=True)
class NamedSteps(Steps):
    """Advice by name, level and reasons alone: for readers outside."""

    template: ClassVar[str] = "documents/named_steps.html"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with the table of the same numbers. `drawing` is safe SVG that carries its alternative.

    Plain text has the table, unless each thing that is counted is `told_after`.
    """

    template: ClassVar[str] = "documents/picture.html"
    drawing: SafeString
    table: Table
    told_after: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One step of the reporting code, and what came of it."""

    number: int
    title: str
    text: str
    outcome: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """The steps of the reporting code with room for by whom, when, and decided what."""

    template: ClassVar[str] = "documents/duties.html"
    steps: tuple[Duty, ...]


Block = Paragraph | Quotation | Subheading | Facts | Rest | Table | Steps | Duties | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document that can be copied by itself."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words that page one shows, and whether there is more of them further on."""

    words: Words
    continued: bool

    @property
    def size(self) -> str:
        """How large it can be set: the client's words are the largest text of the page."""
        return "large" if len(self.words) <= _SHORT else "medium"


@dataclass(frozen=True, slots=True)
class Front:
    """Page one: who is afraid of what, what happens, and what must be done by whom."""

    headline: str
    #: The client's own words, or None; then `no_words` says in which state that question is.
    words: Excerpt | None
    no_words: str
    fear: Facts
    wishes: Excerpt | None
    urgency_code: str
    urgency: str
    police: str
    danger_signs: tuple[str, ...]
    steps: tuple[Advised, ...]
    pattern: str
    #: Safe HTML with the incidents a month; None for too few of them, or too little room beside the words.
    drawing: SafeString | None
    others: tuple[Fact, ...]
    open_questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One edition of a summary in one language. Titles name neither the client nor the subject.

    The heading of the first section is that of the document: the fear comes first.
    """

    language: str
    title: str
    reference: str
    state: str
    held: str
    version: str
    edition: str
    #: The line that stands above everything when there is danger now, else None.
    emergency: Advised | None
    front: Front
    sections: tuple[Section, ...]

    @property
    def running(self) -> str:
        """What stands at the head of every page, beside its number."""
        return " · ".join(said for said in (self.reference, self.held, self.state) if said)

    @property
    def has_page_one(self) -> bool:
        """Whether paper begins with page one; other editions begin with their first section."""
        return self.edition == "full"

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)
