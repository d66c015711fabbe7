"""The command `incidents`: what it prints of a log, and what it refuses."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from questionnaire.log_files.worker import MAX_BYTES

TABLE = "Datum;Wat\n23-03-2026;Stond voor de deur\n24-03-2026;41 keer gebeld\n11/7;Reed langs\n"
CHAT = "[23-03-2026, 14:22:33] Een: Hoi\n[23-03-2026, 14:22:40] Twee: Stop\n[23-03-2026, 14:23:00] Een: Nee\n"


@dataclass
class Outcome:
    """The exit code and output of one run of the command."""

    code: int
    out: str
    errors: list[str]


def run(*arguments: object) -> Outcome:
    out, errors = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("incidents", *map(str, arguments), "--json", stdout=out, stderr=errors)
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), errors.getvalue().splitlines())


@pytest.fixture
def log(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Return a function that writes a log."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "log.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_incidents_and_doubts_are_one_object(log: Callable[[str], Path]) -> None:
    outcome = run(log(TABLE), "--on", "2026-11-29")

    assert (outcome.code, outcome.errors) == (0, [])
    assert outcome.out.count("\n") == 1
    assert json.loads(outcome.out) == {
        "incidents": [
            {
                "date": "2026-03-23",
                "precision": "day",
                "place": "unknown",
                "what": "Stond voor de deur",
                "times": 1,
                "source": "log",
            },
            {
                "date": "2026-03-24",
                "precision": "day",
                "place": "unknown",
                "what": "41 keer gebeld",
                "times": 41,
                "source": "log",
            },
        ],
        "doubts": [{"row": 4, "field": "date", "written": "11/7", "readings": ["2026-07-11", "2026-11-07"]}],
    }


def test_an_order_leaves_no_doubt(log: Callable[[str], Path]) -> None:
    outcome = json.loads(run(log(TABLE), "--on", "2026-11-29", "--order", "dmy").out)

    assert outcome["incidents"][2]["date"] == "2026-07-11"
    assert outcome["doubts"] == []


def test_dates_without_a_year_count_from_the_day_of_the_conversation(log: Callable[[str], Path]) -> None:
    path = log("12 maart: belde aan\n")

    assert json.loads(run(path, "--on", "2024-05-01").out)["incidents"][0]["date"] == "2024-03-12"
    assert json.loads(run(path, "--on", "2024-02-01").out)["incidents"][0]["date"] == "2023-03-12"


def test_today_is_the_day_unless_given(log: Callable[[str], Path]) -> None:
    assert json.loads(run(log("23-03-2999 belde aan\n")).out)["doubts"][0]["written"] == "23-03-2999"


def test_without_a_sender_each_message_of_a_chat_is_a_doubt(log: Callable[[str], Path]) -> None:
    outcome = run(log(CHAT), "--language", "en")

    printed = json.loads(outcome.out)
    assert (outcome.code, printed["incidents"]) == (0, [])
    assert [(doubt["row"], doubt["field"]) for doubt in printed["doubts"]] == [
        (1, "by"),
        (2, "by"),
        (3, "by"),
    ]
    assert {tuple(doubt["readings"]) for doubt in printed["doubts"]} == {("Een", "Twee")}
    assert outcome.errors == [
        "Choose whose messages or calls count, with --sender:",
        "  Een (2)",
        "  Twee (1)",
        "3 rows left out: From someone who was not chosen",
    ]


def test_an_unknown_sender_is_refused(log: Callable[[str], Path]) -> None:
    outcome = run(log(CHAT), "--language", "en", "--sender", "Drie", "--sender", "Een")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.errors[0] == "--sender Drie: there is no such sender"


def test_messages_of_the_sender_count_and_the_others_are_named(log: Callable[[str], Path]) -> None:
    outcome = run(log(CHAT), "--language", "en", "--sender", "Een", "--order", "dmy")

    assert outcome.code == 0
    assert [each["times"] for each in json.loads(outcome.out)["incidents"]] == [2]
    assert outcome.errors == ["1 row left out: From someone who was not chosen"]


def test_rows_that_say_the_same_are_named(log: Callable[[str], Path]) -> None:
    outcome = run(log("2026-03-23: Belde aan\n2026-03-23: belde aan.\n"), "--language", "en")

    assert outcome.errors == ["Row 2 says the same as row 1."]


def test_a_sheet_that_is_not_read_is_named(
    log: Callable[[str | bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from questionnaire.tests.spreadsheets import xlsx

    outcome = run(log(xlsx({"A": [["Datum", "Wat"], ["2026-03-23", "x"]], "B": [["y"]]})), "--language", "en")

    assert len(json.loads(outcome.out)["incidents"]) == 1
    assert outcome.errors == ["The sheet B was not read."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", "This is a PDF, which cannot be read here. Copy the text and paste it."),
        (b"", "There is nothing in this file."),
        (b"a\n" * 20_001, "This file has too many rows. At most 20,000 can be read at a time."),
        (
            ";".join("a" * 101).encode() + b"\n" + ";".join("b" * 101).encode(),
            "the log has 101 columns; at most 100 can be read",
        ),
        (b"a" * (MAX_BYTES + 1), "This file is too large. At most 5 MB can be read at a time."),
    ],
)
def test_what_cannot_be_read_is_named(
    log: Callable[[str | bytes], Path], content: bytes, message: str
) -> None:
    path = log(content)

    outcome = run(path, "--language", "en")

    assert (outcome.code, outcome.out, outcome.errors) == (2, "", [f"{path}: {message}"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    outcome = run(tmp_path / "none.csv", "--language", "en")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.errors == [f"{tmp_path}/none.csv: cannot be read (No such file or directory)"]


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TABLE.encode())))

    assert len(json.loads(run("-", "--on", "2026-11-29").out)["incidents"]) == 2


@pytest.mark.parametrize("day", ["23-03-2026", "2026-03", "soon"])
def test_on_is_a_full_day(log: Callable[[str], Path], day: str) -> None:
    with pytest.raises(CommandError, match="--on"):
        run(log(TABLE), "--on", day)


def run_in_process(*arguments: object, command: str = "incidents", **options: Any) -> Any:
    """Run a command on a machine without a database or keys, whose terminal knows no UTF-8."""
    environment = {
        **os.environ,
        "STALKCHECK_KEYRING": "/nowhere/keyring.json",
        "DATABASE_URL": "sqlite:////nowhere/none.sqlite3",
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", str(settings.BASE_DIR / "manage.py"), command, *map(str, arguments)],
        env=environment,
        capture_output=True,
        check=False,
        timeout=600,
        **options,
    )


def test_what_it_prints_is_accepted_in_an_answers_file(tmp_path: Path) -> None:
    table = f"{TABLE}25-03-2026;Zei: “één”\nkerst 2025;Kaart\n".encode()

    printed = run_in_process("-", "--json", "--on", "2026-11-29", input=table)
    answers = tmp_path / "intake.json"
    intake = {"version": 1, "answers": {}, "incidents": json.loads(printed.stdout)["incidents"]}
    answers.write_text(json.dumps(intake), encoding="utf-8")
    summary = run_in_process(answers, "--format", "json", "--output", "-", command="summarise")

    assert (printed.returncode, printed.stderr) == (0, b"")
    assert "“één”" in printed.stdout.decode()
    assert (summary.returncode, summary.stderr) == (0, b"")
    dates = [each["date"] for each in json.loads(summary.stdout)["incidents"]]
    assert dates == ["2025-12-25", "2026-03-23", "2026-03-24", "2026-03-25"]
