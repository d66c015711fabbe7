"""Which database DATABASE_URL names: all of it is used, or refused in one line without the password."""

from contextlib import closing
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from stalkcheck import databases


def test_a_postgres_address() -> None:
    database = databases.database("postgres://us%40er:p%2Fw@db.example.nl:5433/intakes", Path("var"))

    assert database["ENGINE"] == "stalkcheck.postgresql"
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [database[name] for name in names] == ["us@er", "p/w", "db.example.nl", "5433", "intakes"]


def test_a_postgres_address_by_socket() -> None:
    database = databases.database("postgresql:///intakes", Path("var"))

    assert [database[name] for name in ("USER", "HOST", "PORT", "NAME")] == ["", "", "", "intakes"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "var/stalkcheck.sqlite3"),
        ("sqlite:///other.sqlite3", "other.sqlite3"),
        ("sqlite:////srv/a%20b.sqlite3", "/srv/a b.sqlite3"),
    ],
)
def test_an_sqlite_file(url: str, path: str) -> None:
    database = databases.database(url, Path("var"))

    assert database["NAME"] == Path(path)
    assert database["TEST"]["NAME"].suffix == ".sqlite3"


@pytest.mark.django_db
def test_sqlite_is_set_to_lose_and_leave_nothing(tmp_path: Path) -> None:
    database = databases.database(f"sqlite:///{tmp_path}/db.sqlite3", Path("var"))
    connection = ConnectionHandler({"default": database})["default"]

    with closing(connection), connection.cursor() as cursor:
        pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        values = {pragma: cursor.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas}

    assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 5


@pytest.mark.parametrize(
    "url",
    [
        *("mysql://root:geheim@db/intakes", "geheim", "postgres://root:ge/geheim@db/x", "postgres://[geheim"),
        "postgres://root:is?geheim&x@db/x",
    ],
)
def test_another_database_is_refused_without_repeating_the_password(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        databases.database(url, Path("var"))

    printed = capsys.readouterr().err
    assert "DATABASE_URL" in printed
    assert "geheim" not in printed


def test_what_libpq_is_asked_is_passed_on() -> None:
    url = "postgres://u@db/x?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=a&connect_timeout=9"

    options = databases.database(url, Path("var"))["OPTIONS"]

    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ca.pem"
    assert options["application_name"] == "a"
    assert options["connect_timeout"] == "9"


def test_several_hosts_are_named() -> None:
    database = databases.database(
        "postgres://u:p@db1:5432,db2:5433/x?target_session_attrs=read-write", Path("var")
    )

    assert (database["HOST"], database["PORT"]) == ("db1,db2", "5432,5433")
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"


@pytest.mark.parametrize("option", ["sslmod=verify-full", "options=-c%20jit=on", "client_encoding=x", "x="])
def test_an_option_that_is_not_known_is_refused_by_its_name(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        databases.database(f"postgres://u:geheim@db/x?{option}", Path("var"))

    printed = capsys.readouterr().err
    assert option.partition("=")[0] in printed
    assert "geheim" not in printed


def test_no_wait_for_postgresql_is_without_end() -> None:
    options = databases.database("postgres://u@db/x", Path("var"))["OPTIONS"]

    assert options.pop("options") == "-c lock_timeout=4s -c jit=off"
    assert options == {
        "connect_timeout": "4",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
        "tcp_user_timeout": "10000",
    }


def test_behind_a_pooler_the_role_has_the_settings_and_no_cursor_outlives_its_transaction() -> None:
    database = databases.database("postgres://u@db/x", Path("var"), behind_pooler=True)

    assert "options" not in database["OPTIONS"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert databases.ROLE_SETTINGS["lock_timeout"] == "4s"
    assert databases.ROLE_SETTINGS["statement_timeout"] == "60s"


@pytest.mark.parametrize("url", ["", "postgres://u@db/x"])
def test_how_long_a_connection_is_kept_is_a_setting(url: str) -> None:
    assert databases.database(url, Path("var"))["CONN_MAX_AGE"] == 60
    assert databases.database(url, Path("var"), connection_seconds=0)["CONN_MAX_AGE"] == 0
