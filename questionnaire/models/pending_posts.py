"""Store a form post that could not be saved, encrypted for its author."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import models
from django.utils import timezone

from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.accounts import User
from questionnaire.models.encrypted import RingWrappedRow

#: How long a post is held.
HELD_FOR: Final = timedelta(days=7)


class HeldPostQuerySet(models.QuerySet["HeldPost"]):
    """Pending posts."""

    def not_expired(self) -> HeldPostQuerySet:
        """Return those that are still offered; what is past it is deleted once anything asks for posts."""
        return self.filter(held_at__gt=timezone.now() - HELD_FOR)


class HeldPost(RingWrappedRow):
    """A form post that could not be saved, to be offered to its author again.

    `content` is a JSON object: the `path` of the page, and its `controls`: a list of values by name. The key
    is bound to this user as well. Equal posts of a user have the same `mac`, so that they are recognised
    without being decrypted.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_posts")
    held_at = models.DateTimeField(default=timezone.now, editable=False)
    mac = models.CharField(max_length=64)
    content: Any = EncryptedJSONField(pad_to=4096)

    objects = HeldPostQuerySet.as_manager()

    class Meta:
        ordering = ["held_at", "uuid"]
        constraints = [models.UniqueConstraint(fields=["user", "mac"], name="one_post_is_held_once")]

    def __str__(self) -> str:
        return str(self.uuid)

    def key_binding(self) -> tuple[str, ...]:
        return (str(self.uuid), str(self.user_id))
