"""Build an edition of a summary: work out what may be shown, then build its sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.documents import redaction
from questionnaire.documents.blocks import AdvisedStep, Section
from questionnaire.documents.document import Document
from questionnaire.documents.editions import (
    FULL,
    NO_OPTIONS,
    Edition,
    EditionOptions,
    hidden_items,
)
from questionnaire.documents.presenter import NO_FOLLOW_UP, Presenter, shorten
from questionnaire.documents.sections import (
    advice,
    breaches,
    case_holders,
    client_handout,
    closing,
    incidents,
    open_questions,
    safety_plan,
    statement_of_facts,
    statements,
)
from questionnaire.documents.sections import review as review_section
from questionnaire.documents.sections.page_one import build_page_one
from questionnaire.domain import catalogue
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.counterfactuals import what_would_change
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.domain.safety_plan import PlanVersion
from questionnaire.domain.summary import Summary, summarise

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
    paper: bool = False,
    explained: bool = False,
) -> Document:
    """Return the document of an intake in an edition and a language.

    The outcomes of the advice, the review, who holds the case, the safety `plan`, and the case `over_time` up
    to this intake are only shown in the editions for the own file; breaches of an order also in that for the
    police, and the plan on the client's page, when it is ticked. On `paper` free text is bounded, and the
    full edition begins with page one, which its sections do not repeat. When `explained`, advice has the rule
    by which it is given, and what would change it.
    """
    with override(language):
        summary = summarise(intake.answers, intake.incidents, intake.date)
        if edition.own_file or edition.is_handout:
            presenter = Presenter(
                intake,
                summary,
                paper=paper,
                follow_up=follow_up,
                review=review,
                over_time=over_time,
                holders=holders,
                plan=plan,
                has_page_one=paper and edition.is_summary,
            )
        else:
            register = FollowUp(breaches=follow_up.breaches if "breaches" in edition.sections else ())
            presenter = _redacted_presenter(
                intake, summary, edition, options, follow_up=register, review=review, paper=paper
            )
        if edition.is_handout:
            return _handout(presenter, language, edition, options)
        steps = advice.advised_steps(presenter, _changes(intake) if explained else None)
        return _document(presenter, steps, language, edition, options)


def _redacted_presenter(
    intake: IntakeFile,
    summary: Summary,
    edition: Edition,
    options: EditionOptions,
    *,
    follow_up: FollowUp,
    review: Review,
    paper: bool,
) -> Presenter:
    """Return the presenter of what an edition for others may show: `follow_up` has no outcomes of advice."""
    hidden = hidden_items(edition, options.ticked)
    visible = redaction.visible_part(intake, edition, options)
    # A text of which nothing may be shown is left out; it is not an open question.
    hidden |= {item_id for item_id in intake.answers if item_id not in visible.answers}
    return Presenter(
        visible,
        redaction.redact_summary(summary, visible, hidden),
        paper=paper,
        hidden=hidden,
        follow_up=follow_up,
        review=review,
        withheld=redaction.withheld_advice(summary, visible),
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
    sections = [builders[name]() for name in edition.sections if name not in presenter.hidden]
    conversation = _("Conversation on %(date)s") % {"date": format_date(intake.date)}
    author = shorten(intake.author, _MAX_NAME_IN_HEADER)
    reference = shorten(intake.reference, _MAX_NAME_IN_HEADER)
    name = _("Summary")
    return Document(
        language=language,
        title=f"{reference} · {name}" if reference else name,
        reference=reference,
        state=review_section.state(presenter.review),
        conversation=f"{conversation}, {author}" if author else conversation,
        version=_("Questionnaire version %(version)s") % {"version": catalogue.VERSION},
        edition=edition.code,
        is_handout=False,
        emergency=next((step for step in steps if step.code == "call_112"), None),
        first_page=build_page_one(presenter, steps) if edition.is_summary else None,
        sections=tuple(section for section in sections if section.blocks or _is_opening(section, presenter)),
    )


def _handout(presenter: Presenter, language: str, edition: Edition, options: EditionOptions) -> Document:
    return Document(
        language=language,
        title=_("Numbers and agreements"),
        reference="",
        state="",
        conversation="",
        version="",
        edition=edition.code,
        is_handout=True,
        emergency=None,
        first_page=None,
        sections=tuple(client_handout.sections(presenter, agreed=options.agreed, plan=options.plan)),
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
    after_page_one, has_log_section = presenter.has_page_one, "incidents" in edition.sections
    return {
        "fear": partial(statements.more_fear if after_page_one else statements.fear, presenter),
        "incidents": partial(incidents.incidents, presenter),
        "urgency": partial(advice.urgency, presenter),
        "wishes": partial(statements.wishes, presenter, options.ground),
        "steps": partial(advice.steps, presenter, steps),
        "safety_plan": partial(safety_plan.safety_plan, presenter),
        "advised": partial(advice.named_steps, steps),
        "case_holders": partial(case_holders.case_holders, presenter),
        "breaches": partial(breaches.breaches, presenter, own_file=edition.own_file),
        "pattern": partial(incidents.pattern, presenter, with_log=not has_log_section),
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
