"""Make the pages of questions steps of a formtools wizard. No other module uses formtools.

The storage is the intake. The current step comes from the URL alone, so that any section opens at any time
and a refresh, a second tab or another browser lose nothing. Every button saves, Back too, and answers a POST
with a redirect, so that nothing is sent twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
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
from questionnaire.actions.transactions import SaveResult
from questionnaire.documents import labels
from questionnaire.domain.answers import parse_answer
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.fingerprints import drafts_of, item_fingerprint, text_fingerprint
from questionnaire.domain.items import Section
from questionnaire.domain.log_answers import offers
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import PAGES, route_of
from questionnaire.domain.text import escape_controls
from questionnaire.forms.bindings import control_names, input_from_answer, post_from_input
from questionnaire.forms.log_offers import BUTTON, put_in, taken_over
from questionnaire.forms.sections import (
    ANNOTATIONS,
    SECTION_FORMS,
    TEXT_LABELS,
    Draft,
    SectionForm,
    controls_from_draft,
)
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.autosave import page_and_number
from questionnaire.views.conflicts import draft_only_base, resolved_key

#: The items of each page, and the texts of the intake, which belong to every page.
_PAGE_KEYS: Final = {
    page_id: (*(item.id for item in page.items), *TEXT_LABELS) for page_id, page in PAGES.items()
}
#: Where the content of an intake has the annotations of answers.
_CONTENT_KEYS: Final = {"note": "notes", "source": "sources", "reason": "reasons"}


class IntakeStorage(BaseStorage):  # type: ignore[misc]  # formtools has no types
    """The intake of the request as the storage of the wizard; nothing else is stored.

    The data of a step are the controls of its page by name: as stored, or from a draft that was typed since.
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
        """Do nothing: the URL says which step is current."""

    @property
    def extra_data(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        """Do nothing: formtools resets on `?reset`, and after the last step."""

    def get_step_files(self, step: str) -> None:
        return None

    def get_step_data(self, step: str) -> MultiValueDict[str, str]:
        controls: dict[str, list[str]] = {}
        for key in _PAGE_KEYS[step]:
            drafts = drafts_of(self.intake.content, key)
            controls |= controls_from_draft(drafts[-1]) if drafts else stored_controls(self.intake, key)
            controls[f"{key}__base"] = [base_fingerprint(self.intake, key)]
        return MultiValueDict(controls)

    def set_step_data(self, step: str, submission: Submission) -> SaveResult:
        """Save what a page sent. Write nothing when that changes nothing."""
        result = intake_actions.save_section(self.user, self.intake, step, submission)
        self.intake = result.intake
        return result

    def drafts(self, step: str) -> dict[str, Draft]:
        """Return the drafts of the page by item or text, each with what is stored instead."""
        return {
            key: Draft(
                _describe_stored(self.intake, key),
                draft_only_base(base_fingerprint(self.intake, key)),
                len(drafts) - 1,
            )
            for key in _PAGE_KEYS[step]
            if (drafts := drafts_of(self.intake.content, key))
        }


def base_fingerprint(intake: Intake, key: str) -> str:
    """Return the fingerprint of one item or text that a page is based on."""
    return item_fingerprint(intake.content, key) if key in ITEMS else text_fingerprint(intake.content, key)


def stored_controls(intake: Intake, key: str) -> dict[str, list[str]]:
    """Return the controls of one item or text as it is stored."""
    content = intake.content
    if key not in ITEMS:
        return {key: [content[key]]}
    annotations = {f"{key}__{part}": [content[_CONTENT_KEYS[part]].get(key, "")] for part in ANNOTATIONS}
    answer = parse_answer(ITEMS[key], content["answers"].get(key), until=date.max)
    return post_from_input(ITEMS[key], input_from_answer(ITEMS[key], answer)) | annotations


def _describe_stored(intake: Intake, key: str) -> list[str]:
    """Return what is stored for one item or text, as lines for people."""
    content, answers = intake.content, intake.answers
    if key not in ITEMS:
        return [escape_controls(content[key])] if content[key] else []
    lines = list(map(str, labels.answer(answers, key))) if key in answers else []
    if note := content["notes"].get(key):
        lines.append(_("Note: %(note)s") % {"note": escape_controls(note)})
    if reason := content["reasons"].get(key):
        lines.append(_("Reason for not asking: %(reason)s") % {"reason": escape_controls(reason)})
    return lines


def _is_on_route(page: Section, wizard: SectionWizard) -> bool:
    return page in route_of(wizard.storage.step)


class SectionWizard(NamedUrlWizardView):  # type: ignore[misc]
    """One page for each section. A subclass adds what is around the form, and where a saved page leads."""

    storage_name = f"{IntakeStorage.__module__}.{IntakeStorage.__qualname__}"
    form_list = list(SECTION_FORMS.items())
    #: Only the pages of the current route are steps, so that next and previous stay on it.
    condition_dict = {page_id: partial(_is_on_route, page) for page_id, page in PAGES.items()}

    storage: IntakeStorage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs.get("step") not in (None, *SECTION_FORMS):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_step_url(self, step: str) -> str:
        return reverse(self.url_name, kwargs={"uuid": self.storage.intake.uuid, "step": step})

    def get_form_prefix(self, step: str | None = None, form: type[SectionForm] | None = None) -> None:
        """Return None: the names of controls have no prefix."""

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"drafts": self.storage.drafts(step or self.steps.current), "on": self.storage.intake.on}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save all that is valid, whatever the button; then go where it leads."""
        form = self.get_form(data=apply_button(self.request.POST, self.storage.intake))
        result = self.storage.set_step_data(self.steps.current, self.submission(form))
        return self.after_save(form, result)

    def submission(self, form: SectionForm) -> Submission:
        """Return what the page sent."""
        return replace(
            form.submission(), chosen=resolved_key(self.request.POST), **page_and_number(self.request.POST)
        )

    def after_save(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        """Redirect to the step that was asked for, else to the next."""
        step = self.request.POST.get("wizard_goto_step")
        if step in PAGES:
            response: HttpResponseBase = self.render_goto_step(step)
            return response
        return redirect(self.get_step_url(self.steps.next or self.done_step_name))


def apply_button(posted: QueryDict, intake: Intake) -> QueryDict:
    """Return the controls after a button beside one item or text.

    `_clear` removes its answer, `_from_log` puts in its place what the log offers. Of two answers `_take`
    chooses the one on the page, `_leave` the stored one; both resolve no other conflict than the one that the
    page showed.
    """
    controls = posted.copy()
    if BUTTON in posted:
        if offer := taken_over(posted, offers(intake.answers, intake.incident_log, intake.on)):
            put_in(controls, offer)
        return controls
    key = posted.get("_clear") or resolved_key(posted)
    if f"{key}__base" not in posted:
        return controls
    if f"{key}__shown" in posted and resolved_key(posted):
        controls.setlist(f"{key}__base", posted.getlist(f"{key}__shown"))
    if "_take" not in posted:
        for name in control_names(ITEMS[key]) if key in ITEMS else [key]:
            controls.pop(name, None)
    if "_leave" in posted:
        for name, values in stored_controls(intake, key).items():
            controls.setlist(name, values)
    return controls
