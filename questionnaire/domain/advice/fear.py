"""Choose the sentence about the fear with which every summary opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.conditions import (
    ALWAYS,
    Condition,
    Facts,
    all_of,
    any_of,
    at_least,
    includes,
    raised,
)
from questionnaire.domain.advice.terms import DANGER_SIGN, SERIOUS_FEAR, SERIOUS_FEAR_LEVEL

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The first that holds. None says of a client what the client denies, and none reassures.
OPENINGS: Final[tuple[tuple[Condition, StrPromise], ...]] = (
    (
        at_least("fear_level", SERIOUS_FEAR_LEVEL),
        _("The client feels very unsafe. We take that seriously."),
    ),
    (
        includes("fear_change", "more"),
        _("The client feels less safe than before. We take that seriously."),
    ),
    (SERIOUS_FEAR, _("The client thinks that serious danger is possible. We take that seriously.")),
    (
        all_of(includes("fear_change", "less"), DANGER_SIGN),
        _("The client feels less unsafe now. That says nothing about the danger."),
    ),
    (
        any_of(at_least("fear_level", 1), raised("feared_events")),
        _("The client does not feel safe. We take that seriously."),
    ),
    (
        any_of(includes("fear_level", "0"), includes("feared_events", "none")),
        _("The client does not report feeling unsafe. That says nothing about the danger."),
    ),
    (raised("fear_own_words"), _("The client's own words come first.")),
    (ALWAYS, _("Fear has not been talked about yet. That says nothing about the danger.")),
)


def opening(facts: Facts) -> StrPromise:
    """Return the opening sentence for these facts."""
    return next(sentence for condition, sentence in OPENINGS if condition.holds(facts))
