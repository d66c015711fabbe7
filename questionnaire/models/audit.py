"""The chain of events."""

from django.db import models

from questionnaire.models.accounts import User


class Event(models.Model):
    """Who read or wrote what, and when. Rows are only ever added; see `questionnaire.audit.log`.

    The intake is named without a foreign key, so that the trace outlives it. `items` are ids of questions and
    `reason` is why someone looked, in their words: content of an intake belongs in neither.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    intake = models.UUIDField(null=True, db_index=True)
    items = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"


class ChainHead(models.Model):
    """The last event, kept apart so that a chain cut short is noticed; its row is the lock for the next."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.seq)
