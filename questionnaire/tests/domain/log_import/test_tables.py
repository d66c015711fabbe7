"""Tables: headings, columns by what stands in them, and rows that are not clear."""

from datetime import date, datetime, time, timedelta

import pytest

from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import import reader
from questionnaire.domain.log_import.columns import FIELDS
from questionnaire.domain.log_import.headings import field_of, is_list_of_calls
from questionnaire.domain.log_import.table import Cell, cell_text
from questionnaire.domain.text import MAX_CHARACTERS
from questionnaire.tests.domain.log_import.reading import read, table, told


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Datum", "date"),
        ("Datum (dd-mm-jjjj)", "date"),
        ("DATE", "date"),
        ("Wanneer?", "date"),
        ("Datum/tijd", "date"),
        ("Datum van het voorval", "date"),
        ("Hoe laat", "time"),
        ("Tijdstip", "time"),
        ("Tot en met", "until"),
        ("Until", "until"),
        ("Plaats", "place"),
        ("Where did it happen", "place"),
        ("Wat is er gebeurd?", "what"),
        ("Description of incident", "what"),
        ("Opmerkingen", "what"),
        ("Aantal keer", "times"),
        ("How many times?", "times"),
        ("Wie deed het", "by"),
        ("By", "by"),
        ("Getuige(n)", "witness"),
        ("Who saw it", "witness"),
        ("Bewijs (foto)", "evidence"),
        ("Gemeld bij politie?", "reported"),
        ("Reported to police", "reported"),
        ("Meldingsnummer", "report_number"),
        ("Report no.", "report_number"),
        ("Proces-verbaalnummer", "report_number"),
        ("Nummer van de aangifte", "report_number"),
        ("Datum melding", "extra"),
        ("Date reported", "extra"),
        ("In eigen woorden", "as_told"),
        ("Kleur", ""),
        ("", ""),
    ],
)
def test_headings_in_two_languages(heading: str, field: str) -> None:
    assert field_of(heading) == field


def test_every_heading_is_of_a_field_that_can_be_chosen() -> None:
    assert len(FIELDS) == len({choice.code for choice in FIELDS}) == 17
    assert all(str(choice.text) for choice in FIELDS)


@pytest.mark.parametrize(
    ("headings", "calls"),
    [
        (["Datum", "Nummer", "Duur"], True),
        (["Date", "Name", "Call type"], True),
        (["Date", "Name", "Type"], False),
        (["Datum", "Nummer", "Duur", "Wat"], False),
        (["Nummer", "Duur"], False),
        (["Datum", "Duur"], False),
    ],
)
def test_a_list_of_calls_is_known_by_its_headings(headings: list[str], calls: bool) -> None:
    assert is_list_of_calls(headings) is calls


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  x \n", "x"),
        (True, "true"),
        (41.0, "41"),
        (7.5, "7.5"),
        (1e20, "1e+20"),
        (3, "3"),
        (date(2026, 3, 23), "2026-03-23"),
        (datetime(2026, 3, 23), "2026-03-23"),  # noqa: DTZ001
        (datetime(2026, 3, 23, 14, 22), "2026-03-23 14:22"),  # noqa: DTZ001
        (datetime(1899, 12, 31, 14, 22), "14:22"),  # noqa: DTZ001
        (time(14, 22), "14:22"),
        (time(14, 22, 5), "14:22:05"),
        (timedelta(hours=14, minutes=22), "14:22:00"),
    ],
)
def test_the_text_of_a_cell(cell: object, text: str) -> None:
    assert cell_text(cell) == text  # type: ignore[arg-type]


def test_columns_are_known_by_what_stands_in_them() -> None:
    log = read(
        table(
            ("belde aan", "14:22", "thuis", "2026-03-12", 3.0),
            ("stond een uur lang op de hoek", "14:30", "elders", "13-03-2026", 4.0),
        )
    )

    assert [column.field for column in log.columns] == ["what", "time", "place", "date", "extra"]
    assert log.columns[4].example == "3"
    assert log.incidents[0].what == "belde aan\n3"


def test_a_heading_that_is_not_known_stands_above_dates() -> None:
    log = read(table(("Moment", "Verslag"), ("2026-03-12", "belde aan"), ("13-03-2026", "belde aan")))

    assert told(log) == ["header", "2026-03-12 Verslag: belde aan", "2026-03-13 Verslag: belde aan"]
    assert [column.field for column in log.columns] == ["date", "extra"]


@pytest.mark.parametrize("first", ["", "12", "kerst 2025", "rond 3 april"])
def test_a_first_row_that_may_be_a_date_is_no_heading(first: str) -> None:
    log = read(table((first, "belde aan"), ("2026-03-12", "x"), ("13-03-2026", "y"), ("14-03-2026", "z")))

    assert not log.ignored


