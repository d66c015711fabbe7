"""Define the review of one intake as documents show it: the remarks with their answers, and the sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from questionnaire.domain.advice.urgency import Urgency


@dataclass(frozen=True, slots=True)
class ReviewRemark:
    """One remark: `item` is the id of a question, or "" for the whole intake; `answer` is "" for none."""

    item: str
    text: str
    by: str
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one version. `signed_on` is None until it is signed off.

    `corrects` is the day on which the version was signed off that this one corrects, if any. `signed_level`
    is the level with which it was signed off, and `signed_rules` the edition of the rules that gave it, where
    that is not the edition of now.
    """

    remarks: tuple[ReviewRemark, ...] = ()
    signed_by: str = ""
    signed_on: date | None = None
    corrects: date | None = None
    signed_level: Urgency | None = None
    signed_rules: int | None = None


NOT_REVIEWED: Final = Review()
