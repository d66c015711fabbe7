"""The process that makes PDFs: it reads HTML from standard input and writes PDFs to standard output.

`renderers.pdf` runs this file as a script, outside the project, so that it loads nothing but WeasyPrint: the
libraries below WeasyPrint are not thread-safe, and a page can take long or bring the process down.

Its arguments are how many seconds of CPU time a page may take, which standard its files follow, and fonts for
other scripts, each with the characters that it is for. After that time the kernel ends the process, as Python
code may be stuck in a library.

A request is its length in four bytes and the HTML; the first one is the stylesheet and has no reply. A reply
is one byte for its status, its length in four bytes, and the PDF or the name of the error. A signal has it
leave the page that it is at: someone else waits, and that page was made ahead.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import re
import resource
import signal
import sys
import unicodedata
import zlib
from collections.abc import Callable, Container, Sequence
from itertools import starmap
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final

MAX_MEMORY: Final = 1 << 30  # bytes of address space; a long summary takes a third of it

NICENESS: Final = 10  # the server's own requests go first
#: Seconds of wall-clock time. As this process gives way to others, one CPU second can take many of them.
PATIENCE: Final = 600

PDF: Final = b"P"
FAILED: Final = b"F"
UNAVAILABLE: Final = b"U"
WARM: Final = "<!doctype html><html lang=nl><head><title>x</title></head><body><p>x</p></body></html>"
INTERRUPTED: Final = b"I"
INTERRUPT: Final = signal.SIGUSR1
#: Which standard a file follows, unless the server says otherwise.
VARIANT: Final = "pdf/ua-1"
#: Of compression. The highest takes a tenth of the time of a summary, for 2% of its size.
_LEVEL: Final = 6

_PACKAGE: Final = "questionnaire.documents.renderers"
#: A file in the folder in which the worker is started.
_FONT: Final = "SourceSansPro-Regular.ttf"
_BEYOND_LATIN: Final = re.compile("[^\0-\xff]")
#: Categories of characters that leave no mark of their own: format characters, accents on a letter, spaces.
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)


class InterruptedPageError(BaseException):
    """Someone else waits. Nothing that handles errors may take it for one."""


def main(seconds: int, variant: str, *other_fonts: str) -> None:
    """Answer requests until standard input closes, which it also does when the server dies."""
    interrupt = Interrupt()
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    stylesheet = read(source)
    if stylesheet is None:
        return
    allow(seconds)
    try:
        pairs = tuple(zip(other_fonts[::2], other_fonts[1::2], strict=True))
        render = renderer(stylesheet.decode(), variant, other_fonts=pairs)
    except (ImportError, OSError) as error:
        write(target, UNAVAILABLE, type(error).__name__.encode())
        return
    render(WARM)
    # Collecting garbage in the middle of a page costs a fifth of its time.
    gc.freeze()
    gc.disable()
    allow(0, 0)
    while (html := read(source)) is not None:
        allow(seconds)
        try:
            with interrupt:
                reply, status = render(html.decode()), PDF
        except InterruptedPageError:
            reply, status = b"", INTERRUPTED
        except Exception as error:  # noqa: BLE001  (reported to the server, which starts a new worker)
            reply, status = type(error).__name__.encode(), FAILED
        allow(0, 0)
        write(target, status, reply)
        gc.collect()


class Interrupt:
    """Raises InterruptedPageError in its `with` block when the signal comes; elsewhere this does nothing."""

    def __init__(self) -> None:
        self._is_on = False
        signal.signal(INTERRUPT, self._interrupt)

    def _interrupt(self, _signal: int, _frame: object) -> None:
        if self._is_on:
            self._is_on = False  # once: what is tidied up then is not interrupted
            raise InterruptedPageError

    def __enter__(self) -> None:
        self._is_on = True

    def __exit__(self, *_error: object) -> None:
        self._is_on = False


def allow(seconds: int, wall_clock: int = PATIENCE) -> None:
    """Have the kernel end this process after so many seconds of CPU or of wall-clock time; 0 is never."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(wall_clock)


def renderer(
    stylesheet: str,
    variant: str = VARIANT,
    *,
    is_quick: bool = True,
    other_fonts: Sequence[tuple[str, str]] = (),
) -> Callable[[str], bytes]:
    """Return a function from HTML to PDF. Raise ImportError or OSError when a library is missing.

    Unless it `is_quick` WeasyPrint does all by itself, which takes longer and gives the same bytes.
    """
    import pydyf
    from fontTools.ttLib import TTFont
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    # Nothing may be fetched; an attempt is a bug of ours, and fails the page.
    fetcher = URLFetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
    fonts = FontConfiguration()
    css = CSS(string=stylesheet, font_config=fonts, url_fetcher=fetcher)
    with TTFont(_FONT) as font:
        printable = frozenset(font.getBestCmap())
    for_others = load("fonts")
    for_others.add(fonts, [file for file, _ranges in other_fonts])
    printable = printable.union(*starmap(for_others.characters, other_fonts))
    pydyf.Stream.data = property(stream_data)
    quicker = load("quicker")
    quicker.write_labels_whole()
    is_quick = is_quick and quicker.quicken()

    def render(html: str) -> bytes:
        quicker.forget()
        printed = for_others.set_directions(replace_unprintable(html, printable))
        page = quicker.Page(printed, fetcher) if is_quick else HTML(string=printed, url_fetcher=fetcher)
        try:
            pdf: bytes = page.write_pdf(
                stylesheets=[css],
                font_config=fonts,
                pdf_variant=variant,
                pdf_identifier=True,  # for `copy_mark`
                finisher=finish_tags,
            )
        finally:
            quicker.forget()
        return pdf

    return render


