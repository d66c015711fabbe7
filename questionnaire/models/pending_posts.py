"""What was posted and could not be saved."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.accounts import User
from questionnaire.models.encrypted import EncryptedRow


class HeldPost(EncryptedRow):
    """What someone posted at a moment that nothing could be saved, to be offered to them once more.

    `content` is a JSON object: the path of the page, and its controls by name, each with its values. The key
    opens for this user alone. `mac` tells the same post apart from another without opening either.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_posts")
    held_at = models.DateTimeField(default=timezone.now, editable=False)
    mac = models.CharField(max_length=64)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["held_at", "uuid"]
        constraints = [models.UniqueConstraint(fields=["user", "mac"], name="one_post_is_held_once")]

    def __str__(self) -> str:
        return str(self.uuid)

    def key_belongs_to(self) -> tuple[str, ...]:
        return (str(self.uuid), str(self.user_id))
