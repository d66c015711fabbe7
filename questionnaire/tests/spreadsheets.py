"""Write spreadsheets for tests: XLSX, and ODS as LibreOffice writes it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from xlsxwriter import Workbook

Sheets = Mapping[str, Sequence[Sequence[object]]]

_FORMATS: Final = {"date": "dd-mm-yyyy", "time": "hh:mm", "moment": "dd-mm-yyyy hh:mm"}
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns"
ODS_KIND: Final = "application/vnd.oasis.opendocument.spreadsheet"


def from_json(cell: object) -> object:
    """Return a cell, which may be {"date": ...}, {"time": ...} or {"moment": ...}."""
    if not isinstance(cell, dict):
        return cell
    ((kind, text),) = cell.items()
    return {"date": date, "time": time, "moment": datetime}[kind].fromisoformat(text)  # type: ignore[attr-defined]


def xlsx(sheets: Sheets) -> bytes:
    """Return a workbook with these sheets."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        formats = {kind: workbook.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date | time):
                        sheet.write_datetime(row, column, cell, formats[kind_of(cell)])
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return target.getvalue()


def kind_of(cell: date | time) -> str:
    if isinstance(cell, datetime):
        return "moment"
    return "date" if isinstance(cell, date) else "time"


def ods(sheets: Sheets) -> bytes:
    """Return an OpenDocument spreadsheet with these sheets, each with a great many empty cells below."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    names = "".join(f' xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_KIND}"/></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": ODS_KIND.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of these members."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def _row(cells: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        value, shown = f'boolean" office:boolean-value="{str(cell).lower()}', str(cell)
    elif isinstance(cell, int | float):
        value, shown = f'float" office:value="{cell}', str(cell)
    elif isinstance(cell, date):
        value, shown = f'date" office:date-value="{cell.isoformat()}', f"{cell:%d-%m-%y}"
    elif isinstance(cell, time):
        value, shown = f'time" office:time-value="PT{cell:%HH%MM%SS}', f"{cell:%H:%M}"
    else:
        value, shown = "string", str(cell)
    return (
        f'<table:table-cell office:value-type="{value}"><text:p>{escape(shown)}</text:p></table:table-cell>'
    )
