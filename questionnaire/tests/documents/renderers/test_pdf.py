"""PDFs: what is in the file, and what happens when making one goes wrong."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from questionnaire import demo, documents
from questionnaire.documents.blocks import Document
from questionnaire.documents.renderers import pdf, pdf_worker
from questionnaire.tests.documents.test_builder import PAYLOADS, intake

PLAIN = "<!doctype html><html lang=en><title>Report</title><body><p>Words.</p>"
#: Without a place to break, and too long to lay out within a second.
ENDLESS = f"<blockquote>{'a' * 150_000}</blockquote>"
COMPLETE = [(name, language) for name in demo.COMPLETE for language in ("nl", "en")]


@pytest.fixture
def worker() -> Iterator[pdf.Worker]:
    worker = pdf.Worker()
    yield worker
    worker.stop()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], pdf.Worker]]:
    """A worker that runs a script of the test's own: it needs no libraries."""
    made = []

    def make(body: str) -> pdf.Worker:
        script = tmp_path / "worker.py"
        here = str(Path(pdf_worker.__file__).parent)
        start = f"import os, sys, time; sys.path.insert(0, {here!r}); from pdf_worker import read, write\n"
        script.write_text(f"{start}source, target = sys.stdin.buffer, sys.stdout.buffer\n{body}")
        monkeypatch.setattr(pdf, "_WORKER", script)
        made.append(pdf.Worker())
        return made[-1]

    yield make
    for worker in made:
        worker.stop()


def paper(name: str, language: str) -> Document:
    return documents.full(demo.intake(name), language, paper=True)


def words_of(path: Path) -> str:
    command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


# --- The worker, without the libraries ----------------------------------------------------------------------


def test_messages_arrive_as_they_were_sent() -> None:
    stream = BytesIO()
    pdf_worker.write(stream, pdf_worker.PDF, b"body")
    pdf_worker.write(stream, b"", "é".encode())
    stream.seek(0)

    assert pdf_worker.read_reply(stream) == (pdf_worker.PDF, b"body")
    assert pdf_worker.read(stream) == "é".encode()
    assert pdf_worker.read(stream) is None


@pytest.mark.parametrize("cut", [b"", b"P", b"P\0\0", b"P\0\0\0\4bod"])
def test_a_message_cut_short_is_none(cut: bytes) -> None:
    assert pdf_worker.read_reply(BytesIO(cut)) == (b"", b"")


def test_pictures_that_the_font_does_not_have_go_by_name() -> None:
    printable = {ord("→")}

    assert (
        pdf_worker.in_print("a → 😢 👍🏽 \U0001faff é", printable)
        == "a → [crying face] [thumbs up sign] [U+1FAFF] é"
    )
    assert (
        pdf_worker.in_print("\u0436\u200d\u0301\u0294\ue000", printable)
        == "[cyrillic small letter zhe]\u200d\u0301[latin letter glottal stop][U+E000]"
    )


def test_a_missing_library_is_told_with_what_to_install(fake: Callable[[str], pdf.Worker]) -> None:
    worker = fake("read(source); write(target, b'U', b'OSError')")

    with pytest.raises(pdf.PdfUnavailable, match="libpango"):
        worker.render(PLAIN)


@pytest.mark.parametrize(
    "body",
    [
        "read(source); read(source); write(target, b'F', b'ValueError')",
        "read(source); read(source); os.kill(os.getpid(), 9)",
        "read(source); read(source); os.write(1, b'P' + bytes(2))",
        "sys.exit(1)",
        "syntax error",
    ],
)
def test_a_worker_that_fails_or_dies_is_replaced(fake: Callable[[str], pdf.Worker], body: str) -> None:
    worker = fake(body)
    with pytest.raises(pdf.PdfFailed) as failure:
        worker.render(PLAIN)

    fake("read(source)\nwhile (html := read(source)) is not None: write(target, b'P', html)")

    assert worker.render("again") == b"again"
    assert "ValueError" not in str(failure.value)


