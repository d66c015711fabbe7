"""The numbers of a team, by eye and by a screen reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import dates
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, Team, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_statistics_page_fits_and_is_accessible(
    open_page: Open, alice: User, team: Team, other_team: Team, language: str
) -> None:
    alice.memberships.create(team=other_team, role="manager")
    for number in range(30):
        intake = intake_actions.start_intake(alice, team, f"n{number}", dates.today(), "nl")
        state = State.SUBMITTED if number < 3 else State.SIGNED_OFF if number < 15 else State.CONCEPT
        Intake.objects.filter(pk=intake.pk).update(
            state=state, open_steps=number % 2, started_at=timezone.now() - timedelta(days=1)
        )
    scheme = {"nl": "light", "en": "dark"}[language]

    page = open_page(reverse("numbers"), user=alice, language=language, viewport=NARROW, color_scheme=scheme)

    assert page.locator("svg").count() >= 4
    assert_accessible(page)
