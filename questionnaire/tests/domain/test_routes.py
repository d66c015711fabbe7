"""The shorter routes have items of the catalogue, each at its place."""

from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.routes import CORE, EMERGENCY, PAGES, ROUTES, route_of


def test_the_core_route_has_every_core_item_once_in_order() -> None:
    found = [item.id for page in CORE for item in page.items]

    assert found == [item.id for item in ITEMS.values() if item.core]


def test_the_emergency_route_has_three_short_questions_after_the_safe_contact() -> None:
    found = [item.id for item in EMERGENCY.items]

    assert found == ["safe_contact", "fear_level", "danger_now", "person_near"]
    assert all(item.kind in ("one", "scale") for item in EMERGENCY.items[1:])


def test_a_page_is_on_one_route() -> None:
    assert sum(len(route) for route in ROUTES) == len(PAGES)
    assert route_of("core-2") == CORE
    assert route_of("fear") == SECTIONS
    assert route_of(None) == SECTIONS
