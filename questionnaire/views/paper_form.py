"""The questions on paper: what the blank sheet is for, and its PDF. Nothing of an intake stands here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.documents.paper_form import LANGUAGES, blank_sheet
from questionnaire.documents.renderers.pdf import PdfError, render_page
from questionnaire.views.summary import as_download


def sheet(request: HttpRequest) -> HttpResponse:
    """The page that offers the sheet, and in answer to one of its buttons the PDF."""
    wanted = request.POST.get("sheet", "")
    if wanted not in LANGUAGES:
        return render(request, "intakes/paper_form.html")
    try:
        made = render_page(blank_sheet(wanted))
    except PdfError as error:
        return render(request, "intakes/paper_form.html", {"no_pdf": str(error)}, status=503)
    return as_download(made, reference="")
