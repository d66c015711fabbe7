"""Build the section with the statement of facts."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Block, Paragraph, Section, Sentences
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import incidents as incident_sections
from questionnaire.documents.statement_of_facts import statement_of_facts
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.incidents import Incident, chronological


def statement(presenter: Presenter) -> Section:
    """Return what happened, in sentences. Paper has as many incidents as it has in the log."""
    incidents = chronological(presenter.intake.incidents)
    most = incident_sections.MAX_INCIDENTS_ON_PAPER
    earlier = max(len(incidents) - most, 0) if presenter.paper else 0
    sentences = statement_of_facts(_as_shown(presenter, incidents[earlier:]), presenter.free_text)
    blocks: list[Block] = [Sentences(sentences)] if sentences else []
    if earlier:
        blocks.insert(0, Paragraph(incident_sections.left_out(earlier)))
    return Section("statement_of_facts", _("Statement of facts"), tuple(blocks))


def _as_shown(presenter: Presenter, incidents: tuple[Incident, ...]) -> IntakeFile:
    """Return the intake with these incidents, without what belongs to a question that is left out."""
    if "evidence_kept" in presenter.hidden:
        incidents = tuple(replace(incident, evidence="") for incident in incidents)
    if "police_contact" in presenter.hidden:
        incidents = tuple(replace(incident, reported=None, report_number="") for incident in incidents)
    return replace(presenter.intake, incidents=incidents)
