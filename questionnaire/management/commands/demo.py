"""`demo`: add invented intakes for the first account, and someone who reviews them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire import demo
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import handovers
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import safety_plans as plan_actions
from questionnaire.actions.accounts import create_account
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, StepSubmission, step_fingerprint
from questionnaire.actions.memberships import add_membership
from questionnaire.actions.review import AnswerSubmission, answer_fingerprint
from questionnaire.actions.safety_plans import PartSubmission, part_fingerprint
from questionnaire.documents.renderers.pdf import PdfError
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.case_holders import NOBODY, CaseHolders
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.dates import today
from questionnaire.domain.fingerprints import INTAKE_TEXTS, item_fingerprint, text_fingerprint
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Submission
from questionnaire.domain.safety_plan import Plan
from questionnaire.models import Intake, Membership, Team, User, members_of, teams_of
from questionnaire.queries.documents import render_for_sign_off

Value = TypeVar("Value")

_REVIEWER: Final = "toetser"
#: Whoever wrote some of them and handed these over: an account for which nobody has a password.
_COLLEAGUE: Final = ("bakker", "S. Bakker")
#: The notes with which that colleague handed cases over, by the name of the demo intake.
_HANDED_OVER: Final = {
    "minor": "Ik ben twee weken weg. Bel de mentor op school, niet naar huis. De ouders weten nog niets.",
}

#: What the reviewer asks and the professional answers, by the name of the demo intake.
_REVIEWS: Final = {
    "ex_partner_with_breach": (
        "strangulation",
        "De cliënt was te moe voor deze vraag. Wanneer vraagt u dit alsnog?",
        "Bij het volgende gesprek, als eerste. De afspraak staat al.",
    ),
    "colleague": ("consent_share", "Mag de leidinggevende dit weten? Ik lees het nergens.", ""),
    "stranger_online": ("", "Duidelijk opgeschreven. De bewijzen staan er goed bij.", ""),
}


class Command(BaseCommand):
    """`manage.py demo`; see its --help."""

    help = "Add invented intakes for the first account, and a reviewer. What is there already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day", type=date.fromisoformat, help="the day that all dates lie before; today without it"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        user = User.objects.order_by("pk").first()
        team = teams_of(user, Membership.Role.PROFESSIONAL).first() if user else None
        if user is None or team is None:
            raise CommandError(
                _("There is no account of a professional yet. Make one first: adduser --first")
            )
        reviewer, day = self.reviewer(team), options["day"] or today()
        for name in demo.NAMES:
            intake_file = demo.intake(name, day)
            if not Intake.objects.filter(author=user, case__reference=intake_file.reference).exists():
                follow_up, holders = demo.follow_up(name, day), demo.holders(name, day)
                author = colleague(team) if name in _HANDED_OVER else user
                intake = add(author, team, intake_file, follow_up, holders)
                if author != user:
                    handovers.hand_over(author, intake, user, _HANDED_OVER[name])
                self.review(name, user, reviewer, intake, day)
                add_plan(user, intake, demo.safety_plan(name))

    def reviewer(self, team: Team) -> User:
        """Return the reviewer of this team; make one when there is none, and print the password once."""
        if not members_of([team], [Membership.Role.REVIEWER]).exists():
            self.stdout.write(_("The reviewer of the invented intakes:"))
            call_command(
                *("adduser", _REVIEWER),
                team=team.name,
                role=["reviewer"],
                keep_password=True,
                stdout=self.stdout,
            )
        return members_of([team], [Membership.Role.REVIEWER]).order_by("pk")[0]

    def review(self, name: str, user: User, reviewer: User, intake: Intake, day: date) -> None:
        """Add the review of one intake, as far as this machine can make PDFs."""
        try:
            add_review(name, user, reviewer, intake, day)
        except PdfError as error:
            self.stderr.write(
                _("%(reference)s is not signed off. %(why)s") % {"reference": intake, "why": error}
            )


@transaction.atomic
def colleague(team: Team) -> User:
    """Return the colleague who hands cases over; make the account when there is none."""
    username, name = _COLLEAGUE
    user = User.objects.filter(username=username).first()
    if user is None:
        user, _password = create_account(None, team, username, name)
    if not user.memberships.filter(team=team, role=Membership.Role.PROFESSIONAL).in_force():
        add_membership(None, user, team, Membership.Role.PROFESSIONAL)
    return user


def add_review(name: str, user: User, reviewer: User, intake: Intake, day: date) -> None:
    """Review the demo intakes that have a review: one is returned, the others are signed off.

    Of the later assessments of a case, all are signed off but the last, which waits for its review.
    """
    if name not in _REVIEWS:
        return
    item, question, answer = _REVIEWS[name]
    intake = review_actions.submit(user, intake)
    remark = review_actions.add_remark(reviewer, intake, item, question)
    if item:
        review_actions.return_intake(reviewer, intake)
    if item and answer:
        review_actions.answer_remarks(
            user, intake, {remark.pk: AnswerSubmission(answer, answer_fingerprint(remark))}
        )
        review_actions.submit(user, intake)
    if item and not answer:
        return
    _sign(reviewer, intake)
    later = list(demo.reassessments(name, day))
    for number, (intake_file, follow_up) in enumerate(later, start=1):
        intake = review_actions.reassess(user, intake, intake_file.date)
        intake = review_actions.submit(user, fill(user, intake, intake_file, follow_up))
        if number < len(later):
            _sign(reviewer, intake)


def _sign(reviewer: User, intake: Intake) -> None:
    current = Intake.objects.get(pk=intake.pk)
    review_actions.sign_off(reviewer, current, *render_for_sign_off(current, reviewer))


@transaction.atomic
def add(
    user: User, team: Team, intake_file: IntakeFile, follow_up: FollowUp, holders: CaseHolders = NOBODY
) -> Intake:
    """Store one invented intake by the actions that the pages use, and return it."""
    intake = intake_actions.start_intake(
        user, team, intake_file.reference, intake_file.date, intake_file.language
    )
    intake = fill(user, intake, intake_file, follow_up)
    if holders != NOBODY:
        sent = {HOLDERS: StepSubmission(holders, step_fingerprint(None))}
        follow_up_actions.record_steps(user, intake, sent)
    return intake


@transaction.atomic
def fill(user: User, intake: Intake, intake_file: IntakeFile, follow_up: FollowUp) -> Intake:
    """Store the content of an intake file and the follow-up in an intake that was started; return it."""
    for section in SECTIONS:
        items = [item.id for item in section.items]
        sent = Submission(
            base={item_id: item_fingerprint(intake.content, item_id) for item_id in items},
            posted={},
            answers=_only(items, intake_file.answers),
            notes=_only(items, intake_file.notes),
            sources=_only(items, intake_file.sources),
            reasons=_only(items, intake_file.reasons),
        )
        intake = intake_actions.save_section(user, intake, section.id, sent).intake
    texts = {"running_note": intake_file.running_note, "view": intake_file.view}
    base = {name: text_fingerprint(intake.content, name) for name in INTAKE_TEXTS}
    intake = intake_actions.save_section(
        user, intake, SECTIONS[-1].id, Submission(base=base, posted={}, texts=texts)
    ).intake
    for incident in intake_file.incidents:
        incident_actions.add_incident(user, intake, incident)
    for consultation in follow_up.consultations:
        follow_up_actions.add_consultation(user, intake, consultation)
    for breach in follow_up.breaches:
        breach_actions.add_breach(user, intake, breach)
    nothing = step_fingerprint(None)
    steps = {outcome.what: StepSubmission(outcome, nothing) for outcome in follow_up.outcomes}
    follow_up_actions.record_steps(
        user, intake, {**steps, DECISIONS: StepSubmission(follow_up.decision, nothing)}
    )
    return intake


def add_plan(user: User, intake: Intake, plan: Plan) -> None:
    """Store the safety plan of a case that has none yet."""
    parts = {
        code: PartSubmission(part, part_fingerprint(None, Plan(), code)) for code, part in plan.parts.items()
    }
    plan_actions.save_plan(user, intake, parts)


def _only(items: Sequence[str], values: Mapping[str, Value]) -> dict[str, Value]:
    return {item_id: values[item_id] for item_id in items if item_id in values}
