"""Build page one, read on its own: who is afraid of what, what happens, and what must be done by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import AdvisedStep, Excerpt, Fact, Facts, FreeText, PageOne
from questionnaire.documents.charts.incidents_by_month import MAX_MONTHS, month_chart
from questionnaire.documents.presenter import Presenter, shorten
from questionnaire.domain.advice.open_questions import OpenQuestion
from questionnaire.domain.catalogue import ITEMS, SECTION_OF

FEAR_ITEMS: Final = tuple(item.id for item in SECTION_OF["fear_level"].items)
OTHERS_ITEMS: Final = tuple(item.id for item in SECTION_OF["children"].items)

#: How much fits: the steps, and the characters of the client's own words, of the wishes and of an outcome.
STEPS_ON_PAGE_ONE: Final = 3
MAX_OWN_WORDS: Final = 600
MAX_WISHES: Final = 240
MAX_OUTCOME: Final = 120
#: The most characters with which the picture fits too, as measured. With the emergency line it never does.
MAX_TEXT_BESIDE_DRAWING: Final = 2_200

_OPEN_QUESTIONS: Final = 4
#: In an emergency further questions can wait, and the emergency line takes the room.
_OPEN_QUESTIONS_IN_DANGER: Final = 1


def build_page_one(presenter: Presenter, steps: tuple[AdvisedStep, ...]) -> PageOne:
    """Return page one of the full edition."""
    summary = presenter.summary
    own_words = presenter.quotation("fear_own_words")
    in_danger = any(step.code == "call_112" for step in steps)
    page_one = PageOne(
        headline=summary.fear.opening,
        own_words=_excerpt(own_words, MAX_OWN_WORDS),
        no_own_words=presenter.absence("fear_own_words") if own_words is None else "",
        fear=Facts(_facts(presenter, presenter.answered(FEAR_ITEMS[1:]))),
        wishes=_excerpt(presenter.quotation("client_wishes"), MAX_WISHES),
        urgency_code=summary.urgency.code,
        urgency=summary.urgency.label,
        police=summary.police_urgency.label,
        danger_signs=tuple(map(labels.reason, summary.danger_signs)),
        steps=tuple(map(_with_short_outcome, steps[:STEPS_ON_PAGE_ONE])),
        pattern=summary.pattern.sentence,
        drawing=None,
        others=_facts(presenter, _at_risk(presenter)),
        open_questions=_first_open_questions(
            presenter, _OPEN_QUESTIONS_IN_DANGER if in_danger else _OPEN_QUESTIONS
        ),
    )
    has_room = _length(page_one) <= MAX_TEXT_BESIDE_DRAWING and not in_danger
    return replace(page_one, drawing=_drawing(presenter)) if has_room else page_one


def _drawing(presenter: Presenter) -> SafeString | None:
    """Return the chart of incidents by month, on paper only: on screen the pattern has a larger one."""
    chart = month_chart(presenter.intake.incidents, fewest=MAX_MONTHS) if presenter.paper else None
    return render_to_string("documents/incidents_by_month.html", {"chart": chart}) if chart else None


def _length(page_one: PageOne) -> int:
    """Return how much is written on page one, in characters of running text."""
    texts = [page_one.pattern, *page_one.danger_signs, *page_one.open_questions]
    for fact in (*page_one.fear.facts, *page_one.others):
        texts += [fact.label, *fact.values, *fact.marks]
    if page_one.wishes:
        texts.append(page_one.wishes.text)
    if page_one.own_words:
        texts += [page_one.own_words.text] * 2  # in large letters
    for step in page_one.steps:
        texts += [*step.in_short, *step.outcome, step.title, step.text, *step.contacts]
    return sum(map(len, texts))


def _facts(presenter: Presenter, item_ids: list[str]) -> tuple[Fact, ...]:
    """Return the answers without what was written beside them."""
    return tuple(
        Fact(item_id, labels.label(item_id), presenter.values(item_id), presenter.marks(item_id))
        for item_id in item_ids
    )


def _with_short_outcome(step: AdvisedStep) -> AdvisedStep:
    return replace(step, outcome=tuple(FreeText(shorten(line, MAX_OUTCOME)) for line in step.outcome))


def _at_risk(presenter: Presenter) -> list[str]:
    codes = presenter.intake.answers.codes
    return [item_id for item_id in OTHERS_ITEMS if ITEMS[item_id].raised_codes & codes[item_id]]


def _first_open_questions(presenter: Presenter, most: int) -> tuple[str, ...]:
    questions = presenter.summary.open_questions
    lines = [_in_short(question) for question in questions[:most]]
    if more := len(questions) - len(lines):
        lines.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return tuple(lines)


def _in_short(question: OpenQuestion) -> str:
    label = labels.label(question.item)
    return f"{label} ({labels.advice_title(question.could_add[0])})" if question.could_add else label


def _excerpt(text: FreeText | None, most: int) -> Excerpt | None:
    if text is None:
        return None
    if len(text) <= most:
        return Excerpt(text, continued=False)
    return Excerpt(FreeText(shorten(text, most)), continued=True)