def load(name: str) -> Any:
    """Return a module or package beside this file, under its name but without the packages that it is in."""
    path, full_name = Path(__file__).with_name(name), f"{_PACKAGE}.{name}"
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    spec = importlib.util.spec_from_file_location(full_name, file)
    assert spec is not None  # noqa: S101  (it is there)
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    sys.modules.setdefault("questionnaire", ModuleType("questionnaire"))  # which imports begin with
    spec.loader.exec_module(module)
    return module


def stream_data(stream: Any) -> bytes:
    """Return the data of a stream as pydyf writes it, but compressed in a third of the time, to 2% more."""
    import pydyf

    to_bytes = pydyf._to_bytes
    data = b"\n".join([to_bytes(item) for item in stream.stream])
    extra = pydyf.Dictionary(stream.extra)
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        data = zlib.compress(data, _LEVEL)
    extra["Length"] = len(data)
    return b"\n".join((extra.data, b"stream", data, b"endstream"))


def finish_tags(document: Any, pdf: Any) -> None:
    """Correct the tags of WeasyPrint: running heads, the scopes of headers, a second language."""
    tags = {each.reference: each for each in pdf.objects if "S" in getattr(each, "keys", tuple)()}
    scope_headers(tags)
    untag_running_heads(pdf, tags)
    if second := document.metadata.custom.get("second-language"):
        name_language(second, tags)


def name_language(language: str, tags: dict[bytes, Any]) -> None:
    """Set the language of every <span>: a page with a second language reserves <span> for it."""
    from pydyf import String

    for span in (tag for tag in tags.values() if tag["S"] == "/Span"):
        if any(reference in tags for reference in span["K"]):  # an element, and not a run of text
            span["Lang"] = String(language)


def scope_headers(tags: dict[bytes, Any]) -> None:
    """Set the scope of every table header: WeasyPrint names headers at cells, and no scope."""
    for header in (tag for tag in tags.values() if tag["S"] == "/TH"):
        group = tags[tags[header["P"]]["P"]]
        header["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def untag_running_heads(pdf: Any, tags: dict[bytes, Any]) -> None:
    """Mark the running heads as artifacts: WeasyPrint tags them as text, outside the structure tree."""
    objects = {each.reference: each for each in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    document = tags[root["K"][0]]
    in_tree = set(document["K"])
    numbers = objects[root["ParentTree"]]["Nums"]
    for page, marked in zip(pdf.page_references, numbers[1::2], strict=False):
        for mcid, reference in enumerate(marked):
            outermost = reference
            while tags[outermost]["P"] != document.reference:
                outermost = tags[outermost]["P"]
            if outermost not in in_tree:
                _make_artifact(objects[objects[page]["Contents"]].stream, mcid)
                marked[mcid] = b"null"


def _make_artifact(stream: list[Any], mcid: int) -> None:
    """Begin this marked content as an artifact, instead of with a tag, its MCID and the operator."""
    number = next(at for at, each in enumerate(stream) if isinstance(each, dict) and each["MCID"] == mcid)
    stream[number - 1 : number + 2] = [b"/Artifact", b"BMC"]


def replace_unprintable(html: str, printable: Container[int]) -> str:
    """Return the page with each character that the font lacks by its name, as in [crying face]."""

    def by_name(match: re.Match[str]) -> str:
        character, code = match[0], ord(match[0])
        if code in printable or unicodedata.category(character) in _INVISIBLE:
            return character
        name = unicodedata.name(character, "").lower()
        return "" if code in _SKIN_TONES else f"[{name or f'U+{code:04X}'}]"

    return _BEYOND_LATIN.sub(by_name, html)


def read(source: BinaryIO) -> bytes | None:
    """Return the next message, or None at the end of the stream."""
    head = source.read(4)
    length = int.from_bytes(head, "big")
    body = source.read(length) if len(head) == 4 else b""
    return body if len(head) == 4 and len(body) == length else None


def read_reply(source: BinaryIO) -> tuple[bytes, bytes]:
    """Return the status and body of a reply; both empty when the worker is gone."""
    status = source.read(1)
    body = read(source)
    return (status, body) if body is not None else (b"", b"")


def write(target: BinaryIO, status: bytes, body: bytes) -> None:
    """Send a message; requests have the empty status."""
    target.write(status + len(body).to_bytes(4, "big") + body)
    target.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
