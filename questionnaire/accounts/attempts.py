"""Stop who guesses passwords and codes of one account, by the events: nobody can empty or change these.

allauth counts too, in a table of its own that whoever writes the database can empty. Refusals on a device on
which its owner signed in before are counted apart from those elsewhere, so that no stranger locks out the
owner. A new password, or the removal of a lost app, starts the count of what was guessed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from questionnaire.accounts.devices import is_device_of
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, User

#: How many refusals in each of these periods. The second one stops who guesses slowly.
MOST_REFUSED: Final[Mapping[timedelta, int]] = {timedelta(minutes=5): 5, timedelta(days=1): 50}
#: So many events at most tell of one account in the longest period: each way, on each kind of device.
_MOST_READ: Final = 500


class Way(StrEnum):
    """What was guessed."""

    PASSWORD = "password"  # noqa: S105  # nosec
    CODE = "code"


#: The events after which what was guessed before is worth nothing.
_RENEWING: Final[Mapping[Way, frozenset[EventCode]]] = {
    Way.PASSWORD: frozenset({EventCode.PASSWORD_CHANGED, EventCode.PASSWORD_RENEWED}),
    Way.CODE: frozenset({EventCode.FACTOR_REMOVED}),
}


def is_known(request: HttpRequest, username: str) -> bool:
    """Return whether this person signed in on this device before, or is signed in now."""
    here = getattr(request, "user", None)
    is_here = isinstance(here, User) and here.get_username() == username
    return is_here or is_device_of(request, username)


def details_of(way: Way, *, known: bool) -> Mapping[str, str]:
    """Return what the event of a refusal says besides the account."""
    return {"way": way.value, "device": "known" if known else "elsewhere"}


def are_too_many(account: AbstractBaseUser | None, way: Way, *, known: bool) -> bool:
    """Return whether so many attempts were refused that no other one is looked at now.

    It takes as long for an account that is not there.
    """
    now, longest = timezone.now(), max(MOST_REFUSED)
    about = Event.objects.about_accounts().filter(subject=account.pk if account else 0)
    codes = {EventCode.SIGN_IN_REFUSED, *_RENEWING[way]}
    recent = about.filter(code__in=codes, at__gt=now - longest, at__lte=now).order_by("-at", "-seq")
    refused = []
    for code, at, details in recent.values_list("code", "at", "details")[:_MOST_READ]:
        if code != EventCode.SIGN_IN_REFUSED:
            break
        if (details or {}).items() >= details_of(way, known=known).items():
            refused.append(at)
    return any(sum(at > now - period for at in refused) >= most for period, most in MOST_REFUSED.items())
