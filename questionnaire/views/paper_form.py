"""Offer the questions as a blank form on paper. It contains nothing of an intake."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.documents.paper_form import LANGUAGES, render_paper_form
from questionnaire.documents.renderers.pdf import PdfError, render_page
from questionnaire.domain import dates
from questionnaire.views.summary import pdf_download


def sheet(request: HttpRequest) -> HttpResponse:
    """Show what the form is for; a post returns its PDF in a language."""
    language = request.POST.get("sheet", "")
    if language not in LANGUAGES:
        return render(request, "intakes/paper_form.html")
    try:
        pdf = render_page(render_paper_form(language))
    except PdfError as error:
        return render(request, "intakes/paper_form.html", {"no_pdf": str(error)}, status=503)
    return pdf_download(pdf, f"SC-{dates.today().isoformat()}")
