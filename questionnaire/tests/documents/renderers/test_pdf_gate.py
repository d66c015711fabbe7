"""Every PDF, also of generated intakes: tagged in order, without active content, page one on one page."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice, pairwise, product
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from questionnaire import demo
from questionnaire.documents import redaction
from questionnaire.documents.blocks import Picture
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, EditionOptions
from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.follow_up import DONE, Outcome, sorted_follow_up
from questionnaire.domain.incidents import Incident
from questionnaire.domain.review import Review, ReviewRemark
from questionnaire.tests.documents.examples import (
    DAY,
    EVERY_EDITION,
    FOLLOW_UP_AND_REVIEW,
    PAYLOADS,
    everything_answered,
    generated,
    in_every_text,
    intake_file,
    secrets,
)
from questionnaire.tests.documents.reading import ParsedPage, bare, bottoms_of, read_aloud, tags_of, words_of

pytestmark = pytest.mark.pdf

FEW, MANY, PARTS = 30, 1_000, 4
#: In points from the top of an A4: half of what is between its margins.
HALF_A_PAGE = 437
#: Most processor time of a document, as a multiple of an ordinary one in the same run.
MOST_TIMES = 5


def assert_sound(content: bytes, document: Document) -> None:
    """Assert that a PDF is tagged in order, has the alternatives of its pictures, and no active content."""
    page = ParsedPage(as_html(document))
    with pikepdf.open(BytesIO(content)) as file:
        root = file.Root
        assert str(root.Lang) == document.language
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo.Title) == document.title
        assert not {"/OpenAction", "/AA", "/AcroForm", "/AF"} & set(root.keys())
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}).keys())
        assert all("/Annots" not in pdf_page for pdf_page in file.pages)
        for pdf_page in file.pages:
            for font in pdf_page.Resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        tags = list(tags_of(root.StructTreeRoot.K))
        roles = [str(tag.S) for tag in tags]
        headings = [int(role[2:]) for role in roles if re.fullmatch("/H[1-6]", role)]
        assert headings[0] == headings.count(1) == 1
        assert all(deeper - above <= 1 for above, deeper in pairwise(headings))
        assert headings == [int(tag[1:]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
        assert roles.count("/Figure") == page.tags.count("svg")
        assert all(_scope(tag) in ("/Column", "/Row") for tag in tags if tag.S == "/TH")
        assert [str(tag.Alt) for tag in tags if tag.S == "/Figure"] == list(_alternatives(document))
        outline = [str(entry.title) for entry in _outline(file)]
        assert len(outline) == len(headings)


def _scope(tag: Any) -> str:
    attributes = tag.get("/A", pikepdf.Dictionary())
    owners = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return next((str(owner.Scope) for owner in owners if "/Scope" in owner), "")


def _alternatives(document: Document) -> Iterator[str]:
    on_page_one = [document.page_one.drawing] if document.has_page_one and document.page_one.drawing else []
    for drawing in (*on_page_one, *_drawings(document)):
        found = re.search("<title[^>]*>(.*?)</title>", drawing)
        assert found
        yield found[1]


def _drawings(document: Document) -> Iterator[str]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Picture):
                yield block.drawing


def _outline(file: Any) -> Iterator[Any]:
    def entries(items: Any) -> Iterator[Any]:
        for item in items:
            yield item
            yield from entries(item.children)

    with file.open_outline() as outline:
        yield from entries(outline.root)


def assert_all_marked_content_is_in_a_tag(content: bytes) -> None:
    """Assert that all marked content is tagged, so that page margins are no text to a screen reader."""
    with pikepdf.open(BytesIO(content)) as file:
        pages = list(file.pages)
        operators = [str(item.operator) for page in pages for item in pikepdf.parse_content_stream(page)]
        marked = operators.count("BDC")
        kids = [tag.K for tag in tags_of(file.Root.StructTreeRoot.K) if "/K" in tag]
        numbers = [number for kid in kids for number in (kid if isinstance(kid, pikepdf.Array) else [kid])]
        assert marked == sum(not isinstance(number, pikepdf.Object) for number in numbers)


def assert_valid(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)  # noqa: S603, S607


def bare_text(document: Document) -> str:
    """Return the bare text of the page that the PDF is made from, without titles of pictures."""
    html = re.sub("<title.*?</title>", "", as_html(document), flags=re.DOTALL)
    return bare(ParsedPage(html).text)


@pytest.mark.parametrize(("code", "language"), EVERY_EDITION)
def test_every_edition_passes_the_gate(code: str, language: str, tmp_path: Path) -> None:
    document = build_document(demo.intake("ex_partner_with_breach"), language, EDITIONS[code], paper=True)

    content = pdf.render_pdf(document)

    assert len(content) < 150_000
    assert_sound(content, document)
    assert_all_marked_content_is_in_a_tag(content)
    assert_valid(content, tmp_path / "report.pdf")
    assert read_aloud(tmp_path / "report.pdf") == bare_text(document)
    if code == "client":
        with pikepdf.open(BytesIO(content)) as file:
            assert len(file.pages) == 1


def assert_all_pass(intakes: Iterable[IntakeFile], path: Path) -> None:
    """Assert that each PDF is sound and quickly made, page one on one page, and pages filled."""
    most_seconds = MOST_TIMES * ordinary_seconds()
    for number, intake in enumerate(intakes):
        document = build_document(intake, ("nl", "en")[number % 2], paper=True)
        content, seconds = measure(document)
        assert seconds < most_seconds
        assert_sound(content, document)
        path.write_bytes(content)
        assert _continues_on_page_two(words_of(path).split("\f")[1], document), number
        assert_filled(path)
        _assert_nothing_urgent_is_cut(read_aloud(path), document)


def assert_filled(path: Path) -> None:
    """Assert that no page is more than half empty but the last."""
    *pages, _last = bottoms_of(path)
    assert [bottom for bottom in pages if bottom < HALF_A_PAGE] == []


def measure(document: Document) -> tuple[bytes, float]:
    """Return the PDF, and the seconds of processor time that the running worker took for it."""
    before = _seconds_of_worker()
    content = pdf.render_pdf(document)
    return content, _seconds_of_worker() - before


def ordinary_seconds() -> float:
    """Return the processor time that a started worker takes for a full demo intake."""
    document = build_document(demo.intake("ex_partner_with_breach"), "nl", paper=True)
    pdf.render_pdf(document)
    return measure(document)[1]


def _seconds_of_worker() -> float:
    process = pdf._shared._process
    assert process is not None
    after_name = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def assert_fear_is_first(intake: IntakeFile) -> None:
    for edition, language in product(EDITIONS.values(), ("nl", "en")):
        document = build_document(intake, language, edition)
        # The edition for advice opens with the question.
        first = "question" if edition.code == "advice" else "fear"
        assert document.sections[0].id == first, (edition.code, language)
        text = as_text(document)
        begins = [text.index(f"{section.heading.upper()}\n=") for section in document.sections[:2]]
        assert begins == sorted(begins)
        page = ParsedPage(as_html(replace(document, emergency=None)))
        # On paper the full edition begins with page one: the client's own words, then the headline.
        heading = document.page_one.headline if document.has_page_one else document.sections[0].heading
        excerpt = document.page_one.own_words if document.has_page_one else None
        words = bare(excerpt.text) if excerpt else ""
        content = bare(page.text.partition(document.title)[2])
        assert page.tags.index("h1") < page.tags.index("h2")
        assert content.startswith(words), (edition.code, language)
        # Between the two there is a line at most, which says that the words go on.
        between = content.removeprefix(words).partition(bare(heading))[0]
        assert len(between) < 60, (edition.code, language)


def _continues_on_page_two(page: str, document: Document) -> bool:
    """Return whether the second page begins with the first section after page one."""
    _running, below = re.split(r"^2 (?:van|of) \d+$", page, maxsplit=1, flags=re.MULTILINE)
    return below.strip().startswith(document.sections[0].heading)


def _assert_nothing_urgent_is_cut(content: str, document: Document) -> None:
    first = document.page_one
    urgent = [*first.danger_signs, *(step.title for step in first.steps), first.pattern]
    urgent += [*first.also_concerning, first.consult, *first.own_concern]
    urgent += [document.emergency.text] if document.emergency else []
    for text in urgent:
        assert bare(text) in content, text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["ex_partner_with_breach", "stranger_online"])
@pytest.mark.parametrize("danger", ["no", "now"])
def test_page_one_of_a_full_conversation_is_one_page(
    danger: str, name: str, language: str, tmp_path: Path
) -> None:
    intake = demo.intake(name)
    answers = Answers.parse({**dict(intake.answers), "danger_now": danger}, intake.date)
    document = build_document(replace(intake, answers=answers), language, paper=True)
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.render_pdf(document))

    assert bool(document.page_one.drawing) is (danger == "no")
    assert _continues_on_page_two(words_of(path).split("\f")[1], document)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", ["full", "police", "report", "advice"])
@pytest.mark.parametrize("danger", ["no", "now"])
def test_with_everything_at_its_longest_page_one_is_one_page_and_pages_are_filled(
    danger: str, code: str, language: str, tmp_path: Path
) -> None:
    document = build_document(
        at_its_longest(danger), language, EDITIONS[code], paper=True, **FOLLOW_UP_AND_REVIEW
    )
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.render_pdf(document))

    assert_filled(path)
    if document.has_page_one:
        assert bool(document.emergency) is (danger == "now")
        assert _continues_on_page_two(words_of(path).split("\f")[1], document)
        _assert_nothing_urgent_is_cut(read_aloud(path), document)


def at_its_longest(danger: str) -> IntakeFile:
    """Return an intake with every signal, long words everywhere, and fifteen incidents."""
    text = 12 * "Hij stond weer voor de deur en riep mijn naam, en belde daarna de hele nacht door. "
    intake = everything_answered()
    values = {item.id: text for item in ITEMS.values() if item.kind == "text"}
    incident = Incident(
        "2026-03-20", "home", what=text[:400], evidence=text[:200], witness="buurvrouw", reported=True
    )
    return replace(
        intake,
        answers=Answers({**dict(intake.answers), **values, "danger_now": danger}),
        incidents=(incident,) * 15,
        running_note=text,
        view=text,
        notes=dict.fromkeys(ITEMS, text[:300]),
    )


@pytest.mark.parametrize("name", demo.NAMES)
def test_no_page_of_a_demo_intake_is_more_than_half_empty_but_the_last(name: str, tmp_path: Path) -> None:
    for code, language in EVERY_EDITION:
        path = tmp_path / f"{code}-{language}.pdf"
        document = build_document(demo.intake(name), language, EDITIONS[code], paper=True)
        if not EDITIONS[code].is_plain_text:
            path.write_bytes(pdf.render_pdf(document))
            assert_filled(path)


def test_some_generated_intakes_pass_and_have_one_page_one(tmp_path: Path) -> None:
    assert_all_pass(generated(FEW), tmp_path / "report.pdf")


def test_the_fear_is_first_in_every_edition_of_some() -> None:
    for intake in generated(FEW // 10):
        assert_fear_is_first(intake)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_a_thousand_generated_intakes_pass_and_have_one_page_one(part: int, tmp_path: Path) -> None:
    intakes = list(islice(generated(MANY), part, None, PARTS))
    for intake in intakes:
        assert_fear_is_first(intake)
    assert_all_pass(intakes, tmp_path / "report.pdf")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("code", "may"),
    [
        (
            "police",  # with the breaches of the order, which the police can act on
            {"zqreference", "zqauthor", "zqwhat", "zqevidence", "zqorder", "zqdesk", "zqnumber", "zqreply"},
        ),
        ("advice", set()),
        ("report", set()),
        ("client", set()),
    ],
)
def test_no_secret_is_anywhere_in_the_file(code: str, may: set[str], language: str, tmp_path: Path) -> None:
    path, plain = tmp_path / "report.pdf", tmp_path / "plain.pdf"
    document = build_document(secrets(), language, EDITIONS[code], paper=True, **FOLLOW_UP_AND_REVIEW)
    path.write_bytes(pdf.render_pdf(document))

    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, plain], check=True)  # noqa: S603, S607

    # Text is drawn by glyph, so search the extracted text as well as the bytes.
    inside = words_of(path) + plain.read_bytes().decode("latin-1")
    inside += plain.read_bytes().decode("utf-16-be", errors="replace")
    assert set(re.findall("zq[a-z]+", inside)) == may


@pytest.mark.parametrize("code", ["full", "police", "report"])
def test_markup_is_printed_and_fetches_nothing(
    code: str, tmp_path: Path, canary: tuple[str, list[str]]
) -> None:
    url, requests = canary
    payloads = [payload.replace("http://127.0.0.1:9", url) for payload in PAYLOADS]
    edition = EDITIONS[code]
    intake = in_every_text(payloads)
    sentences = frozenset(sentence.key for sentence in redaction.sentences(intake))
    chosen = EditionOptions(frozenset(edition.on_tick), sentences, ground=" ".join(payloads))
    document = build_document(intake, "en", edition, chosen, paper=True, **marked(payloads))
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf.render_pdf(document))

    assert_sound(path.read_bytes(), document)
    printed = "".join(words_of(path).split())
    for payload in payloads:
        assert printed.count("".join(payload.split())) >= 5, payload
    assert "root:x:0" not in printed
    assert requests == []


def marked(payloads: list[str]) -> dict[str, Any]:
    """Return a follow-up and a review with markup in every text."""
    text = " ".join(payloads)
    return {
        "follow_up": sorted_follow_up([Outcome("consult_police", DONE, who=text, why=text)], [], None),
        "review": Review((ReviewRemark("threats", text, text, text, text),), text, DAY),
    }


def test_texts_without_a_space_take_about_as_long_as_others_and_plain_text_has_them_whole() -> None:
    unbroken = [letters * 10_000 for letters in ("ij", "oe", "ui", "ei", "au")]
    ordinary = [" ".join([letters[:8]] * (len(letters) // 9)) for letters in unbroken]
    pdf.render_pdf(build_document(demo.intake("nothing_answered"), "nl", paper=True))

    (content, seconds), (_content, ordinary_time) = (
        measure(build_document(with_texts(texts), "nl", paper=True)) for texts in (unbroken, ordinary)
    )

    assert content.startswith(b"%PDF")
    # Text without breaks once took a hundred times as long.
    assert seconds < MOST_TIMES * ordinary_time
    plain = as_text(build_document(with_texts(unbroken), "nl", EDITIONS["text"]))
    assert all(text in plain for text in unbroken)


def with_texts(texts: list[str]) -> IntakeFile:
    *answers, view, note = texts
    items = ("fear_own_words", "client_wishes", "safe_contact")
    return intake_file(dict(zip(items, answers, strict=True)), view=view, notes={"threats": note})
