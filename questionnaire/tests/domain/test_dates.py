from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import pytest
from django.utils import translation

from questionnaire.domain import dates
from questionnaire.domain.dates import first_day, is_month, parse_day, parse_partial, today, words
from questionnaire.domain.errors import InvalidInputError

UNTIL = date(2026, 3, 23)


def refusal(raw: object, until: date = UNTIL) -> str:
    with pytest.raises(InvalidInputError) as refused:
        parse_partial(raw, until)
    (problem,) = refused.value.problems
    return problem.message


@pytest.mark.parametrize(
    "raw", ["2026-03-23", "2026-03", "2026-03-01", "2024-02-29", "2000-02-29", "0001-01-01", "1999-12"]
)
def test_a_day_or_a_month_is_kept_as_it_stands(raw: str) -> None:
    assert parse_partial(raw, UNTIL) == raw


@pytest.mark.parametrize(
    "raw",
    ["2026-02-31", "2026-02-29", "1900-02-29", "2025-13", "2025-00", "0000-01-01", "0000-01", "2025-04-00"],
)
def test_a_day_that_does_not_exist_is_refused(raw: str) -> None:
    assert refusal(raw) == f"'{raw}' is a day that does not exist"


@pytest.mark.parametrize("raw", ["2026-03-24", "2026-04", "9999-12-31"])
def test_a_date_that_starts_after_the_last_day_is_refused(raw: str) -> None:
    assert refusal(raw) == f"'{raw}' is in the future"


def test_the_month_that_goes_on_is_not_the_future() -> None:
    assert parse_partial("2026-03", date(2026, 3, 1)) == "2026-03"
    assert refusal("2026-04", date(2026, 3, 31)) == "'2026-04' is in the future"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            " ",
            "2026",
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
def test_another_form_is_refused(raw: object) -> None:
    assert refusal(raw).endswith("is not a date as YYYY-MM-DD or YYYY-MM")


def test_a_full_date_is_asked_where_a_month_will_not_do() -> None:
    assert parse_day("2026-03-23", UNTIL) == date(2026, 3, 23)
    with pytest.raises(InvalidInputError) as refused:
        parse_day("2026-03", UNTIL)
    assert refused.value.problems[0].message == "'2026-03' is not a full date as YYYY-MM-DD"


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


def test_the_first_day_of_what_a_date_can_mean() -> None:
    assert first_day("2026-03") == date(2026, 3, 1)
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
    ],
)
def test_a_date_in_words(value: str, dutch: str, english: str) -> None:
    with translation.override("nl"):
        assert words(value) == dutch
    with translation.override("en"):
        assert words(value) == english
