"""What came of the review of one intake: the remarks with their answers, and the sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Remarked:
    """One remark: `item` is the id of a question, or "" for all of it; `answer` is "" when there is none."""

    item: str
    text: str
    by: str
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """All of it. Nobody signed as long as `signed_on` is None. `corrects`: when the version before was."""

    remarks: tuple[Remarked, ...] = ()
    signed_by: str = ""
    signed_on: date | None = None
    corrects: date | None = None


NOT_REVIEWED: Final = Review()
