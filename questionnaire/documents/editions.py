"""The editions of one summary: for whom each is, what stands in it, and what is only in it when ticked.

An edition is a pure choice. What it leaves out is taken out before a document is made (`redaction`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

PRIVATE: Final = tuple(item.id for item in ITEMS.values() if item.private)
INTERNAL: Final = tuple(item.id for item in ITEMS.values() if item.internal)

#: What can be ticked besides questions.
RUNNING_NOTE: Final = "running_note"
OPEN_QUESTIONS: Final = "open_questions"


def _sections(names: str) -> tuple[str, ...]:
    return tuple(names.split())


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition.

    `never` and `on_tick` are items, or one of the names above. `free_text` is False where a text only stands
    there sentence by sentence. `plans` is False where no advice is explained and no outcome is told.
    `left_out` says in words what is not in it, and `caution` what to think of before it is made.
    """

    code: str
    name: StrPromise
    purpose: StrPromise
    left_out: StrPromise
    sections: tuple[str, ...] = _sections(
        "fear wishes steps pattern concerns others reporting_code support open_questions reassess own_view "
        "review limits"
    )
    caution: StrPromise | str = ""
    never: tuple[str, ...] = ()
    on_tick: tuple[str, ...] = ()
    free_text: bool = True
    plans: bool = True
    reference: bool = True


FULL: Final = Edition(
    "full",
    pgettext_lazy("edition", "Full"),
    _("For your own file."),
    _("Nothing is left out."),
)
TEXT: Final = Edition(
    "text",
    pgettext_lazy("edition", "Text"),
    _("To copy into your own file system, part by part."),
    _("Nothing is left out."),
)
POLICE: Final = Edition(
    "police",
    pgettext_lazy("edition", "Police"),
    _("To hand to the police."),
    _(
        "Your own view, plans and decisions are left out. "
        "So are safety data and the note of the conversation, unless you tick them."
    ),
    _sections("fear incidents urgency wishes pattern concerns others support advised open_questions limits"),
    never=INTERNAL,
    on_tick=(*PRIVATE, RUNNING_NOTE),
    plans=False,
)
ADVICE: Final = Edition(
    "advice",
    pgettext_lazy("edition", "Asking for advice"),
    _("To have at hand when you ask Veilig Thuis for advice, without the client's name."),
    _(
        "The reference, names and all free text are left out. So is safety data, unless you tick it. "
        "You can tick sentences one by one. First check each sentence for names."
    ),
    _sections(
        "fear urgency wishes pattern incidents concerns others weighing support advised open_questions limits"
    ),
    never=INTERNAL,
    on_tick=PRIVATE,
    free_text=False,
    plans=False,
    reference=False,
)
REPORT: Final = Edition(
    "report",
    pgettext_lazy("edition", "Report"),
    _("To report to Veilig Thuis."),
    _(
        "Your own view, plans and decisions are left out. So is what stands below, unless you tick it: "
        "safety data, evidence, contact with the police, wishes, consent, the note and open questions."
    ),
    _sections(
        "fear urgency wishes pattern incidents concerns others weighing support advised open_questions limits"
    ),
    caution=_(
        "Those involved may read a report, this person too. "
        "First agree with Veilig Thuis what this person may see."
    ),
    never=INTERNAL,
    on_tick=(
        *(*PRIVATE, "evidence_kept", "police_contact", "client_wishes", "consent_share"),
        *(RUNNING_NOTE, OPEN_QUESTIONS),
    ),
    plans=False,
)
CLIENT: Final = Edition(
    "client",
    pgettext_lazy("edition", "Client"),
    _("One page for the client to take home."),
    _("All that was said and written is left out. Numbers to call stand in it."),
    caution=_("Is it safe for the client to take paper home? Ask this first."),
    plans=False,
    reference=False,
)

EDITIONS: Final[Mapping[str, Edition]] = {
    edition.code: edition for edition in (FULL, POLICE, ADVICE, REPORT, CLIENT, TEXT)
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose for this one time.

    `ticked` are names of `on_tick`, `sentences` keys of sentences. `ground` is why it may be shared without
    consent. `agreed` is whether the client's page may say what was agreed, and not only numbers.
    """

    ticked: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()
    ground: str = ""
    agreed: bool = False


NOTHING_CHOSEN: Final = Chosen()


def needs_ground(edition: Edition, answers: Answers) -> bool:
    """Whether this edition goes to someone with whom the client did not consent to share."""
    shared = answers.get("consent_share")
    return edition is POLICE and not (isinstance(shared, tuple) and "police" in shared)


def hidden(edition: Edition, ticked: Collection[str]) -> frozenset[str]:
    """The items that the edition does not show."""
    return frozenset((*edition.never, *(name for name in edition.on_tick if name not in ticked)))
