"""Every action says what it did; what can be undone is undone, once, and not over someone else's change.

One table has all addresses that can be posted to, and each of their buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.accounts.identity_providers import IdentityProvider
from questionnaire.actions import access as access_actions
from questionnaire.actions import accounts as account_actions
from questionnaire.actions import agreeing, handovers, proposals
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import caseloads as caseload_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships as membership_actions
from questionnaire.actions import organisation as organisation_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions import teams as team_actions
from questionnaire.actions import terms as terms_actions
from questionnaire.actions.follow_up import record_fingerprint
from questionnaire.actions.incidents import incident_fingerprint
from questionnaire.audit import limit_events
from questionnaire.audit.limits import LimitName
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation, Outcome
from questionnaire.domain.incidents import Incident
from questionnaire.domain.merge import Submission
from questionnaire.domain.terms import Terms
from questionnaire.models import (
    Access,
    Handover,
    HeldPost,
    Intake,
    Membership,
    OrganisationEntry,
    Proposal,
    SafetyPlanVersion,
    Step,
    Team,
    User,
    tampered_cases,
)
from questionnaire.permissions import REAUTHENTICATION_REQUIRED, TABLE
from questionnaire.queries.case_holders import holders_of
from questionnaire.requirements import ADMINISTRATION
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import (
    PDF,
    event_codes,
    record_outcomes,
    reload,
    sign_stored_rights,
    write_plan,
)
from questionnaire.tests.pages import Page, controls, one_line
from questionnaire.tests.people import PASSWORD, Clock, code, set_up_app

pytestmark = [pytest.mark.usefixtures("today", "quick_hashes"), pytest.mark.untraced]

Kind = Access.Kind
Role = Membership.Role
UNDONE: Final = "Undone."
CHANGED: Final = "Not undone: something was done with it since."
AT_HOME: Final = Incident("2026-03-20", "home", what="Stond voor de deur")
ONLINE: Final = Incident("2026-03-21", "online", what="Belde tien keer")
CALLED: Final = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt terug")
CONTACT: Final = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}
ALONE: Final = "The reviewer is ill until Monday and the evening shift has to act."
BREACH: Final = Breach("contactverbod", "2026-03", None, "", "", "", None)


class World:
    """The people of one team, a conversation of alice's, and a client for each of them."""

    def __init__(self, team: Team, intake: Intake, **people: User) -> None:
        self.team, self.intake, self.people = team, intake, people
        self.adam = account("adam", team, Role.ADMINISTRATOR)
        self.alma = account("alma", team, Role.ADMINISTRATOR)
        self.dana = account("dana", team, Role.REVIEWER)
        self.mona = account("mona", team, Role.MANAGER)
        self.alice, self.bob, self.rachel = people["alice"], people["bob"], people["rachel"]
        self.row: Any = None

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        client.cookies["__Host-language"] = "en"
        return client

    def url(self, name: str, **arguments: object) -> str:
        of_intake = "uuid" if name not in NOT_OF_AN_INTAKE else ""
        known = {**self.place(name), **arguments, **({of_intake: self.intake.pk} if of_intake else {})}
        return reverse(name, kwargs=known)

    def place(self, name: str) -> dict[str, object]:
        """Return what the address of a page of Beheer is about: bob, the team, or what was made for it."""
        if name in {"hand_over_all", "hand_over_check", "replacement", "replacement_end"}:
            return {"team": self.team.pk, "person": self.alice.pk}
        if name in {"person", "person_password", "person_factors", "person_provider"}:
            return {"person": self.bob.pk}
        if name in {"own_contact", "own_contact_remove"}:
            return {"contact": self.row.pk}
        return {"team": self.team.pk} if name == "team" else {}


