"""Encrypted fields, in the rows that they belong to."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection, models
from django.test.utils import isolate_apps

from questionnaire.actions import documents as document_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import incidents
from questionnaire.domain.catalogue import ITEMS
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedField, EncryptedJSONField, Sealed, SealedAttribute
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Incident, Intake, Team, User

CANARY = "kanarie-7391"


@pytest.fixture
def incident(alice: User, intake: Intake) -> Incident:
    return incident_actions.add_incident(
        alice, intake, incidents.Incident("2026-03-20", "home", what=CANARY, evidence=CANARY)
    )


def read_column(row: models.Model, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {row._meta.db_table} WHERE uuid = %s",  # noqa: S608  (our own names)
            [_id(row)],
        )
        return cursor.fetchone()[0]


def write_column(row: models.Model, column: str, value: bytes | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE uuid = %s",  # noqa: S608  (our own names)
            [value, _id(row)],
        )


def _id(row: models.Model) -> str:
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


def test_a_saved_value_is_read_back(incident: Incident) -> None:
    again = Incident.objects.get(pk=incident.pk)

    assert again.content["what"] == CANARY


def test_the_database_holds_no_plaintext(incident: Incident) -> None:
    token = bytes(read_column(incident, "content"))

    assert incident.content["what"] == CANARY
    assert CANARY.encode() not in token
    assert b"evidence" not in token


def test_a_change_in_place_is_saved(intake: Intake) -> None:
    intake.content["running_note"] = CANARY
    intake.save()

    assert Intake.objects.get(pk=intake.pk).content["running_note"] == CANARY


def test_a_value_that_was_not_read_is_saved_unchanged(incident: Incident) -> None:
    before = bytes(read_column(incident, "content"))

    Incident.objects.get(pk=incident.pk).save()

    assert bytes(read_column(incident, "content")) == before


def test_a_deferred_value_is_decrypted_later(incident: Incident) -> None:
    assert Incident.objects.defer("content").get(pk=incident.pk).content["what"] == CANARY


def test_refreshing_a_row_reads_the_value_again(incident: Incident) -> None:
    stale = Incident.objects.get(pk=incident.pk)
    incident.content["what"] = "anders"
    incident.save()

    stale.refresh_from_db()

    assert stale.content["what"] == "anders"


def test_a_token_of_another_row_raises(alice: User, intake: Intake, incident: Incident) -> None:
    second = incident_actions.add_incident(
        alice, intake, incidents.Incident("2026-03-21", "online", what="tweede")
    )
    write_column(incident, "content", read_column(second, "content"))

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=incident.pk).content


def test_a_row_moved_to_another_case_raises(alice: User, team: Team, incident: Incident) -> None:
    other = intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")
    Incident.objects.filter(pk=incident.pk).update(case=other.case)

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=incident.pk).content


def test_a_token_of_another_table_raises(alice: User, intake: Intake) -> None:
    document = document_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7")
    twin = Incident(uuid=document.uuid, case=intake.case, content={})
    twin.save(force_insert=True)
    write_column(twin, "content", read_column(document, "pdf"))

    with pytest.raises(SealError):
        _ = Incident.objects.get(pk=twin.pk).content


@isolate_apps("questionnaire")
def test_a_token_of_another_column_raises(intake: Intake) -> None:
    class TwoColumns(models.Model):  # noqa: DJ008  (never shown)
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
    write_column(intake, "wrapped_key", read_column(other, "wrapped_key"))
    write_column(intake, "content", read_column(other, "content"))

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_every_flipped_bit_of_a_stored_value_raises(intake: Intake) -> None:
    token = bytes(read_column(intake, "content"))
    field = Intake._meta.get_field("content")
    assert isinstance(field, EncryptedJSONField)

    for position in range(len(token) * 8):
        with pytest.raises(SealError):
            field.decrypt(intake, Sealed(_flipped(token, position)))

    for position in (0, 100, len(token) * 8 - 1):
        write_column(intake, "content", _flipped(token, position))
        with pytest.raises(SealError):
            _ = Intake.objects.get(pk=intake.pk).content


def _flipped(token: bytes, position: int) -> bytes:
    altered = bytearray(token)
    altered[position // 8] ^= 1 << position % 8
    return bytes(altered)


@pytest.mark.parametrize("injected", [b"", b'{"answers": {}}', json.dumps({"answers": {}})])
def test_plaintext_in_the_database_raises(intake: Intake, injected: bytes | str) -> None:
    if connection.vendor == "postgresql" and isinstance(injected, str):
        injected = injected.encode()
    write_column(intake, "content", injected)

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_another_key_ring_raises(intake: Intake, tmp_path: Any, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)

    with pytest.raises(SealError):
        _ = Intake.objects.get(pk=intake.pk).content


def test_values_returns_a_sealed_value_that_shows_nothing(incident: Incident) -> None:
    (value,) = Incident.objects.filter(pk=incident.pk).values_list("content", flat=True)

    assert isinstance(value, Sealed)
    assert str(value) == "Sealed()"


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize(
    "bypass",
    [
        lambda rows: rows.update(content={"what": "x"}),
        lambda rows: rows.bulk_update(list(rows), ["content"]),
        lambda rows: rows.filter(content={"what": "x"}).exists(),
    ],
)
def test_a_query_cannot_write_or_search_a_value(bypass: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="encrypted"):
        bypass(Incident.objects.all())


def test_rows_created_in_bulk_are_encrypted(intake: Intake) -> None:
    (made,) = Incident.objects.bulk_create([Incident(case=intake.case, content={"what": CANARY})])

    assert CANARY.encode() not in bytes(read_column(made, "content"))
    assert Incident.objects.get(pk=made.pk).content == {"what": CANARY}


@pytest.mark.usefixtures("incident")
def test_an_encrypted_row_cannot_be_serialised() -> None:
    with pytest.raises(TypeError, match="encrypted"):
        serializers.serialize("json", Incident.objects.all())


@pytest.mark.parametrize("value", [{"what": float("nan")}, {"what": "\ud800"}])
def test_invalid_json_is_refused(intake: Intake, value: object) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|surrogates"):
        Incident(case=intake.case, content=value).save()


def test_bytes_are_read_back_unchanged(alice: User, intake: Intake) -> None:
    document = document_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7 \x00\xff")

    assert type(document)._meta.get_field("pdf").__class__ is EncryptedField
    assert type(document).objects.get(pk=document.pk).pdf == b"%PDF-1.7 \x00\xff"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (EncryptedField(pad_to=64), [b"", b"\x80", b"\0", b"a" * 62, b"a" * 62 + b"\0\0"]),
        (EncryptedJSONField(pad_to=64), ["", "a", {"a": " "}, ["é" * 28], None]),
    ],
)
def test_values_up_to_a_step_have_one_length_and_come_back(
    intake: Intake, field: EncryptedField, values: list[Any]
) -> None:
    field.model, field.column = Intake, "content"

    tokens = [field.encrypt(intake, value) for value in values]

    assert [field.decrypt(intake, token) for token in tokens] == values
    assert len({len(token.token) for token in tokens}) == (2 if values[-1] else 1)
    assert len(tokens[0].token) + 64 >= len(tokens[-1].token)


def test_every_encrypted_column_is_padded() -> None:
    columns = {
        f"{model.__name__}.{field.name}": field.pad_to
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
    }

    assert len(columns) > 10
    assert min(columns.values()) >= 1024
    assert columns["Intake.content"] >= 4096


def test_no_coded_answer_changes_the_length_of_an_intake(intake: Intake) -> None:
    field = Intake._meta.get_field("content")
    lengths = set()
    for item in ITEMS.values():
        for option in item.options:
            value = [option.code] if item.kind == "many" else option.code
            content = {**intake.content, "answers": {item.id: value}}
            lengths.add(len(field.encrypt(intake, content).token))

    assert len(lengths) == 1


def test_what_was_encrypted_before_values_were_padded_is_read(intake: Intake) -> None:
    json_field, field = EncryptedJSONField(), EncryptedField()
    for each in (json_field, field):
        each.model, each.column = Intake, "content"
    bound_to = keyring.binding(Intake._meta.db_table, "content", str(intake.uuid))

    old = Sealed(keyring.seal(intake.data_key(), b'{"a":1}', bound_to))

    assert json_field.decrypt(intake, old) == {"a": 1}
    assert field.decrypt(intake, old) == b'{"a":1}'


def test_the_mark_of_padding_cannot_be_taken_away_or_added(intake: Intake) -> None:
    field = EncryptedField()
    field.model, field.column = Intake, "content"
    token = field.encrypt(intake, b"words").token
    before = keyring.seal(
        intake.data_key(), b"words", keyring.binding(Intake._meta.db_table, "content", str(intake.uuid))
    )

    for changed in (token[1:], token[:1], b"\x02" + before, b"\x02" + token):
        with pytest.raises(SealError):
            field.decrypt(intake, Sealed(changed))


def test_a_field_is_deconstructed_for_migrations() -> None:
    _name, path, args, kwargs = EncryptedJSONField(default=dict).deconstruct()

    assert path == "questionnaire.encryption.fields.EncryptedJSONField"
    assert kwargs == {"default": dict}
    assert EncryptedJSONField(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


def test_the_null_of_a_missing_row_stays_none() -> None:
    field = EncryptedField()

    assert field.from_db_value(None, None, connection) is None
    assert EncryptedField(null=True).get_db_prep_value(None, connection) is None


def test_the_attribute_of_the_class_is_the_descriptor() -> None:
    assert isinstance(Incident.content, SealedAttribute)
