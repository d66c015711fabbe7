"""Name what was typed and is in no document, with the page where each of these drafts can be finished.

The head of each page of a case has the first of these, and one page has them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, step_key
from questionnaire.actions.handovers import undone_note
from questionnaire.actions.log_imports import opened_log
from questionnaire.actions.review_undo import undone_remark
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.domain.safety_plan_parts import PART_OF
from questionnaire.domain.workflow import State
from questionnaire.models import IMPORT_KEPT_FOR, Intake, User
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries.cases import readable_versions
from questionnaire.queries.safety_plans import may_read_plan, safety_plan_of
from questionnaire.screen.pending_posts import pages_kept
from questionnaire.views.follow_up_page import BREACH_DRAFT, CONSULTATION_DRAFT
from questionnaire.views.page_titles import title_of
from questionnaire.views.safety_plan_page import parts_with_drafts

#: How many of them the head of a page names.
_AT_THE_HEAD: Final = 5


@dataclass(frozen=True, slots=True)
class UnfinishedWords:
    """Something that was typed and not added or saved; `url` is where it waits.

    `of` names the conversation that it is from, on a page of another one. `since` is the day and time;
    "" where that is not known.
    """

    kind: str
    page: str
    url: str
    of: str = ""
    since: str = ""

    @property
    def label(self) -> str:
        """What the head of a page says."""
        return f"{self.of}: {self.kind}" if self.of else self.kind


@dataclass(frozen=True, slots=True)
class UnfinishedHead:
    """What the head of a page says: the first of what is unfinished, and where all of it is."""

    first: tuple[UnfinishedWords, ...]
    more: int
    url: str


def unfinished_head(user: User, intake: Intake) -> UnfinishedHead | None:
    """Return what was typed in this case and may be known to this person, for the head of a page.

    None when there is nothing. The posts that were kept are one line.
    """
    words = (*_of_case(user, intake), *_own(user, intake))
    if kept := _kept(user, intake):
        text = ngettext("%(count)s page that was not saved", "%(count)s pages that were not saved", len(kept))
        words = (*words, UnfinishedWords(text % {"count": len(kept)}, "", reverse("kept")))
    if not words:
        return None
    first = words if len(words) <= _AT_THE_HEAD else words[: _AT_THE_HEAD - 1]
    return UnfinishedHead(first, len(words) - len(first), reverse("unfinished", args=[intake.uuid]))


def unfinished(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show all that was typed in this case and is in no document yet, as far as this person may know it."""
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, EventCode.CASE_READ)
    context = {
        "intake": intake,
        "of_case": tuple(_of_case(user, intake)),
        "own": (*_own(user, intake), *_kept(user, intake)),
    }
    return render(request, "intakes/all_unfinished.html", context)


def _of_case(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    """Yield what anyone finds who may read it: what was typed in this conversation comes first."""
    yield from _unfinished(intake)
    yield from _of_plan(user, intake)
    for other in readable_versions(user, intake).exclude(pk=intake.pk).exclude(state=State.SIGNED_OFF):
        yield from _unfinished(other, _("Conversation of %(date)s") % {"date": dates.format_date(other.on)})


def _of_plan(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    if not may_read_plan(user, intake):
        return
    plan, title = reverse("plan", args=[intake.uuid]), _("Safety plan")
    for part in parts_with_drafts(safety_plan_of(intake.case)):
        yield UnfinishedWords(f"{title}: {PART_OF[part].label}", title, f"{plan}#{part}")


def _own(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    """Yield what is this person's own: others do not learn that it is there."""
    if log := opened_log(user, intake):
        url, since = reverse("log_import", args=[intake.uuid]), _moment(log.until - IMPORT_KEPT_FOR)
        yield UnfinishedWords(_("A log that is not taken in yet"), _("Incidents"), url, since=since)
    if not intake.has_readable_answers:  # nor what stands beside these
        return
    if undone_remark(user, intake):
        url = reverse("review", args=[intake.uuid])
        yield UnfinishedWords(_("A remark that you took back"), _("Review"), url)
    if undone_note(user, intake):
        url = reverse("access", args=[intake.uuid])
        yield UnfinishedWords(_("A note that you took back"), _("Access"), url)


def _kept(user: User, intake: Intake) -> tuple[UnfinishedWords, ...]:
    """Return the pages of this case whose posts were kept for this person."""
    conversations = {str(pk) for pk in intake.case.intakes.values_list("pk", flat=True)}
    of_case = ((path, at) for path, at in pages_kept(user) if not conversations.isdisjoint(path.split("/")))
    kind = _("A page that was not saved")
    return tuple(
        UnfinishedWords(kind, str(title_of(resolve(path))), reverse("kept"), since=_moment(at))
        for path, at in of_case
    )


def _moment(moment: datetime) -> str:
    local = localtime(moment)
    return f"{dates.format_date(local.date())}, {time_format(local, 'H:i')}"


def _unfinished(intake: Intake, of: str = "") -> Iterator[UnfinishedWords]:
    if not intake.has_readable_answers:  # nor are its drafts, as the page says
        return
    steps, follow_up = reverse("steps", args=[intake.uuid]), _("Follow-up")
    steps_by_key = {step_key(code): code for code in (*SUBJECTS, DECISIONS, HOLDERS)}
    for key in intake.content["drafts"]:
        kind, _space, uuid = key.partition(" ")
        if key in ITEMS:
            section = SECTION_OF[key]
            url = f"{_section(intake, section.id)}#{key}"
            yield UnfinishedWords(labels.label(key), str(section.title), url, of)
        elif kind == INCIDENT_DRAFT:
            yield _incident(intake, uuid, of)
        elif key == CONSULTATION_DRAFT:
            yield UnfinishedWords(_("Who was consulted"), follow_up, f"{steps}#consultations", of)
        elif key == BREACH_DRAFT:
            yield UnfinishedWords(_("A breach that is being written"), follow_up, f"{steps}#breaches", of)
        elif key in steps_by_key:
            yield UnfinishedWords(_("The follow-up"), follow_up, f"{steps}#{steps_by_key[key]}", of)
        else:
            last = SECTIONS[-1]
            text = _("A note, or your own assessment")
            yield UnfinishedWords(text, str(last.title), _section(intake, last.id), of)


def _section(intake: Intake, section_id: str) -> str:
    return reverse("section", args=[intake.uuid, section_id])


def _incident(intake: Intake, uuid: str, of: str) -> UnfinishedWords:
    page = _("Incidents")
    if uuid:
        url = reverse("incident", args=[intake.uuid, uuid])
        return UnfinishedWords(_("A change to an incident"), page, url, of)
    url = reverse("incidents", args=[intake.uuid])
    return UnfinishedWords(_("An incident that is being written"), page, url, of)
