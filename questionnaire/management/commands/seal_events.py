"""`seal_events`: seal the chains of events that moved since the last seal."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from questionnaire.audit import seals
from questionnaire.audit.chains import Head


class Command(BaseCommand):
    """`manage.py seal_events`; see its --help."""

    help = (
        "Seal the events that were recorded since the last seal, so that cutting them off shows. Run it "
        "every minute; bin/serve does so itself. When nothing was recorded it writes nothing."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        seal = seals.seal_events()
        if seal is None:
            self.stdout.write(_("Nothing was recorded since the last seal."))
            return
        line = _("Seal over %(count)s chains: %(seal)s")
        self.stdout.write(line % {"count": seal.leaf_count, "seal": Head(seal.number, seal.mac)})
