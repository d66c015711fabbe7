"""The editions of a summary: for whom each is, what it shows, what it asks for, and what it leaves out.

An edition is pure data. What it leaves out is removed before a document is built (`redaction`).
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

    `left_out` says for readers what is not in it, and `caution` what to consider before it is made. `never`
    are items that it never shows; `on_tick` are items, or one of the names above, that it shows when ticked.
    """

    code: str
    name: StrPromise
    purpose: StrPromise
    left_out: StrPromise
    sections: tuple[str, ...] = _sections(
        "fear wishes steps case_holders safety_plan pattern breaches concerns others reporting_code support "
        "open_questions reassess own_view review statement_of_facts limits"
    )
    caution: StrPromise | str = ""
    never: tuple[str, ...] = ()
    on_tick: tuple[str, ...] = ()
    #: Whether it has all free text, and not only the sentences that are ticked.
    free_text: bool = True
    #: Whether it shows the own reference and the author.
    reference: bool = True
    #: Whether it is for the own file: nothing is redacted, and it has the outcomes, the review and the case.
    own_file: bool = True
    #: Whether it is the summary itself, which has page one, a page of its own, and JSON.
    is_summary: bool = False
    #: Whether it is plain text to copy, and no PDF is made of it.
    is_plain_text: bool = False
    #: Whether the client takes it home, which has to be safe; it has nothing of what was said or written.
    is_handout: bool = False
    #: The code in `consent_share` without which a ground for sharing must be written down; "" asks for none.
    consent: str = ""
    #: Whether someone must confirm that they considered who may read it.
    asks_confirmation: bool = False


FULL: Final = Edition(
    "full",
    pgettext_lazy("edition", "Full"),
    _("For your own file."),
    _("Nothing is left out."),
    is_summary=True,
)
TEXT: Final = Edition(
    "text",
    pgettext_lazy("edition", "Text"),
    _("To copy into your own file system, part by part."),
    _("Nothing is left out."),
    is_plain_text=True,
)
POLICE: Final = Edition(
    "police",
    pgettext_lazy("edition", "Police"),
    _("To hand to the police."),
    _(
        "Your own assessment, plans and decisions are left out. "
        "So are the note of the conversation and what is confidential, unless you tick them."
    ),
    _sections(
        "fear incidents breaches urgency wishes pattern concerns others support advised open_questions limits"
    ),
    never=INTERNAL,
    on_tick=(*PRIVATE, RUNNING_NOTE),
    own_file=False,
    consent="police",
)
ADVICE: Final = Edition(
    "advice",
    pgettext_lazy("edition", "Asking for advice"),
    _("To have at hand when you ask Veilig Thuis for advice, without the client's name."),
    _(
        "The reference, names and all free text are left out. So is what is confidential, unless you tick it."
        " You can tick sentences one by one. First check each sentence for names."
    ),
    _sections(
        "fear urgency wishes pattern incidents concerns others weighing support advised open_questions limits"
    ),
    never=INTERNAL,
    on_tick=PRIVATE,
    free_text=False,
    reference=False,
    own_file=False,
)
REPORT: Final = Edition(
    "report",
    pgettext_lazy("edition", "Report"),
    _("To report to Veilig Thuis."),
    _(
        "Your own assessment, plans and decisions are left out. So is what stands below, unless you tick it: "
        "what is confidential, evidence, contact with the police, wishes, consent, the note "
        "and open questions."
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
    own_file=False,
    asks_confirmation=True,
)
CLIENT: Final = Edition(
    "client",
    pgettext_lazy("edition", "Client"),
    _("One page for the client to take home."),
    _("All that was said and written is left out. Numbers to call stand in it."),
    caution=_("Is it safe for the client to take paper home? Ask this first."),
    reference=False,
    own_file=False,
    is_handout=True,
)

EDITIONS: Final[Mapping[str, Edition]] = {
    edition.code: edition for edition in (FULL, POLICE, ADVICE, REPORT, CLIENT, TEXT)
}


@dataclass(frozen=True, slots=True)
class EditionOptions:
    """What a person chose for one document.

    `ticked` are names of `on_tick`, `sentences` keys of sentences. `ground` is why it may be shared without
    consent. `agreed` is whether the client's handout may say what was agreed, and not only numbers, and
    `plan` whether it has the safety plan.
    """

    ticked: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()
    ground: str = ""
    agreed: bool = False
    plan: bool = False


NO_OPTIONS: Final = EditionOptions()


def needs_ground(edition: Edition, answers: Answers) -> bool:
    """Return whether this edition goes to someone with whom the client did not consent to share."""
    return bool(edition.consent) and edition.consent not in answers.codes["consent_share"]


def hidden_items(edition: Edition, ticked: Collection[str]) -> frozenset[str]:
    """Return the items that the edition does not show."""
    return frozenset((*edition.never, *(name for name in edition.on_tick if name not in ticked)))
