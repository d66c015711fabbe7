"""Real shapes of logs: every row is right, in doubt and said so, or left out with the reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from questionnaire.domain.incidents import parse_incident
from questionnaire.domain.log_import.reader import read_log
from questionnaire.domain.log_import.rows import LogImport
from questionnaire.log_files.reading import read_file
from questionnaire.tests import cases
from questionnaire.tests.spreadsheets import from_json, ods, xlsx

FOLDER: Final = Path(cases.__file__).parent / "logs"
NAMES: Final = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))
#: The day of the conversation, a Sunday.
ON: Final = date(2026, 11, 29)


def expected_of(name: str) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return expected


def bytes_of(name: str, expected: dict[str, Any]) -> bytes:
    if (path := FOLDER / name).exists():
        return path.read_bytes()
    sheets = {
        sheet: [[from_json(cell) for cell in row] for row in rows]
        for sheet, rows in expected["sheets"].items()
    }
    return xlsx(sheets) if name.endswith(".xlsx") else ods(sheets)


def encoding_of(data: bytes) -> str:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
        return "utf-8 with mark" if data[0] == 0xEF else "utf-16 with mark"
    if b"\0" in data:
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def read(name: str, expected: dict[str, Any]) -> LogImport:
    return read_log(
        read_file(bytes_of(name, expected)),
        on=ON,
        until=ON,
        order=expected.get("order"),
        senders=expected.get("senders", ()),
        by_day=expected.get("by_day", True),
    )


def test_there_are_thirty_shapes_in_two_languages_and_four_encodings() -> None:
    encodings = {encoding_of((FOLDER / name).read_bytes()) for name in NAMES if (FOLDER / name).exists()}

    assert len(NAMES) >= 30
    assert {name.rpartition(".")[0][-3:] for name in NAMES} == {"_nl", "_en"}
    assert encodings >= {"utf-8", "utf-8 with mark", "utf-16 with mark", "utf-16", "windows-1252"}


@pytest.mark.parametrize("name", NAMES)
def test_a_shape_gives_its_incidents_and_its_doubts(name: str) -> None:
    expected = expected_of(name)

    log = read(name, expected)

    source = log.kind if log.kind in ("chat", "calls") else "log"
    assert list(log.incidents) == [
        parse_incident({**each, "source": source}, ON) for each in expected["incidents"]
    ]
    assert [
        {"row": row.row, "field": doubt.field, "written": doubt.written, "readings": list(doubt.readings)}
        for row in log.in_doubt
        for doubt in row.doubts
    ] == expected["doubts"]
    assert log.ignored == expected["ignored"]
    assert log.ask_sender == expected.get("ask_sender", False)
    assert list(log.unread_sheets) == expected.get("unread_sheets", [])
    assert {str(row.row): row.double_of for row in log.rows if row.double_of} == expected.get("doubles", {})
    assert {str(row.row): row.heading for row in log.rows if row.heading} == expected.get("headings", {})


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_one_of_three(name: str) -> None:
    log = read(name, expected_of(name))
    numbers = sorted(number for row in log.rows for number in row.rows)

    assert all((row.incident is not None) + bool(row.doubts) + bool(row.ignored) == 1 for row in log.rows)
    assert numbers == list(range(1, len(numbers) + 1))
