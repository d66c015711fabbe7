"""What came of a conversation: the answers to check, the summary, and the PDF of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language

from questionnaire import actions
from questionnaire.documents import EDITIONS, make, wording
from questionnaire.documents.editions import FULL
from questionnaire.domain import dates
from questionnaire.domain.answers import Absent, Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.items import Item
from questionnaire.domain.text import shown
from questionnaire.events import Code
from questionnaire.models import Intake
from questionnaire.pdf import PdfError, render_pdf
from questionnaire.permissions import intake_of, may_write, user_of
from questionnaire.views.panels import logged

#: What stands above the urgency: the fear, and what the client wants.
_FIRST: Final = ("fear", "wishes")


@dataclass(frozen=True, slots=True)
class Answered:
    """One question on the page to check: its answer or its state, and what stands beside it."""

    item: Item
    url: str
    state: str
    values: tuple[str, ...]
    beside: tuple[str, ...]
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The questions of one section."""

    number: int
    title: str
    answered: tuple[Answered, ...]


def answers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every question with its answer, to check and to go back to."""
    user, intake = user_of(request), intake_of(request)
    actions.record_read(user, intake, Code.ANSWERS_READ)
    context = {
        "intake": intake,
        "may_write": may_write(user, intake),
        "parts": _parts(intake),
        "log": logged(list(intake.incidents.all())),
        "running_note": shown(intake.content["running_note"]),
        "view": shown(intake.content["view"]),
    }
    return render(request, "intakes/answers.html", context)


def _parts(intake: Intake) -> list[Part]:
    given = intake.answers
    return [
        Part(
            number,
            str(section.title),
            tuple(
                _answered(intake, given, item, reverse("section", args=[intake.uuid, section.id]))
                for item in section.items
            ),
        )
        for number, section in enumerate(SECTIONS, start=1)
    ]


def _answered(intake: Intake, given: Answers, item: Item, url: str) -> Answered:
    content, value = intake.content, given.get(item.id)
    if value is None:
        values: tuple[str, ...] = (str(wording.STATES["not_reached"]),)
    elif isinstance(value, str) and item.kind == "text" and not isinstance(value, Absent):
        values = (shown(value),)
    else:
        values = wording.answer(item, value)
    beside = (
        str(wording.SOURCES.get(content["sources"].get(item.id), "")),
        shown(content["notes"].get(item.id, "")),
        shown(content["reasons"].get(item.id, "")),
    )
    return Answered(
        item,
        f"{url}#{item.id}",
        given.state(item.id),
        values,
        tuple(text for text in beside if text),
        item.id in content["drafts"],
    )


def summary(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The summary, fear first."""
    return _summary_page(request)


def _summary_page(request: HttpRequest, no_pdf: str = "") -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    actions.record_read(user, intake, Code.SUMMARY_READ)
    document = make(
        told(intake), get_language() or settings.LANGUAGE_CODE, follow_up=intake.follow_up, explained=True
    )
    context = {
        "intake": intake,
        "may_write": may_write(user, intake),
        "document": document,
        "first": [section for section in document if section.id in _FIRST],
        "further": [section for section in document if section.id not in _FIRST],
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
        made = render_pdf(make(told(intake), language, follow_up=intake.follow_up, paper=True))
    except PdfError as error:
        return _summary_page(request, no_pdf=str(error))
    actions.store_document(user, intake, "full", language, made)
    return as_download(made, intake.reference)


def told(intake: Intake) -> IntakeFile:
    """The intake as it is stored now, as an answers file would hold it."""
    content = intake.content
    return IntakeFile(
        date=intake.on,
        answers=intake.answers,
        language=intake.language,
        reference=intake.reference,
        author=str(intake.author),
        running_note=content["running_note"],
        view=content["view"],
        incidents=tuple(incident.told for incident in intake.incidents.all()),
        notes=content["notes"],
        reasons=content["reasons"],
        sources=content["sources"],
    )


def as_download(made: bytes, reference: str) -> HttpResponse:
    """A PDF to keep, under a name that says nothing of what it is about."""
    name = "-".join(filter(None, ("SC", slugify(reference)[:60], dates.today().isoformat())))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
