"""Say when to look at a case again. An organisation may do so earlier than the program says, never later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from questionnaire.domain.advice.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Terms:
    """After how many days to look again: at the levels now and today, and at the others."""

    soon: int = 3
    later: int = 14

    def reassess_on(self, on: date, urgency: Urgency) -> date:
        """Return the day to look again after a conversation on the day `on`."""
        return on + timedelta(days=self.soon if urgency >= Urgency.TODAY else self.later)


#: Those of the program, and the latest that any can be.
LATEST: Final = Terms()


def is_no_term(soon: object, later: object) -> bool:
    """Return whether these are no numbers of days, later than the program's, or in the wrong order."""
    if type(soon) is not int or type(later) is not int:
        return True
    return not (1 <= soon <= LATEST.soon and soon <= later <= LATEST.later)
