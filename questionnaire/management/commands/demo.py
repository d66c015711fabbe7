"""`demo`: invented intakes for the first account, to look around in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire import actions, demo
from questionnaire.actions import DECISIONS, SentStep, step_digest
from questionnaire.digests import TEXTS, item_digest, text_digest
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.follow_up import FollowUp
from questionnaire.merge import Submission
from questionnaire.models import Intake, Membership, Team, User, teams_of

Beside = TypeVar("Beside")


class Command(BaseCommand):
    """`manage.py demo`; see its --help."""

    help = "Add invented intakes for the first account. Those that are there already are left alone."

    def handle(self, *_args: object, **_options: Any) -> None:
        user = User.objects.order_by("pk").first()
        team = teams_of(user, Membership.Role.PROFESSIONAL).first() if user else None
        if user is None or team is None:
            raise CommandError(
                _("There is no account of a professional yet. Make one first: adduser --first")
            )
        for name in demo.NAMES:
            told = demo.intake(name)
            if not Intake.objects.filter(author=user, reference=told.reference).exists():
                add(user, team, told, demo.follow_up(name))


@transaction.atomic
def add(user: User, team: Team, told: IntakeFile, came: FollowUp) -> Intake:
    """Store one invented intake, by the same steps as a person would."""
    intake = actions.start_intake(user, team, told.reference, told.date, told.language)
    for section in SECTIONS:
        items = [item.id for item in section.items]
        sent = Submission(
            base={item_id: item_digest(intake.content, item_id) for item_id in items},
            posted={},
            answers=_of(items, told.answers),
            notes=_of(items, told.notes),
            sources=_of(items, told.sources),
            reasons=_of(items, told.reasons),
        )
        intake = actions.save_section(user, intake, section.id, sent).intake
    texts = {"running_note": told.running_note, "view": told.view}
    base = {name: text_digest(intake.content, name) for name in TEXTS}
    intake = actions.save_section(
        user, intake, SECTIONS[-1].id, Submission(base=base, posted={}, texts=texts)
    ).intake
    for incident in told.incidents:
        actions.add_incident(user, intake, incident)
    for consultation in came.consultations:
        actions.add_consultation(user, intake, consultation)
    nothing = step_digest(None)
    steps = {outcome.what: SentStep(outcome, nothing) for outcome in came.outcomes}
    actions.record_steps(user, intake, {**steps, DECISIONS: SentStep(came.decision, nothing)})
    return intake


def _of(items: Sequence[str], beside: Mapping[str, Beside]) -> dict[str, Beside]:
    return {item_id: beside[item_id] for item_id in items if item_id in beside}
