"""Files by their content: what is read, and each fault by name."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.utils.translation import override
from xlsxwriter import Workbook

from questionnaire.domain.log_import import reader
from questionnaire.domain.log_import.table import Table
from questionnaire.log_files import reading, worker
from questionnaire.log_files.errors import FileFault, LogFileError
from questionnaire.tests.spreadsheets import ODS_KIND, archive, ods, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def fault_of(data: bytes) -> str:
    """Return the fault, by the worker in this process."""
    return str(worker.answer(data).get("error", ""))


def text_of(data: bytes) -> str:
    return str(worker.answer(data).get("text", ""))


# --- In its process -----------------------------------------------------------------------------------------


def test_a_table_comes_back_with_the_types_of_its_cells() -> None:
    rows: list[list[object]] = [
        ["Datum", "Tijd", "n"],
        [date(2026, 3, 23), time(14, 22), 41],
        [datetime(2026, 3, 23, 9, 5), None, 0.5],  # noqa: DTZ001
        [True, "x\ny", "=1+1"],
    ]

    assert reading.read_file(xlsx({"A": rows, "B": [["b"]], "C": []})) == Table(
        (
            ("Datum", "Tijd", "n"),
            (date(2026, 3, 23), time(14, 22), 41.0),
            (datetime(2026, 3, 23, 9, 5), None, 0.5),  # noqa: DTZ001
            (True, "x\ny", "=1+1"),
        ),
        sheet="A",
        unread=("B",),
    )


def test_durations_come_back() -> None:
    assert reading._content({"rows": [[["s", "62.5"]]], "sheet": "", "unread": []}) == Table(
        ((timedelta(seconds=62.5),),)
    )
    assert worker._typed(timedelta(minutes=1)) == ["s", "60.0"]


def test_text_comes_back() -> None:
    assert reading.read_file("één\n".encode()) == "één\n"


def test_a_fault_comes_back() -> None:
    with pytest.raises(LogFileError) as raised:
        reading.read_file(b"%PDF-1.7")

    assert raised.value.fault == FileFault.PDF
    assert str(raised.value) == "pdf"
    with override("en"):
        assert raised.value.message == "This is a PDF, which cannot be read here. Copy the text and paste it."


def test_every_fault_has_a_sentence_and_the_worker_knows_no_other() -> None:
    source = Path(worker.__file__).read_text(encoding="utf-8")
    codes = {fault.value for fault in FileFault}

    assert all(LogFileError(fault).message for fault in FileFault)
    assert {code for code in codes if f'"{code}"' in source} == codes - {"too_slow"}


def test_the_bounds_are_those_of_the_domain() -> None:
    assert (worker.MAX_ROWS, worker.MAX_COLUMNS) == (reader.MAX_ROWS, reader.MAX_COLUMNS)


def test_a_file_that_is_too_large_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ask", None)

    with pytest.raises(LogFileError, match="too_large"):
        reading.read_file(b"a" * (worker.MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_slow"),
        ("import os; os.abort()", "too_large"),
        ("import sys; sys.exit(1)", "damaged"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("print('x' * 1_000)", "too_large"),
    ],
)
def test_a_process_that_dies_is_a_fault_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, fault: str
) -> None:
    path = tmp_path / "worker.py"
    path.write_text(program, encoding="utf-8")
    monkeypatch.setattr(reading, "_WORKER", path)
    monkeypatch.setattr(reading, "_MAX_REPLY", 500)

    with pytest.raises(LogFileError, match=fault):
        reading.read_file(b"x" * 1_000_000)


def test_a_process_that_waits_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "worker.py"
    path.write_text("import time\ntime.sleep(600)", encoding="utf-8")
    monkeypatch.setattr(reading, "_WORKER", path)
    monkeypatch.setattr(reading, "PATIENCE", 0.2)

    with pytest.raises(LogFileError, match="too_slow"):
        reading.read_file(b"x")


def test_the_worker_is_bounded_by_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = (
        "import importlib.util, json, os, sys\n"
        f"spec = importlib.util.spec_from_file_location('worker', {worker.__file__!r})\n"
        "worker = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(worker)\n"
        "def probe(data):\n"
        "    try:\n"
        f"        os.write(os.open({str(tmp_path / 'written')!r}, os.O_WRONLY | os.O_CREAT), b'x')\n"
        "    except OSError as error:\n"
        "        found = [error.strerror]\n"
        "    try:\n"
        "        bytearray(1 << 30)\n"
        "    except MemoryError:\n"
        "        found.append('memory')\n"
        "    return {'text': ' '.join([*found, *os.environ, os.getcwd()])}\n"
        "worker.answer = probe\n"
        "worker.main()\n"
    )
    path = tmp_path / "probe.py"
    path.write_text(probe, encoding="utf-8")
    monkeypatch.setattr(reading, "_WORKER", path)

    found = str(reading.read_file(b"x")).split()

    assert found[:4] == ["File", "too", "large", "memory"]
    assert set(found[4:]) <= {"LC_CTYPE", "/"}
    assert (tmp_path / "written").read_bytes() == b""


def test_endless_work_is_ended_by_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "worker.py"
    path.write_text(
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", encoding="utf-8"
    )
    monkeypatch.setattr(reading, "_WORKER", path)

    with pytest.raises(LogFileError, match="too_slow"):
        reading.read_file(b"x")


# --- Kinds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"{\\rtf1 x}", "word"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"GIF89a", "image"),
        (b"BM\x00\x01\x00\x00\x00\x00\x00\x00", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"\x00\x00\x00\x18ftypheic", "image"),
        (OLE + "Workbook".encode("utf-16-le"), "old_spreadsheet"),
        (OLE + "WordDocument".encode("utf-16-le"), "word"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"<?xml version='1.0'?><a/>", "other"),
        (b"\n<!DOCTYPE html><p>x", "other"),
        (bytes(range(256)) * 4, "other"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "other"),
        (b"PK\3\4", "damaged"),
        (b"PK\5\6" + bytes(18), "other"),
        (archive({"a.txt": b"x", "b.txt": b"y"}), "other"),
        (archive({"folder/a.txt": b"x"}), "other"),
        (archive({"word/document.xml": b"<x/>"}), "word"),
        (archive({"xl/workbook.bin": b"x"}), "old_spreadsheet"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}), "word"),
        (archive({"mimetype": b"application/epub+zip", "content.xml": b""}), "other"),
        (archive({"mimetype": ODS_KIND.encode(), "content.xml": b"<x"}), "damaged"),
        (archive({"xl/workbook.xml": b"<x/>"}), "damaged"),
        (xlsx({"A": []}), "empty"),
        (ods({"A": []}), "empty"),
        (b"x\n" * (worker.MAX_ROWS + 1), "too_many_rows"),
        (xlsx({"A": [["x"]] * (worker.MAX_ROWS + 1)}), "too_many_rows"),
        (xlsx({"A": [["x"] * (worker.MAX_COLUMNS + 1)]}), "too_many_columns"),
        (xlsx({f"A{number}": [] for number in range(worker.MAX_SHEETS + 1)}), "too_large"),
        (ods({"A": [["x" * (worker.MAX_CELL + 1)]]}), "too_large"),
        (ods({"A": [["x" * worker.MAX_CELL] * 100] * 2}), "too_large"),
    ],
)
def test_faults(data: bytes, fault: str) -> None:
    assert fault_of(data) == fault


@pytest.mark.parametrize("text", ["BMW voor de deur", "PK is geen archief", "GIF", "RIFF of zo", "II* x"])
def test_words_that_begin_as_other_kinds_do_are_text(text: str) -> None:
    assert text_of(text.encode()) == text


@pytest.mark.parametrize("name", ["_chat.txt", "WhatsApp-chat met Een.txt", "WhatsApp Chat with One.TXT"])
def test_an_exported_chat_is_read_in_its_archive(name: str) -> None:
    assert text_of(archive({name: "één".encode(), "IMG-1.jpg": b"\xff\xd8\xff" * 9})) == "één"


def test_the_first_sheet_in_sight_is_read_and_others_are_named() -> None:
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Leeg")
        hidden = workbook.add_worksheet("Verborgen")
        hidden.write(0, 0, "x")
        hidden.hide()
        chart = workbook.add_chartsheet("Grafiek")
        chart.set_chart(line := workbook.add_chart({"type": "line"}))
        line.add_series({"values": "=Log!$A$1:$A$2"})
        workbook.add_worksheet("Log").write(2, 1, "y")
        workbook.add_worksheet("Ook").write(0, 0, "z")

    found = worker.answer(target.getvalue())

    assert (found["sheet"], found["unread"]) == ("Log", ["Verborgen", "Ook"])
    assert found["rows"] == [[None, None], [None, None], [None, "y"]]


def test_macros_and_links_are_left_out() -> None:
    with zipfile.ZipFile(BytesIO(xlsx({"A": [["x"]]}))) as made:
        members = {name: made.read(name) for name in made.namelist()}
    members |= {"xl/vbaProject.bin": b"x" * 100, "xl/externalLinks/externalLink1.xml": b"<!DOCTYPE x>"}

    assert worker.answer(archive(members))["rows"] == [["x"]]


# --- Encodings ----------------------------------------------------------------------------------------------

WORDS = "Café; één keer\nzei: “ga weg”; €5\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(encoding: str) -> None:
    assert text_of(WORDS.encode(encoding)) == WORDS


def test_utf_16_with_a_mark_from_the_other_side() -> None:
    assert text_of(b"\xfe\xff" + WORDS.encode("utf-16-be")) == WORDS


def test_one_wrong_byte_does_not_spoil_the_rest() -> None:
    assert text_of(WORDS.encode() + b"\xeb\x81") == f"{WORDS}ë\ufffd"


def test_bytes_that_no_encoding_has_are_shown_as_such() -> None:
    assert text_of(b"caf\xe9 \x81") == "café \ufffd"


def test_an_end_of_file_of_dos_is_left_out() -> None:
    assert text_of(b"a\r\n\x1a") == "a\r\n"


def test_one_nul_among_much_text_stays() -> None:
    assert text_of(b"a" * 200 + b"\0") == "a" * 200 + "\0"


# --- Archives that lie --------------------------------------------------------------------------------------


def flagged(data: bytes, flag: int) -> bytes:
    """Return an archive of which every member has a flag, in both headers."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            changed[at + offset] |= flag
    return bytes(changed)


