"""A log that waits: it is stored as it was read, with the choices of the person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog, new_incidents
from questionnaire.domain.log_import.table import Table
from questionnaire.domain.written_dates import Order

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
        settled={4: "2025-11-07"},
        left_out=frozenset({4}),
        kept=frozenset({3}),
        known="dmy",
    )

    assert PendingLog.from_json(json.loads(json.dumps(pending.to_json()))) == pending


@pytest.mark.parametrize(
    ("known", "text", "expected"),
    [
        ("mdy", "3/4/2026 a\n5/1/2026 b\n", ["2026-03-04", "2026-05-01"]),
        ("mdy", "3/2/2026 a\n13/2/2026 b\n", ["", "2026-02-13"]),
        ("mdy", "3/2/2026 a\n13/2 b\n", ["", "2026-02-13"]),
        ("dmy", "3/2/2026 a\n2/13/2026 b\n", ["", "2026-02-13"]),
        ("dmy", "3/2/2026 a\n3/12/2026 b\n", ["", ""]),  # 3 December is ahead
        ("mdy", "3-2-2026 a\n13-2-2026 b\n", ["2026-02-03", "2026-02-13"]),
        ("dmy", "datum (mm-dd-jjjj);wat\n3-2-2026;a\n", ["", "2026-03-02"]),
        ("mdy", "2026-02-13 a\n13 februari 2026 b\n", ["2026-02-13", "2026-02-13"]),
    ],
)
def test_the_order_known_before_is_not_used_when_the_log_contradicts_it(
    known: Order, text: str, expected: list[str]
) -> None:
    until = date(2026, 5, 23)

    found = PendingLog(text, known=known).read(until, until, ())

    assert [row.incident.date if row.incident else "" for row in found.rows] == expected


def test_the_order_that_was_said_of_this_log_is_used_though_it_contradicts() -> None:
    found = PendingLog("3/2/2026 a\n13/2/2026 b\n", order="mdy", known="dmy").read(ON, ON, ())

    assert found.rows[0].incident
    assert found.rows[0].incident.date == "2026-03-02"
    assert found.rows[1].doubts


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

    apart = PendingLog.from_json(pending.with_apart((2,)).to_json())

    found = apart.read(ON, ON, ())
    assert [row.rows for row in found.rows] == [(1,), (2,)]
    assert apart.joinable(found) == {2: 1}
    assert apart.with_joined(found, 2) == pending
    assert apart.with_joined(found, 1) == apart
    older = pending.to_json()
    del older["apart"], older["settled"]
    assert PendingLog.from_json(older) == pending


def test_a_line_does_not_go_back_to_a_row_that_was_corrected_added_or_left_out() -> None:
    apart = PendingLog("2026-03-12: stond voor de deur\n\nhij dreigde mij te doden").with_apart((3,))
    found = apart.read(ON, ON, ())

    for done in (
        apart.with_edit(1, Incident("2026-03-12", "home", what="stond voor de deur")),
        apart.without_chosen(found),
        apart.with_row(1, is_kept=False),
        apart.with_edit(3, Incident("2026-03-13", what="hij dreigde mij te doden")),
    ):
        assert done.with_joined(done.read(ON, ON, ()), 3) == done
    again = apart.with_row(1, is_kept=False).with_row(1, is_kept=True)
    assert again.joinable(again.read(ON, ON, ())) == {3: 1}


def test_a_date_that_was_chosen_leaves_the_lines_without_a_date_in_sight() -> None:
    pending = PendingLog("11/7/2025 stond er\nde buren zagen het").with_date(1, "2025-11-07")

    (row,) = pending.read(ON, ON, ()).rows
    assert (row.undated, row.doubts) == ((2,), ())
    assert pending.chosen(pending.read(ON, ON, ())) == (
        Incident("2025-11-07", what="stond er\nde buren zagen het", source="log"),
    )
    first, second = pending.with_apart((2,)).read(ON, ON, ()).rows
    assert first.incident
    assert (first.incident.date, first.incident.what) == ("2025-11-07", "stond er")
    assert second.doubts


@pytest.mark.parametrize("order", ["dmy", "mdy"])
def test_a_date_that_was_chosen_stays_when_the_order_is_chosen(order: Order) -> None:
    pending = PendingLog("11/7/2025 stond er", order=order)

    (row,) = pending.with_date(1, "2025-11-07").read(ON, ON, ()).rows
    assert row.incident == Incident("2025-11-07", what="stond er", source="log")
    for reading in ("", "2999-01-01"):  # as told, and a date that cannot be
        assert pending.with_date(1, reading).read(ON, ON, ()).rows == pending.read(ON, ON, ()).rows


#: What a person can do with a row, each with the row that it is done to.
STEPS = st.lists(st.tuples(st.sampled_from(["edit", "date", "add", "apart", "join"]), st.integers(1, 6)))


@given(STEPS)
@example([("apart", 2), ("edit", 1), ("join", 2), ("add", 1)])
@example([("apart", 2), ("add", 1), ("join", 2), ("add", 1)])
@example([("apart", 2), ("apart", 3), ("join", 3), ("edit", 2), ("join", 2), ("add", 1)])
def test_no_line_is_lost_in_whatever_order_rows_are_corrected_put_apart_and_back(
    steps: list[tuple[str, int]],
) -> None:
    text = "20-03-2026 eerste\ntweede\nderde\n11/7/2025 vierde\n\nvijfde\n"
    pending, added = PendingLog(text), list[Incident]()
    for step, number in steps:
        found = pending.read(ON, ON, ())
        row = next((row for row in found.rows if row.row == number and not row.ignored), None)
        if step == "add":
            added += pending.chosen(found)
            pending = pending.without_chosen(found)
        elif step == "apart":
            pending = pending.with_apart(row.undated if row else ())
        elif step == "join":
            pending = pending.with_joined(found, number)
        elif step == "edit" and row and (known := row.incident or row.draft):
            pending = pending.with_edit(number, replace(known, date="2026-01-02", precision="day"))
        elif step == "date" and row and row.doubts:
            pending = pending.with_date(number, "2025-07-11")

    rows = pending.read(ON, ON, ()).rows
    waiting = [row.incident or row.draft for row in rows if row.row not in pending.left_out]
    said = " ".join(one.what for one in (*added, *filter(None, waiting)))
    assert set(said.split()) == {"eerste", "tweede", "derde", "vierde", "vijfde"}
