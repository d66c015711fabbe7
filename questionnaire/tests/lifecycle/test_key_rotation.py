"""Key rotation loses nothing, whoever writes meanwhile and however it is interrupted."""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import CASCADE, ForeignKey
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import installation, key_rotation
from questionnaire.models import (
    Access,
    Case,
    CaseHolders,
    EncryptedRow,
    Event,
    HeldPost,
    Incident,
    Intake,
    LogImport,
    RingWrappedRow,
    RunningServer,
    SafetyPlan,
    SafetyPlanVersion,
    Team,
    User,
    tampered_cases,
)
from questionnaire.screen import pending_posts
from questionnaire.tests import own_process
from questionnaire.tests.factories import reload, write_plan

TEN_THOUSAND = pytest.param(10_000, marks=pytest.mark.soak)
CANARY = "kanarie-5512"


@pytest.fixture(autouse=True)
def ring_to_rotate(tmp_path: Path, settings: Any) -> Path:
    """Use a key ring of its own, since rotation changes the file."""
    settings.KEYRING_PATH = tmp_path / "ring" / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    return Path(settings.KEYRING_PATH)


def pending_post(user: User) -> HeldPost:
    post = HeldPost(user=user, mac="0" * 64, content={"path": "/", "controls": {"note": [CANARY]}})
    post.make_key()
    post.save(force_insert=True)
    return post


def create_intakes(number: int, user: User, team: Team) -> None:
    """Create intakes, each in a case and with a key and a text of its own."""
    first = intake_actions.start_intake(user, team, "0", date(2026, 3, 23), "nl")
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Intake._meta.concrete_fields
        if field.name not in ("uuid", "case", "content", "wrapped_key")
    }
    cases = [Case(team=team, reference=str(index), reference_key=str(index)) for index in range(1, number)]
    rows = [Intake(**fields, case=case) for case in cases]
    for row in rows:
        row.case.make_key()
        row.make_key()
        row.content = {**first.content, "running_note": f"{CANARY} {row.case.reference}"}
    Case.objects.bulk_create(cases, batch_size=500)
    Intake.objects.bulk_create(rows, batch_size=500)


def count_decrypted() -> int:
    """Return how many intakes there are, after checking that each is decrypted to its own text."""
    count = 0
    for intake in Intake.objects.exclude(case__reference="0").select_related("case").iterator():
        assert intake.content["running_note"] == f"{CANARY} {intake.case.reference}"
        count += 1
    return count + Intake.objects.filter(case__reference="0").count()


def test_rotation_wraps_every_data_key_with_the_new_key(alice: User, intake: Intake) -> None:
    post = pending_post(alice)
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    old = keyring.ring().current

    key_id, done = key_rotation.rotate()

    assert (key_id, done) == (keyring.ring().current, 2)
    assert key_id != old
    assert key_rotation.status() == {old: 0, key_id: 2}
    assert Incident.objects.get().content["what"] == CANARY
    assert HeldPost.objects.get(pk=post.pk).content["controls"] == {"note": [CANARY]}
    assert Event.objects.latest("seq").code == EventCode.KEYS_ROTATED
    assert audit_log.verify().first_broken is None


def test_rotation_keeps_the_safety_plan_of_a_case_readable(alice: User, intake: Intake) -> None:
    write_plan(alice, intake, home=CANARY)
    old = keyring.ring().current

    key_id, done = key_rotation.rotate()

    assert (key_rotation.status(), done) == ({old: 0, key_id: 2}, 2)  # of the case and of its plan
    assert SafetyPlanVersion.objects.get().plan.parts["home"].text == CANARY
    write_plan(alice, intake, home="anders")


def test_rotation_does_not_touch_content(intake: Intake) -> None:
    before = Intake.objects.filter(pk=intake.pk).values("content", "revision", "changed_at").get()

    key_rotation.rotate()

    assert Intake.objects.filter(pk=intake.pk).values("content", "revision", "changed_at").get() == before


