"""The page of one consultation: changing and removing it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import Consultation, Outcome
from questionnaire.models import Event, Intake, Step, User
from questionnaire.tests.factories import event_count, record_outcomes
from questionnaire.tests.pages import Page, controls

CALLED = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt\nterug")


@pytest.fixture
def alice_client(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


@pytest.fixture
def step(alice: User, intake: Intake) -> Step:
    return follow_up_actions.add_consultation(alice, intake, CALLED)


def url(intake: Intake) -> str:
    return reverse("steps", args=[intake.uuid])


def url_of(step: Step) -> str:
    return reverse("consultation", args=[step.intake_id, step.uuid])


def save(page: Page) -> Any:
    return page.press("_go", "save")


def test_consultation_is_changed(alice_client: Client, intake: Intake, step: Step) -> None:
    response = save(Page(alice_client, url_of(step)).fill(**{"consultation-result": "geen gehoor"}))

    assert response["Location"] == f"{url(intake)}#consultations"
    assert intake.follow_up.consultations[0].result == "geen gehoor"


def test_saving_an_unchanged_consultation_stores_nothing(alice_client: Client, step: Step) -> None:
    save(Page(alice_client, url_of(step)))

    assert not event_count(EventCode.CONSULTATION_CHANGED)


def test_invalid_consultation_is_shown_again_with_an_error(
    alice_client: Client, intake: Intake, step: Step
) -> None:
    page = Page(alice_client, url_of(step)).fill(
        **{"consultation-on": "31-02-2026", "consultation-name": "K."}
    )

    html = save(page).content.decode()

    assert 'id="id_consultation-on_error"' in html
    assert 'value="K."' in html
    assert "<title>Error: " in html
    assert intake.follow_up.consultations == (CALLED,)


def test_conflict_on_a_consultation_shows_both_and_saving_again_overwrites(
    alice_client: Client, intake: Intake, step: Step
) -> None:
    first, second = (Page(alice_client, url_of(step)) for _tab in range(2))
    save(first.fill(**{"consultation-result": "de eerste"}))

    html = save(second.fill(**{"consultation-result": "de tweede"})).content.decode()

    assert "Result: de eerste" in html
    assert "de tweede" in html
    assert intake.follow_up.consultations[0].result == "de eerste"

    second.posted = controls(html)
    save(second)

    assert intake.follow_up.consultations[0].result == "de tweede"


def test_consultation_is_removed_once(alice_client: Client, intake: Intake, step: Step) -> None:
    page = Page(alice_client, url_of(step))

    for _attempt in range(2):
        assert page.press("_remove", "1")["Location"] == f"{url(intake)}#consultations"

    assert not intake.follow_up
    assert event_count(EventCode.CONSULTATION_REMOVED) == 1


def test_saving_a_consultation_that_was_removed_adds_it_again(
    alice_client: Client, alice: User, intake: Intake, step: Step
) -> None:
    page = Page(alice_client, url_of(step)).fill(**{"consultation-result": "toch"})
    follow_up_actions.remove_consultation(alice, intake, step.uuid)

    save(page)

    assert intake.follow_up.consultations[0].result == "toch"


def test_consultation_of_another_intake_gets_404(alice_client: Client, alice: User, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    elsewhere = follow_up_actions.add_consultation(alice, other, CALLED)
    record_outcomes(alice, intake, Outcome("consult_police", "done"))

    for uuid in (uuid4(), elsewhere.uuid, intake.steps.get().uuid):
        assert alice_client.get(reverse("consultation", args=[intake.uuid, uuid])).status_code == 404


def test_people_who_do_not_write_in_the_intake_have_no_access(
    client: Client, intake: Intake, step: Step, bob: User, charlie: User, rachel: User
) -> None:
    for user, status in ((bob, 404), (charlie, 404), (rachel, 403)):
        client.force_login(user)
        for page in (url(intake), url_of(step)):
            assert client.get(page).status_code == status
            assert client.post(page, {"_remove": "1"}).status_code == status
    assert intake.follow_up.consultations == (CALLED,)


def test_reading_a_consultation_records_one_event(alice_client: Client, step: Step) -> None:
    before = Event.objects.count()

    alice_client.get(url_of(step))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.STEPS_READ
