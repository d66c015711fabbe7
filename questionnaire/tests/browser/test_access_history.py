"""Who has looked at a case, by eye and by a screen reader."""

from __future__ import annotations

import pytest
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_access_history_fits_and_is_accessible(
    open_page: Open, rachel: User, intake: Intake, language: str
) -> None:
    for _time in range(3):
        intake_actions.record_read(rachel, intake, EventCode.SUMMARY_READ)
    address = reverse("looked", args=[intake.uuid])
    scheme = {"nl": "light", "en": "dark"}[language]

    page = open_page(address, user=rachel, language=language, viewport=NARROW, color_scheme=scheme)

    assert_accessible(page)
