"""The process that reads one file: its bytes on standard input, what it holds as JSON on standard output.

`log_files.reading` runs this file as a script, outside the project, so that nothing of a hostile file runs
beside a conversation. The kernel bounds memory and processor time, and forbids it to write files.

A reply has "error", a code of `errors.FileFault`; or "text"; or "rows" with "sheet" and "unread". A cell that
JSON has no form for is a list of a letter and its text: ["d", "2026-03-23"].
"""

from __future__ import annotations

import codecs
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

MAX_BYTES: Final = 5_000_000
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
MAX_CELL: Final = 100_000
#: Characters of all cells together: as many as a file of `MAX_BYTES` has, and some repetition.
MAX_CHARACTERS: Final = 10_000_000
MAX_SHEETS: Final = 100
#: Members of an archive, and their bytes when unpacked.
MAX_MEMBERS: Final = 2_000
MAX_UNPACKED: Final = 64_000_000

_LIMITS: Final = {
    resource.RLIMIT_AS: 768 << 20,  # bytes of address space
    resource.RLIMIT_CPU: 10,  # seconds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,  # a dump of the memory would be a file with the log
    resource.RLIMIT_NOFILE: 16,
}

#: The fault that names a kind of file, and what such files begin with.
_SIGNATURES: Final = {
    "pdf": (b"%PDF",),
    "word": (b"{\\rtf",),
    "image": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
}
#: These say what they are behind a length.
_MEDIA: Final = re.compile(rb"....ftyp(?:hei|mif|avif)|RIFF....WEBP|BM....\0\0\0\0", re.DOTALL)
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = 0x1
_SHEETS: Final = re.compile(
    r"(?:\[content_types\]|_rels/.*|xl/(?:[^/]+|_rels/.+|worksheets/[^/]+))\.(?:xml|rels)"
)
_MANIFEST: Final = "meta-inf/manifest.xml"
_ODS: Final = ("mimetype", "content.xml", _MANIFEST)
#: No spreadsheet declares a type or entities, or repeats a cell ten million times: what wants to expand does.
_EXPANDING: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)|-repeated=[\"']\d{8}")
_CONTROLS: Final = re.compile("[\0-\x08\x0e-\x19\x1c-\x1f]")
#: In a hundred characters at most one is a control character; else it is no text.
_MANY: Final = 100

Reply = dict[str, Any]


class FaultError(Exception):
    """Why a file is not read: a code of `errors.FileFault`."""


def main() -> None:
    """Read the file and write the reply."""
    for kind, limit in _LIMITS.items():
        resource.setrlimit(kind, (limit, limit))
    reply = answer(sys.stdin.buffer.read(MAX_BYTES))
    sys.stdout.buffer.write(json.dumps(reply, default=_typed).encode())


def answer(data: bytes) -> Reply:
    """Return what a file holds, or the fault."""
    try:
        return read(data)
    except FaultError as fault:
        return {"error": str(fault)}
    except (MemoryError, RecursionError):
        return {"error": "too_large"}
    except Exception:  # noqa: BLE001  (whatever a library raises for it, the file is the cause)
        return {"error": "damaged"}


def read(data: bytes) -> Reply:
    """Return what a file holds, by its content and not by its name. Raise an error when it is not read."""
    for fault, signatures in _SIGNATURES.items():
        if data.startswith(signatures):
            raise FaultError(fault)
    if _MEDIA.match(data):
        raise FaultError("image")
    if data.startswith(_OLE):
        raise FaultError(_ole_fault(data))
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _read_archive(data)
    return _read_text(data)


