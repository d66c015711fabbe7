"""Build the handout for the client: numbers to call and what was agreed, and nothing of what was said.

Whoever finds it learns no more than that someone has numbers to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import safety_plan
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import REASSESS

_NUMBERS: Final = ("police_emergency", "police", "veilig_thuis", "victim_support", "suicide_prevention")


def sections(presenter: Presenter, *, agreed: bool, plan: bool) -> Iterator[Section]:
    """Return the sections of the handout: the fear is taken seriously first, and nothing is given away."""
    yield Section(
        "fear",
        _("What you feel counts"),
        (Paragraph(_("You told us how you feel. We take that seriously.")),),
    )
    yield Section("numbers", _("Whom you can call"), tuple(_numbers(presenter)))
    if agreed:
        yield Section("agreed", _("What we agreed"), tuple(_agreed(presenter)))
    if plan and presenter.plan:
        yield safety_plan.for_client(presenter)
    yield Section(
        "keep", _("This page"), (Paragraph(_("Keep this page only in a place that is safe for you.")),)
    )


def _numbers(presenter: Presenter) -> Iterator[Block]:
    yield Paragraph(
        _("Are you in danger now? Call %(number)s.") % {"number": CONTACTS["police_emergency"].number}
    )
    names = list(_NUMBERS[1:])
    if ITEMS["client_age"].raised_codes & presenter.intake.answers.codes["client_age"]:
        names.append("childrens_helpline")
    yield Facts(tuple(Fact("", str(CONTACTS[name].name), (CONTACTS[name].number,)) for name in names))


def _agreed(presenter: Presenter) -> Iterator[Block]:
    steps = tuple(
        Fact("", labels.advice_title(outcome.what), outcome.lines(free_text=False))
        for outcome in presenter.follow_up.planned()
        if outcome.what != REASSESS and outcome.what in {advice.code for advice in presenter.summary.advice}
    )
    if steps:
        yield Facts(steps)
    again = presenter.follow_up.look_again_on(presenter.summary.reassess_on)
    if again:
        yield Paragraph(_("We talk again on %(date)s.") % {"date": format_date(again)})
    yield Paragraph(_("Has something happened? Then call sooner."))