def test_a_table_without_dates_is_all_doubt() -> None:
    log = read(table(("Wat", "Bewijs"), ("belde aan", "foto"), ("stond er", "")))

    assert told(log) == ["header", "? date", "? date"]
    assert log.rows[1].draft == Incident(what="belde aan", evidence="foto", precision="", source="log")


def test_an_empty_table_has_no_rows() -> None:
    assert read(table()).rows == ()
    assert told(read(table((None, ""), ()))) == ["empty", "empty"]


def test_columns_can_be_chosen() -> None:
    cells = table(("Datum", "Wat", "Wie"), ("2026-03-12", "belde", "een buurman"))

    log = read(cells, columns={1: "", 2: "witness", 7: "what", 0: "nonsense"})

    assert [column.field for column in log.columns] == ["date", "", "witness"]
    assert log.incidents[0] == Incident("2026-03-12", witness="een buurman", source="log")


def test_no_two_columns_have_one_field() -> None:
    log = read(table(("Wat", "Datum", "Omschrijving"), ("belde", "2026-03-12", "lang")))

    assert [column.field for column in log.columns] == ["what", "date", "extra"]
    assert log.incidents[0].what == "belde\nOmschrijving: lang"


def test_an_empty_column_without_a_heading_is_left_out() -> None:
    log = read(table(("Datum", None, "Wat"), ("2026-03-12", None, "belde")))

    assert [column.field for column in log.columns] == ["date", "", "what"]


def test_words_of_a_row_without_headings_keep_a_label() -> None:
    log = read(table(("2026-03-12", "'s avonds", "school", "belde aan")), columns={1: "time", 2: "place"})

    assert log.incidents[0].what == "belde aan\nTime: 's avonds\nWhere: school"


def test_this_person_is_not_another_who_did_it() -> None:
    log = read(
        table(("Datum", "Wat", "Wie"), ("2026-03-12", "belde", "hij"), ("13-03-2026", "x", "zijn zus"))
    )

    assert [(each.by, each.what) for each in log.incidents] == [("", "belde\nWie: hij"), ("zijn zus", "x")]


def test_two_times_are_a_doubt() -> None:
    log = read(table(("Datum", "Tijd", "Wat"), ("2026-03-12 14:00", "15:00", "belde")))

    assert [(doubt.field, doubt.readings) for doubt in log.rows[1].doubts] == [("time", ("15:00", "14:00"))]
    assert log.rows[1].draft == Incident("2026-03-12", what="belde", source="log")


def test_the_same_time_twice_is_none() -> None:
    assert (
        read(table(("Datum", "Tijd", "Wat"), ("2026-03-12 14:00", "14:00", "x"))).incidents[0].time == "14:00"
    )


def test_a_row_without_a_date_may_be_of_the_day_above_it() -> None:
    log = read(
        table(("Datum", "Wat"), ("31-02-2026", "x"), ("", "y"), ("2026-03-12", "x"), ("", "y"), ("", "z"))
    )

    assert [row.doubts[0].readings for row in log.in_doubt] == [(), (), ("2026-03-12",), ("2026-03-12",)]


def test_until_can_be_read_in_two_ways() -> None:
    log = read(
        table(("Datum", "Tot", "Wat"), ("2026-03-12", "4/5/2026", "x"), ("2026-03-12", "een uur of elf", "y"))
    )

    assert log.rows[1].doubts[0].field == "until"
    assert log.rows[1].doubts[0].readings == ("2026-05-04", "2026-04-05")
    assert log.ask_order
    assert log.incidents[0].what == "y\nTot: een uur of elf"


def test_until_without_a_heading_keeps_its_words() -> None:
    assert (
        read(table(("2026-03-12", "23:00", "x")), columns={1: "until"}).incidents[0].what == "x\nUntil: 23:00"
    )


def test_as_told_beside_a_date_and_alone() -> None:
    rows = (("Datum", "In eigen woorden", "Wat"), ("2026-03-12", "na school", "x"), ("", "lang geleden", "y"))

    assert [(each.date, each.as_told) for each in read(table(*rows)).incidents] == [
        ("2026-03-12", "na school"),
        ("", "lang geleden"),
    ]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [("a" * (MAX_CHARACTERS + 1), "what"), ("x\0y", "what"), ("x\ud800", "what"), ("a" * MAX_CHARACTERS, "")],
)
def test_text_that_cannot_be_kept_is_a_doubt(text: str, doubt: str) -> None:
    row = read(table(("Datum", "Wat"), ("2026-03-12", text))).rows[1]

    assert ", ".join(each.field for each in row.doubts) == doubt
    assert row.written[1] == text


