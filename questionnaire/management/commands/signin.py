"""`signin`: change how an account signs in, for an administrator who was asked in person."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from questionnaire.accounts.oidc import PROVIDER
from questionnaire.accounts.session_store import end_sessions
from questionnaire.audit import account_signals
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import User


class Command(BaseCommand):
    """`manage.py signin NAME`; see its --help."""

    help = "Take away a lost second factor, or tie an account to the organisation's identity provider."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--forget",
            action="store_true",
            help="take away app, passkeys and recovery codes",
        )
        what.add_argument(
            "--subject", help="what the provider calls this person in `sub`; the password stops working"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"].lower()).first()
        if user is None:
            raise CommandError(_("There is no account with this name."))
        with transaction.atomic():
            if options["forget"]:
                Authenticator.objects.filter(user_id=user.pk).delete()
                account_signals.record_account_event(None, EventCode.FACTOR_REMOVED, user)
            else:
                self.tie(user, options["subject"])
                account_signals.record_account_event(None, EventCode.ACCOUNT_TIED, user)
            end_sessions(user)
        self.stdout.write(_("Done. All sessions of %(name)s have ended.") % {"name": user.username})

    def tie(self, user: User, subject: str) -> None:
        """Link an account to the identity provider, and disable its password, which would bypass that.

        Raise CommandError when another account is linked to this subject.
        """
        SocialAccount.objects.filter(user_id=user.pk, provider=PROVIDER).delete()
        try:
            with transaction.atomic():
                SocialAccount.objects.create(user_id=user.pk, provider=PROVIDER, uid=subject)
        except IntegrityError:
            raise CommandError(_("Another account is tied to this already.")) from None
        user.set_unusable_password()
        user.save()
