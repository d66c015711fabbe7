"""Conditions and rules that break one law each, for the proof to find."""

from __future__ import annotations

from questionnaire.domain.advice.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Facts,
    Includes,
    Reasons,
    Term,
    Unless,
    any_of,
    includes,
    raised,
)
from questionnaire.domain.advice.rules import Rule
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.verification.tree import parts_of


class Mute(Includes):
    """Holds without a reason."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class Talkative(Includes):
    """Names all of the answer as its reason."""

    def because(self, facts: Facts) -> Reasons:
        return {self.item: facts.codes[self.item]} if self.holds(facts) else {}


class Partial(Includes):
    """Names one code of several that it holds by."""

    def because(self, facts: Facts) -> Reasons:
        return {item: frozenset((min(codes),)) for item, codes in super().because(facts).items()}


class Elsewhere(Includes):
    """Names another item besides."""

    def because(self, facts: Facts) -> Reasons:
        return super().because(facts) | {"elsewhere": frozenset(("x",))}


class Two(Includes):
    """Holds by two cells together."""

    def holds(self, facts: Facts) -> bool:
        return len(self.codes & facts.codes[self.item]) > 1

    def because(self, facts: Facts) -> Reasons:
        return super().because(facts) if self.holds(facts) else {}


class OneLess(CountAtLeast):
    """Holds one short of the count."""

    def holds(self, facts: Facts) -> bool:
        return CountAtLeast(self.least - 1, self.grids).holds(facts)


class NoLog(CountAtLeast):
    """Leaves the log out of its reason."""

    def because(self, facts: Facts) -> Reasons:
        return {item: codes for item, codes in super().because(facts).items() if item in ITEMS}


class Most(AllOf):
    """Holds with one part less."""

    def holds(self, facts: Facts) -> bool:
        return sum(part.holds(facts) for part in self.parts) >= len(self.parts) - 1


class NoReason(AllOf):
    """Holds without a reason."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class FirstReason(AnyOf):
    """Names only the first part that holds."""

    def because(self, facts: Facts) -> Reasons:
        return next((part.because(facts) for part in self.parts if part.holds(facts)), {})


class Hushed(Unless):
    """Names no tie."""

    def because(self, facts: Facts) -> Reasons:
        return {}


class Loud(Term):
    """Names a reason when it does not hold."""

    def because(self, facts: Facts) -> Reasons:
        return {"1": frozenset(("x",))}


class Lowest(Rule):
    """Given at the lowest level that holds."""

    def level(self, facts: Facts) -> Urgency | None:
        return min((level for level, part in self.levels.items() if part.holds(facts)), default=None)


def misdeclared() -> Condition:
    """Return a condition that declares fewer items than it reads."""
    made = any_of(includes("orders", "breached"), raised("fixation"))
    object.__setattr__(made, "reads", frozenset(("orders",)))
    return made


def without_reason(node: Condition) -> Condition:
    """Return the same condition without its reasons, or without some."""
    if isinstance(node, CountAtLeast):
        return NoLog(node.least, node.grids)
    if isinstance(node, Includes):
        return Mute(node.item, node.codes)
    if isinstance(node, Unless):
        return Hushed(node.part, node.item)
    if isinstance(node, AllOf | AnyOf):
        return (NoReason if isinstance(node, AllOf) else FirstReason)(node.parts)
    return Loud("1", *parts_of(node))
