"""The stream of events: each once, after its transaction, without content, and in nobody's way."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import stream
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_fields import FIELDS, TYPED
from questionnaire.models import Event, Intake, Team, User
from questionnaire.tests.factories import submission_of

#: What nobody who gets the stream may see.
CANARY = "kanariemees"


@pytest.fixture
def streamed(tmp_path: Path, settings: Any) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Stream to a file, and return a function that reads it."""
    path = tmp_path / "events.jsonl"
    settings.EVENTS_TO = f"file:{path}"

    def read() -> list[dict[str, Any]]:
        drain()
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    yield read
    drain()


def drain() -> None:
    for each in stream._streams.values():
        each.drain(10)


def record_and_fail(user: User) -> None:
    with transaction.atomic():
        audit_log.record(user, EventCode.COUNTS_READ)
        raise RuntimeError


Streamed = Callable[[], list[dict[str, Any]]]


@pytest.mark.django_db(transaction=True)
def test_a_committed_event_is_written_once_and_one_that_was_undone_never(
    alice: User, streamed: Streamed
) -> None:
    with transaction.atomic():
        event = audit_log.record(alice, EventCode.LIST_READ)
        assert streamed() == []
        with pytest.raises(RuntimeError):
            record_and_fail(alice)
    with pytest.raises(RuntimeError):
        record_and_fail(alice)

    (line,) = streamed()
    assert (line["seq"], line["code"], line["actor"]) == (event.seq, "list.read", "alice")
    assert set(line) == set(FIELDS) - TYPED


@pytest.mark.django_db(transaction=True)
def test_a_request_streams_what_it_recorded_and_nothing_that_was_typed(
    client: Client, alice: User, team: Team, streamed: Streamed
) -> None:
    intake = intake_actions.start_intake(alice, team, CANARY, date(2026, 3, 23), "nl")
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_own_words=CANARY))
    client.force_login(alice)
    assert CANARY in client.get(reverse("answers", args=[intake.pk])).content.decode()
    client.post(reverse("cases"), {"reference": CANARY})
    client.get(f"{reverse('cases')}?found")

    lines = streamed()

    assert [line["seq"] for line in lines] == list(Event.objects.values_list("seq", flat=True))
    assert {"intake.started", "intake.changed", "answers.read", "list.searched"} <= {
        line["code"] for line in lines
    }
    assert CANARY not in json.dumps(lines)


@pytest.mark.django_db(transaction=True)
def test_it_is_off_by_default(alice: User, tmp_path: Path) -> None:
    before = dict(stream._streams)
    with transaction.atomic():
        audit_log.record(alice, EventCode.LIST_READ)

    assert stream._streams == before


@pytest.mark.django_db(transaction=True)
def test_where_nothing_can_be_written_there_is_one_warning_and_no_error(
    alice: User, tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "not there yet"
    settings.EVENTS_TO = f"file:{folder}/events"
    with caplog.at_level(logging.WARNING):
        for _each in range(3):
            with transaction.atomic():
                audit_log.record(alice, EventCode.LIST_READ)
        drain()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "alice" not in caplog.text

    folder.mkdir()
    with transaction.atomic():
        event = audit_log.record(alice, EventCode.LIST_READ)
    drain()
    assert json.loads((folder / "events").read_text())["seq"] == event.seq


def test_who_reads_nothing_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stream, "_MOST_WAITING", 2)
    goes_on = threading.Event()
    written: list[bytes] = []

    def stuck(line: bytes) -> None:
        goes_on.wait(30)
        written.append(line)

    waiting = stream._Stream(stuck)
    with caplog.at_level(logging.WARNING):
        for number in range(20):
            waiting.put(b"%d" % number)
    waiting.drain(0.1)
    assert written == []
    assert len(caplog.records) == 1

    goes_on.set()
    waiting.drain(10)
    assert 2 <= len(written) <= 3


WRITER = """
import sys
from questionnaire.audit.stream import _append
for number in range(300):
    _append(sys.argv[1], (sys.argv[2] * 2000 + "\\n").encode())
"""


def test_several_processes_write_whole_lines_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "events"
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "stalkcheck.settings"}
    command = [sys.executable, "-c", f"import django; django.setup()\n{WRITER}", str(path)]
    writers = [subprocess.Popen([*command, letter], env=environ) for letter in "abc"]  # noqa: S603

    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = path.read_text().splitlines()
    assert len(lines) == 900
    assert {len(line) for line in lines} == {2000}
    assert all(len(set(line)) == 1 for line in lines)
    assert path.stat().st_mode & 0o077 == 0


def test_standard_output_gets_a_line_before_the_process_ends(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\nfrom questionnaire.audit import stream\n"
        "stream._stream_to('stdout').put(b'a line\\n')"
    )
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "stalkcheck.settings"}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True)  # noqa: S603

    assert done.stdout == b"a line\n"


def test_syslog_gets_a_line_and_is_looked_for_again_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "log"
    monkeypatch.setattr(stream, "_SYSLOG", str(address))
    write = stream._writer("syslog")
    with pytest.raises(OSError):  # noqa: PT011
        write(b"nobody listens\n")

    for _each in range(2):  # it was restarted meanwhile
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(str(address))
            write(b'{"seq": 1}\n')
            assert b'stalkcheck-events: {"seq": 1}' in listener.recv(1000)
        address.unlink()
        with pytest.raises(OSError):  # noqa: PT011
            write(b"nobody listens\n")


def test_a_line_that_was_cut_off_takes_no_other_along(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"seq": 1}\n{"se')

    for number in (3, 4):
        stream._append(str(path), f'{{"seq": {number}}}\n'.encode())

    assert path.read_text().splitlines() == ['{"seq": 1}', '{"se', '{"seq": 3}', '{"seq": 4}']


def test_a_line_that_does_not_fit_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda _descriptor, line: len(line) - 1)
    with pytest.raises(OSError):  # noqa: PT011
        stream._write_whole(1, b"line")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("", True), ("stdout", True), ("syslog", True), ("file:/var/log/events", True), ("file:events", False)],
)
def test_a_destination_is_one_of_three_or_none(text: str, is_one: bool) -> None:
    assert stream.is_destination(text) is is_one


@pytest.mark.django_db(transaction=True)
def test_a_wrong_destination_is_none(alice: User, settings: Any, intake: Intake) -> None:
    settings.EVENTS_TO = "file:nowhere"
    before = dict(stream._streams)
    with transaction.atomic():
        audit_log.record(alice, EventCode.LIST_READ, intake)
    assert stream._streams == before
