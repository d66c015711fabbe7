"""Store accounts, teams, and the roles of people in teams."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UserManager(BaseUserManager["User"]):
    """Creates accounts; user names are in lower case."""

    def create_user(self, username: str, password: str | None = None, name: str = "") -> "User":
        """Create an account; without a password nobody can sign in to it. Raise ValidationError."""
        user = self.model(username=self.model.normalize_username(username).lower(), name=name)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. What they may do follows from their memberships alone."""

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
    """A group of colleagues; nothing of one team is visible in another.

    `retention_days` is how long after its last change a case is kept; None as long as nobody decided it.
    """

    name = models.CharField(_("name"), max_length=150, unique=True)
    retention_days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of a person in a team; a person can have several."""

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
    """Return the teams in which this person has this role now."""
    return Team.objects.filter(memberships__user=user, memberships__role=role)
