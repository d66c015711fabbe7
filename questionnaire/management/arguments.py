"""Look up what several commands take as arguments: an account by its name, an intake, how long ago."""

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.models import Intake, User

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def ago(text: str) -> datetime | None:
    """Return the moment that is so long ago, such as 30m, 1h or 7d; None for anything else."""
    if (match := re.fullmatch(r"([0-9]{1,6})([mhd])", text)) is None:
        return None
    return timezone.now() - timedelta(**{_UNITS[match[2]]: int(match[1])})


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
