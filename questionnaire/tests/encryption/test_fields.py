"""Encrypted fields, in the rows they belong to."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, models
from django.test.utils import isolate_apps

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import incidents
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField, EncryptedJSONField, Sealed, SealedAttribute
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Incident, Intake, Team, User

CANARY = "kanarie-7391"


@pytest.fixture
def told(alice: User, intake: Intake) -> Incident:
    return intake_actions.add_incident(
        alice, intake, incidents.Incident("2026-03-20", "home", what=CANARY, evidence=CANARY)
    )


def stored(row: models.Model, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {row._meta.db_table} WHERE uuid = %s",  # noqa: S608  (our own names)
            [_id(row)],
        )
        return cursor.fetchone()[0]


def overwrite(row: models.Model, column: str, value: bytes | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE uuid = %s",  # noqa: S608  (our own names)
            [value, _id(row)],
        )


def _id(row: models.Model) -> str:
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


def test_what_is_saved_is_read_back(told: Incident) -> None:
    again = Incident.objects.get(pk=told.pk)

    assert again.content["what"] == CANARY


def test_the_database_holds_no_word_of_it(told: Incident) -> None:
    token = bytes(stored(told, "content"))

    assert CANARY.encode() not in token
    assert b"evidence" not in token


def test_a_change_in_place_is_saved(intake: Intake) -> None:
    intake.content["running_note"] = CANARY
    intake.save()

    assert Intake.objects.get(pk=intake.pk).content["running_note"] == CANARY


def test_a_value_that_nobody_read_is_saved_as_it_was(told: Incident) -> None:
    before = bytes(stored(told, "content"))

    Incident.objects.get(pk=told.pk).save()

    assert bytes(stored(told, "content")) == before


def test_a_deferred_value_opens_later(told: Incident) -> None:
    assert Incident.objects.defer("content").get(pk=told.pk).content["what"] == CANARY


def test_refreshing_a_row_reads_it_again(told: Incident) -> None:
    stale = Incident.objects.get(pk=told.pk)
    told.content["what"] = "anders"
    told.save()

    stale.refresh_from_db()

    assert stale.content["what"] == "anders"


def test_a_token_of_another_row_raises(alice: User, intake: Intake, told: Incident) -> None:
    second = intake_actions.add_incident(
        alice, intake, incidents.Incident("2026-03-21", "online", what="tweede")
    )
    overwrite(told, "content", stored(second, "content"))

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=told.pk).content


def test_a_row_moved_to_another_intake_raises(alice: User, team: Team, told: Incident) -> None:
    other = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    Incident.objects.filter(pk=told.pk).update(intake=other)

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=told.pk).content


def test_a_token_of_another_table_raises(alice: User, intake: Intake) -> None:
    document = intake_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7")
    twin = Incident(uuid=document.uuid, intake=intake, content={})
    twin.save(force_insert=True)
    overwrite(twin, "content", stored(document, "pdf"))

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=twin.pk).content


@isolate_apps("questionnaire")
def test_a_token_of_another_column_raises(intake: Intake) -> None:
    class TwoColumns(models.Model):
        first: Any = EncryptedField()
        second: Any = EncryptedField()
        uuid = intake.uuid

        class Meta:
            app_label = "questionnaire"

        def data_key(self) -> bytes:
            return bytes(32)

    row = TwoColumns(first=b"one", second=b"two")
    fields = {field.name: field for field in TwoColumns._meta.fields}
    row.second = fields["first"].pre_save(row, add=True)

    with pytest.raises(SealError):
        _ = row.second


def test_the_wrapped_key_of_another_intake_raises(alice: User, team: Team, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    overwrite(intake, "wrapped_key", stored(other, "wrapped_key"))
    overwrite(intake, "content", stored(other, "content"))

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_every_flipped_bit_of_a_stored_value_raises(intake: Intake) -> None:
    token = bytes(stored(intake, "content"))
    row = Intake.objects.get(pk=intake.pk)

    for position in range(len(token) * 8):
        altered = bytearray(token)
        altered[position // 8] ^= 1 << position % 8
        row.content = Sealed(bytes(altered))

        with pytest.raises(SealError):
            _ = row.content


@pytest.mark.parametrize("injected", [b"", b'{"answers": {}}', json.dumps({"answers": {}})])
def test_plaintext_put_into_the_database_raises(intake: Intake, injected: bytes | str) -> None:
    if connection.vendor == "postgresql" and isinstance(injected, str):
        injected = injected.encode()
    overwrite(intake, "content", injected)

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_another_key_ring_raises(intake: Intake, tmp_path: Any, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_values_show_nothing(told: Incident) -> None:
    (value,) = Incident.objects.filter(pk=told.pk).values_list("content", flat=True)

    assert isinstance(value, Sealed)
    assert str(value) == "Sealed()"


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "around",
    [
        lambda rows: rows.update(content={"what": "x"}),
        lambda rows: rows.bulk_update(list(rows), ["content"]),
        lambda rows: rows.filter(content={"what": "x"}).exists(),
    ],
)
def test_nothing_is_written_or_searched_around_the_row(around: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="encrypted"):
        around(Incident.objects.all())


def test_rows_made_in_bulk_are_encrypted(intake: Intake) -> None:
    (made,) = Incident.objects.bulk_create([Incident(intake=intake, content={"what": CANARY})])

    assert CANARY.encode() not in bytes(stored(made, "content"))
    assert Incident.objects.get(pk=made.pk).content == {"what": CANARY}


@pytest.mark.usefixtures("told")
def test_a_fixture_is_not_made_of_it() -> None:
    with pytest.raises(TypeError, match="encrypted"):
        serializers.serialize("json", Incident.objects.all())


@pytest.mark.parametrize("value", [{"what": float("nan")}, {"what": "\ud800"}])
def test_json_that_others_could_not_read_is_refused(intake: Intake, value: object) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|surrogates"):
        Incident(intake=intake, content=value).save()


def test_bytes_come_back_as_they_were(alice: User, intake: Intake) -> None:
    document = intake_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7 \x00\xff")

    assert type(document)._meta.get_field("pdf").__class__ is EncryptedField
    assert type(document).objects.get(pk=document.pk).pdf == b"%PDF-1.7 \x00\xff"


def test_a_field_rebuilt_for_a_migration_is_the_same() -> None:
    _name, path, args, kwargs = EncryptedJSONField(default=dict).deconstruct()

    assert path == "questionnaire.encryption.fields.EncryptedJSONField"
    assert kwargs == {"default": dict}
    assert EncryptedJSONField(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


def test_a_row_that_is_not_there_has_no_value() -> None:
    field = EncryptedField()

    assert field.from_db_value(None, None, connection) is None


def test_the_class_shows_the_descriptor() -> None:
    assert isinstance(Incident.content, SealedAttribute)
