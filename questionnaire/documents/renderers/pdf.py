"""Render PDFs in a process of their own, never in a thread of the server.

Laying out a page takes long, can take very long because of what someone typed, and runs on libraries that
are not thread-safe. So a worker process does it (`pdf_worker`, in this folder). The kernel ends a worker
whose page takes too long, and a new one replaces it.
"""

from __future__ import annotations

import atexit
import functools
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from ctypes.util import find_library
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Final

import font_source_sans_pro
from django.conf import settings
from django.utils.translation import gettext as _

from questionnaire.documents.document import Document
from questionnaire.documents.renderers import other_scripts, pdf_worker
from questionnaire.documents.renderers.html import as_html
from questionnaire.operations import metrics

#: How many seconds of CPU time one page may take.
SECONDS: Final = 20

_HERE: Final = Path(__file__).parent
_WORKER: Final = Path(pdf_worker.__file__)
FONTS: Final = Path(font_source_sans_pro.__file__).parent / "files"
ENVIRONMENT: Final = {"FONTCONFIG_FILE": str(_HERE / "fonts.conf")}
STYLESHEET: Final = _HERE / "paper.css"


class PdfError(Exception):
    """No PDF can be made; the message is for the person who wanted it."""


class PdfUnavailableError(PdfError):
    """This machine cannot make PDFs; the message says what to install."""


class PdfFailedError(PdfError):
    """This PDF took too long or went wrong; another may succeed."""


class Worker:
    """One worker process, started at the first page and again after a failure. Not thread-safe."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def render(self, html: str) -> bytes:
        """Return the PDF of an HTML page. Raise PdfUnavailableError or PdfFailedError."""
        while (pdf := self.render_unless_interrupted(html)) is None:
            pass
        return pdf

    def render_unless_interrupted(self, html: str) -> bytes | None:
        """Return the PDF of an HTML page, or None when it was interrupted. Raise the same errors."""
        self.start()
        process = self._process
        assert process is not None  # noqa: S101  (it was started)
        status, body = b"", b""
        with suppress(BrokenPipeError):
            pdf_worker.write(_pipe(process.stdin), b"", html.encode())
            status, body = pdf_worker.read_reply(_pipe(process.stdout))
        if status == pdf_worker.PDF:
            return body
        if status == pdf_worker.INTERRUPTED:
            return None
        self.stop()
        if status == pdf_worker.UNAVAILABLE:
            raise PdfUnavailableError(
                _(
                    "PDFs cannot be made here: a system library is missing. "
                    "On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
                )
            )
        # The name of the error means nothing to the reader, and its message may quote an intake.
        raise PdfFailedError(
            _("The PDF could not be made: it took too long or went wrong. The plain text works.")
        )

    def interrupt(self) -> None:
        """Have the process leave the page that it is at, if any. From any thread."""
        if (process := self._process) is not None:
            process.send_signal(pdf_worker.INTERRUPT)

    def start(self) -> None:
        """Start the process unless it is there; it is ready for a page a second later."""
        if self._process and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            self._process = self._new_process()

    def _new_process(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603  (our own interpreter and file)
            [sys.executable, "-I", str(_WORKER), str(self._seconds), settings.PDF_VARIANT, *_other_fonts()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # WeasyPrint's warnings may quote an intake.
            stderr=subprocess.DEVNULL,
            cwd=FONTS,
            env=ENVIRONMENT,
        )
        with suppress(BrokenPipeError):  # the reply to the first page says what is wrong
            pdf_worker.write(_pipe(process.stdin), b"", STYLESHEET.read_bytes())
        return process

    def stop(self) -> None:
        """End the process, also in the middle of a page."""
        if (process := self._process) is None:
            return
        self._process = None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                _pipe(pipe).close()
        process.wait()


def _other_fonts() -> Iterator[str]:
    for script in other_scripts.installed():
        yield from (str(other_scripts.path(script)), script.ranges)


def _pipe(pipe: object) -> BinaryIO:
    assert pipe is not None  # noqa: S101  (the process was started with pipes)
    return pipe  # type: ignore[return-value]


_shared: Final = Worker()
_one_at_a_time: Final = threading.Lock()
_is_ahead: Final = threading.Event()
#: How often who waits asks what is made ahead to give way: it may just have begun.
_ASK_SECONDS: Final = 0.01
atexit.register(_shared.stop)


def render_pdf(document: Document) -> bytes:
    """Return the PDF of a document, by the worker of this server process; other threads wait for their turn.

    Raise PdfUnavailableError or PdfFailedError, each with a message in the active language.
    """
    return render_page(as_html(document))


def render_page(html: str) -> bytes:
    """Return the PDF of an HTML page of our own, by the same worker. Raise the same errors."""
    outcome = "failed"
    with metrics.PDF_SECONDS.time():
        try:
            made = _render_in_turn(html)
            outcome = "made"
        finally:
            metrics.PDFS.labels(outcome).inc()
    return made


def _render_in_turn(html: str) -> bytes:
    while not _one_at_a_time.acquire(timeout=_ASK_SECONDS):
        if _is_ahead.is_set():
            _shared.interrupt()
    try:
        return _shared.render(html)
    finally:
        _one_at_a_time.release()


def render_ahead(html: str) -> bytes | None:
    """Return the PDF of a page that nobody asked for yet; None when the worker is wanted, or it fails."""
    if not _one_at_a_time.acquire(blocking=False):
        return None
    try:
        _is_ahead.set()
        with suppress(PdfError):
            return _shared.render_unless_interrupted(html)
        return None
    finally:
        _is_ahead.clear()
        _one_at_a_time.release()


@functools.cache
def is_possible() -> bool:
    """Return whether this machine has the libraries for PDFs."""
    return all(map(find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")))


def warm_up() -> None:
    """Start the worker of this server process, so that the first PDF takes no longer than others.

    This does not wait, and where a library is missing the first PDF says so.
    """
    with _one_at_a_time, suppress(OSError):
        _shared.start()


def render_all(pages: Iterable[Callable[[], str]], jobs: int) -> Iterator[Future[bytes]]:
    """Yield the PDFs of pages, in their order, by `jobs` workers side by side. Each future is done.

    A page is a function that returns its HTML, so that no more pages are in memory than are being made.
    """
    workers = [Worker() for _number in range(jobs)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def render(page: Callable[[], str]) -> bytes:
        worker = idle.get()
        try:
            return worker.render(page())
        finally:
            idle.put(worker)

    threads = ThreadPoolExecutor(jobs)
    try:
        yield from _in_order(threads, render, pages, ahead=2 * jobs)
    finally:
        threads.shutdown(cancel_futures=True)
        for worker in workers:
            worker.stop()


def _in_order(
    threads: ThreadPoolExecutor,
    render: Callable[[Callable[[], str]], bytes],
    pages: Iterable[Callable[[], str]],
    ahead: int,
) -> Iterator[Future[bytes]]:
    pending: deque[Future[bytes]] = deque()
    for page in pages:
        pending.append(threads.submit(render, page))
        if len(pending) >= ahead:
            yield _finished(pending.popleft())
    while pending:
        yield _finished(pending.popleft())


def _finished(future: Future[bytes]) -> Future[bytes]:
    wait([future])
    return future
