"""What is stored. Only `questionnaire.actions` writes content; queries for people go through `visible_to`."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from questionnaire import keyring
from questionnaire.domain import timeline
from questionnaire.domain.answers import Answers
from questionnaire.domain.follow_up import Consultation, Decision, FollowUp, Outcome, follow_up
from questionnaire.domain.follow_up_reading import parse_consultation, parse_decision, parse_outcome
from questionnaire.fields import EncryptedField, EncryptedJSONField
from questionnaire.ranks import RANK
from questionnaire.states import CHOICES, OPEN, State


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, name: str = "") -> "User":
        """Make an account. Without a password nobody can sign in to it. Raises ValidationError."""
        user = self.model(username=self.model.normalize_username(username).lower(), name=name)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. What they may do comes from their memberships alone."""

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.username


class Team(models.Model):
    """A wall: nothing of one team shows in another.

    `retention_days` is how long after its last change a case is kept; None as long as nobody decided that.
    """

    name = models.CharField(_("name"), max_length=150, unique=True)
    retention_days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person in a team. One person can have several."""

    class Role(models.TextChoices):
        PROFESSIONAL = "professional", pgettext_lazy("role", "professional")
        REVIEWER = "reviewer", pgettext_lazy("role", "reviewer")
        MANAGER = "manager", pgettext_lazy("role", "manager")
        ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team", "role"], name="one_membership_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.team}: {self.get_role_display()}"


def teams_of(user: User, role: str) -> models.QuerySet[Team]:
    """The teams in which this person has this role now."""
    return Team.objects.filter(memberships__user=user, memberships__role=role)


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


class Keyed(models.Model):
    """A row with a data key of its own, which `questionnaire.rotation` finds by this class.

    The key ring locks it for this row alone; without its wrapped key nothing that it locks opens any more.
    """

    wrapped_key = models.BinaryField()

    class Meta:
        abstract = True

    def key_belongs_to(self) -> tuple[str, ...]:
        """What names the row that its key is bound to."""
        raise NotImplementedError

    def make_key(self) -> None:
        """Give a new row its data key, locked with the key ring."""
        self.wrapped_key = keyring.ring().wrap(keyring.new_key(), self._key_bound_to())

    def data_key(self) -> bytes:
        """The key of this row's content. Raises SealError, also when it was bound to another row."""
        return keyring.ring().unwrap(bytes(self.wrapped_key), self._key_bound_to())

    def rewrapped_key(self) -> bytes:
        """The same data key, locked with the current key of the ring. Raises SealError."""
        return keyring.ring().wrap(self.data_key(), self._key_bound_to())

    def _key_bound_to(self) -> bytes:
        return keyring.binding(self._meta.db_table, "wrapped_key", *self.key_belongs_to())


