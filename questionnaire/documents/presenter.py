"""Present one intake for a document: its answers as facts, and its free text as far as it fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, FreeText, Remark
from questionnaire.documents.renderers import other_scripts
from questionnaire.domain.advice.open_questions import OpenQuestion, must_ask
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.organisation import NOTHING_ADDED, Added
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.domain.safety_plan import PlanVersion
from questionnaire.domain.summary import Summary
from questionnaire.domain.text import escape_controls

#: A page takes longer to lay out the more free text it has, so paper has no more characters of it than this.
MAX_FREE_TEXT_ON_PAPER: Final = 60_000

#: The two texts that have a place of their own: in a quotation, or on page one.
QUOTED: Final = ("fear_own_words", "client_wishes")

NO_FOLLOW_UP: Final = FollowUp()


class Presenter:
    """One intake as far as a document may show it, in the active language.

    `hidden` are the items that may not be named. Only with `shows_states` does it say that a question is
    open, who answered it, or that it is confidential. `over_time` is the case up to this intake, `holders`
    who holds it, `plan` the safety plan, if it may be shown at all, and `added` what the organisation adds.
    With `has_page_one` page one comes before the sections, which do not repeat it. Sections are built in the
    order in which they are read, so that the bound on free text cuts the end.
    """

    def __init__(
        self,
        intake: IntakeFile,
        summary: Summary,
        *,
        paper: bool,
        hidden: frozenset[str] = frozenset(),
        shows_states: bool = True,
        follow_up: FollowUp = NO_FOLLOW_UP,
        review: Review = NOT_REVIEWED,
        over_time: Sequence[TrendPoint] = (),
        holders: CaseHolders = NOBODY,
        plan: PlanVersion | None = None,
        added: Added = NOTHING_ADDED,
        has_page_one: bool = False,
    ) -> None:
        self.intake = intake
        self.summary = summary
        self.follow_up = follow_up
        self.review = review
        self.over_time = over_time
        self.holders = holders
        self.plan = plan
        self.added = added
        self.has_page_one = has_page_one
        self.paper = paper
        self.hidden = hidden
        self.shows_states = shows_states
        self.unprintable: list[str] = []
        self._characters_left = MAX_FREE_TEXT_ON_PAPER
        self._quotations = {item_id: self.free_text(intake.answers.text(item_id) or "") for item_id in QUOTED}

    @property
    def must_ask(self) -> list[OpenQuestion]:
        """The open questions that must still be asked."""
        return must_ask(self.summary.open_questions, self.intake.answers)

    def quotation(self, item_id: str) -> FreeText | None:
        """Return one of the two texts that have a place of their own, if it is there."""
        return self._quotations[item_id] or None

    def free_text(self, text: str) -> FreeText:
        """Return free text as it is shown; on paper no more than still fits, with a line at the cut."""
        if not self.paper:
            return FreeText(self.printable(text))
        if text and not self._characters_left:  # a megabyte may follow, of which nothing is shown
            return FreeText(self._cut())
        text = self.printable(text)
        fitting = text[: self._characters_left]
        self._characters_left -= len(fitting)
        if fitting == text:
            return FreeText(text)
        return FreeText(f"{fitting} {self._cut()}")

    def printable(self, text: str) -> str:
        """Return the text as it is shown; words that paper cannot show are noted, and counted on it."""

        def note(words: str) -> str:
            self.unprintable.append(words)
            return _character_count(words)

        text = escape_controls(text)
        on_paper = other_scripts.replace(text, note)
        return on_paper if self.paper else text

    def _cut(self) -> str:
        cut = _("Cut here: a PDF holds at most %(count)s characters of free text. The plain text has it all.")
        return f"[{cut % {'count': MAX_FREE_TEXT_ON_PAPER}}]"

    def answered(self, item_ids: Iterable[str]) -> list[str]:
        """Return those of the items that have an answer that may be shown."""
        return [item_id for item_id in item_ids if item_id not in self.hidden and self.is_answered(item_id)]

    def is_answered(self, item_id: str) -> bool:
        return self.intake.answers.state(item_id) == "answered"

    def facts(self, item_ids: Iterable[str], *, with_values: bool = True) -> list[Block]:
        """Return one block with those of the items that have something to show, or none."""
        visible = item_ids if self.shows_states else self.answered(item_ids)
        facts = (
            self.fact(item_id, with_values=with_values) for item_id in visible if item_id not in self.hidden
        )
        shown_facts = tuple(fact for fact in facts if fact.values or fact.marks or fact.remarks)
        return [Facts(shown_facts)] if shown_facts else []

    def fact(self, item_id: str, *, with_values: bool = True) -> Fact:
        """Return one question with what is known."""
        values = self.values(item_id) if with_values else ()
        # What was written beside a question without an answer is listed with the questions still to ask.
        remarks = self.remarks(item_id) if self.is_answered(item_id) else ()
        return Fact(item_id, labels.label(item_id), values, self.marks(item_id), remarks)

    def values(self, item_id: str) -> tuple[str, ...]:
        """Return an answer as text, or its absent state; nothing for a text that is quoted elsewhere."""
        if ITEMS[item_id].kind != "text" or not self.is_answered(item_id):
            return labels.answer(self.intake.answers, item_id)
        return () if item_id in QUOTED else (self.free_text(self.intake.answers.text(item_id) or ""),)

    def absence(self, item_id: str) -> str:
        """Return a question without an answer with the state that it is in."""
        return f"{labels.label(item_id)}: {labels.STATES[self.intake.answers.state(item_id)]}"

    def marks(self, item_id: str) -> tuple[str, ...]:
        """Return the source of an answer, and whether it is confidential or an own assessment."""
        item, source = ITEMS[item_id], self.intake.sources.get(item_id)
        if not self.shows_states:
            return ()
        marks = [str(labels.SOURCES[source])] if source else []
        if item.private:
            marks.append(_("confidential"))
        if item.internal:
            marks.append(_("own assessment"))
        return tuple(marks)

    def remarks(self, item_id: str) -> tuple[Remark, ...]:
        """Return what was written beside a question."""
        written = (
            (_("Note"), self.intake.notes.get(item_id)),
            (_("Reason"), self.intake.reasons.get(item_id)),
        )
        return tuple(Remark(label, self.free_text(text)) for label, text in written if text)

    def outcome(self, code: str) -> tuple[FreeText, ...]:
        """Return what was recorded of a piece of advice, or of a step of the reporting code."""
        outcome = self.follow_up.outcome(code)
        return tuple(map(self.free_text, outcome.lines())) if outcome else ()

    def has_remarks(self, item_id: str) -> bool:
        return item_id in self.intake.notes or item_id in self.intake.reasons

    def has_annotations(self, item_id: str) -> bool:
        """Return whether the answer has a source, a note or a reason."""
        return item_id in self.intake.sources or self.has_remarks(item_id)

    def rows_in(self, item_id: str, column: str) -> tuple[str, ...]:
        """Return the labels of the rows of a grid that have this column chosen."""
        cells = self.intake.answers.get(item_id)
        if not isinstance(cells, Mapping):
            return ()
        return tuple(labels.row(item_id, row) for row, cell in cells.items() if cell == column)


def _character_count(words: str) -> str:
    count = sum(not letter.isspace() for letter in words)
    text = ngettext("%(count)s character in another script", "%(count)s characters in another script", count)
    return f"[{text % {'count': count}}]"


def shorten(text: str, most: int) -> str:
    """Return the text, or its beginning up to a space; the ellipsis says that there is more."""
    text = escape_controls(text)
    if len(text) <= most:
        return text
    beginning = text[:most]
    return f"{beginning.rsplit(maxsplit=1)[0] if ' ' in beginning else beginning} …"
