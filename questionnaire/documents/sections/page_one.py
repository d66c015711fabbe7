"""Page one, which stands alone: who is afraid of what, what happens, and what must be done by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import Advised, Excerpt, Fact, Facts, Front, Words
from questionnaire.documents.charts.incidents_by_month import MONTHS, timeline
from questionnaire.documents.presenter import Presenter, shortened
from questionnaire.domain.advice.open_questions import OpenQuestion
from questionnaire.domain.catalogue import ITEMS, SECTION_OF

STEPS_ON_FRONT: Final = 3
WORDS_ON_FRONT: Final = 600
WISHES_ON_FRONT: Final = 240
OUTCOME_ON_FRONT: Final = 120
#: Up to how many characters the picture fits too, as measured. Below the emergency line it does not.
ROOM_FOR_DRAWING: Final = 2_200

_OPEN_ON_FRONT: Final = 4
#: In an emergency asking on waits, and the emergency line takes the room.
_OPEN_IN_DANGER: Final = 1
_FEAR: Final = tuple(item.id for item in SECTION_OF["fear_level"].items)
_OTHERS: Final = tuple(item.id for item in SECTION_OF["children"].items)


def front(telling: Presenter, advised: tuple[Advised, ...]) -> Front:
    """Page one of the full edition."""
    summary = telling.summary
    words = telling.quoted("fear_own_words")
    in_danger = any(step.code == "call_112" for step in advised)
    told = Front(
        headline=summary.fear.opening,
        words=_excerpt(words, WORDS_ON_FRONT),
        no_words=telling.state("fear_own_words") if words is None else "",
        fear=Facts(tuple(_bare(telling, item_id) for item_id in telling.answered(_FEAR[1:]))),
        wishes=_excerpt(telling.quoted("client_wishes"), WISHES_ON_FRONT),
        urgency_code=summary.urgency.code,
        urgency=summary.urgency.label,
        police=summary.police_urgency.label,
        danger_signs=tuple(labels.reason(sign) for sign in summary.danger_signs),
        steps=tuple(map(_on_front, advised[:STEPS_ON_FRONT])),
        pattern=summary.pattern.sentence,
        drawing=None,
        others=tuple(_bare(telling, item_id) for item_id in _at_risk(telling)),
        open_questions=_first_open_questions(telling, _OPEN_IN_DANGER if in_danger else _OPEN_ON_FRONT),
    )
    has_room = _length(told) <= ROOM_FOR_DRAWING and not in_danger
    return replace(told, drawing=_drawing(telling)) if has_room else told


def _drawing(telling: Presenter) -> SafeString | None:
    """The incidents a month, for paper: a page on the screen shows more of them, at the pattern."""
    chart = timeline(telling.intake.incidents, fewest=MONTHS) if telling.paper else None
    return render_to_string("documents/incidents_by_month.html", {"chart": chart}) if chart else None


def _length(front: Front) -> int:
    """How much is written on page one, in characters of running text."""
    said = [front.pattern, *front.danger_signs, *front.open_questions]
    for fact in (*front.fear.facts, *front.others):
        said += [fact.label, *fact.values, *fact.marks]
    if front.wishes:
        said.append(front.wishes.words)
    if front.words:
        said += [front.words.words] * 2  # in large letters
    for step in front.steps:
        said += [*step.in_short, *step.outcome, step.title, step.text, *step.contacts]
    return sum(map(len, said))


def _bare(telling: Presenter, item_id: str) -> Fact:
    return Fact(item_id, labels.label(item_id), telling.values(item_id), telling.marks(item_id))


def _on_front(step: Advised) -> Advised:
    return replace(step, outcome=tuple(Words(shortened(line, OUTCOME_ON_FRONT)) for line in step.outcome))


def _at_risk(telling: Presenter) -> list[str]:
    codes = telling.intake.answers.codes
    return [item_id for item_id in _OTHERS if ITEMS[item_id].raised_codes & codes[item_id]]


def _first_open_questions(telling: Presenter, most: int) -> tuple[str, ...]:
    questions = telling.summary.open_questions
    lines = [_in_short(question) for question in questions[:most]]
    if more := len(questions) - len(lines):
        lines.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return tuple(lines)


def _in_short(question: OpenQuestion) -> str:
    name = labels.label(question.item)
    return f"{name} ({labels.advice_title(question.could_add[0])})" if question.could_add else name


def _excerpt(words: Words | None, most: int) -> Excerpt | None:
    if words is None:
        return None
    if len(words) <= most:
        return Excerpt(words, continued=False)
    return Excerpt(Words(shortened(words, most)), continued=True)