@pytest.fixture
def world(
    team: Team, intake: Intake, alice: User, bob: User, rachel: User, monkeypatch: pytest.MonkeyPatch
) -> World:
    provider = IdentityProvider("town", "Town", "https://town.example", "us", "geheim")
    monkeypatch.setattr(settings, "IDENTITY_PROVIDERS", (provider,))
    return World(team, intake, alice=alice, bob=bob, rachel=rachel)


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign off with something that takes no PDF."""
    monkeypatch.setattr("questionnaire.views.review.render_for_sign_off", lambda *_args: (PDF, {}))


#: What someone did: their client, and the response to the post.
Press = tuple[Client, Any]


@dataclass(frozen=True)
class Action:
    """One button of one address: what is posted, and what of it the person gets to see.

    `says` is the message on the next page. What can be undone has `state`, which is after undoing what it was
    before, and `rival`, which is how someone else changes the same thing meanwhile; `prepare` comes before.
    `asks` is the question of the page that asks first. `shows` says why the page needs no message.
    """

    name: str
    what: str
    do: Callable[[World], Press] | None = None
    says: str = ""
    prepare: Callable[[World], object] = lambda _world: None
    state: Callable[[World], object] | None = None
    rival: Callable[[World], object] | None = None
    asks: str = ""
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def post(name: str, who: str = "alice", /, **data: Any) -> Callable[[World], Press]:
    """Return how one person posts this to an address without further arguments."""

    def do(world: World) -> Press:
        client = world.client(getattr(world, who))
        values = {key: value(world) if callable(value) else value for key, value in data.items()}
        return client, client.post(world.url(name), values)

    return do


def on_page(
    name: str, button: tuple[str, str], who: str = "alice", at: str = "", shown_on: str = "", **filled: Any
) -> Callable[[World], Press]:
    """Return how one person fills a page in and presses a button; `at` is the argument for the row.

    `shown_on` is the page that has the form, when that is another than the one it is sent to.
    """

    def do(world: World) -> Press:
        client = world.client(getattr(world, who))
        arguments = {at: world.row.pk} if at else {}
        page = Page(client, world.url(shown_on or name, **arguments))
        page.url = world.url(name, **arguments)
        known = {key: value(world) if callable(value) else value for key, value in filled.items()}
        fields = {key.replace("__", "-"): value for key, value in known.items()}
        value = button[1] or (str(world.row.pk) if button[0] == "removed" else "")
        return client, page.fill(**fields).press(button[0], value)

    return do


# --- What is there before, what is stored, and what someone else does meanwhile -----------------------------


def has(user: str, kind: Access.Kind) -> Callable[[World], object]:
    def state(world: World) -> object:
        person = getattr(world, user)
        rows = Access.objects.filter(case=world.intake.case, user=person, kind=kind)
        return list(rows.values_list("given_at", "until"))

    return state


def given(user: str, kind: Access.Kind) -> Callable[[World], object]:
    return lambda world: access_actions.grant(world.alice, world.intake, getattr(world, user), kind)


def toggled(user: str, kind: Access.Kind) -> Callable[[World], object]:
    """Return how the reviewer takes a right and gives it, or the other way round: nothing stays of it."""

    def rival(world: World) -> None:
        person = getattr(world, user)
        for change in (access_actions.revoke, access_actions.grant):
            change(world.rachel, world.intake, person, kind)
        if not is_given(world):
            access_actions.revoke(world.rachel, world.intake, person, kind)

    is_given = has(user, kind)
    return rival


def right(who: str, kind: Access.Kind, button: str) -> Callable[[World], Press]:
    return post("access", person=lambda world: getattr(world, who).pk, **{button: kind.value})


def rights(world: World) -> object:
    """Return who may see the case, all of it."""
    rows = Access.objects.filter(case=world.intake.case).order_by("user", "kind")
    people = list(rows.values_list("user", "kind", "given_at", "until", "seen_by"))
    intake = reload(world.intake)
    return people, intake.author_id, intake.case.shielded, Handover.objects.count()


def is_shielded(world: World) -> object:
    return reload(world.intake).case.shielded, has("alice", Kind.NAMED)(world)


def shield(world: World) -> None:
    access_actions.shield(world.alice, world.intake)


def shield_with_a_reviewer(world: World) -> None:
    shield(world)
    access_actions.grant(world.alice, world.intake, world.rachel, Kind.NAMED)


def lift_waits(world: World) -> None:
    shield_with_a_reviewer(world)
    world.row = agreeing.ask_to_lift(world.alice, world.intake)


def copy_waits(world: World) -> None:
    kind = Proposal.Kind.EXPORT
    world.row = proposals.ask(world.alice, kind, world.team, intake=world.intake, what="whole")


def copy_refused(world: World) -> None:
    copy_waits(world)
    proposals.refuse(world.dana, world.row.pk)


def lifted_alone(world: World) -> None:
    lift_waits(world)
    agreeing.go_on_alone(world.alice, world.row.pk, ALONE)


def answer(button: str, who: str) -> Callable[[World], Press]:
    """Return how someone answers what waits, on the page that shows it."""
    return post("second_person", who, do=button, proposal=lambda world: world.row.pk)


def opened(world: World) -> None:
    access_actions.open_with_reason(world.bob, world.intake, "Collega is ziek en de cliënt belde.")
    world.row = Access.objects.get(kind=Kind.OPENED)


def roles(world: World) -> object:
    bob = User.objects.get(pk=world.bob.pk)
    return sorted(row.role for row in bob.memberships.in_force()), bob.is_active


def roles_again(world: World) -> None:
    """Take each role that there is and give it again: nothing stays of it."""
    for role in roles(world)[0]:  # type: ignore[index]
        membership_actions.set_roles(world.alma, world.team, world.bob, [])
        membership_actions.grant_role(world.alma, world.team, world.bob, Role(role))


def account_again(world: World) -> None:
    is_active = bool(roles(world)[1])  # type: ignore[index]
    for each in (not is_active, is_active):
        membership_actions.set_active(world.alma, world.team, world.bob, is_active=each)


def closed(world: World) -> None:
    membership_actions.set_active(world.alma, world.team, world.bob, is_active=False)


def name_of(who: str) -> Callable[[World], object]:
    return lambda world: User.objects.get(pk=getattr(world, who).pk).name


def named_again(who: str) -> Callable[[World], object]:
    """Return how someone gets another name and then the same again."""

    def rival(world: World) -> None:
        of = User.objects.get(pk=getattr(world, who).pk)
        for name in ("Iemand Anders", of.name):
            account_actions.name_person(world.alma, of, name)

    return rival


def team_name(world: World) -> object:
    return Team.objects.get(pk=world.team.pk).name


def team_again(world: World) -> None:
    for name in ("West", str(team_name(world))):
        team_actions.rename_team(world.alma, world.team, name)


def entries(world: World) -> object:
    """Return all contacts and texts of the team, as this program wrote them."""
    rows = OrganisationEntry.objects.usable()
    return [(row.team_id, row.kind, row.number, row.content) for row in rows]


def one_contact(world: World) -> None:
    world.row = organisation_actions.add_contact(world.mona, world.team, "shelter", CONTACT)


def contact_again(world: World) -> None:
    """Change the contact that is there and change it back; of one that is gone put it back and remove it."""
    row = OrganisationEntry.objects.first()
    if row is None:
        assert world.row
        stored = {"team": world.team.pk, "kind": "shelter", "number": world.row.number, "content": CONTACT}
        change = organisation_actions.Change(stored, {})
        assert organisation_actions.restore_contact(world.mona, world.row.pk, change)
        organisation_actions.remove_contact(world.mona, world.row.pk)
        return
    for content in ({**CONTACT, "name": "Anders"}, dict(row.content)):
        organisation_actions.change_contact(world.mona, row.pk, content)


def one_text(world: World) -> None:
    organisation_actions.set_single(world.mona, world.team, "start_card", {"nl": "Eerst koffie"})


def texts_again(world: World) -> None:
    for text in ({"nl": "Iets anders"}, {"nl": "Iets nieuws"}):
        organisation_actions.set_single(world.mona, world.team, "start_card", text)


def one_look(world: World) -> None:
    organisation_actions.set_single(world.mona, world.team, "name", {"name": "De Haven"})


def look_again(world: World) -> None:
    for name in ("Iets anders", "Iets nieuws"):
        organisation_actions.set_single(world.mona, world.team, "name", {"name": name})


def own_terms(world: World) -> None:
    terms_actions.set_terms(world.mona, world.team, Terms(2, 9))


def terms_again(world: World) -> None:
    for terms in (Terms(3, 3), Terms(1, 1)):
        terms_actions.set_terms(world.mona, world.team, terms)


def replaces(world: World) -> object:
    """Return from and until when someone is assigned to alice's case, and whether bob can read it."""
    rows = Access.objects.filter(case=world.intake.case).values_list("user", "given_at", "until")
    return list(rows), access_actions.can_read(world.bob, world.intake)


def replaced(world: World) -> None:
    today = timezone.localdate()
    caseload_actions.set_replacement(
        world.mona, world.team, world.alice, world.bob, today, today + timedelta(days=3)
    )


def replaced_again(world: World) -> None:
    """End what there is and agree on it again, or the other way round."""
    if replaces(world)[1]:  # type: ignore[index]
        caseload_actions.end_replacement(world.mona, world.team, world.alice, world.bob)
        replaced(world)
    else:
        replaced(world)
        caseload_actions.end_replacement(world.mona, world.team, world.alice, world.bob)


def chosen_for_all(world: World) -> Press:
    """Choose who gets all cases of alice, and say yes on the page that shows what that comes to."""
    client = world.client(world.mona)
    client.post(world.url("hand_over_all"), {"receivers": [world.bob.pk], "note": "Bel na vijven."})
    page = Page(client, world.url("hand_over_check"))
    assert "This cannot be taken back in one press." in page.html
    return client, page.press("_x", "")


def with_factor(world: World) -> None:
    set_up_app(world.bob)


def handed_over(world: World) -> None:
    handovers.hand_over(world.alice, world.intake, world.bob, "Bel na vijven.")


def set_roles(*chosen: Role) -> Callable[[World], Press]:
    def do(world: World) -> Press:
        client, name = world.client(world.adam), f"team-{world.team.pk}-roles"
        data = {name: [role.value for role in chosen], "do": f"roles {world.team.pk}"}
        return client, client.post(world.url("person"), data)

    return do


def save_texts(name: str = "own_texts", /, **texts: str) -> Callable[[World], Press]:
    """Return how the manager saves texts of the team, each by its kind and language, or its look."""

    def do(world: World) -> Press:
        client, key = world.client(world.mona), str(world.team.pk)
        page = Page(client, world.url(name))
        return client, page.fill(**{f"{key}-{each}": text for each, text in texts.items()}).press("for", key)

    return do


