"""A backup that someone changed is not restored, and says where it was changed."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from questionnaire.audit import triggers
from questionnaire.lifecycle import backup_signature, schema_objects
from questionnaire.models import Membership, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alice", "intake")]


@pytest.fixture(autouse=True)
def no_connections_of_earlier_threads() -> None:
    """Close what threads of earlier tests left open: a restore takes the whole database for itself."""
    gc.collect()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a backup of a database with a case, and an empty database."""
    path = tmp_path / "b"
    call_command("backup", str(path), stdout=StringIO())
    triggers.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    return path


def restore(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("restore", str(path), *options, stdout=out)
    return out.getvalue()


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as copy:
        copy.executescript(statement)


def test_a_backup_has_its_signature_beside_it_which_holds_no_content(path: Path) -> None:
    signature = backup_signature.path_of(path)

    stored = json.loads(signature.read_text())

    assert signature.name == "b.signature"
    assert stat.S_IMODE(signature.stat().st_mode) == 0o600
    assert stored["sha256"] == backup_signature.sha256_of(path)
    assert set(stored) == {"sha256", "tables", "mac"}
    backup_signature.check(path)


def test_whatever_was_changed_is_refused_and_named(path: Path) -> None:
    if connection.vendor != "sqlite":
        path.write_bytes(path.read_bytes() + b"\0")
        with pytest.raises(CommandError, match="niet"):
            restore(path)
        assert not User.objects.exists()
        return
    changed(
        path,
        "INSERT INTO questionnaire_membership (user_id, team_id, role, mac, given_by) "
        "SELECT user_id, team_id, 'reviewer', mac, given_by FROM questionnaire_membership LIMIT 1;"
        "UPDATE questionnaire_user SET name = 'Iemand anders';"
        "CREATE TABLE more (x);",
    )

    with pytest.raises(CommandError) as refused:
        restore(path)

    lines = str(refused.value).splitlines()
    assert "is niet wat er is opgeslagen" in lines[0]
    assert "questionnaire_membership: " in str(lines)
    assert "questionnaire_user: " in str(lines)
    assert "more: " in str(lines)
    assert "questionnaire_case: " not in str(lines)
    assert not User.objects.exists()
    with pytest.raises(CommandError):  # also after it was tried once
        restore(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda signature: signature.unlink(), "geen handtekening"),
        (lambda signature: signature.write_text("{"), "geen handtekening"),
        (lambda signature: signature.write_text('{"sha256": 1}'), "geen handtekening"),
        (
            lambda signature: _set(signature, tables={"questionnaire_case": [1, "0"]}),
            "is niet wat er is opgeslagen",
        ),
        (lambda signature: _set(signature, sha256="0" * 64), "is niet wat er is opgeslagen"),
        (lambda signature: _set(signature, mac="deadbeef" + "0" * 64), "deadbeef"),
    ],
)
def test_a_signature_that_does_not_fit_is_refused(
    path: Path, change: Callable[[Path], Any], says: str
) -> None:
    change(backup_signature.path_of(path))

    with pytest.raises(CommandError, match=says):
        restore(path)

    assert not User.objects.exists()


def _set(signature: Path, **values: Any) -> None:
    signature.write_text(json.dumps({**json.loads(signature.read_text()), **values}))


def test_without_its_signature_it_is_restored_on_request_and_what_was_added_is_named(path: Path) -> None:
    backup_signature.path_of(path).unlink()
    if connection.vendor == "sqlite":
        changed(
            path,
            "INSERT INTO questionnaire_membership (user_id, team_id, role, mac, given_by) "
            "SELECT user_id, team_id, 'reviewer', mac, given_by FROM questionnaire_membership LIMIT 1;",
        )
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command("restore", str(path), "--unsigned", stdout=out)
        assert "geeft geen recht" in out.getvalue()
        assert Membership.objects.count() > 1
    else:
        restore(path, "--unsigned")
    assert User.objects.exists()


