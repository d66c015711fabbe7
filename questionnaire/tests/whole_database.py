"""Fill every table by what people do, and then change what is in it by what they do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.test import Client

from questionnaire.actions import (
    access,
    accounts,
    deliveries,
    documents,
    handovers,
    log_imports,
    memberships,
    organisation,
    proposals,
    reminders,
    review,
    teams,
)
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import seals
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.merge import Submission
from questionnaire.lifecycle import erasure, installation, retention
from questionnaire.models import (
    Access,
    Handover,
    HeldPost,
    Incident,
    Intake,
    Membership,
    OrganisationEntry,
    Proposal,
    Remark,
    Team,
    User,
)
from questionnaire.tests.factories import PDF, record_outcomes, reload, submission_of, write_plan

Role = Membership.Role
#: Tables of libraries, which this program does not fill.
NEVER_FILLED = {
    *("socialaccount.SocialApp", "socialaccount.SocialToken", "account.EmailAddress"),
    *("account.EmailConfirmation", "auth.Group"),
}
#: The name, the number and the word of a contact of the organisation.
CONTACT = {"name": "Bureau Noord", "number": "020-1234567", "reachable": "", "note": ""}
PAGE = Submission({}, {}, page="tab", number=1)


@dataclass
class People:
    """Who works in the one team of this database."""

    team: Team
    alice: User
    bob: User
    rachel: User
    anna: User


def first() -> tuple[People, dict[str, Intake]]:
    """Fill every table of this program; return the people and their conversations."""
    team = Team.objects.create(name="North")
    roles = {
        "alice": (Role.PROFESSIONAL, Role.MANAGER),
        "bob": (Role.PROFESSIONAL, Role.REVIEWER),
        "rachel": (Role.REVIEWER,),
        "anna": (Role.ADMINISTRATOR,),
    }
    users = {}
    for name, given in roles.items():
        users[name] = User.objects.create_user(name, "een lang wachtwoord")
        for role in given:
            memberships.add_membership(None, users[name], team, role)
    people = People(team, **users)
    alice, bob, rachel, anna = people.alice, people.bob, people.rachel, people.anna
    teams.make_team(anna, "South")
    retention.set_retention(team, 900)
    reminders.set_reminders(bob, "bob@example.nl", "nl", wanted=True)
    accounts.name_oneself(rachel, "Rachel")
    organisation.add_contact(alice, team, "shelter", CONTACT)
    Authenticator.objects.create(user=bob, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=bob, provider="p", uid="1")
    installation.remember()
    installation.announce()
    started = {
        name: intake_actions.start_intake(alice, team, name, date(2026, 3, 23), "nl")
        for name in ("open", "submitted", "signed", "followed")
    }
    for intake in started.values():
        _first_in(people, intake)
    for name in ("submitted", "signed", "followed"):
        review.submit(alice, reload(started[name]))
    review.add_remark(rachel, reload(started["submitted"]), "", "Wat gebeurde er daarna?")
    review.add_remark(rachel, reload(started["submitted"]), "fear_level", "Hoezo?")
    for name in ("signed", "followed"):
        review.sign_off(rachel, reload(started[name]), PDF, {})
    started["next"] = review.reassess(alice, reload(started["followed"]), date(2026, 4, 20))
    proposals.ask(alice, Proposal.Kind.ERASE, team, intake=started["open"])
    post = HeldPost(user=alice, mac="0" * 64, content={"path": "/", "controls": {}})
    post.make_key()
    with transaction.atomic():
        post.save(force_insert=True)
        audit_log.record(alice, EventCode.POST_HELD)
    deliveries.deliver_due(settings.DELIVERY or {})
    Client().force_login(alice)
    seals.seal_events()
    return people, started


def _first_in(people: People, intake: Intake) -> None:
    alice, bob = people.alice, people.bob
    intake_actions.save_section(alice, reload(intake), "fear", submission_of(reload(intake), fear_level=9))
    incident_actions.add_incident(
        alice, reload(intake), DomainIncident("2026-03-20", "home", what="Belde aan.")
    )
    record_outcomes(alice, reload(intake), Outcome("consult_police", "planned"))
    _hold(alice, intake, "Anna")
    write_plan(alice, reload(intake), home="Bij de buren.")
    log_imports.open_log(alice, reload(intake), PendingLog("12-03-2026 belde aan"))
    documents.store_document(alice, reload(intake), "full", "nl", PDF + b"1")
    handovers.hand_over(alice, reload(intake), bob, "Bel na vijven.", goes_on_reading=True)
    handovers.hand_over(bob, reload(intake), alice, "Terug.")


def _hold(user: User, intake: Intake, name: str, number: int = 1) -> None:
    stored = follow_up_actions.stored_steps(reload(intake)).get("holders")
    base = follow_up_actions.step_fingerprint(stored)
    sent = {"holders": follow_up_actions.StepSubmission(CaseHolders(lead=Holder(name)), base)}
    page = Submission({}, {}, page="tab", number=number)
    assert follow_up_actions.record_steps(user, reload(intake), sent, page).conflicts == ()


def second(people: People, started: dict[str, Intake]) -> None:
    """Change, add to and remove what is there, as people do."""
    alice, bob, rachel, anna = people.alice, people.bob, people.rachel, people.anna
    case = started["open"].case
    teams.rename_team(anna, Team.objects.get(name="South"), "East")
    reminders.set_reminders(bob, "robert@example.nl", "en", wanted=True)
    entry = OrganisationEntry.objects.get()
    organisation.change_contact(alice, entry.pk, {**CONTACT, "number": "020-7654321"})
    retention.set_legal_hold(alice, case, "gevraagd")
    row = Incident.objects.filter(case=case).get()
    base = incident_actions.incident_fingerprint(row)
    happened = DomainIncident("2026-03-19", "home", what="Was er weer.")
    incident_actions.change_incident(alice, reload(started["open"]), row.pk, happened, base)
    log_imports.change_log(alice, reload(started["open"]), lambda pending: replace(pending, by_day=False))
    record_outcomes(alice, reload(started["open"]), Outcome("consult_police", "done"))
    _hold(alice, started["open"], "Annabel", number=2)
    write_plan(alice, reload(started["open"]), home="Bij haar zus.")
    review.return_intake(rachel, reload(started["submitted"]))
    remark = Remark.objects.filter(intake=started["submitted"]).first()
    assert remark
    answer = review.AnswerSubmission("Niets.", review.answer_fingerprint(remark))
    review.answer_remarks(alice, reload(started["submitted"]), {remark.pk: answer})
    handover = Handover.objects.filter(intake=started["open"], to=alice).get()
    handovers.read_note(alice, reload(started["open"]), handover.pk)
    access.revoke(alice, reload(started["open"]), bob, Access.Kind.ASSIGNED)
    proposals.withdraw(alice, Proposal.objects.get().pk)
    with transaction.atomic():
        HeldPost.objects.all().delete()
        audit_log.record(alice, EventCode.POST_DROPPED)
    memberships.revoke_role(anna, people.team, bob, Role.REVIEWER)
    for name in ("signed", "next"):
        erasure.erase(None, started[name].pk, "gevraagd")
    accounts.name_oneself(rachel, "Rachel B.")
    seals.seal_events()
