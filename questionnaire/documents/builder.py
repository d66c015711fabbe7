"""Build an edition of a summary: work out what may be shown, then build its sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.documents import labels, redaction
from questionnaire.documents.blocks import AdvisedStep, Section
from questionnaire.documents.document import Document
from questionnaire.documents.editions import (
    FULL,
    NO_OPTIONS,
    Edition,
    EditionOptions,
)
from questionnaire.documents.presenter import NO_FOLLOW_UP, Presenter, shorten
from questionnaire.documents.sections import (
    advice,
    breaches,
    case_holders,
    client_handout,
    closing,
    for_others,
    incidents,
    open_questions,
    organisation,
    safety_plan,
    statement_of_facts,
    statements,
)
from questionnaire.documents.sections import review as review_section
from questionnaire.documents.sections.advice import CALL_112
from questionnaire.documents.sections.page_one import build_page_one
from questionnaire.domain import catalogue
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.counterfactuals import what_would_change
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.organisation import NOTHING_ADDED, Added
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.domain.safety_plan import PlanVersion
from questionnaire.domain.summary import summarise

_MAX_NAME_IN_HEADER: Final = 60


def build_document(
    intake: IntakeFile,
    language: str,
    edition: Edition = FULL,
    options: EditionOptions = NO_OPTIONS,
    *,
    follow_up: FollowUp = NO_FOLLOW_UP,
    review: Review = NOT_REVIEWED,
    over_time: Sequence[TrendPoint] = (),
    holders: CaseHolders = NOBODY,
    plan: PlanVersion | None = None,
    added: Added = NOTHING_ADDED,
    paper: bool = False,
    explained: bool = False,
    is_whole: bool = True,
) -> Document:
    """Return the document of an intake in an edition and a language.

    The outcomes of the advice, the review, who holds the case, the safety `plan`, the contacts and terms that
    the organisation `added`, and the case `over_time` up to this intake are only in editions for the own
    file; breaches of an order also in that for the police, and the plan on the client's page, when it is
    ticked. On `paper` free text is bounded, and the full edition begins with page one, which its sections do
    not repeat. When `explained`, advice has the rule by which it is given, and what would change it. Unless
    all of it `is_whole`, an edition for the own file says that something cannot be read any more.
    """
    with override(language):
        if edition.own_file or edition.is_handout:
            presenter = Presenter(
                intake,
                summarise(intake.answers, intake.incidents, intake.date, added.terms),
                paper=paper,
                follow_up=follow_up,
                review=review,
                over_time=over_time,
                holders=holders,
                plan=plan,
                added=added,
                has_page_one=paper and edition.is_summary,
            )
        else:
            register = follow_up.breaches if "breaches" in edition.sections else ()
            presenter = _for_others(
                intake, edition, options, paper=paper, review=review, register=register, name=added.name
            )
        if edition.is_handout:
            return _handout(presenter, language, edition, options)
        steps = advice.advised_steps(presenter, _changes(intake) if explained else None)
        document = _document(presenter, steps if edition.own_file else (), language, edition, options)
        return document if is_whole or not edition.own_file else replace(document, incomplete=_incomplete())


def _for_others(
    intake: IntakeFile,
    edition: Edition,
    options: EditionOptions,
    *,
    paper: bool,
    review: Review,
    register: tuple[Breach, ...],
    name: str,
) -> Presenter:
    """Return the presenter of an edition for others: all that it says follows from what it may show.

    Of the follow-up it has the register of breaches alone, and of the review whether it is signed off. The
    `name` of the organisation stands where the author does.
    """
    visible = redaction.visible_part(intake, edition, options)
    hidden = redaction.hidden_items(visible, edition, options)
    summary = summarise(visible.answers, visible.incidents, visible.date)
    open_questions = tuple(each for each in summary.open_questions if each.item not in hidden)
    pattern = summary.pattern
    if "pattern_start" in hidden:  # it may have begun before the first incident
        pattern = replace(pattern, since=None)
    return Presenter(
        visible,
        replace(
            summary,
            open_questions=open_questions,
            pattern=pattern,
            urgency=redaction.level_outside(intake),
        ),
        paper=paper,
        hidden=hidden,
        shows_states=edition.shows_states,
        follow_up=FollowUp(breaches=register),
        review=review,
        added=Added(name=name if edition.reference else ""),
    )


def _incomplete() -> str:
    return _(
        "Something that was stored in this case cannot be read any more. So this is not complete, and the "
        "level can be higher than it says here. Ask your administrator."
    )


def _changes(intake: IntakeFile) -> advice.Changes:
    return what_would_change(RULES, Facts(intake.answers.codes, count_incidents(intake.incidents)))


def _document(
    presenter: Presenter,
    steps: tuple[AdvisedStep, ...],
    language: str,
    edition: Edition,
    options: EditionOptions,
) -> Document:
    intake = presenter.intake
    builders = _section_builders(presenter, steps, edition, options)
    sections = [builders[name]() for name in edition.sections]
    conversation = (
        _("Conversation on %(date)s") % {"date": format_date(intake.date)} if edition.reference else ""
    )
    # Who made it: who had the conversation, and for which organisation.
    names = (conversation, intake.author, presenter.added.name)
    about = ", ".join(_in_header(presenter, name) for name in names if name)
    reference = _in_header(presenter, intake.reference)
    name = _("Summary")
    emergency = next((step for step in steps if step.code == CALL_112), None)
    called = advice.called_112(presenter.follow_up) if emergency else ""
    return Document(
        language=language,
        title=labels.SEPARATOR.join(filter(None, (reference, name, str(edition.header)))),
        reference=reference,
        state=review_section.state(presenter.review) if edition.reference else "",
        conversation=about,
        version=_("Questionnaire version %(version)s") % {"version": catalogue.VERSION},
        edition=edition.code,
        header=str(edition.header),
        is_handout=False,
        emergency=None if called else emergency,
        called=called,
        first_page=build_page_one(presenter, steps) if edition.is_summary else None,
        sections=tuple(section for section in sections if section.blocks or _is_opening(section, presenter)),
        unprintable=tuple(dict.fromkeys(presenter.unprintable)),
    )


def _in_header(presenter: Presenter, name: str) -> str:
    return shorten(presenter.printable(name), _MAX_NAME_IN_HEADER)


def _handout(presenter: Presenter, language: str, edition: Edition, options: EditionOptions) -> Document:
    return Document(
        language=language,
        title=labels.SEPARATOR.join((_("Numbers and agreements"), str(edition.header))),
        reference="",
        state="",
        conversation="",
        version="",
        edition=edition.code,
        header=str(edition.header),
        is_handout=True,
        emergency=None,
        first_page=None,
        sections=tuple(client_handout.sections(presenter, agreed=options.agreed, plan=options.plan)),
        unprintable=tuple(dict.fromkeys(presenter.unprintable)),
    )


def _is_opening(section: Section, presenter: Presenter) -> bool:
    """Return whether the document begins with this section: the fear is shown even when it is empty."""
    return section.id == "fear" and not presenter.has_page_one


def _section_builders(
    presenter: Presenter,
    steps: tuple[AdvisedStep, ...],
    edition: Edition,
    options: EditionOptions,
) -> Mapping[str, Callable[[], Section]]:
    fear = statements.more_fear if presenter.has_page_one else statements.fear
    return {
        "question": partial(for_others.question, options.question),
        "fear": partial(fear, presenter),
        "fear_for_others": partial(for_others.fear, presenter, edition),
        "who": partial(for_others.who, presenter, edition),
        "by_hand": partial(for_others.by_hand, presenter, edition),
        "urgency": partial(for_others.urgency, presenter, edition),
        "request": partial(for_others.request, presenter),
        "pattern_and_picture": partial(incidents.pattern_and_picture, presenter),
        "brief_pattern": partial(for_others.brief_pattern, presenter),
        "behaviour": partial(incidents.behaviour, presenter),
        "incidents": partial(for_others.incidents, presenter),
        "not_known": partial(for_others.not_known, presenter, edition),
        "told": partial(for_others.told, presenter, edition),
        "wishes": partial(statements.wishes, presenter, options.ground),
        "steps": partial(advice.steps, presenter, steps),
        "organisation": partial(organisation.contacts, presenter),
        "safety_plan": partial(safety_plan.safety_plan, presenter),
        "case_holders": partial(case_holders.case_holders, presenter),
        "breaches": partial(breaches.breaches, presenter, own_file=edition.own_file),
        "pattern": partial(incidents.pattern, presenter),
        "concerns": partial(statements.concerns, presenter),
        "others": partial(statements.others, presenter),
        "reporting_code": partial(advice.reporting_code, presenter),
        "weighing": partial(advice.weighing, presenter),
        "support": partial(statements.support, presenter),
        "open_questions": partial(open_questions.open_questions, presenter),
        "reassess": partial(advice.reassess, presenter),
        "own_view": partial(closing.own_view, presenter),
        "review": partial(review_section.review, presenter),
        "statement_of_facts": partial(statement_of_facts.statement, presenter),
        "limits": partial(closing.limits, presenter, own_file=edition.own_file),
    }
