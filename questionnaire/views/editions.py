"""The editions of a summary: looked at first, with what is left out said in words, and then made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents import EDITIONS, Chosen, labels, make
from questionnaire.documents.editions import (
    CLIENT,
    FULL,
    OPEN_QUESTIONS,
    REPORT,
    RUNNING_NOTE,
    TEXT,
    Edition,
    hidden,
    needs_ground,
)
from questionnaire.documents.redaction import Sentence, sentences, without
from questionnaire.documents.renderers.pdf import PdfError, render_pdf
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text, shown
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries import cases
from questionnaire.queries.document_input import reviewed, told
from questionnaire.views.summary import as_download

_ON_PAPER: Final = ("numbers", "agreed", "nothing")


@dataclass(frozen=True, slots=True)
class Tick:
    """One box: a part, or a sentence, that is in the edition when it is ticked."""

    key: str
    label: str
    ticked: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen on the page of an edition. `errors` are by the id of the control they are about."""

    chosen: Chosen
    language: str
    paper: str = ""
    confirmed: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def edition(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """The page of one edition; posted, the edition as it was chosen, on the page or as a PDF."""
    found = EDITIONS.get(code)
    if found is None or found is FULL:
        raise Http404
    intake = intake_of(request)
    whole = told(intake)
    if found is TEXT:
        return _text_page(request, whole)
    asked = _asked(request, found, whole)
    if request.POST.get("_go") == "pdf" and not asked.errors:
        return _pdf(request, found, whole, asked)
    shown_errors = asked.errors if request.POST.get("_go") == "pdf" else {}
    return _page(request, found, whole, asked, shown_errors)


def _asked(request: HttpRequest, edition: Edition, whole: IntakeFile) -> Asked:
    posted, errors = request.POST, {}
    language = posted.get("language", "")
    try:
        ground = clean_text(posted.get("ground", ""))
    except InvalidInputError as refused:
        ground = posted.get("ground", "")
        errors["ground"] = refused.problems[0].message
    paper, confirmed = posted.get("paper", ""), "confirmed" in posted
    if needs_ground(edition, whole.answers) and not ground.strip():
        errors["ground"] = _("Write down why you share this without the client's consent.")
    if edition is REPORT and not confirmed:
        errors["confirmed"] = _("Tick that you have thought of who may read this.")
    if edition is CLIENT and paper not in _ON_PAPER[:2]:
        errors["paper"] = _("No page is made until you ask the client whether paper is safe.")
    chosen = Chosen(
        ticked=frozenset(posted.getlist("include")) & frozenset(edition.on_tick),
        sentences=frozenset(posted.getlist("sentence")),
        ground=ground if needs_ground(edition, whole.answers) else "",
        agreed=paper == "agreed",
    )
    return Asked(
        chosen,
        language if language in dict(settings.LANGUAGES) else whole.language,
        paper if paper in _ON_PAPER else "",
        confirmed,
        errors,
    )


def _page(
    request: HttpRequest,
    edition: Edition,
    whole: IntakeFile,
    asked: Asked,
    errors: dict[str, str],
    no_pdf: str = "",
) -> HttpResponse:
    intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, Code.SUMMARY_READ)
    document = make(whole, _language(), edition, asked.chosen, follow_up=intake.follow_up)
    context = {
        "intake": intake,
        "edition": edition,
        "document": document,
        "asked": asked,
        "ticks": _ticks(edition, whole, asked.chosen),
        "sentences": _sentences(edition, whole, asked.chosen),
        "needs_ground": needs_ground(edition, whole.answers),
        "is_report": edition is REPORT,
        "is_client": edition is CLIENT,
        "errors": errors,
        "no_pdf": no_pdf,
        "languages": settings.LANGUAGES,
    }
    return render(request, "intakes/edition.html", context, status=503 if no_pdf else 200)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _ticks(edition: Edition, whole: IntakeFile, chosen: Chosen) -> list[Tick]:
    """What can be ticked, as far as there is anything to show."""
    names = {RUNNING_NOTE: _("Note of the conversation"), OPEN_QUESTIONS: _("Still to ask")}
    there = {RUNNING_NOTE: bool(whole.running_note), OPEN_QUESTIONS: True}
    return [
        Tick(name, names.get(name) or labels.label(name), name in chosen.ticked)
        for name in edition.on_tick
        if there.get(name, name in whole.answers)
    ]


def _sentences(edition: Edition, whole: IntakeFile, chosen: Chosen) -> list[Tick]:
    """Every sentence that can be chosen: those of what is left out are not even named."""
    if edition.free_text:
        return []
    seen = without(whole, hidden(edition, chosen.ticked))
    return [
        Tick(sentence.key, shown(sentence.text), sentence.key in chosen.sentences, _place(sentence))
        for sentence in sentences(seen)
    ]


def _place(sentence: Sentence) -> str:
    kind, _colon, item_id = sentence.place.partition(":")
    names = {
        "running_note": _("Note of the conversation"),
        "incident": _("Incident"),
        "evidence": _("Evidence"),
    }
    if kind in names:
        return names[kind]
    return labels.label(item_id or kind)


def _pdf(request: HttpRequest, edition: Edition, whole: IntakeFile, asked: Asked) -> HttpResponse:
    intake = intake_of(request)
    try:
        made = render_pdf(
            make(whole, asked.language, edition, asked.chosen, follow_up=intake.follow_up, paper=True)
        )
    except PdfError as error:
        return _page(request, edition, whole, asked, {}, no_pdf=str(error))
    intake_actions.store_document(user_of(request), intake, edition.code, asked.language, made)
    return as_download(made, intake.reference if edition.reference else "")


def _text_page(request: HttpRequest, whole: IntakeFile) -> HttpResponse:
    intake: Intake = intake_of(request)
    intake_actions.record_read(user_of(request), intake, Code.SUMMARY_READ)
    over_time = cases.until(user_of(request), intake)
    document = make(
        whole,
        _language(),
        TEXT,
        follow_up=intake.follow_up,
        review=reviewed(intake),
        over_time=over_time,
        explained=True,
    )
    with override(document.language):
        parts = [(section, section_as_text(section)) for section in document.sections]
    context = {"intake": intake, "edition": TEXT, "document": document, "parts": parts}
    return render(request, "intakes/edition_text.html", context)
