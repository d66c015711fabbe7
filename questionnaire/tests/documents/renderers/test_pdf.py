"""PDFs: what is in the file, and what happens when rendering fails."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.renderers import pdf, pdf_worker
from questionnaire.documents.renderers.html import as_html
from questionnaire.tests.documents.reading import tags_of, words_of

PLAIN = "<!doctype html><html lang=en><title>Report</title><body><p>Words.</p>"
#: Without break opportunities: takes minutes to lay out, while some 400,000 letters are cut at once.
ENDLESS = f"<blockquote>{'a' * 150_000}</blockquote>"
COMPLETE = [(name, language) for name in demo.COMPLETE for language in ("nl", "en")]


@pytest.fixture
def worker() -> Iterator[pdf.Worker]:
    worker = pdf.Worker()
    yield worker
    worker.stop()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], pdf.Worker]]:
    """Return a function that makes a worker run a script of the test, without the PDF libraries."""
    workers = []

    def make(body: str) -> pdf.Worker:
        script = tmp_path / "worker.py"
        package = str(Path(pdf_worker.__file__).parent)
        start = f"import os, sys, time; sys.path.insert(0, {package!r}); from pdf_worker import read, write\n"
        script.write_text(f"{start}source, target = sys.stdin.buffer, sys.stdout.buffer\n{body}")
        monkeypatch.setattr(pdf, "_WORKER", script)
        workers.append(pdf.Worker())
        return workers[-1]

    yield make
    for worker in workers:
        worker.stop()


def paper(name: str, language: str) -> Document:
    return build_document(demo.intake(name), language, paper=True)


@lru_cache
def rendered(name: str, language: str) -> bytes:
    """Return the PDF of a demo intake, rendered once."""
    return pdf.render_pdf(paper(name, language))


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


def test_signs_that_the_font_lacks_are_replaced_by_their_names() -> None:
    printable = {ord("→")}

    assert (
        pdf_worker.replace_unprintable("a → 😢 👍🏽 \U0001faff é", printable)
        == "a → [crying face] [thumbs up sign] [U+1FAFF] é"
    )
    assert (
        pdf_worker.replace_unprintable("\u0436\u200d\u0301\u0294\ue000", printable)
        == "[cyrillic small letter zhe]\u200d\u0301[latin letter glottal stop][U+E000]"
    )


def test_a_missing_library_raises_with_what_to_install(fake: Callable[[str], pdf.Worker]) -> None:
    worker = fake("read(source); write(target, b'U', b'OSError')")

    with pytest.raises(pdf.PdfUnavailableError, match="libpango"):
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
    with pytest.raises(pdf.PdfFailedError) as failure:
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

        with pytest.raises(pdf.PdfFailedError):
            waiting.result(timeout=600)
    assert process.returncode == -signal.SIGKILL
    worker.stop()
    worker.stop()


#: Works on the page "long" until it is interrupted, and answers others at once.
INTERRUPTIBLE = """
from pdf_worker import INTERRUPTED, Interrupt, InterruptedPageError
interrupt = Interrupt()
read(source)
while (html := read(source)) is not None:
    try:
        with interrupt:
            time.sleep(600 if html == b"long" else 0)
            reply = b"P", html
    except InterruptedPageError:
        reply = INTERRUPTED, b""
    write(target, *reply)