def test_a_worker_that_died_while_idle_is_not_noticed(fake: Callable[[str], pdf.Worker]) -> None:
    worker = fake("read(source)\nwhile (html := read(source)) is not None: write(target, b'P', html)")
    worker.render("first")
    process = worker._process
    assert process is not None
    process.kill()
    process.wait()

    assert worker.render("second") == b"second"


def test_stopping_ends_the_process_in_the_middle_of_a_page(fake: Callable[[str], pdf.Worker]) -> None:
    worker = fake("time.sleep(60)")
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(worker.render, PLAIN)
        while worker._process is None:
            time.sleep(0.01)
        process = worker._process
        process.kill()

        with pytest.raises(pdf.PdfFailed):
            waiting.result(timeout=5)
    assert process.returncode == -signal.SIGKILL
    worker.stop()
    worker.stop()


def test_a_worker_sees_nothing_of_the_environment(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STALKCHECK_SECRET_KEY", "hush")
    worker = fake("read(source); read(source); write(target, b'P', ' '.join(os.environ).encode())")

    names = worker.render(PLAIN).decode().split()

    assert "FONTCONFIG_FILE" in names
    assert "STALKCHECK_SECRET_KEY" not in names


def test_batches_come_in_order_and_one_failure_stays_one(fake: Callable[[str], pdf.Worker]) -> None:
    fake(
        "read(source)\n"
        "while (html := read(source)) is not None:\n"
        "    time.sleep(0.02 if html == b'0' else 0)\n"
        "    write(target, b'F' if html == b'3' else b'P', html)"
    )

    results = list(pdf.render_all([partial(str, number) for number in range(9)], jobs=2))

    assert [type(future.exception()) for future in results].count(pdf.PdfFailed) == 1
    assert [future.result() for future in results if not future.exception()] == [
        b"%d" % n for n in range(9) if n != 3
    ]


def test_a_batch_that_is_left_early_leaves_no_worker(fake: Callable[[str], pdf.Worker]) -> None:
    fake("read(source)\nwhile read(source) is not None: write(target, b'P', str(os.getpid()).encode())")
    batch = pdf.render_all([lambda: "" for _number in range(9)], jobs=2)

    worker = int(next(batch).result())
    batch.close()  # type: ignore[attr-defined]  # a generator

    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


# --- Files --------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"

    pdf.write_atomically(path, b"first")
    pdf.write_atomically(path, b"second")

    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", ["os.fsync", "pathlib.Path.replace"])
def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old")

    def fail(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fault, fail)

    with pytest.raises(OSError, match="No space left"):
        pdf.write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# --- Real PDFs ----------------------------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_a_pdf_is_tagged_whole_and_closed(name: str, language: str, tmp_path: Path) -> None:
    document = paper(name, language)
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf.render_pdf(document))

    assert path.stat().st_size < 150_000
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)  # noqa: S603, S607
    with pikepdf.open(path) as made:
        root = made.Root
        assert str(root.Lang) == language
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(made.docinfo.Title) == document.title
        assert set(made.docinfo.keys()) <= {"/Title", "/Producer"}
        with made.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert not {"dc:creator", "dc:description"} & set(metadata)
        assert not {"/OpenAction", "/AA", "/AcroForm", "/AF"} & set(root.keys())
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}).keys())
        for page in made.pages:
            assert "/Annots" not in page
            assert str(page.Tabs) == "/S" if "/Tabs" in page else True
            for font in page.Resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_tags_read_in_order_with_the_fear_first(name: str, language: str) -> None:
    document = paper(name, language)

    with pikepdf.open(BytesIO(pdf.render_pdf(document))) as made:
        roles = list(_roles(made.Root.StructTreeRoot))

    headings = [int(role[2:]) for role in roles if role[:2] == "/H" and role[2:].isdigit()]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(deeper - above <= 1 for above, deeper in pairwise(headings))
    assert roles.index("/H1") < roles.index("/H2") < roles.index("/Table")


