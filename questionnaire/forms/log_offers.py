"""Prepare what the log says beside the questions of a page, and take over what it offers.

An offer is taken over by the page's own form: the button names the control and what would be typed in it. So
it is saved, and can be cleared, as any answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.datastructures import MultiValueDict

from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.items import choice_text, lower_first
from questionnaire.domain.log_answers import Contradiction, Offer
from questionnaire.forms.bindings import input_from_answer, post_from_input

#: The name of the button that takes over what the log offers.
BUTTON: Final = "_from_log"
_IS: Final = "="


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line beside a question: what the log says, and the button that takes it over, if there is one.

    `press` is the value of the button, `value` what it takes over, and `row` for which row of a table.
    """

    sentence: str
    press: str = ""
    value: str = ""
    row: str = ""


def log_lines(
    offers: Iterable[Offer], contradictions: Iterable[Contradiction]
) -> Mapping[str, Sequence[LogLine]]:
    """Return the lines by item. Where answer and log differ both are told, and the offer adds its button."""
    differing = {(each.item, each.row): each.sentence for each in contradictions}
    lines: dict[str, list[LogLine]] = {}
    for offer in offers:
        sentence = differing.pop((offer.item, offer.row), offer.sentence)
        lines.setdefault(offer.item, []).append(_line(offer, sentence))
    for (item, _row), sentence in differing.items():
        lines.setdefault(item, []).append(LogLine(sentence))
    return lines


def _line(offer: Offer, sentence: str) -> LogLine:
    if not offer.value:
        return LogLine(sentence)
    item = ITEMS[offer.item]
    ((name, (typed,)),) = _controls(offer).items()
    shown = typed if item.kind == "date" else lower_first(choice_text(item.columns or item.options, typed))
    row = choice_text(item.rows, offer.row) if offer.row else str(item.label)
    return LogLine(sentence, f"{name}{_IS}{typed}", shown, row)


def _controls(offer: Offer) -> dict[str, list[str]]:
    item = ITEMS[offer.item]
    value = {offer.row: offer.value} if offer.row else offer.value
    return post_from_input(item, input_from_answer(item, value))


def taken_over(posted: MultiValueDict[str, str], offers: Iterable[Offer]) -> Offer | None:
    """Return the offer of which the button was pressed; None when it is not offered any more."""
    pressed = posted.get(BUTTON) or ""
    return next((offer for offer in offers if offer.value and _line(offer, "").press == pressed), None)


def put_in(controls: MultiValueDict[str, str], offer: Offer) -> None:
    """Put what the log offers in the controls of a page, in the place of what they had."""
    controls.pop(f"{offer.item}__absent", None)
    for name, values in _controls(offer).items():
        controls.setlist(name, values)
