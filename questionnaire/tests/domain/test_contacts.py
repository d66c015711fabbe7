"""Whom to call: every number is checked, can be dialled, and is spelled in one place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from questionnaire.domain.contacts import CONTACTS, PHONE_NUMBERS
from questionnaire.tests.domain.texts import our_texts

ROOT: Final = Path(settings.BASE_DIR)


def test_contacts_have_a_name_a_number_and_the_day_it_was_checked() -> None:
    assert PHONE_NUMBERS == {
        "police_emergency": "112",
        "police": "0900-8844",
        "veilig_thuis": "0800-2000",
        "victim_support": "0900-0101",
        "suicide_prevention": "113 / 0800-0113",
        "sexual_violence_centre": "0800-0188",
        "legal_aid": "0800-8020",
        "helpwanted": "020-261 52 75",
        "childrens_helpline": "0800-0432",
    }
    for contact_id, contact in CONTACTS.items():
        assert contact.id == contact_id
        assert str(contact.name)
        assert isinstance(contact.checked_on, date)


def test_a_telephone_dials_the_first_number_without_spaces() -> None:
    assert CONTACTS["helpwanted"].dial == "020-2615275"
    assert CONTACTS["suicide_prevention"].dial == "113"


#: Numbers that people call, however grouped.
TELEPHONE: Final = re.compile(
    r"\b0(?:800|900)[- ]?\d{2}[- ]?\d{2}\b|\b020[- ]?261\b|(?<![\w.=#&;-])11[23](?![\w.%-])"
)


def test_no_number_to_call_is_spelled_anywhere_but_in_the_contacts() -> None:
    contacts = ROOT / "questionnaire" / "domain" / "contacts.py"
    sources = [
        path
        for folder in ("questionnaire", "stalkcheck", "templates")
        for pattern in ("*.py", "*.html", "*.txt", "*.js", "*.svg")
        for path in (ROOT / folder).rglob(pattern)
        if "tests" not in path.parts and path != contacts
    ]
    spelled = {
        str(path.relative_to(ROOT)): TELEPHONE.findall(path.read_text(encoding="utf-8"))
        for path in sources
        if TELEPHONE.search(path.read_text(encoding="utf-8"))
    }

    assert len(sources) > 60
    assert spelled == {}
    assert TELEPHONE.search(contacts.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_translation_spells_a_number_to_call(language: str) -> None:
    assert [text for text in our_texts(language) if TELEPHONE.search(text)] == []
