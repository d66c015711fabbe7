"""Say what a check of the events found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from questionnaire.audit.chains import Head


class FaultKind(StrEnum):
    """What was done to the events behind the program's back."""

    CHANGED = "changed"  # or put in the place of another
    MOVED = "moved"
    REMOVED = "removed"
    ADDED = "added"  # after the end of its chain
    CHAIN_CUT = "chain cut"  # together with its head
    CHAIN_MISSING = "chain missing"
    HEAD_CHANGED = "head changed"
    SEAL_CHANGED = "seal changed"
    SEAL_REMOVED = "seal removed"
    ANCHOR_MISSING = "anchor missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the chain and the number there, or the number of a seal. `of` is where it was moved from."""

    kind: FaultKind
    chain: str
    number: int
    of: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How many events were checked, the last seal, and the first fault of each kind."""

    count: int
    seal: Head | None
    faults: Sequence[Fault]

    @property
    def first_broken(self) -> Fault | None:
        """The first of these faults; None when all is as it was written."""
        return next(iter(self.faults), None)
