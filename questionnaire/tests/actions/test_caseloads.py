"""Hand over all cases of someone, and have them replaced: rights, events, obstacles, forged rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import caseloads
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.workflow import Move
from questionnaire.models import (
    Access,
    Event,
    Handover,
    Intake,
    Membership,
    Team,
    User,
    lock_case,
    tampered_cases,
)
from questionnaire.queries import caseloads as caseload_queries
from questionnaire.queries.caseloads import Obstacle, held_cases, replacements_of
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import MOVES, event_count, reload, sign_stored_rights
from questionnaire.tests.tampering import execute

Role = Membership.Role
Kind = Access.Kind
NOTE = "Bel eerst met de aandachtsfunctionaris."


@pytest.fixture
def mona(team: Team) -> User:
    return account("mona", team, Role.MANAGER)


@pytest.fixture
def dora(team: Team) -> User:
    return account("dora", team, Role.PROFESSIONAL)


def start(user: User, team: Team, reference: str) -> Intake:
    return intake_actions.start_intake(user, team, reference, date(2026, 3, 23), "nl")


def deny(user: User, intake: Intake) -> None:
    """Deny someone a case, also someone who is no colleague to choose on its page."""
    intake.case.access.create(user=user, kind=Kind.LOCKED_OUT)
    sign_stored_rights(intake.case)


def sign_off(intake: Intake, author: User, reviewer: User) -> Intake:
    MOVES[Move.SUBMIT](author, intake)
    MOVES[Move.SIGN_OFF](reviewer, reload(intake))
    return reload(intake)


def test_all_cases_go_to_one_colleague_with_the_note_and_an_event_each(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    other = start(alice, team, "2026-118")

    division = caseloads.hand_over_all(mona, team, alice, [bob], NOTE)

    assert (division.count, division.stay) == (2, {})
    for each in (intake, other):
        assert reload(each).author == bob
        assert access_actions.can_read(bob, each)
        assert not access_actions.can_read(alice, each)
        (row,) = each.handovers.all()
        assert (row.by, row.to, row.content) == (mona, bob, {"note": NOTE})
        (event,) = Event.objects.filter(code=EventCode.INTAKE_HANDED_OVER, intake=each.pk)
        assert (event.actor, event.reason) == (mona, f"user {bob.pk}")
    assert not tampered_cases([intake.case, other.case])
    assert held_cases(team, alice) == []


def test_cases_are_divided_evenly_and_so_are_the_urgent_ones(
    mona: User, alice: User, bob: User, dora: User, team: Team
) -> None:
    made = [start(alice, team, f"2026-{number}") for number in range(5)]
    Intake.objects.filter(pk__in=[made[0].pk, made[3].pk]).update(urgency=3)

    division = caseloads.hand_over_all(mona, team, alice, [bob, dora], "")

    assert {pk: len(cases) for pk, cases in division.shares.items()} == {bob.pk: 3, dora.pk: 2}
    urgent = {reload(each).author for each in (made[0], made[3])}
    assert urgent == {bob, dora}


def test_a_case_that_is_signed_off_keeps_its_author_and_is_assigned(
    mona: User, alice: User, bob: User, rachel: User, team: Team, intake: Intake
) -> None:
    signed = sign_off(intake, alice, rachel)

    caseloads.hand_over_all(mona, team, alice, [bob], NOTE)

    assert reload(signed).author == alice
    assert signed.case.access.get(user=bob).kind == Kind.ASSIGNED
    assert signed.handovers.get().to == bob


def test_what_is_of_another_author_stays_theirs(
    mona: User, alice: User, bob: User, dora: User, team: Team, intake: Intake
) -> None:
    of_dora = start(dora, team, "2026-119")

    caseloads.hand_over_all(mona, team, alice, [bob], "")

    assert reload(of_dora).author == dora


def test_shielded_denied_and_forged_cases_stay_with_their_reason(
    mona: User, alice: User, bob: User, rachel: User, team: Team, intake: Intake
) -> None:
    shielded, denied, forged = (start(alice, team, f"2026-2{number}") for number in range(3))
    access_actions.shield(alice, shielded)
    access_actions.grant(alice, denied, bob, Kind.LOCKED_OUT)
    execute(
        "UPDATE questionnaire_case SET team_id = team_id, rights_event = 999 WHERE uuid = %s",
        forged.case_id.hex,
    )

    division = caseloads.hand_over_all(mona, team, alice, [bob], "")

    assert division.count == 1
    assert division.stay == {Obstacle.SHIELDED: 1, Obstacle.DENIED: 1, Obstacle.TAMPERED: 1}
    for each in (shielded, denied, forged):
        assert Intake.objects.get(pk=each.pk).author == alice
        assert not each.handovers.exists()


def test_who_may_not_see_a_case_does_not_get_it_when_another_may(
    mona: User, alice: User, bob: User, dora: User, rachel: User, team: Team, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Kind.LOCKED_OUT)

    caseloads.hand_over_all(mona, team, alice, [bob, dora], "")

    assert reload(intake).author == dora


def test_a_case_that_is_shielded_in_the_midst_of_it_stays(
    mona: User, alice: User, bob: User, team: Team, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def divide_and_shield(*arguments: Any) -> object:
        division = caseload_queries.divide(*arguments)
        access_actions.shield(alice, intake)
        return division

    monkeypatch.setattr(caseloads, "divide", divide_and_shield)

    division = caseloads.hand_over_all(mona, team, alice, [bob], "")

    assert (division.count, division.stay) == (0, {Obstacle.REFUSED: 1})
    assert reload(intake).author == alice


def test_a_manager_gives_no_case_away_from_which_they_are_denied(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    other = start(alice, team, "2026-118")
    deny(mona, intake)

    division = caseloads.hand_over_all(mona, team, alice, [bob], "")

    assert (division.count, division.stay) == (1, {Obstacle.SHIELDED: 1})
    assert (reload(intake).author, reload(other).author) == (alice, bob)


def test_a_denial_in_the_midst_of_it_stops_a_hand_over(
    mona: User, alice: User, bob: User, team: Team, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def divide_and_deny(*arguments: Any) -> object:
        division = caseload_queries.divide(*arguments)
        deny(mona, intake)
        return division

    monkeypatch.setattr(caseloads, "divide", divide_and_deny)

    division = caseloads.hand_over_all(mona, team, alice, [bob], "")

    assert (division.count, division.stay) == (0, {Obstacle.REFUSED: 1})
    assert reload(intake).author == alice


@pytest.mark.parametrize("who", ["alice", "bob", "rachel", "ann", "other manager"])
def test_only_the_manager_of_the_team_hands_over_all(
    alice: User, bob: User, dora: User, rachel: User, team: Team, other_team: Team, intake: Intake, who: str
) -> None:
    alice.memberships.filter(role=Role.MANAGER).delete()
    people = {
        "alice": alice,
        "bob": bob,
        "rachel": rachel,
        "ann": account("ann", team, Role.ADMINISTRATOR),
        "other manager": account("olga", other_team, Role.MANAGER),
    }

    with pytest.raises(PermissionDenied):
        caseloads.hand_over_all(people[who], team, alice, [dora], "")

    assert reload(intake).author == alice


def test_nobody_receives_who_plans_reviews_only_left_or_is_of_another_team(
    mona: User, alice: User, bob: User, charlie: User, rachel: User, team: Team, intake: Intake
) -> None:
    Membership.objects.create(user=mona, team=team, role=Role.PROFESSIONAL)
    bob.is_active = False
    bob.save()

    for receivers in ([mona], [rachel], [bob], [charlie], [alice], []):
        with pytest.raises(PermissionDenied):
            caseloads.hand_over_all(mona, team, alice, receivers, "")

    assert not Handover.objects.exists()


# --- Replacing ----------------------------------------------------------------------------------------------


def at(monkeypatch: pytest.MonkeyPatch, day: date, hour: int = 12) -> None:
    moment = timezone.make_aware(datetime.combine(day, time(hour)))
    monkeypatch.setattr(timezone, "now", lambda: moment)


FIRST, LAST = date(2026, 12, 1), date(2026, 12, 12)


def test_a_replacement_begins_and_ends_by_itself(
    mona: User, alice: User, bob: User, team: Team, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date(2026, 11, 29))
    division, _before = caseloads.set_replacement(mona, team, alice, bob, FIRST, LAST)
    assert division.count == 1
    reads = {}

    for day, hour in ((date(2026, 11, 30), 23), (FIRST, 0), (LAST, 23), (date(2026, 12, 13), 0)):
        at(monkeypatch, day, hour)
        reads[day] = access_actions.can_read(bob, intake)

    assert list(reads.values()) == [False, True, True, False]
    assert not tampered_cases([reload(intake).case])
    assert reload(intake).author == alice
    event = Event.objects.get(code=EventCode.RIGHT_GIVEN)
    assert event.reason == f"assigned: user {bob.pk}, 2026-12-01 - 2026-12-12"


def test_a_professional_is_replaced_at_their_own_word_and_at_no_colleagues(
    bob: User, dora: User, rachel: User, team: Team
) -> None:
    intake = start(bob, team, "2026-120")
    today = timezone.localdate()

    for user in (dora, rachel):
        with pytest.raises(PermissionDenied):
            caseloads.set_replacement(user, team, bob, dora, today, today)
    caseloads.set_replacement(bob, team, bob, dora, today, today)

    assert access_actions.can_read(dora, intake)


def test_a_replacement_is_lengthened_and_ended(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    today = timezone.localdate()
    for days in (3, 3, 9):
        caseloads.set_replacement(mona, team, alice, bob, today, today + timedelta(days=days))
    (found,) = replacements_of(held_cases(team, alice))
    assert (found.user, found.start, found.until, found.count) == (bob, today, today + timedelta(days=9), 1)
    assert event_count(EventCode.RIGHT_GIVEN) == 2

    assert list(caseloads.end_replacement(mona, team, alice, bob)) == [str(intake.case_id)]
    assert caseloads.end_replacement(mona, team, alice, bob) == {}

    assert not access_actions.can_read(bob, intake)
    assert replacements_of(held_cases(team, alice)) == []
    assert not tampered_cases([reload(intake).case])


def test_who_was_a_replacement_is_assigned_for_good_afterwards(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    today = timezone.localdate()
    caseloads.set_replacement(mona, team, alice, bob, today, today)

    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)

    assert intake.case.access.get(user=bob).until is None
    caseloads.set_replacement(mona, team, alice, bob, today, today)
    assert intake.case.access.get(user=bob).until is None
    assert not tampered_cases([reload(intake).case])


@pytest.mark.parametrize("column", ["until", "given_at"])
def test_who_writes_another_day_in_the_database_closes_the_case(
    mona: User, alice: User, bob: User, team: Team, intake: Intake, column: str
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    caseloads.set_replacement(mona, team, alice, bob, tomorrow, tomorrow)
    moment = "2026-01-01 00:00:00" if column == "given_at" else "2099-01-01 00:00:00"

    execute(f"UPDATE questionnaire_access SET {column} = %s", moment)  # noqa: S608

    assert tampered_cases([reload(intake).case]) == {intake.case_id}
    with pytest.raises(PermissionDenied):
        lock_case(intake.case_id)


def test_a_period_is_no_longer_than_half_a_year_and_not_backwards(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    today = timezone.localdate()
    for until in (today - timedelta(days=1), today + timedelta(days=184)):
        with pytest.raises(PermissionDenied):
            caseloads.set_replacement(mona, team, alice, bob, today, until)


def test_who_was_denied_their_own_case_gives_it_to_nobody_and_takes_it_from_nobody(
    bob: User, dora: User, rachel: User, team: Team
) -> None:
    intake, today = start(bob, team, "2026-120"), timezone.localdate()
    _division, before = caseloads.set_replacement(bob, team, bob, dora, today, today)
    access_actions.grant(rachel, intake, bob, Kind.LOCKED_OUT)

    division, again = caseloads.set_replacement(bob, team, bob, dora, today, today + timedelta(days=9))

    assert (division.count, division.stay, again) == (0, {Obstacle.SHIELDED: 1}, {})
    assert caseloads.end_replacement(bob, team, bob, dora) == {}
    with pytest.raises(PermissionDenied):
        caseloads.restore_replacement(bob, team, bob, dora, before)
    assert access_actions.can_read(dora, intake)
    assert not tampered_cases([reload(intake).case])


def agree_on(user: User, team: Team, of: User, to: User, first: int, last: int) -> object:
    """Agree on a replacement from one day until another, in days from today."""
    today = timezone.localdate()
    return caseloads.set_replacement(
        user, team, of, to, today + timedelta(days=first), today + timedelta(days=last)
    )


@pytest.mark.parametrize("days", [(3, 4), (100, 101)])
def test_two_periods_with_days_between_are_not_joined(
    mona: User, alice: User, bob: User, team: Team, intake: Intake, days: tuple[int, int]
) -> None:
    for first, then in (((0, 1), days), (days, (0, 1))):
        agree_on(mona, team, alice, bob, *first)
        before = list(intake.case.access.values_list("given_at", "until"))

        with pytest.raises(caseloads.SeparatePeriodError):
            agree_on(mona, team, alice, bob, *then)

        assert list(intake.case.access.values_list("given_at", "until")) == before
        caseloads.end_replacement(mona, team, alice, bob)


def test_periods_that_follow_on_each_other_are_joined(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    for days in ((5, 6), (2, 4), (7, 9)):
        agree_on(mona, team, alice, bob, *days)

    (found,) = replacements_of(held_cases(team, alice))
    today = timezone.localdate()
    assert (found.start, found.until) == (today + timedelta(days=2), today + timedelta(days=9))


def test_a_shielded_case_refuses_no_period(
    mona: User, alice: User, bob: User, team: Team, intake: Intake
) -> None:
    agree_on(mona, team, alice, bob, 0, 1)
    access_actions.shield(alice, intake)

    agree_on(mona, team, alice, bob, 100, 101)

    assert intake.case.access.filter(user=bob, until__lt=timezone.now() + timedelta(days=3)).exists()


def test_a_case_that_is_kept_from_who_plans_moves_none_of_their_numbers(
    mona: User, alice: User, team: Team, intake: Intake
) -> None:
    before = caseload_queries.people_with_cases(team, mona)
    other = start(alice, team, "2026-118")
    deny(mona, other)

    assert caseload_queries.people_with_cases(team, mona) == before == [(alice, 1)]
    assert len(caseload_queries.countable_cases(team, alice, mona)) == 1
    assert len(caseload_queries.countable_cases(team, alice, alice)) == 2