def test_the_signature_of_another_backup_does_not_fit(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    call_command("backup", str(other), stdout=StringIO())
    shutil.copy(backup_signature.path_of(other), backup_signature.path_of(path))

    with pytest.raises(CommandError, match="is niet wat er is opgeslagen"):
        restore(path)


def test_a_backup_without_a_key_ring_is_refused_before_it_is_made(tmp_path: Path, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "none.json"

    with pytest.raises(CommandError, match=r"none\.json"):
        call_command("backup", str(tmp_path / "b"))

    assert not list(tmp_path.iterdir())


def test_a_backup_keeps_to_its_name_also_when_only_the_signature_is_there(tmp_path: Path) -> None:
    (tmp_path / "b.signature").write_text("precious")

    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path / "b"))

    assert (tmp_path / "b.signature").read_text() == "precious"
    assert not (tmp_path / "b").exists()


def test_a_file_that_gets_the_name_meanwhile_leaves_no_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = backup_signature.sign

    def slow(to: Path, *rest: Any) -> None:
        sign(to, *rest)
        to.write_text("precious")

    monkeypatch.setattr(backup_signature, "sign", slow)
    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path / "b"))

    assert [entry.name for entry in tmp_path.iterdir()] == ["b"]


def test_nobody_else_can_read_the_database_after_a_restore(path: Path, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        return
    database = Path(connection.settings_dict["NAME"])
    database.chmod(0o644)

    restore(path)

    assert stat.S_IMODE(database.stat().st_mode) == 0o600


# --- What can change rows by itself -------------------------------------------------------------------------

_TRIGGER = {
    "sqlite": "CREATE TRIGGER quiet AFTER INSERT ON questionnaire_event "
    "BEGIN UPDATE questionnaire_user SET is_active = 1; END",
    "postgresql": "CREATE TRIGGER quiet BEFORE UPDATE ON questionnaire_event FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
}


def test_a_trigger_of_another_in_the_database_is_named() -> None:
    call_command("verify_rights", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGER[connection.vendor])
        cursor.execute("CREATE VIEW everything AS SELECT 1 AS one")
    try:
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command("verify_rights", stdout=out)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP VIEW everything")
            on = " ON questionnaire_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER quiet{on}")

    assert "trigger quiet" in out.getvalue()
    assert "view everything" in out.getvalue()


@pytest.mark.parametrize("options", [[], ["--unsigned"]])
def test_a_backup_with_a_trigger_of_another_is_not_restored(tmp_path: Path, options: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGER[connection.vendor])
        try:
            call_command("backup", str(tmp_path / "b"), stdout=StringIO())
        finally:
            on = " ON questionnaire_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER quiet{on}")
    triggers.remove(connection)
    call_command("flush", interactive=False, verbosity=0)

    with pytest.raises(CommandError, match="trigger quiet"):
        restore(tmp_path / "b", *options)

    assert not User.objects.exists()


def test_a_trigger_with_one_of_our_names_is_replaced(path: Path) -> None:
    if connection.vendor != "sqlite":
        return
    changed(
        path,
        "DROP TRIGGER events_never_go;"
        "CREATE TRIGGER events_never_go AFTER INSERT ON questionnaire_event BEGIN "
        "UPDATE questionnaire_user SET name = 'Iemand anders'; END;",
    )

    restore(path, "--unsigned")

    assert not User.objects.filter(name="Iemand anders").exists()
    assert triggers.missing(connection) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_schema WHERE name = 'events_never_go'")
        assert "BEFORE DELETE" in cursor.fetchone()[0]


def test_a_list_of_a_dump_is_read_as_pg_restore_prints_it() -> None:
    listing = """;
; Archive created at 2026-11-30 12:00:00 UTC
215; 1259 16385 TABLE public questionnaire_user stalkcheck
4000; 2620 16999 TRIGGER public questionnaire_event events_never_go stalkcheck
4001; 2620 17000 TRIGGER public questionnaire_event quiet stalkcheck
240; 1255 17001 FUNCTION public questionnaire_only_added() stalkcheck
241; 1255 17002 FUNCTION public take(integer, text) stalkcheck
242; 1259 17003 MATERIALIZED VIEW public seen stalkcheck
243; 0 0 MATERIALIZED VIEW DATA public seen stalkcheck
3500; 0 0 COMMENT public TABLE questionnaire_user stalkcheck
"""

    found = schema_objects.of_list(listing)

    with pytest.raises(schema_objects.UnknownObjectsError) as refused:
        schema_objects.refuse_unknown(found)
    assert refused.value.names == ["trigger quiet", "function take", "materialized view seen"]


def test_a_file_that_is_no_database_has_no_tables(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("hello" * 1000)

    assert backup_signature.tables_of(tmp_path / "b") == {}
