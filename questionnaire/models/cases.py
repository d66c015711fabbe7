"""Store a case: what its conversations share."""

import unicodedata
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from questionnaire.domain import case_holders
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.encryption.macs import MAC_LENGTH
from questionnaire.models.accounts import Team, User
from questionnaire.models.encrypted import RingWrappedRow

#: What the database has room for: a letter can be taken apart into many.
MAX_KEY_LENGTH: Final = 200


def reference_key(reference: str) -> str:
    """Return the search key of a reference: letters, digits and pictures, without case or accents.

    What has none of these is searched by whatever is visible of it.
    """
    apart = unicodedata.normalize("NFKD", reference).casefold()
    plain = unicodedata.normalize("NFC", "".join(filter(_is_searched, unicodedata.normalize("NFKD", apart))))
    return (plain or "".join(reference.split()))[:MAX_KEY_LENGTH]


def _is_searched(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) == "So"


class Case(RingWrappedRow):
    """All conversations about one client and one person, in one team.

    Its data key wraps the data keys of its intakes, so that an intake opens in its own case alone.

    - `reference` is what the professional calls it: never the client's name.
    - `shielded` says that only its authors and whoever is named may see it.
    - `retention_days` is how long after its last change it is kept; None as long as its team decides that.
    - `date_order` is how its client writes numeric dates, "dmy" or "mdy"; "" as long as nobody was asked.
    - `has_lead` and `has_contact` say, for lists, whether the newest of its `holders` names one.
    - `mac` and `rights_event`: see `models.case_rights`.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # No index on the team alone: those below begin with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases", db_index=False)
    reference = models.CharField(max_length=100)
    reference_key = models.CharField(max_length=MAX_KEY_LENGTH)
    shielded = models.BooleanField(default=False)
    legal_hold = models.BooleanField(default=False)
    retention_days = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    date_order = models.CharField(max_length=3, blank=True)
    has_lead = models.BooleanField(default=False)
    has_contact = models.BooleanField(default=False)
    rights_event = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=MAC_LENGTH, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["team"], condition=Q(shielded=True), name="shielded_of_a_team"),
            # PostgreSQL cannot use an index in a language's collation to search for a prefix.
            models.Index(
                fields=["team", "reference_key", "uuid"],
                opclasses=["int8_ops", "varchar_pattern_ops", "uuid_ops"],
                name="references_of_a_team",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def key_binding(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    @property
    def keeps_days(self) -> int | None:
        """How many days after its last change the case is kept; None as long as nobody decided that."""
        return self.team.retention_days if self.retention_days is None else self.retention_days


class CaseHolders(models.Model):
    """Who held a case from one moment on: the newest row says who does now, the others who did before.

    `content` is the JSON of the domain's CaseHolders, encrypted with the key of the case. `page` is the page
    that saved it while someone was typing; see `actions.case_holders`.
    """

    # Besides the number, which gives the order, as an encrypted field is bound to a uuid.
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holders")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    page = models.CharField(max_length=40, blank=True)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """Return the key of the case. Raise SealError."""
        return self.case.data_key()

    @property
    def parsed(self) -> case_holders.CaseHolders:
        """The holders as an object of the domain, validated again. Raise InvalidInputError."""
        return case_holders.parse_case_holders(self.content, until=date.max)


def cases_without_key() -> QuerySet[Case]:
    """Return the cases that migration 0011 made and that have no key yet; see `lifecycle.case_keys`."""
    return Case.objects.filter(wrapped_key=b"")
