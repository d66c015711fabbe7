"""Store accounts and teams."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.encryption.macs import MAC_LENGTH, is_authentic, mac_of
from questionnaire.models.prepared import PreparedQuery

#: The columns of an account that decide who gets in.
_SIGNED: Final = frozenset({"username", "password", "is_active", "must_change_password"})


class UserManager(BaseUserManager["User"]):
    """Creates accounts; user names are in lower case."""

    def create_user(
        self,
        username: str,
        password: str | None = None,
        name: str = "",
        *,
        must_change_password: bool = False,
    ) -> "User":
        """Create an account; without a password nobody can sign in to it. Raise ValidationError."""
        user = self.model(username=self.model.normalize_username(username).lower(), name=name)
        user.must_change_password = must_change_password
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


def current_rules() -> int:
    """Return the edition of the rules that a new account starts with: nothing changed for it."""
    return RULES_VERSION


class User(AbstractBaseUser):
    """A person with an account. What they may do follows from their memberships alone.

    `mac` is over what decides who gets in as this person, and `factors_mac` over their other ways to sign in;
    see `accounts.factors`. Only a change by this program makes a new one, and only over a row that was as it
    was written: what someone else wrote in the database is refused, and no later change makes it good.

    `must_change_password` says that someone else knows the password: until its owner chose another, the
    account opens that page alone.

    `session` is the one in which they make the present request; None in a command. It is not stored.
    """

    session: SessionBase | None = None

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: The edition of the rules that this person was last told about.
    rules_told = models.PositiveSmallIntegerField(default=current_rules, editable=False)
    #: Whether this person wants to see no more of the first steps on the page of today.
    tour_is_closed = models.BooleanField(default=False, db_default=False, editable=False)
    #: Where reminders go, in which language, and the day of the last one. None of it lets anybody sign in.
    email = models.EmailField(blank=True, default="", db_default="", editable=False)
    wants_reminders = models.BooleanField(default=False, db_default=False, editable=False)
    reminder_language = models.CharField(max_length=10, blank=True, default="", db_default="", editable=False)
    reminded_on = models.DateField(null=True, editable=False)
    mac = models.CharField(max_length=MAC_LENGTH, default="", editable=False)
    factors_mac = models.CharField(max_length=MAC_LENGTH, default="", editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.username

    def is_signed_in(self) -> bool:
        """Return whether the account is open, and the session in which they act has not ended meanwhile."""
        if self.session is not None:
            stored = type(self.session)(self.session.session_key)
            if stored.get(SESSION_KEY) != str(self.pk):
                return False
        row = stored_user(self.pk)
        return row is not None and row.is_active

    @property
    def is_as_written(self) -> bool:
        """Whether user name, password, and what is asked before it opens are as this program wrote them."""
        return is_authentic(self.mac, *self._signed_values())

    def has_factors(self, factors: Sequence[object]) -> bool:
        """Return whether these, and no others, are the further ways to sign in that this program stored."""
        return is_authentic(self.factors_mac, "factors", self.pk, factors)

    def sign(self, factors: Sequence[object] | None = None) -> None:
        """Make the MAC over the account anew, or over these further ways to sign in. Saves nothing.

        Only for a row that was as written, and for whoever keeps the accounts.
        """
        if factors is None:
            self.mac = mac_of(*self._signed_values())
        else:
            self.factors_mac = mac_of("factors", self.pk, factors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the account, with a new MAC when that is due."""
        with transaction.atomic():
            if self._state.adding:
                super().save(*args, **kwargs)
                self.sign()
                self.sign(factors=())
                super().save(update_fields=["mac", "factors_mac"])
                return
            fields: Iterable[str] | None = kwargs.get("update_fields")
            if written := _SIGNED if fields is None else _SIGNED & set(fields):
                self._sign_over_stored(written)
                kwargs["update_fields"] = None if fields is None else {*fields, "mac"}
            super().save(*args, **kwargs)

    def _sign_over_stored(self, written: Iterable[str]) -> None:
        """Set the MAC over the row as it will be stored. A row that was not as written keeps its own."""
        stored = User.objects.select_for_update().get(pk=self.pk)
        if stored.is_as_written:
            for name in written:
                setattr(stored, name, getattr(self, name))
            stored.sign()
        self.mac, self.factors_mac = stored.mac, stored.factors_mac

    def _signed_values(self) -> tuple[Any, ...]:
        values = ("user", self.pk, self.username, self.password, self.is_active)
        # Only where it is set: so the accounts of a version without the column keep their MAC.
        return (*values, "must change password") if self.must_change_password else values


_by_id: Final = PreparedQuery[User](lambda pk: User.objects.filter(pk=pk), models.BigAutoField())


def stored_user(pk: int) -> User | None:
    """Return an account as it is stored now; None when there is none with this number."""
    return _by_id.first(pk)


class Team(models.Model):
    """A group of colleagues; nothing of one team is visible in another.

    `retention_days` is how long after its last change a case is kept; None as long as nobody decided it.
    """

    name = models.CharField(_("name"), max_length=150, unique=True)
    retention_days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name
