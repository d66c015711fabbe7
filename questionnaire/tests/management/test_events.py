"""`manage.py events`, and the program that checks what it wrote."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.models import Event, User

pytestmark = pytest.mark.django_db

SCRIPT = django_settings.BASE_DIR / "bin" / "verify_events_file.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_events_file", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load()


def run(*arguments: object) -> tuple[str, str, object]:
    out, err = StringIO(), StringIO()
    try:
        call_command("events", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), end.code
    return out.getvalue(), err.getvalue(), 0


@pytest.fixture
def key() -> str:
    return run("--public-key")[0].split()[1]


@pytest.fixture
def path(alice: User, tmp_path: Path) -> Path:
    """Return an exported file of ten events."""
    with transaction.atomic():
        for _each in range(10):
            audit_log.record(alice, EventCode.LIST_READ)
    _out, err, code = run(tmp_path / "events.jsonl")
    assert code == 0
    assert "10" in err
    return tmp_path / "events.jsonl"


def seal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.seal.json")


def check(capsys: pytest.CaptureFixture[str], path: Path, key: str) -> tuple[int, str]:
    capsys.readouterr()
    code = verifier.main([str(path), "--public-key", key])
    return code, capsys.readouterr().out


def test_a_whole_file_is_whole_and_for_its_owner_alone(
    capsys: pytest.CaptureFixture[str], path: Path, key: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.write_text(run("--public-key")[0])

    for given in (key, str(keys)):
        code, said = check(capsys, path, given)
        assert (code, "10 events" in said) == (0, True)
        assert f"from the first event to {json.loads(seal_of(path).read_text())['until']}" in said
    assert path.stat().st_mode & 0o077 == 0
    assert seal_of(path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("what", "line"),
    [("changed", 4), ("removed", 4), ("added", 4), ("swapped", 4), ("cut", 10), ("longer", 11)],
)
def test_the_first_wrong_line_is_named(
    capsys: pytest.CaptureFixture[str], path: Path, key: str, what: str, line: int
) -> None:
    lines = path.read_text().splitlines(keepends=True)
    if what == "changed":
        lines[3] = lines[3].replace("list.read", "list.reed")
    elif what == "removed":
        del lines[3]
    elif what == "added":
        lines.insert(3, lines[2])
    elif what == "swapped":
        lines[3:5] = lines[4], lines[3]
    elif what == "cut":
        del lines[9]
    else:
        lines.append(lines[9])
    path.write_text("".join(lines))

    code, said = check(capsys, path, key)

    assert (code, said.startswith(f"Line {line} ")) == (1, True), said


def test_a_seal_that_was_changed_or_made_by_another_is_refused(
    capsys: pytest.CaptureFixture[str], path: Path, key: str
) -> None:
    other = keyring.new_key().hex()
    assert check(capsys, path, other)[0] == 1

    seal = json.loads(seal_of(path).read_text())
    seal_of(path).write_text(json.dumps({**seal, "broken_count": 1}))
    assert check(capsys, path, key)[0] == 1


def test_what_cannot_be_checked_says_why(
    capsys: pytest.CaptureFixture[str], path: Path, key: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"00000000 {key}\n")
    assert check(capsys, path, str(keys))[0] == 2
    keys.write_text("nothing\n")
    assert check(capsys, path, str(keys))[0] == 2
    assert check(capsys, path, "/nowhere")[0] == 2
    whole, seal = path.read_bytes(), seal_of(path).read_text()
    path.unlink()
    assert check(capsys, path, key)[0] == 2
    path.write_bytes(whole)
    for wrong in ("no json", "[]", "{}"):
        seal_of(path).write_text(wrong)
        assert check(capsys, path, key)[0] == 2
    seal_of(path).write_text(json.dumps({**json.loads(seal), "version": 2}))
    assert check(capsys, path, key)[0] == 2


def test_it_runs_without_the_program(path: Path, key: str) -> None:
    command = [sys.executable, "-I", str(SCRIPT), str(path), "--public-key", key]

    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)  # noqa: S603

    assert (done.returncode, done.stderr) == (0, "")
    assert "django" not in SCRIPT.read_text()


@pytest.mark.usefixtures("unguarded")
def test_what_was_meddled_with_is_named_and_never_signed_as_true(
    capsys: pytest.CaptureFixture[str], alice: User, tmp_path: Path, key: str
) -> None:
    with transaction.atomic():
        event = audit_log.record(alice, EventCode.LIST_READ)
    Event.objects.filter(pk=event.pk).update(code=EventCode.COUNTS_READ)
    path = tmp_path / "events.csv"

    _out, err, code = run("--format", "csv", path)

    assert code == 1
    assert str(event.seq) in err
    assert f"user:{alice.pk} {event.number}" in err
    assert ",false\n" in path.read_text()
    code, said = check(capsys, path, key)
    assert (code, f"event {event.seq}" in said) == (1, True)


def test_standard_output_gets_the_lines_alone(alice: User, tmp_path: Path) -> None:
    with transaction.atomic():
        audit_log.record(alice, EventCode.LIST_READ)

    out, err, code = run("--since", "1h")
    assert (code, [json.loads(line)["code"] for line in out.splitlines()]) == (0, ["list.read"])
    assert "--seal" in err

    run("--seal", tmp_path / "seal.json")
    assert json.loads((tmp_path / "seal.json").read_text())["count"] == 2


def test_standard_output_is_not_shared_with_the_stream_of_events(settings: Any) -> None:
    settings.EVENTS_TO = "stdout"

    with pytest.raises(CommandError, match="STALKCHECK_EVENTS"):
        run("--since", "7d")
    assert not Event.objects.exists()


def test_the_seal_takes_not_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run(tmp_path / "events.jsonl", "--seal", tmp_path / "events.jsonl")
    assert not Event.objects.exists()


@pytest.mark.parametrize("wrong", ["7x", "yesterday", "2026-13-01", "2026-02-30T10:00"])
def test_a_time_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(CommandError, match="2026-11-01"):
        run("--since", wrong)


def test_a_day_and_a_moment_are_times(alice: User) -> None:
    assert run("--since", "2020-01-01", "--until", "2020-01-02T10:00+01:00")[0] == ""
    with pytest.raises(CommandError, match="--until"):
        run("--since", "2020-01-02", "--until", "2020-01-01")


def test_a_file_that_is_there_stays_and_nothing_is_recorded(path: Path, tmp_path: Path) -> None:
    count = Event.objects.count()
    for wrong in (path, tmp_path / "nowhere" / "file"):
        with pytest.raises(CommandError):
            run(wrong)
    assert Event.objects.count() == count


def test_a_full_disk_is_one_line(alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("questionnaire.management.commands.events.export", fail)
    with pytest.raises(CommandError, match="No space left"):
        run(tmp_path / "events")
    assert list(tmp_path.iterdir()) == []
