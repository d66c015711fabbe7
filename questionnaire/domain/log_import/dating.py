"""Read the dates of one log by the same rules, and tell in which order it writes day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from questionnaire.domain.written_dates import Order, WrittenDate, read_date, split_dated_line

#: No date is written in more characters than these.
LONGEST: Final = 80

_NUMERIC: Final = re.compile(
    r"(?<!\d)(\d{1,2})\s?([-/.\u2010-\u2015 ])\s?(\d{1,2})\s?[-/.\u2010-\u2015 ]\s?\d{2,4}"
)
_DAY_FIRST: Final = re.compile(
    r"(?:\bd{1,2}|\bda[gy])[^a-z]*(?:m{1,2}|maand|month)[^a-z]*(?:[jy]{2,4}|jaar|year)\b"
)
_MONTH_FIRST: Final = re.compile(
    r"(?:\bm{1,2}|\bmaand|\bmonth)[^a-z]*(?:d{1,2}|da[gy])[^a-z]*(?:[jy]{2,4}|jaar|year)\b"
)
_MONTHS: Final = 12
#: A day and a month in numbers; not within 2026-03-04.
_DAY_AND_MONTH: Final = re.compile(r"(?<!\d)(?<!\d[-/. ])\d{1,2}\s?[-/.\u2010-\u2015 ]\s?\d{1,2}(?!\d)")
#: So many numbers are more than a date has; to look for one among all of them takes long.
_MANY_NUMBERS: Final = re.compile(r"(?:\D{0,20}+\d++){10}\D?")
#: Marks between a date and what happened.
_AROUND: Final = " \t:;,|>–—-"


@dataclass(frozen=True, slots=True)
class DateRules:
    """How the dates of a log are read: from which day they count, until when, and in which order they are.

    Of an order that was given, `either` is the first date that it decides, and `contradicted` says whether
    the log tells of the other one: what stands above its dates, or a date that is only possible that way.
    """

    on: date
    until: date
    order: Order | None = None
    dashes_day_first: bool = False
    only_day_first: int = 0
    only_month_first: int = 0
    contradicted: bool = False
    either: str = ""

    def read(self, written: str, *, serials: bool = False) -> WrittenDate:
        """Return what a date means; what is too long for one is kept as told."""
        if len(written) > LONGEST:
            return WrittenDate(as_told=written)
        return read_date(
            written,
            self.on,
            self.until,
            self.order,
            dashes_day_first=self.dashes_day_first,
            serials=serials,
        )

    def is_date(self, written: str) -> bool:
        """Return whether a text is a date, also one that does not exist or can be read in two ways."""
        when = self.read(written)
        return bool(when.date or when.readings or when.problem)

    def split(self, line: str) -> tuple[WrittenDate, str, str] | None:
        """Return the date that a line begins with, as understood and as written, and the rest; else None."""
        head = many[0] if (many := _MANY_NUMBERS.match(line)) else line
        found = split_dated_line(
            head, self.on, self.until, self.order, dashes_day_first=self.dashes_day_first
        )
        if not found:
            return None
        when, rest = found
        return when, head.removesuffix(rest).strip(_AROUND), rest + line[len(head) :]

    def learn(self, dates: Iterable[str], headers: Iterable[str] = ()) -> DateRules:
        """Return these rules with the order that the dates of a log, or what stands above them, tell.

        An order that was given stays. Dates with dashes or dots are read day first when one of them can only
        be day first and none can only be month first. Dates with slashes never tell: both orders are in use.
        """
        day_first, month_first, dashed = 0, 0, 0
        written, stated = list(dates), _stated_order(headers)
        for match in filter(None, map(_NUMERIC.search, written)):
            first, second = int(match[1]), int(match[3])
            if first > _MONTHS >= second:
                day_first += 1
                dashed += match[2] != "/"
            elif second > _MONTHS >= first:
                month_first += 1
        return replace(
            self,
            order=self.order or stated,
            dashes_day_first=bool(dashed) and not month_first,
            only_day_first=day_first,
            only_month_first=month_first,
            contradicted=self.order not in {None, stated or self.order} or any(map(self._is_other, written)),
            either=next(filter(self._is_either, written), ""),
        )

    def _is_other(self, written: str) -> bool:
        """Return whether a date is possible in the order that was not given, and only in that."""
        if not self.order or not _DAY_AND_MONTH.search(written) or self.read(written).date:
            return False
        plain = replace(self, order=None).read(written)
        return bool(plain.date or plain.other_cannot_be)

    def _is_either(self, written: str) -> bool:
        """Return whether a date has two readings, of which the order that was given decides."""
        if not self.order or not _DAY_AND_MONTH.search(written) or not self.read(written).date:
            return False
        return len(replace(self, order=None).read(written).readings) > 1


def _stated_order(headers: Iterable[str]) -> Order | None:
    text = "\n".join(headers).casefold()
    day_first, month_first = _DAY_FIRST.search(text), _MONTH_FIRST.search(text)
    if bool(day_first) == bool(month_first):
        return None
    return "dmy" if day_first else "mdy"
