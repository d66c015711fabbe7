"""Name what was typed and is in no document, with the page where each of these drafts can be finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, step_key
from questionnaire.actions.handovers import undone_note
from questionnaire.actions.log_imports import opened_log
from questionnaire.actions.review_undo import undone_remark
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.domain.safety_plan_parts import PART_OF
from questionnaire.domain.workflow import State
from questionnaire.models import Intake, User
from questionnaire.queries.cases import readable_versions
from questionnaire.queries.safety_plans import may_read_plan, safety_plan_of
from questionnaire.screen.pending_posts import paths_kept
from questionnaire.views.follow_up_page import BREACH_DRAFT, CONSULTATION_DRAFT
from questionnaire.views.safety_plan_page import parts_with_drafts


@dataclass(frozen=True, slots=True)
class UnfinishedWords:
    """Something that was typed and not added or saved; `url` is where it waits."""

    label: str
    url: str


def unfinished_words(user: User, intake: Intake) -> tuple[UnfinishedWords, ...]:
    """Return what was typed in this case, is in no document yet, and may be known to this person.

    What was typed in this intake comes first. The posts that were kept, a log that was opened, a remark and a
    note that were taken back are this person's own: others do not learn that they are there.
    """
    of_case = (*_unfinished(intake), *_of_plan(user, intake), *_in_other_conversations(user, intake))
    return (*of_case, *_own(user, intake))


def _of_plan(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    if not may_read_plan(user, intake):
        return
    plan, title = reverse("plan", args=[intake.uuid]), _("Safety plan")
    for part in parts_with_drafts(safety_plan_of(intake.case)):
        yield UnfinishedWords(f"{title}: {PART_OF[part].label}", f"{plan}#{part}")


def _in_other_conversations(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    for other in readable_versions(user, intake).exclude(pk=intake.pk).exclude(state=State.SIGNED_OFF):
        when = _("Conversation of %(date)s") % {"date": dates.format_date(other.on)}
        for words in _unfinished(other):
            yield UnfinishedWords(f"{when}: {words.label}", words.url)


def _own(user: User, intake: Intake) -> Iterator[UnfinishedWords]:
    if opened_log(user, intake):
        yield UnfinishedWords(_("A log that is not taken in yet"), reverse("log_import", args=[intake.uuid]))
    if not intake.has_readable_answers:  # nor what stands beside these
        return
    if undone_remark(user, intake):
        yield UnfinishedWords(_("A remark that you took back"), reverse("review", args=[intake.uuid]))
    if undone_note(user, intake):
        yield UnfinishedWords(_("A note that you took back"), reverse("access", args=[intake.uuid]))
    conversations = {str(pk) for pk in intake.case.intakes.values_list("pk", flat=True)}
    kept = sum(not conversations.isdisjoint(path.split("/")) for path in paths_kept(user))
    if kept:
        text = ngettext("%(count)s page that was not saved", "%(count)s pages that were not saved", kept)
        yield UnfinishedWords(text % {"count": kept}, reverse("kept"))


def _unfinished(intake: Intake) -> Iterator[UnfinishedWords]:
    if not intake.has_readable_answers:  # nor are its drafts, as the page says
        return
    steps = reverse("steps", args=[intake.uuid])
    steps_by_key = {step_key(code): code for code in (*SUBJECTS, DECISIONS, HOLDERS)}
    for key in intake.content["drafts"]:
        kind, _space, uuid = key.partition(" ")
        if key in ITEMS:
            yield UnfinishedWords(labels.label(key), f"{_section(intake, SECTION_OF[key].id)}#{key}")
        elif kind == INCIDENT_DRAFT:
            yield _incident(intake, uuid)
        elif key == CONSULTATION_DRAFT:
            yield UnfinishedWords(_("Who was consulted"), f"{steps}#consultations")
        elif key == BREACH_DRAFT:
            yield UnfinishedWords(_("A breach that is being written"), f"{steps}#breaches")
        elif key in steps_by_key:
            yield UnfinishedWords(_("The follow-up"), f"{steps}#{steps_by_key[key]}")
        else:
            yield UnfinishedWords(_("A note, or your own assessment"), _section(intake, SECTIONS[-1].id))


def _section(intake: Intake, section_id: str) -> str:
    return reverse("section", args=[intake.uuid, section_id])


def _incident(intake: Intake, uuid: str) -> UnfinishedWords:
    if uuid:
        return UnfinishedWords(_("A change to an incident"), reverse("incident", args=[intake.uuid, uuid]))
    return UnfinishedWords(_("An incident that is being written"), reverse("incidents", args=[intake.uuid]))
