"""What came of the advice: its outcomes, the two decisions and the consultations, written as in `actions`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from questionnaire.actions.intakes import (
    SaveResult,
    add_row,
    change_row,
    locked,
    remove_row,
    result_of,
    store,
)
from questionnaire.audit.log import Code
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.domain.merge import Merge, Submission
from questionnaire.models import Intake, Step, User

#: The key of the two decisions among the steps that have an outcome.
DECISIONS: Final = "decisions"

_OUTCOMES: Final = "outcomes"
_ON_NO_PAGE: Final = Submission({}, {})


@dataclass(frozen=True, slots=True)
class SentStep:
    """What a page says came of one step; None when nothing did. `base` is the `step_digest` of that page.

    `posted` are its controls. These are kept where someone else changed the step, or where `is_refused` says
    that it could not be read.
    """

    told: Outcome | Decision | None
    base: str
    posted: str = ""
    is_refused: bool = False


def add_consultation(user: User, intake: Intake, told: Consultation, uuid: UUID | None = None) -> Step:
    """Record that someone was consulted; `uuid` as for an incident."""
    row = Step(kind=Step.Kind.CONSULTATION, content=told.to_json())
    return add_row(user, intake, _consultations(intake), row, uuid, Code.CONSULTATION_ADDED)


def change_consultation(user: User, intake: Intake, uuid: UUID, told: Consultation, base: str) -> bool:
    """Change a consultation, as `change_incident` does an incident. Raises Step.DoesNotExist."""
    return change_row(user, intake, _consultations(intake), uuid, told, base, Code.CONSULTATION_CHANGED)


def remove_consultation(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove a consultation; nothing happens when it is gone already."""
    remove_row(user, intake, _consultations(intake), uuid, Code.CONSULTATION_REMOVED)


def consultation_digest(step: Step | None) -> str:
    """What a page was made with, for one consultation."""
    return fingerprint(step.content if step else None)


def step_digest(step: Step | None, draft: str = "") -> str:
    """What a page was made with: what was recorded of a step, None when nothing was, and its draft."""
    return f"{fingerprint(step.content if step else None)}.{fingerprint(draft)}"


def recorded(intake: Intake) -> dict[str, Step]:
    """What is stored of each advice and step, by its code, and of the decisions under `DECISIONS`."""
    rows = intake.steps.exclude(kind=Step.Kind.CONSULTATION)
    return {DECISIONS if row.kind == Step.Kind.DECISION else row.content["what"]: row for row in rows}


def step_key(what: str) -> str:
    """The name of a step, by the keys of `recorded`, among all that has a draft in an intake."""
    return what if what == DECISIONS else f"{_OUTCOMES} {what}"


def record_steps(
    user: User, intake: Intake, sent: Mapping[str, SentStep], page: Submission = _ON_NO_PAGE
) -> SaveResult:
    """Store what a page says came of steps, by the keys of `recorded`. The rest of the intake stays as it is.

    What someone else changed since the page was made stays as they made it, as in `save_section`. `page` says
    which page sent it, and holds what is still being written there.
    """
    keys = {what: step_key(what) for what in sent}
    submission = replace(
        page,
        base={**page.base, **{keys[what]: step.base for what, step in sent.items()}},
        posted={keys[what]: step.posted for what, step in sent.items()},
        refused=[keys[what] for what, step in sent.items() if step.is_refused],
        steps={keys[what]: _content(step) for what, step in sent.items() if not step.is_refused},
    )
    with transaction.atomic():
        intake = locked(intake)
        rows = recorded(intake)
        steps = {step_key(what): row.content for what, row in rows.items()}
        merge = Merge({**intake.content, "steps": steps}, submission)
        merge.all((), keys.values())
        if merge.is_written:
            for what in (what for what, key in keys.items() if key in merge.saved):
                _put_step(intake, what, rows.get(what), steps.get(keys[what]))
            intake.content = {part: merge.content[part] for part in intake.content}
            named = sorted({key.partition(" ")[0] for key in merge.touched})
            store(user, intake, Code.STEPS_CHANGED, named)
    return result_of(intake, merge)


def _content(step: SentStep) -> dict[str, object] | None:
    return step.told.to_json() if step.told else None


def _put_step(intake: Intake, key: str, row: Step | None, content: dict[str, object] | None) -> None:
    if content is None:
        if row:
            row.delete()
        return
    kind = Step.Kind.DECISION if key == DECISIONS else Step.Kind.OUTCOME
    row = row or Step(intake=intake, kind=kind)
    row.content = content
    row.save()


def _consultations(intake: Intake) -> QuerySet[Step]:
    return intake.steps.filter(kind=Step.Kind.CONSULTATION)
