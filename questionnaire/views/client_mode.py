"""What the client sees of a conversation: one question, and how to give the screen back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.login import ReauthenticateForm
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.domain.answers import Absent
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.items import Choice, Item
from questionnaire.domain.merge import Submission
from questionnaire.forms.bindings import Typed, names, typed_in
from questionnaire.forms.sections import SECTION_FORMS, SectionForm
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.screen import client_mode
from questionnaire.views.sections import with_language
from questionnaire.views.sidebar import saved_at
from questionnaire.views.wizard import IntakeStorage, base, blind, numbered

#: The states without an answer that are the client's to choose, in the client's words.
ABSENT_SAID: Final = (
    Choice("unknown", _("I don't know")),
    Choice("declined", _("I don't want to say")),
)
_CLIENT: Final = "client"


def question(request: HttpRequest, uuid: UUID, item: str) -> HttpResponse:
    """One question, as the client reads and answers it. Not turned to the client, it is the section's."""
    asked = client_mode.askable(item)
    if asked is None:
        raise Http404
    asking = _Asking(request, asked)
    if request.method == "POST":
        return asking.answer()
    if not client_mode.is_on(request):
        return redirect(_in_section(uuid, asked))
    intake_actions.record_read(user_of(request), intake_of(request), Code.QUESTION_READ)
    return render(request, "client_mode/question.html", asking.context())


class _Asking:
    """One item put to the client: what is stored of it, what of that is shown, and what is saved."""

    def __init__(self, request: HttpRequest, item: Item) -> None:
        self.request = request
        self.item = item
        self.step = SECTION_OF[item.id].id
        self.storage = IntakeStorage("", request)
        stored = self.storage.get_step_data(self.step)
        self.stored = MultiValueDict(
            {name: values for name, values in stored.lists() if name == item.id or _is_of(item, name)}
        )

    @property
    def is_from_someone_else(self) -> bool:
        """Whether the answer is not the client's own, so that it is not shown, nor written over unseen."""
        return self.stored.get(f"{self.item.id}__source", "") not in ("", _CLIENT)

    @property
    def shown(self) -> Typed:
        """What stands in the controls. That something was deliberately not asked is not shown either."""
        typed = typed_in(self.item, self.stored)
        return Typed() if self.is_from_someone_else or typed.absent == Absent.NOT_ASKED.value else typed

    def form(self, controls: MultiValueDict[str, str]) -> SectionForm:
        return SECTION_FORMS[self.step](controls, self.storage.drafts(self.step))

    def context(self) -> dict[str, Any]:
        drawn = self.form(self.stored).question(self.item)
        known = base(self.storage.intake, self.item.id)
        return {
            "question": drawn,
            "typed": self.shown,
            "rows": [(row, self.shown.cells.get(row.code)) for row in self.item.rows],
            "errors": () if self.is_from_someone_else else drawn.errors,
            "base": blind(known) if self.is_from_someone_else else drawn.base,
            "absent": ABSENT_SAID,
            "previous": self.beside(-1),
            "saved": saved_at(self.storage.intake),
        }

    def beside(self, way: int) -> Item | None:
        """The question before or after this one in the same section, of those that are not left out."""
        answers = self.storage.intake.answers
        items = [
            item
            for item in SECTION_OF[self.item.id].items
            if item is self.item
            or (client_mode.askable(item.id) and answers.get(item.id) is not Absent.NOT_ASKED)
        ]
        place = items.index(self.item) + way
        return items[place] if 0 <= place < len(items) else None

    def answer(self) -> HttpResponse:
        """Save what the client filled in, through the same form and action as the professional's page."""
        form = self.form(self._sent())
        bases: dict[str, str] = {}
        if self.shown != Typed() or typed_in(self.item, self.request.POST) != Typed():
            result = self.storage.set_step_data(self.step, self._submission(form))
            bases = {f"{key}__base": known for key, known in result.bases.items()}
        if not self.request.accepts("text/html"):
            return JsonResponse({"status": saved_at(self.storage.intake), "base": bases})
        response = redirect(self._next_page(form))
        return with_language(response, self.request.POST.get("_language", ""))

    def _submission(self, form: SectionForm) -> Submission:
        return replace(form.submission(), **numbered(self.request.POST))

    def _sent(self) -> MultiValueDict[str, str]:
        """The controls with the client's answer. What stands beside it was not on the page, and stays."""
        posted, sent = self.request.POST, self.stored.copy()
        for name in names(self.item):
            sent.pop(name, None)
            if name in posted:
                sent.setlist(name, posted.getlist(name))
        sent[f"{self.item.id}__base"] = posted.get(f"{self.item.id}__base", "")
        typed = typed_in(self.item, posted)
        if typed not in (Typed(), typed_in(self.item, self.stored)):
            sent[f"{self.item.id}__source"] = _CLIENT
        return sent

    def _next_page(self, form: SectionForm) -> str:
        here, wanted = _page(self.storage.intake, self.item), self.request.POST.get("_go")
        if wanted == "save" or "_language" in self.request.POST:
            return here
        if wanted == "previous":
            return _page(self.storage.intake, self.beside(-1) or self.item)
        if wanted == "leave":
            return _leave_page(self.item)
        if form.errors:
            return here
        following = self.beside(1)
        return _page(self.storage.intake, following) if following else _leave_page(self.item)


def _is_of(item: Item, name: str) -> bool:
    return name.startswith(f"{item.id}__")


def _page(intake: Intake, item: Item) -> str:
    return reverse("client", args=[intake.uuid, item.id])


def _leave_page(item: Item) -> str:
    return f"{reverse('leave')}?{urlencode({'item': item.id})}"


def _in_section(uuid: UUID, item: Item) -> str:
    return f"{reverse('section', args=[uuid, SECTION_OF[item.id].id])}#{item.id}"


def leave(request: HttpRequest) -> HttpResponse:
    """The professional's password, and then their own page again."""
    if not client_mode.is_on(request):
        return redirect("intakes")
    uuid, began = client_mode.turned_at(request)
    named = request.POST.get("item") or request.GET.get("item") or ""
    item = client_mode.askable(named) or client_mode.askable(began)
    if item is None:
        raise Http404
    form = ReauthenticateForm(request.POST or None, user=user_of(request), auto_id="%s")
    if form.is_valid():
        client_mode.turn_back(request)
        return redirect(_in_section(uuid, item))
    context = {"form": form, "item": item, "back": reverse("client", args=[uuid, item.id])}
    return render(request, "client_mode/leave.html", context)
