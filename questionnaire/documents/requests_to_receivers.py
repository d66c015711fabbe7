"""Write what is asked of each receiver, from what may be shown to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.text import escape_controls

_INJURY: Final = ("violence", "strangulation", "sexual_violence")


def request_lines(edition: str, visible: IntakeFile, question: str) -> Iterator[str]:
    """Yield what is asked, a line each. `question` is the professional's own, for whoever gives advice."""
    if edition == "advice":
        return _advice(question)
    return _REQUESTS.get(edition, _nothing)(visible)


def _nothing(visible: IntakeFile) -> Iterator[str]:
    return iter(())


def _is_raised(visible: IntakeFile, *items: str) -> bool:
    return any(visible.answers.codes[item] & ITEMS[item].raised_codes for item in items)


def _advice(question: str) -> Iterator[str]:
    if question:
        yield escape_controls(question)
        return
    yield _("We ask Veilig Thuis for advice:")
    yield _("- What do you see in this, and how urgent is it?")
    yield _("- What can we do best now, and what can we better not do?")
    yield _("- Is reporting necessary?")


def _police(visible: IntakeFile) -> Iterator[str]:
    yield _("We ask the police:")
    yield _("- to do a risk screening (SASH);")
    yield _("- to make a location agreement (AOL);")
    yield _("- for one fixed contact person for the client;")
    if _is_raised(visible, "weapons"):
        yield _("- to look at weapons, and at a licence for them;")
    if "breached" in visible.answers.codes["orders"]:
        yield _("- to record every breach of the order;")
    yield _("- to take a formal report with a complaint, when the client wants that.")


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
