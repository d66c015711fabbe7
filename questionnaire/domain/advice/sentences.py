"""Sentences that depend on the answers, chosen once and said later in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaire.domain.advice.conditions import ALWAYS, Condition, Facts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: Alternatives: of these the first whose condition holds is said, if any.
Part = tuple[tuple[Condition, "StrPromise | str"], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences with the values they name; `str()` gives them in the active language."""

    sentences: tuple[StrPromise | str, ...]
    values: Mapping[str, object]

    def __str__(self) -> str:
        return " ".join(str(sentence) % self.values for sentence in self.sentences)


def say(text: StrPromise | str) -> Part:
    """Always said."""
    return ((ALWAYS, text),)


def when(condition: Condition, text: StrPromise) -> Part:
    """Said when the condition holds."""
    return ((condition, text),)


def first(*alternatives: tuple[Condition, StrPromise]) -> Part:
    """Of several wordings the first that fits."""
    return alternatives


def chosen(parts: tuple[Part, ...], facts: Facts, values: Mapping[str, object]) -> Said:
    """What is said for these facts."""
    sentences = []
    for part in parts:
        for condition, text in part:
            if condition is ALWAYS or condition.holds(facts):
                sentences.append(text)
                break
    return Said(tuple(sentences), values)
