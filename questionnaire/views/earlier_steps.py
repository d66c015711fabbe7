"""List what entries of the follow-up said before words were taken out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from questionnaire.actions.earlier_steps import row_of
from questionnaire.documents import labels
from questionnaire.domain.earlier_versions import EARLIER_STEPS, versions_of
from questionnaire.models import Intake, Step


@dataclass(frozen=True, slots=True)
class EarlierStep:
    """An entry of the follow-up as it was, and what it says now: no lines when it is gone."""

    key: str
    number: int
    label: str
    moment: str
    lines: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def address(self) -> str:
        """What the button posts."""
        return f"{self.key}/{self.number}"


def earlier_steps(intake: Intake) -> Iterator[EarlierStep]:
    """Yield the earlier versions of each entry, its newest first."""
    for key in intake.content.get(EARLIER_STEPS, {}):
        row = row_of(intake, key)
        now = row.parsed.lines() if row.content else ()
        for number, (moment, content) in reversed(
            list(enumerate(versions_of(intake.content, EARLIER_STEPS, key)))
        ):
            lines = Step(kind=row.kind, content=content).parsed.lines()
            yield EarlierStep(key, number, _label(row, key), moment, lines, now)


def _label(row: Step, key: str) -> str:
    if row.kind == Step.Kind.OUTCOME:
        return labels.step_title(key.partition(" ")[2])
    names = {Step.Kind.CONSULTATION: _("Who was consulted"), Step.Kind.BREACH: _("A breach")}
    return names.get(Step.Kind(row.kind), _("The two decisions"))
