"""Let a command do only what a second person agreed to, and ask for that when nobody did yet."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.base import CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.actions import proposals
from questionnaire.models import Intake, Proposal, User
from questionnaire.queries.proposals import seconds_for


def require_colleague(actor: User, intake: Intake) -> None:
    """Raise CommandError unless this person is in the team of the intake, and so may ask."""
    if not proposals.is_in_team(actor, intake.team_id):
        raise CommandError(_("%(name)s has no role in the team of this case.") % {"name": actor.username})


def ask(actor: User, kind: Proposal.Kind, intake: Intake, what: str, reason: str) -> list[str]:
    """Ask a second person to agree; return the lines that say who can, and until when."""
    row = proposals.ask(actor, kind, intake.team, intake=intake, what=what, reason=reason)
    return list(_lines(row))


def _lines(row: Proposal) -> Iterator[str]:
    until = localtime(row.until).strftime("%Y-%m-%d %H:%M")
    yield _("A second person has to agree first. It waits until %(until)s.") % {"until": until}
    if people := seconds_for(row):
        yield _("Who can agree, on the page Second person: %(people)s.") % {
            "people": ", ".join(str(user) for user in people)
        }
    else:
        yield _("Nobody can agree now: it takes another reviewer or manager who may see this case.")
    yield _("Then run this command again. It works once, and not after the case was changed.")
