"""What a proof found: how much it covered, and every principle that does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from questionnaire.domain.advice.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Fault:
    """A principle that does not hold: which, where, and the smallest counterexample in words."""

    principle: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.principle}, {self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was covered, counted by part, and the faults.

    `alive` has for each advice code and level the fewest answers that give it. `lowered` has the exceptions
    that occur: the kind of step, the advice and the item.
    """

    covered: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    alive: dict[tuple[str, Urgency], tuple[str, ...]] = field(default_factory=dict)
    lowered: set[tuple[str, str, str]] = field(default_factory=set)

    def count(self, part: str, number: int = 1) -> None:
        self.covered[part] = self.covered.get(part, 0) + number

    def blame(self, principle: str, where: str, what: str) -> None:
        """Add a fault, once: kinds of step overlap."""
        fault = Fault(principle, where, what)
        if fault not in self.faults:
            self.faults.append(fault)
