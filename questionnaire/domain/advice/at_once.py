"""Say in one line, beside a severe answer, what to do about that answer.

The client reads along: a line names what to do, and never says that an answer is dangerous. It adds to the
advice of the summary and takes nothing from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.contacts import CONTACTS, Contact

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What to do about some answers to one item, and whom to call. A grid's codes are "row=column"."""

    item: str
    codes: frozenset[str]
    words: StrPromise
    contact_id: str = ""

    @property
    def contact(self) -> Contact | None:
        return CONTACTS.get(self.contact_id)


def _line(item: str, codes: str, words: StrPromise, contact: str = "") -> AtOnce:
    return AtOnce(item, frozenset(codes.split()), words, contact)


_CONSULT_POLICE: Final = _("Consult the police before the client leaves.")
_WORD_FOR_WORD: Final = _("Write it down word for word. Consult the police before the client leaves.")
_EARLIER_COUNTS: Final = _("This counts, also when it was long ago. Consult the police.")

_LINES: Final = (
    _line(
        "danger_now", "now", _("Stop the questions and call. Say where the client is."), "police_emergency"
    ),
    _line("danger_now", "soon", _CONSULT_POLICE, "police"),
    _line(
        "behaviour_elsewhere",
        "follow=daily follow=weekly lie_in_wait=daily lie_in_wait=weekly",
        _CONSULT_POLICE,
        "police",
    ),
    _line(
        "behaviour_online",
        "threaten_images=once threaten_images=sometimes threaten_images=weekly threaten_images=daily",
        _("Do not pay and send no new images. Delete nothing. Call the police."),
        "police",
    ),
    _line(
        "behaviour_online",
        "tracking=once tracking=sometimes tracking=weekly tracking=daily",
        _("Change or remove nothing yet. Talk about it on a device that this person never had."),
    ),
    _line("escalation", "closer more_severe", _CONSULT_POLICE, "police"),
    _line("home_entry", "yes", _("Ask who has a key or a code. Consult the police."), "police"),
    _line("threats", "kill hurt sexual children others pet images self veiled", _WORD_FOR_WORD, "police"),
    _line(
        "violence",
        "client_recent",
        _("Have a doctor look, also without visible injury. Consult the police."),
        "police",
    ),
    _line("violence", "client_earlier others", _EARLIER_COUNTS, "police"),
    _line(
        "strangulation",
        "recent",
        _("Have a doctor look today, also without visible injury. Consult the police."),
        "police",
    ),
    _line("strangulation", "earlier", _EARLIER_COUNTS, "police"),
    _line(
        "sexual_violence",
        "recent",
        _("Call this centre together today: for care, and because traces fade."),
        "sexual_violence_centre",
    ),
    _line(
        "sexual_violence",
        "earlier",
        _("This centre also helps when it was longer ago. The client decides."),
        "sexual_violence_centre",
    ),
    _line("weapons", "has used", _("Consult the police before anyone makes a visit."), "police"),
    _line("orders", "breached", _("Report every breach to the police, each time."), "police"),
    _line("person_suicidal", "yes", _WORD_FOR_WORD, "police"),
    _line(
        "children_involved", "threatened", _("Call for advice today, and do the child check."), "veilig_thuis"
    ),
    _line(
        "client_suicidal",
        "yes",
        _("Stay with the client. Follow your crisis protocol."),
        "suicide_prevention",
    ),
    _line(
        "professional_concern",
        "urgent",
        _("Consult your attention officer (aandachtsfunctionaris) today."),
    ),
)

#: The lines of each item, the gravest first: only the first that fits is shown.
AT_ONCE: Final[Mapping[str, Sequence[AtOnce]]] = {
    item: tuple(lines) for item, lines in groupby(_LINES, key=lambda line: line.item)
}
