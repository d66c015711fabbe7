"""The pages of questions as steps of a wizard: all that is known of formtools.

The storage is the intake's row. The current step comes from the URL alone, so that any section opens at any
time and a refresh, a second tab or another browser lose nothing. Every button saves, Back too, and what a
POST answers is a redirect, so that nothing is sent twice.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.intakes import SaveResult
from questionnaire.documents import labels
from questionnaire.domain.answers import Absent
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.fingerprints import drafts_of, item_fingerprint, text_fingerprint
from questionnaire.domain.items import Section
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import PAGES, route_of
from questionnaire.domain.text import shown
from questionnaire.forms.bindings import names, posted_for, typed_for
from questionnaire.forms.sections import BESIDE, SECTION_FORMS, WORDS, Draft, SectionForm, shown_again
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of

#: The items of each page, and the texts of the intake, which belong to every page.
_KEYS: Final = {page_id: (*(item.id for item in page.items), *WORDS) for page_id, page in PAGES.items()}
#: What a page that saves by itself sends as `page`: a name that it made up, and a number that goes up.
_LONGEST_PAGE: Final = 40
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
#: Where the content of an intake keeps what stands beside an answer.
_KEPT_IN: Final = {"note": "notes", "source": "sources", "reason": "reasons"}


class IntakeStorage(BaseStorage):  # type: ignore[misc]  # formtools has no types
    """Reads and writes the intake that the request is about; it keeps nothing of its own.

    The data of a step are the controls of its page by name: as stored, or as the draft that was typed since.
    """

    def __init__(self, prefix: str, request: HttpRequest, file_storage: None = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.user = user_of(request)
        self.intake = intake_of(request)
        self.step = request.resolver_match.kwargs.get("step") if request.resolver_match else None

    @property
    def current_step(self) -> str | None:
        return self.step

    @current_step.setter
    def current_step(self, step: str) -> None:
        """Nothing: where we are is what the URL says."""

    @property
    def extra_data(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        """Nothing: formtools asks for it on `?reset`, and when it is done."""

    def get_step_files(self, step: str) -> None:
        return None

    def get_step_data(self, step: str) -> MultiValueDict[str, str]:
        controls: dict[str, list[str]] = {}
        for key in _KEYS[step]:
            drafts = drafts_of(self.intake.content, key)
            controls |= shown_again(drafts[-1]) if drafts else stored_controls(self.intake, key)
            controls[f"{key}__base"] = [base(self.intake, key)]
        return MultiValueDict(controls)

    def set_step_data(self, step: str, submission: Submission) -> SaveResult:
        """Save what a page sent. Nothing is written when that changes nothing."""
        result = intake_actions.save_section(self.user, self.intake, step, submission)
        self.intake = result.intake
        return result

    def drafts(self, step: str) -> dict[str, Draft]:
        """What is stored beside each draft."""
        return {
            key: Draft(_stored_words(self.intake, key), blind(base(self.intake, key)), len(drafts) - 1)
            for key in _KEYS[step]
            if (drafts := drafts_of(self.intake.content, key))
        }


def base(intake: Intake, key: str) -> str:
    """The digest that a page is made with, for one item or text."""
    return item_fingerprint(intake.content, key) if key in ITEMS else text_fingerprint(intake.content, key)


def blind(digest: str) -> str:
    """The digest of a page that knows the draft and nothing of what is stored."""
    *parts, draft = digest.split(".")
    return ".".join([*([""] * len(parts)), draft])


def stored_controls(intake: Intake, key: str) -> dict[str, list[str]]:
    """The controls of one item or text with what is stored in them."""
    content = intake.content
    if key not in ITEMS:
        return {key: [content[key]]}
    beside = {f"{key}__{part}": [content[_KEPT_IN[part]].get(key, "")] for part in BESIDE}
    return posted_for(ITEMS[key], typed_for(ITEMS[key], intake.answers.get(key))) | beside


def _stored_words(intake: Intake, key: str) -> list[str]:
    """What is stored for one item or text, as a person reads it."""
    content, value = intake.content, intake.answers.get(key)
    if key not in ITEMS:
        return [shown(content[key])] if content[key] else []
    if isinstance(value, str) and ITEMS[key].kind == "text" and not isinstance(value, Absent):
        words = [shown(value)]
    else:
        words = [] if value is None else list(labels.answer(ITEMS[key], value))
    if note := content["notes"].get(key):
        words.append(_("Note: %(note)s") % {"note": shown(note)})
    if reason := content["reasons"].get(key):
        words.append(_("Reason for not asking: %(reason)s") % {"reason": shown(reason)})
    return words


def _is_on_our_way(page: Section, wizard: SectionWizard) -> bool:
    return page in route_of(wizard.storage.step)


class SectionWizard(NamedUrlWizardView):  # type: ignore[misc]
    """One page a section. A subclass says what stands around the form, and where a saved page leads."""

    storage_name = f"{IntakeStorage.__module__}.{IntakeStorage.__qualname__}"
    form_list = list(SECTION_FORMS.items())
    #: Of all pages those of the way that we are on are steps, so that next and previous stay on it.
    condition_dict = {page_id: partial(_is_on_our_way, page) for page_id, page in PAGES.items()}

    storage: IntakeStorage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs.get("step") not in (None, *SECTION_FORMS):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_step_url(self, step: str) -> str:
        return reverse(self.url_name, kwargs={"uuid": self.storage.intake.uuid, "step": step})

    def get_form_prefix(self, step: str | None = None, form: type[SectionForm] | None = None) -> None:
        """None: controls are named after their item alone."""

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"drafts": self.storage.drafts(step or self.steps.current)}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save all that can be saved, whatever the button; then go where it leads."""
        form = self.get_form(data=pressed(self.request.POST, self.storage.intake))
        result = self.storage.set_step_data(self.steps.current, self.submission(form))
        return self.saved(form, result)

    def submission(self, form: SectionForm) -> Submission:
        """What the page sent."""
        return replace(form.submission(), chosen=chosen(self.request.POST), **numbered(self.request.POST))

    def saved(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        """The page after saving: the step that was asked for, else the next."""
        asked = self.request.POST.get("wizard_goto_step")
        if asked in PAGES:
            response: HttpResponseBase = self.render_goto_step(asked)
            return response
        return redirect(self.get_step_url(self.steps.next or self.done_step_name))


def numbered(posted: QueryDict) -> dict[str, Any]:
    """Which page sent this, and how many it sent before: of a page that saves by itself."""
    page, _dot, number = posted.get("page", "").partition(".")
    is_numbered = page.isalnum() and len(page) <= _LONGEST_PAGE and _NUMBER.fullmatch(number)
    return {"page": page, "number": int(number)} if is_numbered else {}


def chosen(posted: QueryDict) -> str:
    """The item or text for which someone chose between two."""
    return posted.get("_take") or posted.get("_leave") or ""


def pressed(posted: QueryDict, intake: Intake) -> QueryDict:
    """The controls after a button beside one item or text.

    `_clear` takes its answer away. Of two answers `_take` keeps the one on the page, `_leave` the stored one;
    both settle no more than what the page showed.
    """
    controls = posted.copy()
    key = posted.get("_clear") or chosen(posted)
    if f"{key}__base" not in posted:
        return controls
    if f"{key}__shown" in posted and chosen(posted):
        controls.setlist(f"{key}__base", posted.getlist(f"{key}__shown"))
    if "_take" not in posted:
        for name in names(ITEMS[key]) if key in ITEMS else [key]:
            controls.pop(name, None)
    if "_leave" in posted:
        for name, values in stored_controls(intake, key).items():
            controls.setlist(name, values)
    return controls
