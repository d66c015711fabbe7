"""Preview an edition of the summary, with what it leaves out, and make its PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.actions import documents as document_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.editions import EDITIONS, TEXT, Edition, EditionOptions, file_name, needs_ground
from questionnaire.documents.renderers.pdf import PdfError, render_pdf
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain import dates
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for
from questionnaire.queries.safety_plans import plan_version_for
from questionnaire.views.edition_choices import asked_first, choice_groups, sentence_choices
from questionnaire.views.summary import language_of_page, pdf_download
from questionnaire.views.unfinished import unfinished_head

#: What the client can say about taking paper home.
_PAPER_CHOICES: Final = ("numbers", "agreed", "nothing")


@dataclass(frozen=True, slots=True)
class EditionRequest:
    """What was chosen on the page of an edition. `errors` are by the id of the control they are about."""

    options: EditionOptions
    language: str
    paper: str = ""
    is_confirmed: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def edition(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Show one edition as it was chosen, or return it as a PDF."""
    found = EDITIONS.get(code)
    if found is None or found.is_summary:
        raise Http404
    if found.is_plain_text:
        return _text_page(request)
    intake_file = as_intake_file(intake_of(request))
    requested = _edition_request(request.POST, found, intake_file)
    is_pdf = request.POST.get("_go") == "pdf"
    if is_pdf and not requested.errors:
        return _pdf(request, found, intake_file, requested)
    return _page(request, found, intake_file, requested, requested.errors if is_pdf else {})


def _edition_request(posted: QueryDict, edition: Edition, intake_file: IntakeFile) -> EditionRequest:
    errors: dict[str, str] = {}
    paper, language = (posted.get(name, "") for name in ("paper", "language"))
    ground, question, is_confirmed = asked_first(
        posted, edition, intake_file, errors, has_question=edition.asks_question
    )
    if edition.is_handout and paper not in ("numbers", "agreed"):
        errors["paper"] = _("No page is made until you ask the client whether paper is safe.")
    has_plan = edition.is_handout and "plan" in posted
    if has_plan and paper != "agreed":
        errors["plan"] = _("The safety plan goes on paper only when the client says that paper is safe.")
    options = EditionOptions(
        ticked=frozenset(posted.getlist("include")) & frozenset(edition.on_tick),
        sentences=frozenset(posted.getlist("sentence")),
        ground=ground,
        question=question,
        agreed=paper == "agreed",
        plan=paper == "agreed" and has_plan,
    )
    return EditionRequest(
        options,
        language if language in dict(settings.LANGUAGES) else intake_file.language,
        paper if paper in _PAPER_CHOICES else "",
        is_confirmed,
        errors,
    )


def _page(
    request: HttpRequest,
    edition: Edition,
    intake_file: IntakeFile,
    requested: EditionRequest,
    errors: dict[str, str],
    no_pdf: str = "",
) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, EventCode.SUMMARY_READ)
    document = document_for(
        intake,
        language_of_page(),
        edition,
        requested.options,
        reader=user_of(request),
        intake_file=intake_file,
    )
    sentences, not_offered = sentence_choices(edition, intake_file, requested.options)
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user_of(request), intake),
        "edition": edition,
        "document": document,
        "requested": requested,
        "choice_groups": choice_groups(edition, intake_file, requested.options.ticked),
        "sentences": sentences,
        "not_offered": not_offered,
        "has_plan": edition.is_handout and plan_version_for(user_of(request), intake) is not None,
        "asks_question": edition.asks_question,
        "needs_ground": needs_ground(edition, intake_file.answers),
        "errors": errors,
        "no_pdf": no_pdf,
        "languages": settings.LANGUAGES,
    }
    return render(request, "intakes/edition.html", context, status=503 if no_pdf else 200)


def _pdf(
    request: HttpRequest, edition: Edition, intake_file: IntakeFile, requested: EditionRequest
) -> HttpResponse:
    intake, language = intake_of(request), requested.language
    document = document_for(
        intake,
        language,
        edition,
        requested.options,
        reader=user_of(request),
        intake_file=intake_file,
        paper=True,
    )
    try:
        pdf = render_pdf(document)
    except PdfError as error:
        return _page(request, edition, intake_file, requested, {}, no_pdf=str(error))
    pdf = document_actions.hand_out(user_of(request), intake, edition.code, language, pdf)
    return pdf_download(pdf, file_name(edition, language, intake.case.reference, dates.today()))


def _text_page(request: HttpRequest) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, EventCode.SUMMARY_READ)
    document = document_for(intake, language_of_page(), TEXT, reader=user_of(request), explained=True)
    with override(document.language):
        section_texts = [(section, section_as_text(section)) for section in document.sections]
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user_of(request), intake),
        "edition": TEXT,
        "document": document,
        "section_texts": section_texts,
    }
    return render(request, "intakes/edition_text.html", context)
