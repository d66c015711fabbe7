"""Rotation of the key ring: nothing is lost, whoever works meanwhile and however it is stopped."""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import CASCADE, ForeignKey

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.incidents import Incident as Told
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import key_rotation
from questionnaire.models import EncryptedRow, Event, HeldPost, Incident, Intake, Team, User
from questionnaire.screen import pending_posts
from questionnaire.tests import own_process

TEN_THOUSAND = pytest.param(10_000, marks=pytest.mark.soak)
CANARY = "kanarie-5512"


@pytest.fixture(autouse=True)
def ring_to_rotate(tmp_path: Path, settings: Any) -> Path:
    """A ring of its own, since rotation changes the file."""
    settings.KEYRING_PATH = tmp_path / "ring" / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    return Path(settings.KEYRING_PATH)


def held_post(user: User) -> HeldPost:
    post = HeldPost(user=user, mac="0" * 64, content={"path": "/", "controls": {"note": [CANARY]}})
    post.make_key()
    post.save(force_insert=True)
    return post


def many(number: int, user: User, team: Team) -> None:
    """Intakes, each with a key and a text of its own."""
    pattern = intake_actions.start_intake(user, team, "0", date(2026, 3, 23), "nl")
    fields = {
        field.attname: getattr(pattern, field.attname)
        for field in Intake._meta.concrete_fields
        if field.name not in ("uuid", "content", "wrapped_key", "reference")
    }
    rows = [Intake(**fields, reference=str(each)) for each in range(1, number)]
    for row in rows:
        row.make_key()
        row.content = {**pattern.content, "running_note": f"{CANARY} {row.reference}"}
    Intake.objects.bulk_create(rows, batch_size=500)


def all_open() -> int:
    """How many intakes there are; each opens to its own text."""
    seen = 0
    for intake in Intake.objects.exclude(reference="0").iterator():
        assert intake.content["running_note"] == f"{CANARY} {intake.reference}"
        seen += 1
    return seen + Intake.objects.filter(reference="0").count()


def test_every_data_key_is_locked_with_the_new_key(alice: User, intake: Intake) -> None:
    post = held_post(alice)
    intake_actions.add_incident(alice, intake, Told("2026-03-20", "home", what=CANARY))
    old = keyring.ring().current

    key_id, done = key_rotation.rotate()

    assert (key_id, done) == (keyring.ring().current, 2)
    assert key_id != old
    assert key_rotation.status() == {old: 0, key_id: 2}
    assert Incident.objects.get().content["what"] == CANARY
    assert HeldPost.objects.get(pk=post.pk).content["controls"] == {"note": [CANARY]}
    assert Event.objects.latest("seq").code == Code.KEYS_ROTATED
    assert audit_log.first_broken() is None


def test_content_is_not_touched(intake: Intake) -> None:
    before = Intake.objects.filter(pk=intake.pk).values("content", "revision", "changed_at").get()

    key_rotation.rotate()

    assert Intake.objects.filter(pk=intake.pk).values("content", "revision", "changed_at").get() == before


@pytest.mark.usefixtures("intake")
def test_the_key_from_before_alone_opens_nothing_any_more(ring_to_rotate: Path, settings: Any) -> None:
    before = ring_to_rotate.with_name("before.json")
    keyring.write_secret(before, ring_to_rotate.read_text())
    key_rotation.rotate()

    settings.KEYRING_PATH = before

    with pytest.raises(SealError):
        Intake.objects.get().data_key()


@pytest.mark.usefixtures("intake")
def test_a_rotation_that_was_stopped_is_finished_first(ring_to_rotate: Path) -> None:
    key_id = keyring.add_key(ring_to_rotate)

    assert key_rotation.rotate() == (key_id, 1)
    assert len(keyring.ring().keys) == 2


def test_a_row_of_another_ring_stops_it_and_is_told(intake: Intake, capsys: Any, settings: Any) -> None:
    keyring.create(settings.KEYRING_PATH.with_name("other.json"))
    settings.KEYRING_PATH = settings.KEYRING_PATH.with_name("other.json")

    with pytest.raises(CommandError, match=r"other\.json"):
        call_command("keys", "rotate")

    call_command("keys", "status")
    stranger = keyring.key_id_of(bytes(intake.wrapped_key))
    assert stranger in capsys.readouterr().out


