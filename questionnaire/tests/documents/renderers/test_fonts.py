"""Other scripts in a PDF: each word in its font and from its own side, in files that are what they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from pikepdf import pdfa

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import fonts, pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.domain.answers import Answers
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.reading import tags_of, words_of

AFRAID, PEACE = "\u0623\u062e\u0627\u0641", "\u05e9\u05dc\u05d5\u05dd"
#: Words without letters that join, of which the text of a PDF can be compared.
WORDS = {
    "Arabic": "\u062f\u0631\u0628",
    "Hebrew": PEACE,
    "Devanagari": "\u0928\u092e\u0928",
    "Tamil": "\u0bb5\u0ba3\u0b95",
    "Thai": "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "Chinese": "\u738b\u5e05\uff0c\u4ed6\u6765\u3002",
    "Japanese": "\u3053\u3093\u306b\u3061\u306f",
    "Ge'ez": "\u1230\u120b\u121d",
    "Armenian": "\u0532\u0561\u0580\u0565\u0582",
    "Georgian": "\u10d2\u10d0\u10db\u10d0",
    "Syriac": "\u072b\u0720\u0721\u0710",
    "Tifinagh": "\u2d30\u2d63\u2d53\u2d4d",
}
_CHILD = """
import json, sys
from hashlib import sha256
from questionnaire.documents.renderers import pdf, pdf_worker
page, others, is_quick = json.load(sys.stdin)
render = pdf_worker.renderer(pdf.STYLESHEET.read_text(), is_quick=is_quick, other_fonts=others)
print(sha256(render(page)).hexdigest())
"""
in_pdf = pytest.mark.pdf


@pytest.fixture
def worker(other_fonts: tuple[str, ...]) -> Iterator[pdf.Worker]:
    worker = pdf.Worker()
    yield worker
    worker.stop()


def page() -> str:
    """Return a summary with every script in the client's own words, the log, and the head of each page."""
    intake = demo.intake("ex_partner_with_breach")
    words = " ".join(WORDS.values())
    answers = Answers({**dict(intake.answers), "fear_own_words": f"{AFRAID} (2) {words}."})
    incidents = tuple(
        Incident("2026-03-20", "home", what=f"Hij riep {word} 12 keer (in de hal).", witness=word)
        for word in WORDS.values()
    )
    changed = replace(intake, answers=answers, incidents=incidents, author=WORDS["Ge'ez"])
    return as_html(build_document(changed, "nl", paper=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ik ben bang.", "Ik ben bang."),
        (f"{AFRAID}, 12 maart", f"\u2067{AFRAID}\u2069, 12 maart"),
        (f"Hij: {AFRAID} 3 {PEACE}!", f"Hij: \u2067{AFRAID} 3 {PEACE}\u2069!"),
        (f"{AFRAID} riep {PEACE}", f"\u2067{AFRAID}\u2069 riep \u2067{PEACE}\u2069"),
        (f"{AFRAID} &quot;{PEACE}&quot;", f"\u2067{AFRAID} &quot;{PEACE}\u2069&quot;"),
        (f"<b>{AFRAID}</b> {PEACE}", f"<b>\u2067{AFRAID}\u2069</b> \u2067{PEACE}\u2069"),
        (f"{AFRAID}\n{PEACE}", f"\u2067{AFRAID}\u2069\n\u2067{PEACE}\u2069"),
        (f"{AFRAID} &amp; {PEACE}", f"\u2067{AFRAID}\u2069 &amp; \u2067{PEACE}\u2069"),
    ],
)
def test_a_phrase_from_right_to_left_is_kept_apart(text: str, expected: str) -> None:
    assert fonts.set_directions(f"<p>{text}</p>") == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        (f"{AFRAID} zei hij", ' dir="rtl"'),
        (f"&quot;(2) _<wbr>{PEACE}", ' dir="rtl"'),
        (f"Hij zei {AFRAID}", ""),
        ("\u738b " + AFRAID, ""),
        (f"12. </p><p>{AFRAID}", ""),
        ("", ""),
    ],
)
def test_the_first_letter_says_from_which_side_an_element_runs(text: str, direction: str) -> None:
    made = fonts.set_directions(f'<p dir="auto">{text}</p>')

    assert made.startswith(f"<p{direction}>")
    assert "auto" not in made


