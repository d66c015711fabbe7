"""A log that waits: it is stored as it was read, with the choices of the person."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import pytest

from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog, new_incidents
from questionnaire.domain.log_import.table import Table

ON = date(2026, 3, 23)
TEXT = "20-03-2026 stond voor de deur\n21-03-2026 belde\n20-03-2026 stond voor de deur\n11/7/2025 stond er\n"
CELLS = Table(
    (
        ("datum", "tijd", "wat", "keer", "x"),
        (date(2026, 3, 20), time(14, 5), "stond", 2, None),
        (datetime.fromisoformat("2026-03-21T09:30"), None, "belde", 3.0, timedelta(minutes=90)),
        ("gisteren", "", "kwam", True, ""),
    ),
    2,
    "Blad1",
    ("Blad2",),
)


@pytest.mark.parametrize("content", [TEXT, CELLS])
def test_it_is_read_back_as_it_was_stored(content: str | Table) -> None:
    pending = PendingLog(
        content,
        order="mdy",
        columns={0: "date", 2: "what"},
        senders=frozenset({"Persoon A"}),
        by_day=False,
        kind="table",
        edits={3: Incident("2026-03-20", "home")},
        left_out=frozenset({4}),
        kept=frozenset({3}),
    )

    assert PendingLog.from_json(json.loads(json.dumps(pending.to_json()))) == pending


def test_what_is_chosen_is_new_and_says_where_it_is_from() -> None:
    pending = PendingLog(TEXT)
    found = pending.read(ON, ON, [Incident("2026-03-21", what="belde")])

    assert [pending.is_chosen(row) for row in found.rows] == [True, False, False, False]
    first = Incident("2026-03-20", what="stond voor de deur", source="log")
    assert pending.chosen(found) == new_incidents(found) == (first,)


def test_a_person_chooses_otherwise() -> None:
    pending = PendingLog(TEXT).with_row(1, is_kept=False).with_row(2, is_kept=True)
    log = [Incident("2026-03-21", what="belde")]

    assert [each.what for each in pending.chosen(pending.read(ON, ON, log))] == ["belde"]
    again = pending.with_row(1, is_kept=True).with_row(2, is_kept=False)
    assert [each.what for each in again.chosen(again.read(ON, ON, log))] == ["stond voor de deur"]


def test_a_row_in_doubt_that_was_corrected_is_chosen() -> None:
    corrected = Incident("2025-07-11", "home", what="stond er")
    pending = PendingLog(TEXT).with_row(4, is_kept=False).with_edit(4, corrected)

    found = pending.read(ON, ON, ())

    assert found.rows[3].doubts == ()
    assert pending.chosen(found)[-1] == Incident("2025-07-11", "home", what="stond er", source="log")


def test_of_a_chat_the_source_is_the_chat() -> None:
    chat = "[20-03-26, 14:22:33] Persoon A: Waar ben je\n[20-03-26, 14:23:33] Ik: Weg\n"
    pending = PendingLog(chat, senders=frozenset({"Persoon A"}))

    (incident,) = pending.chosen(pending.read(ON, ON, ()))

    assert (incident.source, incident.place) == ("chat", "online")


def test_lines_put_apart_are_rows_of_their_own_until_they_are_put_back() -> None:
    pending = PendingLog("2026-03-12: belde aan\nde buren zagen het")

    apart = PendingLog.from_json(pending.with_apart((2,), is_apart=True).to_json())

    assert [row.rows for row in apart.read(ON, ON, ()).rows] == [(1,), (2,)]
    assert apart.with_apart((2,), is_apart=False) == pending
    older = pending.to_json()
    del older["apart"]
    assert PendingLog.from_json(older) == pending
