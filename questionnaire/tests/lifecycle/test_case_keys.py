"""The upgrade to cases with keys: once, also after an interruption, and back again."""

from __future__ import annotations

from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from questionnaire.actions import access as access_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.checks import upgrade_problems
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import case_keys, case_logs
from questionnaire.models import Access, Case, Event, Intake, Team, User, tampered_cases
from questionnaire.tests.factories import event_codes, reload

CANARY = "Hij stond weer bij de school."


@pytest.fixture
def before(alice: User, bob: User, intake: Intake) -> Intake:
    """Return an intake as the migration left it: with its own key, in a case without one."""
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    case_logs.undo()
    case_keys.undo()
    return reload(intake)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("upgrade_cases", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_upgrade_makes_intakes_readable_and_signs_the_rights(before: Intake) -> None:
    assert upgrade_problems() == [
        "De casussen zijn nog niet bijgewerkt. Voer uit: python manage.py upgrade_cases"
    ]
    with pytest.raises(SealError):
        before.data_key()

    assert run() == "Casussen die een sleutel kregen: 1\nCasussen die één logboek kregen: 1"

    after = reload(before)
    assert after.incident_log[0].what == CANARY
    assert not tampered_cases(Case.objects.all())
    assert upgrade_problems() == []
    assert event_codes()[-2:] == ["cases.upgraded", "logs.gathered"]
    assert audit_log.verify().first_broken is None


def test_the_rights_are_signed_for_the_event_that_changed_them_last(before: Intake) -> None:
    run()

    assert Event.objects.get(pk=Case.objects.get().rights_event).code == "right.given"


@pytest.mark.usefixtures("before")
def test_the_upgrade_runs_once() -> None:
    run()
    count = len(event_codes())

    assert run() == "Casussen die een sleutel kregen: 0\nCasussen die één logboek kregen: 0"
    assert len(event_codes()) == count


def test_a_case_that_someone_adds_later_is_not_signed(before: Intake, other_team: Team) -> None:
    run()
    forged = Case.objects.create(team=other_team, reference="x", reference_key="x", wrapped_key=b"")
    Intake.objects.filter(pk=before.pk).update(case=forged, team=other_team)

    with pytest.raises(CommandError, match=str(forged.pk)):
        run()

    assert Case.objects.get(pk=forged.pk).mac == ""
    assert tampered_cases(Case.objects.all()) == {forged.pk, before.case_id}


def test_a_case_that_someone_adds_to_a_new_database_is_not_signed(team: Team) -> None:
    """The upgrade also runs before a new installation serves for the first time."""
    assert run() == "Casussen die een sleutel kregen: 0\nCasussen die één logboek kregen: 0"
    Case.objects.create(team=team, reference="x", reference_key="x", wrapped_key=b"")

    with pytest.raises(CommandError):
        run()


def test_an_intake_of_a_case_without_a_key_is_not_moved_by_an_older_copy_of_its_key(
    before: Intake, other_team: Team
) -> None:
    """Whoever has a backup of before the upgrade has the key of an intake as the ring wrapped it."""
    token = bytes(before.wrapped_key)
    run()
    Intake.objects.filter(pk=before.pk).update(wrapped_key=token)

    with pytest.raises(SealError):
        reload(before).data_key()


def test_an_interrupted_upgrade_is_finished_by_the_next(
    alice: User, team: Team, before: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_keys, "_BATCH_SIZE", 1)
    case_keys.upgrade()
    intake_actions.start_intake(alice, team, "second", date(2026, 3, 23), "nl")
    case_logs.undo()
    case_keys.undo()
    upgrade_batch = case_keys._upgrade_batch
    done: list[list[UUID]] = []

    def fail_at_the_second(ids: list[UUID]) -> int:
        if done:
            raise OSError
        done.append(ids)
        return upgrade_batch(ids)

    monkeypatch.setattr(case_keys, "_upgrade_batch", fail_at_the_second)
    with pytest.raises(OSError):  # noqa: PT011  (ours, without a message)
        case_keys.upgrade()
    assert upgrade_problems()
    monkeypatch.setattr(case_keys, "_upgrade_batch", upgrade_batch)

    assert run() == "Casussen die een sleutel kregen: 1\nCasussen die één logboek kregen: 1"

    assert all(intake.content is not None for intake in Intake.objects.all())
    assert not tampered_cases(Case.objects.all())


def test_undoing_wraps_the_keys_by_the_ring_as_before(before: Intake) -> None:
    place = keyring.binding("questionnaire_intake", "wrapped_key", str(before.pk))

    assert len(keyring.ring().unwrap(bytes(before.wrapped_key), place)) == keyring.KEY_BYTES
    assert bytes(Case.objects.get().wrapped_key) == b""
    assert event_codes()[-1] == "cases.downgraded"


@pytest.mark.usefixtures("before")
def test_the_command_undoes_it_and_says_what_follows() -> None:
    run()

    assert run("--undo").startswith("Casussen weer zonder sleutel: 1.")


@pytest.mark.usefixtures("before")
def test_another_ring_changes_nothing(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.KEYRING_PATH = tmp_path_factory.mktemp("other") / "keyring.json"  # type: ignore[attr-defined]
    keyring.create(settings.KEYRING_PATH)  # type: ignore[attr-defined]

    with pytest.raises(CommandError, match="juiste sleutelbos"):
        run()

    assert bytes(Case.objects.get().wrapped_key) == b""


@pytest.mark.usefixtures("before")
def test_before_the_upgrade_nobody_opens_a_case(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.get(f"/intakes/{Intake.objects.get().pk}/summary/")

    assert response.status_code == 403
