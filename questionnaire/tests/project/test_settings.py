"""Settings: what is read from the environment, what runs without secrets, and what refuses to."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from questionnaire.tests.own_process import run_without_setup
from stalkcheck import environment


def manage(command: str, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return run_without_setup(["manage.py", *command.split()], home, **extra)


def start(home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return run_without_setup(["-c", "import stalkcheck.wsgi; print('started')"], home, **extra)


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
    assert "(2 silenced)" in result.stdout


def test_the_deployment_check_names_what_is_missing(tmp_path: Path) -> None:
    result = manage("check --deploy", tmp_path, STALKCHECK_HOSTS="intake.example.nl")

    assert result.returncode == 1
    assert "questionnaire.E001" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"STALKCHECK_DEBUG": "ture"},
        {"STALKCHECK_PROXY": "twee"},
        {"STALKCHECK_THREADS": "1"},
        {"STALKCHECK_WORKERS": "2.5"},
        {"STALKCHECK_LOG_FORMAT": "xml"},
        {"STALKCHECK_PDF": "pdf/x"},
        {"STALKCHECK_HOSTS": "*"},
        {"STALKCHECK_SECRET_KEY_FILE": "/nowhere/secret_key"},
        {"STALKCHECK_OIDC_SERVER": "https://idp.example"},
        {"STALKCHECK_SECURITY_CONTACT": "security@example.org"},
        {"DATABASE_URL": "mysql://root:geheim@db/intakes"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_value_ends_in_one_line_and_an_exit_code(tmp_path: Path, wrong: dict[str, str]) -> None:
    (name, value) = next(iter(wrong.items()))

    for result in (manage("check", tmp_path, **wrong), start(tmp_path, **wrong)):
        assert (result.returncode, result.stdout) == (1, "")
        (line,) = result.stderr.splitlines()
        assert name.removesuffix("SERVER") in line
        assert value not in line


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("STALKCHECK_KEYRING", "STALKCHECK_SECRET_KEY", "STALKCHECK_HOSTS", "XDG_CONFIG_HOME")
    for name in (*names, "STALKCHECK_SECRET_KEY_FILE", "DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"HOME": "/home/a"}, "/home/a/.config/stalkcheck/keyring.json"),
        ({"HOME": "/home/a", "XDG_CONFIG_HOME": "/etc/b"}, "/etc/b/stalkcheck/keyring.json"),
        ({"HOME": "/home/a", "STALKCHECK_KEYRING": "~/ring.json"}, "/home/a/ring.json"),
    ],
)
@pytest.mark.usefixtures("no_environment")
def test_where_the_key_ring_is(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], path: str
) -> None:
    for name, value in variables.items():
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
    ("value", "hosts"),
    [
        (None, ["localhost"]),
        (" , ", ["localhost"]),
        ("a.example.nl, b.example.nl", ["a.example.nl", "b.example.nl"]),
    ],
)
def test_hosts_are_given_by_commas(
    monkeypatch: pytest.MonkeyPatch, value: str | None, hosts: list[str]
) -> None:
    if value is not None:
        monkeypatch.setenv("STALKCHECK_HOSTS", value)

    assert environment.comma_separated("STALKCHECK_HOSTS", ("localhost",)) == hosts


@pytest.mark.parametrize("name", ["STALKCHECK_SECRET_KEY", "DATABASE_URL"])
@pytest.mark.usefixtures("no_environment")
def test_a_secret_can_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "secret").write_text("from the file\n")

    assert environment.secret(name, "neither") == "neither"
    monkeypatch.setenv(name, "from the environment")
    assert environment.secret(name) == "from the environment"
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert environment.secret(name) == "from the file"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
@pytest.mark.usefixtures("no_environment")
def test_a_file_without_a_readable_secret_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "secret"))

    with pytest.raises(SystemExit):
        environment.secret("DATABASE_URL", "")

    assert "DATABASE_URL_FILE" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["1", "true", "yes", "on", "True ", "ON"])
def test_these_values_switch_a_flag_on(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALKCHECK_DEBUG", value)

    assert environment.flag("STALKCHECK_DEBUG") is True


@pytest.mark.parametrize("value", [None, "", "0", "false", "no", "off", " False"])
def test_these_values_switch_a_flag_off(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("STALKCHECK_DEBUG", raising=False)
    if value is not None:
        monkeypatch.setenv("STALKCHECK_DEBUG", value)

    assert environment.flag("STALKCHECK_DEBUG") is False


@pytest.mark.parametrize("value", ["x", "ture", "2", "t", "y", "aan", "1,0"])
def test_any_other_value_of_a_flag_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("STALKCHECK_DEBUG", value)

    with pytest.raises(SystemExit):
        environment.flag("STALKCHECK_DEBUG")

    assert "STALKCHECK_DEBUG" in capsys.readouterr().err


def test_any_setting_can_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosts").write_text("a.example.nl\n")
    monkeypatch.setenv("STALKCHECK_HOSTS_FILE", str(tmp_path / "hosts"))

    assert environment.hosts() == ["a.example.nl"]


@pytest.mark.parametrize(
    ("value", "count"), [(None, 0), ("", 0), ("0", 0), ("no", 0), ("1", 1), ("yes", 1), ("2", 2), (" 3 ", 3)]
)
def test_the_number_of_proxies_is_what_it_says(
    monkeypatch: pytest.MonkeyPatch, value: str | None, count: int
) -> None:
    monkeypatch.delenv("STALKCHECK_PROXY", raising=False)
    if value is not None:
        monkeypatch.setenv("STALKCHECK_PROXY", value)

    assert environment.proxies() == count


@pytest.mark.parametrize("value", ["-1", "1.5", "10", "²", "twee"])
def test_another_number_of_proxies_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("STALKCHECK_PROXY", value)

    with pytest.raises(SystemExit):
        environment.proxies()

    assert "STALKCHECK_PROXY" in capsys.readouterr().err


def test_a_word_is_one_of_those_that_are_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STALKCHECK_LOG_FORMAT", raising=False)
    assert environment.choice("STALKCHECK_LOG_FORMAT", "text", "json") == "text"
    monkeypatch.setenv("STALKCHECK_LOG_FORMAT", "JSON")
    assert environment.choice("STALKCHECK_LOG_FORMAT", "text", "json") == "json"
    monkeypatch.setenv("STALKCHECK_LOG_FORMAT", "xml")

    with pytest.raises(SystemExit):
        environment.choice("STALKCHECK_LOG_FORMAT", "text", "json")

    assert "text, json" in capsys.readouterr().err


def test_no_part_of_the_settings_is_about_mail_or_an_admin(settings: Any) -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.ACCOUNT_USER_MODEL_EMAIL_FIELD is None
    assert settings.ADMINS == []


@pytest.mark.parametrize(("value", "path"), [(None, None), (" ", None), ("/srv/forms", Path("/srv/forms"))])
def test_a_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, value: str | None, path: Path | None) -> None:
    monkeypatch.delenv("STALKCHECK_FORMS", raising=False)
    if value is not None:
        monkeypatch.setenv("STALKCHECK_FORMS", value)

    assert environment.folder("STALKCHECK_FORMS") == path


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", "mail.example", 587, True, False),
        ("smtps://a%40b:p%2Fw@mail.example", "mail.example", 465, False, True),
        ("smtp://localhost:25", "localhost", 25, False, False),
    ],
)
def test_the_mail_server_is_reached_by_tls_but_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: int, tls: bool, ssl: bool
) -> None:
    monkeypatch.setenv("STALKCHECK_MAIL_SERVER", url)
    monkeypatch.setenv("STALKCHECK_MAIL_FROM", "kantoor@example.org")

    found = environment.mail_server()

    assert found
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    if "@mail" in url:
        assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("a@b", "p/w")


def test_the_mail_server_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert environment.mail_server() is None
    (tmp_path / "server").write_text("smtps://mail.example\n")
    monkeypatch.setenv("STALKCHECK_MAIL_SERVER_FILE", str(tmp_path / "server"))
    monkeypatch.setenv("STALKCHECK_MAIL_FROM", "kantoor@example.org")

    assert (environment.mail_server() or {})["EMAIL_HOST"] == "mail.example"


@pytest.mark.parametrize(
    ("url", "sender", "named"),
    [
        ("http://mail.example", "kantoor@example.org", "STALKCHECK_MAIL_SERVER"),
        ("smtp://:hunter2@", "kantoor@example.org", "STALKCHECK_MAIL_SERVER"),
        ("smtp://u:hunter2@mail.example:x", "kantoor@example.org", "STALKCHECK_MAIL_SERVER"),
        ("smtp://mail.example", "", "STALKCHECK_MAIL_FROM"),
        ("smtp://mail.example", "a@example.org\nBcc: b@example.org", "STALKCHECK_MAIL_FROM"),
    ],
)
def test_a_wrong_mail_setting_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, sender: str, named: str
) -> None:
    monkeypatch.setenv("STALKCHECK_MAIL_SERVER", url)
    monkeypatch.setenv("STALKCHECK_MAIL_FROM", sender)

    with pytest.raises(SystemExit):
        environment.mail_server()

    error = capsys.readouterr().err
    assert named in error
    assert "hunter2" not in error


def test_every_variable_is_in_the_documentation() -> None:
    root = Path(environment.__file__).parent.parent
    code = "".join(path.read_text(encoding="utf-8") for path in root.glob("stalkcheck/**/*.py"))
    read = set(re.findall(r'"(STALKCHECK_[A-Z_]+|DATABASE_URL)"', code))
    table = (root / "docs" / "deployment.md").read_text(encoding="utf-8")

    assert len(read) > 25
    assert {name for name in read if f"`{name}`" not in table} == set()
