"""The links that call, in sentences of our own."""

import pytest
from django.utils.html import escape

from questionnaire.documents.blocks import FreeText
from questionnaire.domain.contacts import CONTACTS
from questionnaire.templatetags.phones import phones, phones_joined


@pytest.mark.parametrize("contact", CONTACTS.values(), ids=lambda contact: contact.id)
def test_every_number_of_a_contact_becomes_a_link(contact: object) -> None:
    for number in contact.numbers:  # type: ignore[attr-defined]
        dial = number.replace(" ", "")

        assert phones(f"Bel {number}.") == f'Bel <a href="tel:{dial}">{number}</a>.'


@pytest.mark.parametrize(
    "text",
    [
        "Kenmerk 2026-112",
        "1120 keer",
        "0900-88445",
        "112.5 keer",
        "113 Zelfmoordpreventie",
        "12/112",
    ],
)
def test_a_part_of_something_else_is_no_number(text: str) -> None:
    assert phones(text) == text


def test_text_is_escaped() -> None:
    assert phones("<b>112</b>") == f'{escape("<b>")}<a href="tel:112">112</a>{escape("</b>")}'


def test_what_someone_wrote_gets_no_links() -> None:
    assert phones(FreeText("Ik belde <112>.")) == "Ik belde &lt;112&gt;."


def test_texts_are_joined_on_one_line() -> None:
    assert (
        phones_joined(("Politie: 0900-8844", FreeText("<112>")))
        == 'Politie: <a href="tel:0900-8844">0900-8844</a> · &lt;112&gt;'
    )
