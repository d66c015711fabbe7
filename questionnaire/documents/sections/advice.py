"""Build the sections about what to do: the advice, the reporting code, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    AdvisedStep,
    Block,
    Duties,
    Duty,
    Explanation,
    Fact,
    Facts,
    Paragraph,
    Reason,
    Section,
    Steps,
    Subheading,
)
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections.page_one import STEPS_ON_PAGE_ONE
from questionnaire.documents.sections.rule_explanations import explain_rule
from questionnaire.domain.advice.engine import Advice, Because
from questionnaire.domain.advice.signs import of_this_person
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import DONE, REPORTING_CODE_STEPS, FollowUp

_MAX_REASONS_ON_PAGE_ONE: Final = 4
_MAX_REASONS_LATER: Final = 2
#: What page one says of a step that cannot wait.
_SENTENCES_AT_ONCE: Final = 1

#: The advice that stands above everything.
CALL_112: Final = "call_112"

#: By advice code: the answers without which the advice would be less urgent, or not given.
Changes = dict[str, tuple[Because, ...]]


def advised_steps(presenter: Presenter, changes: Changes | None = None) -> tuple[AdvisedStep, ...]:
    """Return the advice in its order. With `changes` each has the rule, and what would change it."""
    return tuple(
        _advised_step(presenter, number, advice, changes)
        for number, advice in enumerate(presenter.summary.advice, start=1)
    )


def _advised_step(presenter: Presenter, number: int, advice: Advice, changes: Changes | None) -> AdvisedStep:
    # Page one is read on its own, so its reasons are named in full, as far as they fit; the fear and the
    # danger signs, which stand right above them, as groups.
    is_first = number <= STEPS_ON_PAGE_ONE
    in_full, most_named = (_MAX_REASONS_ON_PAGE_ONE, 1) if is_first else (_MAX_REASONS_LATER, 2)
    return AdvisedStep(
        number=number,
        code=advice.code,
        urgency_code=advice.urgency.code,
        urgency=advice.urgency.label,
        title=advice.title,
        text=advice.text,
        because=_reasons(advice.because),
        in_short=labels.short_reasons(advice.because, presenter.summary.danger_signs, in_full, most_named),
        source=advice.source,
        decides=advice.decides,
        contacts=tuple(
            labels.contact(contact, urgent=advice.urgency is Urgency.NOW) for contact in advice.contacts
        ),
        at_once=advice.sentences.first(_SENTENCES_AT_ONCE) if advice.urgency is Urgency.NOW else "",
        outcome=presenter.outcome(advice.code),
        explanation=_explanation(advice, changes[advice.code]) if changes is not None else None,
    )


def _reasons(because: Sequence[Because]) -> tuple[Reason, ...]:
    return tuple(Reason(reason.item, labels.reason(reason)) for reason in because)


def called_112(follow_up: FollowUp) -> str:
    """Return when the emergency number was called, once that is recorded; "" until then.

    The danger may be there again, so it says what to do then.
    """
    outcome = follow_up.outcome(CALL_112)
    if outcome is None or outcome.state != DONE:
        return ""
    number = CONTACTS["police_emergency"].number
    when = (
        _("%(number)s was called on %(date)s.") % {"number": number, "date": format_date(outcome.on)}
        if outcome.on
        else _("%(number)s was called.") % {"number": number}
    )
    return " ".join((when, _("Is there danger again? Call %(number)s again.") % {"number": number}))


def _explanation(advice: Advice, changes: Sequence[Because]) -> Explanation:
    return Explanation(explain_rule(advice.code, advice.urgency), _reasons(changes))


def steps(presenter: Presenter, steps: Sequence[AdvisedStep]) -> Section:
    """Return the section with all advice and its reasons."""
    how = [Paragraph(_("The three boxes: done, planned, not. Write beside them who and when, or why not."))]
    signs, concern = _danger_signs(presenter), _own_concern(presenter)
    facts = (*((Fact("", _("Danger signs"), signs),) if signs else ()), *concern)
    named: list[Block] = [Facts(facts)] if facts else []
    before = how if presenter.has_page_one else named
    return Section("steps", _("All steps"), (*before, *_by_level(steps)))


def _danger_signs(presenter: Presenter) -> tuple[str, ...]:
    """Return the answers about this person that are danger signs."""
    return tuple(map(labels.reason, of_this_person(presenter.summary.danger_signs)))


def _own_concern(presenter: Presenter) -> tuple[Fact, ...]:
    """Return what counts as a danger sign and says nothing of this person: the professional's own concern."""
    signs = presenter.summary.danger_signs
    return tuple(
        Fact(sign.item, labels.label(sign.item), presenter.values(sign.item), presenter.marks(sign.item))
        for sign in signs
        if ITEMS[sign.item].internal
    )


