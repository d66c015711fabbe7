"""The sections that tell what was said: the fear, the wishes, the concerns, others at risk, and support."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Quotation, Rest, Section, Subheading
from questionnaire.documents.editions import RUNNING_NOTE
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import changes
from questionnaire.documents.sections.page_one import WISHES_ON_FRONT, WORDS_ON_FRONT
from questionnaire.domain.advice.rules import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS, SECTION_OF

FEAR: Final = tuple(item.id for item in SECTION_OF["fear_level"].items)
OTHERS: Final = tuple(item.id for item in SECTION_OF["children"].items)
COURSE: Final = ("pattern_start", "last_incident", "contact_frequency")

_WORDS, _WISHES, _CONSENT = "fear_own_words", "client_wishes", "consent_share"
_SUPPORT: Final = (
    *(item.id for item in SECTION_OF["daily_life"].items),
    "police_contact",
    "other_help",
    "evidence_kept",
)
_ELSEWHERE: Final = frozenset(
    (*FEAR, _WISHES, _CONSENT, *OTHERS, *_SUPPORT, *COURSE, *BEHAVIOUR, "professional_concern")
)


def fear(telling: Presenter) -> Section:
    """The client's fear, in every edition the first section."""
    words, blocks = telling.quoted(_WORDS), list[Block]()
    if words:
        blocks.append(Quotation(labels.label(_WORDS), words))
    blocks += telling.facts(item_id for item_id in FEAR if item_id != _WORDS or not words)
    if words and telling.has_more(_WORDS):
        blocks += telling.facts((_WORDS,))
    blocks += _over_time(telling)
    return Section("fear", telling.summary.fear.opening, tuple(blocks))


def more_fear(telling: Presenter) -> Section:
    """What page one does not hold of the fear."""
    words, blocks = telling.quoted(_WORDS), list[Block]()
    if words and len(words) > WORDS_ON_FRONT:
        blocks.append(Quotation(labels.label(_WORDS), words))
    blocks += telling.facts(item_id for item_id in telling.answered(FEAR) if telling.has_remarks(item_id))
    blocks += _over_time(telling)
    return Section("fear", _("More about the fear"), tuple(blocks))


def _over_time(telling: Presenter) -> list[Block]:
    """The number for the fear at each conversation of the case; of a single one there is nothing to see."""
    if len(telling.over_time) < 2:
        return []
    no_reassurance = Paragraph(_("A number that goes down, or silence, is no reassurance."))
    return [*changes.course(telling.over_time), no_reassurance]


def wishes(telling: Presenter, ground: str = "") -> Section:
    """What the client wants, with whom may be shared, and the note of the conversation."""
    words, blocks = telling.quoted(_WISHES), list[Block]()
    if words and not (telling.has_front and len(words) <= WISHES_ON_FRONT):
        blocks.append(Quotation(labels.label(_WISHES), words))
    if not words or telling.has_more(_WISHES):
        blocks += telling.facts((_WISHES,))
    blocks += telling.facts((_CONSENT,))
    if ground:
        blocks.append(Quotation(_("Ground for sharing without this consent"), telling.free(ground)))
    if telling.intake.running_note and RUNNING_NOTE not in telling.hidden:
        blocks.append(Quotation(_("The client says"), telling.free(telling.intake.running_note)))
    return Section("wishes", _("What the client wants and says"), tuple(blocks))


def concerns(telling: Presenter) -> Section:
    """Every raised answer, and the other answers after it."""
    raised = [concern.item for concern in telling.summary.concerns]
    blocks = telling.facts(item_id for item_id in raised if item_id not in _ELSEWHERE)
    if elsewhere := [labels.label(item_id) for item_id in raised if item_id in _ELSEWHERE]:
        told = _("Raised too, and told elsewhere in this report: %(questions)s.")
        blocks.append(Paragraph(told % {"questions": labels.BETWEEN.join(elsewhere)}))
    rest = (item_id for item_id in ITEMS if item_id not in _ELSEWHERE and item_id not in raised)
    if others := [telling.fact(item_id) for item_id in telling.answered(rest)]:
        blocks += [Subheading(_("Other answers")), *_short_ones_together(others)]
    return Section("concerns", _("What raises concern"), tuple(blocks))


def others(telling: Presenter) -> Section:
    """Children and others at risk."""
    return Section("others", _("Children and others at risk"), tuple(telling.facts(OTHERS)))


def support(telling: Presenter) -> Section:
    """The effects on the client, and what helps already."""
    blocks = tuple(telling.facts(telling.answered(_SUPPORT)))
    return Section("support", _("Effects, support, earlier help and evidence"), blocks)


def _short_ones_together(facts: Sequence[Fact]) -> list[Block]:
    """The same facts, those of which nothing more is said in one paragraph at the end."""
    with_more = tuple(fact for fact in facts if fact.marks or fact.remarks)
    short = tuple(fact for fact in facts if not (fact.marks or fact.remarks))
    return [*([Facts(with_more)] if with_more else []), *([Rest(short)] if short else [])]
