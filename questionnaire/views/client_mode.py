"""Show the client one question at a time, save the answers, and give the screen back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.login_forms import ReauthenticateForm
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.answers import Absent
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.items import Choice, Item
from questionnaire.forms.bindings import ItemInput, control_names, input_from_post
from questionnaire.forms.sections import SECTION_FORMS, SectionForm
from questionnaire.models import Intake
from questionnaire.permissions import user_of
from questionnaire.screen import client_mode
from questionnaire.views.autosave import page_and_number, saved_at
from questionnaire.views.conflicts import draft_only_base
from questionnaire.views.language_cookie import with_language_cookie
from questionnaire.views.wizard import IntakeStorage, base_fingerprint

#: The states without an answer that the client can choose, as a client says them.
_ABSENT_CHOICES: Final = (
    Choice("unknown", _("I don't know")),
    Choice("declined", _("I don't want to say")),
)
#: The source of an answer that the client gave.
_CLIENT: Final = "client"
_LETTERS_BUTTON: Final = "_letters"


def question(request: HttpRequest, uuid: UUID, item: str) -> HttpResponse:
    """Show the question in the session to the client, and save an answer.

    Outside client mode redirect to the section of the question.
    """
    if request.method != "POST" and client_mode.is_on(request):
        uuid, shown = client_mode.intake_and_item(request)
        if item != shown:
            return redirect("client", uuid, shown)
    client_item = client_mode.client_item(item)
    if client_item is None:
        raise Http404
    storage = IntakeStorage("", request)
    if request.method == "POST":
        return _save_answer(request, storage, client_item)
    if not client_mode.is_on(request):
        return redirect(_section_url(uuid, client_item))
    intake_actions.record_read(storage.user, storage.intake, EventCode.QUESTION_READ)
    context = _context(request, storage, client_item) | _letters(request)
    return render(request, "client_mode/question.html", context)


def leave(request: HttpRequest) -> HttpResponse:
    """Ask for the professional's password, and redirect to their own page of the question."""
    if not client_mode.is_on(request):
        return redirect("today")
    uuid, item_id = client_mode.intake_and_item(request)
    item = client_mode.client_item(item_id)
    if item is None:
        raise Http404
    form = ReauthenticateForm(request.POST or None, user=user_of(request), auto_id="%s")
    if form.is_valid():
        client_mode.end(request)
        return redirect(_section_url(uuid, item))
    context = {"form": form, "back": _question_url(uuid, item), **_letters(request)}
    return render(request, "client_mode/leave.html", context)


# --- The page -----------------------------------------------------------------------------------------------


def _context(request: HttpRequest, storage: IntakeStorage, item: Item) -> dict[str, Any]:
    stored = _stored_controls(storage, item)
    is_hidden = _is_from_someone_else(item, stored)
    typed = _visible_input(item, stored)
    question = _form(storage, item, stored).question(item)
    return {
        "question": question,
        "typed": typed,
        "rows": [(row, typed.cells.get(row.code)) for row in item.rows],
        "errors": () if is_hidden else question.errors,
        "base": draft_only_base(base_fingerprint(storage.intake, item.id)) if is_hidden else question.base,
        "absent": _ABSENT_CHOICES,
        "previous": _previous(request, item),
        "saved": saved_at(storage.intake),
    }


def _letters(request: HttpRequest) -> dict[str, Any]:
    letters = client_mode.letters(request)
    smaller, larger = client_mode.letters_beside(letters)
    return {"letters": letters, "smaller": smaller, "larger": larger}


def _form(storage: IntakeStorage, item: Item, controls: MultiValueDict[str, str]) -> SectionForm:
    step = SECTION_OF[item.id].id
    return SECTION_FORMS[step](controls, storage.drafts(step), on=storage.intake.on)


def _stored_controls(storage: IntakeStorage, item: Item) -> MultiValueDict[str, str]:
    """Return the controls of one item as stored or in a draft, with those of its note, source and reason."""
    controls = storage.get_step_data(SECTION_OF[item.id].id).lists()
    return MultiValueDict(
        {name: values for name, values in controls if name == item.id or name.startswith(f"{item.id}__")}
    )


