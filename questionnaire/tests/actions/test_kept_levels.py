"""A new assessment does not lower the level of its case before what must be asked was asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.levels import update_levels
from questionnaire.domain.advice.open_questions import MUST_ASK
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, User
from questionnaire.tests.factories import reload, submission_of
from questionnaire.tests.pages import Page, one_line

ON = date(2026, 4, 1)


def save(user: User, intake: Intake, **answers: Any) -> Intake:
    for page_id in {page_of(item_id) for item_id in answers}:
        of_page = {key: value for key, value in answers.items() if page_of(key) == page_id}
        intake_actions.save_section(user, intake, page_id, submission_of(reload(intake), **of_page))
    return reload(intake)


def page_of(item_id: str) -> str:
    return SECTION_OF[item_id].id


@pytest.fixture
def grave(alice: User, rachel: User, intake: Intake) -> Intake:
    """Return a signed-off assessment at the highest level."""
    save(alice, intake, danger_now="now", threats=("kill",))
    review_actions.sign_off(rachel, review_actions.submit(alice, reload(intake)), b"%PDF-1.7", {})
    return reload(intake)


@pytest.fixture
def later(alice: User, grave: Intake) -> Intake:
    return review_actions.reassess(alice, grave, ON)


def level(intake: Intake) -> tuple[int, int, int, bool]:
    stored = reload(intake)
    return stored.urgency, stored.police_urgency, stored.danger_signs, stored.keeps_level


def test_an_empty_one_has_the_level_and_the_day_of_the_one_before(grave: Intake, later: Intake) -> None:
    assert grave.urgency == Urgency.NOW
    assert level(later) == (grave.urgency, grave.police_urgency, grave.danger_signs, True)
    assert reload(later).reassess_on == reload(later).next_due == grave.reassess_on


def test_answers_that_leave_something_to_ask_lower_nothing(alice: User, grave: Intake, later: Intake) -> None:
    save(alice, later, danger_now="no", threats=("none",), fear_level=0)
    assert level(later)[0] == Urgency.NOW

    follow_up_actions.add_consultation(alice, later, Consultation("police"))
    incident_actions.add_incident(alice, later, Incident("2026-03-30", "home"))
    Intake.objects.filter(pk=later.pk).update(rules_version=0)
    update_levels()
    assert level(later) == (grave.urgency, grave.police_urgency, grave.danger_signs, True)


def test_asked_through_it_has_its_own_level(alice: User, later: Intake) -> None:
    answers: dict[str, Any] = dict.fromkeys(MUST_ASK, "unknown")
    save(alice, later, **{key: answers[key] for key in ITEMS if key in answers})

    urgency, _police, signs, keeps = level(later)
    assert (urgency < Urgency.NOW, signs, keeps) == (True, 0, False)
    assert reload(later).reassess_on >= ON + timedelta(days=3)


def test_handed_in_half_it_still_keeps_it_and_signed_off_it_says_what_was_signed(
    alice: User, rachel: User, later: Intake
) -> None:
    submitted = review_actions.submit(alice, save(alice, later, fear_level=2))
    assert level(later)[3]

    review_actions.sign_off(rachel, submitted, b"%PDF-1.7", {})

    signed = reload(later)
    assert (signed.keeps_level, signed.urgency) == (False, signed.signed_urgency)
    assert signed.urgency < Urgency.NOW


def test_a_higher_level_of_its_own_shows_at_once(alice: User, rachel: User, intake: Intake) -> None:
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), b"%PDF-1.7", {})
    later = review_actions.reassess(alice, reload(intake), ON)

    save(alice, later, danger_now="now")

    assert level(later)[0] == Urgency.NOW
    assert not reload(later).keeps_level or reload(later).reassess_on == reload(intake).reassess_on


def test_the_list_says_that_it_is_the_level_of_last_time(client: Client, alice: User, later: Intake) -> None:
    client.force_login(alice)

    html = one_line(client.get(reverse("cases")).content.decode())

    assert "Vorige keer: Nu handelen." in html
    assert html.count("Gevaarsignalen: Direct gevaar") == 1


def test_it_is_asked_first_what_a_reassessment_changes(client: Client, alice: User, grave: Intake) -> None:
    client.force_login(alice)
    page = Page(client, reverse("reassess", args=[grave.uuid]))
    assert "Een nieuwe beoordeling beginnen?" in page.html
    assert "<strong>Nu handelen</strong>" in page.html
    assert Intake.objects.filter(case=grave.case_id).count() == 1

    response = page.press("_", "")

    new = Intake.objects.get(previous=grave)
    assert response.headers["Location"] == reverse("intake", args=[new.uuid])
    assert client.get(reverse("reassess", args=[grave.uuid])).status_code == 302


def test_what_raises_the_one_before_raises_what_is_kept(alice: User, rachel: User, intake: Intake) -> None:
    submitted = review_actions.submit(alice, intake)
    later = review_actions.reassess(alice, submitted, ON)
    review_actions.add_remark(rachel, submitted, "", "Sinds wanneer?")
    review_actions.return_intake(rachel, submitted)

    save(alice, reload(intake), danger_now="now")

    assert level(later)[0] == Urgency.NOW
    assert level(later)[3]