def test_words_that_do_not_fit_together_are_a_doubt() -> None:
    half = "a" * (MAX_CHARACTERS - 10)

    row = read(table(("Datum", "Wat", "Notitie"), ("2026-03-12", half, half))).rows[1]

    assert row.incident is None
    assert row.doubts[0].written == f"{half}\nNotitie: {half}"
    assert row.draft == Incident("2026-03-12", source="log")


def test_turned_dates_ask_which_is_meant_whatever_the_order() -> None:
    rows = (
        ("Datum", "Wat"),
        (date(2026, 2, 3), "x"),
        (datetime(2026, 2, 4, 14, 0), "y"),  # noqa: DTZ001
        (46056.0, "z"),
        ("kerst 2025", "w"),
        ("13-3-2026", "v"),
        (),
    )

    log = read(table(*rows), order="dmy")

    assert [row.doubts[0].readings for row in log.in_doubt] == [
        ("2026-02-03", "2026-03-02"),
        ("2026-02-04", "2026-04-02"),
        ("2026-02-03", "2026-03-02"),
    ]
    assert log.rows[2].draft == Incident(precision="", time="14:00", what="y", source="log")


@pytest.mark.parametrize("other", [date(2026, 3, 13), "12-3-2026"])
def test_typed_dates_are_taken_when_nothing_shows_that_they_were_turned(other: Cell) -> None:
    log = read(table(("Datum", "Wat"), (date(2026, 2, 3), "x"), (other, "y")))

    assert log.rows[1].incident == Incident("2026-02-03", what="x", source="log")


def test_a_later_typed_date_shows_that_none_was_turned() -> None:
    rows = (("Datum", "Wat"), (date(2026, 2, 3), "x"), (date(2026, 3, 13), "y"), ("13-3-2026", "z"))

    assert len(read(table(*rows)).incidents) == 3


def test_there_are_bounds() -> None:
    with pytest.raises(InvalidInputError):
        read(table(*((str(number),) for number in range(reader.MAX_ROWS + 1))))
    with pytest.raises(InvalidInputError):
        read(table(tuple("a" * (reader.MAX_COLUMNS + 1))))
    with pytest.raises(InvalidInputError):
        read("\n" * reader.MAX_ROWS + "x")
    with pytest.raises(InvalidInputError):
        read("\n" * reader.MAX_DATED_LINES + "x")
    assert len(read("\n" * reader.MAX_DATED_LINES).rows) == reader.MAX_DATED_LINES


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("23-o3-2026", ""),
        ("31-02-2026", ""),
        ("2027-03-12", ""),
        ("2026-03-12", "2026-03-11"),
        ("", "2026-03-11"),
    ],
)
def test_dates_that_cannot_be_are_doubts(written: str, until: str) -> None:
    log = read(table(("Datum", "Tot", "Wat"), (written, until, "x"), ("2026-03-12", "", "y")))

    assert (log.incidents, len(log.in_doubt)) == ((log.rows[2].incident,), 1)
    assert log.rows[1].draft
    assert log.rows[1].draft.what == "x"


def test_until_beside_words_for_a_date_is_a_doubt() -> None:
    log = read(table(("Datum", "Tot", "Wat"), ("lang geleden", "2026-03-11", "x")))

    assert [(doubt.field, doubt.written) for doubt in log.rows[1].doubts] == [("until", "2026-03-11")]
    assert log.rows[1].draft == Incident(precision="", as_told="lang geleden", what="x", source="log")


def test_words_for_a_date_alone_say_nothing_happened() -> None:
    assert told(read(table(("Datum", "Wat"), ("kerst 2025", ""), ("lang geleden", "")))) == [
        "header",
        "? what",
        "? what",
    ]


def test_cells_beyond_the_headings_are_a_doubt() -> None:
    log = read(table(("Datum", "Wat"), ("2026-03-12", "x", "y", "z"), ("2026-03-12", "x")))

    assert [(doubt.field, doubt.written) for doubt in log.rows[1].doubts] == [("what", "y")]
    assert log.rows[2].incident


def test_headings_in_both_orders_state_none() -> None:
    log = read(table(("Datum (dd-mm-jjjj)", "Wat", "Datum melding (mm-dd-jjjj)"), ("3-4-2026", "x", "")))

    assert (log.order, told(log)) == (None, ["header", "? date"])


def test_a_cell_of_another_type_among_turned_dates() -> None:
    log = read(table(("Datum", "Wat"), (date(2026, 2, 3), "x"), (True, "y"), ("13-3-2026", "z")))

    assert told(log) == ["header", "? date", " y".strip(), "2026-03-13 z"]
    assert log.incidents[0].as_told == "true"
