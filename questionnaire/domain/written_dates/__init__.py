"""Dates as people write them, in Dutch and English: read, find in a line, describe."""

from questionnaire.domain.written_dates.descriptions import describe, describe_reading
from questionnaire.domain.written_dates.lines import split_dated_line
from questionnaire.domain.written_dates.meaning import Order
from questionnaire.domain.written_dates.reading import WrittenDate, read_date

__all__ = ["Order", "WrittenDate", "describe", "describe_reading", "read_date", "split_dated_line"]
