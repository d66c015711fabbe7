"""Build the sections with what was said: the fear, the wishes, the concerns, others at risk, and support."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Quotation, Rest, Section, Subheading
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections.over_time import over_time
from questionnaire.documents.sections.page_one import FEAR_ITEMS, MAX_OWN_WORDS, OTHERS_ITEMS
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS, SECTION_OF

COURSE_ITEMS: Final = ("pattern_start", "last_incident", "contact_frequency")

_OWN_WORDS, _WISHES, _CONSENT = "fear_own_words", "client_wishes", "consent_share"
WISHES_ITEMS: Final = (_WISHES, _CONSENT)
SUPPORT_ITEMS: Final = (
    *(item.id for item in SECTION_OF["daily_life"].items),
    "police_contact",
    "other_help",
    "evidence_kept",
)
_ELSEWHERE: Final = frozenset(
    (
        *FEAR_ITEMS,
        _WISHES,
        _CONSENT,
        *OTHERS_ITEMS,
        *SUPPORT_ITEMS,
        *COURSE_ITEMS,
        *BEHAVIOUR,
        "professional_concern",
    )
)


def fear(presenter: Presenter) -> Section:
    """Return the section with the client's fear, in the own file the first one."""
    return Section("fear", presenter.summary.fear.opening, tuple(fear_blocks(presenter)))


def fear_blocks(presenter: Presenter) -> list[Block]:
    """Return what was said about the fear, the client's own words first."""
    own_words, blocks = presenter.quotation(_OWN_WORDS), list[Block]()
    if own_words:
        blocks.append(Quotation(labels.label(_OWN_WORDS), own_words))
    blocks += presenter.facts(item_id for item_id in FEAR_ITEMS if item_id != _OWN_WORDS or not own_words)
    if own_words and presenter.has_annotations(_OWN_WORDS):
        blocks += presenter.facts((_OWN_WORDS,))
    return [*blocks, *_over_time(presenter)]


def more_fear(presenter: Presenter) -> Section:
    """Return the section about the fear with what page one leaves out."""
    own_words, blocks = presenter.quotation(_OWN_WORDS), list[Block]()
    if own_words and len(own_words) > MAX_OWN_WORDS:
        blocks.append(Quotation(labels.label(_OWN_WORDS), own_words))
    blocks += presenter.facts(
        item_id for item_id in presenter.answered(FEAR_ITEMS) if presenter.has_remarks(item_id)
    )
    blocks += _over_time(presenter)
    return Section("fear", _("More about the fear"), tuple(blocks))


def _over_time(presenter: Presenter) -> list[Block]:
    """Return the number for the fear at each conversation of the case; of a single one there is none."""
    if len(presenter.over_time) < 2:
        return []
    no_reassurance = Paragraph(_("A number that goes down, or silence, is no reassurance."))
    return [*over_time(presenter.over_time), no_reassurance]


def wishes(presenter: Presenter, ground: str = "") -> Section:
    """Return the section with the wishes, the consent to share, and the note of the conversation."""
    text, blocks = presenter.quotation(_WISHES), list[Block]()
    if text:
        blocks.append(Quotation(labels.label(_WISHES), text))
    if not text or presenter.has_annotations(_WISHES):
        blocks += presenter.facts((_WISHES,))
    blocks += presenter.facts((_CONSENT,))
    if ground:
        blocks.append(Quotation(_("Ground for sharing without this consent"), presenter.free_text(ground)))
    if presenter.intake.running_note:
        blocks.append(Quotation(_("The client says"), presenter.free_text(presenter.intake.running_note)))
    return Section("wishes", _("What the client wants and says"), tuple(blocks))


def concerns(presenter: Presenter) -> Section:
    """Return the section with every raised answer, and the other answers after it."""
    raised = [concern.item for concern in presenter.summary.concerns]
    blocks = presenter.facts(item_id for item_id in raised if item_id not in _ELSEWHERE)
    if elsewhere := [labels.label(item_id) for item_id in raised if item_id in _ELSEWHERE]:
        text = _("Also a signal; it stands elsewhere: %(questions)s.")
        blocks.append(Paragraph(text % {"questions": labels.SEPARATOR.join(elsewhere)}))
    rest = (item_id for item_id in ITEMS if item_id not in _ELSEWHERE and item_id not in raised)
    if others := [presenter.fact(item_id) for item_id in presenter.answered(rest)]:
        plain, annotated = split_annotated(others)
        blocks += [Subheading(_("Other answers")), *annotated, *plain]
    return Section("concerns", _("What raises concern"), tuple(blocks))


def others(presenter: Presenter) -> Section:
    """Return the section with children and others at risk."""
    return Section("others", _("Children and others at risk"), tuple(presenter.facts(OTHERS_ITEMS)))


def support(presenter: Presenter) -> Section:
    """Return the section with the effects on the client, and what helps already."""
    blocks = tuple(presenter.facts(presenter.answered(SUPPORT_ITEMS)))
    return Section("support", _("Effects, support, earlier help and evidence"), blocks)


def split_annotated(facts: Sequence[Fact]) -> tuple[list[Block], list[Block]]:
    """Return the facts with nothing beside them in one paragraph, and the others; no block if empty."""
    plain = tuple(fact for fact in facts if not (fact.marks or fact.remarks))
    annotated = tuple(fact for fact in facts if fact.marks or fact.remarks)
    return [Rest(plain)] if plain else [], [Facts(annotated)] if annotated else []
