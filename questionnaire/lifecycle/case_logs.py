"""Gather the incidents of a case into one log: the part of that upgrade that needs the key ring.

Before, every intake had a log of its own, encrypted with its own key. Until this has run these incidents are
shown, and are erased with their intake. It runs once, for the reason that `lifecycle.case_keys` has: the
chain of events says whether it ran. To go back to the version before, `undo` it and then migrate back.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import LOG_CODES, EventCode
from questionnaire.domain.workflow import State
from questionnaire.lifecycle.case_keys import UpgradeRefusedError
from questionnaire.models import SIGNED_LOG, Case, Event, Incident, incidents_to_gather

_BATCH_SIZE = 100


def gather() -> int:
    """Give each case its log; return how many cases there were.

    An assessment that was signed off keeps the log that it had. Of the versions of one assessment, the log of
    the case has the incidents of the newest, as each began with a copy of those before. An interrupted
    upgrade is finished by the next. Raise UpgradeRefusedError when it ran to its end before and there is
    something to gather all the same, and SealError for a key that does not open.
    """
    to_gather = incidents_to_gather().order_by("case").values_list("case", flat=True).distinct()
    if _ran_before():
        if to_gather:
            raise UpgradeRefusedError(", ".join(map(str, to_gather)))
        return 0
    total = 0
    while batch := list(to_gather[:_BATCH_SIZE]):
        total += _gather_batch(batch)
    with transaction.atomic():
        mark_gathered()
    return total


def mark_gathered() -> None:
    """Record that every case has its log, unless it is recorded. The caller opens the transaction."""
    if not _ran_before():
        audit_log.record(None, EventCode.LOGS_GATHERED)


def _ran_before() -> bool:
    last = Event.objects.filter(code__in=LOG_CODES).order_by("-seq").first()
    return last is not None and last.code == EventCode.LOGS_GATHERED


def _gather_batch(ids: Sequence[UUID]) -> int:
    with transaction.atomic():
        for case in Case.objects.select_for_update().filter(pk__in=ids):
            _gather(case)
    return len(ids)


def _gather(case: Case) -> None:
    newest: dict[UUID | None, UUID] = {}
    rows: dict[UUID, list[Incident]] = {}
    for intake in case.intakes.select_for_update().order_by("started_at", "pk"):
        intake.case = case
        rows[intake.pk] = list(Incident.objects.filter(intake=intake))
        for row in rows[intake.pk]:
            row.intake = intake
        newest[intake.previous_id] = intake.pk
        if intake.state == State.SIGNED_OFF:
            intake.content[SIGNED_LOG] = [row.content for row in rows[intake.pk]]
            intake.save(update_fields=["content"])
    for pk, of_intake in rows.items():
        for row in of_intake:
            if pk not in newest.values():
                row.delete()
            else:
                content = row.content
                row.intake, row.case = None, case
                row.content = content
                row.save(update_fields=["intake", "content"])
    # Other assessments of the case have a longer log now: `update_levels` computes their levels again.
    case.intakes.exclude(state=State.SIGNED_OFF).update(rules_version=0)


def undo() -> int:
    """Give every intake a log of its own again, as before cases had one; return how many cases."""
    total = 0
    cases = Case.objects.order_by("pk").values_list("pk", flat=True)
    for start in range(0, len(ids := list(cases)), _BATCH_SIZE):
        with transaction.atomic():
            for case in Case.objects.select_for_update().filter(pk__in=ids[start : start + _BATCH_SIZE]):
                _scatter(case)
                total += 1
    with transaction.atomic():
        audit_log.record(None, EventCode.LOGS_SCATTERED)
    return total


def _scatter(case: Case) -> None:
    """Give each intake the log that it shows; what was removed, and imports that wait, are gone."""
    intakes = list(case.intakes.select_for_update().order_by("started_at", "pk"))
    for intake in intakes:
        intake.case = case
    logs = {intake.pk: intake.incident_log for intake in intakes}
    case.incidents.all().delete()
    for intake in intakes:
        for incident in logs[intake.pk]:
            content = {key: value for key, value in incident.to_json().items() if key != "source"}
            Incident(case=case, intake=intake, content=content).save(force_insert=True)
        if intake.content.pop(SIGNED_LOG, None) is not None:
            intake.save(update_fields=["content"])
