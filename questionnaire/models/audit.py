"""Store the audit events, and the head of their chain."""

from django.db import models

from questionnaire.models.accounts import User


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

    class Meta:
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"


class ChainHead(models.Model):
    """The end of the chain, kept apart so that truncation shows. Its row is locked to add an event."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.seq)
