"""The blocks of a document: texts in one language, with nothing left to decide for a renderer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_MAX_RUN: Final = 120
#: A page shows a table of more rows than this folded.
MAX_ROWS_SHOWN: Final = 8
_LONG_RUN: Final = re.compile(rf"[^ \t\n]{{{_MAX_RUN}}}(?=[^ \t\n])")


class FreeText(str):
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
    """Something written beside an answer, such as a note or a reason, under a label."""

    label: str
    text: FreeText


@dataclass(frozen=True, slots=True)
class Fact:
    """One question and what is known: several values for a list or grid, one for the rest.

    `marks` are short remarks of our own, such as its source; `remarks` are what was written beside it.
    """

    item: str
    label: str
    values: tuple[str, ...]
    marks: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def stop(self) -> str:
        """The full stop after it in running text; "" where what it says ends a sentence itself."""
        is_ended = (
            not self.marks and bool(self.values) and self.values[-1].endswith((".", "!", "?", "\u2026"))
        )
        return "" if is_ended else "."


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that led to advice: the item, or "incidents", and the answer as text."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why advice has its level: the rule as text, and the answers without which it would be lower."""

    rule: str
    changes: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AdvisedStep:
    """One step that is advised. `contacts` are names with numbers.

    `because` are the answers that led to it, each by its label. `in_short` has the fear and the danger signs
    as groups, since every edition lists these at its beginning. `at_once` is what page one says of a step
    that cannot wait, else "". `outcome` is what was recorded of it so far, free text included.
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
    at_once: str = ""
    outcome: tuple[FreeText, ...] = ()
    explanation: Explanation | None = None

    @property
    def contacts_not_in_text(self) -> tuple[str, ...]:
        """The contacts whose number the text does not have."""
        return tuple(contact for contact in self.contacts if contact.rpartition(": ")[2] not in self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more of our own."""

    template: ClassVar[str] = "documents/paragraph.html"
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """What someone wrote, at length, under a label."""

    template: ClassVar[str] = "documents/quotation.html"
    label: str
    text: FreeText


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences that each stand by themselves, with what someone wrote in them."""

    template: ClassVar[str] = "documents/sentences.html"
    texts: tuple[FreeText, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Sentences that each have a box to tick by hand."""

    template: ClassVar[str] = "documents/boxes.html"
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to fill in by hand, each after its label."""

    template: ClassVar[str] = "documents/blanks.html"
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlankTable:
    """An empty table to fill in by hand, with so many rows."""

    template: ClassVar[str] = "documents/blank_table.html"
    head: tuple[str, ...]
    rows: int

    @property
    def empty_rows(self) -> range:
        """Something to count the rows by."""
        return range(self.rows)


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
    """Questions with short answers that need no line of their own, in one paragraph."""

    template: ClassVar[str] = "documents/rest.html"
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a head; the first cell of a row is its header."""

    template: ClassVar[str] = "documents/table.html"
    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_long(self) -> bool:
        """Return whether a page shows it folded."""
        return len(self.rows) > MAX_ROWS_SHOWN

    @property
    def named_rows(self) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        """Each row as its header and its other cells, each under its head, without the empty ones."""
        for name, *cells in self.rows:
            named = zip(self.head[1:], cells, strict=True)
            yield name, tuple((head, cell) for head, cell in named if cell)


@dataclass(frozen=True, slots=True)
class TableAsLines(Table):
    """A table as lines of text, for paper: columns of sentences are narrow and slow to lay out."""

    template: ClassVar[str] = "documents/log.html"


def table_for_paper(table: Table) -> Table:
    """Return the table, as lines when it has more headers than other cells: that is hard to follow by ear."""
    headers, others = len(table.head) + len(table.rows), (len(table.head) - 1) * len(table.rows)
    if headers <= others:
        return table
    return TableAsLines(table.name, table.caption, table.head, table.rows)


@dataclass(frozen=True, slots=True)
class Steps:
    """Advice with room for its outcome."""

    template: ClassVar[str] = "documents/steps.html"
    steps: tuple[AdvisedStep, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with the table of the same numbers. `drawing` is safe SVG with its alternative text.

    Plain text has the table, unless what is counted is `listed_below` one by one.
    """

    template: ClassVar[str] = "documents/picture.html"
    drawing: SafeString
    table: Table
    listed_below: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One step of the reporting code, and what was recorded of it so far."""

    number: int
    title: str
    text: str
    outcome: tuple[FreeText, ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """The steps of the reporting code with room for by whom, when, and what was decided."""

    template: ClassVar[str] = "documents/duties.html"
    steps: tuple[Duty, ...]


Block = (
    Paragraph
    | Quotation
    | Sentences
    | Boxes
    | Blanks
    | BlankTable
    | Subheading
    | Facts
    | Rest
    | Table
    | Steps
    | Duties
    | Picture
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document that can be copied by itself."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
