"""Build the handout for the client: numbers to call and what was agreed, and nothing of what was said.

Whoever finds it learns no more than that someone has numbers to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.documents import labels
from questionnaire.documents.blocks import BlankTable, Block, Fact, Facts, Paragraph, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import organisation, safety_plan
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import REASSESS

#: Whom to call, with what for. Whoever finds the page must not read in it what happened.
_NUMBERS: Final = {
    "police": gettext_lazy("to tell what happens, to ask what they can do, or to make a formal report"),
    "veilig_thuis": gettext_lazy(
        "for advice when home is not safe, day and night; you need not give your name"
    ),
    "victim_support": gettext_lazy("to be heard, and for help with the police, the law and money"),
    "suicide_prevention": gettext_lazy("to talk when you do not want to live any more"),
}
_CHILDRENS_HELPLINE: Final = gettext_lazy("to talk or chat, for children and young people")
_LOG_ROWS: Final = 8


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
    if presenter.added.client_page:
        yield organisation.for_client(presenter)
    yield Section("log", _("To write down yourself"), tuple(_log()))
    yield Section(
        "keep", _("This page"), (Paragraph(_("Keep this page only in a place that is safe for you.")),)
    )


def _numbers(presenter: Presenter) -> Iterator[Block]:
    yield Paragraph(
        _("Are you in danger now? Call %(number)s.") % {"number": CONTACTS["police_emergency"].number}
    )
    numbers = dict(_NUMBERS)
    if ITEMS["client_age"].raised_codes & presenter.intake.answers.codes["client_age"]:
        numbers["childrens_helpline"] = _CHILDRENS_HELPLINE
    yield Facts(
        tuple(
            Fact("", CONTACTS[name].name, (f"{CONTACTS[name].number}, {what_for}",))
            for name, what_for in numbers.items()
        )
    )
    yield Paragraph(_("The police have a brochure that can help you. Ask us where it is."))


def _log() -> Iterator[Block]:
    """Yield an empty log. It names nobody, and does not say what is kept in it."""
    yield Paragraph(_("Write it down at once, also what seems small. Keep messages and photos."))
    yield BlankTable((_("Date and time"), _("Where"), _("What happened, who saw it")), _LOG_ROWS)


def _agreed(presenter: Presenter) -> Iterator[Block]:
    """Yield what is planned for a day. A day that was not agreed would tell how urgent it is.

    A step stays on it that is advised no more: what goes and comes would tell of an answer.
    """
    planned = presenter.follow_up.planned()
    steps = tuple(
        Fact("", labels.advice_title(outcome.what), outcome.lines(free_text=False))
        for outcome in planned
        if outcome.what in TEXTS and outcome.what != REASSESS
    )
    again = next((outcome.due for outcome in planned if outcome.what == REASSESS), None)
    if steps:
        yield Facts(steps)
    if again:
        yield Paragraph(_("We talk again on %(date)s.") % {"date": format_date(again)})
    yield Paragraph(_("Has something happened? Then call sooner."))
