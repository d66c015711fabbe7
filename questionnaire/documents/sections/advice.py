"""The sections about what to do: the advice, the steps of the reporting code, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    Advised,
    Block,
    Duties,
    Duty,
    Fact,
    Facts,
    NamedSteps,
    Paragraph,
    Reason,
    Section,
    Steps,
    Subheading,
    Why,
)
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections.page_one import OUTCOME_ON_FRONT, STEPS_ON_FRONT
from questionnaire.documents.sections.rule_explanations import rule_in_words
from questionnaire.domain.advice.engine import Advice, Because
from questionnaire.domain.dates import words
from questionnaire.domain.follow_up import CODE_STEPS

_REASONS_ON_FRONT: Final = 4
_REASONS_LATER: Final = 2

Changes = dict[str, tuple[Because, ...]]


def advised(telling: Presenter, changes: Changes | None = None) -> tuple[Advised, ...]:
    """The advice in its order. With `changes` each says what would change it, and the rule in words."""
    return tuple(
        _advised(telling, number, advice, changes)
        for number, advice in enumerate(telling.summary.advice, start=1)
    )


def _advised(telling: Presenter, number: int, advice: Advice, changes: Changes | None) -> Advised:
    # Page one stands alone, so its reasons are named in full, as far as they fit.
    in_full = _REASONS_ON_FRONT if number <= STEPS_ON_FRONT else _REASONS_LATER
    named = advice.code not in telling.withheld
    return Advised(
        number=number,
        code=advice.code if named else labels.SAFETY_DATA,
        urgency_code=advice.urgency.code,
        urgency=advice.urgency.label,
        title=advice.title if named else _("Advice that rests on safety data"),
        text=advice.text,
        because=_reasons(advice.because),
        in_short=labels.reasons(advice.because, telling.summary.danger_signs, in_full),
        source=advice.source if named else "",
        decides=advice.decides if named else "",
        contacts=tuple(labels.contact(contact) for contact in advice.contacts),
        outcome=telling.outcome(advice.code),
        why=_why(advice, changes[advice.code]) if changes is not None else None,
    )


def _reasons(because: Sequence[Because]) -> tuple[Reason, ...]:
    return tuple(Reason(reason.item, labels.reason(reason)) for reason in because)


def _why(advice: Advice, changes: Sequence[Because]) -> Why:
    return Why(rule_in_words(advice.code, advice.urgency), _reasons(changes))


def steps(telling: Presenter, advised: Sequence[Advised]) -> Section:
    """All advice with its reasons."""
    signs = tuple(labels.reason(sign) for sign in telling.summary.danger_signs)
    named: list[Block] = [Facts((Fact("", _("Danger signs"), signs),))] if signs else []
    return Section("steps", _("Do now"), (*named, *_by_level(advised)))


def more_steps(advised: Sequence[Advised]) -> Section:
    """The advice that page one does not hold, and in full what came of its steps where that did not fit."""
    how = Paragraph(_("The three boxes: done, planned, not. Write beside them who and when, or why not."))
    cut = [
        Fact("", f"{step.number}. {step.title}", step.outcome)
        for step in advised[:STEPS_ON_FRONT]
        if any(len(line) > OUTCOME_ON_FRONT for line in step.outcome)
    ]
    full = (Facts(tuple(cut)),) if cut else ()
    return Section("steps", _("Also advised"), (*full, how, *_by_level(advised[STEPS_ON_FRONT:])))


def named_steps(telling: Presenter, advised: Sequence[Advised]) -> Section:
    """The advice by name and level, for a reader outside."""
    return Section("steps", _("What this overview advises"), tuple(_by_level(advised, NamedSteps)))


def urgency(telling: Presenter) -> Section:
    """How soon, and the danger signs by name."""
    summary = telling.summary
    signs = tuple(labels.reason(sign) for sign in summary.danger_signs)
    none = (_("No danger signs have been written down yet. That is no reassurance."),)
    facts = (
        Fact("", _("How soon"), (summary.urgency.label,)),
        Fact("", _("Consulting the police"), (summary.police_urgency.label,)),
        Fact("", _("Danger signs"), signs or none),
    )
    return Section("urgency", _("How urgent it is"), (Facts(facts),))


def _by_level(steps: Sequence[Advised], kind: type[Steps] = Steps) -> Iterator[Block]:
    """The steps under a heading for each level."""
    for _level, those in groupby(steps, key=lambda step: step.urgency_code):
        group = tuple(those)
        yield Subheading(group[0].urgency)
        yield kind(group)


def reporting_code(telling: Presenter) -> Section:
    """The five steps of the reporting code, and what to weigh."""
    code = telling.summary.reporting_code
    duties = tuple(
        Duty(step.number, step.title, step.text, telling.outcome(what))
        for step, what in zip(code.steps, CODE_STEPS, strict=True)
    )
    return Section(
        "reporting_code",
        _("The five steps of the reporting code (meldcode)"),
        (Paragraph(code.applies_text), Duties(duties), *_recorded(telling), _weighed(telling)),
    )


def _recorded(telling: Presenter) -> list[Block]:
    """Who was consulted, what was decided, and what came of advice that is given no longer."""
    follow_up = telling.follow_up
    told: list[tuple[str, tuple[str, ...]]] = [
        (_("Consulted"), consultation.lines()) for consultation in follow_up.consultations
    ]
    if follow_up.decision:
        told.append((_("Decided"), follow_up.decision.lines()))
    advised = {advice.code for advice in telling.summary.advice}
    told += [
        (labels.advice_title(outcome.what), (*outcome.lines(), _("This is not advised any more.")))
        for outcome in follow_up.no_longer_advised(advised)
    ]
    facts = tuple(Fact("", name, tuple(map(telling.free, lines))) for name, lines in told)
    return [Facts(facts)] if facts else []


def weighing(telling: Presenter) -> Section:
    """What to weigh, without the steps, which are the professional's own."""
    applies = Paragraph(telling.summary.reporting_code.applies_text)
    return Section("weighing", _("To weigh by the reporting code (meldcode)"), (applies, _weighed(telling)))


def _weighed(telling: Presenter) -> Facts:
    code = telling.summary.reporting_code
    nothing = (_("nothing has been written down that points at this; that is no reassurance"),)
    points = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    return Facts(tuple(Fact("", name, tuple(map(labels.label, items)) or nothing) for name, items in points))


def reassess(telling: Presenter) -> Section:
    """When to look again."""
    text = _("Look again on %(date)s, and at once after a new incident.") % {
        "date": words(telling.summary.reassess_on.isoformat())
    }
    return Section("reassess", _("Reassess"), (Paragraph(text),))
