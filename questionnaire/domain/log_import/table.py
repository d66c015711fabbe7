"""Define a table of cells, as a spreadsheet or delimited text holds it, and the text of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

Cell = str | int | float | bool | date | datetime | time | timedelta | None

#: The letter before a cell that JSON has no form for.
_LETTERS: Final = {datetime: "m", date: "d", time: "t"}
#: Spreadsheets count days from here; a date before this year is a time of day that was stored with a day.
_FIRST_YEAR: Final = 1901


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of cells. `first_row` is the number of its first row, as the person counts.

    `unread` names the other sheets of the file that hold something.
    """

    rows: tuple[tuple[Cell, ...], ...]
    first_row: int = 1
    sheet: str = ""
    unread: tuple[str, ...] = ()


def cell_to_json(cell: Cell) -> object:
    """Return a cell as JSON has it; one that it has no form for as a list of a letter and its text."""
    if isinstance(cell, timedelta):
        return ["s", str(cell.total_seconds())]
    if isinstance(cell, date | time):
        return [_LETTERS[type(cell)], cell.isoformat()]
    return cell


def cell_from_json(value: object) -> Cell:
    """Return the cell that `cell_to_json`, or the process that reads files, wrote."""
    if not isinstance(value, list):
        return value  # type: ignore[return-value]  # neither writes other types
    kind, text = value
    if kind == "s":
        return timedelta(seconds=float(text))
    if kind == "t":
        return time.fromisoformat(text)
    return datetime.fromisoformat(text) if kind == "m" else date.fromisoformat(text)


def cell_text(cell: Cell) -> str:
    """Return a cell as text, without the spaces around it; a date as YYYY-MM-DD, and a time as HH:MM."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _moment_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    return _number_text(cell)


def _moment_text(moment: datetime) -> str:
    clock = cell_text(moment.time())
    if moment.year < _FIRST_YEAR:
        return clock
    return moment.date().isoformat() if clock == "00:00" else f"{moment.date().isoformat()} {clock}"


def _number_text(cell: bool | float | timedelta) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # a float is exact up to here
        return str(int(cell))
    return str(cell)
