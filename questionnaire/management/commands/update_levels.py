"""`update_levels`: bring the levels in lists up to date with the rules of this version."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from questionnaire.actions.levels import update_levels


class Command(BaseCommand):
    """`manage.py update_levels`; see its --help."""

    help = (
        "Compute the levels by which lists are sorted with the rules of this version, after an upgrade. What "
        "was signed off keeps the level with which it was signed beside it. It can run beside the server."
    )

    def handle(self, *_args: object, **_options: Any) -> None:
        updated = update_levels()
        self.stdout.write(_("Levels brought up to date: %(count)s") % {"count": updated.count})
        if updated.refused:
            line = _("Not readable, so left as they were: %(ids)s")
            self.stderr.write(line % {"ids": ", ".join(map(str, updated.refused))})