def test_ten_thousand_words_and_signs_take_no_longer_than_their_number() -> None:
    for part in (f"{AFRAID} ", f"{AFRAID}   .", ". ", "\u0650", "&quot;"):
        text = f"<p>{part * 10_000}</p>"
        assert len(fonts.set_directions(text)) - len(text) in (0, 2)


@in_pdf
def test_every_script_is_printed_and_read_aloud(worker: pdf.Worker, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(worker.render(page()))

    text = " ".join(words_of(path).split())

    for script, word in WORDS.items():
        assert text.count(word) >= 3, script
    assert text.count("keer (in de hal)") >= len(WORDS), "brackets are read as they are seen"
    assert ")in de hal(" not in text
    assert "[" not in text
    assert WORDS["Ge'ez"] in words_of(path).partition("\n")[0]


@in_pdf
@pytest.mark.parametrize("variant", ["pdf/ua-1", "pdf/a-2a"])
def test_the_file_is_what_it_must_be(
    worker: pdf.Worker, variant: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "PDF_VARIANT", variant)
    made = worker.render(page())

    assert worker.render(page()) == made
    (tmp_path / "report.pdf").write_bytes(made)
    subprocess.run(["qpdf", "--check", str(tmp_path / "report.pdf")], check=True, capture_output=True)  # noqa: S603, S607
    with pikepdf.open(BytesIO(made)) as file:
        found = [each for each in file.objects if _is_font(each)]
        assert len(found) > len(WORDS)
        for font in found:
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font
            assert str(font.BaseFont)[7] == "+", "a subset"
        assert [tag for tag in tags_of(file.Root.StructTreeRoot.K) if tag.S == "/H1"]
    if variant == "pdf/a-2a":
        report = pdfa.validate_written(BytesIO(made), pdfa.Flavour.PDFA_2B)
        assert {each.rule for each in report.findings if each.kind == "violation"} == {"ISO_19005_2:6.6.4-3"}


@in_pdf
def test_the_bytes_are_those_that_weasyprint_makes_by_itself(other_fonts: tuple[str, ...]) -> None:
    others = pairs(other_fonts)
    made = {digest(page(), others, is_quick) for is_quick in (True, False)}

    assert len(made) == 1


@in_pdf
def test_a_page_without_other_scripts_is_the_same_with_and_without_the_fonts(
    other_fonts: tuple[str, ...],
) -> None:
    plain = as_html(build_document(demo.intake("colleague"), "nl", paper=True))

    assert digest(plain, pairs(other_fonts), True) == digest(plain, (), True)


@in_pdf
def test_a_font_that_went_away_is_no_error(tmp_path: Path) -> None:
    gone = ((str(tmp_path / "gone.ttf"), "0600-06ff"),)

    assert digest(page(), gone, True) == digest(page(), (), True)


def pairs(other_fonts: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(other_fonts[::2], other_fonts[1::2], strict=True))


def digest(html: str, others: Any, is_quick: bool) -> str:
    """Return the hash of the PDF, made in a process of its own: it changes WeasyPrint for good."""
    environment = {**os.environ, **pdf.ENVIRONMENT, "PYTHONPATH": str(pdf.STYLESHEET.parents[3])}
    made = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", _CHILD],
        input=json.dumps([html, others, is_quick]).encode(),
        capture_output=True,
        check=True,
        cwd=pdf.FONTS,
        env=environment,
    )
    return made.stdout.decode()


def _is_font(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and "/DescendantFonts" in each
