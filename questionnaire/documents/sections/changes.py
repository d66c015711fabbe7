"""Build the comparison of two assessments of one case: the fear first, and never that something is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Block, Fact, Facts, FreeText, Paragraph, Rest, Section, Table
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.comparison import Assessment, Change, ChangeKind, Comparison, compare
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import count_incidents

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_FEAR: Final = next(section for section in SECTIONS if section.id == "fear")

#: What each kind of change is called, and what to bear in mind with it.
KINDS: Final[Mapping[ChangeKind, tuple[StrPromise, StrPromise | str]]] = {
    ChangeKind.NEW: (gettext_lazy("New"), ""),
    ChangeKind.MORE: (gettext_lazy("More"), ""),
    ChangeKind.NOW_KNOWN: (
        gettext_lazy("Known now"),
        gettext_lazy("Last time this was not known. It may have been so then too."),
    ),
    ChangeKind.UNCHANGED: (gettext_lazy("Still so"), ""),
    ChangeKind.DIFFERENT: (gettext_lazy("Answered differently"), ""),
    ChangeKind.LESS: (gettext_lazy("Less"), gettext_lazy("Less says nothing about the danger.")),
    ChangeKind.NOT_NAMED: (
        gettext_lazy("No longer named"),
        gettext_lazy("Not named does not mean that it is over."),
    ),
    ChangeKind.NOW_UNKNOWN: (
        gettext_lazy("Not known now"),
        gettext_lazy("Last time this was known. Not known is not a no."),
    ),
    ChangeKind.STILL_UNKNOWN: (gettext_lazy("Still open"), ""),
}

#: What a correction can change: nothing is new about the client in it, only about what was written down.
_CORRECTED: Final = (
    ChangeKind.NEW,
    ChangeKind.MORE,
    ChangeKind.NOW_KNOWN,
    ChangeKind.DIFFERENT,
    ChangeKind.LESS,
    ChangeKind.NOT_NAMED,
    ChangeKind.NOW_UNKNOWN,
)


def changes(then: Assessment, now: Assessment) -> tuple[Section, ...]:
    """Return the comparison of an assessment with the one before: the fear, and then each kind of change."""
    comparison = compare(then, now)
    beyond_fear = [change for change in comparison.changes if SECTION_OF[change.item] is not _FEAR]
    by_kind = {kind: [change for change in beyond_fear if change.kind is kind] for kind in KINDS}
    no_reassurance = Paragraph(_("A lower number, or silence, is no reassurance."))
    sections = [
        Section("changed-fear", _("The fear, then and now"), (_fear(comparison, then, now), no_reassurance)),
        *(_of_kind(kind, group, then, now) for kind, group in by_kind.items()),
        Section("changed-incidents", _("Incidents"), (_incidents_since(comparison),)),
    ]
    return tuple(section for section in sections if section.blocks)


def _incidents_since(comparison: Comparison) -> Paragraph:
    if not (count := count_incidents(comparison.new_incidents)):
        return Paragraph(_("No incident since then is in the log. That does not mean that nothing happened."))
    text = ngettext(
        "%(count)s incident since then is in the log.",
        "%(count)s incidents since then are in the log.",
        count,
    )
    return Paragraph(text % {"count": count})


def corrections(then: Assessment, now: Assessment) -> tuple[Block, ...]:
    """Return what a correction changed in the answers, before and now; nothing if no answer differs."""
    by_item: dict[str, list[Change]] = {}
    for change in compare(then, now).changes:
        if change.kind in _CORRECTED:
            by_item.setdefault(change.item, []).append(change)
    rows = tuple(
        (
            labels.label(item_id),
            _joined(_texts(then.answers, item_id, _codes(item_id, then, group))),
            _joined(_texts(now.answers, item_id, _codes(item_id, now, group))),
        )
        for item_id, group in by_item.items()
    )
    head = (_("Question"), _("Before"), _("Now"))
    return (Table("changed", _("What was corrected"), head, rows),) if rows else ()


def _fear(comparison: Comparison, then: Assessment, now: Assessment) -> Table:
    rows = tuple(
        (
            str(item.label),
            _joined(labels.answer(then.answers, item.id)),
            _joined(labels.answer(now.answers, item.id)),
            _joined(_kinds(change for change in comparison.changes if change.item == item.id)),
        )
        for item in _FEAR.items
    )
    head = (
        _("Question"),
        format_date(then.on),
        format_date(now.on),
        _("What changed"),
    )
    return Table("changed", _("The fear, then and now"), head, rows)


def _kinds(group: Iterable[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(KINDS[change.kind][0]) for change in group))


def _of_kind(kind: ChangeKind, group: Sequence[Change], then: Assessment, now: Assessment) -> Section:
    """Return the section of one kind of change; what is no signal, or still open, by its question alone."""
    heading, caveat = KINDS[kind]
    in_full: dict[str, list[Change]] = {}
    for change in group:
        if _is_shown_in_full(change):
            in_full.setdefault(change.item, []).append(change)
    facts = tuple(_fact(kind, item_id, changed, then, now) for item_id, changed in in_full.items())
    named = dict.fromkeys(change.item for change in group if change.item not in in_full)
    blocks: list[Block] = [Paragraph(str(caveat))] if group and caveat else []
    blocks += [Rest(facts) if kind is ChangeKind.UNCHANGED else Facts(facts)] if facts else []
    if named:
        also = _("Also") if facts else _("Questions")
        blocks.append(Rest((Fact("", also, tuple(map(labels.label, named))),)))
    return Section(f"changed-{kind}", str(heading), tuple(blocks))


def _is_shown_in_full(change: Change) -> bool:
    return change.kind is ChangeKind.DIFFERENT or (
        change.kind is not ChangeKind.STILL_UNKNOWN and change.is_signal
    )


def _fact(kind: ChangeKind, item_id: str, group: Sequence[Change], then: Assessment, now: Assessment) -> Fact:
    before = _texts(then.answers, item_id, [code for change in group for code in change.then])
    after = _texts(now.answers, item_id, [code for change in group for code in change.now])
    if kind in (ChangeKind.NEW, ChangeKind.UNCHANGED):
        return Fact(item_id, labels.label(item_id), after)
    if kind is ChangeKind.NOT_NAMED:
        return Fact(item_id, labels.label(item_id), before)
    both = _("last time: %(then)s; now: %(now)s") % {"then": _joined(before), "now": _joined(after)}
    return Fact(item_id, labels.label(item_id), (FreeText(both),))


def _codes(item_id: str, of: Assessment, group: Sequence[Change]) -> list[str]:
    """Return the codes of a corrected answer; of a grid only those of the rows that changed."""
    item, rows = ITEMS[item_id], {change.row for change in group}
    codes = of.answers.codes[item_id]
    if item.kind == "grid":
        codes = frozenset(code for code in codes if "=" not in code or code.split("=")[0] in rows)
    return [code for code in (*item.codes, *labels.STATES) if code in codes]


def _texts(answers: Answers, item_id: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes of one question as text; of free text and dates the whole answer."""
    item = ITEMS[item_id]
    if item.kind in ("text", "date"):
        return labels.answer(answers, item_id)
    return tuple(dict.fromkeys(map(item.text_of, codes)))


def _joined(values: Sequence[str]) -> FreeText:
    return FreeText(labels.SEPARATOR.join(values))
