"""Write a blank log to fill in, as CSV or XLSX, with the columns that the import knows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from questionnaire.domain import languages

Format = Literal["csv", "xlsx"]

#: How many rows get a list to choose from.
_ROWS: Final = 1_000
#: Every file is the same, whoever makes it and when.
_MADE_ON: Final = datetime(2026, 1, 1)  # noqa: DTZ001  (XLSX has no time zones)
_WIDTHS: Final = (20, 10, 20, 14, 60, 14, 24, 24, 30, 22, 22)
_PLACE: Final = 3
_REPORTED: Final = 9


def blank_log(form: Format, language: str) -> bytes:
    """Return the file. It says nothing about whom it is for, or what about."""
    with override(language):
        return _as_csv(language) if form == "csv" else _as_xlsx()


def headings() -> tuple[str, ...]:
    """Return the headings in the active language. Each is known to the import, and dates say their order."""
    return (
        _("Date (dd-mm-yyyy)"),
        _("Time"),
        _("Until (dd-mm-yyyy)"),
        _("Place"),
        _("What happened"),
        _("How many times"),
        _("Who did it"),
        _("Witness"),
        _("Evidence"),
        _("Reported to the police"),
        _("Number of the report"),
    )


def _explanation() -> Sequence[str]:
    return (
        _("Write one line for each thing that happened. Everything may be left empty."),
        _("Date: for example 23-03-2026. Do you not know the day? Then write what you do know."),
        _("How many times: a number, for example 41 when it happened 41 times that day."),
        _("Who did it: only when it was another person than usual."),
        _("Keep this file where only you can read it."),
    )


def _as_csv(language: str) -> bytes:
    """Return UTF-8 with a mark, by which Excel knows it, and the delimiter of Excel in this language."""
    target = StringIO()
    csv.writer(target, delimiter=languages.ALL[language].list_separator).writerow(headings())
    return target.getvalue().encode("utf-8-sig")


def _as_xlsx() -> bytes:
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as workbook:
        workbook.set_properties({"created": _MADE_ON})
        # As text, or Excel takes day for month where the computer has another order of these.
        plain = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet(pgettext("sheet", "Log"))
        for at, width in enumerate(_WIDTHS):
            sheet.set_column(at, at, width, plain)
        sheet.write_row(0, 0, headings(), bold)
        sheet.freeze_panes(1, 0)
        _offer(sheet, _PLACE, [_("At home"), pgettext("place", "Elsewhere"), pgettext("place", "Online")])
        _offer(sheet, _REPORTED, [_("Yes"), _("No")])
        notes = workbook.add_worksheet(pgettext("sheet", "Explanation"))
        notes.set_column(0, 0, 100, plain)
        notes.write_column(0, 0, _explanation(), plain)
    return target.getvalue()


def _offer(sheet: Worksheet, column: int, words: list[str]) -> None:
    """Offer words in a column. Others may be typed too."""
    sheet.data_validation(
        1, column, _ROWS, column, {"validate": "list", "source": words, "show_error": False}
    )
