"""The shorter routes have items of the catalogue, each at its place."""

from questionnaire.domain.advice.conditions import ALWAYS
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.terms import FEAR
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.routes import CORE, EMERGENCY, PAGES, ROUTES, route_of

ASKED = [item.id for page in CORE for item in page.items]


def test_the_core_route_is_at_most_fourteen_questions_on_two_pages() -> None:
    assert len(CORE) == 2
    assert len(ASKED) == 14
    assert [item for item in ITEMS if item in ASKED] == ASKED


def test_the_core_route_asks_what_the_rules_for_now_read_the_fear_and_whether_the_client_wants_to_die() -> (
    None
):
    read_for_now = {item for rule in RULES for item in rule.levels.get(Urgency.NOW, ALWAYS).reads}

    assert {item for item in ASKED if not item.startswith("fear")} - read_for_now == {"client_suicidal"}
    assert {item for item in ASKED if item.startswith("fear")} <= FEAR.reads


def test_the_emergency_route_has_three_short_questions_after_the_safe_contact() -> None:
    found = [item.id for item in EMERGENCY.items]

    assert found == ["safe_contact", "fear_level", "danger_now", "person_near"]
    assert all(item.kind in ("one", "scale") for item in EMERGENCY.items[1:])


def test_a_page_is_on_one_route() -> None:
    assert sum(len(route) for route in ROUTES) == len(PAGES)
    assert route_of("core-2") == CORE
    assert route_of("fear") == SECTIONS
    assert route_of(None) == SECTIONS
