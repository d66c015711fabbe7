"""The pages of the conversation: one a section, and the shorter ways through them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.intakes import SaveResult
from questionnaire.audit.log import Code
from questionnaire.documents import labels
from questionnaire.documents.sections.changes import said
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.fingerprints import INCIDENT, TEXTS, draft_fingerprint, newest_draft
from questionnaire.domain.items import Section
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import CORE, EMERGENCY
from questionnaire.forms.intakes import IncidentLine
from questionnaire.forms.sections import IN_BOTH, SectionForm
from questionnaire.models import Intake, User
from questionnaire.queries import cases
from questionnaire.screen import client_mode
from questionnaire.screen.lock import is_locked
from questionnaire.views.sidebar import SEVERE, panels, saved_at
from questionnaire.views.wizard import SectionWizard

Response = TypeVar("Response", bound=HttpResponseBase)

_PREFIX: Final = "incident"
#: The control that holds what a page knows of an incident that is still being written.
SKETCH: Final = "sketch__base"
#: Where a button can lead at once, whatever is still to be checked on the page, by URL name.
_ELSEWHERE: Final = frozenset({"pause", "stop"})
#: The question beside which the professional writes down their own view.
_OWN_VIEW: Final = ITEMS["professional_concern"]
#: The key in a session for the intake of which pages are drawn in both languages, for an interpreter.
_INTERPRETER: Final = "interpreter"


class SectionPages(SectionWizard):
    """A section: the questions, and beside them what matters now."""

    def get_template_names(self) -> list[str]:
        on_its_own = self.steps.current == EMERGENCY.id
        return ["intakes/emergency.html" if on_its_own else "intakes/section.html"]

    def render(self, form: SectionForm | None = None, **kwargs: Any) -> HttpResponseBase:
        """A page that shows content, and so the one event of reading it."""
        intake_actions.record_read(self.storage.user, self.storage.intake, Code.SECTION_READ)
        response: HttpResponseBase = super().render(form, **kwargs)
        return response

    def get_context_data(self, form: SectionForm, **kwargs: Any) -> dict[str, Any]:
        intake = self.storage.intake
        incident_form = kwargs.pop("incident_form", None) or IncidentLine.begun(
            newest_draft(intake.content, INCIDENT), prefix=_PREFIX
        )
        in_both = self.request.session.get(_INTERPRETER) == str(intake.uuid)
        return super().get_context_data(  # type: ignore[no-any-return]
            form=form,
            helper=IN_BOTH[form.section.id] if in_both else form.helper,
            in_both=in_both,
            first_asked=next((item.id for item in form.section.items if not item.internal), ""),
            intake=intake,
            section=form.section,
            running_note=form.text("running_note"),
            view=form.text("view") if _OWN_VIEW in form.section.items else None,
            is_core=form.section in CORE,
            panels=panels(intake),
            severe=SEVERE,
            previous=_previous(self.storage.user, intake, form.section),
            incident_form=incident_form,
            sketch_base=draft_fingerprint(intake.content, INCIDENT),
            has_errors=bool(form.errors or incident_form.errors),
            saved=saved_at(intake),
            **kwargs,
        )

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add the incident on the page, if there is one, and save the rest; what cannot be read is kept."""
        self.incident = IncidentLine(self.request.POST, prefix=_PREFIX)
        self.is_added = self.request.accepts("text/html") and self.incident.is_filled_in()
        if self.is_added and self.incident.is_valid():
            key = self.incident.cleaned_data["key"]
            intake_actions.add_incident(self.storage.user, self.storage.intake, self.incident.told, key)
        response: HttpResponseBase = super().post(*args, **kwargs)
        return response

    def submission(self, form: SectionForm) -> Submission:
        sent = super().submission(form)
        if SKETCH not in self.request.POST:
            return sent
        sketch = "" if self.is_added and self.incident.is_valid() else self.incident.sketch()
        base = {**sent.base, INCIDENT: self.request.POST[SKETCH]}
        return replace(sent, base=base, sketches={INCIDENT: sketch})

    def saved(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        if not self.request.accepts("text/html"):
            return self._status(result)
        is_asked = "_go" in self.request.POST and not is_locked(self.request)
        if is_asked and self.is_added and not self.incident.is_valid():
            form = self.get_form(data=self.storage.current_step_data)
            return self.render(form, incident_form=self.incident)
        return self._next_page(form, result)

    def _next_page(self, form: SectionForm, result: SaveResult) -> HttpResponseBase:
        posted = self.request.POST
        here = self.get_step_url(self.steps.current)
        if language := posted.get("_language"):
            return with_language(redirect(here), language)
        if turned := client_mode.askable(posted.get("_turn", "")):
            client_mode.turn(self.request, self.storage.intake, turned)
            return redirect("client", uuid=self.storage.intake.uuid, item=turned.id)
        if "_interpreter" in posted:
            self._in_both(posted["_interpreter"] == "on")
            return redirect(here)
        if beside := posted.get("_clear") or posted.get("_take") or posted.get("_leave"):
            return redirect(f"{here}#{beside}" if beside in ITEMS else here)
        if posted.get("_go") in _ELSEWHERE:
            leads_to = reverse(posted["_go"], args=[self.storage.intake.uuid])
            return redirect(f"{leads_to}?page={self.steps.current}")
        if "wizard_goto_step" in posted:
            return super().saved(form, result)
        if form.errors or result.conflicts or posted.get("_go") == "save":
            return redirect(here)
        if posted.get("_go") == "incident":
            return redirect(f"{here}#incidents")
        if posted.get("_go") == "summary":
            return redirect("summary", uuid=self.storage.intake.uuid)
        return super().saved(form, result)

    def _in_both(self, on: bool) -> None:
        """From now on draw this intake's pages in both languages, or in one."""
        self.request.session[_INTERPRETER] = str(self.storage.intake.uuid) if on else ""

    def _status(self, result: SaveResult) -> JsonResponse:
        """For autosave: what came of it in words, and what the page is made with from now on."""
        drafts = self.storage.intake.content["drafts"]
        troubled = [key for key in (*ITEMS, *TEXTS) if key in drafts and f"{key}__base" in self.request.POST]
        return JsonResponse(answer(result, saved_and_to_check(self.storage.intake, len(troubled))))


def _previous(user: User, intake: Intake, section: Section) -> dict[str, str]:
    """What was said to each question the last time, beside it and never in it; nothing the first time."""
    before = cases.before(user, intake)
    if before is None:
        return {}
    answers, on = before.answers, dates.words(before.on.isoformat())
    return {
        item.id: _("Last time (%(date)s): %(said)s")
        % {"date": on, "said": labels.BETWEEN.join(said(answers, item.id))}
        for item in section.items
    }


def answer(result: SaveResult, status: str) -> dict[str, Any]:
    """What a page that saves by itself is told: the state in words, and what it knows from now on."""
    bases = {
        SKETCH if key.startswith(INCIDENT) else f"{key}__base": base for key, base in result.bases.items()
    }
    return {"status": status, "base": bases}


def saved_and_to_check(intake: Intake, troubled: int) -> str:
    """When the intake was last saved, and how many answers still have to be looked at."""
    if not troubled:
        return saved_at(intake)
    check = ngettext(
        "%(count)s answer to check: choose Save.", "%(count)s answers to check: choose Save.", troubled
    )
    return f"{saved_at(intake)}. {check % {'count': troubled}}"


def with_language(response: Response, language: str) -> Response:
    """The response, after which pages come in this language."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


# The last step leads to a page of its own, so that nothing is validated again to get there.
# Compressed, as nothing of the address or of another site stands in these pages: see docs/adr/0006.
section = gzip_page(SectionPages.as_view(url_name="section", done_step_name="answers"))
