"""Dates: a day, a month or a year, in the past, in Amsterdam, and in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import pytest
from django.utils import translation

from questionnaire.domain import dates
from questionnaire.domain.dates import (
    day_of,
    first_day,
    format_date,
    is_full,
    is_month,
    is_year,
    parse_day,
    parse_partial_date,
    today,
)
from questionnaire.tests.domain.problems import problems_of

UNTIL = date(2026, 3, 23)


def problem_of(raw: object, until: date = UNTIL) -> str:
    (problem,) = problems_of(parse_partial_date, raw, until)
    return problem


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-23",
        "2026-03",
        "2026-03-01",
        "2024-02-29",
        "2000-02-29",
        "1900-01-01",
        "1900",
        "1999-12",
        "2026",
    ],
)
def test_a_day_a_month_or_a_year_is_unchanged(raw: str) -> None:
    assert parse_partial_date(raw, UNTIL) == raw


@pytest.mark.parametrize(
    "raw",
    ["2026-02-31", "2026-02-29", "1900-02-29", "2025-13", "2025-00", "0000-01-01", "0000-01", "2025-04-00"],
)
def test_a_day_that_does_not_exist_is_invalid(raw: str) -> None:
    assert problem_of(raw) == f"'{raw}' is a day that does not exist"


@pytest.mark.parametrize("raw", ["2026-03-24", "2026-04", "9999-12-31"])
def test_a_date_that_starts_after_the_last_day_is_invalid(raw: str) -> None:
    assert problem_of(raw) == f"'{raw}' is in the future"


@pytest.mark.parametrize("raw", ["1899-12-31", "1899-12", "1899", "0206-03-23", "0001-01-01"])
def test_a_date_before_1900_is_invalid(raw: str) -> None:
    assert problem_of(raw) == f"'{raw}' is before 1900"


def test_the_current_month_is_not_in_the_future() -> None:
    assert parse_partial_date("2026-03", date(2026, 3, 1)) == "2026-03"
    assert problem_of("2026-04", date(2026, 3, 31)) == "'2026-04' is in the future"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            " ",
            "2026-3-1",
            "26-03-01",
            "2026-03-23 ",
            " 2026-03-23",
            "2026-03-23\n",
            "2026/03/23",
        ),
        *(
            "20260323",
            "2026-W12-1",
            "2026-03-23T10:00",
            "-026-03-01",
            "+2026-03-01",
            "23-03-2026",
            "yesterday",
        ),
        *("２０２６-03-23", "٢٠٢٦-٠٣-٢٣", "2026-03-2³", 20260323, 2026.3, True, [], {}, ["2026-03"]),
    ],
)
def test_another_form_of_date_is_invalid(raw: object) -> None:
    assert problem_of(raw).endswith("is not a date as YYYY-MM-DD, YYYY-MM or YYYY")


def test_a_day_cannot_be_a_month() -> None:
    assert parse_day("2026-03-23", UNTIL) == date(2026, 3, 23)
    for raw in ("2026-03", "2026"):
        assert problems_of(parse_day, raw, UNTIL) == [f"'{raw}' is not a full date as YYYY-MM-DD"]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        # In winter the Netherlands are one hour ahead of UTC, in summer two.
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_amsterdam(
    now: datetime, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            assert tz is not None
            return now.astimezone(tz)

    monkeypatch.setattr(dates, "datetime", Clock)

    assert today() == day
    assert day_of(now) == day


def test_the_first_day_of_a_month_or_a_year_is_its_first() -> None:
    assert first_day("2026-03") == date(2026, 3, 1)
    assert first_day("2026") == date(2026, 1, 1)
    assert is_year("2026")
    assert not is_month("2026")
    assert is_full("2026-03-23")
    assert not is_full("2026-03")
    assert first_day("2026-03-23") == date(2026, 3, 23)
    assert is_month("2026-03")
    assert not is_month("2026-03-23")


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        ("2026-03-23", "23 maart 2026", "23 March 2026"),
        ("2026-03-01", "1 maart 2026", "1 March 2026"),
        ("2025-08", "augustus 2025", "August 2025"),
        ("2025-12", "december 2025", "December 2025"),
        ("2025-01", "januari 2025", "January 2025"),
        ("2025-05-05", "5 mei 2025", "5 May 2025"),
        ("2025", "2025", "2025"),
    ],
)
def test_a_date_is_formatted_in_the_active_language(value: str, dutch: str, english: str) -> None:
    with translation.override("nl"):
        assert format_date(value) == dutch
    with translation.override("en"):
        assert format_date(value) == english


def test_a_date_object_is_formatted_like_its_text() -> None:
    assert format_date(date(2026, 3, 23)) == format_date("2026-03-23") == "23 March 2026"