@pytest.mark.parametrize(
    "data", [xlsx({"A": [["x"]]}), archive({"_chat.txt": b"x"})], ids=["spreadsheet", "chat"]
)
def test_members_with_a_password(data: bytes) -> None:
    assert fault_of(flagged(data, 1)) == "encrypted"


def test_an_ods_with_a_password_is_named() -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    members = {"mimetype": ODS_KIND.encode(), "content.xml": b"x", "META-INF/manifest.xml": manifest.encode()}

    assert fault_of(archive(members)) == "encrypted"


def test_a_bomb_is_measured_while_it_unpacks() -> None:
    bomb = archive({"xl/workbook.xml": b"0" * (worker.MAX_UNPACKED + 1)})

    assert len(bomb) < 100_000
    assert fault_of(bomb) == "too_large"


def test_a_bomb_of_many_members_is_too() -> None:
    part = b"0" * (worker.MAX_UNPACKED // 4)
    members = {"xl/workbook.xml": b""} | {f"xl/worksheets/sheet{number}.xml": part for number in range(5)}

    assert fault_of(archive(members)) == "too_large"


def test_an_archive_of_many_members_is_not_opened() -> None:
    assert fault_of(archive({f"{number}": b"" for number in range(worker.MAX_MEMBERS + 1)})) == "too_large"


def test_a_size_that_is_too_small_is_not_believed() -> None:
    data = bytearray(archive({"_chat.txt": b"x" * 1_000}))
    at = data.find(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 10)

    assert fault_of(bytes(data)) == "damaged"


@pytest.mark.parametrize(
    "declared", [b"<!DOCTYPE lolz [<!ENTITY a 'b'>]>", b"<!ENTITY a SYSTEM 'file:///x'>"]
)
def test_entities_are_refused(declared: bytes) -> None:
    with zipfile.ZipFile(BytesIO(xlsx({"A": [["x"]]}))) as made:
        members = {name: made.read(name) for name in made.namelist()}
    members["xl/workbook.xml"] = declared + members["xl/workbook.xml"]

    assert fault_of(archive(members)) == "damaged"


def test_nested_elements_end_in_a_fault_or_nothing() -> None:
    deep = b"<a>" * 500_000
    members = {"mimetype": ODS_KIND.encode(), "content.xml": deep, "META-INF/manifest.xml": b"<x/>"}

    with pytest.raises(LogFileError):
        reading.read_file(archive(members))


def test_a_sheet_of_a_million_columns_is_a_fault() -> None:
    cell = '<table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell>'
    with zipfile.ZipFile(BytesIO(ods({"A": [["MARK"]]}))) as made:
        members = {name: made.read(name) for name in made.namelist()}
    content = members["content.xml"].decode()
    start = content.index("<table:table-cell office")
    end = content.index("</table:table-cell>") + len("</table:table-cell>")
    repeated = cell.replace("<table:table-cell ", '<table:table-cell office:value-type="string" ')
    members["content.xml"] = (content[:start] + repeated + content[end:]).encode()

    with pytest.raises(LogFileError, match=r"too_many_columns|too_large"):
        reading.read_file(archive(members))


@pytest.mark.parametrize(
    ("count", "fault"), [(1_000_000, r"damaged|too_slow|too_large"), (10_000_000, "damaged")]
)
def test_cells_that_repeat_without_end_are_a_fault(count: int, fault: str) -> None:
    with zipfile.ZipFile(BytesIO(ods({"A": [["x"]]}))) as made:
        members = {name: made.read(name) for name in made.namelist()}
    for what in (b"row", b"cell"):
        repeated = b"<table:table-%s table:number-%ss-repeated='%d'" % (
            what,
            what.replace(b"cell", b"column"),
            count,
        )
        members["content.xml"] = members["content.xml"].replace(b"<table:table-" + what, repeated, 1)

    with pytest.raises(LogFileError, match=fault):
        reading.read_file(archive(members))


def test_cells_at_the_far_corners_are_a_fault() -> None:
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")

    with pytest.raises(LogFileError, match=r"too_many|too_large"):
        reading.read_file(target.getvalue())
