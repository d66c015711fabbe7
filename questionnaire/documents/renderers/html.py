"""Render a document as the HTML page that a PDF is made from."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import override

from questionnaire.documents.document import Document


def as_html(document: Document) -> str:
    """Return the document as one HTML page for paper, in its own language."""
    with override(document.language):
        return render_to_string("documents/paper.html", {"document": document, "paper": True})
