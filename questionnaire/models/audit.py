"""Store the audit events, and the head of their chain."""

from typing import Final

from django.db import models
from django.db.models import BooleanField, Expression, F, Func, Q

from questionnaire.models.accounts import User

#: The codes of the events that decide what counts about an account or a role, which their reason names.
SUBJECT_CODES: Final = ("role.given", "role.taken", "account.closed", "account.opened")
#: These as literals: SQLite uses an index with a condition only for a query that repeats it to the letter.
_IS_ABOUT_SUBJECT: Final = "%(expressions)s IN ({})".format(", ".join(f"'{code}'" for code in SUBJECT_CODES))


class EventQuerySet(models.QuerySet["Event"]):
    """Events, which are only ever added."""

    def about(self, subject: Expression | str) -> "EventQuerySet":
        """Return those that decide about the account or the role that `reason` names, the newest first."""
        is_about_subject = Func(F("code"), template=_IS_ABOUT_SUBJECT, output_field=BooleanField())
        return self.filter(is_about_subject, reason=subject).order_by("-seq")


class Event(models.Model):
    """Who read or wrote what, and when. Rows are only ever added; see `questionnaire.audit.log`.

    `intake` and `case` are no foreign keys, so that the event outlives both. The MAC does not cover `case`:
    it is the intake's, and for an erased intake it is the item of the event that erased it; `verify_events`
    compares them. Other `items` are ids of questions, and `reason` is the reason that a person gave, or the
    account and role that the event is about. Neither may contain content of an intake.
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
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"


class ChainHead(models.Model):
    """The end of the chain, kept apart so that truncation shows. Its row is locked to add an event."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.seq)
