"""Write what is asked of each receiver, from what may be shown to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.domain.advice.complaint import complaint_date
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import format_date
from questionnaire.domain.text import escape_controls

_INJURY: Final = ("violence", "strangulation", "sexual_violence")


def request_lines(edition: str, visible: IntakeFile, question: str) -> Iterator[str]:
    """Yield what is asked, a line each. `question` is the professional's own, for whoever gives advice."""
    if edition == "advice":
        opening, *asked = question_for_advice(question)
        return iter((opening, *(f"- {each}" for each in asked)))
    return _REQUESTS.get(edition, _nothing)(visible)


def _nothing(visible: IntakeFile) -> Iterator[str]:
    return iter(())


def _is_raised(visible: IntakeFile, *items: str) -> bool:
    return any(visible.answers.codes[item] & ITEMS[item].raised_codes for item in items)


def question_for_advice(question: str) -> Iterator[str]:
    """Yield what the professional wants to know, or else what everyone who asks for advice does."""
    if question:
        yield escape_controls(question)
        return
    yield _("We ask Veilig Thuis for advice:")
    yield _("What do you see in this, and how urgent is it?")
    yield _("What can we do best now, and what can we better not do?")
    yield _("Is reporting necessary?")


def requests_to_the_police(visible: IntakeFile) -> Iterator[str]:
    """Yield what is asked of the police, each as a sentence without a subject: "a risk screening (SASH)"."""
    yield _("a risk screening (SASH)")
    yield _("a location agreement (AOL)")
    yield _("one fixed contact person for the client, with a telephone number")
    yield _("a check on weapons and on a licence for weapons")
    if "breached" in visible.answers.codes["orders"]:
        yield _("action on the breach of the order, and the number of the case")
    yield _("a formal report with a complaint, when the client wants that")
    if found := complaint_date(visible.answers, visible.incidents, visible.date):
        yield _("an answer: does the complaint have to be made before %(date)s?") % {
            "date": format_date(found.day)
        }


def _police(visible: IntakeFile) -> Iterator[str]:
    yield _("We ask the police for:")
    for request in requests_to_the_police(visible):
        yield f"- {request}" if request.endswith("?") else f"- {request};"


def _report(visible: IntakeFile) -> Iterator[str]:
    yield _("We ask Veilig Thuis to judge what is needed for safety, and to tell us who does what.")


def _general_practitioner(visible: IntakeFile) -> Iterator[str]:
    yield _("This person can be a patient of yours too. Do not tell this person anything about this letter.")
    yield _("Keep this out of a patient portal that someone else can look in.")
    yield _("We ask you:")
    if _is_raised(visible, *_INJURY):
        yield _(
            "- to examine the client for injury, also without visible injury, and to record what you find;"
        )
    if "recent" in visible.answers.codes["strangulation"]:
        yield _("- to do that today: the client was grabbed by the throat;")
    if _is_raised(visible, "client_suicidal"):
        yield _("- to talk with the client today: the client at times no longer wants to live;")
    yield _("- to record what the client tells you and what you see;")
    yield _("- to agree with us who does what.")


_REQUESTS: Final[Mapping[str, Callable[[IntakeFile], Iterator[str]]]] = {
    "police": _police,
    "report": _report,
    "gp": _general_practitioner,
}