def _ole_fault(data: bytes) -> str:
    """Return what is wrong with a file in the container of Office before 2007, and of passwords."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    return "word" if "WordDocument".encode("utf-16-le") in data else "old_spreadsheet"


# --- Archives -----------------------------------------------------------------------------------------------


def _read_archive(data: bytes) -> Reply:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise FaultError("too_large")
        names = {member.filename.lower(): member for member in members}
        kept = _members_of_sheets(archive, names)
        if not kept:
            return _read_text(_unpack(archive, [_chat_in(names)])[0])
        if any(member.flag_bits & _ENCRYPTED for member in kept.values()):
            raise FaultError("encrypted")
        contents = dict(zip(kept, _unpack(archive, list(kept.values())), strict=True))
    if any(name.lower() == _MANIFEST and b"encryption-data" in contents[name] for name in contents):
        raise FaultError("encrypted")
    if any(map(_EXPANDING.search, contents.values())):
        raise FaultError("damaged")
    return _read_sheets(_packed(contents))


def _members_of_sheets(
    archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]
) -> dict[str, zipfile.ZipInfo]:
    """Return the members that the cells of a spreadsheet are in, by name; none when it is another archive."""
    if "xl/workbook.xml" in names:
        return {member.filename: member for name, member in names.items() if _SHEETS.fullmatch(name)}
    if "mimetype" in names and "content.xml" in names:
        kind = _unpack(archive, [names["mimetype"]])[0]
        if b"opendocument.spreadsheet" not in kind:
            raise FaultError("word" if b"opendocument.text" in kind else "other")
        return {names[name].filename: names[name] for name in _ODS if name in names}
    if "xl/workbook.bin" in names:
        raise FaultError("old_spreadsheet")
    if any(name.startswith("word/") for name in names):
        raise FaultError("word")
    return {}


def _chat_in(names: dict[str, zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """Return the text of an exported chat: the only one in the archive, beside pictures and the like."""
    texts = [member for name, member in names.items() if name.endswith(".txt") and "/" not in name]
    if len(texts) != 1:
        raise FaultError("other")
    if texts[0].flag_bits & _ENCRYPTED:
        raise FaultError("encrypted")
    return texts[0]


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[bytes]:
    """Return the content of members, counting what comes out and not what the archive says."""
    contents, room = [], MAX_UNPACKED
    for member in members:
        with archive.open(member) as file:
            content = file.read(room + 1)
        room -= len(content)
        if room < 0:
            raise FaultError("too_large")
        contents.append(content)
    return contents


def _packed(contents: dict[str, bytes]) -> BytesIO:
    """Return an archive of these members alone: what the library reads is what was measured here."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    target.seek(0)
    return target


# --- Sheets -------------------------------------------------------------------------------------------------


def _read_sheets(file: BytesIO) -> Reply:
    """Return the first sheet in sight with something in it, and the names of the others with something."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(file)
    if len(workbook.sheets_metadata) > MAX_SHEETS:
        raise FaultError("too_large")
    reply: Reply = {}
    unread = []
    for index, metadata in enumerate(workbook.sheets_metadata):
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        if sheet.start is None:
            continue
        if reply or metadata.visible != SheetVisibleEnum.Visible:
            unread.append(metadata.name[:MAX_COLUMNS])
        else:
            reply = {"rows": list(_rows(sheet)), "sheet": metadata.name[:MAX_COLUMNS]}
    if not any(any(cell is not None for cell in row) for row in reply.get("rows", ())):
        raise FaultError("empty")
    return {**reply, "unread": unread}


def _rows(sheet: Any) -> Iterator[list[object]]:
    """Yield the rows from the first of the sheet on, so that they count as they do for a person."""
    last_row, last_column = sheet.end
    if last_row >= MAX_ROWS:
        raise FaultError("too_many_rows")
    if last_column >= MAX_COLUMNS:
        raise FaultError("too_many_columns")
    characters = 0
    for row in sheet.to_python(skip_empty_area=False):
        cells = [_cell(value) for value in row]
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if characters > MAX_CHARACTERS:
            raise FaultError("too_large")
        yield cells


def _cell(value: object) -> object:
    if isinstance(value, str) and len(value) > MAX_CELL:
        raise FaultError("too_large")
    return None if value == "" else value


def _typed(value: object) -> list[str]:
    """Return the form of a cell that JSON has none for."""
    if isinstance(value, timedelta):
        return ["s", str(value.total_seconds())]
    letter = "m" if isinstance(value, datetime) else "d" if isinstance(value, date) else "t"
    return [letter, str(value)]


# --- Text ---------------------------------------------------------------------------------------------------

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _read_text(data: bytes) -> Reply:
    text = _decoded(data).rstrip("\x1a")
    start = text.lstrip()[:20].lower()
    if start.startswith(("<?xml", "<!doctype", "<html", "<svg")) or len(
        _CONTROLS.findall(text)
    ) * _MANY > len(text):
        raise FaultError("other")
    if len(text) > MAX_BYTES or text.count("\n") > MAX_ROWS:
        raise FaultError("too_many_rows")
    if not text.strip():
        raise FaultError("empty")
    return {"text": text}


def _decoded(data: bytes) -> str:
    """Return text in any encoding that logs come in. Raise FaultError for bytes that are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data and (text := _utf_16_without_mark(data)):
        return text
    with suppress(UnicodeDecodeError):
        return data.decode()
    # One wrong byte does not make a text that is UTF-8 everywhere else into Windows-1252.
    text = data.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= character <= "\udcff" for character in text)
    if sum(character > "\x7f" for character in text) > 2 * wrong:
        return re.sub("[\udc80-\udcff]", lambda match: _one(match[0]), text)
    return data.decode("cp1252", "replace")


def _utf_16_without_mark(data: bytes) -> str:
    """Return the text in UTF-16 in which spaces and line ends are whole; "" when it is neither."""
    for encoding in ("utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if re.search("[ \n,;:0-9]", text) and not _CONTROLS.search(text):
                return text
    return ""


def _one(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "replace")


if __name__ == "__main__":
    main()
