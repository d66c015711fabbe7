"""Dates as people write them: every form in both languages and every order, and nothing that is guessed."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Final

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.dates import first_day, format_date
from questionnaire.domain.written_dates import (
    Order,
    WrittenDate,
    describe,
    describe_reading,
    read_date,
    split_dated_line,
)

#: A Monday.
ON: Final = date(2026, 3, 23)
THURSDAY: Final = date(2026, 3, 26)
ORDERS: Final[tuple[Order | None, ...]] = (None, "dmy", "mdy")


def meaning(found: WrittenDate, written: str) -> str:
    """Return what was understood in the notation of the tables below.

    "~" is about then; "+" keeps the words; "?" has readings and no date; "!" is a problem.
    """
    assert found.as_told in ("", written)
    assert bool(found.date) == bool(found.precision)
    at = f" {found.time}" if found.time else ""
    problem = f" ! {str(found.problem.template).removeprefix('%(value)s is ')}" if found.problem else ""
    if found.readings:
        assert not found.date
        assert found.as_told == written
        return f"? {' '.join(found.readings)}{at}{problem}"
    if not found.date:
        assert found.as_told == written
        return problem.strip(" ") or "as told"
    plain = {10: "day", 7: "month", 4: "about"}[len(found.date)]
    about = "~" if found.precision == "about" != plain else ""
    assert found.precision == ("about" if about else plain)
    until = f"..{found.until}" if found.until else ""
    return f"{about}{found.date}{until}{at}{' +' if found.as_told else ''}"


# --- Words: the same in every order of day and month --------------------------------------------------------

#: In Dutch, in English, and what it means on Monday 23 March 2026 in every order.
WORDS: Final = (
    # a day
    ("23 maart 2026", "23 March 2026", "2026-03-23"),
    ("23 mrt 2026", "23 Mar 2026", "2026-03-23"),
    ("23 mrt. 2026", "23 Mar. 2026", "2026-03-23"),
    ("23mrt2026", "23Mar2026", "2026-03-23"),
    ("23-mrt-2026", "23-Mar-2026", "2026-03-23"),
    ("23-mrt-26", "23-Mar-26", "2026-03-23"),
    ("23/mrt/2026", "23/Mar/2026", "2026-03-23"),
    ("23 MAART 2026", "23 MARCH 2026", "2026-03-23"),
    ("23 maart '26", "23 March '26", "2026-03-23"),
    ("23 maart ’26", "23 March ‘26", "2026-03-23"),
    ("23 maart 26", "23 March 26", "2026-03-23"),
    ("23e maart 2026", "23rd March 2026", "2026-03-23"),
    ("de 23ste van maart 2026", "the 23rd of March 2026", "2026-03-23"),
    ("op 23 maart 2026", "on March 23, 2026", "2026-03-23"),
    ("maart 23, 2026", "March 23rd, 2026", "2026-03-23"),
    ("2026 maart 23", "2026-Mar-23", "2026-03-23"),
    ("1 februari 2026", "1 February 2026", "2026-02-01"),
    ("5 mei 2025", "May 5, 2025", "2025-05-05"),
    ("23 okt 2025", "Oct 23 2025", "2025-10-23"),
    ("29 februari 2024", "29 Feb 2024", "2024-02-29"),
    # the day of the week beside it
    ("ma 23 mrt 2026", "Mon 23 Mar 2026", "2026-03-23"),
    ("ma. 23 mrt. 2026", "Mon, 23 Mar 2026", "2026-03-23"),
    ("maandag 23 maart 2026", "Monday, March 23, 2026", "2026-03-23"),
    ("23 maart 2026, maandag", "23 March 2026 Monday", "2026-03-23"),
    ("23 maart 2026 (ma)", "23 March 2026 (Mon)", "2026-03-23"),
    ("maandag 23 maart", "Monday 23 March", "2026-03-23"),
    ("di 23 mrt 2026", "Tue 23 Mar 2026", "? 2026-03-23 ! another day of the week"),
    ("zondag 23 maart", "Sunday 23 March", "? 2026-03-23 ! another day of the week"),
    ("maandag maart 2026", "Monday March 2026", "as told"),
    # no year: the latest that is not after the conversation
    ("23 maart", "23 March", "2026-03-23"),
    ("24 maart", "24 March", "2025-03-24"),
    ("12 oktober", "12 October", "2025-10-12"),
    ("12 okt", "12 Oct.", "2025-10-12"),
    ("1 mrt", "March 1", "2026-03-01"),
    ("12 maart jl.", "12 March", "2026-03-12"),
    ("12 maart j.l.", "March 12th", "2026-03-12"),
    ("12 maart vorig jaar", "12 March last year", "2025-03-12"),
    ("12 maart dit jaar", "12 March this year", "2026-03-12"),
    ("29 februari", "29 February", "? 2024-02-29"),
    ("maart 23", "March 23", "? 2026-03-23 2023-03"),
    ("mrt-23", "Mar-23", "? 2026-03-23 2023-03"),
    ("mrt 29", "Mar 29", "2025-03-29"),
    ("feb 30", "Feb 30", "! a day that does not exist"),
    ("feb 24", "Feb 24", "? 2026-02-24 2024-02"),
    ("april 31", "Apr 31", "! a day that does not exist"),
    ("april 00", "Apr 00", "? 2000-04"),
    # a month
    ("maart 2026", "March 2026", "2026-03"),
    ("okt 2025", "Oct 2025", "2025-10"),
    ("okt. 2025", "Oct. 2025", "2025-10"),
    ("okt '25", "Oct '25", "2025-10"),
    ("in oktober 2025", "in October 2025", "2025-10"),
    ("oktober van 2025", "October of 2025", "2025-10"),
    ("oktober vorig jaar", "October last year", "2025-10"),
    ("2025 oktober", "2025-Oct", "2025-10"),
    ("maart", "March", "2026-03"),
    ("mrt", "mar", "2026-03"),
    ("oktober", "October", "2025-10"),
    ("mei '27", "May '27", "? 1927-05"),
    # holidays
    ("kerst 2025", "Christmas 2025", "~2025-12-25 +"),
    ("kerst", "Christmas", "~2025-12-25 +"),
    ("met Kerstmis", "at Christmas", "~2025-12-25 +"),
    ("kerst '24", "Xmas '24", "~2024-12-25 +"),
    ("de kerst van 2024", "Christmas of 2024", "~2024-12-25 +"),
    ("kerst vorig jaar", "Christmas last year", "~2025-12-25 +"),
    ("rond kerst 2025", "around Christmas 2025", "~2025-12-25 +"),
    ("kerst 25", "Christmas 25", "as told"),
    ("kerst '62", "Christmas '62", "? 1962-12-25"),
    ("kerst 2026", "Christmas 2026", "! in the future"),
    ("kerstavond 2025", "Christmas Eve 2025", "2025-12-24 +"),
    ("eerste kerstdag 2025", "Christmas Day 2025", "2025-12-25 +"),
    ("1e kerstdag", "Christmas day", "2025-12-25 +"),
    ("tweede kerstdag", "Boxing Day", "2025-12-26 +"),
    ("oudejaarsavond 2025", "New Year's Eve 2025", "2025-12-31 +"),
    ("oudjaar", "New Year’s Eve", "2025-12-31 +"),
    ("oud en nieuw", "oud & nieuw", "~2025-12-31 +"),
    ("oud en nieuw 2025", "oud & nieuw 2025", "? 2024-12-31 2025-12-31"),
    ("nieuwjaarsdag 2026", "New Year's Day 2026", "2026-01-01 +"),
    ("nieuwjaar", "New Year", "2026-01-01 +"),
    ("sinterklaas", "sinterklaas", "~2025-12-05 +"),
    ("pakjesavond 2024", "pakjesavond 2024", "2024-12-05 +"),
    ("Valentijnsdag", "Valentine's Day", "2026-02-14 +"),
    ("Halloween", "Halloween 2025", "2025-10-31 +"),
    ("Bevrijdingsdag", "bevrijdingsdag 2025", "2025-05-05 +"),
    ("Koningsdag 2024", "King's Day 2024", "2024-04-27 +"),
    ("Koningsdag 2025", "King's Day", "2025-04-26 +"),
    ("Koningsdag 2013", "King's Day 2013", "as told"),
    ("Pasen 2025", "Easter 2025", "~2025-04-20 +"),
    ("Pasen", "Easter", "~2025-04-20 +"),
    ("eerste paasdag 2024", "Easter Sunday 2024", "2024-03-31 +"),
    ("tweede paasdag 2025", "Easter Monday 2025", "2025-04-21 +"),
    ("Goede Vrijdag 2025", "Good Friday 2025", "2025-04-18 +"),
    ("Hemelvaart 2025", "Ascension Day 2025", "2025-05-29 +"),
    ("Pinksteren 2025", "Whitsun 2025", "~2025-06-08 +"),
    ("tweede pinksterdag 2025", "Whit Monday 2025", "2025-06-09 +"),
    ("carnaval", "carnaval 2026", "~2026-02-15 +"),
    ("kerst 0000", "Christmas 0000", "! a day that does not exist"),
    ("zomer 0000", "winter 0000", "! a day that does not exist"),
    ("0000-2025", "0000 to 2025", "! a day that does not exist"),
    # counted from the conversation
    ("vandaag", "today", "2026-03-23"),
    ("gisteren", "yesterday", "2026-03-22"),
    ("Gister", "Yesterday", "2026-03-22"),
    ("eergisteren", "the day before yesterday", "2026-03-21"),
    ("vanochtend", "this morning", "2026-03-23 +"),
    ("vanmorgen", "this morning", "2026-03-23 +"),
    ("vanmiddag", "this afternoon", "2026-03-23 +"),
    ("vanavond", "tonight", "2026-03-23 +"),
    ("gisteravond", "yesterday evening", "2026-03-22 +"),
    ("eergisteravond", "the day before yesterday in the evening", "2026-03-21 +"),
    ("gisternacht", "last night", "~2026-03-22 +"),
    ("vannacht", "vannacht", "~2026-03-23 +"),
    ("morgen", "tomorrow", "! in the future"),
    ("3 dagen geleden", "3 days ago", "2026-03-20"),
    ("een dag geleden", "a day ago", "2026-03-22"),
    ("drie dagen terug", "three days ago", "2026-03-20"),
    ("10 dagen geleden", "ten days ago", "~2026-03-13 +"),
    ("twee weken geleden", "two weeks ago", "~2026-03-09 +"),
    ("een week geleden", "a week ago", "~2026-03-16 +"),
    ("week geleden", "one week ago", "~2026-03-16 +"),
    ("één maand geleden", "a month ago", "~2026-02 +"),
    ("14 maanden geleden", "14 months ago", "~2025-01 +"),
    ("twee jaar geleden", "two years ago", "2024 +"),
    ("999 jaar geleden", "999 years ago", "! before 1900"),
    ("over 2 dagen", "in 2 days", "! in the future"),
    ("een paar dagen geleden", "a few days ago", "as told"),
    ("dinsdag", "Tuesday", "2026-03-17"),
    ("maandag", "Monday", "2026-03-23"),
    ("zondag", "on Sunday", "2026-03-22"),
    ("dinsdagavond", "Tuesday evening", "2026-03-17 +"),
    ("zaterdagnacht", "Saturday night", "~2026-03-21 +"),
    ("afgelopen dinsdag", "past Tuesday", "2026-03-17"),
    ("afgelopen maandag", "past Monday", "2026-03-16"),
    ("afgelopen vr", "past Fri", "2026-03-20"),
    ("dinsdag jl.", "last Tuesday", "2026-03-17"),
    ("vorige dinsdag", "last Tue", "2026-03-17"),
    ("komende dinsdag", "coming Tuesday", "! in the future"),
    ("vorige week dinsdag", "last week Tuesday", "2026-03-17"),
    ("dinsdag vorige week", "Tuesday last week", "2026-03-17"),
    ("deze week maandag", "Monday of this week", "2026-03-23"),
    ("vorige week zo", "last week on Sun", "2026-03-22"),
    ("volgende week dinsdag", "next week Tuesday", "! in the future"),
    ("vorige week", "last week", "~2026-03-16..2026-03-22 +"),
    ("deze week", "this week", "~2026-03-23..2026-03-23 +"),
    ("afgelopen week", "the past week", "~2026-03-16..2026-03-23 +"),
    ("afgelopen weekend", "last weekend", "~2026-03-21..2026-03-22 +"),
    ("vorige maand", "last month", "2026-02"),
    ("deze maand", "this month", "2026-03"),
    ("volgende maand", "next month", "! in the future"),
    ("vorig jaar", "last year", "2025"),
    ("dit jaar", "this year", "2026"),
    # parts of a year and of a month
    ("zomer 2025", "summer 2025", "~2025-06..2025-08 +"),
    ("de zomer van 2025", "the summer of 2025", "~2025-06..2025-08 +"),
    ("afgelopen zomer", "summer", "~2025-06..2025-08 +"),
    ("voorjaar 2026", "spring 2026", "~2026-03..2026-03 +"),
    ("voorjaar", "spring", "~2025-03..2025-05 +"),
    ("zomer 2026", "summer 2026", "! in the future"),
    ("zomer '62", "summer '62", "? 1962-06/1962-08"),
    ("winter 2025", "winter of 2025", "2025 +"),
    ("begin maart 2026", "early March 2026", "~2026-03-01..2026-03-10 +"),
    ("half maart 2026", "mid-March 2026", "~2026-03-11..2026-03-20 +"),
    ("medio maart", "middle of March", "~2026-03-11..2026-03-20 +"),
    ("eind maart 2026", "late March 2026", "~2026-03-21..2026-03-23 +"),
    ("eind februari 2026", "end of February 2026", "~2026-02-21..2026-02-28 +"),
    ("begin 2026", "early 2026", "~2026-01..2026-03 +"),
    ("half 2025", "mid 2025", "~2025-05..2025-08 +"),
    ("eind 2025", "the end of 2025", "~2025-10..2025-12 +"),
    ("eind 2026", "late 2026", "! in the future"),
    ("eind 23 maart 2026", "late 23 March 2026", "as told"),
    ("begin 0000", "early 0000", "! a day that does not exist"),
    ("begin maart 0000", "early March 0000", "! a day that does not exist"),
    # not certain
    ("rond 12 maart", "around 12 March", "~2026-03-12"),
    ("ca. 12 maart 2026", "approx. 12 March 2026", "~2026-03-12"),
    ("± 12 maart", "~12 March", "~2026-03-12"),
    ("+/- 12 maart", "+- 12 March", "~2026-03-12"),
    ("12 maart?", "12 March ??", "~2026-03-12"),
    ("12 maart (?)", "12 March (?)", "~2026-03-12"),
    ("12 maart ofzo", "12 March or so", "~2026-03-12"),
    ("misschien maart 2026", "probably March 2026", "~2026-03"),
    ("rond 2025", "about 2025", "2025"),
    # with a time
    ("23 maart 2026 14:05", "23 March 2026 14:05", "2026-03-23 14:05"),
    ("23 maart 2026, 14:05:59", "March 23, 2026, 2:05 PM", "2026-03-23 14:05"),
    ("23 maart 2026 om 14:05 uur", "23 March 2026 at 2:05 p.m.", "2026-03-23 14:05"),
    ("23 maart 2026 14.05 uur", "23 March 2026 14.05", "2026-03-23 14:05"),
    ("23 maart 14u05", "23 March 14h05", "2026-03-23 14:05"),
    ("23 maart 14u", "23 March 2pm", "2026-03-23 14:00"),
    ("23 maart 14 uur", "23 March at 2 pm", "2026-03-23 14:00"),
    ("23 maart 0:30", "23 March 12:30 am", "2026-03-23 00:30"),
    ("23 maart 12:30", "23 March 12:30 pm", "2026-03-23 12:30"),
    ("23 maart 9:15", "23 March 9:15 AM", "2026-03-23 09:15"),
    ("14:05 23 maart 2026", "14:05 on 23 March 2026", "2026-03-23 14:05"),
    ("14u 23 maart", "2 PM, 23 March", "2026-03-23 14:00"),
    ("om 14:05 op 23 maart", "at 14:05 on 23 March", "2026-03-23 14:05"),
    ("ma 23 mrt 2026 14:05", "Mon 23 Mar 2026 - 14:05", "2026-03-23 14:05"),
    ("gisteren 14:05", "yesterday at 14:05", "2026-03-22 14:05"),
    ("dinsdag om 20.15 uur", "Tuesday 8:15 PM", "2026-03-17 20:15"),
    (
        "gisteravond 22:10",
        "last night 22:10".replace("last night", "yesterday evening"),
        "2026-03-22 22:10 +",
    ),
    ("gisteravond 8:15", "yesterday evening 8:15", "2026-03-22 +"),
    ("dinsdagavond 17 maart", "Tuesday evening 17 March", "2026-03-17 +"),
    ("dinsdagavond 17 maart 8:15", "Tuesday evening, 17 March 8:15", "2026-03-17 +"),
    ("dinsdagochtend 17 maart 8:15", "Tuesday morning 17 March 8:15", "2026-03-17 08:15 +"),
    ("dinsdagmiddag 17 mrt om 14:00", "Tuesday afternoon 17 Mar at 14:00", "2026-03-17 14:00 +"),
    ("dinsdagnacht 17 maart", "Tuesday night 17 March", "~2026-03-17 +"),
    ("12 maart 10-12 uur", "12 March 10-12 o'clock", "as told"),
    ("12 mrt 20 - 22u", "12 Mar 20 - 22h", "as told"),
    ("12 mrt, 9-17u", "12 Mar, 9-17h", "as told"),
    ("12 mrt 25 - 14:30", "12 Mar 25 - 14:30", "2025-03-12 14:30"),
    ("gisteravond 8:15 pm", "yesterday evening 8:15 PM", "2026-03-22 20:15 +"),
    ("12 maart 's avonds 8:15", "12 March in the evening 8:15", "2026-03-12 +"),
    ("kerstavond 8:15", "Christmas Eve 8:15", "2025-12-24 +"),
    ("12 maart rond 14:05", "12 March around 14:05", "2026-03-12 14:05 +"),
    ("12 maart 14:00-15:00", "12 March 14:00 to 15:00", "2026-03-12 14:00 +"),
    ("12 maart om 3 uur", "12 March at 3 o'clock", "2026-03-12 +"),
    ("12 maart half drie", "12 March half past two", "2026-03-12 +"),
    ("om half 3 op 12 maart", "at quarter past 2 on 12 March", "2026-03-12 +"),
    ("12 maart kwart voor drie", "12 March five to three", "2026-03-12 +"),
    ("12 maart 3u", "12 March 3h", "2026-03-12 +"),
    ("12 maart 14:05 am", "12 March 14:05 AM", "2026-03-12 +"),
    ("12 maart 's avonds", "12 March in the evening", "2026-03-12 +"),
    ("12 maart 's avonds om 8 uur", "12 March evening at 8", "2026-03-12 +"),
    ("gisteren om drie uur 's nachts", "yesterday at three o'clock", "2026-03-22 +"),
    ("12 maart 25:00", "12 March 14:75", "as told"),
    ("14:05", "2:05 PM", "as told"),
    ("14:05 uur", "at 3 o'clock", "as told"),
    # from one date to another
    ("12 t/m 14 maart 2026", "12 to 14 March 2026", "2026-03-12..2026-03-14"),
    ("12 tot en met 14 maart", "12 through 14 March", "2026-03-12..2026-03-14"),
    ("12-14 maart 2026", "12–14 March 2026", "2026-03-12..2026-03-14"),
    ("van 12 maart tot 14 maart", "from 12 March until 14 March", "2026-03-12..2026-03-14"),
    ("van 1 tot 3 maart 2026", "from 1 to 3 March 2026", "2026-03-01..2026-03-03"),
    ("van ma 16 t/m wo 18 maart", "from Mon 16 to Wed 18 March", "2026-03-16..2026-03-18"),
    (
        "van di 16 t/m wo 18 maart",
        "from Tue 16 to Wed 18 March",
        "? 2026-03-16/2026-03-18 ! another day of the week",
    ),
    ("28 december - 3 januari 2026", "28 December - 3 January 2026", "2025-12-28..2026-01-03"),
    ("12 maart 2024 t/m 14 maart", "12 March 2024 to 14 March", "2024-03-12..2024-03-14"),
    ("30 december 2024 t/m 2 januari", "30 Dec 2024 to 2 Jan", "2024-12-30..2025-01-02"),
    ("maart t/m mei 2025", "March to May 2025", "2025-03..2025-05"),
    ("2024 t/m 2025", "2024-2025", "2024..2025"),
    ("maart 1-3, 2026", "March 1-3, 2026", "2026-03-01..2026-03-03"),
    ("maart 1 t/m 3", "March 1 to 3", "2026-03-01..2026-03-03"),
    ("maandag t/m woensdag", "Monday to Wednesday", "2026-03-16..2026-03-18"),
    ("3 dagen geleden tot gisteren", "3 days ago until yesterday", "2026-03-20..2026-03-22"),
    ("12 maart 22:00 - 13 maart 02:00", "12 March 22:00 - 13 March 02:00", "2026-03-12..2026-03-13 22:00 +"),
    ("in de nacht van 12 op 13 maart", "the night of 12 to 13 March", "2026-03-12..2026-03-13 +"),
    ("tussen 12 en 14 maart", "between 12 and 14 March", "~2026-03-12..2026-03-14 +"),
    ("12 of 13 maart", "12 or 13 March", "~2026-03-12..2026-03-13 +"),
    ("12 en 13 maart", "12 and 13 March", "2026-03-12..2026-03-13"),
    ("12 en 20 maart", "12 & 20 March", "as told"),
    ("12 t/m maart 2026", "12 to March 2026", "as told"),
    ("14 t/m 12 maart", "14 to 12 March", "as told"),
    ("maart t/m 14 april 2025", "March to 14 April 2025", "as told"),
    ("van 12 op 13 maart", "tussen 12 t/m 13 maart", "as told"),
    ("12 t/m kerst", "12 to Christmas", "as told".replace("as told", "~2025-12-12..2025-12-25 +")),
    ("12 t/m 30 maart 2026", "12 to 30 March 2026", "! in the future"),
    ("30 t/m 31 februari", "30 to 31 February", "! a day that does not exist"),
    # impossible
    ("31 februari", "31 February", "! a day that does not exist"),
    ("31 november 2025", "31 November 2025", "! a day that does not exist"),
    ("23 maart 1899", "23 March 1899", "! before 1900"),
    ("23 maart 206", "23 March 206", "! before 1900"),
    ("3 maart 2062", "3 March 2062", "! in the future"),
    ("24 maart 2026", "24 March 2026", "! in the future"),
    ("april 2026", "April 2026", "! in the future"),
    ("23 maart 62", "23 March 62", "? 1962-03-23"),
    # no date
    ("hij belde op 12 maart nog", "he called on 12 March again", "as told"),
    ("op mijn verjaardag", "on my birthday", "as told"),
    ("toen ik klein was", "a long time ago", "as told"),
    ("vijf over twaalf", "some day", "as told"),
    ("ma", "zo", "as told"),
    ("maaart 2026", "Marhc 2026", "as told"),
    ("12 t/m", "- 12 March -", "as told"),
    ("½ maart 2026", "1/2 March 2026", "as told"),
    ("...", "?", "as told"),
)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("dutch", "english", "expected"), WORDS)
def test_words_are_read_in_both_languages(
    dutch: str, english: str, expected: str, order: Order | None
) -> None:
    for language in ("nl", "en"):  # the active one does not matter
        with translation.override(language):
            found = read_date(dutch, ON, ON, order), read_date(english, ON, ON, order)
        assert (meaning(found[0], dutch), meaning(found[1], english)) == (expected, expected)


# --- Numbers: the order of day and month --------------------------------------------------------------------

#: A text, and what it means without an order, day first, and month first.
NUMBERS: Final = (
    ("23-03-2026", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23/3/26", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("3/23/26", "2026-03-23", "? 2026-03-23", "2026-03-23"),
    ("23.3.2026", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23 03 2026", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23 - 03 - 2026", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23-3-'26", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("11/2/2026", "? 2026-02-11", "2026-02-11", "! in the future"),
    ("11/7/2025", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("11-7-2025", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("11.7.25", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("11 07 2025", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("5/5/2025", "2025-05-05", "2025-05-05", "2025-05-05"),
    ("4/5/2026", "! in the future", "! in the future", "! in the future"),
    ("11/7/2025 14:05", "? 2025-07-11 2025-11-07 14:05", "2025-07-11 14:05", "2025-11-07 14:05"),
    ("rond 11/7/2025", "? 2025-07-11 2025-11-07", "~2025-07-11", "~2025-11-07"),
    ("vr 11-7-2025", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("Thu 11/6/2025", "? 2025-11-06 2025-06-11", "? 2025-06-11 ! another day of the week", "2025-11-06"),
    ("23-3", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23/3", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("23.3.", "2026-03-23", "2026-03-23", "? 2026-03-23"),
    ("24-3", "2025-03-24", "2025-03-24", "? 2025-03-24"),
    ("27-11", "2025-11-27", "2025-11-27", "? 2025-11-27"),
    ("11/7", "? 2025-07-11 2025-11-07", "2025-07-11", "2025-11-07"),
    ("5-5", "2025-05-05", "2025-05-05", "2025-05-05"),
    ("3-26", "? 2026-03 2025-03-26", "? 2026-03", "2025-03-26"),
    ("3-31", "2025-03-31", "? 2025-03-31", "2025-03-31"),
    ("29-2", "? 2024-02-29", "? 2024-02-29", "? 2024-02-29"),
    ("03-2026", "2026-03", "2026-03", "2026-03"),
    ("3/2026", "2026-03", "2026-03", "2026-03"),
    ("03 2026", "2026-03", "2026-03", "2026-03"),
    ("2026-03", "2026-03", "2026-03", "2026-03"),
    ("2026/3", "2026-03", "2026-03", "2026-03"),
    ("2025", "2025", "2025", "2025"),
    ("in 2025", "2025", "2025", "2025"),
    ("2026-03-23", "2026-03-23", "2026-03-23", "2026-03-23"),
    ("2026/3/23", "2026-03-23", "2026-03-23", "2026-03-23"),
    ("2026.03.23", "2026-03-23", "2026-03-23", "2026-03-23"),
    ("2026 03 23", "2026-03-23", "2026-03-23", "2026-03-23"),
    ("20260323", "2026-03-23", "2026-03-23", "2026-03-23"),
    ("2026-11-07", "! in the future", "! in the future", "! in the future"),
    ("2026-03-23T14:05", "2026-03-23 14:05", "2026-03-23 14:05", "2026-03-23 14:05"),
    ("2026-03-23T14:05:59.123", "2026-03-23 14:05", "2026-03-23 14:05", "2026-03-23 14:05"),
    ("2026-03-23 14:05+01:00", "2026-03-23 14:05", "2026-03-23 14:05", "2026-03-23 14:05"),
    ("2026-03-22T23:05Z", "2026-03-23 00:05", "2026-03-23 00:05", "2026-03-23 00:05"),
    ("2026-02-30T14:05", "as told", "as told", "as told"),
    ("9999-12-31T23:30-01:00", "! in the future", "! in the future", "! in the future"),
    ("23-03-2026 14:05", "2026-03-23 14:05", "2026-03-23 14:05", "? 2026-03-23 14:05"),
    ("23-03-2026-14:05", "2026-03-23 14:05", "2026-03-23 14:05", "? 2026-03-23 14:05"),
    ("[23-03-26 14:22:01]", "2026-03-23 14:22", "2026-03-23 14:22", "? 2026-03-23 14:22"),
    ("[3/23/26, 2:22:01\u202fPM]", "2026-03-23 14:22", "? 2026-03-23 14:22", "2026-03-23 14:22"),
    ("12/3 - 14/3/2026", "2026-03-12..2026-03-14", "2026-03-12..2026-03-14", "? 2026-03-12/2026-03-14"),
    ("12-3 t/m 14-3", "2026-03-12..2026-03-14", "2026-03-12..2026-03-14", "? 2026-03-12/2026-03-14"),
    ("12 t/m 14-3-2026", "2026-03-12..2026-03-14", "2026-03-12..2026-03-14", "? 2026-03-12/2026-03-14"),
    (
        "3/4/2025 - 5/4/2025",
        "? 2025-04-03/2025-04-05 2025-03-04/2025-05-04",
        "2025-04-03..2025-04-05",
        "2025-03-04..2025-05-04",
    ),
    ("12-14-3-2026", "as told", "as told", "as told"),
    ("maandag 5.12", "? 2025-05-12 2025-12-05", "? 2025-12-05 ! another day of the week", "2025-05-12"),
    ("31-11", *["! a day that does not exist"] * 3),
    ("31-02-2026", *["! a day that does not exist"] * 3),
    ("31-11-2025", *["! a day that does not exist"] * 3),
    ("40-3-2026", *["! a day that does not exist"] * 3),
    ("13-13-2025", *["! a day that does not exist"] * 3),
    ("0-3-2026", *["! a day that does not exist"] * 3),
    ("13-2025", *["! a day that does not exist"] * 3),
    ("23-03-0000", *["! a day that does not exist"] * 3),
    ("23-03-1899", "! before 1900", "! before 1900", "! before 1900"),
    ("23-03-0206", "! before 1900", "! before 1900", "! before 1900"),
    ("23-3-206", "! before 1900", "! before 1900", "! before 1900"),
    ("0206", "! before 1900", "! before 1900", "! before 1900"),
    ("1899", "! before 1900", "! before 1900", "! before 1900"),
    ("0000", *["! a day that does not exist"] * 3),
    ("1900-01-01", "1900-01-01", "1900-01-01", "1900-01-01"),
    ("2062", "! in the future", "! in the future", "! in the future"),
    ("23-3-62", "? 1962-03-23", "? 1962-03-23", "? 1962-03-23"),
    ("23-3-27", "? 1927-03-23", "? 1927-03-23", "? 1927-03-23"),
    ("12345678", "as told", "as told", "as told"),
    ("20261345", "as told", "as told", "as told"),
    ("06-12345678", "as told", "as told", "as told"),
    ("23/3-2026", "as told", "as told", "as told"),
    ("23-03-2026x", "as told", "as told", "as told"),
    ("206", "as told", "as told", "as told"),
    ("46104", "as told", "as told", "as told"),
    ("41", "as told", "as told", "as told"),
    ("23--03--2026", "as told", "as told", "as told"),
    ("1.2.3.4", "as told", "as told", "as told"),
)


@pytest.mark.parametrize(("written", "without", "day_first", "month_first"), NUMBERS)
def test_numbers_are_read_in_the_order_and_never_guessed(
    written: str, without: str, day_first: str, month_first: str
) -> None:
    found = tuple(meaning(read_date(written, ON, ON, order), written) for order in ORDERS)

    assert found == (without, day_first, month_first)


#: In a form whose hint says "23-03-2026", a dash, a point or a space is day first; a slash is not.
DASHES_DAY_FIRST: Final = (
    ("11-07-2025", "2025-07-11"),
    ("11.7.2025", "2025-07-11"),
    ("11 07 2025", "2025-07-11"),
    ("11-7", "2025-07-11"),
    ("11–7–2025 14:05", "2025-07-11 14:05"),
    ("11/7/2025", "? 2025-07-11 2025-11-07"),
    ("11 / 7 / 2025", "? 2025-07-11 2025-11-07"),
    ("11/7", "? 2025-07-11 2025-11-07"),
    ("23/3/2026", "2026-03-23"),
    ("3-23-2026", "? 2026-03-23"),
    ("3/23/2026", "2026-03-23"),
    ("3-4-2025 t/m 5-4-2025", "2025-04-03..2025-04-05"),
)


@pytest.mark.parametrize(("written", "expected"), DASHES_DAY_FIRST)
def test_dashes_are_day_first_where_a_hint_says_so_but_no_slash(written: str, expected: str) -> None:
    found = read_date(written, ON, ON, dashes_day_first=True)

    assert meaning(found, written) == expected


def test_an_order_goes_before_what_the_hint_says() -> None:
    found = read_date("11-7-2025", ON, ON, "mdy", dashes_day_first=True)

    assert found.date == "2025-11-07"


#: Every dash, space, digit and mark that people and programs put in one date.
DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
SPACES: Final = " \u00a0\u2009\u202f\u2003\u3000\t\n"


@pytest.mark.parametrize(
    "written",
    [
        *(f"23{dash}03{dash}2026" for dash in DASHES),
        *(f"23{space}maart{space}2026" for space in SPACES),
        "23  maart \t 2026",
        "  23-03-2026 \r\n",
        "２３－０３－２０２６",
        "\u0662\u0663/\u0660\u0663/\u0662\u0660\u0662\u0666",
        "\u200e23-03-2026\u200f",
        "\u206623-03-2026\u2069",
        "\ufeff23-03-2026",
        "23\u200b-03-2026",
        "23 máart 2026",
        "23 MÂART 2026",
        "(23-03-2026)",
        "[23-03-2026]",
        "23-03-2026.",
        "23-03-2026;",
        "datum: 23-03-2026",
        "dd. 23-03-2026",
        "d.d. 23-03-2026",
    ],
)
def test_dashes_spaces_digits_and_marks_of_every_kind_are_the_same(written: str) -> None:
    assert meaning(read_date(written, ON, ON), written) == "2026-03-23"


#: The numbers of days in a spreadsheet, where cells may be such.
SERIALS: Final = (
    ("46104", "2026-03-23"),
    ("46104.0", "2026-03-23 00:00"),
    ("46104.59", "2026-03-23 14:09"),
    ("46104,59", "2026-03-23 14:09"),
    ("46104.586805555556", "2026-03-23 14:05"),
    ("46103.9999999", "2026-03-23 00:00"),
    ("61", "? 1900-03-01"),
    ("010126", "? 1927-09-21"),
    ("60", "as told"),
    ("1", "as told"),
    ("46105", "! in the future"),
    ("2958465", "! in the future"),
    ("2958465.9999999", "as told"),
    ("2958466", "as told"),
    ("9999999", "as told"),
    ("2025", "2025"),
    ("1899", "? 1905-03-13"),
    ("20260323", "2026-03-23"),
    ("5.12", "? 2025-12-05 2025-05-12"),
    ("-46104", "as told"),
    ("4,6104E+04", "as told"),
)


@pytest.mark.parametrize(("written", "expected"), SERIALS)
def test_numbers_of_a_spreadsheet_are_days_where_cells_may_be(written: str, expected: str) -> None:
    assert meaning(read_date(written, ON, ON, serials=True), written) == expected


#: On a Thursday, and what it means when dates lie ahead.
AHEAD: Final = (
    ("12 oktober", "2026-10-12"),
    ("26 maart", "2026-03-26"),
    ("25 maart", "2027-03-25"),
    ("3-2", "? 2027-02-03 2027-03-02"),
    ("29 februari", "? 2028-02-29"),
    ("maart", "2026-03"),
    ("februari", "2027-02"),
    ("kerst", "~2026-12-25 +"),
    ("nieuwjaar", "2027-01-01 +"),
    ("dinsdag", "2026-03-31"),
    ("donderdag", "2026-03-26"),
    ("komende donderdag", "2026-04-02"),
    ("aanstaande vrijdag", "2026-03-27"),
    ("volgende week dinsdag", "2026-03-31"),
    ("next week", "~2026-03-30..2026-04-05 +"),
    ("volgende dinsdag", "2026-03-31"),
    ("next Friday", "? 2026-03-27 2026-04-03"),
    ("volgende zaterdag", "? 2026-03-28 2026-04-04"),
    ("binnen 3 dagen", "2026-03-29"),
    ("within two weeks", "~2026-04-09 +"),
    ("volgende maand", "2026-04"),
    ("morgen", "2026-03-27"),
    ("overmorgen", "2026-03-28"),
    ("over 3 dagen", "2026-03-29"),
    ("in two weeks", "~2026-04-09 +"),
    ("over een maand", "~2026-04 +"),
    ("over een jaar", "2027 +"),
    ("12 t/m 14 april", "2026-04-12..2026-04-14"),
    ("gisteren", "2026-03-25"),
    ("23-3-27", "2027-03-23"),
    ("23-3-99", "? 1999-03-23"),
    ("1-1-2029", "! in the future"),
)


@pytest.mark.parametrize(("written", "expected"), AHEAD)
def test_dates_ahead_count_forwards(written: str, expected: str) -> None:
    found = read_date(written, THURSDAY, date(2028, 3, 26), ahead=True)

    assert meaning(found, written) == expected


@pytest.mark.parametrize("written", ["volgende dinsdag", "next Friday", "binnen 3 dagen", "within a week"])
def test_words_for_what_is_still_to_come_mean_nothing_where_dates_lie_behind(written: str) -> None:
    found = read_date(written, THURSDAY, THURSDAY)

    assert (found.date, found.readings, found.as_told) == ("", (), written)


#: On a Thursday, which has days of its own week behind it.
ON_THURSDAY: Final = (
    ("dinsdag", "2026-03-24"),
    ("afgelopen dinsdag", "2026-03-24"),
    ("past Thursday", "2026-03-19"),
    ("vorige dinsdag", "? 2026-03-24 2026-03-17"),
    ("last Tuesday", "? 2026-03-24 2026-03-17"),
    ("last Friday", "2026-03-20"),
    ("dinsdag jl.", "2026-03-24"),
    ("vorige week dinsdag", "2026-03-17"),
    ("deze week", "~2026-03-23..2026-03-26 +"),
    ("afgelopen weekend", "~2026-03-21..2026-03-22 +"),
)


@pytest.mark.parametrize(("written", "expected"), ON_THURSDAY)
def test_days_of_this_week_are_told_from_those_of_the_last(written: str, expected: str) -> None:
    assert meaning(read_date(written, THURSDAY, THURSDAY), written) == expected


def test_in_a_weekend_nobody_knows_which_weekend_is_meant() -> None:
    saturday = date(2026, 3, 28)

    assert meaning(read_date("afgelopen weekend", saturday, saturday), "afgelopen weekend") == "as told"


def test_what_counts_from_the_conversation_may_be_before_the_last_day() -> None:
    """The conversation was in 2024, and is filled in later."""
    on = date(2024, 5, 1)

    assert read_date("gisteren", on, ON).date == "2024-04-30"
    assert read_date("12 oktober", on, ON).date == "2023-10-12"
    assert read_date("12 oktober 2025", on, ON).date == "2025-10-12"
    assert read_date("morgen", on, ON).date == "2024-05-02"


@pytest.mark.parametrize("empty", ["", " ", "\t\n", "\u00a0"])
def test_nothing_is_nothing(empty: str) -> None:
    assert read_date(empty, ON, ON) == WrittenDate()


@pytest.mark.parametrize("on", [date(1900, 1, 1), date.min, date(9998, 12, 31), date.max])
@pytest.mark.parametrize(
    "written", ["gisteren", "999 dagen geleden", "over 999 jaar", "12 oktober", "29-2", "1 mei t/m 2 mei"]
)
def test_the_ends_of_the_calendar_raise_nothing(written: str, on: date) -> None:
    found = read_date(written, on, on)

    assert found.date or found.as_told == written


# --- Lines of a log -----------------------------------------------------------------------------------------

#: A line, what it begins with, and the rest; None when it begins with no date.
LINES: Final = (
    ("23-03-2026 hij belde", "2026-03-23", "hij belde"),
    ("23-03-2026: hij belde", "2026-03-23", "hij belde"),
    ("23-03-2026", "2026-03-23", ""),
    ("23-03-2026\t14:05\tbelde", "2026-03-23 14:05", "belde"),
    ("23-03-2026; belde", "2026-03-23", "belde"),
    ("23-03-2026 3 keer gebeld", "2026-03-23", "3 keer gebeld"),
    ("23-03-2026 zo bang", "2026-03-23", "zo bang"),
    ("23-03-2026x", None, ""),
    ("23-03-2026-5", None, ""),
    ("11/7/2025 belde", "? 2025-07-11 2025-11-07", "belde"),
    ("31-02-2026 belde", "! a day that does not exist", "belde"),
    ("23 maart: 14 keer gebeld", "2026-03-23", "14 keer gebeld"),
    ("ma 23 mrt 2026, 14:05: belde", "2026-03-23 14:05", "belde"),
    ("maandag 23 maart stond hij er", "2026-03-23", "stond hij er"),
    ("di 23 maart stond hij er", "? 2026-03-23 ! another day of the week", "stond hij er"),
    ("12 maart om 3 uur kwam hij", "2026-03-12 +", "kwam hij"),
    ("12 maart. Hij belde", "2026-03-12", "Hij belde"),
    ("March 23, 2026 he called", "2026-03-23", "he called"),
    ("Mar 23 he called", "? 2026-03-23 2023-03", "he called"),
    ("Mar 23 calls", None, ""),
    ("12 maart 14 keer gebeld", "2026-03-12", "14 keer gebeld"),
    ("12 maart 2 keer gebeld", "2026-03-12", "2 keer gebeld"),
    ("12 maart 14 15 en 16 appjes", "2026-03-12", "14 15 en 16 appjes"),
    ("12 okt 24 hij belde", "? 2024-10-12 2025-10-12", "hij belde"),
    ("12 okt 25 hij belde", "2025-10-12", "hij belde"),
    ("12 okt 25: hij belde", "2025-10-12", "hij belde"),
    ("12 okt '24 hij belde", "2024-10-12", "hij belde"),
    ("12 okt 10-12 uur buiten", "2025-10-12", "10-12 uur buiten"),
    ("12 okt 20 - 22u buiten", "2025-10-12", "20 - 22u buiten"),
    ("12 okt, 20 tot 22 uur buiten", "2025-10-12", "20 tot 22 uur buiten"),
    ("12 okt, 10 jongens", "? 2010-10-12 2025-10-12", "jongens"),
    ("zaterdagavond belde hij", "2026-03-21 +", "belde hij"),
    ("zaterdagavond 14 maart belde hij", "2026-03-14 +", "belde hij"),
    ("vorige week 10 maart belde hij", None, ""),
    ("gisteren 14-3 belde hij", None, ""),
    ("12 okt 62 hij belde", "? 1962-10-12", "hij belde"),
    ("23-3 belde hij weer", "2026-03-23", "belde hij weer"),
    ("3-4 keer gebeld", None, ""),
    ("3-4: gebeld", "? 2025-04-03 2026-03-04", "gebeld"),
    ("1.5 uur gewacht", None, ""),
    ("1.5 kilometer verderop", None, ""),
    ("06-12 34 56 78", None, ""),
    ("06-12345678 belde", None, ""),
    ("2025: het begon", "2025", "het begon"),
    ("2025 was een zwaar jaar", None, ""),
    ("in 2025 begon het", "2025", "begon het"),
    ("Mei: hij belde", "2025-05", "hij belde"),
    ("mei was zwaar", None, ""),
    ("mei 2025 belde hij", "2025-05", "belde hij"),
    ("dinsdag belde hij", "2026-03-17", "belde hij"),
    ("zo bang was ik", None, ""),
    ("ma belde me", None, ""),
    ("gisteravond stond hij er", "2026-03-22 +", "stond hij er"),
    ("vorige week dinsdag om half drie belde hij", "2026-03-17 +", "belde hij"),
    ("kerst 2025 stond hij er", "~2025-12-25 +", "stond hij er"),
    ("van 12 t/m 14 maart elke dag", "2026-03-12..2026-03-14", "elke dag"),
    ("rond 12 maart belde hij", "~2026-03-12", "belde hij"),
    ("[23-03-26 14:22:01] Jan: hoi", "2026-03-23 14:22", "Jan: hoi"),
    ("\u200e[23-03-2026, 14:22:01] Sanne: hoi", "2026-03-23 14:22", "Sanne: hoi"),
    ("[3/23/26, 2:22:01\u202fPM] Tom: hi", "2026-03-23 14:22", "Tom: hi"),
    ("23-03-2026 14:22 - Mei: 5 keer", "2026-03-23 14:22", "Mei: 5 keer"),
    ("3/23/26, 2:22 PM - Tom: hi", "2026-03-23 14:22", "Tom: hi"),
    ("- 12 maart: belde", "2026-03-12", "belde"),
    ("• 12 maart: belde", "2026-03-12", "belde"),
    ("1. 12 maart belde hij", "2026-03-12", "belde hij"),
    ("12) gisteren belde hij", "2026-03-22", "belde hij"),
    ("één dag geleden belde hij", "2026-03-22", "belde hij"),
    ("e\u0301e\u0301n dag geleden belde hij", "2026-03-22", "belde hij"),
    ("Hij belde op 12 maart", None, ""),
    ("14:05 belde hij", None, ""),
    ("", None, ""),
    ("   ", None, ""),
    ("12 maart\n13 maart", "2026-03-12", "13 maart"),
)


@pytest.mark.parametrize(("line", "expected", "rest"), LINES)
def test_a_line_is_split_behind_the_date_it_begins_with(line: str, expected: str | None, rest: str) -> None:
    split = split_dated_line(line, ON, ON)

    if expected is None:
        assert split is None
    else:
        assert split is not None
        found, behind = split
        assert found.as_told in line
        assert (meaning(found, found.as_told), behind) == (expected, rest)


def test_a_line_is_split_in_the_order_that_was_chosen() -> None:
    for order, expected in ((ORDERS[1], "2025-07-11"), (ORDERS[2], "2025-11-07")):
        split = split_dated_line("11/7/2025 belde", ON, ON, order)
        assert split
        assert split[0].date == expected
    split = split_dated_line("11-7-2025 belde", ON, ON, dashes_day_first=True)
    assert split
    assert split[0].date == "2025-07-11"


# --- Every date, and every text -----------------------------------------------------------------------------

MONTHS: Final = (
    (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
)
SHORT_MONTHS: Final = (
    ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
WEEKDAYS: Final = (
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
SHORT_WEEKDAYS: Final = (
    ("ma", "di", "wo", "do", "vr", "za", "zo"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


def forms_of(day: date) -> dict[str, str]:
    """Return a date in every form that has its year, with the order of its numbers; "" for one with words."""
    d, m, y = day.day, day.month, day.year
    forms = {f"{y}{m:02}{d:02}": "", f"{y}-{m:02}-{d:02}T14:05:59": ""}
    for mark in "-/. ":
        forms |= {f"{d:02}{mark}{m:02}{mark}{y}": "dmy", f"{d}{mark}{m}{mark}{y} 14:05": "dmy"}
        forms |= {f"{m:02}{mark}{d:02}{mark}{y}": "mdy", f"{m}{mark}{d}{mark}{y}, 2:05 PM": "mdy"}
        forms |= {f"{y}{mark}{m:02}{mark}{d:02}": ""}
    if y >= 2000:
        forms |= {f"{d}-{m}-{y % 100:02}": "dmy", f"[{m}/{d}/{y % 100:02}, 14:05:59]": "mdy"}
    for names, short, weekdays, abbreviated in zip(
        MONTHS, SHORT_MONTHS, WEEKDAYS, SHORT_WEEKDAYS, strict=True
    ):
        month, weekday = names[m - 1], weekdays[day.weekday()]
        forms |= dict.fromkeys((f"{d} {month} {y}", f"{d}-{short[m - 1]}-{y}", f"{month} {d}, {y}"), "")
        forms |= {
            f"{weekday} {d} {month} {y}": "",
            f"{abbreviated[day.weekday()]} {d} {short[m - 1]} {y}": "",
        }
    return forms


@pytest.mark.untraced
@pytest.mark.parametrize("order", ORDERS)
def test_ten_thousand_dates_are_read_back_from_the_form_they_were_written_in(order: Order | None) -> None:
    """Without an order none is read as another date, and one is in doubt only when both orders exist."""
    dice = random.Random(16)  # noqa: S311  # the same dates in every run
    first, days = date(1900, 1, 1), (ON - date(1900, 1, 1)).days
    doubted = 0
    for _number in range(10_000):
        day = first + timedelta(dice.randint(0, days))
        written, written_in = dice.choice(list(forms_of(day).items()))
        found = read_date(written, ON, ON, order)
        if written_in in ("", order):
            assert found.date == day.isoformat(), (written, found)
        elif order is None:
            other_exists = max(day.day, day.month) <= 12 and day.day != day.month
            assert day.isoformat() in (found.date, *found.readings), (written, found)
            assert bool(found.readings) == other_exists, (written, found)
            assert bool(found.date) != other_exists, (written, found)
            doubted += other_exists
    assert order or doubted > 500


@pytest.mark.untraced
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_date_is_read_back_from_its_own_words(language: str) -> None:
    dice = random.Random(7)  # noqa: S311  # the same dates in every run
    with translation.override(language):
        for _number in range(1000):
            day = date(1900, 1, 1) + timedelta(dice.randint(0, 46_000))
            words = describe(WrittenDate(day.isoformat(), "day", time="14:05"))
            assert read_date(words, ON, ON) == WrittenDate(day.isoformat(), "day", time="14:05")
            assert read_date(format_date(day), ON, ON).date == day.isoformat()


#: Pieces of dates, in no order.
PIECES: Final = (
    *(
        "0",
        "1",
        "2",
        "3",
        "12",
        "13",
        "23",
        "29",
        "30",
        "31",
        "00",
        "99",
        "62",
        "2024",
        "2025",
        "2026",
        "1899",
    ),
    *(
        "9999",
        "0000",
        "46104",
        "20260323",
        "1.5",
        "'25",
        "-",
        "/",
        ".",
        ":",
        ",",
        "(",
        ")",
        "[",
        "]",
        "?",
        "~",
    ),
    *(
        "t/m",
        "en",
        "of",
        "op",
        "om",
        "van",
        "tot",
        "rond",
        "in",
        "de",
        "maart",
        "mrt",
        "May",
        "oktober",
        "feb",
    ),
    *(
        "dinsdag",
        "di",
        "Tue",
        "zo",
        "kerst",
        "Easter",
        "zomer",
        "winter",
        "vorige",
        "week",
        "last",
        "gisteren",
    ),
    *(
        "geleden",
        "ago",
        "dagen",
        "begin",
        "eind",
        "half",
        "uur",
        "PM",
        "nacht",
        "tussen",
        "avond",
        "jaar",
        "T",
    ),
    *("\u2013", "\u00a0", "\u200e", "\t", "\n", "é", "\u0661", "½", "²", "\ud800", "\x00", "\ufdfa", "jl"),
)
texts: Final = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=9).flatmap(
        lambda pieces: st.sampled_from((" ", "", "-")).map(lambda joint: joint.join(pieces))
    ),
)


@pytest.mark.untraced
@given(
    written=texts,
    on=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    order=st.sampled_from(ORDERS),
    serials=st.booleans(),
    ahead=st.booleans(),
    day_first=st.booleans(),
)
def test_any_text_gives_a_date_within_bounds_readings_a_problem_or_itself(
    written: str, on: date, order: Order | None, serials: bool, ahead: bool, day_first: bool
) -> None:
    until = on + timedelta(400 * ahead)
    found = read_date(written, on, until, order, serials=serials, ahead=ahead, dashes_day_first=day_first)

    if found.date:
        assert not found.readings
        assert found.problem is None
        assert found.precision in ("day", "month", "about")
        assert date(1900, 1, 1) <= first_day(found.date) <= until
        assert not found.until or first_day(found.date) <= first_day(found.until) <= until
        assert found.as_told in ("", written)
    else:
        assert (found.precision, found.until) == ("", "")
        assert found.as_told == written or not written.strip()
        assert found.readings or not found.time
    assert all(map(describe_reading, found.readings))
    assert bool(describe(found)) == bool(written.strip())


@pytest.mark.untraced
@given(line=texts, on=st.dates(date(1900, 1, 1), date(2100, 1, 1)), order=st.sampled_from(ORDERS))
def test_any_line_is_split_into_a_date_and_the_rest_of_it_or_not_at_all(
    line: str, on: date, order: Order | None
) -> None:
    split = split_dated_line(line, on, on, order)

    if split:
        found, rest = split
        assert line.endswith(rest)
        assert found.date or found.readings or found.problem
        assert not found.date or first_day(found.date) <= on


@pytest.mark.untraced
@pytest.mark.parametrize(
    "hostile",
    [
        "1" * 20_000,
        "9" * 120,
        "1 " * 10_000,
        "1 " * 60,
        "1-" * 60,
        "12-3-" * 24,
        " " * 20_000 + "12",
        "12 maart " * 2_000,
        "12 maart " * 13,
        "in de nacht van " * 7,
        "om half half " * 9,
        "t/m " * 30,
        "1 t/m " * 20,
        "(" * 119 + "1",
        "?" * 119,
        "\ufdfa" * 119,
        "e" + "\u0301" * 119,
        "e" + "\u0301" * 20_000,
        "begin " * 20,
        "rond " * 24,
        "-" * 119,
        "14:05 " * 20,
    ],
)
def test_no_text_takes_time(hostile: str) -> None:
    """In the time of this process, so that a busy machine does not matter."""
    start = time.process_time()
    for _number in range(10):
        read_date(hostile, ON, ON, serials=True)
    read = time.process_time() - start
    for _number in range(10):
        split_dated_line(hostile, ON, ON)

    assert read < 0.1
    assert time.process_time() - start - read < 1


# --- In words -----------------------------------------------------------------------------------------------

IN_WORDS: Final = (
    ("23-03-2026 14:05", "maandag 23 maart 2026, 14:05", "Monday 23 March 2026, 14:05"),
    ("gisteren", "zondag 22 maart 2026", "Sunday 22 March 2026"),
    ("kerst 2025", "rond 25 december 2025", "around 25 December 2025"),
    ("rond maart 2026", "rond maart 2026", "around March 2026"),
    ("mrt 2026", "maart 2026", "March 2026"),
    ("2025", "2025", "2025"),
    ("12 t/m 14 maart", "12 tot en met 14 maart 2026", "12 to 14 March 2026"),
    ("28 feb - 3 mrt 2026", "28 februari 2026 tot en met 3 maart 2026", "28 February 2026 to 3 March 2026"),
    ("maart t/m mei 2025", "maart 2025 tot en met mei 2025", "March 2025 to May 2025"),
    ("begin maart 2026", "ergens van 1 tot en met 10 maart 2026", "some time from 1 to 10 March 2026"),
    (
        "zomer 2025",
        "ergens van juni 2025 tot en met augustus 2025",
        "some time from June 2025 to August 2025",
    ),
    (
        "11/7/2025",
        "11 juli 2025 of 7 november 2025",
        "11 July 2025 or 7 November 2025",
    ),
    ("op mijn verjaardag", "op mijn verjaardag", "op mijn verjaardag"),
    ("", "", ""),
)


@pytest.mark.parametrize(("written", "dutch", "english"), IN_WORDS)
def test_what_was_understood_is_said_in_the_active_language(written: str, dutch: str, english: str) -> None:
    found = read_date(written, ON, ON)

    for language, expected in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert describe(found) == expected


def test_a_stretch_among_the_readings_is_said_as_one() -> None:
    assert describe_reading("2025-04-03/2025-04-05") == "3 to 5 April 2025"
    assert describe_reading("2026-03") == "March 2026"
