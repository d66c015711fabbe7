"""`adduser`: make an account, since nobody can sign up."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire.actions import agreeing, role_changes
from questionnaire.actions.accounts import create_account
from questionnaire.actions.memberships import add_membership, are_compatible
from questionnaire.encryption import keyring
from questionnaire.lifecycle import rights
from questionnaire.models import Membership, Team, User

_FIRST: Final = "eerste"
_FIRST_TEAM: Final = "Team 1"


class Command(BaseCommand):
    """`manage.py adduser [NAME]`; see its --help."""

    help = "Make an account, print its password once, and put it in a team."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the user name to sign in with")
        parser.add_argument("--team", default=_FIRST_TEAM, help="made when it does not exist")
        parser.add_argument(
            "--role",
            action="append",
            choices=Membership.Role.values,
            help="may be given more than once; professional without it",
        )
        parser.add_argument(
            "--first",
            action="store_true",
            help="make the first account, professional and manager; nothing when there is an account",
        )
        parser.add_argument(
            "--keep-password",
            action="store_true",
            help="do not ask for another password at the first sign-in; never does --first",
        )

        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="PATH",
            help="write the password to this file, for its owner alone, and do not print it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.password_file: Path | None = options["password_file"]
        if options["first"]:
            if not User.objects.exists():
                self.add(options["name"] or _FIRST, options["team"], ["professional", "manager"])
        elif options["name"]:
            roles = options["role"] or ["professional"]
            self.add(options["name"], options["team"], roles, must_change=not options["keep_password"])
        else:
            raise CommandError(_("Give a user name, or --first."))

    @transaction.atomic
    def add(self, username: str, team_name: str, roles: list[str], *, must_change: bool = False) -> None:
        rights.mark_sealed()
        if not are_compatible(roles):
            raise CommandError(_("Someone who administers people sees no content. Leave the other role out."))
        is_first = not User.objects.exists()
        team, _made = Team.objects.get_or_create(name=team_name)
        try:
            user, password = create_account(None, team, username, must_change=must_change)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        for role in roles:
            if role == Membership.Role.ADMINISTRATOR and not is_first:
                self.ask_for_administrator(user, team)
            else:
                add_membership(None, user, team, role)
        self.stdout.write(_("User name: %(name)s") % {"name": user.username})
        if path := self.password_file:
            _write_password(path, password)
            self.stdout.write(_("Password: it is in %(path)s, which nobody else can read.") % {"path": path})
            self.stdout.write(_("Change it after signing in, and remove that file."))
        else:
            self.stdout.write(_("Password: %(password)s") % {"password": password})
            self.stdout.write(_("The password is shown only now. Change it after signing in."))

    def ask_for_administrator(self, user: User, team: Team) -> None:
        """Let an administrator or manager of the team agree first, when it has one."""
        asked = role_changes.ask_role(None, team, user, Membership.Role.ADMINISTRATOR)
        if agreeing.go_on_by_command(asked):
            self.stdout.write(_("Nobody could agree as a second person, so the role counts at once."))
            self.stdout.write(_("Managers and auditors of the team see that for 30 days."))
        else:
            self.stdout.write(_("The role administrator waits until a second person agrees, under Beheer."))


def _write_password(path: Path, password: str) -> None:
    """Write the password for its owner alone. Raise CommandError."""
    try:
        if keyring.write_secret(path, f"{password}\n"):
            return
        reason = _("there is such a file already")
    except OSError as error:
        reason = str(error.strerror)
    raise CommandError(_("%(path)s cannot be written: %(reason)s") % {"path": path, "reason": reason})
