"""Documents: a summary in an edition and a format, ready to be shown, saved or printed."""

from __future__ import annotations

import json

from django.template.loader import render_to_string
from django.utils.translation import override

from questionnaire.documents.blocks import Document
from questionnaire.documents.builder import make
from questionnaire.documents.editions import EDITIONS, Chosen
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.summary import summarise, to_json

__all__ = ["EDITIONS", "Chosen", "as_html", "as_json", "as_text", "full", "make"]


def full(intake: IntakeFile, language: str, *, paper: bool = False) -> Document:
    """The full edition of an intake: everything in the file, the fear first."""
    return make(intake, language, paper=paper)


def as_html(document: Document) -> str:
    """The document as the page that a PDF is made from."""
    with override(document.language):
        return render_to_string("documents/paper.html", {"document": document, "paper": True})


def as_json(intake: IntakeFile, language: str) -> str:
    """The machine-readable summary on one line, its words in the language."""
    with override(language):
        summary = summarise(intake.answers, intake.incidents, intake.date)
        data = to_json(summary, reference=intake.reference, on=intake.date, language=language)
        return json.dumps(data, ensure_ascii=False)
