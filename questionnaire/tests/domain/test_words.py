"""What may not be said, and how long a sentence may be: level B1, and no word that blames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Final

import pytest
from django.conf import settings
from django.utils import translation

from questionnaire.domain.contacts import CONTACTS, NUMBERS
from questionnaire.tests.domain.texts import advice_sentences, entries, our_texts, questions, titles

LONGEST: Final = 20
MEAN: Final = 12

BLAMING: Final = re.compile(
    r"\bwaarom heeft u niet\b|\bwhy did(?: you not|n't you)\b"
    r"|\bbeweer\w*|\bclaims\b|\bclaimed\b|\balleg\w*"
    r"|\bzou(?:den)?\b|\bvermeend\w*|\bovergevoelig\w*|\boversensitive\b|\baanleiding\b"
    r"|\bdader\w*|\bperpetrator\w*|!",
    re.IGNORECASE,
)
#: The person who stalks is "deze persoon" / "this person".
PRONOUNS: Final = re.compile(r"\b(?:hij|haar|he|she|his|her|hers|him)\b", re.IGNORECASE)
#: A thing or more people can be "hem" or "zij"; where the person is named these can only mean that person.
PRONOUNS_BESIDE_PERSON: Final = re.compile(r"\b(?:hem|zij)\b", re.IGNORECASE)

ROOT: Final = Path(settings.BASE_DIR)


def sentences(text: object) -> Iterator[str]:
    yield from (part for part in re.split(r"(?<=[.?!:])\s+", str(text)) if re.search(r"\w", part))


def length(sentence: str) -> int:
    return len(sentence.split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_has_twenty_words_at_most(language: str) -> None:
    with translation.override(language):
        named = [
            (name, sentence)
            for name, text in (*questions(), *titles(), *advice_sentences())
            for sentence in sentences(text)
        ]

    assert len(named) > 700
    assert [each for each in named if length(each[1]) > LONGEST] == []


def test_a_translation_has_sentences_of_twenty_words_at_most() -> None:
    found = [sentence for entry in entries() for sentence in sentences(entry.msgstr)]

    assert [sentence for sentence in found if length(sentence) > LONGEST] == []


def test_a_dutch_sentence_has_twelve_words_at_most_in_the_mean() -> None:
    with translation.override("nl"):
        kinds = {
            "questions, reasons and hints": [
                length(one) for _name, text in questions() for one in sentences(text)
            ],
            "advice and steps": [
                length(one) for _name, text in advice_sentences() for one in sentences(text)
            ],
        }

    assert {kind: mean(lengths) for kind, lengths in kinds.items() if mean(lengths) > MEAN} == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_blames_or_shouts(language: str) -> None:
    assert [text for text in our_texts(language) if BLAMING.search(text)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_person_who_stalks_is_no_he_or_she(language: str) -> None:
    assert [text for text in our_texts(language) if PRONOUNS.search(text)] == []
    assert [
        text for text in our_texts(language) if "persoon" in text and PRONOUNS_BESIDE_PERSON.search(text)
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "Waarom heeft u niet gebeld?",
        "Cliënt beweert dit",
        "Dit zou gebeurd zijn",
        "de vermeende dader",
        "Bel nu!",
    ],
)
def test_a_blaming_word_is_recognised(text: str) -> None:
    assert BLAMING.search(text)


def test_every_text_of_the_instrument_stands_in_both_languages() -> None:
    for name, text in (*questions(), *titles(), *advice_sentences()):
        with translation.override("nl"):
            dutch = str(text)
        with translation.override("en"):
            english = str(text)

        assert dutch, name
        assert english, name
        assert dutch != english or name.split()[-1] not in ("question", "why", "hint", "ask", "avoid"), name


def test_contacts_have_a_name_a_number_and_the_day_it_was_checked() -> None:
    assert NUMBERS == {
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
        assert isinstance(contact.checked, date)


#: Numbers that people call, however grouped.
TELEPHONE: Final = re.compile(
    r"\b0(?:800|900)[- ]?\d{2}[- ]?\d{2}\b|\b020[- ]?261\b|(?<![\w.=#&;-])11[23](?![\w.%-])"
)


def test_no_number_to_call_is_spelled_anywhere_but_in_the_contacts() -> None:
    kept = ROOT / "questionnaire" / "domain" / "contacts.py"
    sources = [
        path
        for folder in ("questionnaire", "stalkcheck", "templates")
        for pattern in ("*.py", "*.html", "*.txt", "*.js", "*.svg")
        for path in (ROOT / folder).rglob(pattern)
        if "tests" not in path.parts and path != kept
    ]
    spelled = {
        str(path.relative_to(ROOT)): TELEPHONE.findall(path.read_text(encoding="utf-8"))
        for path in sources
        if TELEPHONE.search(path.read_text(encoding="utf-8"))
    }

    assert len(sources) > 60
    assert spelled == {}
    assert TELEPHONE.search(kept.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_translation_spells_a_number_to_call(language: str) -> None:
    assert [text for text in our_texts(language) if TELEPHONE.search(text)] == []
