"""Store the incident log of a case, encrypted with the key of the case."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q, Value
from django.utils import timezone

from questionnaire.domain import incidents
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.accounts import User
from questionnaire.models.cases import Case
from questionnaire.models.intakes import Intake
from questionnaire.models.prepared import PreparedQuery
from questionnaire.models.unreadable import UNREADABLE_ERRORS, tell_unreadable

#: How long an import waits for the person to look at it.
IMPORT_KEPT_FOR: Final = timedelta(hours=1)


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents of a case."""

    def in_log(self) -> "IncidentQuerySet":
        """Return those that stand in the log now."""
        return self.filter(removed_at=None)

    def removed(self) -> "IncidentQuerySet":
        """Return those that were removed and can be put back, the last one first."""
        return self.exclude(removed_at=None).order_by("-removed_at", "uuid")


class Incident(models.Model):
    """One incident in the log of a case; `content` is the JSON of the domain's Incident.

    - `removed_at` says that it is no longer in the log; until the assessment is signed off it can be put
      back. `earlier` are its contents before each change, the oldest first; None for none.
    - `batch` is shared by those that were imported at once.
    - `intake` is set only as long as its key still encrypts the row: before there was one log for each case,
      every intake had its own. See `lifecycle.case_logs`.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents")
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, null=True, editable=False, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    content: Any = EncryptedJSONField(pad_to=2048)
    earlier: Any = EncryptedJSONField(null=True, pad_to=4096)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """Return the key that encrypts this row. Raise SealError."""
        return self.case.data_key() if self.intake is None else self.intake.data_key()

    @property
    def parsed(self) -> incidents.Incident:
        """The incident as an object of the domain, validated again. Raise InvalidInputError."""
        return incidents.parse_incident(self.content, until=date.max)

    @property
    def readable(self) -> incidents.Incident:
        """The incident, see `parsed`; `UNREADABLE` when it cannot be read any more."""
        try:
            return self.parsed
        except UNREADABLE_ERRORS as error:
            tell_unreadable(self, error)
            return incidents.UNREADABLE


_earlier: Final = PreparedQuery[tuple[int]](
    lambda case: (
        Incident.objects.filter(~Q(removed_at=None) | ~Q(earlier=None), case=case)
        .order_by()
        .values_list(Value(1))[:1]
    ),
    models.UUIDField(),
)


def has_earlier_incidents(case: UUID) -> bool:
    """Return whether an incident of this case was removed or changed, and can be put back."""
    return bool(_earlier.all(case))


def incidents_to_gather() -> IncidentQuerySet:
    """Return the incidents that an intake still has for itself; see `lifecycle.case_logs`."""
    return Incident.objects.exclude(intake=None)


class LogImport(models.Model):
    """Rows that one person took from a log, and that wait until they are added to that of the case.

    `content` is the JSON of the rows and of how they were read; the file itself is not kept. What nobody adds
    is deleted an hour after it was opened or last changed.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="log_imports")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)
    content: Any = EncryptedJSONField(pad_to=16_384)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="one_log_import_at_a_time"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """Return the key of the case. Raise SealError."""
        return self.case.data_key()
