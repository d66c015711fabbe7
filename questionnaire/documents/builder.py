"""How an edition of a summary is made: what may be shown is worked out first, then its parts are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.documents import redaction
from questionnaire.documents.blocks import Advised, Document, Section
from questionnaire.documents.editions import (
    CLIENT,
    FULL,
    NOTHING_CHOSEN,
    RUNNING_NOTE,
    Chosen,
    Edition,
    hidden,
)
from questionnaire.documents.presenter import NO_FOLLOW_UP, Presenter, shortened
from questionnaire.documents.sections import (
    advice,
    client_handout,
    closing,
    incidents,
    open_questions,
    statements,
)
from questionnaire.documents.sections import review as review_section
from questionnaire.documents.sections.page_one import front
from questionnaire.domain import catalogue
from questionnaire.domain.advice.conditions import Facts
from questionnaire.domain.advice.counterfactuals import what_would_change
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.comparison import Point
from questionnaire.domain.dates import words
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.domain.summary import Summary, summarise

_NAME_IN_HEADER: Final = 60


def make(
    intake: IntakeFile,
    language: str,
    edition: Edition = FULL,
    chosen: Chosen = NOTHING_CHOSEN,
    *,
    follow_up: FollowUp = NO_FOLLOW_UP,
    review: Review = NOT_REVIEWED,
    over_time: Sequence[Point] = (),
    paper: bool = False,
    explained: bool = False,
) -> Document:
    """The document of an intake in an edition and a language.

    What came of the advice and of its review, and the case `over_time` up to this intake, are told in the
    editions for the own file alone. On `paper` free text is bounded, and the full edition begins with page
    one, which its sections do not repeat. When `explained`, each advice says by which rule it is given and
    what would change it.
    """
    with override(language):
        summary = summarise(intake.answers, intake.incidents, intake.date)
        if edition.on_tick:
            telling = _redacted(intake, summary, edition, chosen, review=review, paper=paper)
        else:
            front = paper and edition is FULL
            telling = Presenter(
                intake,
                summary,
                paper=paper,
                follow_up=follow_up,
                review=review,
                over_time=over_time,
                has_front=front,
            )
        advised = advice.advised(telling, _changes(intake) if explained else None)
        return _document(telling, advised, language, edition, chosen)


def _redacted(
    intake: IntakeFile, summary: Summary, edition: Edition, chosen: Chosen, *, review: Review, paper: bool
) -> Presenter:
    """What an edition for others may show. What came of the advice is never in it."""
    out = hidden(edition, chosen.ticked)
    shown = replace(redaction.without(intake, out), view="")
    if RUNNING_NOTE in out:
        shown = replace(shown, running_note="")
    if not edition.free_text:
        shown = redaction.only(shown, chosen.sentences)
    if not edition.reference:
        shown = replace(shown, reference="", author="")
    # A text of which nothing may be shown is left out; it is not an open question.
    out |= {item_id for item_id in intake.answers if item_id not in shown.answers}
    return Presenter(
        shown,
        redaction.redacted(summary, shown, out),
        paper=paper,
        hidden=out,
        review=review,
        withheld=redaction.withheld(summary, shown),
    )


def _changes(intake: IntakeFile) -> advice.Changes:
    return what_would_change(RULES, Facts(intake.answers.codes, len(intake.incidents)))


def _document(
    telling: Presenter, advised: tuple[Advised, ...], language: str, edition: Edition, chosen: Chosen
) -> Document:
    if edition is CLIENT:
        return _for_the_client(telling, language, chosen)
    intake = telling.intake
    writers = _writers(telling, advised, edition, chosen)
    names = [name for name in edition.sections if name not in telling.hidden]
    sections = [writers[name]() for name in names]
    held = _("Conversation on %(date)s") % {"date": words(intake.date.isoformat())}
    author = shortened(intake.author, _NAME_IN_HEADER)
    reference = shortened(intake.reference, _NAME_IN_HEADER)
    name = _("Conversation report")
    return Document(
        language=language,
        title=f"{reference} · {name}" if reference else name,
        reference=reference,
        state=review_section.state(telling.review),
        held=f"{held}, {author}" if author else held,
        version=_("Questionnaire version %(version)s") % {"version": catalogue.VERSION},
        edition=edition.code,
        emergency=next((step for step in advised if step.code == "call_112"), None),
        front=front(telling, advised),
        sections=tuple(section for section in sections if section.blocks or _opens(section, telling)),
    )


def _for_the_client(telling: Presenter, language: str, chosen: Chosen) -> Document:
    return Document(
        language=language,
        title=_("Numbers and agreements"),
        reference="",
        state="",
        held="",
        version="",
        edition=CLIENT.code,
        emergency=None,
        front=front(_nothing_of(telling), ()),
        sections=tuple(client_handout.sections(telling, agreed=chosen.agreed)),
    )


def _nothing_of(telling: Presenter) -> Presenter:
    """The same conversation without what was said: it is not even held where no page shows it."""
    unsaid = replace(telling.intake, answers=Answers({}), incidents=())
    return Presenter(unsaid, summarise(unsaid.answers, (), unsaid.date), paper=telling.paper)


def _opens(section: Section, telling: Presenter) -> bool:
    """Whether the document begins with this section: the fear is told also when there is nothing to tell."""
    return section.id == "fear" and not telling.has_front


def _writers(
    telling: Presenter,
    advised: tuple[Advised, ...],
    edition: Edition,
    chosen: Chosen,
) -> Mapping[str, Callable[[], Section]]:
    """What writes each section."""
    with_front, own_log = telling.has_front, "incidents" in edition.sections
    return {
        "fear": partial(statements.more_fear if with_front else statements.fear, telling),
        "incidents": partial(incidents.incidents, telling),
        "urgency": partial(advice.urgency, telling),
        "wishes": partial(statements.wishes, telling, chosen.ground),
        "steps": partial(advice.more_steps, advised)
        if with_front
        else partial(advice.steps, telling, advised),
        "advised": partial(advice.named_steps, telling, advised),
        "pattern": partial(incidents.pattern, telling, said_before=with_front, with_log=not own_log),
        "concerns": partial(statements.concerns, telling),
        "others": partial(statements.others, telling),
        "reporting_code": partial(advice.reporting_code, telling),
        "weighing": partial(advice.weighing, telling),
        "support": partial(statements.support, telling),
        "open_questions": partial(open_questions.open_questions, telling),
        "reassess": partial(advice.reassess, telling),
        "own_view": partial(closing.own_view, telling),
        "review": partial(review_section.review, telling),
        "limits": partial(closing.limits, telling, own_file=edition.plans),
    }
