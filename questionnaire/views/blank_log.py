"""Offer a blank log for the client to keep, once it was asked whether that is safe."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from questionnaire.documents.blank_log import render_blank_log
from questionnaire.documents.renderers.pdf import PdfError, render_page
from questionnaire.domain import dates
from questionnaire.log_files import blank
from questionnaire.permissions import intake_of
from questionnaire.views.summary import pdf_download

_ANSWERS: Final = frozenset({"safe", "elsewhere", "unsafe"})
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def blank_log(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask whether the client can keep a log safely, and return a blank one as PDF, XLSX or CSV."""
    posted = request.POST
    answer, form = posted.get("kept", ""), posted.get("form", "")
    language = posted.get("language", intake_of(request).language)
    language = language if language in dict(settings.LANGUAGES) else intake_of(request).language
    error = ""
    if request.method == "POST" and answer not in ("safe", "elsewhere"):
        error = _("No log is made until you ask the client whether keeping one is safe.")
        if answer == "unsafe":
            error = _("Then hand out nothing. Write incidents down together in each conversation.")
    if form in ("pdf", "csv", "xlsx") and not error:
        try:
            return _file(form, language)
        except PdfError as failure:
            error = str(failure)
    context = {
        "intake": intake_of(request),
        "error": error,
        "answer": answer if answer in _ANSWERS else "",
        "language": language,
        "languages": settings.LANGUAGES,
    }
    return render(request, "intakes/blank_log.html", context, status=422 if error else 200)


def _file(form: str, language: str) -> HttpResponse:
    name = f"{dates.today().isoformat()}-{language}"
    if form == "pdf":
        return pdf_download(render_page(render_blank_log(language)), name)
    content = blank.blank_log("csv" if form == "csv" else "xlsx", language)
    response = HttpResponse(content, content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
