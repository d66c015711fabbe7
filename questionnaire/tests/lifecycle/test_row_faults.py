"""Whatever someone changes, removes or puts back in the database a command names, in every table.

Both lists are made of the models as they are, so a table or a column that is added later is in them too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import (
    BinaryField,
    BooleanField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    PositiveSmallIntegerField,
    SmallIntegerField,
    UUIDField,
)

from questionnaire.actions import handovers, review
from questionnaire.audit import log as audit_log
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import data_keys, row_faults
from questionnaire.models import Case, Event, Handover, Remark, Team, User, row_states
from questionnaire.models.row_states import NOT_NAMED
from questionnaire.tests.factories import reload
from questionnaire.tests.tampering import execute, put, rows_of
from questionnaire.tests.whole_database import NEVER_FILLED, first, second

pytestmark = [pytest.mark.django_db, pytest.mark.untraced]


@pytest.fixture(autouse=True)
def delivering(tmp_path: Path, settings: Any) -> None:
    settings.DELIVERY = {"kind": "folder", "folder": str(tmp_path)}


COMMANDS: Final = ("verify_content", "verify_rights", "verify_events")
#: Rows of which no command names that they are gone, or are as before, and why.
ROWS_NOT_NAMED: Final = {
    "questionnaire.Session": "signed out, or for its twelve hours signed in again (docs/threat-model.md)",
    "questionnaire.Installation": "a server with other keys does not start; nothing else reads it",
    "questionnaire.RunningServer": "which servers ran within the last minutes",
    "auth.Permission": "not read",
    "contenttypes.ContentType": "not read",
}


def named() -> str:
    """Return all that the commands name."""
    found = ""
    for command in COMMANDS:
        out = StringIO()
        with suppress(SystemExit):
            call_command(command, stdout=out)
            continue
        found += out.getvalue()
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Undo afterwards what was done to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.label not in NEVER_FILLED]


def other_value(field: Field[Any, Any], value: Any) -> Any:
    """Return another value that the column takes."""
    kind = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(kind, UUIDField):
        other = uuid4()
        return other.hex if connection.vendor == "sqlite" else other
    if isinstance(kind, BooleanField):
        return not value
    if isinstance(kind, IntegerField):
        is_small = isinstance(kind, SmallIntegerField | PositiveSmallIntegerField)
        return (value or 0) + (1 if is_small else 10_000)
    if isinstance(kind, DateTimeField):
        return "2019-01-02 03:04:05+00:00" if connection.vendor != "sqlite" else "2019-01-02 03:04:05"
    if isinstance(kind, DateField):
        return "2019-01-02"
    if isinstance(kind, JSONField):
        return '["x"]' if value != '["x"]' else "[]"
    if isinstance(kind, BinaryField):
        return bytes(value or b"\0" * 40)[:-1] + b"\x07"
    text = str(value or "")
    size = kind.max_length or 10
    return ("9" if text[:1] != "9" else "8") + text[1:size]


def columns() -> list[tuple[type[Model], Field[Any, Any]]]:
    found = []
    for model in models():
        left_out = NOT_NAMED.get(model._meta.label, {})
        if "*" not in left_out:
            fields = [each for each in model._meta.concrete_fields if each.column not in left_out]
            found += [(model, each) for each in fields if not each.generated]
    return found


def write(model: type[Model], row: dict[str, Any], column: str, value: Any) -> None:
    key = model._meta.pk.column
    execute(f'UPDATE "{model._meta.db_table}" SET "{column}" = %s WHERE "{key}" = %s', value, row[str(key)])  # noqa: S608


def remove(model: type[Model], row: dict[str, Any]) -> None:
    key = model._meta.pk.column
    execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{key}" = %s', row[str(key)])  # noqa: S608


def put_back(model: type[Model], row: dict[str, Any]) -> None:
    computed = {each.column for each in model._meta.concrete_fields if each.generated}
    put(model._meta.db_table, {name: value for name, value in row.items() if name not in computed})


def stored() -> dict[str, dict[Any, dict[str, Any]]]:
    """Return every row of every table by its key, as the database holds it."""
    return {
        model._meta.label: {row[str(model._meta.pk.column)]: row for row in rows_of(model._meta.db_table)}
        for model in models()
    }


def test_nothing_is_named_of_what_the_program_wrote_and_every_table_is_filled() -> None:
    people, started = first()
    assert named() == ""
    assert [label for label, rows in stored().items() if not rows] == []

    second(people, started)

    assert named() == ""


def test_every_column_is_named_or_in_the_list_of_reasons() -> None:
    people, started = first()
    second(people, started)
    triggers.remove(connection)
    silent = []
    for model, field in columns():
        for row in rows_of(model._meta.db_table)[:1]:
            with undone():
                column = str(field.column)
                write(model, row, column, other_value(field, row[column]))
                if not named():
                    silent.append(f"{model._meta.label}.{field.column}")

    assert silent == []


def test_a_row_that_is_removed_is_named() -> None:
    people, started = first()
    second(people, started)
    triggers.remove(connection)
    silent = []
    for model in models():
        for row in rows_of(model._meta.db_table)[:1]:
            with undone():
                remove(model, row)
                if not named():
                    silent.append(model._meta.label)

    assert set(silent) == ROWS_NOT_NAMED.keys()


def _has_another(model: type[Model], row: dict[str, Any]) -> bool:
    try:
        with undone():
            put_back(model, row)
            if model not in row_states.watched():  # else named, also as part of a case that is erased
                connection.check_constraints([model._meta.db_table])
    except IntegrityError:
        return True
    return False


def test_a_row_that_is_put_back_as_it_was_is_named() -> None:
    """One row of each table that was changed, and one that was removed, while all else is as it is now."""
    people, started = first()
    before = stored()
    second(people, started)
    now = stored()
    triggers.remove(connection)
    silent, tried = [], set()
    for model in models():
        label = model._meta.label
        changed = [key for key, row in before[label].items() if now[label].get(key, row) != row]
        removed = [key for key in before[label] if key not in now[label]]
        # Some have a row of now in their place, as the database allows one alone.
        fits = [key for key in removed if not _has_another(model, before[label][key])]
        for key in [*changed[:1], *fits[:1]]:
            tried.add(label)
            with undone():
                if key in now[label]:
                    remove(model, before[label][key])
                put_back(model, before[label][key])
                if not named():
                    silent.append(f"{label} {'removed' if key in removed else 'changed'}")

    assert silent == []
    assert {model.__name__ for model in row_states.watched()} <= {each.partition(".")[2] for each in tried}


def test_what_was_changed_and_then_written_again_stays_named() -> None:
    people, started = first()
    remark = Remark.objects.filter(intake=started["submitted"]).first()
    assert remark
    Remark.objects.filter(pk=remark.pk).update(by=people.bob)
    review.return_intake(people.rachel, reload(started["submitted"]))
    answer = review.AnswerSubmission("Niets.", review.answer_fingerprint(remark))

    review.answer_remarks(people.alice, reload(started["submitted"]), {remark.pk: answer})

    assert f"remark {remark.pk} is vóór gebeurtenis" in named()


def test_what_a_server_of_the_version_before_wrote_is_not_named() -> None:
    people, started = first()
    handover = Handover.objects.filter(intake=started["open"], to=people.alice).get()
    handovers.read_note(people.alice, reload(started["open"]), handover.pk)
    triggers.remove(connection)
    Event.objects.filter(code=EventCode.HAND_OVER_NOTE_READ).update(details=None)

    assert [fault.row for fault in row_faults.faults()] == []


def test_new_data_keys_for_all_are_named_by_events() -> None:
    _people, started = first()
    with undone():
        for intake in started.values():
            data_keys._renew(Case, intake.case_id)

        assert [fault.row for fault in row_faults.faults()] == []


def test_a_part_of_a_transaction_that_is_undone_is_not_told(alice: User) -> None:
    Team.objects.create(name="East")
    with suppress(ValueError), transaction.atomic():
        Team.objects.create(name="West")
        audit_log.record(alice, EventCode.TEAM_MADE)
        raise ValueError
    event = audit_log.record(alice, EventCode.TEAM_MADE)

    assert event.details
    rows = event.details[row_states.ROWS]
    assert {name.partition(" ")[0] for name in rows} == {"team", "user"}
    assert f"team {Team.objects.get(name='East').pk}" in rows
    assert all(before == "" for before, _after in rows.values())
