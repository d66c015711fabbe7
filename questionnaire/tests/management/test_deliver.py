"""`deliver`: what it prints, its exit code, and delivering again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from questionnaire.actions import review as review_actions
from questionnaire.models import Delivery, Intake, User
from questionnaire.tests.factories import PDF, reload


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("deliver", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake, tmp_path: Path, settings: Any) -> Intake:
    settings.DELIVERY = {"kind": "folder", "folder": str(tmp_path / "files")}
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), PDF, {})
    return reload(intake)


def test_without_the_setting_nothing_is_delivered() -> None:
    assert "STALKCHECK_DELIVER is niet ingesteld." in run()


def test_what_was_not_delivered_is_told_by_the_exit_code_and_why_by_the_status(
    signed: Intake, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="Niet afgeleverd: 1"):
        run()

    status = run("--status")
    assert f"Gesprek {signed.pk} wacht: poging 1, folder_missing, naar {tmp_path}/files." in status
    assert "Afgeleverd: 0. Wacht: 1. Mislukt: 0." in status


def test_what_was_delivered_is_counted(signed: Intake, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()

    assert run() == "Afgeleverd: 1\n"

    assert run("--status") == "Afgeleverd: 1. Wacht: 0. Mislukt: 0.\n"
    assert Delivery.objects.get().delivered_at is not None


@pytest.mark.parametrize("which", ["intake", "failed"])
def test_what_failed_is_delivered_again_when_someone_says_so(
    signed: Intake, tmp_path: Path, which: str
) -> None:
    Delivery.objects.update(state="failed", error="http_400", tries=1)
    assert f"Gesprek {signed.pk} is mislukt: http_400, bij poging 1" in run("--status")

    assert run("--again", str(signed.pk) if which == "intake" else which) == "Voor de volgende keer: 1\n"

    (tmp_path / "files").mkdir()
    assert run() == "Afgeleverd: 1\n"


def test_an_intake_that_is_not_signed_off_cannot_be_delivered(intake: Intake) -> None:
    with pytest.raises(CommandError, match="niet vastgesteld"):
        run("--again", str(intake.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["everything", "11111111-2222-4333-8444-555555555555"])
def test_an_intake_that_is_not_there_is_an_error(which: str) -> None:
    with pytest.raises(CommandError):
        run("--again", which)
