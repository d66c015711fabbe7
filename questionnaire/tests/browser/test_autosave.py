"""Saving while someone types."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from questionnaire.actions import access as access_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Access, Event, Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import is_autosave, own_words, stop_page_clock, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile("^Opgeslagen om [0-9]{2}:[0-9]{2}$")


@pytest.fixture
def page(open_page: Open, alice: User, intake: Intake) -> Page:
    return open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)


def test_what_is_typed_is_saved_after_a_pause(page: Page, intake: Intake) -> None:
    own_words(page).press_sequentially("Ik ben bang.")

    expect(page.locator("#status")).to_have_text(SAVED)
    assert content(intake)["answers"] == {"fear_own_words": "Ik ben bang."}


def test_a_choice_is_saved_at_once(page: Page, intake: Intake) -> None:
    stop_page_clock(page)

    page.get_by_label("9", exact=True).check()

    wait_for(lambda: content(intake)["answers"] == {"fear_level": 9})


def test_typing_on_makes_no_conflict_with_oneself(page: Page, intake: Intake) -> None:
    for part in ("Ik ", "ben ", "bang."):
        own_words(page).press_sequentially(part)
        page.wait_for_timeout(600)

    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": "Ik ben bang."})
    assert not content(intake)["drafts"]


def test_a_button_waits_for_what_is_on_its_way(page: Page, intake: Intake) -> None:
    slow = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    sent: list[bool] = []
    page.on("request", lambda one: sent.append(one.is_navigation_request()) if one.method == "POST" else None)
    own_words(page).press_sequentially("Ik ben")
    page.wait_for_timeout(600)
    own_words(page).press_sequentially(" bang.")

    page.get_by_role("button", name="Volgende deel").click()

    expect(page.locator("h1")).to_contain_text("Wat gebeurt er?")
    assert content(intake)["answers"] == {"fear_own_words": "Ik ben bang."}
    assert not content(intake)["drafts"]
    assert sent[-1]  # the button's own page goes last, however many were on their way
    assert set(sent[:-1]) == {False}


def test_leaving_by_a_link_loses_nothing(page: Page, intake: Intake) -> None:
    own_words(page).press_sequentially("Ik ben bang.")

    page.get_by_role("navigation", name="Delen").get_by_role("link", name="Wat gebeurt er?").click()

    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": "Ik ben bang."})


@pytest.mark.parametrize("name", ["incidents", "incident"])
def test_half_an_incident_stays_when_one_leaves_by_a_link(
    open_page: Open, alice: User, intake: Intake, name: str
) -> None:
    incident = incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home"))
    path = reverse(name, args=[intake.uuid, incident.pk][: 2 if name == "incident" else 1])
    page = open_page(path, user=alice)
    page.locator("[name=what]").press_sequentially("Stond er weer.")

    page.locator("main a").first.click()
    expect(page).not_to_have_url(re.compile(f"{path}$"))

    page.goto(path)
    expect(page.locator("[name=what]")).to_have_value("Stond er weer.")
    assert intake.incidents.get().parsed == DomainIncident("2026-03-20", "home")


def test_a_save_whose_response_was_lost_is_sent_again(
    page: Page, intake: Intake, console_errors: list[str]
) -> None:
    lost: list[Route] = []

    def lose_one(route: Route) -> None:
        if is_autosave(route) and not lost:
            lost.append(route)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/fear/", lose_one)
    own_words(page).press_sequentially("Ik ben")
    expect(page.locator("#status")).to_contain_text("Nog niet opgeslagen")
    own_words(page).press_sequentially(" bang.")

    expect(page.locator("#status")).to_have_text(SAVED)
    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": "Ik ben bang."})
    assert not content(intake)["drafts"]
    console_errors.clear()


def test_autosave_goes_on_when_the_network_comes_back(
    page: Page, intake: Intake, console_errors: list[str]
) -> None:
    page.context.set_offline(True)
    own_words(page).press_sequentially("Ik ben bang.")
    expect(page.locator("#status")).to_contain_text("Nog niet opgeslagen")

    page.context.set_offline(False)

    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": "Ik ben bang."})
    expect(page.locator("#status")).to_have_text(SAVED)
    console_errors.clear()


def test_an_answer_takes_the_place_of_an_absent_state(page: Page, intake: Intake) -> None:
    page.locator("[name=feared_events__absent][value=declined]").check()
    wait_for(lambda: content(intake)["answers"] == {"feared_events": "declined"})

    page.get_by_label("Doden").check()

    wait_for(lambda: content(intake)["answers"] == {"feared_events": ["kill"]})


def test_a_page_that_is_only_read_sends_nothing(page: Page, intake: Intake) -> None:
    page.wait_for_timeout(1200)

    assert not Event.objects.filter(code=EventCode.INTAKE_CHANGED).exists()


def test_two_people_who_write_at_one_question_both_keep_their_text(
    open_page: Open, alice: User, bob: User, intake: Intake
) -> None:
    """A colleague with access to the case writes too; the next person who opens the page chooses."""
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    path = reverse("section", args=[intake.uuid, "fear"])
    first, second = (open_page(path, user=user) for user in (alice, bob))
    own_words(first).press_sequentially("Alice schreef dit.")
    expect(first.locator("#status")).to_have_text(SAVED)

    own_words(second).press_sequentially("Bob schreef dat.")
    expect(second.locator("#status")).to_contain_text("1 antwoord")

    assert content(intake)["answers"] == {"fear_own_words": "Alice schreef dit."}
    for page in (first, second):
        page.goto(path)
        expect(page.locator("#fear_own_words .stored")).to_contain_text("Alice schreef dit.")
        expect(own_words(page)).to_have_value("Bob schreef dat.")

    first.locator("[name=_take]").click()
    expect(first.locator("[name=_take]")).to_have_count(0)
    assert content(intake)["answers"] == {"fear_own_words": "Bob schreef dat."}
    assert not content(intake)["drafts"]
