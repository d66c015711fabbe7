"""Tell who may be signed in: at every sign-in, and at every request of someone who is."""

from __future__ import annotations

import logging
from typing import Final

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import BigIntegerField

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, User, stored_user
from questionnaire.models.prepared import PreparedQuery

logger: Final = logging.getLogger(__name__)
_newest_about: Final = PreparedQuery[Event](
    lambda subject: Event.objects.about_account(subject)[:1], BigIntegerField()
)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Refuses an account that is closed, and one that something else than this program wrote."""

    def get_user(self, user_id: int) -> User | None:
        user = stored_user(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return bool(super().user_can_authenticate(user)) and isinstance(user, User) and is_trusted(user)


def is_trusted(user: User) -> bool:
    """Return whether the account is as this program wrote it, and no event closed it since; log if not."""
    if user.is_as_written and not is_closed_by_event(user):
        return True
    logger.warning("account %s signs nobody in: run manage.py verify_rights", user.pk)
    return False


def closing_provider(user: User) -> str:
    """Return the id of the provider whose sign-in closed the account; "" if anyone else did, or nobody."""
    newest = _newest_about.first(user.pk)
    if newest is None or newest.code != EventCode.ACCOUNT_CLOSED or newest.actor_id is not None:
        return ""
    return (newest.details or {}).get("provider", "") if audit_log.is_recorded(newest) else ""


def is_closed_by_event(user: User) -> bool:
    """Return whether the newest event that closed or opened the account closed it. It reads an index.

    An event that was not recorded by this program opens nothing.
    """
    newest = _newest_about.first(user.pk)
    if newest is None:
        return False
    return newest.code == EventCode.ACCOUNT_CLOSED or not audit_log.is_recorded(newest)