def _roles(node: Any) -> Iterator[str]:
    """The structure types of a tag and those below it, in reading order."""
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from _roles(kid)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        if "/K" in node:
            yield from _roles(node.K)


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_page_one_stands_alone(name: str, language: str, tmp_path: Path) -> None:
    document = paper(name, language)
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf.render_pdf(document))

    front, following = words_of(path).split("\f")[:2]
    for words in (document.front.headline, document.front.urgency):
        assert words in " ".join(front.split())
    for step in document.front.steps:  # in a column, so a title may be cut by its neighbours
        assert set(step.title.split()) <= set(front.split())
    assert document.sections[0].heading in following
    assert document.state in front


@pytest.mark.pdf
def test_the_same_document_gives_the_same_file() -> None:
    document = paper("colleague", "nl")

    assert pdf.render_pdf(document) == pdf.render_pdf(document)


@pytest.mark.pdf
def test_a_page_that_takes_too_long_is_ended_and_the_next_is_made() -> None:
    worker = pdf.Worker(seconds=3)
    worker.render(PLAIN)
    start = time.monotonic()

    with pytest.raises(pdf.PdfFailed):
        worker.render(ENDLESS)

    assert time.monotonic() - start < 6
    assert worker.render(PLAIN).startswith(b"%PDF")
    worker.stop()


@pytest.mark.pdf
def test_the_longest_text_is_made_in_time() -> None:
    words = "ij" * 10_000
    told = intake({"fear_own_words": words, "client_wishes": words}, view=words, notes={"threats": words})
    pdf.render_pdf(paper("nothing_answered", "nl"))
    start = time.monotonic()

    made = pdf.render_pdf(documents.full(told, "nl", paper=True))

    assert made.startswith(b"%PDF")
    assert time.monotonic() - start < pdf.SECONDS / 2


@pytest.mark.pdf
@pytest.mark.parametrize(
    "page",
    [
        '<img src="file:///etc/hostname">',
        '<img src="{url}">',
        '<link rel="stylesheet" href="{url}">',
        "<style>@import url({url})</style>",
        '<img src="data:image/png;base64,AAAA">',
    ],
)
def test_a_page_that_asks_for_anything_is_refused(
    worker: pdf.Worker, page: str, canary: tuple[str, list[str]]
) -> None:
    url, requests = canary

    with pytest.raises(pdf.PdfFailed):
        worker.render(page.replace("{url}", url))

    assert requests == []


@pytest.mark.pdf
def test_markup_in_answers_is_printed_and_fetches_nothing(
    tmp_path: Path, canary: tuple[str, list[str]]
) -> None:
    url, requests = canary
    payloads = [payload.replace("http://127.0.0.1:9", url) for payload in PAYLOADS]
    text = "\n".join(payloads)
    told = intake(
        {"fear_own_words": text, "safe_contact": text, "client_wishes": text},
        reference=text,
        author=text,
        running_note=text,
        view=text,
        notes={"weapons": text},
    )
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf.render_pdf(documents.full(told, "en", paper=True)))

    printed = "".join(words_of(path).split())
    for payload in payloads:
        assert printed.count("".join(payload.split())) >= 5, payload
    assert requests == []
    with pikepdf.open(path) as made:
        assert all("/Annots" not in page for page in made.pages)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, and the requests that it got."""
    requests: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            """Say nothing on standard error."""

    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.pdf
def test_threads_wait_for_their_turn() -> None:
    those = [paper(name, "nl") for name in demo.COMPLETE[:2]]

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(pdf.render_pdf, those * 3))

    assert made == made[:2] * 3


@pytest.mark.pdf
def test_a_worker_ends_when_its_server_is_gone() -> None:
    script = (
        "from questionnaire import pdf\n"
        f"worker = pdf.Worker(); worker.render({PLAIN!r})\n"
        "print(worker._process.pid, flush=True); import time; time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert server.stdout is not None
    worker = Path("/proc") / server.stdout.readline().strip()
    assert worker.exists()

    server.kill()
    server.wait()
    server.stdout.close()

    deadline = time.monotonic() + 5
    while worker.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not worker.exists()
