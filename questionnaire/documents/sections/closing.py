"""Build the last sections: the professional's own assessment, and the limits of the summary."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Block, Fact, Facts, Paragraph, Quotation, Rest, Section, Subheading
from questionnaire.documents.presenter import Presenter
from questionnaire.domain import catalogue
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.references import REFERENCES


def own_view(presenter: Presenter) -> Section:
    """Return the section with what the professional thinks, which is internal."""
    blocks: list[Block] = presenter.facts(presenter.answered(("professional_concern",)))
    if presenter.intake.view:
        blocks.append(Quotation(_("The professional thinks"), presenter.free_text(presenter.intake.view)))
    return Section("own_view", _("The professional's own assessment"), tuple(blocks))


def limits(presenter: Presenter, *, own_file: bool) -> Section:
    """Return the section with what this report does not say, and what it was made from."""
    internal = _("What is marked as confidential or own assessment is for this file only.")
    limits = presenter.summary.limits
    blocks: list[Block] = [Paragraph(f"{limits} {internal}" if own_file else limits)]
    if presenter.paper and presenter.unprintable:
        blocks.append(
            Paragraph(
                _("Some characters cannot be printed here. The plain text of this summary has them all.")
            )
        )
    intake = presenter.intake
    about = (
        (_("Own reference"), intake.reference),
        (_("Author"), intake.author),
        (_("Organisation"), presenter.added.name),
    )
    facts = tuple(Fact("", label, (presenter.free_text(text),)) for label, text in about if text)
    version = _("version %(version)s") % {"version": catalogue.VERSION}
    blocks.append(Rest((*facts, Fact("", _("Questionnaire"), (version,)))))
    if own_file:
        blocks += [Subheading(_("Sources")), Facts(tuple(_addresses(presenter)))]
    return Section("limits", _("Limits of this summary"), tuple(blocks))


def _addresses(presenter: Presenter) -> Iterator[Fact]:
    """Yield the sources of the advice that have an address, in the order of the list of sources."""
    named = {name for advice in presenter.summary.advice for name in TEXTS[advice.code].references}
    for reference in REFERENCES.values():
        if reference.id in named and reference.address:
            yield Fact("", str(reference.name), (f"{reference.title}: {reference.address}",))
