"""New data keys close what is written later to whoever has the old ones, and lose nothing meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from questionnaire.actions import documents as document_actions
from questionnaire.actions import handovers, transactions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField, Sealed
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import data_keys, key_rotation
from questionnaire.models import (
    Access,
    Case,
    CaseHolders,
    Event,
    HeldPost,
    Incident,
    Intake,
    LogImport,
    SafetyPlan,
    Team,
    User,
    lock_case,
    tampered_cases,
)
from questionnaire.tests.factories import PDF, record_outcomes, reload, submission_of, write_plan

CANARY = "kanarie-6204"
AT_HOME = DomainIncident("2026-03-20", "home", what=CANARY)


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, settings: Any) -> Path:
    """Use a key ring of its own, since rotation changes the file."""
    settings.KEYRING_PATH = tmp_path / "ring" / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    return Path(settings.KEYRING_PATH)


@pytest.fixture
def filled(alice: User, bob: User, rachel: User, intake: Intake) -> Intake:
    """Return an intake with a row of every kind that is encrypted."""
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    base = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(
        alice, intake, row.uuid, DomainIncident("2026-03-21", "home", what=CANARY), base
    )
    intake = intake_actions.save_section(
        alice, reload(intake), "fear", submission_of(intake, fear_own_words=CANARY)
    ).intake
    record_outcomes(alice, intake, Outcome("consult_police", "done", why=CANARY))
    write_plan(alice, intake, home=CANARY)
    handovers.hand_over(alice, intake, bob, CANARY)
    case = Case.objects.get()
    CaseHolders.objects.create(case=case, by=alice, content={"lead": CANARY})
    LogImport.objects.create(
        case=case, by=alice, until=timezone.now() + timedelta(hours=1), content={"rows": [CANARY]}
    )
    post = HeldPost(user=alice, mac="0" * 64, content={"path": "/", "controls": {"note": [CANARY]}})
    post.make_key()
    post.save(force_insert=True)
    intake = reload(intake)
    review_actions.submit(bob, intake)
    review_actions.add_remark(rachel, reload(intake), "fear_level", CANARY)
    review_actions.sign_off(rachel, reload(intake), PDF, {})
    return reload(intake)


def stored(encrypted: bool = True) -> dict[tuple[str, object, str], Any]:
    """Return every encrypted value: by model, row and column its token, or what it says."""
    models: list[type[Model]] = [HeldPost, *data_keys.in_a_case()]
    return {
        (model.__name__, row.pk, field.name): (
            vars(row)[field.attname].token if encrypted and vars(row)[field.attname] else _value(row, field)
        )
        for model in models
        for row in model._default_manager.all()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
    }


def _value(row: Model, field: EncryptedField) -> Any:
    return getattr(row, field.attname)


@pytest.mark.usefixtures("filled")
def test_everything_is_encrypted_anew_and_says_the_same() -> None:
    tokens, values = stored(), stored(encrypted=False)
    assert len({model for model, _pk, _column in tokens}) == len(data_keys.in_a_case()) + 1 > 10
    keys = {case.data_key() for case in Case.objects.all()} | {row.data_key() for row in Intake.objects.all()}

    key_id = data_keys.begin_or_go_on()
    done, tampered = data_keys.renew()

    assert (done, tampered, key_id) == (2, [], keyring.ring().current)
    assert stored(encrypted=False) == values
    assert [place for place, token in stored().items() if token and token == tokens[place]] == []
    assert not keys & {row.data_key() for row in (*Case.objects.all(), *Intake.objects.all())}
    assert {case.made_under for case in Case.objects.all()} == {key_id}
    assert not tampered_cases(Case.objects.all())
    assert audit_log.verify().first_broken is None
    last = Event.objects.filter(code=EventCode.KEYS_ROTATED).latest("seq")
    assert last.details == {"key": key_id, "data_keys": "done"}
    assert data_keys.count_outdated() == 0


def test_keys_of_a_stolen_ring_and_backup_open_what_is_written_after_a_rotation_but_not_with_data(
    alice: User, intake: Intake
) -> None:
    """The case key of then is in the backup, and the ring of then opens it."""

    def written() -> tuple[Incident, bytes]:
        row = incident_actions.add_incident(alice, reload(intake), AT_HOME)
        place = keyring.binding(Incident._meta.db_table, "content", str(row.uuid))
        return row, place

    def opens(stolen: bytes, row: Incident, place: bytes) -> bool:
        token = vars(Incident.objects.get(pk=row.pk))["content"].token
        try:
            return CANARY.encode() in keyring.unseal(stolen, token, place)
        except SealError:
            return False

    stolen = reload(intake).case.data_key()
    key_rotation.rotate()
    after_rotation = written()
    assert opens(stolen, *after_rotation)

    data_keys.begin_or_go_on()
    data_keys.renew()
    after_new_keys = written()

    assert not opens(stolen, *after_rotation)
    assert not opens(stolen, *after_new_keys)
    assert opens(reload(intake).case.data_key(), *after_new_keys)


def test_an_interrupted_run_goes_on_with_the_same_key_and_the_rest(
    alice: User, team: Team, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        intake_actions.start_intake(alice, team, str(number), date(2026, 3, 23), "nl")
    monkeypatch.setattr(time, "sleep", _fail_at(3))  # the first is of the rotation
    with pytest.raises(KeyboardInterrupt):
        call_command("keys", "rotate", "--data")
    monkeypatch.undo()
    key_id = keyring.ring().current
    done = set(Case.objects.filter(made_under=key_id).values_list("pk", "wrapped_key"))
    assert (len(done), data_keys.count_outdated(), len(keyring.ring().keys)) == (2, 2, 2)

    call_command("keys", "rotate", "--data")

    assert len(keyring.ring().keys) == 2
    assert data_keys.count_outdated() == 0
    assert done < set(Case.objects.values_list("pk", "wrapped_key"))

    call_command("keys", "rotate", "--data")  # and the next one is another
    assert len(keyring.ring().keys) == 3


def _fail_at(number: int) -> Callable[[float], None]:
    calls = iter(range(1, number + 1))

    def sleep(_seconds: float) -> None:
        if next(calls) == number:
            raise KeyboardInterrupt

    return sleep


def test_a_case_with_other_rights_than_written_is_left_and_named(
    alice: User, bob: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "2", date(2026, 3, 23), "nl")
    Access.objects.create(case=intake.case, user=bob, kind=Access.Kind.NAMED)

    with pytest.raises(CommandError, match=str(intake.case_id)):
        call_command("keys", "rotate", "--data")

    assert reload(other).case.made_under == keyring.ring().current
    assert data_keys.count_outdated() == 1
    last = Event.objects.filter(code=EventCode.KEYS_ROTATED).latest("seq")
    assert last.details["data_keys"] == "begun"


def test_new_data_keys_go_with_a_rotation_alone() -> None:
    with pytest.raises(CommandError, match="rotate"):
        call_command("keys", "status", "--data")


@pytest.mark.usefixtures("filled")
def test_the_commands_say_what_is_left_and_what_a_rotation_does_not_do(capsys: Any) -> None:
    call_command("keys", "rotate")
    assert "keys rotate --data" in capsys.readouterr().out
    call_command("keys", "status")
    assert "van voor de huidige sleutel: 2" in capsys.readouterr().out
    call_command("keys", "rotate", "--data")
    assert f"{keyring.ring().current}: 2" in capsys.readouterr().out
    call_command("keys", "status")
    assert "van voor de huidige sleutel" not in capsys.readouterr().out


# --- Meanwhile ----------------------------------------------------------------------------------------------


def renew(case_id: UUID) -> None:
    Case.objects.filter(pk=case_id).update(made_under="")
    data_keys.renew()


@pytest.mark.parametrize("is_row_first", [True, False])
def test_a_row_is_read_whether_it_or_its_case_was_loaded_before(
    alice: User, intake: Intake, *, is_row_first: bool
) -> None:
    pk = incident_actions.add_incident(alice, intake, AT_HOME).pk
    case = Case.objects.get(pk=intake.case_id)
    if is_row_first:
        row = Incident.objects.get(pk=pk)
        renew(intake.case_id)
        case = Case.objects.get(pk=intake.case_id)
    else:
        renew(intake.case_id)
        row = Incident.objects.get(pk=pk)
    row.case = case

    assert row.content["what"] == CANARY


def test_an_intake_is_read_whose_case_is_loaded_after_it(intake: Intake) -> None:
    loaded = Intake.objects.get(pk=intake.pk)
    renew(intake.case_id)

    assert loaded.content == reload(intake).content


def test_a_value_that_was_taken_away_meanwhile_is_none(alice: User, intake: Intake) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    base = incident_actions.incident_fingerprint(row)
    incident_actions.change_incident(alice, intake, row.pk, DomainIncident("2026-03-21", "home"), base)
    loaded = Incident.objects.get(pk=row.pk)
    assert loaded.case.pk == intake.case_id
    renew(intake.case_id)
    Incident.objects.update(earlier=None)
    loaded.case = Case.objects.get(pk=intake.case_id)

    assert loaded.earlier is None


def test_what_cannot_be_decrypted_at_all_still_raises(alice: User, intake: Intake) -> None:
    row = incident_actions.add_incident(alice, intake, AT_HOME)
    changed = bytearray(vars(Incident.objects.get(pk=row.pk))["content"].token)
    changed[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaire_incident SET content = %s", [bytes(changed)])
    loaded = Incident.objects.get(pk=row.pk)

    with pytest.raises(SealError):
        assert loaded.content
    Incident.objects.all().delete()
    with pytest.raises(SealError):
        assert loaded.content


@pytest.fixture
def renewed_before_each_lock(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Give a case new data keys after an action began and before it locks the case."""
    renewed: list[object] = []

    def lock(pk: Any) -> Case:
        renew(pk)
        renewed.append(pk)
        return lock_case(pk)

    monkeypatch.setattr(transactions, "lock_case", lock)
    return renewed


