"""PDFs for an archive: PDF/A-2a by a setting, checked by pikepdf's validator and by checks of our own.

That validator knows level B of PDF/A-2, by the rules of veraPDF, and denies what it does not know. What level
A asks besides is that a file is tagged, says its language, and maps every letter to Unicode.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from django.conf import settings
from pikepdf import pdfa

from questionnaire import demo
from questionnaire.documents.blank_log import render_blank_log
from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.paper_form import render_paper_form
from questionnaire.documents.renderers import pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.tests.documents.reading import tags_of

pytestmark = [pytest.mark.pdf, pytest.mark.untraced]

#: What the validator finds in files of ours: it checks level B, and knows no pattern and no list of shadings.
LEVEL_A = "ISO_19005_2:6.6.4-3"
NAME = "ex_partner_with_breach"
NOT_KNOWN = {"pikepdf:pattern", "pikepdf:colour-space", "pikepdf:schema-Resources"}


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[pdf.Worker]:
    monkeypatch.setattr(settings, "PDF_VARIANT", "pdf/a-2a")
    worker = pdf.Worker()
    yield worker
    worker.stop()


def pages() -> list[str]:
    """Return every edition of an intake with a chart, a whole one in English, and the blank papers."""
    made = [build_document(demo.intake(NAME), "nl", edition, paper=True) for edition in EDITIONS.values()]
    made.append(build_document(demo.intake(NAME), "en", EDITIONS["full"], paper=True))
    return [*map(as_html, made), render_paper_form("nl"), render_blank_log("nl")]


def test_a_file_for_an_archive_breaks_no_rule_that_the_validator_knows(worker: pdf.Worker) -> None:
    for page in pages():
        report = pdfa.validate_written(BytesIO(worker.render(page)), pdfa.Flavour.PDFA_2B)

        broken = {each.rule for each in report.findings if each.kind == "violation"}
        assert broken == {LEVEL_A}, [str(each) for each in report.findings]
        assert {each.rule for each in report.findings} - broken <= NOT_KNOWN


def test_the_validator_would_refuse_a_file_without_its_colour_profile(worker: pdf.Worker) -> None:
    changed = BytesIO()
    with pikepdf.open(BytesIO(worker.render(pages()[0]))) as made:
        del made.Root.OutputIntents
        made.save(changed)

    report = pdfa.validate_written(changed, pdfa.Flavour.PDFA_2B)

    assert "ISO_19005_2:6.2.4.3-2" in {each.rule for each in report.findings if each.kind == "violation"}


def test_a_file_for_an_archive_says_what_it_is_and_brings_all_that_it_needs(worker: pdf.Worker) -> None:
    for page in pages():
        with pikepdf.open(BytesIO(worker.render(page))) as made:
            root = made.Root
            with made.open_metadata() as metadata:
                assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
                assert "pdfuaid:part" not in metadata
            (intent,) = root.OutputIntents
            assert (str(intent.S), int(intent.DestOutputProfile.N)) == ("/GTS_PDFA1", 3)
            assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # the mark of an ICC profile
            assert not made.is_encrypted
            assert "/ID" in made.trailer
            assert not {"/AF", "/OpenAction", "/AA", "/AcroForm"} & set(root.keys())
            assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}).keys())
            assert not [each for each in made.objects if _type(each) in ("/Filespec", "/EmbeddedFile")]
            # What the validator does not look into: patterns repeat a mark, without a mask or a blend.
            assert not [each for each in made.objects if _has(each, "/SMask") or _has(each, "/BM")]
            assert {int(each.PatternType) for each in made.objects if _has(each, "/PatternType")} <= {1}


def test_a_file_for_an_archive_is_tagged_as_the_other_is(
    worker: pdf.Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pages()[0]
    in_tags = _tags(worker.render(page))
    monkeypatch.setattr(settings, "PDF_VARIANT", "pdf/ua-1")
    other = pdf.Worker()

    with pikepdf.open(BytesIO(worker.render(page))) as made:
        assert in_tags == _tags(other.render(page))
        assert str(made.Root.Lang) == "nl"
        assert bool(made.Root.MarkInfo.Marked)
        for font in made.pages[0].Resources.Font.values():
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font

    other.stop()


def test_the_same_page_gives_the_same_file_for_an_archive(worker: pdf.Worker) -> None:
    page = pages()[0]

    assert worker.render(page) == worker.render(page)


def _tags(made: bytes) -> list[str]:
    with pikepdf.open(BytesIO(made)) as opened:
        return [str(tag.S) for tag in tags_of(opened.Root.StructTreeRoot.K)]


def _type(each: pikepdf.Object) -> str:
    return str(each.Type) if _has(each, "/Type") else ""


def _has(each: pikepdf.Object, key: str) -> bool:
    return isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)) and key in each