def save_terms(soon: str, later: str) -> Callable[[World], Press]:
    """Return how the manager saves terms of the team."""

    def do(world: World) -> Press:
        client, key = world.client(world.mona), str(world.team.pk)
        page = Page(client, world.url("own_terms"))
        return client, page.fill(**{f"{key}-soon": soon, f"{key}-later": later}).press("for", key)

    return do


def agree(who: str, days: int) -> Callable[[World], Press]:
    """Return how someone agrees that bob replaces alice from today for so many days."""

    def day(after: int) -> str:
        return f"{timezone.localdate() + timedelta(days=after):%d-%m-%Y}"

    days_of = {"start": day(0), "until": day(days)}
    return on_page("replacement", ("_x", ""), who, to=lambda world: str(world.bob.pk), **days_of)


def will_replace(days: int) -> str:
    """Return what is said after that: the day of this computer comes after that of the tests."""
    first, last = (timezone.localdate() + timedelta(days=after) for after in (0, days))
    said = "bob will replace in 1 case, from {0.day} {0:%B %Y} up to and including {1.day} {1:%B %Y}."
    return said.format(first, last)


def submitted(world: World) -> None:
    review_actions.submit(world.alice, world.intake)


def remarked(world: World) -> None:
    submitted(world)
    world.row = review_actions.add_remark(world.rachel, world.intake, "", "Sinds wanneer?")


def signed(world: World) -> None:
    submitted(world)
    review_actions.sign_off(world.rachel, reload(world.intake), PDF, {})


def returned(world: World) -> None:
    remarked(world)
    review_actions.return_intake(world.rachel, world.intake)


def state_of(world: World) -> object:
    """Return where the conversation is in its review, and since when."""
    intake = reload(world.intake)
    return intake.state, intake.submitted_at, intake.reviewed_at


def remarks(world: World) -> object:
    return [row.content["text"] for row in world.intake.remarks.all()]


def another_remark(world: World) -> None:
    review_actions.add_remark(world.dana, world.intake, "", "Nog een vraag")


def written(world: World) -> None:
    """Write in the conversation as a colleague to whom it is assigned."""
    given("bob", Kind.ASSIGNED)(world)
    intake_actions.save_draft(
        world.bob, world.intake, Submission({"incidents": ""}, {}, drafts={"incidents": "x"})
    )


def with_assigned(world: World) -> None:
    given("bob", Kind.ASSIGNED)(world)


def submitted_with_bob(world: World) -> None:
    with_assigned(world)
    submitted(world)


def remarked_with_bob(world: World) -> None:
    with_assigned(world)
    remarked(world)


def log(world: World) -> object:
    return world.intake.incident_log


def one_incident(world: World) -> None:
    given("bob", Kind.ASSIGNED)(world)
    world.row = incident_actions.add_incident(world.alice, world.intake, AT_HOME)


def incident_gone(world: World) -> None:
    one_incident(world)
    incident_actions.remove_incident(world.alice, world.intake, world.row.pk)


def incident_changed(world: World) -> None:
    one_incident(world)
    base = incident_fingerprint(world.row)
    incident_actions.change_incident(world.alice, world.intake, world.row.pk, ONLINE, base)


def bob_changes_the_incident(world: World) -> None:
    row = world.intake.case.incidents.latest("added_at")
    if row.removed_at:
        incident_actions.restore_incident(world.bob, world.intake, row.pk)
        incident_actions.remove_incident(world.bob, world.intake, row.pk)
        return
    other = Incident("2026-03-01", "home", what="Anders dan eerst")
    incident_actions.change_incident(world.bob, world.intake, row.pk, other, incident_fingerprint(row))


def log_opened(world: World) -> None:
    with_assigned(world)
    client = world.client(world.alice)
    Page(client, world.url("log_import")).fill(pasted="20-03-2026 stond er\n21-03-2026 belde\n").press(
        "_open", "1"
    )


def records(world: World) -> object:
    return [row.content for row in Step.objects.filter(intake=world.intake)]


def one_consultation(world: World) -> None:
    with_assigned(world)
    world.row = follow_up_actions.add_consultation(world.alice, world.intake, CALLED)


def one_breach(world: World) -> None:
    with_assigned(world)
    world.row = breach_actions.add_breach(world.alice, world.intake, BREACH)


def bob_writes_a_consultation(world: World) -> None:
    row = Step.objects.filter(intake=world.intake).first()
    other = Consultation("police", "Iemand anders", date(2026, 3, 24))
    assert row
    follow_up_actions.change_consultation(world.bob, world.intake, row.pk, other, record_fingerprint(row))


def bob_writes_a_breach(world: World) -> None:
    row = Step.objects.filter(intake=world.intake).first()
    other = Breach("gebiedsverbod", "2026-02", None, "", "", "", None)
    assert row
    breach_actions.change_breach(world.bob, world.intake, row.pk, other, record_fingerprint(row))


def two_versions(world: World) -> None:
    with_assigned(world)
    write_plan(world.alice, world.intake, home="oud")
    write_plan(world.alice, world.intake, home="nieuw")


def outcomes(world: World) -> object:
    return reload(world.intake).follow_up.outcomes


def bob_writes_outcomes(world: World) -> None:
    record_outcomes(world.bob, world.intake, Outcome("reporting_code_2", "not_done", why="Kan niet."))


def plan_parts(world: World) -> object:
    newest = SafetyPlanVersion.objects.order_by("number").last()
    return newest.content["parts"] if newest else {}


def newest_version(world: World) -> object:
    return SafetyPlanVersion.objects.latest("number").content["parts"]


def bring_back(world: World) -> Press:
    client = world.client(world.alice)
    page = Page(client, world.url("plan_version", number=1))
    return client, page.press("_x", "")


def kept(world: World) -> None:
    client = world.client(world.alice)
    page = Page(client, world.url("incidents")).fill(what="Half getypt")
    client.post("/lock/")
    page.press("_go", "")
    assert HeldPost.objects.exists()


def with_app(world: World) -> None:
    world.alice.set_password(PASSWORD)
    world.alice.save()
    set_up_app(world.alice)


def incident(**data: str) -> dict[str, str]:
    return {"date": "20-03-2026", "place": "home", "what": "Stond voor de deur", **data}


def levels_told(world: World) -> object:
    return User.objects.get(pk=world.alice.pk).rules_told


# --- The table ----------------------------------------------------------------------------------------------

_ON_ITS_PAGE: Final = "the page says when it was saved, and shows what was filled in"
_FILE: Final = "it gives a file or a page with what was asked, and changes nothing"
_SIGN_IN: Final = "it leads into the program, to another way to sign in, or out of it"
_FOUND: Final = "the page shows what was found"
_SCREEN: Final = "it changes what is on the screen, at once"

