"""Define the routes through the questions: full, core, and emergency for when talking is not safe.

A route is a sequence of pages, and a page is a `Section`: a title, and items of the catalogue. On every route
the same items are shown by the same form and saved by the same action, so that changing routes loses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.items import Section

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


def _core_page(number: int, title: StrPromise, *section_ids: str) -> Section:
    sections = [section for section in SECTIONS if section.id in section_ids]
    items = tuple(item for section in sections for item in section.items if item.core)
    return Section(f"core-{number}", title, items)


#: The core questions of all sections, in their order. In four pages, since one would be slow to load.
CORE: Final = (
    _core_page(1, _("Safe now, and the fear"), "safety_now", "fear"),
    _core_page(2, _("What is happening?"), "pattern"),
    _core_page(3, _("This person, and what raises concern"), "person", "concern", "access"),
    _core_page(4, _("Others, support and wishes"), "others", "impact", "help", "own_view"),
)

#: How to reach the client, then three questions that a number or one word can answer while someone listens
#: in: the fear first, then what cannot wait.
EMERGENCY: Final = Section(
    "emergency",
    _("Talking is not safe now"),
    tuple(ITEMS[item_id] for item_id in ("safe_contact", "fear_level", "danger_now", "person_near")),
)

ROUTES: Final = (SECTIONS, CORE, (EMERGENCY,))
#: Every page of every route, by its id.
PAGES: Final = {page.id: page for route in ROUTES for page in route}


def route_of(page_id: str | None) -> tuple[Section, ...]:
    """Return the route that a page is on; the full route when there is no page yet."""
    return next((route for route in ROUTES if page_id in [page.id for page in route]), SECTIONS)
