"""What several commands are given: an account by its name, and an intake by its number."""

from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from questionnaire.models import Intake, User


def account(name: str) -> User:
    """The account with this user name. Raises CommandError when there is none."""
    if (user := User.objects.filter(username=name).first()) is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": name})
    return user


def intake(uuid: UUID) -> Intake:
    """The intake with this number. Raises CommandError when there is none."""
    found = Intake.objects.select_related("team").filter(pk=uuid).first()
    if found is None:
        raise CommandError(_("There is no intake with this number."))
    return found
