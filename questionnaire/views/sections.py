"""Show and save the pages of the conversation: one for each section, and those of the shorter routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.transactions import SaveResult
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.advice.at_once import AT_ONCE
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.fingerprints import INCIDENT_DRAFT, INTAKE_TEXTS, draft_fingerprint, newest_draft
from questionnaire.domain.items import Section
from questionnaire.domain.log_answers import LOG_ITEMS, contradictions, offers
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import CORE, EMERGENCY
from questionnaire.domain.summary import summarise
from questionnaire.forms.incidents import IncidentForm
from questionnaire.forms.log_offers import BUTTON, LogLine, log_lines
from questionnaire.forms.sections import BILINGUAL_HELPERS, TEXT_LABELS, SectionForm
from questionnaire.models import Intake, User
from questionnaire.queries import cases
from questionnaire.screen import client_mode, interpreter
from questionnaire.screen.lock import is_locked
from questionnaire.views.autosave import DRAFT_BASE_FIELD, autosave_result, save_status
from questionnaire.views.closing import CLOSING_PAGES
from questionnaire.views.conflicts import choice_text, resolved_key
from questionnaire.views.feedback import done, has_tag
from questionnaire.views.incident_log import has_earlier
from questionnaire.views.incidents import add_incident, tells_of_log
from questionnaire.views.language_cookie import with_language_cookie
from questionnaire.views.sidebar import build_sidebar, news, overview_of
from questionnaire.views.wizard import SectionWizard, stored_controls

#: The message that something was taken over from the log. It says nothing of what.
_TAKEN_OVER: Final = gettext_lazy("Taken over from the log. You can change it or clear it.")
#: The tag of what is said once someone chose of two texts: with the question or text it is shown at.
_CHOSEN: Final = "chosen"
_INCIDENT_PREFIX: Final = "incident"
#: The question whose page has the text of the professional's own assessment.
_OWN_VIEW: Final = ITEMS["professional_concern"]


class SectionView(SectionWizard):
    """A section: its questions, with the sidebar."""

    def get_template_names(self) -> list[str]:
        is_emergency = self.steps.current == EMERGENCY.id
        return ["intakes/emergency.html" if is_emergency else "intakes/section.html"]

    def render(self, form: SectionForm | None = None, **kwargs: Any) -> HttpResponseBase:
        """Record that the content is read, and render the page."""
        intake_actions.record_read(self.storage.user, self.storage.intake, EventCode.SECTION_READ)
        response: HttpResponseBase = super().render(form, **kwargs)
        return response

    def get_context_data(self, form: SectionForm, **kwargs: Any) -> dict[str, Any]:
        intake = self.storage.intake
        incident_form = kwargs.pop("incident_form", None) or IncidentForm.from_draft(
            newest_draft(intake.content, INCIDENT_DRAFT), **self._about_incidents()
        )
        if (is_log_told := tells_of_log(self.request)) or incident_form.errors:
            incident_form.focus()
        beside = interpreter.language_beside(self.request, intake)
        shown = self._shown(form)
        chosen_at = next((key for key in shown if has_tag(self.request, f"{_CHOSEN}-{key}")), "")
        return super().get_context_data(  # type: ignore[no-any-return]
            form=form,
            helper=BILINGUAL_HELPERS[form.section.id] if beside else form.helper,
            beside=beside,
            beside_choices=interpreter.choices(),
            first_client_item=next((item.id for item in form.section.items if not item.internal), ""),
            intake=intake,
            section=form.section,
            running_note=form.text("running_note"),
            view=form.text("view") if _OWN_VIEW in form.section.items else None,
            is_core=form.section in CORE,
            sidebar=build_sidebar(intake),
            at_once=AT_ONCE,
            previous=_previous_answers(self.storage.user, intake, form.section),
            from_log=_from_log(intake, form.section),
            incident_form=incident_form,
            has_earlier=has_earlier(intake),
            is_log_told=is_log_told,
            is_incident_open=bool(is_log_told or incident_form.errors or incident_form.is_draft),
            draft_base=draft_fingerprint(intake.content, INCIDENT_DRAFT),
            chosen_at=chosen_at,
            kept_apart=[(key, _label(key)) for key in shown if form.is_in_conflict(key)],
            has_errors=bool(form.errors or incident_form.errors),
            saved=save_status(intake, sum(key in intake.content["drafts"] for key in shown)),
            **kwargs,
        )

    def _shown(self, form: SectionForm) -> list[str]:
        """Return the items and texts that the page has controls for."""
        items = form.section.items
        has_note, has_view = self.steps.current != EMERGENCY.id, _OWN_VIEW in items
        return [*(item.id for item in items), *["running_note"][:has_note], *["view"][:has_view]]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add the incident on the page, if there is one, and save the rest; the invalid becomes a draft.

        An incident without a date may be half of one: its own button adds it, any other keeps it as a draft.
        """
        self.incident = IncidentForm(self.request.POST, **self._about_incidents())
        self.has_incident = self.request.accepts("text/html") and self.incident.is_filled_in()
        self.is_added = self.has_incident and self.incident.is_valid() and self._is_whole()
        if self.is_added:
            add_incident(self.request, self.incident)
        response: HttpResponseBase = super().post(*args, **kwargs)
        return response

    def _is_whole(self) -> bool:
        return self.request.POST.get("_go") == "incident" or bool(self.incident.parsed.date)

    def _about_incidents(self) -> dict[str, Any]:
        intake = self.storage.intake
        return {"on": intake.on, "date_order": intake.case.date_order, "prefix": _INCIDENT_PREFIX}

    def submission(self, form: SectionForm) -> Submission:
        sent = super().submission(form)
        if DRAFT_BASE_FIELD not in self.request.POST:
            return sent
        draft = "" if self.is_added else self.incident.draft()
        base = {**sent.base, INCIDENT_DRAFT: self.request.POST[DRAFT_BASE_FIELD]}
        return replace(sent, base=base, drafts={INCIDENT_DRAFT: draft})

    def after_save(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        if not self.request.accepts("text/html"):
            return self._autosave_response(result)
        is_by_button = "_go" in self.request.POST and not is_locked(self.request)
        if is_by_button and self.has_incident and not self.incident.is_valid():
            form = self.get_form(data=self.storage.current_step_data)
            return self.render(form, incident_form=self.incident)
        if (key := resolved_key(self.request.POST)) and key not in self.storage.intake.content["drafts"]:
            done(self.request, choice_text(self.request.POST), tag=f"{_CHOSEN}-{key}")
        return self._after_switch() or self._next_page(form, result)

    def _after_switch(self) -> HttpResponseBase | None:
        """Return the response to a button that changes how the page is shown; None for any other button."""
        posted, intake, here = self.request.POST, self.storage.intake, self._current_url
        if language := posted.get("_language"):
            return with_language_cookie(redirect(here), language)
        if item := client_mode.client_item(posted.get("_turn", "")):
            client_mode.start(self.request, intake, item)
            return redirect("client", uuid=intake.uuid, item=item.id)
        if interpreter.BUTTON in posted:
            interpreter.switch(self.request, intake, posted)
            return redirect(here)
        if BUTTON in posted:
            return self._after_taking_over(posted[BUTTON])
        if key := posted.get("_clear") or resolved_key(posted):
            return redirect(f"{here}#{key}" if key in ITEMS else here)
        return None

    def _after_taking_over(self, press: str) -> HttpResponseBase:
        """Say that what the log offers is the answer now, if it is, and lead to its question."""
        name, _is, typed = press.partition("=")
        item_id = name.partition("__")[0]
        if item_id not in ITEMS:
            return redirect(self._current_url)
        if stored_controls(self.storage.intake, item_id).get(name) == [typed]:
            done(self.request, str(_TAKEN_OVER))
        return redirect(f"{self._current_url}#{item_id}")

    def _next_page(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        posted, uuid, here = self.request.POST, self.storage.intake.uuid, self._current_url
        if posted.get("_go") in CLOSING_PAGES:
            return redirect(f"{reverse(posted['_go'], args=[uuid])}?page={self.steps.current}")
        if "wizard_goto_step" in posted:
            return super().after_save(form, result)
        if form.errors or result.conflicts or posted.get("_go") in {"save", "enter"}:
            return redirect(here)
        if posted.get("_go") == "incident":
            # A page that is opened at a place in it does not begin in the field with autofocus.
            return redirect(here if self.has_incident else f"{here}#incidents")
        if posted.get("_go") == "summary":
            return redirect("summary", uuid=uuid)
        return super().after_save(form, result)

    @property
    def _current_url(self) -> str:
        return self.get_step_url(self.steps.current)

    def _autosave_response(self, result: SaveResult) -> JsonResponse:
        posted, drafts = self.request.POST, self.storage.intake.content["drafts"]
        on_page = [key for key in (*ITEMS, *INTAKE_TEXTS) if f"{key}__base" in posted]
        to_check = sum(key in drafts for key in on_page)
        answer = autosave_result(result, save_status(self.storage.intake, to_check))
        if result.saved or result.conflicts:  # what another page stored can have raised the level
            intake = result.intake
            answers = intake.answers
            summary = result.summary or summarise(answers, intake.incident_log, intake.on)
            answer["sidebar"] = news(overview_of(intake, answers, summary))
        return JsonResponse(answer)


def _previous_answers(user: User, intake: Intake, section: Section) -> dict[str, str]:
    """Return what was answered to each question the last time, to show beside it; nothing the first time."""
    previous = cases.previous_assessment(user, intake)
    if previous is None:
        return {}
    answers, on = previous.answers, dates.format_date(previous.on)
    return {
        item.id: _("Last time (%(date)s): %(said)s")
        % {"date": on, "said": labels.SEPARATOR.join(labels.answer(answers, item.id))}
        for item in section.items
    }


def _label(key: str) -> str:
    return labels.label(key) if key in ITEMS else str(TEXT_LABELS[key])


def _from_log(intake: Intake, section: Section) -> Mapping[str, Sequence[LogLine]]:
    """Return what the log says beside the questions of a page."""
    if not {item.id for item in section.items} & set(LOG_ITEMS):
        return {}
    answers, log = intake.answers, intake.incident_log
    return log_lines(offers(answers, log, intake.on), contradictions(answers, log, intake.on))


# The last step leads to a page of its own, so that nothing is validated again to get there.
# Compressed: these pages contain nothing of the URL or of another site, see docs/adr/0006.
section = gzip_page(SectionView.as_view(url_name="section", done_step_name="answers"))
