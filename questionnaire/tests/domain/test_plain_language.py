"""Texts are plain and kind: level B1, no word that blames, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Final

import pytest
from django.conf import settings
from django.utils import translation

from questionnaire.tests.domain.texts import advice_sentences, our_texts, questions, titles

MAX_WORDS: Final = 20
MAX_MEAN_WORDS: Final = 12

BLAMING: Final = re.compile(
    r"\bwaarom heeft u niet\b|\bwhy did(?: you not|n't you)\b"
    r"|\bbeweer\w*|\bclaims\b|\bclaimed\b|\balleg\w*"
    r"|\bzou(?:den)?\b|\bvermeend\w*|\bovergevoelig\w*|\boversensitive\b|\baanleiding\b"
    r"|\bdader\w*|\bperpetrator\w*|!",
    re.IGNORECASE,
)
#: The person who stalks is "deze persoon" / "this person".
PRONOUNS: Final = re.compile(r"\b(?:hij|haar|he|she|his|her|hers|him)\b", re.IGNORECASE)
#: "hem" or "zij" can be a thing or more people; near the person who stalks it means that person.
PRONOUNS_BESIDE_PERSON: Final = re.compile(r"\b(?:hem|zij)\b", re.IGNORECASE)

ROOT: Final = Path(settings.BASE_DIR)


def sentences(text: object) -> Iterator[str]:
    yield from (part for part in re.split(r"(?<=[.?!:])\s+", str(text)) if re.search(r"\w", part))


def length(sentence: str) -> int:
    return len(sentence.split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_has_at_most_twenty_words(language: str) -> None:
    with translation.override(language):
        named = [
            (name, sentence)
            for name, text in (*questions(), *titles(), *advice_sentences())
            for sentence in sentences(text)
        ]

    assert len(named) > 700
    assert [pair for pair in named if length(pair[1]) > MAX_WORDS] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_of_any_page_document_or_command_has_at_most_twenty_words(language: str) -> None:
    found = [sentence for text in our_texts(language) for sentence in sentences(text)]

    assert len(found) > 2_000
    assert [sentence for sentence in found if length(sentence) > MAX_WORDS] == []
    assert mean(map(length, found)) <= MAX_MEAN_WORDS


#: Words that once stood for a thing that has one term now; see the glossary.
OLD_TERMS: Final = {
    "nl": re.compile(
        r"\b(?:zaak|zaken|meelezen|meegelezen|inleveren|ingeleverd|aftekenen|afgetekend|uitgaven?"
        r"|over de datum|veiligheidsgegevens?|eigen kijk|opnieuw kijken|gespreksverslag|toestel|wurging"
        r"|buitensluiten|buitengesloten|hebt|wat ervan kwam|waarschuwingsbrief|vreemde)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:safety data|own view|look again|what came of|lock(?:ed)? out|conversation report|overview)\b",
        re.IGNORECASE,
    ),
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_thing_has_one_term(language: str) -> None:
    found = [text for text in our_texts(language) if OLD_TERMS[language].search(text)]

    # The contract has this sentence word for word.
    assert [text for text in found if not text.startswith("This overview predicts nothing.")] == []


def test_a_dutch_sentence_has_at_most_twelve_words_on_average() -> None:
    with translation.override("nl"):
        kinds = {
            "questions, reasons and hints": [
                length(one) for _name, text in questions() for one in sentences(text)
            ],
            "advice and steps": [
                length(one) for _name, text in advice_sentences() for one in sentences(text)
            ],
        }

    assert {kind: mean(lengths) for kind, lengths in kinds.items() if mean(lengths) > MAX_MEAN_WORDS} == {}


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


def test_every_text_of_the_questionnaire_is_in_both_languages() -> None:
    for name, text in (*questions(), *titles(), *advice_sentences()):
        with translation.override("nl"):
            dutch = str(text)
        with translation.override("en"):
            english = str(text)

        assert dutch, name
        assert english, name
        assert dutch != english or name.split()[-1] not in ("question", "why", "hint", "ask", "avoid"), name
