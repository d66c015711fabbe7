"""Lines that begin with a date: what belongs to which day, and the year of headings above them."""

import pytest

from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.rows import ImportRow
from questionnaire.tests.domain.log_import.reading import read, told


def row_of(text: str, number: int = 1) -> ImportRow:
    return next(row for row in read(text).rows if number in row.rows)


def test_lines_without_a_date_belong_to_the_one_above() -> None:
    log = read("2026-03-12: belde aan\n\nen ging niet weg\n- met de auto\n2026-03-13: niets")

    assert told(log) == ["2026-03-12 belde aan\nen ging niet weg\n- met de auto", "empty", "2026-03-13 niets"]
    assert [row.rows for row in log.rows] == [(1, 3, 4), (2,), (5,)]
    assert log.rows[0].written == ("2026-03-12: belde aan", "en ging niet weg", "- met de auto")


def test_lines_without_a_date_are_named_with_the_row_and_can_be_put_apart() -> None:
    text = "2026-03-12: belde aan\n\nen ging niet weg\nde buren zagen het"
    assert read(text).rows[0].undated == (3, 4)

    log = read(text, apart=(4,))

    assert told(log) == ["2026-03-12 belde aan\nen ging niet weg", "empty", "? date"]
    assert (log.rows[0].undated, log.rows[2].undated) == ((3,), ())
    assert read("12 maart 2026\nbelde aan").rows[0].undated == ()  # a date alone is that of the line below


def test_a_day_that_only_one_order_can_mean_is_asked_without_the_other() -> None:
    log = read("12/11/2026 belde aan")

    assert log.rows[0].doubts[0].readings == ("2026-11-12",)
    assert log.ask_order
    assert told(read("12/11/2026 belde aan", order="dmy")) == ["2026-11-12 belde aan"]
    assert not read("2026\n30 december: x").ask_order


def test_a_date_alone_is_that_of_the_lines_below_it() -> None:
    assert told(read("12 maart 2026\nbelde aan\nmaart 2025\nveel brieven")) == [
        "2026-03-12 belde aan",
        "2025-03 veel brieven",
    ]


def test_a_date_with_nothing_below_it_is_a_doubt() -> None:
    assert told(read("12 maart 2026\n13 maart 2026: belde aan")) == ["? what", "2026-03-13 belde aan"]
    assert told(read("2025")) == ["? what"]


def test_what_stands_above_the_first_date_is_a_doubt() -> None:
    log = read("Hij belt elke dag\nen appt\n2026-03-12: belde aan")

    assert told(log) == ["? date", "2026-03-12 belde aan"]
    assert log.rows[0].draft == Incident(what="Hij belt elke dag\nen appt", precision="", source="log")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024\n12 maart: x", "2024-03-12"),
        ("2024:\n\n12 maart: x", "2024-03-12"),
        ("# 2024\n- 12 maart: x", "2024-03-12"),
        ("maart 2024\nma 12 maart: x", ""),
        ("maart 2024\n12 maart: x", "2024-03-12"),
        ("2024\nmaart\n12 maart: x", "2024-03-12"),
        ("2024\n12 maart 2025: x", "2025-03-12"),
        ("2024\n2025-03-12: x", "2025-03-12"),
        ("2024\ngisteren: x", "2026-11-28"),
    ],
)
def test_the_year_of_a_heading(text: str, date: str) -> None:
    row = read(text).rows[-1]

    assert (row.incident.date if row.incident else "") == date


def test_a_year_from_a_heading_is_named_with_the_row() -> None:
    assert [row.heading for row in read("2024\n12 maart: x\n12 maart 2025: y").rows] == ["", "2024", ""]


def test_a_day_in_the_future_of_its_heading_is_a_doubt() -> None:
    row = read("2026\n30 december: x").rows[1]

    assert (row.doubts[0].written, row.doubts[0].readings, row.heading) == ("30 december", (), "2026")


def test_a_stretch_over_the_end_of_the_year_of_its_heading_is_a_doubt() -> None:
    row = read("2024\n30 december t/m 2 januari: x").rows[1]

    assert row.doubts
    assert row.incident is None


def test_two_orders_below_a_heading_keep_both_readings() -> None:
    assert read("2024\n2-3: x").rows[1].doubts[0].readings == ("2024-03-02", "2024-02-03")


