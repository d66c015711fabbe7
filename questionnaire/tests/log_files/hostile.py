"""Make malformed and hostile files, the same ones for the same seed."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Final

from questionnaire.tests.spreadsheets import ODS_KIND, archive, ods, xlsx

TEXT: Final = (
    "Datum;Tijd;Plaats;Wat;Aantal\n12-03-2026;14:22;thuis;Stond voor de deur;\n"
    "11/7;9 uur;school;41x gebeld;2\n"
    "[23-03-2026, 14:22:33] Een: Hoi\n23-03-2026 14:22 - Twee: Stop\n"
    "2025\n12 maart - belde\nmaart 2026\n12: x\n"
    'kerst 2025;"een ""cel""\nmet regels";;\n'
)
PIECES: Final = (
    *(
        "\0",
        "\x1a",
        "\x07",
        "\u202e",
        "\ud7ff",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
        "\u2028",
        "\r",
        "\t",
        '"',
        ";",
        ",",
    ),
    *(
        '=HYPERLINK("http://example.test";"x")',
        "=cmd|'/c calc'!A0",
        "+1",
        "@SUM(1)",
        "-2+3",
        "{=1}",
        "%s%n",
        "%(value)s",
    ),
    *(
        "9" * 400,
        "1e999",
        "-0",
        "NaN",
        "Infinity",
        "0x1F",
        "1" * 5000,
        "12-03-" + "9" * 50,
        "00-00-0000",
        "99/99/99",
    ),
    *(
        "31-02-2026",
        "29-02-2025",
        "12-03-2026 99:99",
        "0001-01-01",
        "9999-12-31",
        "١٢-٠٣-٢٠٢٦",
        "12-03-2026" * 40,
    ),
    *(
        "<!DOCTYPE x>",
        "<?xml?>",
        "&amp;&#0;",
        "]]>",
        "a" * 30_000,
        "( " * 500,
        "keer " * 500,
        "3 keer " * 300,
    ),
    *("12 maart t/m " * 60, "1.1.1.1.1.1", "- " * 300, "12) " * 200, "\n" * 300),
)
SHEET: Final[list[list[object]]] = [
    ["Datum", "Wat", "Aantal"],
    ["12-03-2026", "Stond voor de deur", 3],
    ["=1+1", "x\ny", 1e300],
]


def hostile_files(seed: int, count: int) -> list[bytes]:
    """Return so many files, of all kinds in turn."""
    source = random.Random(seed)  # noqa: S311  (tests)
    return [KINDS[number % len(KINDS)](source) for number in range(count)]


def _random_bytes(source: random.Random) -> bytes:
    start = source.choice(
        (
            b"",
            b"PK\3\4",
            b"PK\5\6",
            b"\xd0\xcf\x11\xe0",
            b"\xff\xfe",
            b"\xfe\xff",
            b"\xef\xbb\xbf",
            b"%PDF",
            b"BM",
        )
    )
    return start + source.randbytes(source.randrange(2_000))


def _mangled_text(source: random.Random) -> bytes:
    """Return text with pieces put in, lines moved, and bytes changed."""
    lines = TEXT.split("\n") * source.randrange(1, 4)
    source.shuffle(lines)
    text = source.choice(("\n", "\r\n", "\r")).join(lines)
    for _number in range(source.randrange(1, 6)):
        at = source.randrange(len(text))
        text = text[:at] + source.choice(PIECES) + text[at:]
    encoding = source.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"))
    data = bytearray(text.encode(encoding, "replace"))
    for _number in range(source.randrange(4)):
        data[source.randrange(len(data))] = source.randrange(256)
    return bytes(data[: source.randrange(1, len(data) + 1)])


def _table_of_pieces(source: random.Random) -> bytes:
    delimiter = source.choice("\t;|,")
    rows = [
        delimiter.join(source.choice(PIECES) for _cell in range(source.randrange(1, 8)))
        for _row in range(source.randrange(1, 30))
    ]
    header = delimiter.join(
        ("Datum", "Wat", "Hoe vaak", "Tijd", "Tot", "Nummer", "Duur", "Soort")[: source.randrange(9)]
    )
    return "\n".join([header, *rows]).encode("utf-8", "replace")


def _wide_text(source: random.Random) -> bytes:
    width = source.choice((99, 100, 101, 1_000, 1_000_000))
    return (source.choice("\t;|,") * width + "\n").encode() * source.randrange(1, 4)


def _long_text(source: random.Random) -> bytes:
    line = source.choice(
        ("a\n", "12-03-2026 x\n", '"\n', "[12-03-2026, 14:22:33] A: b\n", ";\n", "\n", "2025\n")
    )
    return line.encode() * source.randrange(1, 60)


def _sheet(source: random.Random) -> bytes:
    """Return a spreadsheet with hostile words in its cells."""
    rows = [
        [
            source.choice((*PIECES[15:], 1, 2.5, True, None, 1e308, -1, 46104))
            for _cell in range(source.randrange(1, 6))
        ]
        for _row in range(source.randrange(1, 12))
    ]
    cells = [[cell[:30_000] if isinstance(cell, str) else cell for cell in row] for row in rows]
    if source.random() < 0.5:
        return ods({"A": [[_printable(cell) for cell in row] for row in cells]})
    return xlsx({"A": [SHEET[0], *cells]})


def _printable(cell: object) -> object:
    return "".join(filter(str.isprintable, cell)) if isinstance(cell, str) else cell


def _broken_archive(source: random.Random) -> bytes:
    """Return a spreadsheet that was cut off, or has other bytes here and there."""
    data = bytearray(source.choice((_XLSX, _ODS)))
    if source.random() < 0.5:
        return bytes(data[: source.randrange(len(data))])
    for _number in range(source.randrange(1, 20)):
        data[source.randrange(len(data))] = source.randrange(256)
    return bytes(data)


def _broken_member(source: random.Random) -> bytes:
    """Return a spreadsheet that is whole as an archive, with other words in one of its members."""
    members = dict(source.choice((_XLSX_MEMBERS, _ODS_MEMBERS)))
    name = source.choice([name for name in members if name.endswith(".xml")])
    content = members[name]
    at = source.randrange(len(content) or 1)
    piece = source.choice(
        (b"<a>" * 3_000, b"</a>", b"\0", b"<!ENTITY x 'y'>", b"&x;", b"'", b"9" * 400, b"]]>", b"")
    )
    cut = at + source.randrange(200)
    members[name] = source.choice(
        (content[:at] + piece + content[at:], content[:at] + piece + content[cut:], piece)
    )
    if source.random() < 0.2:
        del members[source.choice(list(members))]
    return archive(members)


def _far_cells(source: random.Random) -> bytes:
    """Return a spreadsheet that says its cells are far away, or repeats them."""
    if source.random() < 0.5:
        name = "xl/worksheets/sheet1.xml"
        place = source.choice(
            (b"XFD1048576", b"XFD1", b"A1048576", b"ZZZZ9", b"A0", b"A99999999999", b"1A", b"")
        )
        return archive({**_XLSX_MEMBERS, name: _XLSX_MEMBERS[name].replace(b'r="A2"', b'r="' + place + b'"')})
    count = source.choice((b"1000000", b"4294967296", b"-1", b"99999999999999999999", b"0", b"x"))
    what = source.choice((b"columns", b"rows"))
    element = b"<table:table-cell " if what == b"columns" else b"<table:table-row"
    repeated = element.rstrip() + b" table:number-" + what + b'-repeated="' + count + b'" '
    return archive(
        {
            **_ODS_MEMBERS,
            "content.xml": _ODS_MEMBERS["content.xml"].replace(element, repeated, source.randrange(1, 4)),
        }
    )


def _bomb(source: random.Random) -> bytes:
    """Return an archive that is far larger when unpacked, or that says so, or has a great many members."""
    kind = source.randrange(5)
    if kind == 0:
        return _BOMB
    if kind == 1:
        return archive(
            {f"xl/worksheets/sheet{number}.xml": b"<a/>" for number in range(source.randrange(2_500))}
            | {"xl/workbook.xml": b"x"}
        )
    if kind == 2:
        return archive({"_chat.txt": b"PK\3\4" + _XLSX, "photo.zip": _XLSX})
    data = bytearray(_XLSX)
    at = data.find(b"PK\1\2")
    size = source.choice((0, 1, 0xFFFFFFFF, 0x7FFFFFFF))
    where = at + (24 if kind == 3 else 20)
    data[where : where + 4] = struct.pack("<I", size)
    return bytes(data)


def _wrong_kind(source: random.Random) -> bytes:
    """Return an archive that is said to be another kind than it is."""
    return source.choice(
        (
            archive({"mimetype": ODS_KIND.encode(), **_XLSX_MEMBERS}),
            archive({**_ODS_MEMBERS, "xl/workbook.xml": b"<workbook/>"}),
            archive({**_ODS_MEMBERS, "mimetype": source.randbytes(20)}),
            archive({**_ODS_MEMBERS, "mimetype": b""}),
            archive({"xl/workbook.xml": _ODS_MEMBERS["content.xml"]}),
            archive({"XL/WORKBOOK.XML": b"", "xl/workbook.xml": b"x"}),
            archive({"../../etc/passwd.txt": b"x", "/etc/shadow": b"y"}),
            archive({"a.txt": source.randbytes(100)}),
            archive({}, zipfile.ZIP_STORED),
            b"sep=" + source.randbytes(3),
        )
    )


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as made:
        return {name: made.read(name) for name in made.namelist()}


_XLSX: Final = xlsx({"A": SHEET})
_ODS: Final = ods({"A": SHEET})
_XLSX_MEMBERS: Final = _members(_XLSX)
_ODS_MEMBERS: Final = _members(_ODS)
_BOMB: Final = archive({**_XLSX_MEMBERS, "xl/sharedStrings.xml": b" " * 64_100_000})

KINDS: Final[tuple[Callable[[random.Random], bytes], ...]] = (
    *(_random_bytes, _mangled_text, _table_of_pieces, _sheet, _broken_archive, _broken_member),
    *(_wrong_kind, _long_text, _mangled_text, _broken_archive, _table_of_pieces, _broken_member),
)
#: Fewer of these are enough: each takes long by itself.
HEAVY: Final[tuple[Callable[[random.Random], bytes], ...]] = (_bomb, _wide_text, _far_cells)
