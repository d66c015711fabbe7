"""Show the answers to check and the summary, and make the PDF of the summary."""

from __future__ import annotations

from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from questionnaire.actions import documents as document_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.documents.blocks import Section
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, FULL, file_name
from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.documents.renderers import made_ahead
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.pdf import PdfError, render_pdf
from questionnaire.documents.renderers.places import PLACE
from questionnaire.documents.snapshot import SectionAnswers, answers_by_section, from_snapshot
from questionnaire.domain import dates, workflow
from questionnaire.domain.text import escape_controls
from questionnaire.middleware.places import ask_for_place, session_of
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, relations_of, scope_of, user_of
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for, fingerprint, prepared_document
from questionnaire.views.incident_log import entries
from questionnaire.views.summary_page import advice_rows, arrange
from questionnaire.views.unfinished import unfinished_head

#: The section with what is the professional's own, which the page of answers shows apart.
_OWN_VIEW: Final = "own_view"


def answers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show every question with its answer, to check and to go back to."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.ANSWERS_READ)
    relations = relations_of(user, intake, scope_of(request))
    sections = _answers_by_section(intake)
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user, intake),
        "may_write": intake.is_open and workflow.Relation.AUTHOR in relations,
        "may_submit": _may_submit(intake, relations),
        "sections": [section for section in sections if section.id != _OWN_VIEW],
        "own": [section for section in sections if section.id == _OWN_VIEW],
        "drafts": intake.content["drafts"],
        "log": entries(intake.incident_log),
        "running_note": escape_controls(intake.content["running_note"]),
        "view": escape_controls(intake.content["view"]),
    }
    return render(request, "intakes/answers.html", context)


def _answers_by_section(intake: Intake) -> list[SectionAnswers]:
    """Return the questions and answers with their labels, which a sign-off freezes as they were then."""
    sign_off = sign_off_of(intake)
    if sign_off:
        return from_snapshot(sign_off.content[language_of_page()])
    return answers_by_section(as_intake_file(intake))


def _may_submit(intake: Intake, relations: frozenset[workflow.Relation]) -> bool:
    return workflow.is_allowed(workflow.Move.SUBMIT, workflow.State(intake.state), relations)


def language_of_page() -> str:
    """Return the code of the language that the page is in."""
    return get_language() or settings.LANGUAGE_CODE


def summary(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the summary, with the fear first."""
    return _summary_page(request)


def _summary_page(request: HttpRequest, no_pdf: str = "") -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.SUMMARY_READ)
    prepared = prepared_document(intake, language_of_page(), reader=user)
    document = prepared(explained=True)
    scope = scope_of(request)
    relations, is_copier = relations_of(user, intake, scope), scope.can_copy(intake)
    is_author = workflow.Relation.AUTHOR in relations
    if is_copier:
        _make_ahead(request, prepared)
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user, intake),
        "may_write": intake.is_open and is_author,
        "may_copy": is_copier,
        "may_follow_up": is_author,
        "may_submit": _may_submit(intake, relations),
        "look_again_on": intake.look_again_on,
        "document": document,
        "arranged": arrange(document),
        "are_reasons_apart": True,
        "languages": sorted(settings.LANGUAGES, key=lambda each: each[0] != intake.language),
        "editions": [edition for edition in EDITIONS.values() if not edition.is_summary],
        "forms": receiver_forms().values(),
        "no_pdf": no_pdf,
    }
    return render(request, "intakes/summary.html", context, status=503 if no_pdf else 200)


def _make_ahead(request: HttpRequest, prepared: partial[Document]) -> None:
    """Have the first PDF that the page offers made when nobody wants another, before someone asks."""
    place, intake = request.META.get(PLACE), intake_of(request)
    if not made_ahead.shelf() or not place:
        return
    if language_of_page() != intake.language:
        prepared = prepared_document(intake, intake.language, reader=user_of(request))
    page = fingerprint(prepared)
    place.later = partial(made_ahead.make, session_of(request), page, lambda: as_html(prepared(paper=True)))


def reasons(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show for each step of the summary the answers and the rule behind it."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.SUMMARY_READ)
    document = document_for(intake, language_of_page(), reader=user, explained=True)
    steps = next(
        (section for section in document.sections if section.id == "steps"), Section("steps", "", ())
    )
    return render(request, "intakes/reasons.html", {"intake": intake, "advice": advice_rows(steps)})


def pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the summary as a PDF and store it. When it cannot be made, show the page with the reason.

    It may lie ready, made from the very same: then nobody waits for a place.
    """
    user, intake = user_of(request), intake_of(request)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = intake.language
    prepared, shelf = prepared_document(intake, language, reader=user), made_ahead.shelf()
    rendered = shelf.take(session_of(request), fingerprint(prepared)) if shelf else None
    if rendered is None:
        if response := ask_for_place(request):
            return response
        try:
            rendered = render_pdf(prepared(paper=True))
        except PdfError as error:
            return _summary_page(request, no_pdf=str(error))
    rendered = document_actions.hand_out(user, intake, "full", language, rendered)
    return pdf_download(rendered, file_name(FULL, language, intake.case.reference, dates.today()))


def pdf_download(pdf: bytes, name: str) -> HttpResponse:
    """Return a PDF as a download under a name, which must reveal nothing of the subject."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
