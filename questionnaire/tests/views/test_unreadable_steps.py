"""A stored step that is no longer valid closes no list, and a case with nothing planned leaves none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.domain.follow_up import Outcome
from questionnaire.models import Intake, Step, User
from questionnaire.tests.factories import record_outcomes, reload

pytestmark = pytest.mark.django_db

UNREADABLE = "Iets in de opvolging is niet te lezen"


@pytest.mark.parametrize("urgency", [2, 3])
@pytest.mark.parametrize("name", ["today", "cases"])
def test_an_invalid_step_closes_no_list_and_is_told(
    alice_client: Client, alice: User, intake: Intake, name: str, urgency: int
) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Step(intake=intake, kind="outcome", content={"what": "zq", "state": "planned"}).save(force_insert=True)
    Intake.objects.update(next_due=intake.on, urgency=urgency)

    html = alice_client.get(reverse(name)).content.decode()

    assert intake.case.reference in html
    assert UNREADABLE in html


def test_a_step_that_cannot_be_decrypted_closes_no_list(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Intake.objects.update(next_due=intake.on)
    Step.objects.update(uuid="00000000-0000-4000-8000-000000000000")

    html = alice_client.get(reverse("today")).content.decode()

    assert UNREADABLE in html


def test_without_one_nothing_is_told(alice_client: Client, alice: User, intake: Intake) -> None:
    record_outcomes(alice, intake, Outcome("victim_support", "planned", on=intake.on))
    Intake.objects.update(next_due=intake.on)

    assert UNREADABLE not in alice_client.get(reverse("today")).content.decode()


def test_a_case_whose_reassessment_is_done_and_that_has_nothing_planned_waits_today(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    record_outcomes(alice, intake, Outcome("reassess", "done", on=timezone.localdate()))

    html = alice_client.get(reverse("today")).content.decode()

    assert reload(intake).next_due == timezone.localdate()
    assert "Geen nieuwe datum sinds de herbeoordeling" in html
    assert intake.case.reference in html
