"""What a document tells of one intake: its answers as facts, its free text, and how much of it fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Remark, Words
from questionnaire.documents.editions import OPEN_QUESTIONS
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import Point
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.items import NOT_REACHED
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.domain.summary import Summary
from questionnaire.domain.text import shown

#: A page takes longer the more free text it has, so paper holds no more characters of it than this.
MOST_ON_PAPER: Final = 60_000

#: The two texts that have a place of their own: they stand in a quotation, or on page one.
QUOTED: Final = ("fear_own_words", "client_wishes")

NO_FOLLOW_UP: Final = FollowUp()

#: Scripts that the font of the paper does not have; words of them with the spaces between.
_OTHER_SCRIPT: Final = re.compile(
    r"[{0}]+(?:\s+[{0}]+)*".format(
        "\u0530-\u1cff\u2c60-\ud7ff\ue000-\ufaff\ufb13-\ufdff\ufe70-\ufefc"
        "\U00010000-\U0001efff\U00020000-\U0003ffff"
    )
)


class Presenter:
    """One intake as far as a document may show it, in the active language.

    `hidden` are the items that may not be shown, `withheld` the advice that may not be named, `over_time` the
    case up to this intake. With `has_front` page one stands before the sections, which do not repeat it.
    Parts are written in the order in which they are read, so that a bound on free text cuts the end.
    """

    def __init__(
        self,
        intake: IntakeFile,
        summary: Summary,
        *,
        paper: bool,
        hidden: frozenset[str] = frozenset(),
        withheld: frozenset[str] = frozenset(),
        follow_up: FollowUp = NO_FOLLOW_UP,
        review: Review = NOT_REVIEWED,
        over_time: Sequence[Point] = (),
        has_front: bool = False,
    ) -> None:
        self.intake = intake
        self.summary = summary
        self.follow_up = follow_up
        self.review = review
        self.over_time = over_time
        self.has_front = has_front
        self.paper = paper
        self.hidden = hidden
        self.withheld = withheld
        self.unprintable = False
        self._left = MOST_ON_PAPER
        self._quoted = {item_id: self.free(intake.answers.text(item_id) or "") for item_id in QUOTED}

    @property
    def tells_open(self) -> bool:
        """Whether it may be told that a question is still open, and in which state."""
        return OPEN_QUESTIONS not in self.hidden

    def quoted(self, item_id: str) -> Words | None:
        """The words of one of the two texts that have a place of their own."""
        return self._quoted[item_id] or None

    def free(self, text: str) -> Words:
        """Free text as it is shown; on paper no more than still fits, with a line at the cut."""
        text = shown(text)
        if not self.paper:
            return Words(text)
        text, found = _OTHER_SCRIPT.subn(_counted, text)
        self.unprintable = self.unprintable or found > 0
        kept = text[: self._left]
        self._left -= len(kept)
        if kept == text:
            return Words(text)
        cut = _("Cut here: a PDF holds at most %(count)s characters of free text. The plain text has it all.")
        return Words(f"{kept} [{cut % {'count': MOST_ON_PAPER}}]")

    def answered(self, item_ids: Iterable[str]) -> list[str]:
        """Those of the items that have an answer that may be shown."""
        answers = self.intake.answers
        return [
            item_id
            for item_id in item_ids
            if item_id not in self.hidden and answers.state(item_id) == "answered"
        ]

    def facts(
        self, item_ids: Iterable[str], values: Callable[[str], tuple[str, ...]] | None = None
    ) -> list[Block]:
        """One block, or none when there is nothing to say."""
        shown_ids = item_ids if self.tells_open else self.answered(item_ids)
        shown_ids = (item_id for item_id in shown_ids if item_id not in self.hidden)
        facts = tuple(
            fact for item_id in shown_ids if (fact := self.fact(item_id, values)).values or fact.remarks
        )
        return [Facts(facts)] if facts else []

    def fact(self, item_id: str, values: Callable[[str], tuple[str, ...]] | None = None) -> Fact:
        """One question with what is known."""
        said = (values or self.values)(item_id)
        answered = self.intake.answers.state(item_id) == "answered"
        # What was written beside a question without an answer stands with the questions still to ask.
        remarks = self.remarks(item_id) if answered else ()
        return Fact(item_id, labels.label(item_id), said, self.marks(item_id), remarks)

    def values(self, item_id: str) -> tuple[str, ...]:
        """An answer in words, or its absent state."""
        value = self.intake.answers.get(item_id)
        if value is None:
            return (str(labels.STATES[NOT_REACHED]),)
        text = self.intake.answers.text(item_id) if ITEMS[item_id].kind == "text" else None
        if text is None:
            return labels.answer(ITEMS[item_id], value)
        return () if item_id in QUOTED else (self.free(text),)

    def state(self, item_id: str) -> str:
        """A question with its absent state."""
        return f"{labels.label(item_id)}: {labels.STATES[self.intake.answers.state(item_id)]}"

    def marks(self, item_id: str) -> tuple[str, ...]:
        """Who said it, and whether it is safety data or an own view."""
        item, source = ITEMS[item_id], self.intake.sources.get(item_id)
        marks = [str(labels.SOURCES[source])] if source else []
        if item.private:
            marks.append(_("safety data"))
        if item.internal:
            marks.append(_("own view"))
        return tuple(marks)

    def remarks(self, item_id: str) -> tuple[Remark, ...]:
        """What was written beside a question."""
        written = (
            (_("Note"), self.intake.notes.get(item_id)),
            (_("Reason"), self.intake.reasons.get(item_id)),
        )
        return tuple(Remark(name, self.free(text)) for name, text in written if text)

    def outcome(self, what: str) -> tuple[Words, ...]:
        """What came of an advice or of a step of the reporting code."""
        outcome = self.follow_up.outcome(what)
        return tuple(map(self.free, outcome.lines())) if outcome else ()

    def has_remarks(self, item_id: str) -> bool:
        return item_id in self.intake.notes or item_id in self.intake.reasons

    def has_more(self, item_id: str) -> bool:
        """Whether anything stands beside the answer."""
        return item_id in self.intake.sources or self.has_remarks(item_id)

    def rows_in(self, item_id: str, column: str) -> tuple[str, ...]:
        """The rows of a grid that stand in one column, by name."""
        cells = self.intake.answers.get(item_id)
        if not isinstance(cells, Mapping):
            return ()
        return tuple(labels.row(item_id, row) for row, cell in cells.items() if cell == column)


def _counted(match: re.Match[str]) -> str:
    count = sum(not letter.isspace() for letter in match[0])
    said = ngettext("%(count)s character in another script", "%(count)s characters in another script", count)
    return f"[{said % {'count': count}}]"


def shortened(text: str, most: int) -> str:
    """The text, or its beginning up to a space; the ellipsis says that there is more."""
    text = shown(text)
    if len(text) <= most:
        return text
    kept = text[:most]
    return f"{kept.rsplit(maxsplit=1)[0] if ' ' in kept else kept} …"
