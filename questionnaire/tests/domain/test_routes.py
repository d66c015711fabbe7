"""The shorter ways hold the same items, and what they are made of is what they promise."""

from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.routes import CORE, EMERGENCY, PAGES, ROUTES, route_of


def test_the_core_way_asks_every_core_item_once_in_order() -> None:
    asked = [item.id for page in CORE for item in page.items]

    assert asked == [item.id for item in ITEMS.values() if item.core]


def test_the_short_route_asks_three_questions_after_the_safe_contact_and_the_fear_first() -> None:
    asked = [item.id for item in EMERGENCY.items]

    assert asked == ["safe_contact", "fear_level", "danger_now", "person_near"]
    assert all(item.kind in ("one", "scale") for item in EMERGENCY.items[1:])


def test_a_page_is_on_one_way() -> None:
    assert sum(len(way) for way in ROUTES) == len(PAGES)
    assert route_of("core-2") == CORE
    assert route_of("fear") == SECTIONS
    assert route_of(None) == SECTIONS
