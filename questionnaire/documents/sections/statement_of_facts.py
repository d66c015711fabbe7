"""Build the section with the statement of facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Block, FreeText, Paragraph, Section, Sentences
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections import incidents as incident_sections
from questionnaire.documents.statement_of_facts import incident_as_sentence, statement_of_facts
from questionnaire.domain.incidents import Incident, chronological


def statement(presenter: Presenter) -> Section:
    """Return what happened, in sentences. Paper has as many incidents as it has in the log."""
    incidents, earlier = _that_fit(presenter, presenter.intake.incidents)
    sentences = statement_of_facts(replace(presenter.intake, incidents=incidents), presenter.free_text)
    return Section("statement_of_facts", _("Statement of facts"), tuple(_blocks(sentences, earlier)))


def incident_sentences(presenter: Presenter, incidents: Iterable[Incident]) -> list[Block]:
    """Return blocks with a sentence or a few for each incident, in order of time; none without incidents."""
    shown, earlier = _that_fit(presenter, incidents)
    texts = tuple(FreeText(incident_as_sentence(incident, presenter.free_text)) for incident in shown)
    return _blocks(texts, earlier)


def _that_fit(presenter: Presenter, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], int]:
    """Return the incidents that the document holds, and how many earlier ones it does not."""
    ordered = chronological(incidents)
    most = incident_sections.MAX_INCIDENTS_ON_PAPER
    earlier = max(len(ordered) - most, 0) if presenter.paper else 0
    return ordered[earlier:], earlier


def _blocks(sentences: tuple[FreeText, ...], earlier: int) -> list[Block]:
    blocks: list[Block] = [Sentences(sentences)] if sentences else []
    if earlier:
        blocks.insert(0, Paragraph(incident_sections.left_out(earlier)))
    return blocks
