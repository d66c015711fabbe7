"""A browser with a profile that lasts, as a person has one, and what is in its files afterwards."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, BrowserType

from questionnaire.tests.browser.helpers import TIMEOUT

#: What a person has switched on: history, forms, passwords, and the pages of the last time on starting.
PREFERENCES: Final = {
    "autofill": {"enabled": True, "profile_enabled": True, "credit_card_enabled": True},
    "credentials_enable_service": True,
    "profile": {"password_manager_enabled": True},
    "session": {"restore_on_startup": 1},
    "browser": {"enable_spellchecking": True},
    "spellcheck": {"dictionaries": ["nl", "en-US"]},
    "translate": {"enabled": True},
}
#: What a test tool switches off and a person has.
_SWITCHED_OFF: Final = (
    "--disable-back-forward-cache",
    "--disable-component-extensions-with-background-pages",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-search-engine-choice-screen",
)
_GZIP: Final = b"\x1f\x8b\x08"
_FOOTER_BYTES: Final = 48
_TRAILER_BYTES: Final = 5


def launch(
    browsers: BrowserType, folder: Path, base_url: str, arguments: Iterable[str] = ()
) -> BrowserContext:
    """Start Chromium with the profile in this folder, which is made with the settings of a person."""
    preferences = folder / "Default" / "Preferences"
    if not preferences.exists():
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(PREFERENCES), encoding="utf-8")
    context = browsers.launch_persistent_context(
        folder,
        executable_path="/usr/bin/chromium",
        chromium_sandbox=False,
        args=["--disable-quic", "--no-first-run", *arguments],
        ignore_default_args=list(_SWITCHED_OFF),
        base_url=base_url,
        locale="nl-NL",
        viewport={"width": 1366, "height": 900},
    )
    context.set_default_timeout(1000 * TIMEOUT)
    return context


def kill(folder: Path) -> None:
    """Kill the browser that has its profile in this folder, as a machine that loses power does."""
    wanted = f"--user-data-dir={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if wanted in words and not any(word.startswith(b"--type=") for word in words):
                found.append(int(process.name))
    (browser,) = found
    os.kill(browser, signal.SIGKILL)


def files_with(words: Iterable[str], folder: Path) -> dict[str, set[str]]:
    """Return which of these words are in the files of a profile, by file: in any form that is written."""
    forms = {form: word for word in words for form in (word.encode(), word.encode("utf-16-le"))}
    found: dict[str, set[str]] = {}
    for path in filter(Path.is_file, folder.rglob("*")):
        for text in texts_in(path):
            if hits := {word for form, word in forms.items() if form in text}:
                found.setdefault(str(path.relative_to(folder)), set()).update(hits)
    return found


def texts_in(path: Path) -> Iterator[bytes]:
    """Yield what is in a file: as it is, and what is packed in it by gzip, LevelDB or SQLite."""
    raw = path.read_bytes()
    yield raw
    if raw.startswith(b"SQLite format 3\0"):
        yield from _rows(path)
    if path.suffix == ".ldb":
        yield from _blocks(raw)
    at = raw.find(_GZIP)
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw[at:])
        at = raw.find(_GZIP, at + 1)


def _rows(path: Path) -> Iterator[bytes]:
    """Yield every value of a database of SQLite, as a value can lie in two pages of the file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        database.text_factory = bytes
        names = [bytes(row[0]).decode() for row in database.execute(_TABLES)]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608  (its own name)
                for value in row:
                    if isinstance(value, bytes):
                        yield value


_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"


def _blocks(raw: bytes) -> Iterator[bytes]:
    """Yield the blocks of a table of LevelDB, unpacked: its footer leads to the index of them."""
    footer = raw[-_FOOTER_BYTES:]
    at = 0
    for _number in range(2):
        _value, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, _at = _varint(footer, at)
    index = _unpacked(raw, offset, size)
    yield index
    for handle in _values(index):
        offset, at = _varint(handle, 0)
        size, _at = _varint(handle, at)
        yield _unpacked(raw, offset, size)


def _values(block: bytes) -> Iterator[bytes]:
    """Yield the values of a block."""
    restarts = int.from_bytes(block[-4:], "little")
    end, at = len(block) - 4 * (restarts + 1), 0
    while at < end:
        _shared, at = _varint(block, at)
        unshared, at = _varint(block, at)
        size, at = _varint(block, at)
        yield block[at + unshared : at + unshared + size]
        at += unshared + size


def _unpacked(raw: bytes, offset: int, size: int) -> bytes:
    block, kind = raw[offset : offset + size], raw[offset + size]
    return snappy(block) if kind == 1 else block


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number in seven bits a byte, and where it ends."""
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return number, at


def snappy(data: bytes) -> bytes:
    """Return what was packed by Snappy: parts as they are, and parts that stood somewhere before."""
    size, at = _varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                more = length - 59
                length = int.from_bytes(data[at : at + more], "little")
                at += more
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, back = 4 + (tag >> 2 & 7), (tag >> 5) << 8 | data[at]
            at += 1
        else:
            width = 2 if tag & 3 == 2 else 4
            length, back = 1 + (tag >> 2), int.from_bytes(data[at : at + width], "little")
            at += width
        for _byte in range(length):
            out.append(out[-back])
    assert len(out) == size
    return bytes(out)
