"""Delimited text: which delimiter, quotes, and text that only looks like a table."""

import pytest

from questionnaire.domain.log_import.delimited import split
from questionnaire.tests.domain.log_import.reading import read, told


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\nc;d", (("a", "b"), ("c", "d"))),
        ("a;b\n", (("a", "b"),)),
        ("a;\n;b\n\n", (("a", ""), ("", "b"), ("",))),
        ('"a;b";"c""d"\n', (("a;b", 'c"d'),)),
        ('"a\nb";c', (("a\nb", "c"),)),
        (' "a" ;"b" ', (("a", "b"),)),
        ('"";b', (("", "b"),)),
        ('a"b;c"d', (('a"b', 'c"d'),)),
        ('"a;b\nc;d', (('"a', "b"), ("c", "d"))),
        ('"a"b;c', (('"a"b', "c"),)),
        ('"a;b\n13-03-2026;x"\n', (('"a', "b"), ("13-03-2026", 'x"'))),
        ("", ()),
        ("\n\n", (("",), ("",))),
    ],
)
def test_quotes(text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert split(text, ";") == rows


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ","])
def test_delimiters(delimiter: str) -> None:
    log = read(delimiter.join(["Datum", "Wat", "Bewijs"]) + "\n" + delimiter.join(["2026-03-12", "x", ""]))

    assert (log.kind, told(log)) == ("table", ["header", "2026-03-12 x"])


@pytest.mark.parametrize(
    "text",
    [
        "12 maart 2026: belde, appte, en schreef\n13 maart 2026: belde, appte, en schreef\n",
        "2026-03-12: zei; kom hier\n2026-03-13: niets\n2026-03-14: ook; niets\n",
        "2026-03-12 | belde\n2026-03-13 stond | er | nog\n2026-03-14 riep\n2026-03-15 ging\n",
        ";;;\n",
        "\t\n",
    ],
)
def test_signs_in_sentences_make_no_table(text: str) -> None:
    assert read(text).kind == ("lines" if text[0].isdigit() else read(text).kind)
    assert not read(text).incidents or all(each.date for each in read(text).incidents)


def test_commas_beside_dates_make_a_table() -> None:
    log = read("2026-03-12, belde aan\n2026-03-13, stond er\n")

    assert (log.kind, told(log)) == ("table", ["2026-03-12 belde aan", "2026-03-13 stond er"])


def test_commas_in_some_lines_make_none() -> None:
    assert read("2026-03-12, belde aan\n2026-03-13, stond er, en riep\n").kind == "lines"


def test_a_line_of_signs_below_the_headings_is_empty() -> None:
    log = read("| Datum | Wat |\n|:---|----|\n| 2026-03-12 | x |\n| 2026-03-13 | - |\n")

    assert told(log) == ["header", "empty", "2026-03-12 x", "2026-03-13 -"]


def test_a_named_delimiter_is_used() -> None:
    log = read("sep=,\nDatum,Wat\n2026-03-12,x\n")

    assert told(log) == ["heading", "header", "2026-03-12 x"]
    assert told(read("sep=;")) == ["? date"] or read("sep=;").kind == "table"


def test_a_row_of_more_cells_than_most_is_a_doubt_without_headings_too() -> None:
    log = read("2026-03-12;x\n2026-03-13;y\n2026-03-14;z;w\n2026-03-15;v\n2026-03-16;u\n2026-03-17;t\n")

    assert told(log)[2] == "? what"
    assert log.rows[2].doubts[0].written == "w"
