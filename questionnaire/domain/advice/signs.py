"""Name the answers that are danger signs, and those that are also concerning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from questionnaire.domain.advice.conditions import Facts, Reasons
from questionnaire.domain.advice.engine import Because, in_order
from questionnaire.domain.advice.terms import ALSO_CONCERNING, DANGER_SIGN
from questionnaire.domain.catalogue import ITEMS

#: What the professional thinks: a danger sign that is not one of this person.
OWN_CONCERN: Final = "professional_concern"


def danger_signs(facts: Facts) -> tuple[Because, ...]:
    """Return the answers that make the danger sign, in questionnaire order.

    Of an item that could also be concerning all its signals are given, so that none is lost between the two.
    """
    signs = DANGER_SIGN.because(facts)
    return in_order({item_id: codes | _rest(item_id, facts) for item_id, codes in signs.items()})


def also_concerning(facts: Facts) -> tuple[Because, ...]:
    """Return the concerning answers to other items than those of `danger_signs`, in questionnaire order."""
    signs = DANGER_SIGN.because(facts)
    concerning: Reasons = ALSO_CONCERNING.because(facts)
    return in_order({item_id: codes for item_id, codes in concerning.items() if item_id not in signs})


def of_this_person(signs: Iterable[Because]) -> tuple[Because, ...]:
    """Return the signs that say something of this person: the professional's own concern has its own line."""
    return tuple(sign for sign in signs if sign.item != OWN_CONCERN)


def _rest(item_id: str, facts: Facts) -> frozenset[str]:
    if item_id not in ALSO_CONCERNING.reads:
        return frozenset()
    return ITEMS[item_id].raised_codes & facts.codes[item_id]
