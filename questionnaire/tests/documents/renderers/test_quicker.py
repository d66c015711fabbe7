"""What makes WeasyPrint quicker: the same bytes, nothing kept of a document, and one version that it fits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from questionnaire import demo
from questionnaire.documents.blank_log import render_blank_log
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.paper_form import render_paper_form
from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.html import as_html

pytestmark = [pytest.mark.pdf, pytest.mark.untraced]

#: Marks, tabs, breaks, letters that join, and others from right to left.
_WORDS = (
    "AVATAR To ﬁets “aan\xadein\xadge\xadscho\xadven” e\u0301 \u200b مرحبا שלום\tna een tab "
    "lang/woord-met-streepjes;" + "a" * 400
)
_UNUSUAL = f"""<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>x</title></head>
<body data-running="Hoofd AV To" data-of="van">
<blockquote class="large"><p>{_WORDS}\nen\n\n  verder</p></blockquote>
<table class="front"><thead><tr><th scope="col">{_WORDS}</th><th>b</th></tr></thead>
<tbody><tr><td><em>schuin</em> <u>streep</u> <s>door</s><br>&nbsp;{_WORDS}</td><td>{"woord " * 300}</td></tr>
</tbody></table><ul><li>een</li><li>twee</li></ul><p dir="rtl">שלום abc 123</p></body></html>"""
_NO_XML = "<!doctype html><html lang=en><title>Report</title><body><p>Words.<p>And & more."
#: Renders the pages on standard input, and writes what the test asks for.
_CHILD = """
import gc, json, sys
from hashlib import sha256
from questionnaire.documents.renderers import pdf, pdf_worker
pages = json.load(sys.stdin)
QUICKER = "questionnaire.documents.renderers.quicker"
def hashes(**options):
    render = pdf_worker.renderer(pdf.STYLESHEET.read_text(), **options)
    return [sha256(render(page)).hexdigest() for page in pages]
def write(result):
    json.dump(result, sys.stdout)
"""


def child(code: str, pages: list[str]) -> Any:
    """Return what the code wrote, in a process of its own: it changes WeasyPrint for good."""
    root = str(pdf.STYLESHEET.parents[3])
    made = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", _CHILD + code],
        input=json.dumps(pages).encode(),
        capture_output=True,
        check=True,
        cwd=pdf.FONTS,
        env={**os.environ, **pdf.ENVIRONMENT, "PYTHONPATH": root},
    )
    return json.loads(made.stdout)


def edition(name: str, language: str, code: str) -> str:
    return as_html(build_document(demo.intake(name), language, EDITIONS[code], paper=True))


def some_pages() -> list[str]:
    """Return every edition and every intake, each once."""
    first = demo.COMPLETE[0]
    return [
        *(edition(first, "nl", code) for code in EDITIONS),
        *(edition(name, "en", "full") for name in demo.NAMES),
        *(render_paper_form(language) for language in ("nl", "en")),
        render_blank_log("nl"),
        _UNUSUAL,
        _NO_XML,
    ]


def test_the_bytes_are_those_that_weasyprint_makes_by_itself() -> None:
    plain = child("write(hashes(is_quick=False))", some_pages())

    assert child("write(hashes())", some_pages()) == plain
    assert len(set(plain)) == len(plain)


def test_the_bytes_are_those_of_weasyprint_in_a_file_for_an_archive() -> None:
    page = some_pages()[:1]
    code = """
made = [hashes(variant="pdf/a-2a"), hashes()]  # WeasyPrint is changed by the first for good
write(made)
"""
    plain, other = child('write([hashes(variant="pdf/a-2a", is_quick=False), hashes(is_quick=False)])', page)

    assert child(code, page) == [plain, other]
    assert plain != other


@pytest.mark.soak
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", demo.NAMES)
def test_the_bytes_are_the_same_for_every_intake_edition_and_language(name: str, language: str) -> None:
    pages = [edition(name, language, code) for code in EDITIONS]

    assert child("write(hashes())", pages) == child("write(hashes(is_quick=False))", pages)


def test_another_version_of_weasyprint_is_left_as_it_is() -> None:
    code = """
import weasyprint
from weasyprint.text import line_break
weasyprint.__version__ = "70.1"
theirs = line_break.split_first_line, weasyprint.svg.SVG.draw_node
made = hashes()
write([theirs == (line_break.split_first_line, weasyprint.svg.SVG.draw_node), len(made)])
"""
    assert child(code, [_NO_XML]) == [True, 1]


def test_nothing_that_was_typed_is_kept() -> None:
    typed = "Kanariegeel"
    pages = [
        edition(demo.COMPLETE[0], "nl", "full").replace("</blockquote>", f"<p>{typed}</p></blockquote>", 1)
    ]
    code = f"""
hashes()
kept = [
    f"{{name}}.{{key}}"
    for name, module in sys.modules.items() if name.startswith(QUICKER)
    for key, value in vars(module).items() if {typed!r} in repr(value)
]
lines = sys.modules[QUICKER + ".shaping"]._lines
write([kept, len(lines)])
"""
    assert typed in pages[0]
    assert child(code, pages) == [[], 0]


def test_a_page_that_is_no_xml_is_read_as_html() -> None:
    code = """
hashes()
Page = sys.modules[QUICKER].Page
def tags(page):
    return [each.tag for each in Page(page, None).etree_element.iter()]
write([tags(page) for page in pages])
"""
    entity = '<!doctype html><!DOCTYPE x [<!ENTITY a "aa">]><html><head></head><body>&a;</body></html>'

    assert child(code, [_NO_XML, entity]) == [
        ["html", "head", "title", "body", "p", "p"],
        ["html", "head", "body"],
    ]


def test_labels_of_pictures_are_words_and_no_pictures_of_their_own() -> None:
    made = pdf.render_pdf(build_document(demo.intake("ex_partner_with_breach"), "nl", paper=True))

    with pikepdf.open(BytesIO(made)) as file:
        streams = [each for each in file.objects if isinstance(each, pikepdf.Stream)]
        forms = [each.read_bytes() for each in streams if each.get("/Subtype") == "/Form"]
    assert forms  # the patterns of the bars
    assert not any(b"BT" in form for form in forms)
