"""Recognise whether a person's further ways to sign in are those that this program stored.

These are their app, passkeys, recovery codes, and the link to the organisation's provider. Their tables
belong to allauth, so one MAC over all of them is in the row of the account. It changes with each change of
theirs, and only if they were as they were written before it: a row that was added, changed, copied to another
account or removed behind our back makes all of them useless, and no later change makes that good.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from questionnaire.models import User

logger: Final = logging.getLogger(__name__)
#: Of someone who uses a way to sign in the library writes this, which decides nothing.
_UNSIGNED: Final = frozenset({"last_used_at", "last_login"})

Factor = tuple[str, int, str, str]


def stored_factors(
    user_id: int, authenticators: Any = Authenticator, links: Any = SocialAccount
) -> list[Factor]:
    """Return what the MAC of this person covers, in a fixed order; a migration passes its own models."""
    factors = [
        ("factor", row.pk, row.type, json.dumps(row.data, sort_keys=True))
        for row in authenticators.objects.filter(user_id=user_id)
    ]
    linked = [("link", row.pk, row.provider, row.uid) for row in links.objects.filter(user_id=user_id)]
    return sorted([*factors, *linked])


def are_as_written(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether this person's further ways to sign in are those that this program stored; log if not."""
    current: User = User.objects.get(pk=str(user.pk))
    if current.has_factors(stored_factors(current.pk)):
        return True
    logger.warning("the factors of account %s sign nobody in: run manage.py verify_rights", current.pk)
    return False


def accept_stored(user: User) -> None:
    """Take the present ways to sign in for good. Only when whoever keeps the accounts has just set them."""
    user.sign(stored_factors(user.pk))
    User.objects.filter(pk=user.pk).update(factors_mac=user.factors_mac)


@receiver([pre_save, pre_delete], sender=Authenticator)
@receiver([pre_save, pre_delete], sender=SocialAccount)
def _remember_before(instance: Any, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    instance._before = None
    if update_fields is None or update_fields - _UNSIGNED:
        # Two changes at once would each find the other's row, which was not there before, and sign neither.
        is_locking = transaction.get_connection().in_atomic_block
        users = User.objects.select_for_update() if is_locking else User.objects.all()
        user = users.filter(pk=instance.user_id).first()
        before = stored_factors(instance.user_id)
        instance._before = before if user and user.has_factors(before) else None


@receiver([post_save, post_delete], sender=Authenticator)
@receiver([post_save, post_delete], sender=SocialAccount)
def _sign_after(instance: Any, **kwargs: Any) -> None:
    """Make the MAC anew after a change, if all was as written before it and nothing else was added since."""
    before, user = instance._before, User.objects.filter(pk=instance.user_id).first()
    if before is None or user is None:
        return
    changed = _key_of(instance)
    if all(factor in before or factor[:2] == changed for factor in stored_factors(user.pk)):
        accept_stored(user)


def _key_of(row: Model) -> tuple[str, int]:
    return ("factor" if isinstance(row, Authenticator) else "link", row.pk)
