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


def _page(page_id: str, title: StrPromise, *item_ids: str) -> Section:
    return Section(page_id, title, tuple(ITEMS[item_id] for item_id in item_ids))


#: The questions that decide the level and the first steps, for when there is little time: most of what the
#: rules for `now` read, the fear, and whether the client wants to die. `bench/core_route.py` counts how often
#: the level is that of all questions. The `core` of an item is another thing: it orders what is still open.
CORE: Final = (
    _page(
        "core-1",
        _("Safe now, and the fear"),
        "safe_to_talk",
        "danger_now",
        "fear_own_words",
        "fear_level",
        "feared_events",
    ),
    _page(
        "core-2",
        _("What happened, and what this person can do"),
        "escalation",
        "home_entry",
        "threats",
        "violence",
        "strangulation",
        "weapons",
        "person_suicidal",
        "children_involved",
        "client_suicidal",
    ),
)

#: How to reach the client, then three questions that a number or one word can answer while someone listens
#: in: the fear first, then what cannot wait.
EMERGENCY: Final = _page(
    "emergency", _("Talking is not safe now"), "safe_contact", "fear_level", "danger_now", "person_near"
)

ROUTES: Final = (SECTIONS, CORE, (EMERGENCY,))
#: Every page of every route, by its id.
PAGES: Final = {page.id: page for route in ROUTES for page in route}


def route_of(page_id: str | None) -> tuple[Section, ...]:
    """Return the route that a page is on; the full route when there is no page yet."""
    return next((route for route in ROUTES if page_id in [page.id for page in route]), SECTIONS)
