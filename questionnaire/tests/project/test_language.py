"""Whoever runs the program is spoken to in one language, the one that LANG names."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaire.tests.own_process import run_without_setup
from stalkcheck import language

NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "nl_BE"}, "nl"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "nl_NL.UTF-8"}, "nl"),
    ],
)
def test_the_language_is_that_of_whoever_runs_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert language.of_commands() == expected


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["manage.py", "keys", "status"], {}),
        (["manage.py", "check"], {"STALKCHECK_DEBUG": "maybe"}),
        (["manage.py", "check"], {"DATABASE_URL": "mysql://db/x"}),
        (["manage.py", "check"], {"STALKCHECK_DELIVER": "files"}),
        (["manage.py", "check"], {"STALKCHECK_DELIVER": "zgw:https://a.nl/api"}),
        (["manage.py", "check"], {"STALKCHECK_SECURITY_CONTACT": "desk"}),
        (["manage.py", "retention"], {}),  # there are no tables
        (["manage.py", "retention"], {"DATABASE_URL": "postgres://u@127.0.0.1:9/x"}),
        (["manage.py", "retention"], {"DATABASE_URL": "sqlite:////proc/x.sqlite3"}),
        (["bin/_prepare.py", "--host", "127.0.0.1", "--port", "0", "--production"], {}),
        (["bin/_prepare.py", "--host", "127.0.0.1", "--port", "99999"], {}),
        (["bin/_prepare.py", "--host", "127.0.0.1", "--port", "0"], {"STALKCHECK_STATIC": "/proc/x"}),
        (["bin/_prepare.py", "--host", "127.0.0.1", "--port", "0"], {"STALKCHECK_KEYRING": "/proc/x/y"}),
        (
            ["bin/_prepare.py", "--host", "127.0.0.1", "--port", "0"],
            {"STALKCHECK_OIDC_SERVER": "https://i.nl"},
        ),
        (["bin/_prepare.py", "--host", "0.0.0.0", "--port", "0", "--production"], {}),  # noqa: S104
    ],
)
def test_what_is_wrong_is_told_in_one_language_and_without_a_traceback(
    tmp_path: Path, arguments: list[str], extra: dict[str, str]
) -> None:
    said = {
        lang: run_without_setup(arguments, tmp_path, **extra, LC_ALL=lang) for lang in ("C", "nl_NL.UTF-8")
    }

    english, dutch = (f"{result.stdout}{result.stderr}".splitlines() for result in said.values())
    assert all(result.returncode for result in said.values())
    assert 1 <= len(english) == len(dutch) <= 2
    # What the system itself says of a file is in English.
    assert not [line for line in english if line in dutch and not line.startswith("/")]
