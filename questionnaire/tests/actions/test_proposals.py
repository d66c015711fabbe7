"""What takes two people: one asks, another agrees, and nothing else lets it through."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, handovers, memberships, proposals
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.role_changes import ask_role, change_roles
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.verification import verify
from questionnaire.domain.incidents import Incident
from questionnaire.lifecycle import erasure
from questionnaire.lifecycle.rights import FaultKind, faults
from questionnaire.models import Access, Event, Intake, Membership, Proposal, TamperedCaseError, Team, User
from questionnaire.queries.proposals import asked_by, gone_alone_for, may_agree, seconds_for, waiting_for
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_codes, reload
from questionnaire.tests.tampering import execute, put, rows_of

pytestmark = pytest.mark.django_db

Kind = Proposal.Kind
State = Proposal.State
Role = Membership.Role
REASON = "The reviewer is ill until Monday and the evening shift has to act."


@pytest.fixture
def mona(team: Team) -> User:
    return account("mona", team, Role.MANAGER)


@pytest.fixture
def adam(team: Team) -> User:
    return account("adam", team, Role.ADMINISTRATOR)


def asked(by: User, intake: Intake, kind: Proposal.Kind = Kind.ERASE, what: str = "") -> Proposal:
    return proposals.ask(by, kind, intake.team, intake=intake, what=what, reason="asked by the client")


def carried_out(by: User, intake: Intake, kind: Proposal.Kind = Kind.ERASE, what: str = "") -> bool:
    """Use up what was agreed, as a command does."""
    with transaction.atomic():
        return proposals.carry_out(by, kind, intake, what) is not None


def state_of(row: Proposal) -> str:
    return Proposal.objects.get(pk=row.pk).state


def roles_of(user: User, team: Team) -> set[str]:
    return {row.role for row in user.memberships.filter(team=team).in_force()}


def moved(row: Proposal, **columns: Any) -> None:
    """Let time pass for a proposal, as this program would have written it."""
    row.refresh_from_db()
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()


class TestErasingAndCopying:
    def test_nothing_goes_before_someone_agreed_and_then_once(
        self, alice: User, rachel: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        assert not carried_out(alice, intake)

        assert agreeing.agree(rachel, row.pk).state == State.AGREED
        assert carried_out(alice, intake)
        assert not carried_out(alice, intake)
        assert event_codes()[-3:] == ["proposal.asked", "proposal.agreed", "proposal.carried_out"]
        assert verify().first_broken is None

    def test_who_asked_does_not_agree_whatever_their_roles(self, alice: User, intake: Intake) -> None:
        """Alice is a manager too, and gets the role of reviewer."""
        row = asked(alice, intake)
        Membership.objects.create(user=alice, team=intake.team, role=Role.REVIEWER)

        assert waiting_for(alice) == []
        with pytest.raises(PermissionDenied):
            agreeing.agree(alice, row.pk)
        assert state_of(row) == State.WAITING

    @pytest.mark.parametrize(
        ("roles", "may"),
        [
            ((Role.REVIEWER,), True),
            ((Role.MANAGER,), True),
            ((Role.MANAGER, Role.ADMINISTRATOR), True),
            ((Role.PROFESSIONAL,), False),
            ((Role.AUDITOR,), False),
            ((Role.ADMINISTRATOR,), False),
        ],
    )
    def test_a_reviewer_or_manager_agrees(
        self, alice: User, team: Team, intake: Intake, roles: tuple[Role, ...], may: bool
    ) -> None:
        row, other = asked(alice, intake), account("other", team, *roles)

        assert (may_agree(other, row), bool(waiting_for(other))) == (may, may)
        if not may:
            for answer in (agreeing.agree, proposals.refuse):
                with pytest.raises(PermissionDenied):
                    answer(other, row.pk)

    def test_nobody_of_another_team_does(self, alice: User, other_team: Team, intake: Intake) -> None:
        row, other = asked(alice, intake), account("other", other_team, Role.REVIEWER, Role.MANAGER)

        assert waiting_for(other) == []
        with pytest.raises(PermissionDenied):
            agreeing.agree(other, row.pk)

    def test_a_closed_account_and_who_was_denied_access_do_not(
        self, alice: User, rachel: User, mona: User, team: Team, intake: Intake
    ) -> None:
        both = account("both", team, Role.MANAGER, Role.PROFESSIONAL)
        row = asked(alice, intake)
        for person in (rachel, both):
            access_actions.grant(alice, intake, person, Access.Kind.LOCKED_OUT)
        User.objects.filter(pk=mona.pk).update(is_active=False)

        assert [person for person in (rachel, both, mona) if may_agree(person, row)] == []
        assert seconds_for(row) == []

    def test_of_a_shielded_case_only_who_may_see_it(
        self, alice: User, rachel: User, mona: User, team: Team, intake: Intake
    ) -> None:
        dana = account("dana", team, Role.REVIEWER)
        access_actions.shield(alice, intake)
        access_actions.grant(alice, intake, dana, Access.Kind.NAMED)
        row = asked(alice, intake)

        assert seconds_for(row) == [dana]

    def test_what_was_agreed_serves_no_other_copy_case_or_person(
        self, alice: User, rachel: User, mona: User, team: Team, intake: Intake, other_intake: Intake
    ) -> None:
        agreeing.agree(rachel, asked(alice, intake, Kind.EXPORT, "client").pk)

        assert not carried_out(alice, intake, Kind.EXPORT, "whole")
        assert not carried_out(alice, intake, Kind.ERASE)
        assert not carried_out(alice, other_intake, Kind.EXPORT, "client")
        assert not carried_out(mona, intake, Kind.EXPORT, "client")
        assert carried_out(alice, intake, Kind.EXPORT, "client")

    @pytest.mark.parametrize("kind", [Kind.ERASE, Kind.EXPORT])
    @pytest.mark.parametrize("change", ["written", "handed over", "denied"])
    def test_it_does_not_hold_after_the_case_changed(
        self, alice: User, bob: User, rachel: User, intake: Intake, kind: Proposal.Kind, change: str
    ) -> None:
        row = asked(alice, intake, kind)
        agreeing.agree(rachel, row.pk)
        if change == "written":
            incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home", what="Belde"))
        elif change == "handed over":
            handovers.hand_over(alice, intake, bob, "")
        else:
            access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)

        assert not carried_out(alice, intake, kind)
        assert state_of(row) == State.LAPSED

    def test_reading_does_not_change_it(self, alice: User, rachel: User, intake: Intake) -> None:
        agreeing.agree(rachel, asked(alice, intake).pk)
        with transaction.atomic():
            audit_log.record(rachel, EventCode.SUMMARY_READ, intake)

        assert carried_out(alice, intake)

    @pytest.mark.parametrize("who", ["asker", "second"])
    @pytest.mark.parametrize("how", ["role taken", "account closed"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_it_does_not_hold_when_either_left(
        self, alice: User, rachel: User, intake: Intake, who: str, how: str, when: str
    ) -> None:
        row = asked(alice, intake)
        if when == "after":
            agreeing.agree(rachel, row.pk)
        person = alice if who == "asker" else rachel
        if how == "role taken":
            Membership.objects.filter(user=person).delete()
        else:
            User.objects.filter(pk=person.pk).update(is_active=False)
        if when == "before" and who == "second":
            with pytest.raises(PermissionDenied):
                agreeing.agree(rachel, row.pk)
        elif when == "before":
            assert agreeing.agree(rachel, row.pk).state == State.LAPSED

        assert not carried_out(alice, intake)

    def test_it_is_over_after_seven_days_and_a_command_records_that(
        self, alice: User, rachel: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        moved(row, until=timezone.now() - timedelta(seconds=1))

        assert waiting_for(rachel) == []
        assert agreeing.agree(rachel, row.pk).state == State.LAPSED
        agreed = asked(alice, intake)
        agreeing.agree(rachel, agreed.pk)
        moved(agreed, until=timezone.now() - timedelta(seconds=1))
        assert proposals.lapse_those_over() == 1
        assert not carried_out(alice, intake)
        assert event_codes().count("proposal.lapsed") == 2

    def test_what_ended_long_ago_is_dropped_with_its_events_kept(
        self, alice: User, rachel: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        proposals.refuse(rachel, row.pk)
        moved(row, until=timezone.now() - timedelta(days=29))
        proposals.lapse_those_over()
        assert Proposal.objects.exists()

        moved(row, until=timezone.now() - timedelta(days=31))
        proposals.lapse_those_over()

        assert not Proposal.objects.exists()
        assert "proposal.refused" in event_codes()

    def test_the_second_of_two_who_answer_changes_nothing(
        self, alice: User, rachel: User, mona: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        agreeing.agree(rachel, row.pk)

        assert agreeing.agree(mona, row.pk).decided_by == rachel
        assert proposals.refuse(mona, row.pk).state == State.AGREED
        assert event_codes().count("proposal.agreed") == 1

    def test_it_is_asked_once_and_can_be_taken_back(self, alice: User, rachel: User, intake: Intake) -> None:
        row = asked(alice, intake)
        assert asked(alice, intake) == row
        with pytest.raises(PermissionDenied):
            proposals.withdraw(rachel, row.pk)

        assert proposals.withdraw(alice, row.pk).state == State.WITHDRAWN
        assert agreeing.agree(rachel, row.pk).state == State.WITHDRAWN
        assert asked(alice, intake) != row

    def test_nobody_goes_on_alone(self, alice: User, intake: Intake) -> None:
        """Without anybody who could agree it waits all the same."""
        for kind in (Kind.ERASE, Kind.EXPORT):
            row = asked(alice, intake, kind)
            assert seconds_for(row) == []
            with pytest.raises(PermissionDenied):
                agreeing.go_on_alone(alice, row.pk, REASON)

    def test_of_a_conversation_that_is_gone_nobody_agrees(
        self, alice: User, rachel: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        erasure.erase(None, intake.pk, "retention")

        assert waiting_for(rachel) == []
        with pytest.raises(PermissionDenied):
            agreeing.agree(rachel, row.pk)
        moved(row, until=timezone.now())
        assert proposals.lapse_those_over() == 1


@pytest.fixture
def other_intake(alice: User, team: Team) -> Intake:
    return intake_actions.start_intake(alice, team, "2026-118", date(2026, 3, 23), "nl")


class TestWhoWritesTheDatabase:
    """They have a login, all rows, and no key ring."""

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("state", "agreed"),
            ("what", "whole"),
            ("kind", "export"),
            ("until", "2099-01-01 00:00:00+00:00"),
            ("asked_by_id", "rachel"),
            ("decided_by_id", "rachel"),
            ("event", 1),
        ],
    )
    def test_no_column_can_be_changed(
        self, alice: User, rachel: User, intake: Intake, column: str, value: Any
    ) -> None:
        row = asked(alice, intake)
        value = rachel.pk if value == "rachel" else value
        execute(f"UPDATE questionnaire_proposal SET {column} = %s", value)  # noqa: S608

        assert (waiting_for(rachel), asked_by(alice)) == ([], [])
        assert [fault.row for fault in faults() if fault.kind is FaultKind.PROPOSAL_WRITTEN] == [row.pk]
        with pytest.raises(PermissionDenied):
            agreeing.agree(rachel, row.pk)
        for kind in Kind:
            assert not carried_out(alice, intake, kind)

    def test_a_row_that_was_agreed_cannot_be_put_back_or_moved(
        self, alice: User, rachel: User, intake: Intake, other_intake: Intake
    ) -> None:
        agreeing.agree(rachel, asked(alice, intake).pk)
        [agreed] = rows_of("questionnaire_proposal")
        assert carried_out(alice, intake)
        execute("DELETE FROM questionnaire_proposal")
        put("questionnaire_proposal", agreed)
        assert not carried_out(alice, intake)

        execute("DELETE FROM questionnaire_proposal")
        copied = agreed | {"uuid": uuid4().hex if len(str(agreed["uuid"])) == 32 else str(uuid4())}
        put("questionnaire_proposal", copied)
        assert not carried_out(alice, intake)
        others = {row["uuid"]: row["case_id"] for row in rows_of("questionnaire_intake")}
        for uuid, case in others.items():
            execute("UPDATE questionnaire_proposal SET intake = %s", uuid)
            execute('UPDATE questionnaire_proposal SET "case" = %s', case)
            assert not any(carried_out(alice, each) for each in (intake, other_intake))

    def test_a_waiting_row_cannot_be_put_back_after_a_refusal(
        self, alice: User, rachel: User, mona: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        [waiting] = rows_of("questionnaire_proposal")
        proposals.refuse(rachel, row.pk)
        execute("DELETE FROM questionnaire_proposal")
        put("questionnaire_proposal", waiting)

        assert waiting_for(mona) == []
        with pytest.raises(PermissionDenied):
            agreeing.agree(mona, row.pk)

    def test_a_case_whose_rights_were_changed_is_refused(
        self, alice: User, bob: User, rachel: User, intake: Intake
    ) -> None:
        row = asked(alice, intake)
        execute("UPDATE questionnaire_intake SET author_id = %s", bob.pk)

        with pytest.raises(TamperedCaseError):
            agreeing.agree(rachel, row.pk)
        with pytest.raises(TamperedCaseError):
            asked(alice, intake)

    def test_a_forged_event_hides_nothing_that_was_done_alone(
        self, alice: User, rachel: User, intake: Intake, unguarded: None
    ) -> None:
        access_actions.shield(alice, intake)
        row = agreeing.ask_to_lift(alice, intake)
        assert row
        agreeing.go_on_alone(alice, row.pk, REASON)
        [last] = [event for event in rows_of("questionnaire_event") if event["code"] == "proposal.alone"]
        number = max(event["seq"] for event in rows_of("questionnaire_event")) + 1
        forged = last | {"seq": number, "number": 999, "code": "proposal.alone_seen", "actor_id": rachel.pk}
        put("questionnaire_event", forged)

        assert len(gone_alone_for(rachel)) == 1


class TestRoles:
    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROFESSIONAL}))
    def test_every_role_with_power_counts_after_a_second_agreed(
        self, adam: User, mona: User, team: Team, role: str
    ) -> None:
        dora = account("dora", team, Role.MANAGER if role == Role.ADMINISTRATOR else Role.PROFESSIONAL)
        had = roles_of(dora, team)
        change = change_roles(adam, team, dora, {*had, role})

        assert (roles_of(dora, team), [row.what for row in change.waiting]) == (
            had,
            [role] if role not in had else [],
        )
        assert agreeing.agree(mona, change.waiting[0].pk).state == State.DONE
        assert roles_of(dora, team) == {*had, role}
        given = Event.objects.filter(code=EventCode.ROLE_GIVEN).latest("seq")
        assert (given.actor, given.subject) == (adam, dora.pk)

    def test_neither_who_gets_it_nor_who_asked_agrees(
        self, adam: User, alice: User, rachel: User, team: Team
    ) -> None:
        """Alice is a manager, and is to become an auditor."""
        [row] = change_roles(adam, team, alice, {*roles_of(alice, team), Role.AUDITOR}).waiting

        for person in (adam, alice, rachel):
            assert waiting_for(person) == []
            with pytest.raises(PermissionDenied):
                agreeing.agree(person, row.pk)

    def test_another_administrator_agrees_and_none_of_another_team(
        self, adam: User, bob: User, team: Team, other_team: Team
    ) -> None:
        [row] = change_roles(adam, team, bob, [Role.REVIEWER]).waiting
        foreign = account("foreign", other_team, Role.ADMINISTRATOR, Role.MANAGER)
        with pytest.raises(PermissionDenied):
            agreeing.agree(foreign, row.pk)

        agreeing.agree(account("alma", team, Role.ADMINISTRATOR), row.pk)
        assert roles_of(bob, team) == {Role.REVIEWER}

    @pytest.mark.parametrize("how", ["role taken", "account closed", "conflict", "left"])
    def test_it_is_not_given_when_it_could_not_be_asked_any_more(
        self, adam: User, mona: User, bob: User, team: Team, how: str
    ) -> None:
        [row] = change_roles(adam, team, bob, [Role.PROFESSIONAL, Role.REVIEWER]).waiting
        if how == "role taken":
            Membership.objects.filter(user=adam).delete()
        elif how == "account closed":
            User.objects.filter(pk=adam.pk).update(is_active=False)
        elif how == "conflict":
            Membership.objects.filter(user=bob).delete()
            Membership.objects.create(user=bob, team=team, role=Role.ADMINISTRATOR)
        else:
            Membership.objects.filter(user=bob).delete()

        assert agreeing.agree(mona, row.pk).state == State.LAPSED
        assert Role.REVIEWER not in roles_of(bob, team)

    def test_unticking_what_waits_takes_it_back(self, adam: User, mona: User, bob: User, team: Team) -> None:
        [row] = change_roles(adam, team, bob, [Role.PROFESSIONAL, Role.REVIEWER]).waiting
        assert change_roles(adam, team, bob, [Role.PROFESSIONAL, Role.REVIEWER]).waiting == (row,)

        change_roles(adam, team, bob, [Role.PROFESSIONAL])

        assert state_of(row) == State.WITHDRAWN
        assert waiting_for(mona) == []

    def test_taking_a_role_away_waits_for_nobody(self, adam: User, rachel: User, team: Team) -> None:
        assert change_roles(adam, team, rachel, []).waiting == ()
        assert roles_of(rachel, team) == set()

    def test_alone_only_where_nobody_could_agree_and_others_see_it(
        self, adam: User, bob: User, team: Team
    ) -> None:
        [row] = change_roles(adam, team, bob, [Role.REVIEWER]).waiting
        alma = account("alma", team, Role.ADMINISTRATOR)
        with pytest.raises(PermissionDenied):
            agreeing.go_on_alone(adam, row.pk, REASON)
        Membership.objects.filter(user=alma).delete()
        with pytest.raises(PermissionDenied):
            agreeing.go_on_alone(bob, row.pk, REASON)

        assert agreeing.go_on_alone(adam, row.pk, REASON).state == State.ALONE

        assert roles_of(bob, team) == {Role.REVIEWER}
        later = [account(name, team, role) for name, role in (("mo", Role.MANAGER), ("au", Role.AUDITOR))]
        for person in later:
            [told] = gone_alone_for(person)
            assert (told.reason, told.who, told.subject, told.role) == (REASON, adam, bob, "reviewer")
        assert (gone_alone_for(bob), gone_alone_for(adam)) == ([], [])


class TestShields:
    def test_a_second_who_decides_about_access_agrees(
        self, alice: User, bob: User, rachel: User, mona: User, team: Team, intake: Intake
    ) -> None:
        dana = account("dana", team, Role.REVIEWER)
        access_actions.shield(alice, intake)
        access_actions.grant(alice, intake, dana, Access.Kind.NAMED)
        row = agreeing.ask_to_lift(alice, intake)
        assert row

        for person in (alice, bob, rachel, mona):
            with pytest.raises(PermissionDenied):
                agreeing.agree(person, row.pk)
        assert reload(intake).case.shielded
        assert [each.row for each in waiting_for(dana)] == [row]
        assert agreeing.agree(dana, row.pk).state == State.DONE
        assert not reload(intake).case.shielded

    def test_only_who_decides_about_access_asks(self, bob: User, alice: User, intake: Intake) -> None:
        assert agreeing.ask_to_lift(alice, intake) is None
        access_actions.shield(alice, intake)

        with pytest.raises(PermissionDenied):
            agreeing.ask_to_lift(bob, intake)

    def test_it_stays_when_who_asked_lost_the_case(
        self, alice: User, bob: User, rachel: User, intake: Intake
    ) -> None:
        access_actions.shield(alice, intake)
        access_actions.grant(alice, intake, rachel, Access.Kind.NAMED)
        row = agreeing.ask_to_lift(alice, intake)
        assert row
        handovers.hand_over(alice, intake, bob, "")

        assert agreeing.agree(rachel, row.pk).state == State.LAPSED
        assert reload(intake).case.shielded

    def test_alone_with_a_reason_that_others_see_until_they_say_so(
        self, alice: User, rachel: User, mona: User, bob: User, team: Team, intake: Intake
    ) -> None:
        auditor = account("auditor", team, Role.AUDITOR)
        access_actions.grant(alice, intake, auditor, Access.Kind.LOCKED_OUT)
        access_actions.shield(alice, intake)
        row = agreeing.ask_to_lift(alice, intake)
        assert row

        assert agreeing.go_on_alone(alice, row.pk, REASON).state == State.ALONE

        assert not reload(intake).case.shielded
        assert [len(gone_alone_for(each)) for each in (rachel, mona, bob, alice, auditor)] == [1, 1, 0, 0, 0]
        assert agreeing.see_alone(rachel, row.pk)
        assert not agreeing.see_alone(rachel, row.pk)
        assert not agreeing.see_alone(bob, row.pk)
        assert [len(gone_alone_for(each)) for each in (rachel, mona)] == [0, 1]

    def test_it_is_shown_for_thirty_days(
        self, alice: User, mona: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        access_actions.shield(alice, intake)
        row = agreeing.ask_to_lift(alice, intake)
        assert row
        agreeing.go_on_alone(alice, row.pk, REASON)
        now: Callable[[], Any] = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=31))

        assert gone_alone_for(mona) == []


def test_the_role_that_a_command_asks_waits_too(team: Team, adam: User, bob: User) -> None:
    dora = account("dora", team, Role.MANAGER)
    with transaction.atomic():
        row = ask_role(None, team, dora, Role.ADMINISTRATOR)
        assert not agreeing.go_on_by_command(row)

    assert agreeing.agree(adam, row.pk).state == State.DONE
    assert roles_of(dora, team) == {Role.MANAGER, Role.ADMINISTRATOR}
    with pytest.raises(PermissionDenied):
        memberships.grant_role(bob, team, adam, Role.MANAGER)


@pytest.mark.django_db(transaction=True)
def test_of_those_who_decide_at_once_one_does(patient_database: None, alice: User, intake: Intake) -> None:
    """Half agree and half refuse, and meanwhile who asked does it twice: it is done once, or never."""
    seconds = [account(f"second-{number}", intake.team, Role.MANAGER) for number in range(4)]
    row = asked(alice, intake)
    at_once = threading.Barrier(len(seconds) + 2)
    done: list[bool] = []

    def decide(place: int) -> None:
        try:
            at_once.wait()
            if place >= len(seconds):
                done.append(carried_out(alice, intake))
            else:
                (agreeing.agree if place % 2 else proposals.refuse)(seconds[place], row.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[place]) for place in range(len(seconds) + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.append(carried_out(alice, intake))

    codes = event_codes()
    assert codes.count("proposal.agreed") + codes.count("proposal.refused") == 1
    assert sum(done) == codes.count("proposal.agreed") == codes.count("proposal.carried_out")
    assert len(done) == 3
    assert Proposal.objects.all().in_force()
    assert verify().first_broken is None
