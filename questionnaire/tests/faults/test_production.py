"""The service as an organisation runs it: as a role that owns nothing, with several servers and a pooler."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from questionnaire.encryption import keyring
from questionnaire.tests.cluster import HOST, free_port, pooler, running_cluster
from questionnaire.tests.deploy import certificates
from questionnaire.tests.installations import ROLE, Installation, installed, run, save
from questionnaire.tests.served import Server


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with running_cluster() as cluster:
        yield installed(cluster, tmp_path)


# --- A role that owns nothing -------------------------------------------------------------------------------


@pytest.mark.servers
def test_a_server_starts_and_serves_as_a_role_that_owns_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    looked = installation.look()
    assert (looked.returncode, looked.stderr) == (0, "")

    with Server(tmp_path / "log", **installation.application) as server:
        browser = installation.browser(server)
        assert save(browser, installation.url, "Ik durf niet.").status == 200
        assert browser.get("/health/ready").json["ready"] is True
        assert browser.get("/cases/").status == 200
    installation.manage("seal_events")
    installation.manage("verify_events")
    installation.manage("verify_rights")
    installation.manage("clearsessions")


@pytest.mark.soak
def test_what_is_missing_at_the_start_is_told_in_one_line(installation: Installation, tmp_path: Path) -> None:
    with closing(psycopg.connect(installation.cluster.url, autocommit=True)) as owner:
        owner.execute("DELETE FROM django_migrations WHERE name = '0028_index_of_what_waits'")
        pending = installation.look()
        owner.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('questionnaire', '0028_index_of_what_waits', now())"
        )
        owner.execute("DROP TRIGGER events_never_change ON questionnaire_event")
        unguarded = installation.look()
    nowhere = installation.look(DATABASE_URL=f"postgres://{ROLE}@{HOST}:{free_port()}/postgres")
    stranger = installation.look(DATABASE_URL=installation.cluster.url_of("nobody"))
    no_styles = installation.look(STALKCHECK_STATIC=str(tmp_path / "nowhere"))

    lines = [each.stderr for each in (pending, unguarded, nowhere, stranger, no_styles)]
    assert [line.count("\n") for line in lines] == [1] * 5, lines
    for line, word in zip(
        lines, ("migrate", "events_never_change", "DATABASE_URL", "DATABASE_URL", "--setup"), strict=True
    ):
        assert word in line


@pytest.mark.soak
def test_a_migration_that_has_nothing_to_do_waits_for_no_dump(installation: Installation) -> None:
    """A dump holds a lock on every table that any change of a table would wait for."""
    with closing(psycopg.connect(installation.cluster.url)) as dump:
        dump.execute("LOCK TABLE questionnaire_event, questionnaire_seal IN ACCESS SHARE MODE")

        result = run(installation.owner, "manage.py", "migrate", "--verbosity=0")

    assert (result.returncode, result.stderr) == (0, "")


# --- Erasing ------------------------------------------------------------------------------------------------


def traces(installation: Installation, server: Server) -> list[bytes]:
    """Write a long text, and return the key of the intake and part of its content as they are stored."""
    browser = installation.browser(server)
    assert save(browser, installation.url, "Ik durf niet. " * 900).status == 200
    with closing(psycopg.connect(installation.cluster.url, autocommit=True)) as owner:
        row = owner.execute(
            "SELECT i.wrapped_key, i.content, c.wrapped_key FROM questionnaire_intake i"
            " JOIN questionnaire_case c ON c.uuid = i.case_id WHERE i.uuid = %s",
            [installation.intake],
        ).fetchone()
        owner.execute("CHECKPOINT")
    assert row
    key, content, case_key = (bytes(column) for column in row)
    return [key, content[100:148], case_key]


def found(installation: Installation, all_traces: list[bytes], *, log: bool = False) -> list[bytes]:
    with closing(psycopg.connect(installation.cluster.url, autocommit=True)) as owner:
        owner.execute("CHECKPOINT")
    files = list(installation.cluster.files(log=log))
    return [trace for trace in all_traces if any(trace in file for file in files)]


def erase(installation: Installation) -> str:
    installation.agree_to_erase(installation.intake)
    return installation.manage(
        "erase", str(installation.intake), "--by", "alice", "--reason", "asked", "--yes"
    )


@pytest.mark.soak
def test_erasing_as_that_role_leaves_no_key_and_no_text_in_the_tables(
    installation: Installation, tmp_path: Path
) -> None:
    with Server(tmp_path / "log", **installation.application) as server:
        all_traces = traces(installation, server)
        assert found(installation, all_traces) == all_traces

        said = erase(installation)

        assert found(installation, all_traces) == []
        assert found(installation, all_traces, log=True)[:1] == all_traces[:1], "said of the log, and not so"
        assert "WAL" in said
        assert "Backups" in said
        assert installation.browser(server).get("/cases/").status == 200


@pytest.mark.soak
def test_erasing_says_that_the_key_is_still_there_when_the_role_may_not(
    installation: Installation, tmp_path: Path
) -> None:
    installation.cluster.psql(f"REVOKE EXECUTE ON FUNCTION questionnaire_rewrite(text) FROM {ROLE}")
    with Server(tmp_path / "log", **installation.application) as server:
        all_traces = traces(installation, server)
        said = erase(installation)

    assert all_traces[0] in found(installation, all_traces)
    assert "still in the files" in said
    assert "grants" in said
    installation.cluster.psql(run(installation.owner, "manage.py", "grants", ROLE).stdout)
    installation.manage("retention", "--apply")
    assert found(installation, all_traces) == []


@pytest.mark.soak
def test_erasing_says_so_while_somebody_still_sees_the_rows(
    installation: Installation, tmp_path: Path
) -> None:
    with Server(tmp_path / "log", **installation.application) as server:
        all_traces = traces(installation, server)
    with closing(psycopg.connect(installation.cluster.url)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM questionnaire_intake")
        said = erase(installation)

    assert "manage.py retention --apply" in said
    assert "anew" not in said
    installation.manage("retention", "--apply")
    assert found(installation, all_traces) == []


@pytest.mark.soak
def test_no_other_table_is_written_anew_by_that_function(installation: Installation) -> None:
    with closing(psycopg.connect(installation.application["DATABASE_URL"], autocommit=True)) as role:
        role.execute("SELECT questionnaire_rewrite('questionnaire_intake')")
        for name in ("questionnaire_event", "django_migrations", "pg_class", "nowhere", "x; DROP TABLE y"):
            with pytest.raises(psycopg.errors.RaiseException):
                role.execute("SELECT questionnaire_rewrite(%s)", [name])


# --- Waits and places ---------------------------------------------------------------------------------------


@pytest.mark.soak
def test_a_database_that_stands_still_is_told_within_six_seconds(
    installation: Installation, tmp_path: Path
) -> None:
    with Server(tmp_path / "log", **installation.application) as server:
        browser = installation.browser(server)
        assert save(browser, installation.url, "Ik durf niet.").status == 200
        installation.cluster.signal(signal.SIGSTOP)
        try:
            answers = [browser.get(installation.url), browser.get("/cases/")]
            ready = browser.get("/health/ready")
            alive = browser.get("/health/live")
        finally:
            installation.cluster.signal(signal.SIGCONT)
        while (again := browser.get(installation.url)).status == 503:
            time.sleep(0.2)

    seconds = [answer.seconds for answer in (*answers, ready)]
    assert [answer.status for answer in answers] == [503, 503]
    assert max(seconds) < 6, seconds
    assert (ready.status, ready.json["problems"]) == (503, ["database"])
    assert (alive.status, alive.seconds < 1) == (200, True)
    assert again.controls["fear_own_words"] == "Ik durf niet."


@pytest.mark.soak
def test_a_query_that_takes_too_long_is_stopped_and_holds_up_nobody_else(
    installation: Installation,
) -> None:
    code = (
        "import django; django.setup();"
        "from django.db import OperationalError, connection;"
        "from stalkcheck.postgresql import base; base.bound_waits(1)\n"
        "try: connection.cursor().execute('SELECT pg_sleep(60)')\n"
        "except OperationalError as error: print(error)\n"
        "connection.close(); cursor = connection.cursor()\n"
        "cursor.execute(\"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'\")\n"
        "print(cursor.fetchone()[0])"
    )
    began = time.monotonic()

    said = run(installation.application, "-c", code)

    assert said.stdout.splitlines() == ["the database took too long", "0"], said.stderr
    assert time.monotonic() - began < 30


@pytest.mark.soak
def test_what_the_address_says_of_tls_is_done(tmp_path: Path) -> None:
    certificate, key = certificates.make(tmp_path, HOST)
    with running_cluster() as cluster:
        plain = cluster.url_of("postgres", "?sslmode=verify-full")
        assert run({"DATABASE_URL": plain}, "manage.py", "migrate", "--check").returncode == 1
        for name, made in (("server.key", key), ("server.crt", certificate)):
            copy = cluster.folder / name
            copy.write_bytes(made.read_bytes())
            copy.chmod(0o600)
            owner = cluster.folder.stat()
            os.chown(copy, owner.st_uid, owner.st_gid)
        with (cluster.folder / "postgresql.conf").open("a") as file:
            file.write("ssl=on\n")
        cluster.control("restart")
        seen = "from django.db import connection as c; c.ensure_connection();"
        seen += "print(c.connection.pgconn.ssl_in_use)"
        right = cluster.url_of("postgres", f"?sslmode=verify-full&sslrootcert={certificate}")

        assert run({"DATABASE_URL": right}, "-c", f"import django; django.setup(); {seen}").stdout == "True\n"
        refused = run({"DATABASE_URL": plain}, "-c", f"import django; django.setup(); {seen}")
        assert refused.returncode == 1


@pytest.mark.servers
def test_behind_pgbouncer_in_transaction_mode_all_goes_on(installation: Installation, tmp_path: Path) -> None:
    with pooler(installation.cluster, ROLE) as url:
        pooled = {**installation.application, "DATABASE_URL": url, "STALKCHECK_POOLER": "1"}
        looked = installation.look(**pooled)
        assert (looked.returncode, looked.stderr) == (0, "")
        with Server(tmp_path / "log", **pooled) as server:
            browser = installation.browser(server)
            for number in range(10):
                assert save(browser, installation.url, f"nacht {number}").status == 200
                assert browser.get("/cases/").status == 200
                assert browser.get("/").status == 200
        for command in (("seal_events",), ("verify_events",), ("verify_rights",), ("keys", "rotate")):
            result = run(pooled, "manage.py", *command)
            assert result.returncode == 0, (command, result.stderr)


@pytest.mark.soak
def test_behind_pgbouncer_a_role_without_time_limits_is_refused(installation: Installation) -> None:
    installation.cluster.psql(f"ALTER ROLE {ROLE} RESET lock_timeout")
    with pooler(installation.cluster, ROLE) as url:
        looked = installation.look(DATABASE_URL=url, STALKCHECK_POOLER="1")

    assert looked.returncode == 1
    assert "manage.py grants" in looked.stderr


# --- Several servers ----------------------------------------------------------------------------------------


def copy_of_keys(installation: Installation, folder: Path) -> dict[str, str]:
    """Return the environment of another host, with a copy of the ring and the secret key of this one."""
    ring = Path(installation.application["STALKCHECK_KEYRING"])
    folder.mkdir(mode=0o700)
    for name in (ring.name, "secret_key"):
        (folder / name).write_bytes(ring.with_name(name).read_bytes())
        (folder / name).chmod(0o600)
    return {
        **installation.application,
        "STALKCHECK_KEYRING": str(folder / ring.name),
        "STALKCHECK_SERVER_NAME": "twee",
    }


@pytest.mark.soak
def test_a_second_host_without_the_keys_of_the_first_does_not_serve(
    installation: Installation, tmp_path: Path
) -> None:
    assert installation.look().returncode == 0
    elsewhere = {**installation.application, "STALKCHECK_KEYRING": str(tmp_path / "twee" / "keyring.json")}

    made = run(elsewhere, "manage.py", "keys", "create")
    assert made.returncode == 1
    assert not (tmp_path / "twee").exists()
    keyring.create(tmp_path / "twee" / "keyring.json")
    (tmp_path / "twee" / "secret_key").touch(mode=0o600)
    (tmp_path / "twee" / "secret_key").write_text("x" * 60)
    wrong_ring = installation.look(**elsewhere)
    copied = copy_of_keys(installation, tmp_path / "drie")
    Path(copied["STALKCHECK_KEYRING"]).with_name("secret_key").write_text("x" * 60)
    wrong_secret = installation.look(**copied)

    assert "key ring" in wrong_ring.stderr
    assert "secret key" in wrong_secret.stderr
    assert [each.stderr.count("\n") for each in (wrong_ring, wrong_secret)] == [1, 1]


@pytest.mark.soak
def test_a_key_is_added_distributed_and_then_used(installation: Installation, tmp_path: Path) -> None:
    other = copy_of_keys(installation, tmp_path / "twee")
    first_ring, second_ring = (Path(each["STALKCHECK_KEYRING"]) for each in (installation.application, other))
    assert installation.look().returncode == installation.look(**other).returncode == 0
    with (
        Server(tmp_path / "een.log", **installation.application) as first,
        Server(tmp_path / "twee.log", **other) as second,
    ):
        installation.manage("keys", "add")
        refused = run(installation.application, "manage.py", "keys", "rotate")
        assert refused.returncode == 1
        assert "twee" in refused.stderr
        for server in (first, second):
            assert save(installation.browser(server), installation.url, f"bij {server.port}").status == 200

        second_ring.write_bytes(first_ring.read_bytes())
        run(
            other,
            "-c",
            "import django; django.setup();"
            "from questionnaire.lifecycle import installation; installation.announce()",
        )
        installation.manage("keys", "rotate")

        for server in (first, second):
            browser = installation.browser(server)
            assert browser.get("/health/ready").json["problems"] == []
            assert save(browser, installation.url, f"na {server.port}").status == 200
    second_ring.unlink()
    second_ring.touch(mode=0o600)
    assert "key ring" in installation.look(**other).stderr
