"""What came of a conversation: the answers to check, the summary, and the PDF of it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents import EDITIONS, make
from questionnaire.documents.editions import FULL
from questionnaire.documents.renderers.pdf import PdfError, render_pdf
from questionnaire.documents.snapshot import Part, from_snapshot, parts
from questionnaire.domain import dates, workflow
from questionnaire.domain.text import shown
from questionnaire.models import Intake, SignOff
from questionnaire.permissions import intake_of, may_write, parts_of, user_of
from questionnaire.queries import cases
from questionnaire.queries.document_input import reviewed, told
from questionnaire.views.sidebar import logged

#: What stands above the urgency: the fear, and what the client wants.
FIRST: Final = ("fear", "wishes")


def answers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every question with its answer, to check and to go back to."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.ANSWERS_READ)
    context = {
        "intake": intake,
        "may_write": may_write(user, intake),
        "parts": _as_shown(intake),
        "drafts": intake.content["drafts"],
        "log": logged(list(intake.incidents.all())),
        "running_note": shown(intake.content["running_note"]),
        "view": shown(intake.content["view"]),
    }
    return render(request, "intakes/answers.html", context)


def _as_shown(intake: Intake) -> list[Part]:
    """The questions and answers in words; of what was signed off the words that were on the page then."""
    signed = SignOff.objects.filter(intake=intake).first()
    return from_snapshot(signed.content[language_of_page()]) if signed else parts(told(intake))


def language_of_page() -> str:
    """The language that the page comes in."""
    return get_language() or settings.LANGUAGE_CODE


def summary(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The summary, fear first."""
    return _summary_page(request)


def _summary_page(request: HttpRequest, no_pdf: str = "") -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.SUMMARY_READ)
    document = make(
        told(intake),
        language_of_page(),
        follow_up=intake.follow_up,
        review=reviewed(intake),
        over_time=cases.until(user, intake),
        explained=True,
    )
    context = {
        "intake": intake,
        "may_write": may_write(user, intake),
        "may_follow_up": workflow.Relation.WRITER in parts_of(user, intake),
        "document": document,
        "first": [section for section in document if section.id in FIRST],
        "further": [section for section in document if section.id not in FIRST],
        "languages": settings.LANGUAGES,
        "editions": [edition for edition in EDITIONS.values() if edition is not FULL],
        "no_pdf": no_pdf,
    }
    return render(request, "intakes/summary.html", context, status=503 if no_pdf else 200)


def pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The summary as a PDF, kept in the file. When it cannot be made, the page says so."""
    user, intake = user_of(request), intake_of(request)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = intake.language
    try:
        made = render_pdf(
            make(
                told(intake),
                language,
                follow_up=intake.follow_up,
                review=reviewed(intake),
                over_time=cases.until(user, intake),
                paper=True,
            )
        )
    except PdfError as error:
        return _summary_page(request, no_pdf=str(error))
    intake_actions.store_document(user, intake, "full", language, made)
    return as_download(made, intake.reference)


def as_download(made: bytes, reference: str) -> HttpResponse:
    """A PDF to keep, under a name that says nothing of what it is about."""
    name = "-".join(filter(None, ("SC", slugify(reference)[:60], dates.today().isoformat())))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
