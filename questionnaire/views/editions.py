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
from questionnaire.documents import labels
from questionnaire.documents.editions import (
    EDITIONS,
    OPEN_QUESTIONS,
    RUNNING_NOTE,
    TEXT,
    Edition,
    EditionOptions,
    hidden_items,
    needs_ground,
)
from questionnaire.documents.redaction import Sentence, fairly, sentences, without_items
from questionnaire.documents.renderers.pdf import PdfError, render_pdf
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import TEXTS
from questionnaire.domain.text import clean_text, escape_controls
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for
from questionnaire.queries.safety_plans import plan_version_for
from questionnaire.views.summary import language_of_page, pdf_download

#: What the client can say about taking paper home.
_PAPER_CHOICES: Final = ("numbers", "agreed", "nothing")
#: No more than this are offered, as a page is drawn in a thread of the server. More cannot be posted anyway.
_MAX_SENTENCES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A part or a sentence that is in the edition when it is checked. `place` is where a sentence is from."""

    key: str
    label: str
    is_checked: bool
    place: str = ""


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
    ground, paper, language = (posted.get(name, "") for name in ("ground", "paper", "language"))
    is_confirmed, is_ground_needed = "confirmed" in posted, needs_ground(edition, intake_file.answers)
    try:
        ground = clean_text(ground)
    except InvalidInputError as error:
        errors["ground"] = error.problems[0].message
    if is_ground_needed and not ground.strip():
        errors["ground"] = _("Write down why you share this without the client's consent.")
    if edition.asks_confirmation and not is_confirmed:
        errors["confirmed"] = _("Tick that you have thought of who may read this.")
    if edition.is_handout and paper not in ("numbers", "agreed"):
        errors["paper"] = _("No page is made until you ask the client whether paper is safe.")
    has_plan = edition.is_handout and "plan" in posted
    if has_plan and paper != "agreed":
        errors["plan"] = _("The safety plan goes on paper only when the client says that paper is safe.")
    options = EditionOptions(
        ticked=frozenset(posted.getlist("include")) & frozenset(edition.on_tick),
        sentences=frozenset(posted.getlist("sentence")),
        ground=ground if is_ground_needed else "",
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
    found = _sentences(edition, intake_file, requested.options)
    offered = fairly(found, _MAX_SENTENCES)
    context = {
        "intake": intake,
        "edition": edition,
        "document": document,
        "requested": requested,
        "checkboxes": _checkboxes(edition, intake_file, requested.options),
        "sentences": [_sentence_checkbox(each, requested.options) for each in offered],
        "not_offered": len(set(found)) - len(offered),
        "has_plan": edition.is_handout and plan_version_for(user_of(request), intake) is not None,
        "needs_ground": needs_ground(edition, intake_file.answers),
        "errors": errors,
        "no_pdf": no_pdf,
        "languages": settings.LANGUAGES,
    }
    return render(request, "intakes/edition.html", context, status=503 if no_pdf else 200)


def _checkboxes(edition: Edition, intake_file: IntakeFile, options: EditionOptions) -> list[Checkbox]:
    """Return the checkboxes of the parts that the intake has."""
    part_labels = {RUNNING_NOTE: _("Note of the conversation"), OPEN_QUESTIONS: _("Still to ask")}
    has_part = {RUNNING_NOTE: bool(intake_file.running_note), OPEN_QUESTIONS: True}
    return [
        Checkbox(name, part_labels.get(name) or labels.label(name), name in options.ticked)
        for name in edition.on_tick
        if has_part.get(name, name in intake_file.answers)
    ]


def _sentences(edition: Edition, intake_file: IntakeFile, options: EditionOptions) -> list[Sentence]:
    """Return all sentences that can be put in, without those of items that the edition leaves out."""
    if edition.free_text:
        return []
    return list(sentences(without_items(intake_file, hidden_items(edition, options.ticked))))


def _sentence_checkbox(sentence: Sentence, options: EditionOptions) -> Checkbox:
    text, is_checked = escape_controls(sentence.text), sentence.key in options.sentences
    return Checkbox(sentence.key, text, is_checked, _place(sentence))


def _place(sentence: Sentence) -> str:
    kind, _colon, item_id = sentence.place.partition(":")
    place_labels = {
        "running_note": _("Note of the conversation"),
        **dict.fromkeys(("incident", *TEXTS), _("Incident")),
        "evidence": _("Evidence"),
    }
    return place_labels.get(kind) or labels.label(item_id or kind)


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
    document_actions.store_document(user_of(request), intake, edition.code, language, pdf)
    return pdf_download(pdf, intake.case.reference if edition.reference else "")


def _text_page(request: HttpRequest) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, EventCode.SUMMARY_READ)
    document = document_for(intake, language_of_page(), TEXT, reader=user_of(request), explained=True)
    with override(document.language):
        section_texts = [(section, section_as_text(section)) for section in document.sections]
    context = {"intake": intake, "edition": TEXT, "document": document, "section_texts": section_texts}
    return render(request, "intakes/edition_text.html", context)