def test_nothing_is_written_under_an_old_key(
    request: pytest.FixtureRequest, intake: Intake, renewed_before_each_lock: list[object]
) -> None:
    filled = request.getfixturevalue("filled")

    assert len(renewed_before_each_lock) > 7
    values: Mapping[Any, Any] = stored(encrypted=False)  # of fresh rows: raises for what cannot be read
    assert sum(CANARY in str(value) for value in values.values()) == 9
    assert not any(isinstance(value, Sealed) for value in values.values())
    document = document_actions.store_document(filled.author, filled, "full", "nl", b"%PDF")
    assert type(document).objects.get(pk=document.pk).pdf == b"%PDF"
    assert SafetyPlan.objects.get().newest is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_people_read_and_write_while_everything_gets_new_keys(alice: User, team: Team) -> None:
    intakes = [
        intake_actions.start_intake(alice, team, str(number), date(2026, 3, 23), "nl") for number in range(12)
    ]
    stop = threading.Event()
    written: list[int] = []

    def work(number: int) -> None:
        try:
            while not stop.is_set():
                intake = intakes[len(written) % len(intakes)]
                incident_actions.add_incident(alice, intake, AT_HOME)
                written.append(number)
                loaded = Intake.objects.get(pk=intake.pk)
                assert all(incident.what == CANARY for incident in loaded.incident_log)
                assert loaded.content["running_note"] == ""
                stop.wait(0.01)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        workers = [pool.submit(work, number) for number in range(2)]
        try:
            for _time in range(3):
                data_keys.begin_or_go_on()
                data_keys.renew()
        finally:
            stop.set()
    for worker in workers:
        worker.result()  # raises what went wrong in it

    assert Incident.objects.count() == len(written) > 0
    assert all(row.content["what"] == CANARY for row in Incident.objects.all())
    assert data_keys.count_outdated() == 0
    assert audit_log.verify().first_broken is None
