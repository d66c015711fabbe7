"""The last sections: the professional's own view, and the limits of the report."""

from __future__ import annotations

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Block, Fact, Paragraph, Quotation, Rest, Section
from questionnaire.documents.presenter import Presenter
from questionnaire.domain import catalogue


def own_view(telling: Presenter) -> Section:
    """What the professional thinks: internal, in the full edition alone."""
    blocks: list[Block] = telling.facts(telling.answered(("professional_concern",)))
    if telling.intake.view:
        blocks.append(Quotation(_("The professional thinks"), telling.free(telling.intake.view)))
    return Section("own_view", _("The professional's own view"), tuple(blocks))


def limits(telling: Presenter, *, own_file: bool) -> Section:
    """What this report does not say, and what it was made from."""
    kept = _("What is marked as safety data or own view is for this file only.")
    limits = telling.summary.limits
    blocks: list[Block] = [Paragraph(f"{limits} {kept}" if own_file else limits)]
    if telling.unprintable:
        blocks.append(
            Paragraph(
                _("Some characters cannot be printed here. The plain text of this report has them all.")
            )
        )
    intake = telling.intake
    about = ((_("Own reference"), intake.reference), (_("Author"), intake.author))
    facts = tuple(Fact("", name, (telling.free(text),)) for name, text in about if text)
    version = _("version %(version)s") % {"version": catalogue.VERSION}
    blocks.append(Rest((*facts, Fact("", _("Questionnaire"), (version,)))))
    return Section("limits", _("Limits of this report"), tuple(blocks))
