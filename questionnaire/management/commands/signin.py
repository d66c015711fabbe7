"""`signin`: change how an account signs in, for an administrator who was asked in person."""

from argparse import ArgumentParser
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire.accounts.backend import is_closed_by_event
from questionnaire.accounts.session_store import end_sessions
from questionnaire.actions.accounts import SubjectInUseError, forget_factors, new_password, store_link
from questionnaire.audit import account_signals
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import User


class Command(BaseCommand):
    """`manage.py signin NAME`; see its --help."""

    help = (
        "Take away a lost second factor, tie an account to the organisation's identity provider, or make one "
        "good again that verify_rights names."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--forget",
            action="store_true",
            help="take away app, passkeys and recovery codes",
        )
        what.add_argument(
            "--renew",
            action="store_true",
            help="print a new password, once, and take away every other way to sign in",
        )
        what.add_argument("--subject", help="by what id it knows this person; the password stops working")
        parser.add_argument("--provider", help="the id of the identity provider, when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"].lower()).first()
        if user is None:
            raise CommandError(_("There is no account with this name."))
        with transaction.atomic():
            if options["forget"]:
                forget_factors(user)
                account_signals.record_account_event(None, EventCode.FACTOR_REMOVED, user)
            elif options["renew"]:
                password = renew(user)
                self.stdout.write(_("Password: %(password)s") % {"password": password})
                self.stdout.write(_("The password is shown only now. Change it after signing in."))
            else:
                self.link(user, options["provider"], options["subject"])
            end_sessions(user)
        self.stdout.write(_("Done. All sessions of %(name)s have ended.") % {"name": user.username})

    def link(self, user: User, provider_id: str | None, subject: str) -> None:
        """Let a provider sign this person in. Raise CommandError when that cannot be."""
        named = [each for each in settings.IDENTITY_PROVIDERS if provider_id in (None, each.id)]
        if len(named) != 1:
            raise CommandError(_("Name one identity provider of the settings with --provider."))
        try:
            store_link(None, user, named[0].id, subject)
        except SubjectInUseError:
            raise CommandError(_("Another account is tied to this already.")) from None


def renew(user: User) -> str:
    """Make an account good again, whatever was written in it: with a new password, which this returns.

    The events say whether it is open, and not its row.
    """
    SocialAccount.objects.filter(user_id=user.pk).delete()
    forget_factors(user)
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.is_active = not is_closed_by_event(user)
    user.save(update_fields=["password", "must_change_password", "is_active"])
    user.sign()
    User.objects.filter(pk=user.pk).update(mac=user.mac)
    account_signals.record_account_event(None, EventCode.PASSWORD_CHANGED, user)
    return password