@pytest.mark.parametrize("line", ["15: x", "15 - x", "ma 15: x", "15e: x"])
def test_a_day_below_a_month_is_asked(line: str) -> None:
    row = read(f"maart 2026\n{line}").rows[1]

    assert (row.doubts[0].readings, row.heading) == (("2026-03-15",), "maart 2026")
    assert row.draft == Incident(what="x", precision="", source="log")


def test_a_day_that_the_month_does_not_have_has_no_reading() -> None:
    assert read("februari 2026\n30: x").rows[1].doubts[0].readings == ()
    assert read("2026\n15: x").rows[1].doubts[0].readings == ()


def test_a_number_of_a_list_is_not_a_day() -> None:
    assert told(read("12 maart 2026: x\n1) y\n15: z")) == ["2026-03-12 x\n1) y\n15: z"]


@pytest.mark.parametrize("line", ["23-o3-2026: x", "23/mrtt/2026 x", "2o-03-2026 - x"])
def test_a_line_with_a_slip_in_its_date_does_not_belong_to_the_one_above(line: str) -> None:
    log = read(f"2026-03-12: y\n{line}")

    assert told(log) == ["2026-03-12 y", "? date"]


@pytest.mark.parametrize(
    "line",
    [
        "12-3 10 jongens voor de deur",
        "18-3-2026weer",
        "'18-3-2026 weer",
        "12, 13 en 14 maart weer",
        "maart 26 berichten",
        "gisteren 14 maart weer",
        "vorige week 10-3 weer",
        "eind vorig jaar weer",
        "sinds 2024 belt hij",
        "1,5 jaar geleden begon het",
    ],
)
def test_a_line_that_may_begin_with_a_date_is_a_doubt(line: str) -> None:
    row = read(f"2026-03-12: y\n{line}").rows[1]

    assert [(doubt.field, doubt.written) for doubt in row.doubts] == [("date", line)]
    assert row.draft == Incident(what=line, precision="", source="log")


@pytest.mark.parametrize(
    "line", ["3-4 keer gebeld", "06-12 34 56 78", "10-12 uur buiten", "half uur gewacht", "vanaf de overkant"]
)
def test_a_line_that_only_looks_like_a_date_belongs_to_the_one_above(line: str) -> None:
    assert read(f"2026-03-12: y\n{line}").rows[0].rows == (1, 2)


def test_counts_are_read_in_all_lines_of_a_day() -> None:
    assert read("2026-03-12: belde\n41 keer").incidents[0].times == 41
    assert told(read("2026-03-12: 3 keer gebeld\nen 2 keer geappt")) == ["? times"]


def test_dashes_tell_the_order_of_the_whole_log() -> None:
    log = read("02-03-2026: x\n13-03-2026: y\n2/3/2026: z")

    assert told(log) == ["2026-03-02 x", "2026-03-13 y", "? date"]
    assert (log.only_day_first, log.only_month_first, log.order, log.ask_order) == (1, 0, None, True)


def test_dashes_in_both_orders_tell_nothing() -> None:
    log = read("02-03-2026: x\n13-03-2026: y\n03-13-2026: z")

    assert told(log)[0] == "? date"
    assert (log.only_day_first, log.only_month_first) == (1, 1)


def test_slashes_tell_nothing() -> None:
    assert told(read("2/3/2026: x\n13/3/2026: y")) == ["? date", "2026-03-13 y"]
    assert told(read("2-3-2026: x\n13/3/2026: y")) == ["? date", "2026-03-13 y"]


def test_a_line_of_many_numbers_is_read_in_little_time() -> None:
    numbers = " ".join(["12"] * 40)

    log = read(f"2026-03-12: x\n{numbers}\n")

    assert log.incidents[0].what == f"x\n{numbers}"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x0b", "\n"])
def test_ends_of_lines_of_every_kind(end: str) -> None:
    assert told(read(f"\ufeff2026-03-12: x{end}2026-03-13: y{end}")) == ["2026-03-12 x", "2026-03-13 y"]


def test_nothing_is_nothing() -> None:
    assert told(read("")) == ["empty"]
    assert read(" \n\n").ignored == {"empty": 2}
