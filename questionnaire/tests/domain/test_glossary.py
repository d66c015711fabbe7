"""The glossary: each word once, in both languages, with a meaning in short sentences."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from questionnaire.domain.contacts import PHONE_NUMBERS
from questionnaire.domain.glossary import WORDS, Word


def test_each_word_stands_there_once() -> None:
    assert len({word.dutch.casefold() for word in WORDS}) == len(WORDS)
    assert len({word.english.casefold() for word in WORDS}) == len(WORDS)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.english)
def test_a_meaning_is_short_and_reassures_nobody(word: Word, language: str) -> None:
    with override(language):
        meaning = str(word.meaning)

    sentences = re.split(r"(?<=[.?!:])\s", meaning)
    assert all(len(sentence.split()) <= 20 for sentence in sentences)
    assert meaning.endswith(".")
    assert not re.search(r"laag risico|low risk|you are safe|is veilig\b", meaning)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.english)
def test_a_meaning_has_no_number_to_call_of_its_own(word: Word) -> None:
    with override("en"):
        assert not any(number in str(word.meaning) for number in PHONE_NUMBERS.values())
