"""Store the audit events, and the head of their chain."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import BooleanField, Expression, F, Func, Q

from questionnaire.models.accounts import User

#: The codes of the events that decide what counts about an account or a role, which their reason names.
SUBJECT_CODES: Final = ("role.given", "role.taken", "account.closed", "account.opened")
#: The codes of the events that change who may do what in a case, after which its rights are signed.
RIGHTS_CODES: Final = (
    *("intake.started", "correction.started", "reassessment.started", "intake.erased"),
    *("intake.submitted", "intake.withdrawn", "intake.returned", "intake.signed_off"),
    *("intake.handed_over", "right.given", "right.taken", "rights.accepted"),
    *("case.opened", "case.opening_seen", "case.opening_ended", "case.shielded", "shield.lifted"),
)
#: The codes of the events by which someone may read less than before. Taking a role ends sessions instead.
ENDING_CODES: Final = (
    *("intake.erased", "intake.handed_over", "right.given", "right.taken"),
    *("case.opening_ended", "case.shielded"),
)


def _has_code(codes: Sequence[str]) -> Func:
    """Return the condition with these codes as literals.

    SQLite uses an index with a condition only for a query that repeats it to the letter.
    """
    literals = ", ".join(f"'{code}'" for code in codes)
    return Func(F("code"), template=f"%(expressions)s IN ({literals})", output_field=BooleanField())


class EventQuerySet(models.QuerySet["Event"]):
    """Events, which are only ever added."""

    def about(self, subject: Expression | str) -> "EventQuerySet":
        """Return those that decide about the account or the role that `reason` names, the newest first."""
        return self.filter(_has_code(SUBJECT_CODES), reason=subject).order_by("-seq")

    def that_took_roles(self) -> "EventQuerySet":
        """Return those by which someone lost a role. It reads an index."""
        return self.filter(_has_code(SUBJECT_CODES), code="role.taken")

    def newest_about_rights(self, cases: Iterable[object]) -> models.QuerySet["Event", tuple[UUID, int]]:
        """Return each case, if rights in it ever changed, with the number of the newest event that did."""
        rows = self.filter(_has_code(RIGHTS_CODES), case__in=list(cases)).order_by().values_list("case")
        return rows.annotate(models.Max("seq"))

    def that_end_rights(self, after: int) -> "EventQuerySet":
        """Return those after this number by which someone may read less than before."""
        return self.filter(seq__gt=after, code__in=ENDING_CODES)


class Event(models.Model):
    """Who read or wrote what, and when. Rows are only ever added; see `questionnaire.audit.log`.

    `intake` and `case` are no foreign keys, so that the event outlives both. The MAC does not cover `case`:
    it is the intake's, and for an erased intake it is the item of the event that erased it; `verify_events`
    compares them. The item of a sign-off is the SHA-256 of its PDF, and that of an opening that was seen is
    the number of its event. Other `items` are ids of questions, and `reason` is the reason that a person
    gave, or the account and role that the event is about. Neither may contain content of an intake.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    intake = models.UUIDField(null=True, db_index=True)
    case = models.UUIDField(null=True, db_index=True)
    items = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        indexes = [
            # Read at every request: whether a role or an account is still as the newest event about it says.
            models.Index(
                fields=["reason", "seq"], condition=Q(code__in=SUBJECT_CODES), name="subjects_of_events"
            ),
            # The same for the rights in a case.
            models.Index(fields=["case", "seq"], condition=Q(code__in=RIGHTS_CODES), name="rights_of_cases"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"


class ChainHead(models.Model):
    """The end of the chain, kept apart so that truncation shows. Its row is locked to add an event."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.seq)

    @classmethod
    def newest(cls) -> int:
        """Return the number of the newest event; 0 when there is none."""
        return cls.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
