"""Build the section with the open questions, by their absent state and the advice that they could add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_MAX_TITLES: Final = 2


def open_questions(presenter: Presenter) -> Section:
    """Return the section with every open question: first what must be asked, each under its state."""
    must_ask = presenter.must_ask
    others = [question for question in presenter.summary.open_questions if not question.must_ask]
    blocks = [*_by_state(presenter, must_ask), *_by_state(presenter, others)]
    if blocks:
        blocks.insert(0, Paragraph(_("After the arrow: the advice that an answer can add or raise.")))
    else:
        blocks.append(Paragraph(_("Every question has an answer.")))
    return Section("open_questions", _("Still to ask"), tuple(blocks))


def _by_state(presenter: Presenter, questions: Sequence[OpenQuestion]) -> Iterator[Block]:
    for state in (NOT_REACHED, *ABSENT_CODES):
        if those := [question for question in questions if question.state == state]:
            heading = str(labels.STATES[state])
            if those[0].must_ask:
                heading = _("Be sure to ask still: %(state)s") % {"state": heading.lower()}
            yield Subheading(heading)
            yield Facts((_grouped if presenter.paper else _one_by_one)(presenter, those))


def _one_by_one(presenter: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    facts = [_fact(presenter, question) for question in questions if _has_details(presenter, question)]
    return (*facts, *_without_details(presenter, questions))


def _grouped(presenter: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    """Return the questions with details, those with the same first advice and nothing more as one fact."""
    facts = []
    detailed = [question for question in questions if _has_details(presenter, question)]
    for could_add, those in groupby(detailed, key=lambda question: question.could_add[:1]):
        group = list(those)
        alone = [question for question in group if question.rows or presenter.has_remarks(question.item)]
        facts += [_fact(presenter, question) for question in alone]
        if names := tuple(labels.label(question.item) for question in group if question not in alone):
            facts.append(Fact("", f"→ {_titles(could_add)}", names))
    return (*facts, *_without_details(presenter, questions))


def _without_details(presenter: Presenter, questions: Sequence[OpenQuestion]) -> tuple[Fact, ...]:
    names = tuple(
        labels.label(question.item) for question in questions if not _has_details(presenter, question)
    )
    if names and questions[0].must_ask:  # it is never said of these that they make no difference
        return (Fact("", _("Ask these too"), names),)
    return (Fact("", _("Does not change the advice now"), names),) if names else ()


def _has_details(presenter: Presenter, question: OpenQuestion) -> bool:
    return bool(question.could_add or question.rows or presenter.has_remarks(question.item))


def _fact(presenter: Presenter, question: OpenQuestion) -> Fact:
    item = ITEMS[question.item]
    values = []
    if question.rows:
        names = (labels.row(item.id, row.code) for row in item.rows if row.code in question.rows)
        values.append(labels.SEPARATOR.join(names))
    if question.could_add:
        values.append(f"→ {_titles(question.could_add)}")
    # Notes of an answered grid are shown with the grid.
    remarks = () if question.rows else presenter.remarks(question.item)
    return Fact(question.item, str(item.label), tuple(values), presenter.marks(question.item), remarks)


def _titles(codes: Sequence[str]) -> str:
    titles = [labels.advice_title(code) for code in codes[:_MAX_TITLES]]
    if more := len(codes) - len(titles):
        titles.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return "; ".join(titles)
