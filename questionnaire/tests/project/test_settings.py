"""Settings: what the environment says, what runs without secrets, and what refuses to."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.utils import ConnectionHandler

from stalkcheck import environment

ROOT = Path(settings.BASE_DIR)


def run(arguments: list[str], home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """A command of ours on a machine where nothing was set up yet."""
    ours = ("STALKCHECK_", "DATABASE_URL", "XDG_CONFIG_HOME", "DJANGO_", "COV")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    surroundings = {**kept, "HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/db.sqlite3", **extra}
    return subprocess.run(  # noqa: S603  (our own commands)
        [sys.executable, *arguments], cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=60
    )


def manage(command: str, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return run(["manage.py", *command.split()], home, **extra)


def start(home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return run(["-c", "import stalkcheck.wsgi; print('started')"], home, **extra)


def test_the_server_refuses_to_start_without_its_key_ring(tmp_path: Path) -> None:
    result = start(tmp_path, STALKCHECK_SECRET_KEY="x" * 60)

    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert str(tmp_path / ".config" / "stalkcheck" / "keyring.json") in line
    assert "python manage.py keys create" in line


def test_the_server_refuses_to_start_without_a_secret_key(tmp_path: Path) -> None:
    manage("keys create", tmp_path)
    (tmp_path / ".config" / "stalkcheck" / "secret_key").unlink()

    result = start(tmp_path)

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "STALKCHECK_SECRET_KEY" in line


def test_the_server_starts_once_the_keys_are_made(tmp_path: Path) -> None:
    made = manage("keys create", tmp_path)

    result = start(tmp_path)

    assert made.returncode == 0, made.stderr
    assert (result.returncode, result.stdout, result.stderr) == (0, "started\n", "")


def test_the_key_ring_can_be_put_elsewhere(tmp_path: Path) -> None:
    elsewhere = {"STALKCHECK_KEYRING": str(tmp_path / "safe" / "ring.json")}

    manage("keys create", tmp_path, **elsewhere)

    assert start(tmp_path, **elsewhere).returncode == 0
    assert start(tmp_path).returncode == 1


@pytest.mark.parametrize("command", ["check", "migrate --verbosity 0", "questionnaire --format json"])
def test_these_commands_need_no_keys(tmp_path: Path, command: str) -> None:
    result = manage(command, tmp_path)

    assert result.returncode == 0, result.stderr
    assert not (tmp_path / ".config").exists()


def test_the_deployment_check_is_clean_once_served_beyond_this_machine(tmp_path: Path) -> None:
    manage("keys create", tmp_path)

    result = manage("check --deploy --fail-level INFO", tmp_path, STALKCHECK_HOSTS="intake.example.nl")

    assert result.returncode == 0, result.stderr
    assert "(1 silenced)" in result.stdout


def test_the_deployment_check_names_what_is_missing(tmp_path: Path) -> None:
    result = manage("check --deploy", tmp_path, STALKCHECK_HOSTS="intake.example.nl")

    assert result.returncode == 1
    assert "questionnaire.E001" in result.stderr


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STALKCHECK_KEYRING", "STALKCHECK_SECRET_KEY", "STALKCHECK_HOSTS", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"HOME": "/home/a"}, "/home/a/.config/stalkcheck/keyring.json"),
        ({"HOME": "/home/a", "XDG_CONFIG_HOME": "/etc/b"}, "/etc/b/stalkcheck/keyring.json"),
        ({"HOME": "/home/a", "STALKCHECK_KEYRING": "~/ring.json"}, "/home/a/ring.json"),
    ],
)
@pytest.mark.usefixtures("no_environment")
def test_where_the_key_ring_is(monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], path: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert environment.keyring_path() == Path(path)


@pytest.mark.usefixtures("no_environment")
def test_the_secret_key_is_kept_beside_the_ring(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("from the file\n")

    assert environment.secret_key(tmp_path / "keyring.json") == ("from the file", True)


@pytest.mark.usefixtures("no_environment")
def test_the_secret_key_of_the_environment_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret_key").write_text("from the file\n")
    monkeypatch.setenv("STALKCHECK_SECRET_KEY", "from the environment")

    assert environment.secret_key(tmp_path / "keyring.json") == ("from the environment", True)


@pytest.mark.usefixtures("no_environment")
@pytest.mark.parametrize("text", [None, "", "\n"])
def test_without_a_secret_key_each_process_has_its_own(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "secret_key").write_text(text)

    first, second = (environment.secret_key(tmp_path / "keyring.json") for _ in range(2))

    assert first != second
    assert first[1] is False
    assert len(first[0]) > 50


@pytest.mark.usefixtures("no_environment")
@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        (None, ["localhost"]),
        (" , ", ["localhost"]),
        ("a.example.nl, b.example.nl", ["a.example.nl", "b.example.nl"]),
    ],
)
def test_hosts_are_given_by_commas(
    monkeypatch: pytest.MonkeyPatch, given: str | None, hosts: list[str]
) -> None:
    if given is not None:
        monkeypatch.setenv("STALKCHECK_HOSTS", given)

    assert environment.words("STALKCHECK_HOSTS", ("localhost",)) == hosts


@pytest.mark.parametrize(
    ("given", "on"), [("1", True), ("True ", True), ("0", False), ("", False), ("x", False)]
)
def test_a_flag_is_on_when_it_says_so(monkeypatch: pytest.MonkeyPatch, given: str, on: bool) -> None:
    monkeypatch.setenv("STALKCHECK_DEBUG", given)

    assert environment.flag("STALKCHECK_DEBUG") is on


def test_a_postgres_address() -> None:
    database = environment.database("postgres://us%40er:p%2Fw@db.example.nl:5433/intakes", Path("var"))

    assert database["ENGINE"] == "django.db.backends.postgresql"
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [database[name] for name in names] == ["us@er", "p/w", "db.example.nl", "5433", "intakes"]


def test_a_postgres_address_by_socket() -> None:
    database = environment.database("postgresql:///intakes", Path("var"))

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
    database = environment.database(url, Path("var"))

    assert database["NAME"] == Path(path)
    assert database["TEST"]["NAME"].suffix == ".sqlite3"


@pytest.mark.django_db
def test_sqlite_is_set_to_lose_and_leave_nothing(tmp_path: Path) -> None:
    database = environment.database(f"sqlite:///{tmp_path}/db.sqlite3", Path("var"))
    connection = ConnectionHandler({"default": database})["default"]

    with closing(connection), connection.cursor() as cursor:
        pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        values = {pragma: cursor.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas}

    assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 5


@pytest.mark.parametrize("url", ["mysql://root:geheim@db/intakes", "geheim"])
def test_another_database_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as refusal:
        environment.database(url, Path("var"))

    assert "geheim" not in str(refusal.value)


def test_no_part_of_the_settings_is_about_mail_or_an_admin(settings: Any) -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.ACCOUNT_USER_MODEL_EMAIL_FIELD is None
    assert settings.ADMINS == []
