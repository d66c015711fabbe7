"""Store which signed documents are to be delivered, and what became of that."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.models.intake_records import Document
from questionnaire.models.intakes import Intake


class Delivery(models.Model):
    """One signed document that goes where the organisation keeps its files; see docs/delivery.md.

    `name` is that of its file from the first try on, whatever becomes of the reference. `place` is where it
    is, or where it was tried last. `error` is a code, "" when the last try succeeded or there was none.
    `next_try_at` is also until when nobody else takes up what someone began; then `error` is "".
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="deliveries")
    document: Any = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="delivery")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=30, blank=True)
    place = models.CharField(max_length=1000, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["next_try_at", "pk"]
        indexes = [
            models.Index(
                fields=["state", "next_try_at"], condition=~Q(state="delivered"), name="not_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.state}"

    @property
    def is_being_tried(self) -> bool:
        """Whether a run is at it now, or was killed within the last minutes."""
        is_open = self.state == self.State.WAITING and self.tries and not self.error
        return bool(is_open and self.next_try_at > timezone.now())
