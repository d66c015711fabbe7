"""The editions of a summary: for whom each is, what it shows, what it asks for, and what it leaves out.

An edition is pure data. What it leaves out is removed before a document is built (`redaction`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

PRIVATE: Final = tuple(item.id for item in ITEMS.values() if item.private)
INTERNAL: Final = tuple(item.id for item in ITEMS.values() if item.internal)

#: What can be ticked besides questions: the note of the conversation, and which incidents the police know of.
RUNNING_NOTE: Final = "running_note"
REPORTED: Final = "incidents_reported"
#: The kinds of behaviour that tell where the client can be found, or who told; each has a tick of its own.
TELLING_ROWS: Final = (
    "behaviour_home.via_neighbours",
    "behaviour_elsewhere.via_others",
    "behaviour_online.account_access",
    "behaviour_online.tracking",
)
#: The questions that a report shows without a tick. All others it shows only when they are ticked.
_IN_A_REPORT: Final = frozenset({"relationship", "children_involved", *BEHAVIOUR})


def _sections(names: str) -> tuple[str, ...]:
    return tuple(names.split())


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition.

    `header` stands on every page, and names its file. `left_out` says for readers what is not in it, and
    `caution` what to consider before it is made. `never` are items that it never shows; `on_tick` are items,
    rows of a grid as "item.row", or the names above, that it shows when ticked.
    """

    code: str
    name: StrPromise
    header: StrPromise
    purpose: StrPromise
    left_out: StrPromise
    sections: tuple[str, ...] = _sections(
        "fear wishes steps organisation case_holders safety_plan pattern breaches concerns others "
        "reporting_code support open_questions reassess own_view review statement_of_facts limits"
    )
    caution: StrPromise | str = ""
    never: tuple[str, ...] = ()
    on_tick: tuple[str, ...] = ()
    #: Whether it has all free text, and not only the sentences that are ticked.
    free_text: bool = True
    #: Whether it shows the own reference, the author, the day of the conversation and whether it is a draft.
    reference: bool = True
    #: Whether it shows in which state a question is: open, answered by whom, confidential.
    shows_states: bool = True
    #: Whether it is for the own file: nothing is redacted, and it has the outcomes, the review and the case.
    own_file: bool = True
    #: Whether it is the summary itself, which has page one, a page of its own, and JSON.
    is_summary: bool = False
    #: Whether it is plain text to copy, and no PDF is made of it.
    is_plain_text: bool = False
    #: Whether the client takes it home, which has to be safe; it has nothing of what was said or written.
    is_handout: bool = False
    #: Whether it opens with a question of the professional.
    asks_question: bool = False
    #: The code in `consent_share` without which a ground for sharing must be written down; "" asks for none.
    consent: str = ""
    #: Whether someone must confirm that they considered who may read it.
    asks_confirmation: bool = False


FULL: Final = Edition(
    "full",
    pgettext_lazy("edition", "Full"),
    _("Own file - do not pass on"),
    _("For your own file."),
    _("Nothing is left out."),
    is_summary=True,
)
TEXT: Final = Edition(
    "text",
    pgettext_lazy("edition", "Text"),
    FULL.header,
    _("To copy into your own file system, part by part."),
    _("Nothing is left out."),
    is_plain_text=True,
)
POLICE: Final = Edition(
    "police",
    pgettext_lazy("edition", "Police"),
    _("Version for the police"),
    _("To hand to the police: what happened, and what you ask of them."),
    _(
        "Your own assessment, the advice, plans and decisions are left out. "
        "So are the note of the conversation and what is confidential, unless you tick them."
    ),
    _sections(
        "fear_for_others who by_hand urgency statement_of_facts breaches request not_known wishes "
        "pattern_and_picture others told support limits"
    ),
    never=INTERNAL,
    on_tick=(*PRIVATE, RUNNING_NOTE),
    own_file=False,
    consent="police",
)
ADVICE: Final = Edition(
    "advice",
    pgettext_lazy("edition", "Asking for advice"),
    _("Version for asking advice"),
    _("To read aloud when you ask Veilig Thuis for advice, without the client's name."),
    _(
        "The reference, the date, names and all free text are left out. "
        "So is what is confidential, unless you tick it. "
        "You can tick sentences one by one. First check each sentence for names."
    ),
    _sections("question fear_for_others who urgency brief_pattern others not_known told limits"),
    never=INTERNAL,
    on_tick=PRIVATE,
    free_text=False,
    reference=False,
    own_file=False,
    asks_question=True,
)
REPORT: Final = Edition(
    "report",
    pgettext_lazy("edition", "Report"),
    _("Version for a report"),
    _("To report to Veilig Thuis."),
    _(
        "In it are the relationship, the behaviour, when and where incidents were, the children, "
        "and what to weigh. The fear is one sentence, the same for everyone. "
        "All else is left out, and nothing shows that it was, unless you tick it here."
    ),
    _sections("fear_for_others who by_hand behaviour incidents others weighing told limits"),
    caution=_(
        "Those involved may read a report, this person too. "
        "First agree with Veilig Thuis what this person may see."
    ),
    never=INTERNAL,
    on_tick=(
        *(item for item in ITEMS if item not in _IN_A_REPORT and item not in INTERNAL),
        *TELLING_ROWS,
        REPORTED,
        RUNNING_NOTE,
    ),
    free_text=False,
    reference=False,
    shows_states=False,
    own_file=False,
    asks_confirmation=True,
)
CLIENT: Final = Edition(
    "client",
    pgettext_lazy("edition", "Client"),
    _("For yourself"),
    _("One page for the client to take home."),
    _(
        "All that was said and written is left out. In it are numbers to call, and lines to write on. "
        "What was agreed and the safety plan are in it when you choose these."
    ),
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
    consent, `question` what the professional wants to know. `agreed` is whether the client's handout may say
    what was agreed, and not only numbers, and `plan` whether it has the safety plan.
    """

    ticked: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()
    ground: str = ""
    question: str = ""
    agreed: bool = False
    plan: bool = False


NO_OPTIONS: Final = EditionOptions()


def needs_ground(edition: Edition, answers: Answers) -> bool:
    """Return whether this edition goes to someone with whom the client did not consent to share."""
    return bool(edition.consent) and edition.consent not in answers.codes["consent_share"]


def hidden_names(edition: Edition, ticked: Collection[str]) -> frozenset[str]:
    """Return what the edition does not show: items, rows of a grid, and the other names of `on_tick`.

    Where free text is ticked by the sentence, no text is hidden as a whole.
    """
    unticked = (name for name in edition.on_tick if name not in ticked)
    return frozenset(
        (*edition.never, *(name for name in unticked if edition.free_text or not _is_text(name)))
    )


def _is_text(name: str) -> bool:
    return name in ITEMS and ITEMS[name].kind == "text"


def file_name(edition: Edition, language: str, reference: str, day: date) -> str:
    """Return the name of its file without an ending: it says which edition it is, and nothing of the subject.

    The reference and the day are in it where the edition shows these.
    """
    about = (slugify(reference)[:60], day.isoformat()) if edition.reference else ()
    return "-".join(filter(None, ("SC", *about, slug(edition, language))))


def slug(edition: Edition, language: str) -> str:
    """Return which edition it is, as part of the name of a file."""
    with override(language):
        return slugify(str(edition.header))
