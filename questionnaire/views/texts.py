"""Show the text for a receiver part by part, to copy from the page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.editions import Edition, EditionOptions, needs_ground
from questionnaire.documents.receiver_forms import ReceiverForm, receiver_forms
from questionnaire.documents.receiver_texts import TextPart, on_tick, text_parts
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.document_input import as_intake_file
from questionnaire.views.edition_choices import asked_first, choice_groups, sentence_choices
from questionnaire.views.unfinished import unfinished_head


@dataclass(frozen=True, slots=True)
class TextRequest:
    """What was chosen on the page. `errors` are by the id of the control that they are about."""

    options: EditionOptions
    language: str
    is_confirmed: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def texts(request: HttpRequest, uuid: UUID, form: str) -> HttpResponse:
    """Show the text for one receiver. Until all that it asks is answered, it shows no text."""
    found = receiver_forms().get(form)
    if found is None:
        raise Http404
    return _page(request, found)


def _page(request: HttpRequest, form: ReceiverForm) -> HttpResponse:
    intake, intake_file = intake_of(request), as_intake_file(intake_of(request))
    requested = _text_request(request.POST, form, intake_file)
    parts = _parts(form, intake_file, requested)
    sentences, not_offered = sentence_choices(
        form.edition, intake_file, requested.options, of_incidents_only=True
    )
    read = EventCode.TEXTS_READ if parts else EventCode.SUMMARY_READ
    intake_actions.record_read(user_of(request), intake, read)
    context = {
        "intake": intake,
        "unfinished": unfinished_head(user_of(request), intake),
        "form": form,
        "forms": receiver_forms().values(),
        "edition": form.edition,
        "parts": parts,
        "requested": requested,
        # What is asked first is no error before someone tried to go on without it.
        "errors": requested.errors if request.method == "POST" else {},
        "choice_groups": choice_groups(_with_whole_texts(form), intake_file, requested.options.ticked),
        "sentences": sentences,
        "not_offered": not_offered,
        "needs_ground": needs_ground(form.edition, intake_file.answers),
        "asks_question": _asks_question(form),
        "languages": settings.LANGUAGES,
    }
    return render(request, "intakes/texts.html", context)


def _parts(form: ReceiverForm, intake_file: IntakeFile, requested: TextRequest) -> tuple[TextPart, ...]:
    if requested.errors:
        return ()
    return text_parts(form, intake_file, requested.options, requested.language)


def _with_whole_texts(form: ReceiverForm) -> Edition:
    """Return the edition as the page offers it: what the form holds, a text of the client as a whole."""
    return replace(form.edition, on_tick=on_tick(form), free_text=True)


def _asks_question(form: ReceiverForm) -> bool:
    return form.edition.asks_question and any("request" in part.holds for part in form.parts)


def _text_request(posted: QueryDict, form: ReceiverForm, intake_file: IntakeFile) -> TextRequest:
    errors: dict[str, str] = {}
    edition = form.edition
    ground, question, is_confirmed = asked_first(
        posted, edition, intake_file, errors, has_question=_asks_question(form)
    )
    language = posted.get("language", "")
    options = EditionOptions(
        ticked=frozenset(posted.getlist("include")) & frozenset(on_tick(form)),
        sentences=frozenset(posted.getlist("sentence")),
        ground=ground,
        question=question,
    )
    return TextRequest(
        options,
        language if language in dict(settings.LANGUAGES) else intake_file.language,
        is_confirmed,
        errors,
    )