class Access(models.Model):
    """What one person was given or refused in one case, beside what their role gives them.

    It holds for every assessment of the case. `until` is the end of what was opened with a reason; the
    reason stands in the event.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"  # writes as the author does
        NAMED = "named"  # reads it, also when it is shielded
        OPENED = "opened"  # reads for a while, with a reason
        LOCKED_OUT = "locked_out"  # sees nothing of it, whatever else they are to it

    case = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "kind"], name="one_access_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.case}, {self.user_id}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides which intakes one person sees: their roles by team, and what they were given by case.

    `locked_out` goes before all else. A manager sees nothing by that role, and whoever is an administrator
    sees nothing by any.
    """

    user_id: int
    professional: frozenset[int] = frozenset()
    reviewer: frozenset[int] = frozenset()
    assigned: frozenset[UUID] = frozenset()
    named: frozenset[UUID] = frozenset()
    opened: frozenset[UUID] = frozenset()
    locked_out: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, user: User) -> "Sight":
        """As it is stored now."""
        teams, cases = defaultdict[str, set[int]](set), defaultdict[str, set[UUID]](set)
        for role, team_id in user.memberships.values_list("role", "team_id"):
            teams[role].add(team_id)
        lasting = user.access.filter(Q(until=None) | Q(until__gt=timezone.now()))
        for kind, case in lasting.values_list("kind", "case"):
            cases[kind].add(case)
        if Membership.Role.ADMINISTRATOR in teams:
            teams.clear()
        return cls(
            user.pk,
            professional=frozenset(teams[Membership.Role.PROFESSIONAL]),
            reviewer=frozenset(teams[Membership.Role.REVIEWER]),
            **{kind.value: frozenset(cases[kind]) for kind in Access.Kind},
        )

    @property
    def content(self) -> Q:
        """The intakes whose content this person may see.

        Their own and those assigned to them, their team's when they review, and for a while what they opened
        with a reason. Of a shielded case only the author and whoever is named.
        """
        # Each team once, so that a database can walk one index of it.
        elsewhere = Q(team__in=self.professional - self.reviewer)
        given = self.assigned | self.named | self.opened
        of_them = Q(team__in=self.reviewer) | elsewhere & (Q(author=self.user_id) | Q(case__in=given))
        return of_them & self._not_closed

    @property
    def rows(self) -> Q:
        """The intakes of which this person may know that they are there: the content of some, not of all."""
        return self._of_teams & self._not_closed

    @property
    def shielded(self) -> Q:
        """The intakes of which this person knows only that there are so many, and nothing else."""
        named = Q(author=self.user_id) | Q(case__in=self.named)
        return self._of_teams & Q(shielded=True) & ~named & ~Q(case__in=self.locked_out)

    @property
    def _of_teams(self) -> Q:
        return Q(team__in=self.professional | self.reviewer)

    @property
    def _not_closed(self) -> Q:
        """Neither shielded from this person, nor are they locked out."""
        is_open = Q(shielded=False) | Q(author=self.user_id) | Q(case__in=self.named)
        return is_open & ~Q(case__in=self.locked_out)

    def writes(self, intake: "Intake") -> bool:
        """Whether an intake that this person sees is theirs to write in."""
        is_theirs = intake.author_id == self.user_id or intake.case in self.assigned
        return is_theirs and intake.team_id in self.professional

    def holds(self, intake: "Intake") -> bool:
        """Whether they decide who else may see an intake that they see: its author and its reviewers do."""
        is_author = intake.author_id == self.user_id and intake.team_id in self.professional
        return is_author or intake.team_id in self.reviewer


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """The intakes whose content this person may see now."""
        return self.filter(Sight.of(user).content) if isinstance(user, User) else self.none()

    def listed_to(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """The intakes that this person may know of, though not always what they are about."""
        return self.filter(Sight.of(user).rows) if isinstance(user, User) else self.none()


class Intake(Keyed):
    """One conversation. `content` holds all that was said and written in it; the columns serve the lists.

    `urgency` and `police_urgency` are values of the domain's Urgency, so that they sort; `rank` is made of
    these and whether there is a danger sign, see `questionnaire.ranks`. `next_due` is the first day on which
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
        # The orders that questionnaire.listing walks.
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


class Incident(models.Model):
    """One incident in the log of an intake; `content` is the JSON of the domain's Incident."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="incidents")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["added_at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()

    @property
    def told(self) -> timeline.Incident:
        """The incident as the domain knows it, checked again on the way out."""
        return timeline.parse_incident(self.content, until=date.max)


class Step(models.Model):
    """What came of an intake: one outcome, one consultation, or the decisions of the reporting code.

    `content` is the JSON of the domain's dataclass of that kind. It holds also which advice an outcome is
    about, since an advice tells what was answered.
    """

    class Kind(models.TextChoices):
        OUTCOME = "outcome"
        CONSULTATION = "consultation"
        DECISION = "decision"

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
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

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()

    @property
    def told(self) -> Outcome | Consultation | Decision:
        """What came of it as the domain knows it, checked again on the way out."""
        if self.kind == self.Kind.OUTCOME:
            return parse_outcome(self.content, until=date.max)
        if self.kind == self.Kind.CONSULTATION:
            return parse_consultation(self.content, until=date.max)
        return parse_decision(self.content, until=date.max)


class Handover(models.Model):
    """That a case went from one person to another, with a note; `content` is {"note": ...}."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="handovers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()


class Document(models.Model):
    """A PDF that was made of an intake, as it was at one revision."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="documents")
    edition = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    revision = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    pdf: Any = EncryptedField()

    class Meta:
        ordering = ["made_at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()


class Remark(models.Model):
    """What a reviewer asks or remarks, and what came as an answer.

    `content` is a JSON object: `item` is the id of a question, or "" when it is about all of it, with the
    `text` of the remark and that of the `answer`, which is "" as long as there is none.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="remarks")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    content: Any = EncryptedJSONField()

    class Meta:
        ordering = ["added_at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()


class SignOff(models.Model):
    """What was signed, and by whom: the PDF as it was handed over, and the words that were on the page.

    `content` is a JSON object: by language the questions with their answers in words, as the catalogue had
    them on that day. What was said itself stands in the intake, which is closed from then on.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    intake = models.OneToOneField(Intake, on_delete=models.CASCADE, related_name="sign_off")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="+")
    content: Any = EncryptedJSONField()

    def __str__(self) -> str:
        return str(self.uuid)

    def data_key(self) -> bytes:
        """The key of the intake it belongs to."""
        return self.intake.data_key()


class HeldPost(Keyed):
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


class Event(models.Model):
    """Who read or wrote what, and when. Rows are only ever added; see `questionnaire.events`.

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