def _by_level(steps: Sequence[AdvisedStep]) -> Iterator[Block]:
    """Yield the steps under a heading for each level."""
    for _level, those in groupby(steps, key=lambda step: step.urgency_code):
        group = tuple(those)
        yield Subheading(group[0].urgency)
        yield Steps(group)


def reporting_code(presenter: Presenter) -> Section:
    """Return the section with the five steps of the reporting code, and what to weigh."""
    code = presenter.summary.reporting_code
    duties = tuple(
        Duty(step.number, step.title, step.text, presenter.outcome(step_code))
        for step, step_code in zip(code.steps, REPORTING_CODE_STEPS, strict=True)
    )
    nothing = (_("nothing has been written down that points at this; that is no reassurance"),)
    to_weigh = tuple(Fact("", label, items or nothing) for label, items in _to_weigh(presenter))
    return Section(
        "reporting_code",
        _("The five steps of the reporting code (meldcode)"),
        (Paragraph(code.applies_text), Duties(duties), *_follow_up(presenter), Facts(to_weigh)),
    )


def _follow_up(presenter: Presenter) -> list[Block]:
    """Return who was consulted, what was decided, and the outcomes of advice that is no longer given."""
    follow_up = presenter.follow_up
    entries: list[tuple[str, tuple[str, ...]]] = [
        (_("Consulted"), consultation.lines()) for consultation in follow_up.consultations
    ]
    if follow_up.decision:
        entries.append((_("Decided"), follow_up.decision.lines()))
    advised = {advice.code for advice in presenter.summary.advice}
    entries += [
        (labels.advice_title(outcome.what), (*outcome.lines(), _("This is not advised any more.")))
        for outcome in follow_up.no_longer_advised(advised)
    ]
    if follow_up.unreadable:
        said = ngettext(
            "%(count)s record cannot be read any more.",
            "%(count)s records cannot be read any more.",
            follow_up.unreadable,
        )
        entries.append((_("Not readable"), (said % {"count": follow_up.unreadable},)))
    facts = tuple(Fact("", label, tuple(map(presenter.free_text, lines))) for label, lines in entries)
    return [Facts(facts)] if facts else []


def weighing(presenter: Presenter) -> Section:
    """Return the section with what to weigh, without the steps, which are the professional's own.

    More may be written down than is shown. So it says nothing of a kind of unsafety at which nothing points,
    and of the code only that it probably applies.
    """
    code, blocks = presenter.summary.reporting_code, list[Block]()
    if code.is_likely:
        blocks.append(Paragraph(code.applies_text))
    if facts := tuple(Fact("", label, items) for label, items in _to_weigh(presenter) if items):
        blocks.append(Facts(facts))
    return Section("weighing", _("To weigh by the reporting code (meldcode)"), tuple(blocks))


def _to_weigh(presenter: Presenter) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each kind of unsafety with the questions whose answers point at it."""
    code = presenter.summary.reporting_code
    yield _("Points at acute unsafety"), tuple(map(labels.label, code.acute))
    yield _("Points at structural unsafety"), tuple(map(labels.label, code.structural))


def reassess(presenter: Presenter) -> Section:
    """Return the section with when to look again."""
    text = _("Assess the situation again on %(date)s, and at once after a new incident.") % {
        "date": format_date(presenter.summary.reassess_on)
    }
    return Section("reassess", _("Reassessment"), (Paragraph(text),))
