"""Still to ask: the open questions, the four absent states apart, by what an answer could add."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Section, Subheading
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.advice.open_questions import OpenQuestion
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED

_TITLES_NAMED: Final = 2


def open_questions(telling: Presenter) -> Section:
    """Every open question, under its state; on paper those with the same advice stand together."""
    blocks: list[Block] = []
    for state in (NOT_REACHED, *ABSENT_CODES):
        questions = [question for question in telling.summary.open_questions if question.state == state]
        if questions:
            facts = (_together if telling.paper else _one_by_one)(telling, questions)
            blocks += [Subheading(str(labels.STATES[state])), Facts(facts)]
    if blocks:
        blocks.insert(0, Paragraph(_("After the arrow: the advice that an answer can add or raise.")))
    else:
        blocks.append(Paragraph(_("Every question has an answer.")))
    return Section("open_questions", _("Still to ask"), tuple(blocks))


def _one_by_one(telling: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    adding = [_fact(telling, question) for question in questions if _says_more(telling, question)]
    return (*adding, *_bare(telling, questions))


def _together(telling: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    facts = []
    adding = [question for question in questions if _says_more(telling, question)]
    for could_add, those in groupby(adding, key=lambda question: question.could_add[:1]):
        group = list(those)
        alone = [question for question in group if question.rows or telling.has_remarks(question.item)]
        facts += [_fact(telling, question) for question in alone]
        if names := tuple(labels.label(question.item) for question in group if question not in alone):
            facts.append(Fact("", f"→ {_titles(could_add)}", names))
    return (*facts, *_bare(telling, questions))


def _bare(telling: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    """Those of which there is nothing to say, on one line."""
    names = tuple(labels.label(question.item) for question in questions if not _says_more(telling, question))
    return (Fact("", _("No advice hangs on"), names),) if names else ()


def _says_more(telling: Presenter, question: OpenQuestion) -> bool:
    return bool(question.could_add or question.rows or telling.has_remarks(question.item))


def _fact(telling: Presenter, question: OpenQuestion) -> Fact:
    item = ITEMS[question.item]
    values = []
    if question.rows:
        values.append(labels.BETWEEN.join(str(row.text) for row in item.rows if row.code in question.rows))
    if question.could_add:
        values.append(f"→ {_titles(question.could_add)}")
    # What stands beside an answered grid is already said with the grid.
    remarks = () if question.rows else telling.remarks(question.item)
    return Fact(question.item, str(item.label), tuple(values), telling.marks(question.item), remarks)


def _titles(codes: Sequence[str]) -> str:
    titles = [labels.advice_title(code) for code in codes[:_TITLES_NAMED]]
    if more := len(codes) - len(titles):
        titles.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return "; ".join(titles)
