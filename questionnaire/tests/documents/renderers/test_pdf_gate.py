"""What every PDF must be, held over generated intakes: tagged in order, closed, and page one on one page."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice, pairwise, product
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest

from questionnaire import demo, documents
from questionnaire.documents import EDITIONS, Chosen
from questionnaire.documents.blocks import Document, Picture
from questionnaire.documents.renderers import pdf
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.follow_up import DONE, Outcome, follow_up
from questionnaire.domain.review import Remarked, Review
from questionnaire.tests import strategies
from questionnaire.tests.documents.renderers.test_pdf import canary, words_of
from questionnaire.tests.documents.test_builder import PAYLOADS, Page, in_every_text, intake
from questionnaire.tests.documents.test_editions import BESIDE, DAY, secrets

__all__ = ["canary"]  # a fixture

pytestmark = pytest.mark.pdf

FEW, MANY, PARTS = 30, 1_000, 4
EVERY_EDITION = [(code, language) for code in EDITIONS for language in ("nl", "en")]
#: They are put around quotations by a stylesheet, and around text by what prints the tags.
_QUOTES = '"\\\u2018\u2019\u201c\u201d'
#: In how many of a hundred intakes page one holds its content on one page.
ON_ONE_PAGE = 95
#: What the making of one may take, in seconds of a processor.
MOST_SECONDS = 2.0


def generated(count: int) -> Iterator[IntakeFile]:
    """Intakes from empty to nearly full, the same ones in every run."""
    random = Random(20261123)  # noqa: S311  (to vary tests)
    for _number in range(count):
        drawn = strategies.Intake({}, tuple(random.sample(strategies.INCIDENTS, random.randint(0, 4))))
        for move in random.sample(strategies.MOVES, random.randint(0, 60)):
            drawn = drawn.with_move(move)
        raw = {item: value for item, value in drawn.raw.items() if not isinstance(value, dict) or value}
        yield intake(raw, incidents=drawn.incidents, date=strategies.TODAY)


# --- What is in the file ------------------------------------------------------------------------------------


def gate(made: bytes, document: Document) -> None:
    """Everything that can be asked of the file itself."""
    page = Page(documents.as_html(document))
    with pikepdf.open(BytesIO(made)) as file:
        root = file.Root
        assert str(root.Lang) == document.language
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo.Title) == document.title
        assert not {"/OpenAction", "/AA", "/AcroForm", "/AF"} & set(root.keys())
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}).keys())
        assert all("/Annots" not in each for each in file.pages)
        for each in file.pages:
            for font in each.Resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        tags = list(_tags(root.StructTreeRoot.K))
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


def _tags(node: Any) -> Iterator[Any]:
    """The tags in reading order."""
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from _tags(kid)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _tags(node.K)


def _scope(tag: Any) -> str:
    attributes = tag.get("/A", pikepdf.Dictionary())
    those = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return next((str(one.Scope) for one in those if "/Scope" in one), "")


def _alternatives(document: Document) -> Iterator[str]:
    on_page_one = [document.front.drawing] if document.has_page_one and document.front.drawing else []
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
    def entries(those: Any) -> Iterator[Any]:
        for one in those:
            yield one
            yield from entries(one.children)

    with file.open_outline() as outline:
        yield from entries(outline.root)


def all_that_is_marked_is_in_a_tag(made: bytes) -> None:
    """What stands in the margins of every page is no text to a reader: neither marked nor in a tag."""
    with pikepdf.open(BytesIO(made)) as file:
        pages = list(file.pages)
        operators = [str(each.operator) for page in pages for each in pikepdf.parse_content_stream(page)]
        marked = operators.count("BDC")
        kids = [tag.K for tag in _tags(file.Root.StructTreeRoot.K) if "/K" in tag]
        numbers = [each for kid in kids for each in (kid if isinstance(kid, pikepdf.Array) else [kid])]
        assert marked == sum(not isinstance(each, pikepdf.Object) for each in numbers)


def check(made: bytes, path: Path) -> None:
    path.write_bytes(made)
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)  # noqa: S603, S607


def read_aloud(path: Path) -> str:
    """The text in the order of the tags, without spaces, as they differ at the ends of lines."""
    command = ["pdfinfo", "-struct-text", "-enc", "UTF-8", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return bare("".join(re.findall('^ *"(.*)"$', told, re.MULTILINE)))


def in_order(document: Document) -> str:
    """The text of the page that the PDF is made from, without titles: they are told apart."""
    html = re.sub("<title.*?</title>", "", documents.as_html(document), flags=re.DOTALL)
    return bare(Page(html).text)


def bare(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace() and letter not in _QUOTES)


@pytest.mark.parametrize(("code", "language"), EVERY_EDITION)
def test_every_edition_passes_the_gate(code: str, language: str, tmp_path: Path) -> None:
    document = documents.make(demo.intake("ex_partner_with_breach"), language, EDITIONS[code], paper=True)

    made = pdf.render_pdf(document)

    assert len(made) < 150_000
    gate(made, document)
    all_that_is_marked_is_in_a_tag(made)
    check(made, tmp_path / "report.pdf")
    assert read_aloud(tmp_path / "report.pdf") == in_order(document)
    if code == "client":
        with pikepdf.open(BytesIO(made)) as file:
            assert len(file.pages) == 1


def hold(those: Iterable[IntakeFile], path: Path) -> None:
    """The gate, no rendering that takes long, and page one on one page in nearly all."""
    whole: list[bool] = []
    for number, told in enumerate(those):
        document = documents.full(told, ("nl", "en")[number % 2], paper=True)
        made, seconds = measured(document)
        assert seconds < MOST_SECONDS
        gate(made, document)
        path.write_bytes(made)
        whole.append(_starts(words_of(path).split("\f")[1], document))
        _nothing_urgent_is_cut(read_aloud(path), document)
    assert sum(whole) * 100 >= len(whole) * ON_ONE_PAGE, f"{sum(whole)} of {len(whole)}"


def measured(document: Document) -> tuple[bytes, float]:
    """The PDF, and the seconds of a processor that its worker took: those of a clock count other work too."""
    before = _seconds_of_the_worker()
    made = pdf.render_pdf(document)
    return made, _seconds_of_the_worker() - before


def _seconds_of_the_worker() -> float:
    process = pdf._shared._process
    if process is None:
        return 0.0
    after_the_name = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_the_name[11]) + int(after_the_name[12])) / os.sysconf("SC_CLK_TCK")


def the_fear_is_first(told: IntakeFile) -> None:
    for edition, language in product(EDITIONS.values(), ("nl", "en")):
        document = documents.make(told, language, edition)
        assert document.sections[0].id == "fear", (edition.code, language)
        text = documents.as_text(document)
        begins = [text.index(f"{section.heading.upper()}\n=") for section in document.sections[:2]]
        assert begins == sorted(begins)
        page = Page(documents.as_html(replace(document, emergency=None)))
        # On paper the full edition begins with page one; what stands before its first section is the fear.
        heading = document.front.headline if document.has_page_one else document.sections[0].heading
        assert page.tags.index("h1") < page.tags.index("h2")
        assert bare(page.text.partition(document.title)[2]).startswith(bare(heading)), (
            edition.code,
            language,
        )


def _starts(page: str, document: Document) -> bool:
    """Whether the second page begins with the first section after page one."""
    _running, below = re.split(r"^2 (?:van|of) \d+$", page, maxsplit=1, flags=re.MULTILINE)
    return below.strip().startswith(document.sections[0].heading)


def _nothing_urgent_is_cut(told: str, document: Document) -> None:
    front = document.front
    urgent = [*front.danger_signs, *(step.title for step in front.steps), front.police, front.pattern]
    urgent += [document.emergency.text] if document.emergency else []
    for words in urgent:
        assert bare(words) in told, words


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["ex_partner_with_breach", "stranger_online"])
@pytest.mark.parametrize("danger", ["no", "now"])
def test_page_one_of_a_full_conversation_is_one_page(
    danger: str, name: str, language: str, tmp_path: Path
) -> None:
    told = demo.intake(name)
    answers = Answers.parse({**dict(told.answers), "danger_now": danger}, told.date)
    document = documents.full(replace(told, answers=answers), language, paper=True)
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.render_pdf(document))

    assert bool(document.front.drawing) is (danger == "no")
    assert _starts(words_of(path).split("\f")[1], document)


def test_some_generated_intakes_pass_and_have_one_page_one(tmp_path: Path) -> None:
    hold(generated(FEW), tmp_path / "report.pdf")


def test_the_fear_is_first_in_every_edition_of_some() -> None:
    for told in generated(FEW // 10):
        the_fear_is_first(told)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_a_thousand_generated_intakes_pass_and_have_one_page_one(part: int, tmp_path: Path) -> None:
    those = list(islice(generated(MANY), part, None, PARTS))
    for told in those:
        the_fear_is_first(told)
    hold(those, tmp_path / "report.pdf")


# --- What must not be in the file ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("code", "may"),
    [
        ("police", {"zqreference", "zqauthor", "zqwhat", "zqevidence"}),
        ("advice", set()),
        ("report", {"zqreference", "zqauthor", "zqwhat"}),
        ("client", set()),
    ],
)
def test_no_secret_is_anywhere_in_the_file(code: str, may: set[str], language: str, tmp_path: Path) -> None:
    path, plain = tmp_path / "report.pdf", tmp_path / "plain.pdf"
    document = documents.make(secrets(), language, EDITIONS[code], paper=True, **BESIDE)
    path.write_bytes(pdf.render_pdf(document))

    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, plain], check=True)  # noqa: S603, S607

    # Text is drawn by glyph, so what is read from the page and what stands in the bytes are both looked at.
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
    chosen = Chosen(frozenset(edition.on_tick), ground=" ".join(payloads))
    document = documents.make(in_every_text(payloads), "en", edition, chosen, paper=True, **marked(payloads))
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf.render_pdf(document))

    gate(path.read_bytes(), document)
    printed = "".join(words_of(path).split())
    for payload in payloads:
        assert printed.count("".join(payload.split())) >= 5, payload
    assert "root:x:0" not in printed
    assert requests == []


def marked(payloads: list[str]) -> dict[str, Any]:
    """Markup in what stands beside the intake."""
    text = " ".join(payloads)
    return {
        "follow_up": follow_up([Outcome("consult_police", DONE, who=text, why=text)], [], None),
        "review": Review((Remarked("threats", text, text, text, text),), text, DAY),
    }


def test_three_texts_without_a_space_come_out_in_time_and_the_text_edition_holds_all() -> None:
    words = [letters * 10_000 for letters in ("ij", "oe", "ui")]
    told = intake(dict(zip(("fear_own_words", "client_wishes", "safe_contact"), words, strict=True)))
    pdf.render_pdf(documents.full(demo.intake("nothing_answered"), "nl", paper=True))

    made, seconds = measured(documents.full(told, "nl", paper=True))

    assert made.startswith(b"%PDF")
    # Text without breaks once took two minutes.
    assert seconds < MOST_SECONDS
    plain = documents.as_text(documents.make(told, "nl", EDITIONS["text"]))
    assert all(each in plain for each in words)
