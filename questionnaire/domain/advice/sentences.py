"""Choose sentences by the answers, and render them later in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaire.domain.advice.conditions import ALWAYS, Condition, Facts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: Sentences, of which the first whose condition holds is used, if any.
Alternatives = tuple[tuple[Condition, "StrPromise | str"], ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences with the values they name; `str()` gives them in the active language.

    A sentence that names a value that is None is left out.
    """

    sentences: tuple[StrPromise | str, ...]
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.first(len(self.sentences))

    def first(self, most: int) -> str:
        """Return the first of them in the active language."""
        absent = [f"%({name})s" for name, value in self.values.items() if value is None]
        texts = map(str, self.sentences[:most])
        return " ".join(text % self.values for text in texts if not any(name in text for name in absent))


def always(text: StrPromise | str) -> Alternatives:
    """Return a sentence that is always used."""
    return ((ALWAYS, text),)


def when(condition: Condition, text: StrPromise) -> Alternatives:
    """Return a sentence that is used when the condition holds."""
    return ((condition, text),)


def first_of(*alternatives: tuple[Condition, StrPromise]) -> Alternatives:
    """Return sentences of which the first whose condition holds is used."""
    return alternatives


def choose_sentences(
    parts: tuple[Alternatives, ...], facts: Facts, values: Mapping[str, object]
) -> Sentences:
    """Return the sentences for these facts."""
    sentences = []
    for part in parts:
        for condition, text in part:
            if condition is ALWAYS or condition.holds(facts):
                sentences.append(text)
                break
    return Sentences(tuple(sentences), values)
