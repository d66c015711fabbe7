"""Work out which advice the answers call for, at which level, and because of which answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from questionnaire.domain.advice.conditions import INCIDENTS, Facts, Reasons
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.sentences import Sentences, choose_sentences
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEM_ORDER, ITEMS
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED

_PLACE: Final = {**ITEM_ORDER, INCIDENTS: len(ITEM_ORDER)}
_CODE_PLACE: Final = {
    item_id: {code: place for place, code in enumerate((*item.codes, *ABSENT_CODES, NOT_REACHED))}
    for item_id, item in ITEMS.items()
}


#: It stands with the fear itself, and asks for a colleague today: it would make nearly all intakes alike.
BESIDE_THE_LEVEL: Final = frozenset({"take_fear_seriously"})


@dataclass(frozen=True, slots=True)
class Because:
    """One answer that led to something: an item id (or "incidents") and the codes that count.

    Codes are options, "row=column" in a grid, a number, "text", an absent state, or the number of incidents.
    """

    item: str
    codes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {"item": self.item, "codes": list(self.codes)}


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice at its level, explained. Its texts are in the active language."""

    code: str
    urgency: Urgency
    because: tuple[Because, ...]
    contacts: tuple[str, ...]
    sentences: Sentences

    @property
    def title(self) -> str:
        return str(TEXTS[self.code].title) % self.sentences.values

    @property
    def text(self) -> str:
        return str(self.sentences)

    @property
    def source(self) -> str:
        return str(TEXTS[self.code].source)

    @property
    def decides(self) -> str:
        return str(TEXTS[self.code].decides)


def in_order(reasons: Reasons) -> tuple[Because, ...]:
    """Return reasons in questionnaire order, incidents last."""
    items = sorted(reasons, key=_PLACE.__getitem__) if len(reasons) > 1 else reasons
    return tuple([because(item_id, reasons[item_id]) for item_id in items])


@lru_cache(maxsize=4096)
def because(item_id: str, codes: frozenset[str]) -> Because:
    """Return one reason, with its codes in the order of the item's options."""
    places = _CODE_PLACE.get(item_id, {})
    return Because(item_id, tuple(sorted(codes, key=lambda code: places.get(code, 0))))


def levels(facts: Facts) -> dict[str, Urgency]:
    """Return the level of each advice code that is given, in the order of the rules."""
    found = {}
    for rule in RULES:
        urgency = rule.level(facts)
        if urgency is not None:
            found[rule.code] = urgency
    return found


def overall(given: Mapping[str, Urgency]) -> Urgency:
    """Return the level of an intake: the highest of its advice but `BESIDE_THE_LEVEL`."""
    return max(urgency for code, urgency in given.items() if code not in BESIDE_THE_LEVEL)


def advise(facts: Facts, given: Mapping[str, Urgency], values: Mapping[str, object]) -> tuple[Advice, ...]:
    """Return the advice of `levels`, most urgent first and then in the order of the rules.

    `values` are what its sentences may name: telephone numbers, the pattern and the date to look again.
    """
    found = []
    for rule in RULES:
        urgency = given.get(rule.code)
        if urgency is None:
            continue
        text = TEXTS[rule.code]
        contacts = tuple([contact for contact, condition in text.contacts if condition.holds(facts)])
        reasons = in_order(rule.levels[urgency].because(facts))
        found.append(
            Advice(rule.code, urgency, reasons, contacts, choose_sentences(text.parts, facts, values))
        )
    found.sort(key=lambda advice: -advice.urgency)
    return tuple(found)
