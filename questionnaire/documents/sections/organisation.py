"""Build what the organisation adds: its own contacts after the steps, and its text on the client's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from questionnaire.documents.blocks import Fact, Facts, Paragraph, Section
from questionnaire.documents.presenter import Presenter


def contacts(presenter: Presenter) -> Section:
    """Return the section with the contacts of the organisation. It is empty without any."""
    facts = tuple(
        Fact(
            "",
            contact.label,
            tuple(map(presenter.free_text, filter(None, (contact.name, contact.number, contact.beside)))),
        )
        for contact in presenter.added.contacts
    )
    return Section("organisation", _("At your organisation"), (Facts(facts),) if facts else ())


def for_client(presenter: Presenter) -> Section:
    """Return the text of the organisation on the page that the client takes home."""
    lines = [line for line in presenter.added.client_page.splitlines() if line.strip()]
    return Section(
        "organisation", _("From us"), tuple(Paragraph(presenter.free_text(line)) for line in lines)
    )
