"""Authenticate who may do what in a case: one MAC over all rows that decide it.

These are the case with its team and shield, what people were granted or refused in it, and the author, state
and predecessors of each of its intakes. Whoever can only write the database can add, change, move, remove or
put back such a row; then the MAC is wrong, and the case is refused to everybody until someone looks at it.

`rights_event` is the number of the audit event that changed the rights last. So an older state of all these
rows that is put back together with its MAC is refused too, as long as the later event is there.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, UUIDField

from questionnaire.encryption.macs import is_authentic, mac_of
from questionnaire.models.access import Access
from questionnaire.models.audit import Event
from questionnaire.models.cases import Case
from questionnaire.models.intakes import Intake
from questionnaire.models.prepared import PreparedQuery

_LOGGER: Final = logging.getLogger(__name__)
_KIND: Final = "case"
_ACCESS_COLUMNS: Final = ("case", "user", "kind", "given_at", "until", "event", "seen_by", "seen_at")
_INTAKE_COLUMNS: Final = ("case", "pk", "team", "author", "previous", "corrects", "state")


class TamperedCaseError(PermissionDenied):
    """The rights in a case are not as the program wrote them."""


def sign_rights(case: Case, event: int) -> None:
    """Store the MAC over the rights in a case as they are stored now; event number `event` changed them.

    Call it in the transaction of the change, with the case locked by `lock_case`, which checked the rights as
    they were: signing unchecked rights would accept what was changed behind the program's back.
    """
    case.rights_event = event
    case.mac = mac_of(_KIND, *_values(case, _rights_by_case([case])))
    case.save(update_fields=["rights_event", "mac"])


def lock_case(pk: UUID) -> Case:
    """Return the case as it is stored now; nobody else changes its rights until the transaction ends.

    Raise TamperedCaseError, and Case.DoesNotExist.
    """
    case = _locked.first(pk)
    if case is None:
        raise Case.DoesNotExist
    if _differing([case]):
        _log([pk])
        raise TamperedCaseError(str(pk))
    return case


def tampered_cases(cases: Iterable[Case]) -> frozenset[UUID]:
    """Return, and log, the ids of those cases whose rights are not, as stored, as the program wrote them."""
    if not (differing := _differing(cases)):
        return differing
    with transaction.atomic():  # someone may have changed the rights between these queries: look once more
        tampered = _differing(Case.objects.select_for_update().filter(pk__in=differing).order_by("pk"))
    _log(sorted(tampered))
    return tampered


def has_right_mac(case: Case) -> bool:
    """Return whether the program wrote these rights at some time, be it not last."""
    return is_authentic(case.mac, _KIND, *_values(case, _rights_by_case([case])))


def _log(cases: Iterable[UUID]) -> None:
    for pk in cases:
        _LOGGER.error("Rights in case %s were changed outside the program. Run: manage.py verify_rights", pk)


def _differing(cases: Iterable[Case]) -> frozenset[UUID]:
    unique = {case.pk: case for case in cases}
    newest = _newest_events(unique)
    rights = _rights_by_case(list(unique.values()))
    return frozenset(
        pk
        for pk, case in unique.items()
        if case.rights_event != newest.get(pk, 0) or not is_authentic(case.mac, _KIND, *_values(case, rights))
    )


def _values(case: Case, rights: dict[UUID, tuple[list[object], list[object]]]) -> tuple[object, ...]:
    return (case.pk, case.team_id, case.shielded, case.rights_event, *rights[case.pk])


def _rights_by_case(cases: Sequence[Case]) -> dict[UUID, tuple[list[object], list[object]]]:
    """Return by case its rows of access and of intakes, with the columns that decide who may do what."""
    rights: dict[UUID, tuple[list[object], list[object]]] = {case.pk: ([], []) for case in cases}
    only = next(iter(rights)) if len(rights) == 1 else None
    for case_id, *row in _access_of.all(only) if only else _access_rows(case__in=cases):
        rights[case_id][0].append(row)
    for case_id, *row in _intakes_of.all(only) if only else _intake_rows(case__in=cases):
        rights[case_id][1].append(row)
    return rights


def _access_rows(**of: object) -> QuerySet[Access, tuple[Any, ...]]:
    return Access.objects.filter(**of).order_by("user", "kind", "pk").values_list(*_ACCESS_COLUMNS)


def _intake_rows(**of: object) -> QuerySet[Intake, tuple[Any, ...]]:
    return Intake.objects.filter(**of).order_by("pk").values_list(*_INTAKE_COLUMNS)


# Of one case, as almost every request asks.
_locked: Final = PreparedQuery[Case](lambda pk: Case.objects.select_for_update().filter(pk=pk), UUIDField())
_access_of: Final = PreparedQuery[tuple[Any, ...]](lambda pk: _access_rows(case=pk), UUIDField())
_intakes_of: Final = PreparedQuery[tuple[Any, ...]](lambda pk: _intake_rows(case=pk), UUIDField())
_newest_of: Final = PreparedQuery[tuple[UUID, int]](
    lambda pk: Event.objects.newest_about_rights([pk]), UUIDField()
)


def _newest_events(cases: Sequence[UUID] | Mapping[UUID, Case]) -> dict[UUID, int]:
    """Return by case the number of the newest event that changed rights in it, if there is one."""
    only = next(iter(cases)) if len(cases) == 1 else None
    return dict(_newest_of.all(only) if only else Event.objects.newest_about_rights(cases))