def test_rotation_leaves_the_rights_in_a_case_signed(alice: User, bob: User, intake: Intake) -> None:
    key_rotation.rotate()
    assert not tampered_cases([reload(intake).case])

    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)  # signed with the new key

    case = reload(intake).case
    assert case.mac.startswith(keyring.ring().current)
    assert not tampered_cases([case])
    Access.objects.update(kind=Access.Kind.ASSIGNED)
    assert tampered_cases([case]) == {case.pk}


@pytest.mark.usefixtures("intake")
def test_the_old_key_alone_cannot_unwrap_a_rotated_key(ring_to_rotate: Path, settings: Any) -> None:
    before = ring_to_rotate.with_name("before.json")
    keyring.write_secret(before, ring_to_rotate.read_text())
    key_rotation.rotate()

    settings.KEYRING_PATH = before

    with pytest.raises(SealError):
        Case.objects.get().data_key()
    with pytest.raises(SealError):
        Intake.objects.get().data_key()


@pytest.mark.usefixtures("intake")
def test_an_interrupted_rotation_is_finished_before_another_begins(ring_to_rotate: Path) -> None:
    key_id = keyring.add_key(ring_to_rotate)

    assert key_rotation.rotate() == (key_id, 1)
    assert len(keyring.ring().keys) == 2


@pytest.mark.usefixtures("intake")
def test_nothing_is_locked_with_a_key_that_another_server_does_not_have(ring_to_rotate: Path) -> None:
    installation.remember()
    old = keyring.ring().current
    other = RunningServer.objects.create(name="twee", version="0.2.0", key_ids=[old], seen_at=timezone.now())

    with pytest.raises(CommandError, match="keys add"):
        call_command("keys", "rotate")
    assert list(keyring.ring().keys) == [old]
    call_command("keys", "add")
    with pytest.raises(CommandError, match="twee"):
        call_command("keys", "rotate")

    assert keyring.ring().current == old
    assert key_rotation.status()[old] == 1
    key_id = keyring.ring().newest
    assert key_id != old  # it waits in the ring to be copied
    other.key_ids = [old, key_id]
    other.save()
    call_command("keys", "rotate")
    assert (keyring.ring().current, key_rotation.status()[key_id]) == (key_id, 1)
    assert len(keyring.ring().keys) == 2
    assert installation.key_problem() == ""


@pytest.mark.usefixtures("intake")
def test_a_key_that_was_added_is_used_by_the_next_rotation(capsys: pytest.CaptureFixture[str]) -> None:
    old = keyring.ring().current
    installation.announce()

    call_command("keys", "add")
    key_id = keyring.ring().newest
    call_command("keys", "status")

    assert keyring.ring().current == old
    assert capsys.readouterr().out.count(key_id) == 2  # added, and locks nothing
    assert key_rotation.rotate() == (key_id, 1)


def test_a_row_of_another_ring_stops_the_rotation_and_is_reported(
    intake: Intake, capsys: Any, settings: Any
) -> None:
    keyring.create(settings.KEYRING_PATH.with_name("other.json"))
    settings.KEYRING_PATH = settings.KEYRING_PATH.with_name("other.json")

    with pytest.raises(CommandError, match=r"other\.json"):
        call_command("keys", "rotate")

    call_command("keys", "status")
    stranger = keyring.key_id_of(bytes(intake.case.wrapped_key))
    assert stranger in capsys.readouterr().out


@pytest.mark.usefixtures("intake")
def test_the_command_rotates_and_shows_the_status(capsys: Any, ring_to_rotate: Path) -> None:
    call_command("keys", "rotate")
    rotated = capsys.readouterr().out
    call_command("keys", "status")
    status = capsys.readouterr().out

    assert str(ring_to_rotate) in rotated
    assert keyring.ring().current in rotated
    assert len(status.splitlines()) == 4  # the ring, its two keys, and data keys of before
    assert all(key_id in status for key_id in keyring.ring().keys)


@pytest.mark.django_db
def test_the_command_reports_a_missing_ring(settings: Any) -> None:
    settings.KEYRING_PATH.unlink()

    with pytest.raises(CommandError, match=str(settings.KEYRING_PATH)):
        call_command("keys", "status")


