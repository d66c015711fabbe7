"""Store what belongs to an intake in rows of their own, encrypted with the intake's key."""

import hashlib
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.domain.breaches import Breach, parse_breach
from questionnaire.domain.follow_up import Consultation, Decision, Outcome
from questionnaire.domain.follow_up_parser import parse_consultation, parse_decision, parse_outcome
from questionnaire.encryption.fields import EncryptedField, EncryptedJSONField
from questionnaire.encryption.keyring import SealError
from questionnaire.models.accounts import User
from questionnaire.models.intakes import Intake
from questionnaire.models.unreadable import UNREADABLE_ERRORS, tell_unreadable


class IntakeRecord(models.Model):
    """A row that belongs to an `intake` and is encrypted with its key."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """Return the key of the intake that this row belongs to. Raise SealError."""
        key: bytes = self.intake.data_key()
        return key


class Step(IntakeRecord):
    """One entry in the follow-up of an intake: an outcome, a consultation, a breach, or the two decisions.

    `content` is the JSON of the domain's dataclass of that kind. Which advice an outcome is about is in there
    too, and not in a column, since advice reveals what was answered.
    """

    class Kind(models.TextChoices):
        OUTCOME = "outcome"
        CONSULTATION = "consultation"
        DECISION = "decision"
        BREACH = "breach"

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["added_at", "uuid"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake"], condition=Q(kind="decision"), name="decisions_are_taken_once"
            ),
        ]

    @property
    def parsed(self) -> Outcome | Consultation | Decision | Breach:
        """The entry as an object of the domain, validated again. Raise InvalidInputError."""
        if self.kind == self.Kind.OUTCOME:
            return parse_outcome(self.content, until=date.max)
        if self.kind == self.Kind.CONSULTATION:
            return parse_consultation(self.content, until=date.max)
        if self.kind == self.Kind.BREACH:
            return parse_breach(self.content, until=date.max)
        return parse_decision(self.content, until=date.max)

    @property
    def readable(self) -> Outcome | Consultation | Decision | Breach | None:
        """The entry, see `parsed`; None when it cannot be read any more."""
        try:
            return self.parsed
        except UNREADABLE_ERRORS as error:
            tell_unreadable(self, error)
            return None


class Handover(IntakeRecord):
    """The handover of a case from one person to another; `content` is {"note": ...}.

    `read_at` is when the one to whom it was handed over said that they read the note; None as long as not.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="handovers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["at", "uuid"]
        indexes = [
            models.Index(fields=["to"], condition=Q(read_at=None), name="hand_over_notes_not_read"),
        ]


class Document(IntakeRecord):
    """A PDF of an intake, as it was at one revision."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="documents")
    edition = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    revision = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    pdf: Any = EncryptedField(pad_to=65_536)

    class Meta:
        ordering = ["made_at", "uuid"]

    def has_hash(self, sha256: str) -> bool:
        """Return whether the PDF itself has it: whoever writes the database can put any in `sha256`."""
        try:
            return hashlib.sha256(self.pdf).hexdigest() == sha256
        except SealError:
            return False


class Remark(IntakeRecord):
    """A remark or question of a reviewer, with its answer.

    `content` is a JSON object: `item` is the id of a question, or "" for the whole intake; `text` is the
    remark, and `answer` its answer, "" as long as there is none.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="remarks")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["added_at", "uuid"]


class SignOff(IntakeRecord):
    """The sign-off of an intake: by whom, the PDF of that moment, and a snapshot of questions and answers.

    `content` is a JSON object: by language the texts of the questions and answers, as the catalogue had them
    on that day. The answers themselves are in the intake, which is closed from then on.
    """

    intake = models.OneToOneField(Intake, on_delete=models.CASCADE, related_name="sign_off")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="+")
    content: Any = EncryptedJSONField(pad_to=16_384)
