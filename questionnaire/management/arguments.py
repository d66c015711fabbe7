"""Look up what several commands take as arguments: an account by its name, an intake by its UUID."""

from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from questionnaire.models import Intake, User


def account(name: str) -> User:
    """Return the account with this user name, of someone who decides. Raise CommandError.

    Someone whose account is closed decides nothing any more.
    """
    if (user := User.objects.filter(username=name).first()) is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": name})
    if not user.is_active:
        raise CommandError(_("The account %(name)s is closed.") % {"name": name})
    return user


def tampered() -> str:
    """Return what a command says of a case whose rights are not as the program wrote them."""
    return _("Rights in this case were changed outside the program. Run: manage.py verify_rights")


def intake(uuid: UUID) -> Intake:
    """Return the intake with this UUID. Raise CommandError when there is none."""
    found = Intake.objects.select_related("case", "team").filter(pk=uuid).first()
    if found is None:
        raise CommandError(_("There is no intake with this number."))
    return found