ACTIONS: Final = (
    # Who may see a case
    Action(
        "access", "give read access", right("bob", Kind.NAMED, "give"), "bob has read access.",
        state=has("bob", Kind.NAMED), rival=toggled("bob", Kind.NAMED),
    ),
    Action(
        "access", "end read access", right("bob", Kind.NAMED, "take"), "The read access of bob has ended.",
        prepare=given("bob", Kind.NAMED), state=has("bob", Kind.NAMED), rival=toggled("bob", Kind.NAMED),
    ),
    Action(
        "access", "assign", right("bob", Kind.ASSIGNED, "give"), "The case is assigned to bob.",
        state=has("bob", Kind.ASSIGNED), rival=toggled("bob", Kind.ASSIGNED),
    ),
    Action(
        "access", "end the assignment", right("bob", Kind.ASSIGNED, "take"),
        "The case is not assigned to bob any more.",
        prepare=given("bob", Kind.ASSIGNED), state=has("bob", Kind.ASSIGNED),
        rival=toggled("bob", Kind.ASSIGNED),
    ),
    Action(
        "access", "deny access", right("bob", Kind.LOCKED_OUT, "give"), "bob has no access any more.",
        state=has("bob", Kind.LOCKED_OUT), rival=toggled("bob", Kind.LOCKED_OUT),
    ),
    Action(
        "access", "let in again", right("bob", Kind.LOCKED_OUT, "take"), "bob is let in again.",
        prepare=given("bob", Kind.LOCKED_OUT), state=has("bob", Kind.LOCKED_OUT),
        rival=toggled("bob", Kind.LOCKED_OUT),
    ),
    Action(
        "access", "deny oneself access", right("alice", Kind.LOCKED_OUT, "give"),
        "You do not see that case any more.", asks="Take this case away from yourself?",
    ),
    Action(
        "shield", "shield", post("shield", shield="on"), "The case is shielded.", state=is_shielded,
        rival=lambda world: [
            access_actions.shield(world.alice, world.intake, is_shielded=each) for each in (False, True)
        ],
    ),
    Action(
        "shield", "ask to lift the shield", post("shield", shield="off"),
        "The case stays shielded until a second person agrees.", prepare=shield_with_a_reviewer,
    ),
    Action(
        "shield", "lift one that is not there", post("shield", shield="off"), "This case is not shielded.",
    ),
    # A second person
    Action(
        "second_person", "agree to a lifted shield", answer("agree", "rachel"), "You agreed, and it is done.",
        prepare=lift_waits, asks="Agree to this?",
    ),
    Action(
        "second_person", "agree to a copy", answer("agree", "rachel"),
        "You agreed. Who asked can do it now, within seven days.", prepare=copy_waits, asks="Agree to this?",
    ),
    Action(
        "second_person", "refuse", answer("refuse", "rachel"), "You refused. Nothing is changed.",
        prepare=copy_waits,
    ),
    Action(
        "second_person", "take back", answer("withdraw", "alice"), "It is taken back. Nothing is changed.",
        prepare=copy_waits,
    ),
    Action(
        "second_person", "refuse what is over", answer("refuse", "rachel"),
        "Nothing was done: it was decided before, or it cannot be done any more.", prepare=copy_refused,
    ),
    Action("second_person", "seen", answer("seen", "rachel"), "You have seen this.", prepare=lifted_alone),
    Action(
        "going_alone", "do it alone",
        on_page("going_alone", ("_x", ""), at="proposal", reason=ALONE),
        "It is done, without a second person. Others see your reason.", prepare=lift_waits,
        shows="its page asks first",
    ),
    Action(
        "hand_over", "hand over", post("hand_over", to=lambda world: world.bob.pk, note="Bel na vijven."),
        "The case is handed over to bob.", state=rights,
        rival=lambda world: world.client(world.bob).get(world.url("summary")),
    ),
    Action(
        "seen", "seen", post("seen", "rachel", opening=lambda world: world.row.pk, _case="1"),
        "You have seen this opening.", prepare=opened, state=rights,
    ),
    Action("open", "open with a reason", shows="every page of the case says that it was opened, and why"),
    Action(
        "note_read", "read",
        post("note_read", "bob", note=lambda world: Handover.objects.get().pk),
        "You read this note. It stays under “Who may see this”.", prepare=handed_over,
        state=lambda _world: Handover.objects.get().read_at is None,
    ),
    # People and teams
    Action("people_search", "search", shows=_FOUND),
    Action(
        "person", "a role with power", set_roles(Role.PROFESSIONAL, Role.REVIEWER),
        "This waits until a second person agrees: reviewer.",
    ),
    Action(
        "person", "a role again", set_roles(Role.PROFESSIONAL),
        "The roles of bob in North are now: professional.", state=roles, rival=roles_again,
        prepare=lambda world: membership_actions.set_roles(world.alma, world.team, world.bob, []),
    ),
    Action(
        "person", "no roles", set_roles(), "The roles of bob in North are now: none.", state=roles,
        rival=lambda world: [
            membership_actions.set_roles(world.alma, world.team, world.bob, each)
            for each in ([Role.REVIEWER], [])
        ],
    ),
    Action(
        "person", "name", post("person", "adam", name="B. Voorbeeld", do="name"),
        "The name is now: B. Voorbeeld.", state=name_of("bob"), rival=named_again("bob"),
    ),
    Action(
        "person", "close the account", post("person", "adam", do="close"),
        "The account of bob is closed, and signed out everywhere.", state=roles, rival=account_again,
    ),
    Action(
        "person", "open the account", post("person", "adam", do="open"),
        "The account of bob is open again.", prepare=closed, state=roles, rival=account_again,
    ),
    Action(
        "person_new", "make an account",
        post("person_new", "adam", name="D. Voorbeeld", username="dora", roles="professional",
             team=lambda world: world.team.pk),
        "The account of D. Voorbeeld is made.",
    ),
    Action("person_password", "renew", shows="its page asks first; the next shows the password"),
    Action(
        "person_factors", "take away", on_page("person_factors", ("_x", ""), "adam"),
        "The second way to sign in of bob is taken away.", prepare=with_factor,
        shows="its page asks first, and says that nobody can bring them back",
    ),
    Action(
        "person_provider", "link", post("person_provider", "adam", provider="town", subject="b-1"),
        "bob signs in at Town from now on.",
        shows="its page asks first, and says what stops; unlinking is on the same page",
    ),
    Action("person_provider", "unlink", shows="its page asks first; the next shows the password"),
    Action(
        "own_name", "save", post("own_name", "bob", name="B. Voorbeeld"),
        "Your name is now: B. Voorbeeld.", state=name_of("bob"), rival=named_again("bob"),
    ),
    Action(
        "reminders", "save", post("reminders", email="a@example.org", wanted="on"), "You will get reminders.",
    ),
    Action("reminders", "no more", post("reminders", email="a@example.org"), "You will get no reminders."),
    Action(
        "team_new", "make a team", post("team_new", "adam", name="West"),
        "The team West is made. You administer its people.",
    ),
    Action(
        "team", "rename", post("team", "adam", name="Noord"),
        "The team North is now called Noord.", state=team_name, rival=team_again,
    ),
    # Handing over and replacing
    Action("hand_over_all", "choose", shows="it leads to the page that asks, and shows who gets how many"),
    Action(
        "hand_over_check", "hand over", chosen_for_all, "bob got 1 case.",
        shows="the page with this button is the one that asks, and says that it cannot be taken back",
    ),
    Action(
        "replacement", "agree",
        agree("mona", 1),
        will_replace(1), state=replaces, rival=replaced_again,
    ),
    Action(
        "replacement", "lengthen",
        agree("alice", 9),
        will_replace(9), prepare=replaced, state=replaces, rival=replaced_again,
    ),
    Action(
        "replacement_end", "end", post("replacement_end", "mona", who=lambda world: world.bob.pk),
        "The replacement ended in 1 case.", prepare=replaced, state=replaces, rival=replaced_again,
    ),
    # What the organisation adds
    Action(
        "own_contact_new", "add",
        post("own_contact_new", "mona", kind="shelter", team=lambda world: world.team.pk, **CONTACT),
        "The contact De Haven is added.", state=entries, rival=contact_again,
    ),
    Action(
        "own_contact", "change", on_page("own_contact", ("_x", ""), "mona", number="010-999 99 99"),
        "The contact De Haven is saved.", prepare=one_contact, state=entries, rival=contact_again,
    ),
    Action(
        "own_contact_remove", "remove", on_page("own_contact_remove", ("_x", ""), "mona"),
        "The contact is removed.", prepare=one_contact, state=entries, rival=contact_again,
    ),
    *(
        Action(
            "own_texts", what, save_texts(**texts), "The texts of North are saved.", prepare=prepare,
            state=entries, rival=texts_again,
        )
        for what, texts, prepare in (
            ("add", {"start_card_nl": "Iets", "client_page_en": "Something"}, lambda _world: None),
            ("change", {"start_card_nl": "Iets", "attention_officer_word_nl": "Aandachtsmens"}, one_text),
            ("remove", {"start_card_nl": ""}, one_text),
        )
    ),
    Action("own_texts", "leave as they are", save_texts(), "Nothing was changed.", prepare=one_text),
    *(
        Action(
            "own_look", what, save_texts("own_look", **typed), "The name and colours of North are saved.",
            prepare=prepare, state=entries, rival=look_again,
        )
        for what, typed, prepare in (
            ("add", {"name": "De Haven", "light": "#1d4ed8"}, lambda _world: None),
            ("change", {"name": "Huis West"}, one_look),
            ("remove", {"name": ""}, one_look),
        )
    ),
    Action("own_look", "leave as it is", save_texts("own_look"), "Nothing was changed.", prepare=one_look),
    *(
        Action(
            "own_terms", what, save_terms(*days),
            "The terms of North are saved. They are for what is not signed off.", prepare=prepare,
            state=entries, rival=terms_again,
        )
        for what, days, prepare in (
            ("add", ("2", "7"), lambda _world: None),
            ("change", ("1", "7"), own_terms),
            ("remove", ("", ""), own_terms),
        )
    ),
    Action("own_terms", "leave as they are", save_terms("2", "9"), "Nothing was changed.", prepare=own_terms),
    # The review
    Action(
        "submit", "hand in", post("submit"), "Handed in for review.", state=state_of,
        rival=another_remark,
    ),
    Action(
        "submit", "hand in again", post("submit"), "Handed in for review.", prepare=returned, state=state_of,
        rival=another_remark,
    ),
    Action(
        "withdraw", "take back", post("withdraw"), "Taken back from the review.", state=state_of,
        prepare=submitted_with_bob,
        rival=lambda world: incident_actions.add_incident(world.bob, world.intake, ONLINE)
        and follow_up_actions.add_consultation(world.bob, world.intake, CALLED),
    ),
    Action("answer", "save answers", post("answer"), "Your answers are saved."),
    Action(
        "remark", "add a remark",
        on_page("remark", ("_x", ""), "rachel", text="Sinds wanneer?", shown_on="review"),
        "Your remark is added.",
        prepare=submitted, state=remarks, rival=another_remark,
    ),
    Action(
        "return", "return", post("return", "rachel"), "Returned with your questions.",
        prepare=remarked_with_bob, state=state_of,
        rival=lambda world: follow_up_actions.add_consultation(world.bob, world.intake, CALLED),
    ),
    Action(
        "sign_off", "sign off", on_page("sign_off", ("_x", ""), "rachel", shown_on="review"),
        "Signed off, with its PDF.", prepare=submitted, asks="Sign off this conversation?",
    ),
    Action(
        "correct", "correct", post("correct"), "The correction is started.",
        prepare=signed, asks="Start a correction?",
    ),
    Action(
        "reassess", "reassess", post("reassess"), "The reassessment is started.", prepare=signed,
        shows="the page with this button is a question that says what it does",
    ),
    # The log
    Action(
        "incidents", "add", on_page("incidents", ("_x", ""), **incident()), "Incident 1 added.", state=log,
        prepare=with_assigned, rival=bob_changes_the_incident,
    ),
    Action(
        "incident", "change", on_page("incident", ("_x", ""), at="incident", what="Anders"),
        "Incident changed.", prepare=one_incident, state=log, rival=bob_changes_the_incident,
    ),
    Action(
        "incident", "remove", on_page("incident", ("_remove", "1"), at="incident"), "Incident removed.",
        prepare=one_incident, state=log, rival=bob_changes_the_incident,
    ),
    Action("log_import", "open a log", shows="the next page shows every line that was read"),
    Action("log_import", "correct a line", shows="the line shows what it says now"),
    Action(
        "log_import", "add", on_page("log_import", ("_add", "1")), "2 lines added to the log.",
        prepare=log_opened, state=log, rival=bob_changes_the_incident,
    ),
    Action(
        "log_import", "add nothing", on_page("log_import", ("_drop", "1")),
        "Nothing was added. What you opened is gone.", prepare=log_opened,
    ),
    Action(
        "earlier", "put a removed incident back",
        on_page("earlier", ("removed", ""), who="alice"), "Put back.", prepare=incident_gone, state=log,
        rival=bob_changes_the_incident,
    ),
    Action("earlier", "put a text back", shows="the same page keeps what it replaced, to put that back"),
    # The follow-up and the plan
    Action(
        "steps", "save", on_page("steps", ("_go", "code"), reporting_code_2__state="planned"),
        "Saved: step 2 of the reporting code.", prepare=with_assigned, state=outcomes,
        rival=bob_writes_outcomes,
    ),
    Action(
        "steps", "done today", on_page("steps", ("_done", "reporting_code_2")),
        "Step 2 of the reporting code is written down as done today.", prepare=with_assigned,
        state=outcomes, rival=bob_writes_outcomes,
    ),
    Action(
        "steps", "save who holds the case",
        on_page("steps", ("_go", "holders"), holders__lead_name="R. van Dam"),
        "Saved: who holds the case.", state=lambda world: holders_of(world.intake.case),
    ),
    Action(
        "steps", "add a consultation",
        on_page(
            "steps", ("_go", "consultations"), consultation__party="police", consultation__on="23-03-2026"
        ),
        "The consultation is added.", prepare=with_assigned, state=records, rival=bob_writes_a_consultation,
    ),
    Action(
        "steps", "add a breach",
        on_page("steps", ("_go", "breaches"), breach__order="contactverbod", breach__happened_on="03-2026"),
        "The breach is added.", prepare=with_assigned, state=records, rival=bob_writes_a_breach,
    ),
    Action(
        "consultation", "change",
        on_page("consultation", ("_x", ""), at="consultation", consultation__result="geen gehoor"),
        "The consultation is saved.", prepare=one_consultation, state=records,
        rival=bob_writes_a_consultation,
    ),
    Action(
        "consultation", "remove", on_page("consultation", ("_remove", "1"), at="consultation"),
        "The consultation is removed.", prepare=one_consultation, state=records,
    ),
    Action(
        "breach", "change", on_page("breach", ("_x", ""), at="breach", breach__order="gebiedsverbod"),
        "The breach is saved.", prepare=one_breach, state=records, rival=bob_writes_a_breach,
    ),
    Action(
        "breach", "remove", on_page("breach", ("_remove", "1"), at="breach"), "The breach is removed.",
        prepare=one_breach, state=records,
    ),
    Action(
        "plan", "save", on_page("plan", ("_go", "home"), home__text="Deur op slot."),
        "The safety plan is saved: version 1.", prepare=with_assigned, state=plan_parts,
        rival=lambda world: write_plan(world.bob, world.intake, home="van bob"),
    ),
    Action(
        "plan", "save again", on_page("plan", ("_go", "home"), home__text="Deur op slot."),
        "The safety plan is saved: version 3.", prepare=two_versions, state=plan_parts,
        rival=lambda world: write_plan(world.bob, world.intake, home="van bob"),
    ),
    Action(
        "plan_version", "bring back", bring_back,
        "Version 1 is back. It is now version 3. Nothing was removed.", prepare=two_versions,
        state=newest_version, rival=lambda world: write_plan(world.bob, world.intake, home="van bob"),
    ),
    # The conversation
    Action("section", "next, save, pause, stop", shows=_ON_ITS_PAGE),
    Action("section", "turn the screen, both languages", shows=_SCREEN),
    Action("section", "clear an answer", shows="the question shows that it has no answer"),
    Action("client", "answer", shows="this is the client's page, which has no messages"),
    Action(
        "start", "start", on_page("start", ("_go", ""), reference="2026-777"),
        "The conversation has begun, with the reference 2026-777.",
    ),
    Action("start", "questions about the reference", shows="the page itself asks what to do about it"),
    Action("start", "in another language", shows=_SCREEN),
    # Lists and the account
    Action("cases", "search", shows=_FOUND),
    Action("events", "search", shows=_FOUND),
    Action(
        "alert_seen", "seen",
        post("alert_seen", alert=lambda world: _first_alert(world)),
        "Seen. It comes back when more is added.",
        prepare=lambda world: limit_events.record_met(LimitName.SEARCHES, world.bob),
    ),
    Action(
        "levels_seen", "seen", post("levels_seen"), "We do not show this again.", state=levels_told,
        prepare=lambda _world: User.objects.update(rules_told=1),
    ),
    Action(
        "kept", "throw away", post("kept", drop=lambda _world: HeldPost.objects.get().pk),
        "It is thrown away.", prepare=kept, asks="Throw this away?",
    ),
    Action("help", "search", shows="the page shows what was found"),
    Action(
        "tour", "not again", post("tour"),
        "We do not show the first steps here any more. You find them under Help.",
        state=lambda world: User.objects.get(pk=world.alice.pk).tour_is_closed,
    ),
    Action("keys", "on", post("keys", keys="on"), "The keys are on."),
    Action("keys", "off", post("keys", keys="off"), "The keys are off."),
    Action(
        "sessions", "end others", post("sessions", end="others"), "Signed out there.", asks="Sign out there?",
        prepare=lambda world: world.client(world.alice),
    ),
    Action(
        "account_change_password", "change",
        post("account_change_password", oldpassword=PASSWORD, password1="zeven groene fietsen in de sloot",
             password2="zeven groene fietsen in de sloot"),
        "Your password was changed.", prepare=with_app,
    ),
    Action(
        "mfa_deactivate_totp", "remove the app", post("mfa_deactivate_totp"), "The app is not used any more.",
        prepare=with_app, shows="the page with this button is a question that says what is lost",
    ),
    Action("mfa_generate_recovery_codes", "new codes", shows="tested below; its page asks first"),
    Action("mfa_activate_totp", "set up", shows="tested below; its page takes a code"),
    Action("mfa_add_webauthn", "add", shows="tested in a browser; it says: The passkey is added."),
    Action("mfa_remove_webauthn", "remove", shows="a question of its own; it says: The passkey is removed."),
    *(
        Action(name, "-", shows=_SIGN_IN)
        for name in (
            *("account_login", "account_logout", "account_reauthenticate", "mfa_authenticate"),
            *("mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "organisation"),
        )
    ),
    *(Action(name, "-", shows=_SCREEN) for name in ("set_language", "lock", "unlock", "leave", "extend")),
    *(
        Action(name, "-", shows=_FILE)
        for name in ("pdf", "edition", "texts", "sheet", "blank_log", "dates")
    ),
    Action("undo", "-", shows="tested with every action that can be undone"),
)  # fmt: skip


def _first_alert(world: Any) -> str:
    """Return what the button of the first line sends that is told of a team."""
    page = world.client(world.alice).get("/").content.decode()
    return str(page.partition('name="alert" value="')[2].partition('"')[0])


NOT_OF_AN_INTAKE: Final = frozenset(
    {
        "alert_seen",
        "levels_seen",
        "kept",
        "keys",
        "sessions",
        "cases",
        "events",
        "second_person",
        "going_alone",
        "start",
        "undo",
        "account_change_password",
        "own_name",
        "reminders",
    }
    | {name for name in TABLE if name.startswith("mfa_")}
    | set(ADMINISTRATION)
    | {"help", "tour"}
)
CARRIED_OUT: Final = [action for action in ACTIONS if action.do]
UNDOABLE: Final = [action for action in ACTIONS if action.state]


def messages_in(response: Any) -> list[str]:
    """Return what the messages on a page say, without their buttons."""
    html = one_line(response.content.decode())
    found = re.findall(r'<p class="card done"> (.*?) (?:<button|</p>)', html)
    return [unescape(text) for text in found]


def token_in(response: Any) -> str:
    found = re.search(r'form="undo" name="undo" value="([^"]+)"', one_line(response.content.decode()))
    return found[1] if found else ""


def next_page(client: Client, response: Any) -> Any:
    """Return the page to which a post led, after saying yes where it asks first."""
    while response.status_code == 302:
        response = client.get(response.headers["Location"])
    return response


def carry_out(action: Action, world: World) -> tuple[Client, Any]:
    assert action.do
    client, response = action.do(world)
    if action.asks:
        assert action.asks in response.content.decode()
        posted = controls(response.content.decode())
        response = client.post(response.request["PATH_INFO"], dict(posted.lists()))
    assert response.status_code == 302, messages_in(response)
    return client, next_page(client, response)


def undo(client: Client, token: str) -> list[str]:
    return messages_in(next_page(client, client.post(reverse("undo"), {"undo": token, "next": "/keys/"})))


def test_the_table_has_every_address_that_can_be_posted_to() -> None:
    assert {action.name for action in ACTIONS} == {
        name for name, methods in TABLE.items() if "POST" in methods
    }
    assert len({str(action) for action in ACTIONS}) == len(ACTIONS)
    for action in ACTIONS:
        assert action.says or action.shows or action.asks, action
        assert bool(action.says) <= bool(action.do), action


@pytest.mark.parametrize("action", CARRIED_OUT, ids=str)
def test_an_action_says_what_it_did_on_the_next_page_and_once(world: World, action: Action) -> None:
    action.prepare(world)

    client, page = carry_out(action, world)

    assert messages_in(page) == [action.says]
    assert bool(token_in(page)) is bool(action.state)
    assert messages_in(client.get("/keys/")) == []
    assert not tampered_cases([world.intake.case])


@pytest.mark.parametrize("action", UNDOABLE, ids=str)
def test_what_was_done_is_undone_once(world: World, action: Action) -> None:
    assert action.state
    action.prepare(world)
    before = action.state(world)
    client, page = carry_out(action, world)
    assert action.state(world) != before
    events = len(event_codes())

    assert undo(client, token_in(page)) == [UNDONE]

    assert action.state(world) == before
    assert action.name in {"levels_seen", "tour"} or len(event_codes()) > events
    assert undo(client, token_in(page)) == ["Not undone: that was done already."]
    assert action.state(world) == before
    assert not tampered_cases([Intake.objects.get(pk=world.intake.pk).case])


@pytest.mark.parametrize("action", [each for each in UNDOABLE if each.rival], ids=str)
def test_nothing_is_undone_over_what_someone_else_did(world: World, action: Action) -> None:
    assert action.state
    assert action.rival
    action.prepare(world)
    client, page = carry_out(action, world)
    action.rival(world)
    meanwhile = action.state(world)

    assert undo(client, token_in(page)) == [CHANGED]

    assert action.state(world) == meanwhile


@pytest.mark.parametrize(
    "action", [each for each in UNDOABLE if each.name in REAUTHENTICATION_REQUIRED], ids=str
)
def test_undoing_what_asked_who_it_is_asks_that_too(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert action.state
    action.prepare(world)
    before = action.state(world)
    client, page = carry_out(action, world)
    changed = action.state(world)

    with monkeypatch.context() as later:
        later.setattr("questionnaire.accounts.reauthentication.is_recent", lambda _request: False)
        response: Any = client.post(reverse("undo"), {"undo": token_in(page), "next": "/keys/"})
    assert (response.status_code, action.state(world)) == (302, changed)
    assert response["Location"].endswith(f"?next={quote(reverse('asked'), safe='')}")
    asked = Page(client, reverse("asked"))
    asked.url = reverse("undo")

    assert messages_in(next_page(client, asked.press("next", "/keys/"))) == [UNDONE]
    assert action.state(world) == before


# --- What is refused ----------------------------------------------------------------------------------------


def action_of(name: str, what: str) -> Action:
    return next(action for action in ACTIONS if (action.name, action.what) == (name, what))


def give_read_access(world: World) -> tuple[Client, str]:
    client, page = carry_out(action_of("access", "give read access"), world)
    return client, token_in(page)


def test_after_ten_minutes_it_is_too_late(world: World, clock: Clock) -> None:
    client, token = give_read_access(world)

    clock(10 * 60)

    assert undo(client, token) == ["Not undone: that works for ten minutes."]
    assert has("bob", Kind.NAMED)(world)


def test_a_token_is_of_one_session(world: World) -> None:
    _client, token = give_read_access(world)

    for client, posted in ((world.client(world.rachel), token), (world.client(world.alice), "x")):
        assert undo(client, posted) == ["Not undone: this screen does not know any more what it was about."]
    assert has("bob", Kind.NAMED)(world)


def age(client: Client, *names: str, **other: object) -> None:
    """Let the session be as before an upgrade: what can be undone is without these, or has others."""
    session = client.session
    for token, entry in session["undo"].items():
        about = {name: value for name, value in entry["about"].items() if name not in names}
        left = {name: value for name, value in entry.items() if name not in {"tag", "back"}}
        session["undo"] = {**session["undo"], token: {**left, "about": about, **other}}
    session.save()


def test_what_was_done_before_an_upgrade_is_undone(world: World) -> None:
    action = action_of("hand_over", "hand over")
    client, page = carry_out(action, world)
    age(client, "kept")

    assert undo(client, token_in(page)) == [UNDONE]


@pytest.mark.parametrize("missing", [["before"], []])
def test_what_cannot_be_understood_since_an_upgrade_is_refused(world: World, missing: list[str]) -> None:
    client, token = give_read_access(world)
    age(client, *missing, **({} if missing else {"kind": "role given"}))

    assert undo(client, token) == ["Not undone: this screen does not know any more what it was about."]
    assert has("bob", Kind.NAMED)(world)


def test_undoing_asks_for_rights_again(world: World) -> None:
    client, token = give_read_access(world)
    handovers.hand_over(world.rachel, world.intake, world.bob, "")

    assert undo(client, token) == ["Not undone: you may not change this any more."]
    assert has("bob", Kind.NAMED)(world)


def test_roles_that_do_not_go_together_any_more_do_not_come_back(world: World, other_team: Team) -> None:
    Membership.objects.create(user=world.adam, team=other_team, role=Role.ADMINISTRATOR)
    membership_actions.set_roles(world.alma, world.team, world.bob, [Role.PROFESSIONAL, Role.MANAGER])
    client, page = set_roles(Role.MANAGER)(world)
    token = token_in(next_page(client, page))
    Membership.objects.create(user=world.bob, team=other_team, role=Role.ADMINISTRATOR)

    problem = "Not undone: that role does not go with a role that this person has now."
    assert undo(client, token) == [problem]

    assert sorted(row.role for row in world.bob.memberships.in_force()) == ["administrator", "manager"]


@pytest.mark.parametrize(
    ("name", "what", "taken", "problem"),
    [
        ("person", "name", "oude naam", "Not undone: a colleague has that name now."),
        ("team", "rename", "north", "Not undone: another team has that name now."),
    ],
)
def test_a_name_that_someone_else_has_now_does_not_come_back(
    world: World, name: str, what: str, taken: str, problem: str
) -> None:
    User.objects.filter(pk=world.bob.pk).update(name="Oude Naam")
    client, page = carry_out(action_of(name, what), world)
    User.objects.filter(pk=world.dana.pk).update(name=taken)
    Team.objects.create(name=taken)

    assert undo(client, token_in(page)) == [problem]

    assert (name_of("bob")(world) == "B. Voorbeeld") or (team_name(world) == "Noord")


def test_a_replacement_that_ended_does_not_begin_again_for_who_left(world: World) -> None:
    client, page = carry_out_prepared(action_of("replacement_end", "end"), world)
    closed(world)

    assert undo(client, token_in(page)) == ["Not undone: you may not change this any more."]

    assert not Access.objects.filter(user=world.bob).exists()


def test_a_replacement_is_undone_in_all_cases_or_in_none(world: World) -> None:
    other = intake_actions.start_intake(world.alice, world.team, "2026-118", date(2026, 3, 23), "nl")
    client, page = carry_out(action_of("replacement", "agree"), world)
    access_actions.shield(world.alice, other)

    assert undo(client, token_in(page)) == [CHANGED]

    assert Access.objects.filter(user=world.bob, kind=Kind.ASSIGNED).count() == 2


def test_a_contact_that_something_else_wrote_meanwhile_is_not_made_good_by_undoing(world: World) -> None:
    client, page = carry_out_prepared(action_of("own_contact_remove", "remove"), world)
    OrganisationEntry.objects.bulk_create(
        [
            OrganisationEntry(
                pk=world.row.pk, number=9, kind="shelter", content={**CONTACT, "number": "0900-1"}
            )
        ]
    )

    assert undo(client, token_in(page)) == [CHANGED]

    assert entries(world) == []


def test_a_closed_conversation_is_not_changed_by_undoing(world: World) -> None:
    client, page = carry_out(action_of("incidents", "add"), world)
    submitted(world)

    assert undo(client, token_in(page)) == ["Not undone: this conversation is closed now."]
    assert len(reload(world.intake).incident_log) == 1


def test_nothing_is_undone_in_a_case_whose_rights_were_tampered_with(world: World) -> None:
    client, token = give_read_access(world)
    Access.objects.create(case=world.intake.case, user=world.dana, kind=Kind.NAMED)

    response = client.post(reverse("undo"), {"undo": token})

    assert response.status_code == 403
    assert has("bob", Kind.NAMED)(world)


def test_a_batch_that_someone_else_corrected_stays(world: World) -> None:
    client, page = carry_out_prepared(action_of("log_import", "add"), world)
    bob_changes_the_incident(world)

    assert undo(client, token_in(page)) == [CHANGED]


def carry_out_prepared(action: Action, world: World) -> tuple[Client, Any]:
    action.prepare(world)
    return carry_out(action, world)


def test_what_was_handed_over_comes_back_with_all_that_came_with_it(world: World) -> None:
    access_actions.shield(world.alice, world.intake)
    before = rights(world)
    client, page = carry_out(action_of("hand_over", "hand over"), world)
    assert client.get(world.url("summary")).status_code == 200  # shielding named her

    assert undo(client, token_in(page)) == [UNDONE]

    assert rights(world) == before
    assert not Intake.objects.visible_to(world.bob).exists()


def replaced_for(first: int, last: int) -> Callable[[World], object]:
    """Return how bob replaces alice from one day until another, in days from now; these can be over."""

    def agree_on(world: World) -> None:
        replaced(world)
        today = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
        days = {"given_at": today + timedelta(days=first), "until": today + timedelta(days=last + 1)}
        Access.objects.filter(user=world.bob, kind=Kind.ASSIGNED).update(**days)
        sign_stored_rights(world.intake.case)

    return agree_on


@pytest.mark.parametrize("period", [(0, 2), (-9, -5), (5, 7)], ids=["now", "over", "later"])
@pytest.mark.parametrize(
    ("name", "what"), [("hand_over", "hand over"), ("access", "assign"), ("access", "end the assignment")]
)
def test_undoing_gives_who_replaced_someone_the_days_back_that_they_had(
    world: World, period: tuple[int, int], name: str, what: str
) -> None:
    replaced_for(*period)(world)
    before = rights(world)
    client, page = carry_out(action_of(name, what), world)
    assert rights(world) != before

    assert undo(client, token_in(page)) == [UNDONE]

    assert rights(world) == before
    assert not tampered_cases([reload(world.intake).case])


def test_a_right_that_ended_does_not_come_back_over_a_replacement(world: World) -> None:
    client, page = carry_out_prepared(action_of("access", "end the assignment"), world)
    replaced(world)
    meanwhile = rights(world)

    assert undo(client, token_in(page)) == [CHANGED]

    assert rights(world) == meanwhile


# --- Who sees a message -------------------------------------------------------------------------------------


def told(world: World) -> Client:
    """Return a client in whose session a message waits that no page showed yet."""
    client, response = right("bob", Kind.NAMED, "give")(world)
    assert response.status_code == 302
    assert "_messages" in client.session
    return client


def test_a_session_holds_ids_and_names_and_no_words(world: World) -> None:
    client, _page = carry_out(action_of("incidents", "add"), world)
    post("hand_over", to=lambda each: each.bob.pk, note="Bel na vijven.")(world)

    stored = str(dict(client.session.items()))

    assert "deur" not in stored
    assert "vijven" not in stored


def test_a_hidden_screen_shows_no_message_and_keeps_none(world: World) -> None:
    client = told(world)
    world.alice.set_password(PASSWORD)
    world.alice.save()
    client.force_login(User.objects.get(pk=world.alice.pk))
    right("bob", Kind.NAMED, "give")(world)
    client.post(world.url("access"), {"person": world.bob.pk, "give": "assigned"})

    client.post("/lock/")

    assert "_messages" not in client.session
    for url in ("/notes/", "/unlock/"):
        assert "assigned" not in client.get(url).content.decode()
    client.post("/unlock/", {"password": PASSWORD})
    assert messages_in(client.get("/keys/")) == []


def test_what_is_saved_while_the_screen_is_hidden_tells_nothing_later(world: World) -> None:
    client = world.client(world.alice)
    page = Page(client, world.url("section", step="fear"))

    page.fill(**{"incident-date": "20-03-2026", "incident-what": "x"}).press("_hide", "1")

    assert "_messages" not in client.session


def test_the_client_sees_no_message(world: World) -> None:
    client = told(world)
    page = Page(client, world.url("section", step="fear"))
    client.post(world.url("access"), {"person": world.bob.pk, "give": "assigned"})

    response = page.press("_turn", "fear_level")

    assert "_messages" not in client.session
    assert "assigned" not in client.get(response["Location"]).content.decode()


def test_signing_out_takes_the_messages_along(world: World) -> None:
    client = told(world)

    client.post("/account/logout/")

    assert messages_in(client.get("/account/login/")) == []
    client.force_login(world.rachel)
    assert messages_in(client.get("/keys/")) == []


@pytest.mark.parametrize("step", ["fear", "core-1", "emergency"])
def test_the_pages_of_the_conversation_show_messages_and_their_button_too(world: World, step: str) -> None:
    client = told(world)

    html = one_line(client.get(world.url("section", step=step)).content.decode())

    assert html.count("bob has read access.") == 1
    assert html.count('<form method="post" autocomplete="off" id="undo"') == 1
    assert html.index('<form method="post" autocomplete="off" id="undo"') > html.index("</main>")


# --- Account ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_and_new_codes_say_so(world: World) -> None:
    world.alice.set_password(PASSWORD)
    world.alice.save()
    client = world.client(world.alice)
    page = client.get("/account/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret

    first = client.post("/account/app/", {"code": code(secret=secret[1].replace(" ", ""))})
    assert "The app is set up." in messages_in(next_page(client, first))
    again = client.post("/account/codes/new/")

    assert messages_in(next_page(client, again)) == [
        "There are new recovery codes. The old ones do not work any more."
    ]


def test_a_reader_on_a_page_of_the_author_gets_a_way_to_what_they_may_read(world: World) -> None:
    client = world.client(world.rachel)

    for name in ("steps", "incidents"):
        response = client.get(world.url(name))

        html = response.content.decode()
        assert response.status_code == 403
        assert world.url("review") in html
        assert world.url("summary") in html
    assert world.client(world.bob).get(world.url("steps")).status_code == 404
