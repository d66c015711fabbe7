"""The intake: one conversation, with what lists are sorted on."""

import unicodedata
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.domain.answers import Answers
from questionnaire.domain.follow_up import Consultation, Decision, FollowUp, Outcome, follow_up
from questionnaire.domain.workflow import CHOICES, OPEN, State
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.access import AccessScope
from questionnaire.models.accounts import Team, User
from questionnaire.models.encrypted import EncryptedRow
from questionnaire.models.priority import RANK


def reference_key(reference: str) -> str:
    """A reference as it is searched: letters and digits, whatever their case or width."""
    plain = unicodedata.normalize("NFKC", reference).casefold()
    return "".join(char for char in plain if char.isalnum())


def empty_content() -> dict[str, Any]:
    """The content of an intake in which nothing was said yet."""
    return {
        "answers": {},
        "revisions": {},
        "notes": {},
        "sources": {},
        "reasons": {},
        "drafts": {},
        "pages": [],
        "running_note": "",
        "view": "",
    }


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """The intakes whose content this person may see now."""
        return self.filter(AccessScope.of(user).content) if isinstance(user, User) else self.none()

    def listed_to(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """The intakes that this person may know of, though not always what they are about."""
        return self.filter(AccessScope.of(user).rows) if isinstance(user, User) else self.none()


class Intake(EncryptedRow):
    """One conversation. `content` holds all that was said and written in it; the columns serve the lists.

    `urgency` and `police_urgency` are values of the domain's Urgency, so that they sort; `rank` is made of
    these and whether there is a danger sign, see `models.priority`. `next_due` is the first day on which
    a step or looking again is due; None when nothing is. `is_followed` when there is a next assessment, after
    which looking again is due there and not here. `open_steps` is how many are planned, with a day or
    without. `submitted_at` is when it was handed in last, and `reviewed_at` when it was returned or signed
    off since; None when it was not.
    `content` is a JSON object: answers, revisions, notes, sources, reasons and drafts by item id, the texts
    running_note and view, and what the pages that saved last know of it. An intake opens as long as its
    wrapped key exists. `previous` is the assessment that this one comes after, and `corrects` the intake of
    which it is a new version; all that belong together have one `case`, and are `shielded` together.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Without an index of these alone: each of those below begins with one, and holds an order besides.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="intakes", db_index=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="intakes", db_index=False)
    case = models.UUIDField(default=uuid4, editable=False, db_index=True)
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="next")
    corrects = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="corrections")
    reference = models.CharField(max_length=100)
    reference_key = models.CharField(max_length=200)
    on = models.DateField()
    language = models.CharField(max_length=2)
    catalogue_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=CHOICES, default=State.CONCEPT.value)
    revision = models.PositiveIntegerField(default=0)
    urgency = models.PositiveSmallIntegerField()
    police_urgency = models.PositiveSmallIntegerField()
    danger_signs = models.PositiveSmallIntegerField()
    reassess_on = models.DateField()
    next_due = models.DateField(null=True)
    is_followed = models.BooleanField(default=False)
    open_steps = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    rank = models.GeneratedField(
        expression=RANK, output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    shielded = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    legal_hold = models.BooleanField(default=False)
    content: Any = EncryptedJSONField(default=empty_content)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        # The orders that questionnaire.queries.worklist walks.
        indexes = [
            models.Index(fields=["author", "rank", "next_due", "uuid"], name="list_of_an_author"),
            models.Index(fields=["author", "state", "rank", "next_due", "uuid"], name="states_of_an_author"),
            models.Index(fields=["team", "rank", "next_due", "uuid"], name="list_of_a_reviewer"),
            models.Index(fields=["team", "state", "rank", "next_due", "uuid"], name="states_of_a_reviewer"),
            models.Index(fields=["team", "-started_at", "uuid"], name="list_of_a_colleague"),
            models.Index(fields=["team", "state", "-started_at", "uuid"], name="states_of_a_colleague"),
            models.Index(
                fields=["team", "author", "case"], condition=Q(shielded=True), name="shielded_of_a_team"
            ),
            # On PostgreSQL an index in the order of a language does not find how a text begins.
            models.Index(
                fields=["team", "reference_key", "uuid"],
                opclasses=["int8_ops", "varchar_pattern_ops", "uuid_ops"],
                name="references_of_a_team",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["previous"], condition=Q(corrects=None), name="an_intake_is_reassessed_once"
            ),
            models.UniqueConstraint(fields=["corrects"], name="an_intake_is_corrected_once"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        """Whether what was said can be changed in the state that this is in."""
        return self.state in OPEN

    def key_belongs_to(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    @property
    def look_again_after(self) -> date | None:
        """`reassess_on`; None when there was a next assessment."""
        return None if self.is_followed else self.reassess_on

    @property
    def answers(self) -> Answers:
        """The answers as stored, checked again on the way out."""
        return Answers.parse(self.content["answers"], until=date.max)

    @property
    def follow_up(self) -> FollowUp:
        """What came of the advice, as stored."""
        told = [step.told for step in self.steps.all()]
        return follow_up(
            (one for one in told if isinstance(one, Outcome)),
            (one for one in told if isinstance(one, Consultation)),
            next((one for one in told if isinstance(one, Decision)), None),
        )
