"""Draw pictograms beside words, for whoever reads little. None stands alone, so none is read out.

Each is one file in templates/pictograms/, in the colour of the words that it stands beside.
"""

from __future__ import annotations

from typing import Final

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from questionnaire.domain.items import SCALE_CODES, Choice, Item

register = template.Library()

#: The columns of a grid that have a pictogram: how often something happens, and whether that is known.
_OF_COLUMNS: Final = frozenset({"never", "once", "sometimes", "weekly", "daily", "unknown"})
#: The questions that are about one place.
_OF_QUESTIONS: Final = {
    "behaviour_home": "home",
    "behaviour_elsewhere": "elsewhere",
    "behaviour_online": "online",
}
#: How high the measure is drawn that stands for the highest number of a scale.
_MEASURE_HEIGHT: Final = 21


@register.simple_tag
def pictogram(name: str) -> SafeString:
    """Return one pictogram."""
    return render_to_string(f"pictograms/{name}.svg")


@register.simple_tag
def choice_pictogram(item: Item, choice: Choice) -> SafeString | str:
    """Return the pictogram of a choice; "" for a choice that has none, where words alone are clearer."""
    if item.kind == "scale":
        height = _MEASURE_HEIGHT * SCALE_CODES.index(choice.code) / (len(SCALE_CODES) - 1)
        return render_to_string("pictograms/measure.svg", {"height": f"{height:g}"})
    is_drawn = item.kind == "yes_no" or (item.kind == "grid" and choice.code in _OF_COLUMNS)
    return pictogram(choice.code) if is_drawn else ""


@register.simple_tag
def question_pictogram(item: Item) -> SafeString | str:
    """Return the pictogram of the place that a question is about; "" for any other question."""
    return pictogram(_OF_QUESTIONS[item.id]) if item.id in _OF_QUESTIONS else ""
