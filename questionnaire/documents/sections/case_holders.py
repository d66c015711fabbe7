"""Build the section about who holds the case, and what the client was told."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Fact, Facts, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.domain.case_holders import NOT_AGREED
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import PARTIES
from questionnaire.domain.items import choice_text


def holder_facts(presenter: Presenter) -> tuple[Fact, ...]:
    """Return each place with who holds it, or that it is not agreed yet."""
    return tuple(
        Fact("", label, (text if text == str(NOT_AGREED) else presenter.free_text(text),))
        for label, text in presenter.holders.labelled()
    )


def case_holders(presenter: Presenter) -> Section:
    """Return the section with who holds the case, and when the client was told of what was done."""
    facts = (*holder_facts(presenter), *_told(presenter))
    return Section("case_holders", _("Who holds the case"), (Facts(facts),))


def _told(presenter: Presenter) -> Iterator[Fact]:
    """Yield the last day on which the client was told something, and the steps without such a day."""
    if last := presenter.follow_up.last_told_on:
        yield Fact("", _("Client last told on"), (format_date(last),))
    if untold := tuple(_untold(presenter)):
        yield Fact("", _("No day written down on which the client was told of"), untold)


def _untold(presenter: Presenter) -> Iterator[str]:
    follow_up = presenter.follow_up
    yield from (labels.step_title(each.what) for each in follow_up.outcomes if not each.told_on)
    for consultation in follow_up.consultations:
        if not consultation.told_on:
            yield _("consultation: %(who)s") % {"who": choice_text(PARTIES, consultation.party)}
    if follow_up.decision and not follow_up.decision.told_on:
        yield _("The two decisions")
