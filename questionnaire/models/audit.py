"""Store the audit events and the heads of their chains, and the seals over these heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import BigIntegerField, BooleanField, DateTimeField, Expression, F, Func, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from questionnaire.models.accounts import User

#: The chain that all events were in before each case and each account had one.
BEFORE_CHAINS: Final = "before"
#: How many characters the name of a chain has at most: "case:" and the id of a case.
_CHAIN_LENGTH: Final = 41
_MAC_LENGTH: Final = 64
#: The codes of the events that decide what counts about an account or a role: their `subject`.
SUBJECT_CODES: Final = ("role.given", "role.taken", "account.closed", "account.opened")
#: The codes of the events that "Signing in and rights" reads from indexes of accounts. It has a few more that
#: are rare: with one code more, these indexes would have to be made again.
ACCOUNT_CODES: Final = (
    *("account.signed_in", "account.sign_in_refused", "account.signed_out", "account.password_changed"),
    *("account.password_renewed", "account.named", "account.reminders_chosen", "account.reminder_sent"),
    *("account.factor_added", "account.factor_removed", "account.codes_made", "account.sessions_ended"),
    *("account.made", "account.tied", "account.closed", "account.opened", "role.given", "role.taken"),
    *("organisation.contact_changed", "organisation.contact_removed", "organisation.text_changed"),
    *("team.made", "team.renamed", "case.exported"),
)
#: The codes of the events that change who may do what in a case, after which its rights are signed.
RIGHTS_CODES: Final = (
    *("intake.started", "correction.started", "reassessment.started", "intake.erased"),
    *("intake.submitted", "intake.withdrawn", "intake.returned", "intake.signed_off"),
    *("intake.handed_over", "right.given", "right.taken", "rights.accepted"),
    *("case.opened", "case.opening_seen", "case.opening_ended", "case.shielded", "shield.lifted"),
)
#: The codes of the events that bring a proposal into its state: their details name it.
PROPOSAL_CODES: Final = (
    *("proposal.asked", "proposal.agreed", "proposal.refused", "proposal.withdrawn", "proposal.lapsed"),
    *("proposal.carried_out", "proposal.alone"),
)
#: The codes of the events by which someone may read less than before. Taking a role ends sessions instead.
ENDING_CODES: Final = (
    *("intake.erased", "intake.handed_over", "right.given", "right.taken"),
    *("case.opening_ended", "case.shielded"),
)


def _has_code(codes: Sequence[str]) -> Func:
    """Return the condition with these codes as literals.

    SQLite uses an index with a condition only for a query that repeats it to the letter.
    """
    literals = ", ".join(f"'{code}'" for code in codes)
    return Func(F("code"), template=f"%(expressions)s IN ({literals})", output_field=BooleanField())


def _compared(how: str, at: datetime, seq: int) -> Func:
    """Return the condition as a comparison of rows, for which a database reads an index."""
    pair = "(%(expressions)s)"
    stored = Func(F("at"), F("seq"), template=pair, output_field=BooleanField())
    given = Func(Value(at, DateTimeField()), Value(seq), template=pair, output_field=BooleanField())
    joined: dict[str, Any] = {"template": "%(expressions)s", "arg_joiner": f" {how} "}
    return Func(stored, given, output_field=BooleanField(), **joined)


#: The team of an event, as its details name it.
EVENT_TEAM: Final = Cast(KT("details__team"), BigIntegerField())


class EventQuerySet(models.QuerySet["Event"]):
    """Events, which are only ever added."""

    def about(self, subject: Expression | F | int) -> EventQuerySet:
        """Return those that decide about an account or its roles, the newest first. It reads an index."""
        return self.filter(_has_code(SUBJECT_CODES), subject=subject).order_by("-seq")

    def about_account(self, subject: int) -> EventQuerySet:
        """Return those that closed or opened an account, the newest first."""
        return self.about(subject).filter(code__in=("account.closed", "account.opened"))

    def about_role(self, subject: F, team: F, role: F) -> EventQuerySet:
        """Return those that gave or took a role of a person in a team, the newest first."""
        events = self.about(subject).annotate(in_team=EVENT_TEAM, of_role=KT("details__role"))
        return events.filter(in_team=team, of_role=role)

    def that_took_roles(self) -> EventQuerySet:
        """Return those by which someone lost a role. It reads an index."""
        return self.filter(_has_code(SUBJECT_CODES), code="role.taken")

    def that_took_roles_in(self, teams: Iterable[int]) -> models.QuerySet[Event, int | None]:
        """Return the accounts that lost a role in one of these teams."""
        lost = self.that_took_roles().annotate(in_team=EVENT_TEAM).filter(in_team__in=list(teams))
        return lost.order_by().values_list("subject", flat=True).distinct()

    def that_made_accounts(self) -> EventQuerySet:
        """Return those by which an account was made for a team. It reads an index."""
        return self.filter(code="account.made", details__has_key="team")

    def about_accounts(self) -> EventQuerySet:
        """Return those of signing in and of rights. Those of one account are read from an index."""
        return self.filter(_has_code(ACCOUNT_CODES))

    def about_rights(self) -> EventQuerySet:
        """Return those that changed rights. Those in one case are read from an index."""
        # With a number, as all have, SQLite takes the index of these and not that of all events in a case.
        return self.filter(_has_code(RIGHTS_CODES), seq__gt=0)

    def newest_about_rights(self, cases: Iterable[object]) -> models.QuerySet[Event, tuple[UUID, int]]:
        """Return each case, if rights in it ever changed, with the number of the newest event that did."""
        rows = self.about_rights().filter(case__in=list(cases)).order_by().values_list("case")
        return rows.annotate(models.Max("seq"))

    def later_than(self, at: datetime, seq: int) -> EventQuerySet:
        """Return those after this moment, or of the same with a higher number. It reads an index."""
        return self.filter(_compared(">", at, seq))

    def earlier_than(self, at: datetime, seq: int) -> EventQuerySet:
        """Return those before this moment, or of the same with a lower number. It reads an index."""
        return self.filter(_compared("<", at, seq))

    def that_end_rights(self) -> EventQuerySet:
        """Return those by which someone may read less than before."""
        return self.filter(code__in=ENDING_CODES)


class Event(models.Model):
    """Who read or wrote what, when, and by which right. Rows are only ever added; see `audit.log`.

    - `chain` and `number`: its chain (`audit.chains`) and its place in that, 1 and up without a gap.
    - `seq`: its number among all events, which other rows refer to. In one chain it rises with `number`; in
      all of the database numbers can be missing, and a higher one can be committed earlier.
    - `version`: what its MAC covers. 2 is every field; of 1, from before there were chains, `audit.chains`
      says what `subject` and `details` follow from.
    - `intake`, `case` and `subject`, the account that it is about, are no foreign keys: it outlives these.
    - `items`: ids of questions or of a page of these, the SHA-256 of a PDF that was signed, the number of the
      event of an opening that was seen, the case of an intake that was erased.
    - `reason`: the reason that a person gave; before there were `details` also what an event was about.
    - `details`: ids and words of this program, such as the team and the role that someone was given.
    - `role` and `right`: what the actor was at that moment, and by what they might do it.
    - `source`: web or command, of which version and installation. `os_user`: of a command.

    Nothing in it may be content of an intake. What kind of thing it is about, and which kind of act it was,
    follows from its `code`: `audit.event_kinds`.
    """

    seq = models.BigIntegerField(primary_key=True)
    version = models.PositiveSmallIntegerField(default=2, db_default=1)
    chain = models.CharField(max_length=_CHAIN_LENGTH, db_default=BEFORE_CHAINS)
    number = models.BigIntegerField(db_default=0)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    intake = models.UUIDField(null=True, db_index=True)
    case = models.UUIDField(null=True)
    items = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    subject = models.BigIntegerField(null=True)
    details: Any = models.JSONField(null=True)
    role = models.CharField(max_length=60, default="", db_default="")
    right = models.CharField(max_length=20, default="", db_default="")
    source = models.CharField(max_length=100, default="", db_default="")
    os_user = models.CharField(max_length=100, default="", db_default="")
    request_id = models.CharField(max_length=16, default="", db_default="")
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=_MAC_LENGTH)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        indexes = [
            # Read at every request: whether a role or an account is still as the newest event about it says.
            models.Index(
                fields=["subject", "seq"], condition=Q(code__in=SUBJECT_CODES), name="subjects_of_events"
            ),
            # The same for the rights in a case.
            models.Index(fields=["case", "seq"], condition=Q(code__in=RIGHTS_CODES), name="rights_of_cases"),
            models.Index(fields=["code", "at"], name="events_by_code"),
            # A case can have thousands, of which one person did few.
            models.Index(fields=["case", "actor"], name="events_of_a_case"),
            # Who audits reads a while of them, of everybody or of some.
            models.Index(fields=["at", "seq"], name="events_in_time"),
            models.Index(fields=["actor", "at"], name="events_of_a_person"),
            # Of signing in and of rights, by who did it and by whom it was done to.
            models.Index(fields=["actor", "at"], condition=Q(code__in=ACCOUNT_CODES), name="by_an_account"),
            models.Index(
                fields=["subject", "at"], condition=Q(code__in=ACCOUNT_CODES), name="about_an_account"
            ),
        ]
        constraints = [
            # As expressions it is an index of its own, for which SQLite need not copy the table.
            models.UniqueConstraint(F("chain"), F("number"), name="one_event_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"

    @property
    def subject_in_words(self) -> str:
        """The account, and the role in a team, that the event is about; "" for none."""
        return subject_in_words(self.subject, self.details)


def subject_in_words(subject: int | None, details: Mapping[str, Any] | None) -> str:
    """Return how an account, or its role in a team, is named; "" for none."""
    if subject is None:
        return ""
    if isinstance(details, Mapping) and {"team", "role"} <= details.keys():
        return role_subject(subject, details["team"], details["role"])
    return f"user {subject}"


def role_subject(user_id: int, team_id: int, role: str) -> str:
    """Return how the role of a person in a team is named."""
    return f"user {user_id}, team {team_id}: {role}"


class ChainHead(models.Model):
    """The end of one chain, kept apart so that truncation shows. Its row is locked to add an event."""

    chain = models.CharField(max_length=_CHAIN_LENGTH, primary_key=True)
    number = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=_MAC_LENGTH, blank=True)
    #: When its newest event was recorded.
    at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"


class Seal(models.Model):
    """All heads that moved since the seal before, under one MAC; see `audit.seals`. Only ever added."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    leaf_count = models.PositiveIntegerField()
    key_id = models.CharField(max_length=8)
    mac = models.CharField(max_length=_MAC_LENGTH)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class SealLeaf(models.Model):
    """One head as a seal has it: where a chain ended at that moment. Only ever added."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="leaves")
    chain = models.CharField(max_length=_CHAIN_LENGTH)
    number = models.BigIntegerField()
    mac = models.CharField(max_length=_MAC_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_leaf_a_head")]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"
