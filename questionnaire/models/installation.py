"""Store by what a server knows that it has the keys of this installation, and which servers run.

Neither decides what anyone may do: whoever can only write the database can keep servers from starting by
these, as by much else, and reads nothing.
"""

from django.db import models


class Installation(models.Model):
    """The one row of an installation. Values that are made with the keys, and tell nothing of them."""

    #: The id of the key in use, and a value that only that key gives.
    key_id = models.CharField(max_length=8)
    key_check = models.CharField(max_length=64)
    #: The same for Django's secret key, made with the key that `secret_key_id` names.
    secret_key_id = models.CharField(max_length=8)
    secret_check = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key_id


class RunningServer(models.Model):
    """A server that runs, or ran until lately, and the ids of the keys that it has."""

    name = models.CharField(max_length=200, primary_key=True)
    version = models.CharField(max_length=40)
    key_ids = models.JSONField(default=list)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
