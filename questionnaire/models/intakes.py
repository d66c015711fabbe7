"""Store an intake: one conversation, with the columns that lists are sorted and filtered on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.breaches import Breach
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import Consultation, Decision, FollowUp, Outcome, sorted_follow_up
from questionnaire.domain.incidents import UNREADABLE, Incident, parse_incident
from questionnaire.domain.workflow import OPEN_STATES, STATE_CHOICES, State
from questionnaire.encryption import keyring
from questionnaire.encryption.fields import EncryptedJSONField
from questionnaire.models.access import AccessScope
from questionnaire.models.accounts import Team, User
from questionnaire.models.cases import Case
from questionnaire.models.encrypted import EncryptedRow
from questionnaire.models.prepared import PreparedQuery
from questionnaire.models.priority import RANK
from questionnaire.models.unreadable import UNREADABLE_ERRORS, tell_unreadable

#: The key in the content of an intake of the incident log with which it was signed off.
SIGNED_LOG: Final = "signed_log"
#: The key in the content of an intake of what its row and the rows that belong to it were when it was stored;
#: see `lifecycle.stored_content`.
STORED: Final = "stored"


def empty_content() -> dict[str, Any]:
    """Return the content of a new intake."""
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
    """Intakes, and which of them a person may see."""

    def visible_to(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """Return the intakes whose content this person may read now."""
        return self.filter(AccessScope.of(user).readable) if isinstance(user, User) else self.none()

    def listable_by(self, user: User | AnonymousUser) -> "IntakeQuerySet":
        """Return the intakes that this person may know to exist, whether or not they may read them."""
        return self.filter(AccessScope.of(user).listable) if isinstance(user, User) else self.none()


class Intake(EncryptedRow):
    """One conversation: an assessment of a case, or a corrected version of one.

    `content` is a JSON object with everything that was recorded: answers, revisions, notes, sources,
    reasons and drafts by item id, the texts running_note and view, and the last save of the latest pages;
    after the sign-off also `SIGNED_LOG`, the incident log as it was then.
    It can be decrypted as long as its key, wrapped by that of the case, exists. The other columns serve the
    lists:

    - `urgency` and `police_urgency` are values of the domain's Urgency, so that they sort. `rank` combines
      them with whether there is a danger sign, see `models.priority`.
    - `keeps_level` says that the level, or the day of the reassessment, is still that of the assessment
      before, as not every question that must be asked was asked again.
    - `next_due` is the first day on which a step or the reassessment is due; None when nothing is.
    - `is_followed` says that there is a next assessment: the next reassessment is then due there, not here.
    - `open_steps` counts the planned steps, with or without a date.
    - `rules_version` is the edition of the rules that gave these levels. `signed_urgency` is the level with
      which the intake was signed off, and `signed_rules_version` the edition then; None when it was not.
    - `submitted_at` is the last submission for review, and `reviewed_at` when it was returned or signed off
      since; None when it was not.

    `previous` is the assessment that this one follows, and `corrects` the intake of which this is a new
    version. All of these share one `case`. Its team is copied to `team`, for the indexes of lists.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # No index on either column alone: the indexes below begin with it, and also give the order.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="intakes", db_index=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="intakes", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="intakes")
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="next")
    corrects = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="corrections")
    on = models.DateField()
    language = models.CharField(max_length=2)
    catalogue_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=STATE_CHOICES, default=State.CONCEPT.value)
    revision = models.PositiveIntegerField(default=0)
    urgency = models.PositiveSmallIntegerField()
    police_urgency = models.PositiveSmallIntegerField()
    danger_signs = models.PositiveSmallIntegerField()
    keeps_level = models.BooleanField(default=False)
    rules_version = models.PositiveSmallIntegerField(db_index=True)
    signed_urgency = models.PositiveSmallIntegerField(null=True)
    signed_rules_version = models.PositiveSmallIntegerField(null=True)
    reassess_on = models.DateField()
    next_due = models.DateField(null=True)
    is_followed = models.BooleanField(default=False)
    open_steps = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    rank = models.GeneratedField(
        expression=RANK, output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    content: Any = EncryptedJSONField(default=empty_content, pad_to=8192)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        # One for each order in which questionnaire.queries reads a list.
        indexes = [
            models.Index(fields=["author", "rank", "next_due", "uuid"], name="list_of_an_author"),
            models.Index(fields=["author", "state", "rank", "next_due", "uuid"], name="states_of_an_author"),
            models.Index(fields=["team", "rank", "next_due", "uuid"], name="list_of_a_reviewer"),
            models.Index(fields=["team", "state", "rank", "next_due", "uuid"], name="states_of_a_reviewer"),
            models.Index(
                fields=["team", "state", "-rank", "submitted_at", "uuid"], name="waits_for_a_reviewer"
            ),
            models.Index(fields=["team", "-started_at", "uuid"], name="list_of_a_colleague"),
            models.Index(fields=["team", "state", "-started_at", "uuid"], name="states_of_a_colleague"),
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
        """Whether the answers can be changed in the present state."""
        return self.state in OPEN_STATES

    def key_binding(self) -> tuple[str, ...]:
        return (str(self.uuid), str(self.case_id))

    def _wrap(self, data_key: bytes) -> bytes:
        return keyring.seal(self.case.data_key(), data_key, self._binding())

    def _unwrap(self, token: bytes) -> bytes:
        return keyring.unseal(self.case.data_key(), token, self._binding())

    @property
    def signed_level(self) -> Urgency | None:
        """The level with which it was signed off, where other rules than those of now gave it; else None."""
        if self.signed_urgency is None or self.signed_rules_version == RULES_VERSION:
            return None
        return Urgency(self.signed_urgency)

    @property
    def reassessment_due(self) -> date | None:
        """When the reassessment is due; None when there is a next assessment."""
        return None if self.is_followed else self.reassess_on

    @property
    def look_again_on(self) -> date | None:
        """The day to look again, as it was planned or else advised; None when nothing is due any more."""
        return self.follow_up.look_again_on(self.reassessment_due)

    @property
    def answers(self) -> Answers:
        """The stored answers, validated again. Raise InvalidInputError."""
        return Answers.parse(self.content["answers"], until=date.max)

    def answers_or_none(self) -> Answers | None:
        """Return the stored answers; None when they cannot be read any more."""
        try:
            return self.answers
        except UNREADABLE_ERRORS as error:
            tell_unreadable(self, error)
            return None

    @property
    def incidents(self) -> models.QuerySet[Any]:
        """The rows of the log of the case, in the order in which they were added.

        An assessment that was signed off shows `incident_log`: the log as it was then.
        """
        return self.case.incidents.in_log()

    @property
    def incident_log(self) -> tuple[Incident, ...]:
        """The log of the case, or as it was when this was signed off, as it was added; see `UNREADABLE`."""
        return self.parsed_log(self.log_rows())

    def log_rows(self) -> list[Any]:
        """Return the rows of the log as they are stored now; none when it was kept with the sign-off."""
        if SIGNED_LOG in self.content:
            return []
        rows = _log_of.all(self.case_id)
        for row in rows:
            row.case = self.case  # whose key encrypts it
        return rows

    def parsed_log(self, rows: Sequence[Any]) -> tuple[Incident, ...]:
        """Return the log of these rows, or as it was when this was signed off, see `incident_log`."""
        if (signed := self.content.get(SIGNED_LOG)) is not None:
            return tuple(_readable_incident(each) for each in signed)
        return tuple(row.readable for row in rows)

    @property
    def follow_up(self) -> FollowUp:
        """What was done after the advice, validated again, and how much of it cannot be read any more."""
        return parsed_follow_up(self.step_rows())

    @property
    def is_readable(self) -> bool:
        """Whether all that is stored in its answers, log and follow-up can be read."""
        if not self.has_readable_answers or self.follow_up.unreadable:
            return False
        return not any(incident.is_unreadable for incident in self.incident_log)

    @property
    def has_readable_answers(self) -> bool:
        """Whether its answers can be read, and with them all that is in its `content`."""
        return self.answers_or_none() is not None

    def step_rows(self) -> list[Any]:
        """Return the rows of the follow-up: those that a list fetched for all its intakes, if it did."""
        fetched: models.QuerySet[Any] | None = vars(self).get("_prefetched_objects_cache", {}).get("steps")
        if fetched is not None:
            return list(fetched)
        rows = _steps_of.all(self.pk)
        for row in rows:
            row.intake = self  # whose key encrypts it
        return rows


def _readable_incident(signed: object) -> Incident:
    try:
        return parse_incident(signed, until=date.max)
    except InvalidInputError:
        return UNREADABLE


def parsed_follow_up(rows: Sequence[Any]) -> FollowUp:
    """Return the follow-up of these rows, validated again, and how many cannot be read any more."""
    entries = [entry for row in rows if (entry := row.readable) is not None]
    follow_up = sorted_follow_up(
        (entry for entry in entries if isinstance(entry, Outcome)),
        (entry for entry in entries if isinstance(entry, Consultation)),
        next((entry for entry in entries if isinstance(entry, Decision)), None),
        (entry for entry in entries if isinstance(entry, Breach)),
    )
    return replace(follow_up, unreadable=len(rows) - len(entries))


def _whole(rows: models.QuerySet[Intake]) -> PreparedQuery[Intake]:
    """Return the query for one of these intakes by its id, with case, team and author."""
    found = rows.select_related("case", "team", "author")
    return PreparedQuery(lambda pk: found.filter(pk=pk), models.UUIDField())


def _rows_of(name: str, **of: object) -> models.QuerySet[Any]:
    """Return the rows of a model that refers to this one."""
    rows: models.QuerySet[Any] = apps.get_model("questionnaire", name)._default_manager.filter(**of)
    return rows


_log_of: Final = PreparedQuery[Any](
    lambda case: _rows_of("Incident", case=case, removed_at=None), models.UUIDField()
)
_steps_of: Final = PreparedQuery[Any](lambda pk: _rows_of("Step", intake=pk), models.UUIDField())
_by_id: Final = _whole(Intake.objects.all())
_by_id_locked: Final = _whole(Intake.objects.select_for_update(of=("self",)))


def stored_intake(pk: UUID, *, lock: bool = False) -> Intake | None:
    """Return an intake as it is stored now, with case, team and author; None when there is none.

    With `lock` nobody else changes its row until the transaction ends.
    """
    return (_by_id_locked if lock else _by_id).first(pk)