def test_every_model_with_a_key_or_an_encrypted_field_is_rotated_and_erased() -> None:
    """This fails when a new model would not be rotated or erased."""
    own = [model for model in apps.get_models() if model._meta.app_label == "questionnaire"]
    with_key = {model for model in own if any(field.name == "wrapped_key" for field in model._meta.fields)}
    encrypted = {
        model for model in own if any(isinstance(field, EncryptedField) for field in model._meta.fields)
    }

    assert with_key == set(key_rotation.keyed_models())
    # The key ring wraps all of these, but that of an intake: the key of its case does.
    assert {model for model in with_key if not issubclass(model, RingWrappedRow)} == {Intake}
    of_case = {CaseHolders, Incident, LogImport}
    of_intake = encrypted - with_key - of_case - {SafetyPlanVersion}
    belongs: list[tuple[Any, str, Any]] = [(model, "intake", Intake) for model in of_intake]
    belongs += [(model, "case", Case) for model in (Intake, Access, SafetyPlan, *of_case)]
    for model, name, whole in [*belongs, (SafetyPlanVersion, "safety_plan", SafetyPlan)]:
        field = model._meta.get_field(name)
        assert isinstance(field, ForeignKey)
        assert field.related_model is whole, model
        assert field.remote_field.on_delete is CASCADE, model


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_people_can_write_during_a_rotation(alice: User, team: Team) -> None:
    create_intakes(200, alice, team)
    intake = Intake.objects.filter(case__reference="0").get()
    stop = threading.Event()

    def write(number: int) -> None:
        text = f"{CANARY} {number}"
        try:
            while not stop.is_set():
                started = intake_actions.start_intake(alice, team, "0", date(2026, 3, 23), "nl")
                incident_actions.add_incident(alice, started, DomainIncident("2026-03-20", "home", what=text))
                incident_actions.add_incident(alice, intake, DomainIncident("2026-03-21", "home", what=text))
                pending_posts.has_pending(alice)
                stop.wait(0.02)  # people do not write without a pause
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        writers = [pool.submit(write, number) for number in range(2)]
        try:
            rotated = [key_rotation.rotate() for _time in range(3)]
        finally:
            stop.set()
    for writer in writers:
        writer.result()  # raises what went wrong in it

    assert [done >= 200 for _key_id, done in rotated] == [True] * 3
    assert count_decrypted() == Intake.objects.count()
    assert all(CANARY in incident.content["what"] for incident in Incident.objects.all())
    assert audit_log.verify().first_broken is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [200, TEN_THOUSAND])
def test_a_killed_rotation_is_finished_by_the_next(
    alice: User, team: Team, ring_to_rotate: Path, number: int
) -> None:
    create_intakes(number, alice, team)
    old = keyring.ring().current
    chance = random.Random(number)  # noqa: S311  (the same delays in every run)

    for _time in range(2 if number == 200 else 10):
        process = own_process.start("keys", "rotate")
        _wait_for_another_key(process, old)
        time.sleep(chance.uniform(0, number / 20_000))
        process.kill()
        process.communicate()
        assert count_decrypted() == number

    process = own_process.start("keys", "rotate")
    printed, _nothing = process.communicate()

    assert process.returncode == 0, printed
    assert count_decrypted() == number
    assert key_rotation.status()[keyring.ring().current] == number
    assert audit_log.verify().first_broken is None
    assert [path.name for path in ring_to_rotate.parent.iterdir()] == ["keyring.json"]


def _wait_for_another_key(process: Any, old: str) -> None:
    while keyring.ring().current == old:
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)


def test_a_ring_that_cannot_be_replaced_is_unchanged(
    ring_to_rotate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ring_to_rotate.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    for place, name in ((Path, "replace"), (os, "fsync")):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, full)
            with pytest.raises(OSError, match="No space"):
                keyring.add_key(ring_to_rotate)

    assert ring_to_rotate.read_bytes() == before
    assert [path.name for path in ring_to_rotate.parent.iterdir()] == ["keyring.json"]


def test_a_model_with_a_key_must_say_what_the_key_is_bound_to() -> None:
    with pytest.raises(NotImplementedError):
        EncryptedRow.key_binding(Intake())
