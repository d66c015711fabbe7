"""`demo`: invented intakes for the first account, and someone who reviews them, to look around in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire import demo
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.follow_up import DECISIONS, SentStep, step_digest
from questionnaire.actions.review import SentAnswer, answer_digest
from questionnaire.documents.renderers.pdf import PdfError
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.fingerprints import TEXTS, item_fingerprint, text_fingerprint
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Submission
from questionnaire.models import Intake, Membership, Team, User, teams_of
from questionnaire.queries.document_input import to_sign

Beside = TypeVar("Beside")

_REVIEWER: Final = "beoordelaar"

#: What the reviewer asks and the professional answers, in the stories that are reviewed.
_ASKED: Final = {
    "ex_partner_with_breach": (
        "strangulation",
        "De cliënt was te moe voor deze vraag. Wanneer vraagt u dit alsnog?",
        "Bij het volgende gesprek, als eerste. De afspraak staat voor 30 maart.",
    ),
    "colleague": ("consent_share", "Mag de leidinggevende dit weten? Ik lees het nergens.", ""),
    "stranger_online": ("", "Duidelijk opgeschreven. De bewijzen staan er goed bij.", ""),
}


class Command(BaseCommand):
    """`manage.py demo`; see its --help."""

    help = "Add invented intakes for the first account, and a reviewer. What is there already is left alone."

    def handle(self, *_args: object, **_options: Any) -> None:
        user = User.objects.order_by("pk").first()
        team = teams_of(user, Membership.Role.PROFESSIONAL).first() if user else None
        if user is None or team is None:
            raise CommandError(
                _("There is no account of a professional yet. Make one first: adduser --first")
            )
        reviewer = self.reviewer(team)
        for name in demo.NAMES:
            told = demo.intake(name)
            if not Intake.objects.filter(author=user, reference=told.reference).exists():
                self.tell(name, user, reviewer, add(user, team, told, demo.follow_up(name)))

    def reviewer(self, team: Team) -> User:
        """Who reviews in this team: made when there is nobody, and the password printed once."""
        reviews = User.objects.filter(memberships__team=team, memberships__role=Membership.Role.REVIEWER)
        if not reviews.exists():
            self.stdout.write(_("The reviewer of the invented intakes:"))
            call_command("adduser", _REVIEWER, team=team.name, role=["reviewer"], stdout=self.stdout)
        return reviews.order_by("pk")[0]

    def tell(self, name: str, user: User, reviewer: User, intake: Intake) -> None:
        """The story of one intake after the conversation, as far as this machine can make PDFs."""
        try:
            tell(name, user, reviewer, intake)
        except PdfError as error:
            self.stderr.write(
                _("%(reference)s is not signed off. %(why)s") % {"reference": intake, "why": error}
            )


def tell(name: str, user: User, reviewer: User, intake: Intake) -> None:
    """Review the intakes that are reviewed in the stories: one is returned, the others are signed off.

    A case goes on: each assessment after the first is signed off but the last, which waits for its review.
    """
    if name not in _ASKED:
        return
    item, asked, answered = _ASKED[name]
    intake = review_actions.submit(user, intake)
    remark = review_actions.remark(reviewer, intake, item, asked)
    if item:
        review_actions.give_back(reviewer, intake)
    if item and answered:
        review_actions.answer(user, intake, {remark.pk: SentAnswer(answered, answer_digest(remark))})
        review_actions.submit(user, intake)
    if item and not answered:
        return
    _sign(reviewer, intake)
    later = list(demo.reassessments(name))
    for told in later:
        intake = review_actions.reassess(user, intake, told.date)
        intake = review_actions.submit(user, fill(user, intake, told, FollowUp()))
        if told is not later[-1]:
            _sign(reviewer, intake)


def _sign(reviewer: User, intake: Intake) -> None:
    current = Intake.objects.get(pk=intake.pk)
    review_actions.sign_off(reviewer, current, *to_sign(current, reviewer))


@transaction.atomic
def add(user: User, team: Team, told: IntakeFile, came: FollowUp) -> Intake:
    """Store one invented intake, by the same steps as a person would."""
    intake = intake_actions.start_intake(user, team, told.reference, told.date, told.language)
    return fill(user, intake, told, came)


@transaction.atomic
def fill(user: User, intake: Intake, told: IntakeFile, came: FollowUp) -> Intake:
    """Write down what is told in an intake that was begun."""
    for section in SECTIONS:
        items = [item.id for item in section.items]
        sent = Submission(
            base={item_id: item_fingerprint(intake.content, item_id) for item_id in items},
            posted={},
            answers=_of(items, told.answers),
            notes=_of(items, told.notes),
            sources=_of(items, told.sources),
            reasons=_of(items, told.reasons),
        )
        intake = intake_actions.save_section(user, intake, section.id, sent).intake
    texts = {"running_note": told.running_note, "view": told.view}
    base = {name: text_fingerprint(intake.content, name) for name in TEXTS}
    intake = intake_actions.save_section(
        user, intake, SECTIONS[-1].id, Submission(base=base, posted={}, texts=texts)
    ).intake
    for incident in told.incidents:
        intake_actions.add_incident(user, intake, incident)
    for consultation in came.consultations:
        follow_up_actions.add_consultation(user, intake, consultation)
    nothing = step_digest(None)
    steps = {outcome.what: SentStep(outcome, nothing) for outcome in came.outcomes}
    follow_up_actions.record_steps(user, intake, {**steps, DECISIONS: SentStep(came.decision, nothing)})
    return intake


def _of(items: Sequence[str], beside: Mapping[str, Beside]) -> dict[str, Beside]:
    return {item_id: beside[item_id] for item_id in items if item_id in beside}
