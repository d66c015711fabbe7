"""Build the section with the statement of facts."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Block, Paragraph, Section, Sentences
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import incidents as incident_sections
from questionnaire.documents.statement_of_facts import statement_of_facts
from questionnaire.domain.incidents import chronological


def statement(presenter: Presenter) -> Section:
    """Return what happened, in sentences. Paper has as many incidents as it has in the log."""
    incidents = chronological(presenter.intake.incidents)
    most = incident_sections.MAX_INCIDENTS_ON_PAPER
    earlier = max(len(incidents) - most, 0) if presenter.paper else 0
    shown = replace(presenter.intake, incidents=incidents[earlier:])
    sentences = statement_of_facts(shown, presenter.free_text)
    blocks: list[Block] = [Sentences(sentences)] if sentences else []
    if earlier:
        blocks.insert(0, Paragraph(incident_sections.left_out(earlier)))
    return Section("statement_of_facts", _("Statement of facts"), tuple(blocks))
