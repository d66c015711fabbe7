"""Erasing names what was delivered, since that is in others' hands."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from questionnaire.actions import deliveries
from questionnaire.actions import review as review_actions
from questionnaire.management.delivered import lines_about
from questionnaire.models import Case, Delivery, Intake, Proposal, Team, User
from questionnaire.tests.factories import PDF, agreed, reload

#: Scrubbing the files of the database needs a connection without a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake, tmp_path: Path, settings: Any) -> Intake:
    settings.DELIVERY = {"kind": "folder", "folder": str(tmp_path)}
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), PDF, {})
    return reload(intake)


@pytest.fixture
def delivered(signed: Intake, settings: Any) -> Intake:
    deliveries.deliver_due(settings.DELIVERY)
    return signed


def erase(intake: Intake, *arguments: str) -> str:
    out = StringIO()
    if "--yes" in arguments:
        agreed(intake, Proposal.Kind.ERASE)
    call_command("erase", str(intake.pk), "--by", "alice", "--reason", "asked", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("arguments", [(), ("--yes",)])
def test_erasing_says_where_a_document_is_that_is_not_in_our_hands(
    delivered: Intake, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    delivery = Delivery.objects.get()
    line = f"dus niet meer in onze handen: {delivery.name}.pdf in {tmp_path}. Wis het daar ook."

    assert line in erase(delivered, *arguments)

    assert (tmp_path / f"{delivery.name}.pdf").exists()
    assert Delivery.objects.exists() == (not arguments)


def test_erasing_says_that_a_document_may_have_arrived(signed: Intake, tmp_path: Path) -> None:
    Delivery.objects.update(tries=1, place="https://archive.example", error="no_answer")

    (line,) = lines_about([signed])

    assert "bij https://archive.example. Kijk daar of het aankwam." in line


def test_erasing_takes_along_what_waits(signed: Intake) -> None:
    assert "wordt ook gewist" in erase(signed, "--yes")

    assert not Delivery.objects.exists()


@pytest.mark.parametrize("is_held", [True, False])
def test_retention_says_it_of_what_it_erases(delivered: Intake, team: Team, is_held: bool) -> None:
    Team.objects.update(retention_days=1)
    Intake.objects.update(changed_at=timezone.now() - timedelta(days=9))
    Case.objects.update(legal_hold=is_held)
    out = StringIO()

    call_command("retention", "--apply", stdout=out)

    assert ("Wis het daar ook." in out.getvalue()) == (not is_held)
