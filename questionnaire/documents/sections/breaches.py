"""Build the register of breaches of an order: when each was reported, to whom, and what was answered."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Paragraph, Section, Table, table_for_paper
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.breaches import Breach


def breaches(presenter: Presenter, *, own_file: bool) -> Section:
    """Return the section with the breaches, those without an answer first; empty when there are none.

    In the own file it says what to do about a breach that nobody reported.
    """
    register = presenter.follow_up.breaches
    blocks: list[Block] = [_table(presenter, register)] if register else []
    if own_file and any(not breach.is_reported for breach in register):
        blocks.append(Paragraph(labels.advice_sentence("report_breaches")))
    return Section("breaches", _("Breaches of an order"), tuple(blocks))


def _table(presenter: Presenter, register: tuple[Breach, ...]) -> Table:
    head = (_("Day of the breach"), _("Order and what happened"), _("Reported"))
    table = Table(
        "breaches",
        _("Breaches, those without an answer first"),
        (*head, pgettext("report", "Number"), _("Answer")),
        tuple(_row(presenter, breach) for breach in register),
    )
    return table_for_paper(table) if presenter.paper else table


def _row(presenter: Presenter, breach: Breach) -> tuple[str, ...]:
    texts = (breach.order, breach.report_text(), breach.number, breach.answer_text())
    return (breach.happened_text(), *map(presenter.free_text, texts))
