"""What is written of events: all of a range, each marked when it was meddled with, under one seal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_fields import FIELDS
from questionnaire.audit.faults import Report
from questionnaire.audit.verification import verify_here
from questionnaire.lifecycle import event_files
from questionnaire.lifecycle.event_files import Range, Written, export
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import submission_of

pytestmark = pytest.mark.django_db


def record(user: User, *codes: EventCode, reason: str = "") -> list[Event]:
    with transaction.atomic():
        return [audit_log.record(user, code, reason=reason) for code in codes]


def exported(file_format: str = "jsonl", **ago: int) -> tuple[list[str], Written, Mapping[str, Any]]:
    lines: list[str] = []
    since = timezone.now() - timedelta(**ago) if ago else None
    chosen = Range(since, timezone.now() + timedelta(days=1))
    written, seal = export(chosen, file_format, lambda line: lines.append(line.decode()))
    return lines, written, seal


def test_every_event_is_a_line_and_the_export_is_an_event_after_them(alice: User, intake: Intake) -> None:
    record(alice, EventCode.LIST_READ)
    before = list(Event.objects.values_list("seq", flat=True))

    lines, written, seal = exported()

    rows = [json.loads(line) for line in lines]
    assert [row["seq"] for row in rows] == before
    assert {tuple(row) for row in rows} == {(*FIELDS, "intact")}
    assert all(row["intact"] for row in rows)
    assert (written.count, written.first, written.last) == (len(before), before[0], before[-1])
    assert (seal["lines"], seal["broken"], seal["faults"]) == (len(before), [], [])
    event = Event.objects.latest("seq")
    assert (event.code, event.chain, event.right) == ("events.exported", "system", "command")
    assert event.os_user
    assert (event.details["format"], event.details["count"]) == ("jsonl", len(before))
    assert {"since", "until"} <= event.details.keys()


def test_a_range_begins_with_since_and_ends_before_until(alice: User) -> None:
    first, second, third = record(alice, *[EventCode.LIST_READ] * 3)
    lines: list[bytes] = []

    export(Range(second.at, third.at), "jsonl", lines.append)

    assert [json.loads(line)["seq"] for line in lines] == [second.seq]
    assert first.at < second.at < third.at


def test_many_are_read_in_pieces_also_of_one_moment(
    alice: User, monkeypatch: pytest.MonkeyPatch, unguarded: None
) -> None:
    monkeypatch.setattr(event_files, "_BATCH", 3)
    record(alice, *[EventCode.LIST_READ] * 10)
    Event.objects.update(at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        _lines, written, _seal = exported()

    assert written.count == 10
    # A piece has three at most, so that memory does not grow with the number of events.
    assert sum("before" in query["sql"] for query in queries.captured_queries) >= 4


def test_a_sheet_has_one_line_an_event_and_no_formula(alice: User) -> None:
    record(alice, EventCode.RIGHT_GIVEN, reason='=HYPERLINK("x")\nsecond, "line"')

    lines, written, seal = exported("csv")

    assert seal["lines"] == written.count + 1
    assert all(line.count("\n") == 1 for line in lines)
    row = list(csv.DictReader(io.StringIO("".join(lines))))[-1]
    assert list(row) == [*FIELDS, "intact"]
    assert row["reason"] == '\'=HYPERLINK("x")\\nsecond, "line"'
    assert (row["intact"], row["items"], row["details"], row["subject_id"]) == ("true", "[]", "{}", "")


def test_an_event_that_was_changed_is_marked_and_is_not_sealed_as_true(alice: User, unguarded: None) -> None:
    _first, changed, *_rest = record(alice, *[EventCode.LIST_READ] * 4)
    Event.objects.filter(pk=changed.pk).update(code=EventCode.COUNTS_READ)

    lines, written, seal = exported()

    rows = {row["seq"]: row["intact"] for row in map(json.loads, lines)}
    assert [seq for seq, is_intact in rows.items() if not is_intact] == [changed.seq]
    assert (written.broken, written.broken_count, seal["broken_count"]) == ([changed.seq], 1, 1)
    assert seal["faults"] == [f"changed: user:{alice.pk} {changed.number}"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_what_was_checked_is_what_is_written(
    alice: User, unguarded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the database could cut off the newest events after the check, and before they are read."""
    events = record(alice, *[EventCode.LIST_READ] * 4)

    def cut() -> None:
        Event.objects.filter(seq__gt=events[1].seq).delete()
        connection.close()

    def checked(since: datetime | None) -> Report:
        report = verify_here(since=since)
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(cut).result()
        return report

    monkeypatch.setattr(event_files, "verify_here", checked)

    lines, written, seal = exported()

    assert [json.loads(line)["seq"] for line in lines][-4:] == [event.seq for event in events]
    assert (written.broken, seal["faults"]) == ([], [])
    monkeypatch.undo()
    _lines, _written, seal = exported()
    assert [fault.partition(":")[0] for fault in seal["faults"]] == ["removed"]


def test_the_event_after_one_that_was_removed_is_marked(alice: User, unguarded: None) -> None:
    first, second, third = record(alice, *[EventCode.LIST_READ] * 3)
    Event.objects.filter(pk__in=[first.pk]).delete()

    _lines, written, seal = exported()

    assert written.broken == [second.seq]
    assert seal["faults"] == [f"removed: user:{alice.pk} {first.number}"]
    assert third.seq not in written.broken


def test_a_chain_that_was_cut_off_is_told_though_no_row_of_it_is_there(alice: User, unguarded: None) -> None:
    *_rest, last = record(alice, *[EventCode.LIST_READ] * 3)
    Event.objects.filter(pk=last.pk).delete()

    _lines, written, seal = exported()

    assert written.broken == []
    assert seal["faults"] == [f"removed: user:{alice.pk} {last.number}"]


def test_nothing_that_was_typed_in_a_conversation_is_in_it(alice: User, intake: Intake) -> None:
    canary = "kanariemees"
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_own_words=canary))

    for file_format in event_files.FORMATS:
        lines, _written, _seal = exported(file_format)
        assert "intake.changed" in "".join(lines)
        assert canary not in "".join(lines)


def test_newest_events_are_read_along_an_index(alice: User) -> None:
    record(alice, EventCode.LIST_READ)
    chosen = Range(timezone.now() - timedelta(days=1), timezone.now())

    plan = chosen.events.order_by("at", "seq").explain()

    assert "events_in_time" in plan or connection.vendor == "postgresql"
