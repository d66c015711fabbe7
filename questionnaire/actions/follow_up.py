"""Write the follow-up of an intake: outcomes, the two decisions, who holds the case, and consultations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.actions.case_holders import HOLDERS, put_holders
from questionnaire.actions.records import add_record, change_record, keep_entry, remove_record
from questionnaire.actions.transactions import SaveResult, lock_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.domain.merge import Merge, Submission
from questionnaire.domain.workflow import Relation
from questionnaire.models import CaseHolders as StoredHolders
from questionnaire.models import Intake, Step, User
from questionnaire.models.records_before import BEFORE, kept_before, newest_changes
from questionnaire.queries.case_holders import newest_row

#: The code of the two decisions among the steps that have an outcome.
DECISIONS: Final = "decisions"

#: The row of an outcome, of the two decisions, or of who holds the case.
StoredStep = Step | StoredHolders

_OUTCOMES: Final = "outcomes"
#: The kind of what an intake keeps for ten minutes of a step that was changed.
_STEP_BEFORE: Final = "step"
_NO_PAGE: Final = Submission({}, {})


@dataclass(frozen=True, slots=True)
class StepSubmission:
    """What a page sent about one step: its entry, or None for no entry.

    `base` is the `step_fingerprint` that the page is based on. `posted` are its controls, which become a
    draft where someone else changed the step, or where `is_invalid` says that there is no valid entry. With a
    `sitting` of its own it is undone apart from what else the page saved.
    """

    entry: Outcome | Decision | CaseHolders | None
    base: str
    posted: str = ""
    is_invalid: bool = False
    sitting: str = ""

    @property
    def content(self) -> dict[str, object] | None:
        """The entry as it is stored."""
        return self.entry.to_json() if self.entry else None


def add_consultation(
    user: User, intake: Intake, consultation: Consultation, page_id: UUID | None = None
) -> Step:
    """Add a consultation. With the `page_id` that a page was made with, sending it twice adds one."""
    row = Step(kind=Step.Kind.CONSULTATION, content=consultation.to_json())
    return add_record(user, intake, _consultations(intake), row, page_id, EventCode.CONSULTATION_ADDED)


def change_consultation(
    user: User, intake: Intake, uuid: UUID, consultation: Consultation, base: str
) -> bool:
    """Change a consultation. Return False, and change nothing, when someone else changed it since `base`.

    Raise Step.DoesNotExist when it was removed.
    """
    rows, content = _consultations(intake), consultation.to_json()
    return change_record(user, intake, rows, uuid, content, base, EventCode.CONSULTATION_CHANGED)


def remove_consultation(user: User, intake: Intake, uuid: UUID) -> None:
    """Remove a consultation; do nothing when it is gone."""
    remove_record(user, intake, _consultations(intake), uuid, EventCode.CONSULTATION_REMOVED)


def record_fingerprint(row: Step | None) -> str:
    """Return the fingerprint of a consultation or breach that a page is based on; `row` can be None."""
    return fingerprint(row.content if row else None)


def step_fingerprint(row: StoredStep | None, draft: str = "") -> str:
    """Return the fingerprint of a step and its draft that a page is based on; `row` can be None."""
    return f"{fingerprint(row.content if row else None)}.{fingerprint(draft)}"


def stored_steps(intake: Intake) -> dict[str, StoredStep]:
    """Return the stored outcomes by the code of their step; also what `DECISIONS` and `HOLDERS` stand for.

    What cannot be read any more is not among them.
    """
    rows = intake.steps.filter(kind__in=[Step.Kind.OUTCOME, Step.Kind.DECISION])
    steps: dict[str, StoredStep] = {
        entry.what if isinstance(entry, Outcome) else DECISIONS: row
        for row in rows
        if (entry := row.readable) is not None
    }
    holders = newest_row(intake.case)
    return {**steps, HOLDERS: holders} if holders and holders.parsed != NOBODY else steps


def step_key(code: str) -> str:
    """Return the key of a step among the drafts of an intake."""
    return code if code in (DECISIONS, HOLDERS) else f"{_OUTCOMES} {code}"


def record_steps(
    user: User,
    intake: Intake,
    sent: Mapping[str, StepSubmission],
    page: Submission = _NO_PAGE,
    sitting: str = "",
) -> SaveResult:
    """Store what a page sent about steps, by their code, `DECISIONS` or `HOLDERS`. No other step changes.

    What someone else changed since the page was made stays as it is stored, as in `save_section`. `page` says
    which page sent it, with the drafts that it shows. With a `sitting` it keeps what each step said before,
    for `undo_steps`: what has the same is undone as one.
    """
    keys = {code: step_key(code) for code in sent}
    submission = replace(
        page,
        base={**page.base, **{keys[code]: step.base for code, step in sent.items()}},
        posted={keys[code]: step.posted for code, step in sent.items()},
        invalid=[keys[code] for code, step in sent.items() if step.is_invalid],
        steps={keys[code]: step.content for code, step in sent.items() if not step.is_invalid},
    )
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        rows = stored_steps(intake)
        contents = {step_key(code): row.content for code, row in rows.items()}
        before = dict(contents)
        merge = Merge({**intake.content, "steps": contents}, submission)
        merge.merge_all((), keys.values())
        if merge.must_store:
            saved = [code for code, key in keys.items() if key in merge.saved]
            for code in saved:
                _put(user, intake, code, rows.get(code), contents.get(keys[code]), submission.page)
            intake.content = {part: merge.content[part] for part in intake.content}
            for key in (keys[code] for code in saved if code != HOLDERS):
                keep_entry(intake, key, before.get(key), contents.get(key))
            for name in {sent[code].sitting or sitting for code in saved} - {""}:
                codes = [code for code in saved if (sent[code].sitting or sitting) == name]
                _keep_before(intake, user, name, before, contents, codes)
            _store(user, intake, merge.touched)
    return SaveResult.of(intake, merge)


def changed_in(user: User, intake: Intake, sitting: str) -> list[str]:
    """Return the codes of the steps changed in a sitting, the last one last, as far as that can be undone."""
    return [each["code"] for each in _kept_of(user, intake, sitting)]


def undo_steps(user: User, intake: Intake, sitting: str) -> bool:
    """Undo what a sitting changed, in all of its steps or in none. Return whether that could be done.

    It cannot once one of them says something else than was stored then.
    """
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        kept, rows = _kept_of(user, intake, sitting), stored_steps(intake)
        for each in kept:
            row = rows.get(each["code"])
            if fingerprint(row.content if row else None) != each["made"]:
                return False
        for each in kept:
            _put(user, intake, each["code"], rows.get(each["code"]), each["content"], "")
        if kept:
            intake.content[BEFORE] = [each for each in kept_before(intake.content) if each not in kept]
            _store(user, intake, [step_key(each["code"]) for each in kept])
    return bool(kept)


def _kept_of(user: User, intake: Intake, sitting: str) -> list[dict[str, Any]]:
    whose = (_STEP_BEFORE, user.pk, sitting)
    kept = kept_before(intake.content)
    return [each for each in kept if (each["kind"], each.get("by"), each.get("sitting")) == whose]


def _keep_before(
    intake: Intake,
    user: User,
    sitting: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    codes: Sequence[str],
) -> None:
    """Keep what steps said before a sitting changed them first, and the fingerprint of what they say now.

    All that it changed is kept from its last change on: no part of it can be undone without the rest. Of
    a step that someone else changed in between, what they made of it is kept.
    """
    kept, now = _kept_of(user, intake, sitting), timezone.now().isoformat()
    own = {each["code"]: each for each in kept}
    for code in codes:
        earlier, said = own.pop(code, None), before.get(step_key(code))  # out, so that the last comes last
        own[code] = {
            "uuid": str(uuid4()),
            "kind": _STEP_BEFORE,
            "by": user.pk,
            "sitting": sitting,
            "code": code,
            "content": earlier["content"] if earlier and earlier["made"] == fingerprint(said) else said,
            "made": fingerprint(after.get(step_key(code))),
        }
    others = [each for each in kept_before(intake.content) if each not in kept]
    intake.content[BEFORE] = newest_changes([*others, *({**each, "at": now} for each in own.values())])


def _store(user: User, intake: Intake, keys: Iterable[str]) -> None:
    # Without the code of the step: it would give away what was answered.
    changed = sorted({key.partition(" ")[0] for key in keys})
    event = EventCode.HOLDERS_CHANGED if changed == [HOLDERS] else EventCode.STEPS_CHANGED
    store_change(user, intake, event, changed)


def _put(
    user: User,
    intake: Intake,
    code: str,
    row: StoredStep | None,
    content: dict[str, Any] | None,
    page: str,
) -> None:
    if code == HOLDERS:
        put_holders(user, intake, content, page)
    else:
        _put_step(intake, code, row, content)


def _put_step(intake: Intake, code: str, row: StoredStep | None, content: dict[str, object] | None) -> None:
    if content is None:
        if row:
            row.delete()
        return
    kind = Step.Kind.DECISION if code == DECISIONS else Step.Kind.OUTCOME
    row = row or Step(intake=intake, kind=kind)
    row.content = content
    row.save()


def _consultations(intake: Intake) -> QuerySet[Step]:
    return intake.steps.filter(kind=Step.Kind.CONSULTATION)
