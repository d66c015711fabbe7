"""The contacts that the organisation adds, in the own file alone, and its text on the client's page."""

from __future__ import annotations

import pytest

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import section_as_text
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.organisation import Added, OwnContact
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import everything_in, section

ADDED = Added(
    (
        OwnContact(
            "attention_officer", "M. Voorbeeld", "010-123 45 67", "ma-vr 9-17", "Ook via de balie", "coach"
        ),
        OwnContact("shelter", "<b>De Haven", "010-765 43 21"),
    ),
    "U kunt altijd terugkomen.\nVraag naar de balie.",
)


@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_has_the_contacts_after_the_steps(code: str) -> None:
    document = build_document(intake_file(), "en", EDITIONS[code], added=ADDED)

    text = section_as_text(section(document, "organisation"))
    assert "Attention officer (coach): M. Voorbeeld" in text
    assert "010-123 45 67" in text
    assert "ma-vr 9-17" in text
    assert "&lt;b&gt;De Haven" in everything_in(document)
    ids = [part.id for part in document.sections]
    assert ids.index("organisation") == ids.index("steps") + 1


def test_contacts_take_no_national_number_and_no_advice_away() -> None:
    with_contacts, without = (build_document(intake_file(), "en", added=added) for added in (ADDED, Added()))

    assert [part for part in with_contacts.sections if part.id != "organisation"] == list(without.sections)
    assert with_contacts.page_one == without.page_one
    assert CONTACTS["veilig_thuis"].number in everything_in(with_contacts)


@pytest.mark.parametrize("code", ["police", "advice", "report"])
def test_no_edition_for_others_has_anything_that_the_organisation_adds(code: str) -> None:
    for_others, without = (
        build_document(intake_file(), "nl", EDITIONS[code], added=added) for added in (ADDED, Added())
    )

    assert for_others == without


def test_the_page_for_the_client_has_the_text_and_no_contact() -> None:
    document = build_document(intake_file(), "nl", EDITIONS["client"], added=ADDED)

    text = section_as_text(section(document, "organisation"))
    assert "U kunt altijd terugkomen." in text
    assert "Vraag naar de balie." in text
    assert "Voorbeeld" not in as_html(document)
    assert "organisation" not in [
        part.id for part in build_document(intake_file(), "nl", EDITIONS["client"]).sections
    ]
