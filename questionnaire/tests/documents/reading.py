"""Read back what a document shows, from its blocks, its HTML page and its PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf

from questionnaire.documents.blocks import Section
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile


def one_line(text: str) -> str:
    """Return a text without the line breaks and margin marks of the layout."""
    return " ".join(text.replace("\n  | ", " ").split())


def all_strings(part: object) -> Iterator[str]:
    """Yield every string in a document or a part of it."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from all_strings(inner)
    elif is_dataclass(part):
        for field in fields(part):
            yield from all_strings(getattr(part, field.name))


def section(document: Document, name: str) -> Section:
    """Return the section of a document with this id."""
    return next(section for section in document.sections if section.id == name)


class ParsedPage(HTMLParser):
    """The tags of a page, and its text with a space at each start tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pieces: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "wbr":
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def page_on_paper(intake: IntakeFile, language: str = "nl") -> ParsedPage:
    """Return the page that the PDF of an intake is made from."""
    return ParsedPage(as_html(build_document(intake, language, paper=True)))


def everything_in(document: Document) -> str:
    """Return every text of a document, shown or not."""
    return " ".join((*all_strings(document), as_html(document), as_text(document)))


#: Quotation marks: the stylesheet adds them to quotations, and pdfinfo to text.
_QUOTES = '"\\\u2018\u2019\u201c\u201d'


def words_of(path: Path) -> str:
    """Return the text of a PDF as it is laid out, with a form feed after each page."""
    command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def bottoms_of(path: Path) -> list[float]:
    """Return how far down the lowest word of each page of a PDF stands, in points from the top."""
    command = ["pdftotext", "-bbox", str(path), "-"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    pages = output.split("<page ")[1:]
    return [max(map(float, re.findall(r'yMax="([0-9.]+)"', page)), default=0.0) for page in pages]


def sides_of(path: Path) -> tuple[float, float]:
    """Return between which edges all words of a PDF stand, in points from the left of the sheet."""
    command = ["pdftotext", "-bbox", str(path), "-"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    edges = [(float(left), float(right)) for left, right in re.findall('xMin="(.*?)".*xMax="(.*?)"', output)]
    return min(left for left, _right in edges), max(right for _left, right in edges)


def read_aloud(path: Path) -> str:
    """Return the text of a PDF in the order of its tags, bare, as spaces differ at the ends of lines."""
    command = ["pdfinfo", "-struct-text", "-enc", "UTF-8", str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return bare("".join(re.findall('^ *"(.*)"$', output, re.MULTILINE)))


def bare(text: str) -> str:
    """Return a text without spaces and quotation marks."""
    return "".join(letter for letter in text if not letter.isspace() and letter not in _QUOTES)


def tags_of(node: Any) -> Iterator[Any]:
    """Yield the tags below a node of a structure tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from tags_of(kid)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from tags_of(node.K)