def _is_from_someone_else(item: Item, stored: MultiValueDict[str, str]) -> bool:
    """Return whether the answer is not the client's own: then it is neither shown nor overwritten unseen."""
    return stored.get(f"{item.id}__source", "") not in ("", _CLIENT)


def _visible_input(item: Item, stored: MultiValueDict[str, str]) -> ItemInput:
    """Return what the client sees in the controls: nothing of what someone else said, or of “not asked”."""
    typed = input_from_post(item, stored)
    is_hidden = _is_from_someone_else(item, stored) or typed.absent == Absent.NOT_ASKED.value
    return ItemInput() if is_hidden else typed


def _previous(request: HttpRequest, item: Item) -> Item | None:
    """Return the question that the client was shown before this one; None at the first."""
    shown = client_mode.shown(request)
    index = shown.index(item.id) if item.id in shown else 0
    return client_mode.client_item(shown[index - 1]) if index else None


def _following(request: HttpRequest, intake: Intake, item: Item) -> Item | None:
    """Return the question after this one: what the client was shown then, or the next that is still open.

    What has an answer is passed over: the client, or who looks along, sees no answer that nobody turned to.
    """
    shown = client_mode.shown(request)
    if item.id in shown[:-1]:
        return client_mode.client_item(shown[shown.index(item.id) + 1])
    items = SECTION_OF[item.id].items
    stored = {*intake.content["answers"], *intake.content["drafts"], *shown}
    after = (client_mode.client_item(other.id) for other in items[items.index(item) + 1 :])
    return next((other for other in after if other and other.id not in stored), None)


# --- Saving -------------------------------------------------------------------------------------------------


def _save_answer(request: HttpRequest, storage: IntakeStorage, item: Item) -> HttpResponse:
    """Save what the client filled in, by the form and the action of the professional's page."""
    stored = _stored_controls(storage, item)
    form = _form(storage, item, _posted_controls(request.POST, item, stored))
    bases: dict[str, str] = {}
    was_shown = _visible_input(item, stored) != ItemInput()
    if was_shown or input_from_post(item, request.POST) != ItemInput():
        submission = replace(form.submission(), **page_and_number(request.POST))
        result = storage.set_step_data(SECTION_OF[item.id].id, submission)
        bases = {f"{key}__base": base for key, base in result.bases.items()}
    if not request.accepts("text/html"):
        return JsonResponse({"status": saved_at(storage.intake), "base": bases})
    client_mode.choose_letters(request, request.POST.get(_LETTERS_BUTTON, client_mode.letters(request)))
    response = redirect(_next_url(request, storage.intake, item, form))
    return with_language_cookie(response, request.POST.get("_language", ""))


def _posted_controls(
    posted: QueryDict, item: Item, stored: MultiValueDict[str, str]
) -> MultiValueDict[str, str]:
    """Return the controls with the client's answer. Note and reason were not on the page, and stay."""
    controls = stored.copy()
    for name in control_names(item):
        controls.pop(name, None)
        if name in posted:
            controls.setlist(name, posted.getlist(name))
    controls[f"{item.id}__base"] = posted.get(f"{item.id}__base", "")
    typed = input_from_post(item, posted)
    if typed not in (ItemInput(), input_from_post(item, stored)):
        controls[f"{item.id}__source"] = _CLIENT
    return controls


def _next_url(request: HttpRequest, intake: Intake, item: Item, form: SectionForm) -> str:
    posted = request.POST
    button = posted.get("_go")
    stays = button in ("save", "leave") or "_language" in posted or _LETTERS_BUTTON in posted
    following: Item | None = item
    if button == "previous":
        following = _previous(request, item) or item
    elif not (stays or form.errors):
        following = _following(request, intake, item)
    client_mode.show(request, following or item)
    return reverse("leave") if button == "leave" or not following else _question_url(intake.uuid, following)


def _question_url(uuid: UUID, item: Item) -> str:
    return reverse("client", args=[uuid, item.id])


def _section_url(uuid: UUID, item: Item) -> str:
    return f"{reverse('section', args=[uuid, SECTION_OF[item.id].id])}#{item.id}"