"""


def test_what_is_made_ahead_gives_way_to_who_waits(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = fake(INTERRUPTIBLE)
    monkeypatch.setattr(pdf, "_shared", worker)
    assert pdf.render_ahead("first") == b"first"
    process = worker._process

    with ThreadPoolExecutor(1) as threads:
        ahead = threads.submit(pdf.render_ahead, "long")
        while not pdf._is_ahead.is_set():
            time.sleep(0.001)
        assert pdf.render_page("wanted") == b"wanted"
        assert ahead.result(timeout=600) is None
    assert worker._process is process, "no new process had to be started"


def test_nothing_is_made_ahead_while_someone_waits(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_shared", fake("raise AssertionError"))

    with pdf._one_at_a_time:
        assert pdf.render_ahead("page") is None


def test_a_page_made_ahead_that_fails_fails_nobody(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pdf, "_shared", fake("read(source); read(source); write(target, b'F', b'ValueError')")
    )

    assert pdf.render_ahead("page") is None
    assert not pdf._one_at_a_time.locked()


def test_who_was_interrupted_by_mistake_is_made_again(fake: Callable[[str], pdf.Worker]) -> None:
    worker = fake("read(source); read(source); write(target, b'I', b''); write(target, b'P', read(source))")
    worker.interrupt()  # before there is a process

    assert worker.render("page") == b"page"


def test_a_signal_between_pages_does_nothing() -> None:
    before = signal.getsignal(pdf_worker.INTERRUPT)
    interrupt = pdf_worker.Interrupt()

    def page() -> None:
        with interrupt:
            os.kill(os.getpid(), pdf_worker.INTERRUPT)

    try:
        os.kill(os.getpid(), pdf_worker.INTERRUPT)
        with pytest.raises(pdf_worker.InterruptedPageError):
            page()
        os.kill(os.getpid(), pdf_worker.INTERRUPT)
    finally:
        signal.signal(pdf_worker.INTERRUPT, before)


@pytest.mark.pdf
def test_a_page_is_the_same_after_another_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = rendered("colleague", "nl")
    monkeypatch.setattr(pdf, "_shared", pdf.Worker())
    pdf.warm_up()
    page = as_html(paper("ex_partner_with_breach", "en"))
    try:
        with ThreadPoolExecutor(1) as threads:
            for milliseconds in (20, 60, 100, 140):
                ahead = threads.submit(pdf.render_ahead, page)
                time.sleep(milliseconds / 1000)
                assert pdf.render_pdf(paper("colleague", "nl")) == expected
                ahead.result(timeout=600)
    finally:
        pdf._shared.stop()


def test_the_worker_can_be_started_before_the_first_page(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = fake("read(source)\nwhile (html := read(source)) is not None: write(target, b'P', html)")
    monkeypatch.setattr(pdf, "_shared", worker)

    pdf.warm_up()
    process = worker._process

    assert process is not None
    assert (pdf.render_page("page"), worker._process) == (b"page", process)


def test_starting_early_without_the_library_fails_only_who_asks(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = fake("read(source); write(target, b'U', b'OSError')")
    monkeypatch.setattr(pdf, "_shared", worker)
    pdf.warm_up()
    assert worker._process is not None
    worker._process.wait()

    for _time in range(2):
        with pytest.raises(pdf.PdfUnavailableError, match="libpango"):
            pdf.render_page(PLAIN)


def test_a_worker_gets_only_its_own_environment(
    fake: Callable[[str], pdf.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STALKCHECK_SECRET_KEY", "hush")
    worker = fake("read(source); read(source); write(target, b'P', ' '.join(os.environ).encode())")

    names = worker.render(PLAIN).decode().split()

    assert "FONTCONFIG_FILE" in names
    assert "STALKCHECK_SECRET_KEY" not in names


def test_a_batch_keeps_its_order_and_one_failure_fails_one_page(fake: Callable[[str], pdf.Worker]) -> None:
    fake(
        "read(source)\n"
        "while (html := read(source)) is not None:\n"
        "    time.sleep(0.02 if html == b'0' else 0)\n"
        "    write(target, b'F' if html == b'3' else b'P', html)"
    )

    results = list(pdf.render_all([partial(str, number) for number in range(9)], jobs=2))

    assert [type(future.exception()) for future in results].count(pdf.PdfFailedError) == 1
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


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_a_pdf_is_tagged_and_has_no_active_content(name: str, language: str, tmp_path: Path) -> None:
    document = paper(name, language)
    path = tmp_path / "report.pdf"

    path.write_bytes(rendered(name, language))

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
    with pikepdf.open(BytesIO(rendered(name, language))) as made:
        roles = [str(tag.S) for tag in tags_of(made.Root.StructTreeRoot.K)]

    headings = [int(role[2:]) for role in roles if role[:2] == "/H" and role[2:].isdigit()]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(deeper - above <= 1 for above, deeper in pairwise(headings))
    assert roles.index("/H1") < roles.index("/H2") < roles.index("/Table")


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_every_tag_in_a_page_is_in_the_tree_and_running_heads_are_artifacts(name: str, language: str) -> None:
    with pikepdf.open(BytesIO(rendered(name, language))) as made:
        tree = {tag.objgen for tag in tags_of(made.Root.StructTreeRoot.K)}
        numbers = list(made.Root.StructTreeRoot.ParentTree.Nums)
        for page, tagged in zip(made.pages, numbers[1::2], strict=True):
            content = pikepdf.parse_content_stream(page)
            marked = {int(each.operands[1].MCID) for each in content if str(each.operator) == "BDC"}
            assert {tagged[mcid].objgen for mcid in marked} <= tree
            assert any(str(each.operator) == "BMC" and each.operands[0] == "/Artifact" for each in content)


@pytest.mark.pdf
@pytest.mark.parametrize(("name", "language"), COMPLETE)
def test_page_one_stands_alone(name: str, language: str, tmp_path: Path) -> None:
    document = paper(name, language)
    path = tmp_path / "report.pdf"

    path.write_bytes(rendered(name, language))

    first, following = words_of(path).split("\f")[:2]
    for text in (document.page_one.headline, document.page_one.urgency):
        assert text in " ".join(first.split())
    for step in document.page_one.steps:  # in a column, so a title may be cut by its neighbours
        assert set(step.title.split()) <= set(first.split())
    assert document.sections[0].heading in following
    assert document.state in first


@pytest.mark.pdf
def test_the_same_document_gives_the_same_file() -> None:
    assert pdf.render_pdf(paper("colleague", "nl")) == rendered("colleague", "nl")


@pytest.mark.pdf
def test_a_page_that_takes_too_long_is_ended_and_the_next_is_made() -> None:
    worker = pdf.Worker(seconds=6)
    worker.render(PLAIN)
    process = worker._process
    assert process is not None

    with pytest.raises(pdf.PdfFailedError):
        worker.render(ENDLESS)

    assert process.returncode == -signal.SIGPROF
    assert worker.render(PLAIN).startswith(b"%PDF")
    worker.stop()


def test_a_page_that_waits_for_ever_is_ended_by_the_clock() -> None:
    code = (
        "import time; from questionnaire.documents.renderers import pdf_worker as worker; worker.allow(60, 1)"
    )

    ended = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", f"{code}; time.sleep(600)"], cwd=settings.BASE_DIR
    )

    assert ended.returncode == -signal.SIGALRM


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
def test_a_page_that_fetches_anything_fails(
    worker: pdf.Worker, page: str, canary: tuple[str, list[str]]
) -> None:
    url, requests = canary

    with pytest.raises(pdf.PdfFailedError):
        worker.render(page.replace("{url}", url))

    assert requests == []


@pytest.mark.pdf
def test_threads_wait_for_their_turn() -> None:
    documents = [paper(name, "nl") for name in demo.COMPLETE[:2]]

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(pdf.render_pdf, documents * 3))

    assert made == made[:2] * 3


@pytest.mark.pdf
def test_a_worker_ends_when_its_server_is_gone() -> None:
    script = (
        "from questionnaire.documents.renderers import pdf\n"
        f"worker = pdf.Worker(); worker.render({PLAIN!r})\n"
        "print(worker._process.pid, flush=True); import time; time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert server.stdout is not None
    worker = os.pidfd_open(int(server.stdout.readline()))

    server.kill()
    server.wait()
    server.stdout.close()

    ended, _writable, _errors = select.select([worker], [], [], 60)
    os.close(worker)
    assert ended