@pytest.mark.usefixtures("intake")
def test_the_command_rotates_and_tells_where_things_stand(capsys: Any, ring_to_rotate: Path) -> None:
    call_command("keys", "rotate")
    rotated = capsys.readouterr().out
    call_command("keys", "status")
    told = capsys.readouterr().out

    assert str(ring_to_rotate) in rotated
    assert keyring.ring().current in rotated
    assert len(told.splitlines()) == 3
    assert all(key_id in told for key_id in keyring.ring().keys)


@pytest.mark.django_db
def test_a_missing_ring_is_told(settings: Any) -> None:
    settings.KEYRING_PATH.unlink()

    with pytest.raises(CommandError, match=str(settings.KEYRING_PATH)):
        call_command("keys", "status")


def test_every_key_and_every_encrypted_field_is_known() -> None:
    """What a later model adds is rotated and erased too, or this fails."""
    own = [model for model in apps.get_models() if model._meta.app_label == "questionnaire"]
    with_key = {model for model in own if any(field.name == "wrapped_key" for field in model._meta.fields)}
    encrypted = {
        model for model in own if any(isinstance(field, EncryptedField) for field in model._meta.fields)
    }

    assert with_key == set(key_rotation.keyed_models())
    for model in encrypted - with_key:
        intake = model._meta.get_field("intake")
        assert isinstance(intake, ForeignKey)
        assert intake.related_model is Intake, model
        assert intake.remote_field.on_delete is CASCADE, model


@pytest.mark.django_db(transaction=True)
def test_people_work_on_while_it_rotates(alice: User, team: Team) -> None:
    many(200, alice, team)
    intake = Intake.objects.filter(reference="0").get()
    stop = threading.Event()
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            while not stop.is_set():
                started = intake_actions.start_intake(alice, team, "0", date(2026, 3, 23), "nl")
                intake_actions.add_incident(
                    alice, started, Told("2026-03-20", "home", what=f"{CANARY} {number}")
                )
                intake_actions.add_incident(
                    alice, intake, Told("2026-03-21", "home", what=f"{CANARY} {number}")
                )
                pending_posts.any_for(alice)
                time.sleep(0.02)  # people do not type without a breath
        except BaseException as error:  # pragma: no cover  (only when it fails)
            failed.append(error)
        finally:
            connection.close()

    people = [threading.Thread(target=work, args=[number]) for number in range(2)]
    for person in people:
        person.start()
    rotated = [key_rotation.rotate() for _time in range(3)]
    stop.set()
    for person in people:
        person.join()

    assert failed == []
    assert [done >= 200 for _key_id, done in rotated] == [True] * 3
    assert all_open() == Intake.objects.count()
    assert all(CANARY in incident.content["what"] for incident in Incident.objects.all())
    assert audit_log.first_broken() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [200, TEN_THOUSAND])
def test_it_goes_on_after_kill_9(alice: User, team: Team, ring_to_rotate: Path, number: int) -> None:
    many(number, alice, team)
    old = keyring.ring().current
    chance = random.Random(number)  # noqa: S311  (the same delays in every run)

    for _time in range(2 if number == 200 else 10):
        process = own_process.start("keys", "rotate")
        _wait_for_another_key(process, old)
        time.sleep(chance.uniform(0, number / 20_000))
        process.kill()
        process.communicate()
        assert all_open() == number

    process = own_process.start("keys", "rotate")
    printed, _nothing = process.communicate()

    assert process.returncode == 0, printed
    assert all_open() == number
    assert key_rotation.status()[keyring.ring().current] == number
    assert audit_log.first_broken() is None
    assert [path.name for path in ring_to_rotate.parent.iterdir()] == ["keyring.json"]


def _wait_for_another_key(process: Any, old: str) -> None:
    while keyring.ring().current == old:
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)


def test_a_ring_that_cannot_be_replaced_stays_as_it_was(
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


def test_a_row_with_a_key_says_what_it_is_bound_to() -> None:
    with pytest.raises(NotImplementedError):
        EncryptedRow.key_belongs_to(Intake())
