"""A calendar file as RFC 5545 has it."""

from datetime import date
from uuid import UUID

import pytest

from questionnaire.documents.renderers.calendar_file import MAX_LINE, as_calendar_file

UID = UUID("12345678-1234-5678-1234-567812345678")


def calendar_file(title: str) -> bytes:
    return as_calendar_file(date(2026, 12, 31), UID, title, date(2026, 11, 29))


def test_an_event_of_one_day_as_a_file() -> None:
    assert calendar_file("Afspraak").decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//1//EN",
        "BEGIN:VEVENT",
        "UID:12345678-1234-5678-1234-567812345678",
        "DTSTAMP:20261129T000000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Afspraak",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize("title", ["x" * 300, "é" * 200, "\U0001f41d" * 100, "x" * 67])
def test_long_lines_are_folded_between_characters(title: str) -> None:
    lines = calendar_file(title).split(b"\r\n")

    assert max(map(len, lines)) <= MAX_LINE
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:{title}\r\n" in unfolded


def test_signs_with_a_meaning_are_escaped_and_no_line_is_added() -> None:
    assert b"SUMMARY:a\\, b\\; c\\\\d END:VEVENT\r\n" in calendar_file("a, b; c\\d\r\nEND:VEVENT")
