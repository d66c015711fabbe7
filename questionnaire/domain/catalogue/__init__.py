"""List the questionnaire: ten sections with 49 items, a module each section. Prose and codes, nothing else.

`VERSION` goes up when a wording changes meaning or a code is added; codes are never changed or removed.
"""

from typing import Final

from questionnaire.domain.catalogue import (
    access,
    concern,
    fear,
    help,
    impact,
    others,
    own_view,
    pattern,
    person,
    safety_now,
)
from questionnaire.domain.items import ABSENT, NOT_REACHED_CHOICE, Item, Section

__all__ = [
    "ABSENT",
    "ITEMS",
    "ITEM_ORDER",
    "NOT_REACHED_CHOICE",
    "QUESTION_NUMBERS",
    "SECTIONS",
    "SECTION_OF",
    "VERSION",
]

VERSION: Final = 2

SECTIONS: Final[tuple[Section, ...]] = (
    safety_now.SECTION,
    fear.SECTION,
    pattern.SECTION,
    person.SECTION,
    concern.SECTION,
    access.SECTION,
    others.SECTION,
    impact.SECTION,
    help.SECTION,
    own_view.SECTION,
)

ITEMS: Final[dict[str, Item]] = {item.id: item for section in SECTIONS for item in section.items}
SECTION_OF: Final[dict[str, Section]] = {item.id: section for section in SECTIONS for item in section.items}
#: The number of each question, the same on screen and on paper: "2.1" is the first of the second section.
QUESTION_NUMBERS: Final[dict[str, str]] = {
    item.id: f"{number}.{place}"
    for number, section in enumerate(SECTIONS, start=1)
    for place, item in enumerate(section.items, start=1)
}
#: The place of each item in the questionnaire, from 0.
ITEM_ORDER: Final[dict[str, int]] = {item_id: place for place, item_id in enumerate(ITEMS)}
