"""The ways through the questions: all of them, the core ones, and the few for when talking is not safe.

A way is a row of pages, and a page is a `Section`: a title, and items of the catalogue. Whatever the way, the
same items are drawn by the same form and saved by the same action, so that going another way loses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.items import Section

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


def _core(number: int, title: StrPromise, *section_ids: str) -> Section:
    sections = [section for section in SECTIONS if section.id in section_ids]
    items = tuple(item for section in sections for item in section.items if item.core)
    return Section(f"core-{number}", title, items)


#: The core questions of all sections, in their order. In four pages, since one would be slow to load.
CORE: Final = (
    _core(1, _("Safe now, and the fear"), "safety_now", "fear"),
    _core(2, _("What is happening?"), "pattern"),
    _core(3, _("This person, and what raises concern"), "person", "concern", "access"),
    _core(4, _("Others, support and wishes"), "others", "impact", "help", "own_view"),
)

#: After how to be reached, three questions that a number or one word can answer while someone listens in. The
#: fear comes first, and what cannot wait after it.
EMERGENCY: Final = Section(
    "emergency",
    _("Talking is not safe now"),
    tuple(ITEMS[item_id] for item_id in ("safe_contact", "fear_level", "danger_now", "person_near")),
)

ROUTES: Final = (SECTIONS, CORE, (EMERGENCY,))
#: Every page of every way, by its id.
PAGES: Final = {page.id: page for way in ROUTES for page in way}


def route_of(page_id: str | None) -> tuple[Section, ...]:
    """The way that a page is on; the whole questionnaire when there is no page yet."""
    return next((way for way in ROUTES if page_id in [page.id for page in way]), SECTIONS)
