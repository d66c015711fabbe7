"""Rows: which say the same, and how one in doubt becomes an incident."""

import pytest

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.doubles import mark_known
from questionnaire.domain.log_import.rows import IGNORED, KINDS, settle
from questionnaire.tests.domain.log_import.reading import ON, read


def test_rows_that_say_the_same_are_marked() -> None:
    log = read(
        "2026-03-12: Belde aan!\n2026-03-12: belde  aan\n2026-03-13: belde aan\n2026-03-12 14:00: belde aan\n"
        "11/7/2026: x\n11/7/2026: x\nkerst: y\n"
    )

    assert [row.double_of for row in log.rows] == [None, 1, None, None, None, 5, None]


@pytest.mark.parametrize(
    "rows",
    [
        "Datum;Wat;Aantal\n12 maart 2026;belde;3\n12 maart 2026;belde;41\n",
        "Datum;Wat;Wie\n12 maart 2026;belde;\n12 maart 2026;belde;zijn broer\n",
        "12 maart 2026 's ochtends: belde\n12 maart 2026 's avonds: belde\n",
    ],
)
def test_rows_that_differ_in_how_often_or_who_or_when_are_not_the_same(rows: str) -> None:
    assert not any(row.double_of for row in read(rows).rows)


def test_rows_without_a_date_are_the_same_by_the_words_for_it() -> None:
    rows = "Datum;Wat\nlang geleden;x\nheel lang geleden;x\nLang geleden;x\n"

    assert [row.double_of for row in read(rows).rows] == [None, None, None, 2]


def test_rows_in_the_log_already_are_marked() -> None:
    log = read("2026-03-12: belde aan\n2026-03-13: belde aan\n11/7/2026: x\n")

    marked = mark_known(
        log, [Incident("2026-03-12", what="Belde aan.", evidence="foto"), Incident("2026-07-11", what="x")]
    )

    assert [row.in_log for row in marked.rows] == [True, False, False]
    assert [row.in_log for row in mark_known(log, []).rows] == [False, False, False]


def test_a_reading_settles_a_date_in_doubt() -> None:
    row = read("11/7/2026 14:00: 3 keer per dag gebeld").rows[0]

    half = settle(row, {"date": "2026-07-11"}, ON)
    whole = settle(half, {"times": 3}, ON)

    assert (half.incident, [doubt.field for doubt in half.doubts]) == (None, ["times"])
    assert half.draft
    assert half.draft.date == "2026-07-11"
    assert whole.doubts == ()
    assert whole.incident == Incident(
        "2026-07-11", time="14:00", what="3 keer per dag gebeld", times=3, source="log"
    )


def test_a_reading_can_be_a_stretch() -> None:
    row = read("10/7 t/m 11/7/2026: x").rows[0]

    assert row.doubts[0].readings == ("2026-07-10/2026-07-11", "2026-10-07/2026-11-07")
    settled = settle(row, {"date": row.doubts[0].readings[0]}, ON).incident
    assert settled
    assert (settled.date, settled.until) == ("2026-07-10", "2026-07-11")


def test_a_date_in_doubt_can_stay_in_the_words_of_the_client() -> None:
    row = read("23-o3-2026: x").rows[0]

    assert settle(row, {"date": ""}, ON).incident == Incident(
        precision="", as_told="23-o3-2026", what="x", source="log"
    )


def test_a_row_without_any_date_can_stay_so() -> None:
    assert settle(read("Datum;Wat\n;x").rows[1], {"date": ""}, ON).incident == Incident(
        precision="", what="x", source="log"
    )


def test_what_makes_no_incident_settles_nothing() -> None:
    with pytest.raises(InvalidInputError):
        settle(read("11/7/2026: x").rows[0], {"date": "2027-01-01"}, ON)


def test_a_date_alone_can_be_kept() -> None:
    assert settle(read("2026-03-12").rows[0], {"what": ""}, ON).incident == Incident(
        "2026-03-12", source="log"
    )


def test_every_kind_and_reason_has_a_text() -> None:
    assert all(str(choice.text) for choice in (*KINDS, *IGNORED))


def test_a_last_day_waits_for_a_date_in_doubt() -> None:
    row = read("Datum;Tot;Wat\n11/7/2026;2026-11-08;x\n").rows[1]

    assert [doubt.field for doubt in row.doubts] == ["date"]
    settled = settle(row, {"date": "2026-11-07"}, ON).incident
    assert settled
    assert (settled.date, settled.until) == ("2026-11-07", "2026-11-08")


def test_a_date_in_doubt_alone_is_one_doubt() -> None:
    row = read("11/7/2026").rows[0]

    assert [doubt.field for doubt in row.doubts] == ["date"]
    assert row.draft == Incident(precision="", source="log")
    assert settle(row, {"date": "2026-07-11"}, ON).incident == Incident("2026-07-11", source="log")
