"""Store the sessions of people who signed in, so that a copy of the database is of no use to sign in."""

from django.db import models

from questionnaire.models.accounts import User


class Session(models.Model):
    """One session. The cookie has its key; this row has only the hash of that.

    `data` is encrypted under the key ring and bound to the other columns; see `accounts.session_store`.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    expires_at = models.DateTimeField(db_index=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.user_id}, until {self.expires_at}"
