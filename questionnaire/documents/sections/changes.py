"""What changed between two assessments of one case, in words: the fear first, and never that it is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    Block,
    Fact,
    Facts,
    Paragraph,
    Picture,
    Rest,
    Section,
    Table,
    Words,
)
from questionnaire.documents.charts import fear as fear_chart
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.comparison import Assessment, Change, Comparison, Kind, Point, compare
from questionnaire.domain.dates import words
from questionnaire.domain.text import shown

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_FEAR: Final = next(section for section in SECTIONS if section.id == "fear")

#: What each kind of change is called, and what is to be kept in mind with it.
KINDS: Final[Mapping[Kind, tuple[StrPromise, StrPromise | str]]] = {
    Kind.NEW: (gettext_lazy("New"), ""),
    Kind.MORE: (gettext_lazy("More"), ""),
    Kind.HEARD: (
        gettext_lazy("Known now"),
        gettext_lazy("Last time this was not known. It may have been so then too."),
    ),
    Kind.STILL: (gettext_lazy("Still so"), ""),
    Kind.OTHERWISE: (gettext_lazy("Answered differently"), ""),
    Kind.LESS: (gettext_lazy("Less"), gettext_lazy("Less says nothing about the danger.")),
    Kind.GONE: (
        gettext_lazy("No longer named"),
        gettext_lazy("Not named does not mean that it is over."),
    ),
    Kind.LOST: (
        gettext_lazy("Not known now"),
        gettext_lazy("Last time this was known. Not known is not a no."),
    ),
    Kind.OPEN: (gettext_lazy("Still open"), ""),
}

#: What a correction tells: in it nothing is new about the client, only about what was written down.
_CORRECTED: Final = (Kind.NEW, Kind.MORE, Kind.HEARD, Kind.OTHERWISE, Kind.LESS, Kind.GONE, Kind.LOST)


def changes(then: Assessment, now: Assessment) -> tuple[Section, ...]:
    """The comparison of an assessment with the one before: the fear, and then each kind of change."""
    found = compare(then, now)
    beyond = [change for change in found.changes if SECTION_OF[change.item] is not _FEAR]
    fear = (_fear(found, then, now), Paragraph(_("A lower number, or silence, is no reassurance.")))
    sections = [Section("changed-fear", _("The fear, then and now"), fear)]
    sections += [_of_kind(kind, [one for one in beyond if one.kind is kind], then, now) for kind in KINDS]
    since = len(found.since)
    counted = ngettext(
        "%(count)s incident since then is in the log.",
        "%(count)s incidents since then are in the log.",
        since,
    )
    none = _("No incident since then is in the log. That does not mean that nothing happened.")
    incidents = Paragraph(counted % {"count": since} if since else none)
    sections.append(Section("changed-incidents", _("Incidents"), (incidents,)))
    return tuple(section for section in sections if section.blocks)


def corrected(then: Assessment, now: Assessment) -> tuple[Block, ...]:
    """What a correction changed in the answers: each with what stood there and what stands there now."""
    found = [change for change in compare(then, now).changes if change.kind in _CORRECTED]
    by_item: dict[str, list[Change]] = {}
    for change in found:
        by_item.setdefault(change.item, []).append(change)
    rows = tuple(
        (
            labels.label(item_id),
            _joined(_said(then.answers, item_id, _codes(item_id, then, those))),
            _joined(_said(now.answers, item_id, _codes(item_id, now, those))),
        )
        for item_id, those in by_item.items()
    )
    head = (_("Question"), _("Before"), _("Now"))
    return (Table("changed", _("What was corrected"), head, rows),) if rows else ()


def course(points: Sequence[Point]) -> tuple[Block, ...]:
    """Fear and frequency over time: the picture, and the table with the same numbers and more."""
    frequency = ITEMS["contact_frequency"]
    rows = tuple(
        (
            words(point.on.isoformat()),
            str(labels.STATES[point.fear_state]) if point.fear is None else str(point.fear),
            frequency.text_of(point.frequency)
            if point.frequency
            else str(labels.STATES[point.frequency_state]),
            str(point.behaviours),
            str(point.incidents),
        )
        for point in points
    )
    head = (
        _("Conversation on"),
        _("Fear from 0 to 10"),
        str(frequency.label),
        _("Kinds of behaviour"),
        _("Incidents in the log"),
    )
    table = Table("over-time", _("Fear and contact over time"), head, rows)
    if (drawn := fear_chart.fear(points)) is None:
        return (table,)
    return (Picture(render_to_string("charts/fear.svg", {"chart": drawn, "id": "fear-chart"}), table),)


def said(answers: Answers, item_id: str) -> tuple[str, ...]:
    """What was answered to a question, or the state that it is absent in."""
    item, value = ITEMS[item_id], answers.get(item_id)
    text = answers.text(item_id) if item.kind == "text" else None
    if text is not None:
        return (Words(shown(text)),)
    return (str(labels.STATES["not_reached"]),) if value is None else labels.answer(item, value)


def _fear(found: Comparison, then: Assessment, now: Assessment) -> Table:
    rows = tuple(
        (
            str(item.label),
            _joined(said(then.answers, item.id)),
            _joined(said(now.answers, item.id)),
            _joined(_kinds(change for change in found.changes if change.item == item.id)),
        )
        for item in _FEAR.items
    )
    head = (_("Question"), words(then.on.isoformat()), words(now.on.isoformat()), _("What changed"))
    return Table("changed", _("The fear, then and now"), head, rows)


def _kinds(those: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(KINDS[change.kind][0]) for change in those))


def _of_kind(kind: Kind, those: Sequence[Change], then: Assessment, now: Assessment) -> Section:
    """One kind of change. What is no signal, or open, is named by its question alone."""
    heading, mind = KINDS[kind]
    in_full = [one for one in those if _is_told_in_full(one)]
    by_item = {change.item: [one for one in in_full if one.item == change.item] for change in in_full}
    facts = tuple(_fact(kind, item_id, changed, then, now) for item_id, changed in by_item.items())
    named = dict.fromkeys(change.item for change in those if change.item not in by_item)
    blocks: list[Block] = [Paragraph(str(mind))] if those and mind else []
    blocks += [Rest(facts) if kind is Kind.STILL else Facts(facts)] if facts else []
    if named:
        also = _("Also") if facts else _("Questions")
        blocks.append(Rest((Fact("", also, tuple(map(labels.label, named))),)))
    return Section(f"changed-{kind}", str(heading), tuple(blocks))


def _is_told_in_full(change: Change) -> bool:
    return change.kind is Kind.OTHERWISE or (change.kind is not Kind.OPEN and change.is_signal)


def _fact(kind: Kind, item_id: str, those: Sequence[Change], then: Assessment, now: Assessment) -> Fact:
    before = _said(then.answers, item_id, [code for change in those for code in change.then])
    after = _said(now.answers, item_id, [code for change in those for code in change.now])
    if kind in (Kind.NEW, Kind.STILL):
        return Fact(item_id, labels.label(item_id), after)
    if kind is Kind.GONE:
        return Fact(item_id, labels.label(item_id), before)
    told = _("last time: %(then)s; now: %(now)s") % {"then": _joined(before), "now": _joined(after)}
    return Fact(item_id, labels.label(item_id), (Words(told),))


def _codes(item_id: str, of: Assessment, those: Sequence[Change]) -> list[str]:
    """The codes of a correction: of a grid those of the rows that changed, else the whole answer."""
    item, rows = ITEMS[item_id], {change.row for change in those}
    codes = of.answers.codes[item_id]
    if item.kind == "grid":
        codes = frozenset(code for code in codes if "=" not in code or code.split("=")[0] in rows)
    return [code for code in (*item.codes, *labels.STATES) if code in codes]


def _said(answers: Answers, item_id: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Codes of one question in words; of free text and dates what stands there."""
    item = ITEMS[item_id]
    if item.kind in ("text", "date"):
        return said(answers, item_id)
    return tuple(
        dict.fromkeys(
            str(labels.STATES[code]) if code in labels.STATES else item.text_of(code) for code in codes
        )
    )


def _joined(values: Sequence[str]) -> Words:
    return Words(labels.BETWEEN.join(values))
