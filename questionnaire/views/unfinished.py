"""Name what was typed and is in no document, with the page where each of these drafts can be finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, step_key
from questionnaire.documents import labels
from questionnaire.domain.catalogue import ITEMS, SECTION_OF, SECTIONS
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.domain.safety_plan_parts import PART_OF
from questionnaire.models import Intake
from questionnaire.queries.safety_plans import safety_plan_of
from questionnaire.views.follow_up_page import BREACH_DRAFT, CONSULTATION_DRAFT
from questionnaire.views.safety_plan_page import parts_with_drafts


@dataclass(frozen=True, slots=True)
class UnfinishedWords:
    """Something that was typed and not added or saved; `url` is where it waits."""

    label: str
    url: str


def unfinished_words(intake: Intake) -> tuple[UnfinishedWords, ...]:
    """Return everything that was typed in this intake and is in no document yet."""
    plan = reverse("plan", args=[intake.uuid])
    parts = parts_with_drafts(safety_plan_of(intake.case))
    title = _("Safety plan")
    of_plan = [UnfinishedWords(f"{title}: {PART_OF[part].label}", f"{plan}#{part}") for part in parts]
    return (*_unfinished(intake), *of_plan)


def _unfinished(intake: Intake) -> Iterator[UnfinishedWords]:
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
