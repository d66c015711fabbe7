"""Break-glass: one case at a time, few an hour, seen by someone else before any copy, and over for good."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import documents as document_actions
from questionnaire.actions import handovers
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships as membership_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.access import OPENING_LIMITS, OpeningLimitError, can_read
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import (
    Access,
    AccessScope,
    Case,
    Event,
    Intake,
    Membership,
    Team,
    User,
    tampered_cases,
)
from questionnaire.permissions import UnseenOpeningError
from questionnaire.queries import cases, openings
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import (
    PDF,
    event_codes,
    event_count,
    reload,
    sign_stored_rights,
    submission_of,
)

Kind, Role = Access.Kind, Membership.Role
REASON = "Ik vervang Alice, die vandaag ziek is."
PER_HOUR, PER_DAY = OPENING_LIMITS[timedelta(hours=1)], OPENING_LIMITS[timedelta(days=1)]


def start(user: User, number: int) -> Intake:
    return intake_actions.start_intake(user, Team.objects.get(), f"case {number}", date(2026, 3, 23), "nl")


@pytest.fixture
def intakes(alice: User) -> list[Intake]:
    return [start(alice, number) for number in range(PER_DAY + 2)]


def open_case(user: User, intake: Intake) -> Access:
    access_actions.open_with_reason(user, intake, REASON)
    return Access.objects.latest("pk")


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = timezone.now() + by
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_opening_another_case_closes_the_former(bob: User, intakes: list[Intake]) -> None:
    open_case(bob, intakes[0])
    open_case(bob, intakes[1])

    assert [can_read(bob, intake) for intake in intakes[:3]] == [False, True, False]
    assert event_codes(intakes[0])[1:] == [EventCode.CASE_OPENED, EventCode.OPENING_ENDED]
    assert not tampered_cases(Case.objects.all())


def test_as_many_an_hour_and_a_day_as_the_limits_say(
    bob: User, intakes: list[Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = timezone.now()
    for intake in intakes[:PER_HOUR]:
        open_case(bob, intake)
    with pytest.raises(OpeningLimitError) as refused:
        open_case(bob, intakes[PER_HOUR])

    assert began < refused.value.again_at - timedelta(hours=1) < timezone.now()
    assert can_read(bob, intakes[PER_HOUR - 1])  # the refusal closed nothing
    assert event_count(EventCode.CASE_OPENED) == PER_HOUR

    later(monkeypatch, timedelta(hours=1, minutes=1))
    for intake in intakes[PER_HOUR:PER_DAY]:
        open_case(bob, intake)
    later(monkeypatch, timedelta(hours=2))

    with pytest.raises(OpeningLimitError) as refused:
        open_case(bob, intakes[PER_DAY])
    assert refused.value.again_at > began + timedelta(days=1)


def test_the_limit_is_of_one_person(bob: User, intakes: list[Intake], team: Team) -> None:
    for intake in intakes[:PER_HOUR]:
        open_case(bob, intake)

    assert open_case(account("dora", team, Role.PROFESSIONAL), intakes[0])


def test_ending_an_opening_does_not_reset_the_count(alice: User, bob: User, intakes: list[Intake]) -> None:
    for intake in intakes[:PER_HOUR]:
        open_case(bob, intake)
        access_actions.grant(alice, intake, bob, Kind.LOCKED_OUT)

    with pytest.raises(OpeningLimitError):
        open_case(bob, intakes[PER_HOUR])


@pytest.mark.django_db(transaction=True)
def test_openings_at_once_do_not_exceed_the_limit(patient_database: None, bob: User, alice: User) -> None:
    intakes = [start(alice, number) for number in range(PER_HOUR + 5)]
    at_once = threading.Barrier(len(intakes))
    refused: list[Intake] = []

    def race(intake: Intake) -> None:
        try:
            at_once.wait()
            open_case(bob, intake)
        except OpeningLimitError:
            refused.append(intake)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[intake]) for intake in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert event_count(EventCode.CASE_OPENED) == PER_HOUR
    assert len(refused) == 5
    assert len(AccessScope.of(bob).opened) == 1
    assert not tampered_cases(Case.objects.all())
    assert audit_log.verify().first_broken is None


def test_no_copy_until_someone_who_decides_about_access_saw_it(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    opening = open_case(bob, intake)
    with pytest.raises(UnseenOpeningError):
        document_actions.store_document(bob, intake, "full", "nl", b"%PDF")

    access_actions.see_opening(rachel, intake, opening.pk)
    access_actions.see_opening(alice, intake, opening.pk)

    assert document_actions.store_document(bob, intake, "full", "nl", b"%PDF")
    opening.refresh_from_db()
    assert (opening.seen_by, event_count(EventCode.OPENING_SEEN)) == (rachel, 1)
    assert Event.objects.get(code=EventCode.OPENING_SEEN).items == [str(opening.event)]
    assert not tampered_cases(Case.objects.all())


def test_who_opened_it_or_may_not_decide_does_not_see_it(
    alice: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    dora = account("dora", team, Role.PROFESSIONAL)
    access_actions.grant(alice, intake, dora, Kind.ASSIGNED)
    opening = open_case(bob, intake)
    Membership.objects.create(user=bob, team=team, role=Role.REVIEWER)

    for user in (bob, charlie, dora, account("mary", team, Role.MANAGER)):
        with pytest.raises(PermissionDenied):
            access_actions.see_opening(user, intake, opening.pk)

    assert Access.objects.get(pk=opening.pk).seen_by is None
    assert not event_count(EventCode.OPENING_SEEN)


def test_seeing_one_opening_allows_no_copy_of_the_next(alice: User, bob: User, intakes: list[Intake]) -> None:
    access_actions.see_opening(alice, intakes[0], open_case(bob, intakes[0]).pk)
    open_case(bob, intakes[1])
    open_case(bob, intakes[0])

    assert not AccessScope.of(bob).can_copy(reload(intakes[0]))


def test_a_copy_is_for_whoever_may_read_it_otherwise(alice: User, bob: User, intake: Intake) -> None:
    open_case(bob, intake)

    access_actions.grant(alice, intake, bob, Kind.NAMED)

    assert AccessScope.of(bob).can_copy(reload(intake))


def test_who_saw_it_is_authenticated(bob: User, intake: Intake) -> None:
    open_case(bob, intake)

    Access.objects.update(seen_by=bob)

    assert tampered_cases(Case.objects.all())


def test_an_opening_that_nobody_saw_waits_for_author_and_reviewers(
    alice: User, bob: User, rachel: User, charlie: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = open_case(bob, intake)
    later(monkeypatch, timedelta(days=30))

    for user in (alice, rachel):
        (waiting,) = openings.waiting_for(AccessScope.of(user))
        assert (waiting.pk, waiting.who, waiting.reason) == (opening.pk, bob, REASON)
        assert waiting.intake == intake
    for user in (bob, charlie):
        assert openings.waiting_for(AccessScope.of(user)) == []

    access_actions.see_opening(alice, intake, opening.pk)

    assert openings.waiting_for(AccessScope.of(rachel)) == []


def test_an_opening_does_not_wait_for_whoever_may_not_know_of_it(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    open_case(bob, intake)

    access_actions.shield(alice, intake)

    assert len(openings.waiting_for(AccessScope.of(alice))) == 1
    assert openings.waiting_for(AccessScope.of(rachel)) == []


def test_lock_out_and_shield_end_an_opening_for_good(alice: User, bob: User, intakes: list[Intake]) -> None:
    open_case(bob, intakes[0])
    access_actions.grant(alice, intakes[0], bob, Kind.LOCKED_OUT)
    access_actions.revoke(alice, intakes[0], bob, Kind.LOCKED_OUT)
    assert not can_read(bob, intakes[0])

    open_case(bob, intakes[1])
    access_actions.shield(alice, intakes[1])
    access_actions.shield(alice, intakes[1], is_shielded=False)
    assert not can_read(bob, intakes[1])
    assert not tampered_cases(Case.objects.all())


def test_leaving_the_team_ends_an_opening_for_good(bob: User, team: Team, intake: Intake) -> None:
    admin = account("ada", team, Role.ADMINISTRATOR)
    open_case(bob, intake)

    membership_actions.revoke_role(admin, team, bob, Role.PROFESSIONAL)
    membership_actions.grant_role(admin, team, bob, Role.PROFESSIONAL)

    assert not can_read(bob, intake)
    assert event_codes(intake)[-1] == EventCode.OPENING_ENDED
    assert not tampered_cases(Case.objects.all())


def test_closing_an_account_ends_an_opening_for_good(bob: User, team: Team, intake: Intake) -> None:
    admin = account("ada", team, Role.ADMINISTRATOR)
    open_case(bob, intake)

    membership_actions.set_active(admin, team, bob, is_active=False)
    assert not can_read(bob, intake)
    membership_actions.set_active(admin, team, bob, is_active=True)

    assert not can_read(bob, intake)


def test_a_role_is_taken_also_when_the_rights_of_an_opened_case_were_changed_behind_our_back(
    bob: User, team: Team, intake: Intake
) -> None:
    open_case(bob, intake)
    Access.objects.update(until=timezone.now() + timedelta(days=900))

    membership_actions.revoke_role(account("ada", team, Role.ADMINISTRATOR), team, bob, Role.PROFESSIONAL)

    assert not can_read(bob, intake)


def test_an_opening_ends_after_eight_hours(
    bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case(bob, intake)

    later(monkeypatch, timedelta(hours=7, minutes=59))
    assert can_read(bob, intake)
    later(monkeypatch, timedelta(minutes=2))
    assert not can_read(bob, intake)


def test_every_opening_stays_with_who_saw_it(alice: User, bob: User, intakes: list[Intake]) -> None:
    for number in (0, 1, 0):
        open_case(bob, intakes[number])
    sign_stored_rights(intakes[0].case)
    access_actions.see_opening(alice, intakes[0], Access.objects.latest("pk").pk)

    last, first = openings.of_case(bob, reload(intakes[0]))

    assert (last.seen_by, first.seen_by) == (alice, None)
    assert last.is_own


@pytest.fixture
def next_conversation(alice: User, bob: User, intake: Intake) -> Intake:
    """Return the second conversation of alice's case, of bob, who is not assigned any more."""
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=9))
    review_actions.submit(alice, intake)
    access_actions.grant(alice, intake, bob, Kind.ASSIGNED)
    following = review_actions.reassess(bob, reload(intake), date(2026, 4, 1))
    access_actions.revoke(alice, intake, bob, Kind.ASSIGNED)
    assert can_read(bob, following)
    assert not can_read(bob, intake)
    return following


def test_the_author_of_a_later_conversation_copies_that_alone_until_the_opening_is_seen(
    alice: User, bob: User, intake: Intake, next_conversation: Intake
) -> None:
    opening = open_case(bob, intake)

    def shown(on: Intake) -> tuple[int, int, Intake | None]:
        course = cases.course_until(bob, on)
        return len(course), len(cases.assessments(bob, on)), cases.previous_assessment(bob, on)

    document_actions.store_document(bob, next_conversation, "full", "nl", PDF)
    assert shown(next_conversation) == (1, 1, None)
    assert shown(intake) == (1, 2, None)  # which gives no copy
    with pytest.raises(UnseenOpeningError):
        document_actions.store_document(bob, intake, "full", "nl", PDF)

    access_actions.see_opening(alice, intake, opening.pk)
    assert shown(next_conversation) == (2, 2, intake)
    document_actions.store_document(bob, intake, "full", "nl", PDF)


@pytest.mark.parametrize("is_opened", [False, True])
def test_the_author_of_a_later_conversation_gives_themselves_no_more_of_the_case(
    bob: User, intake: Intake, next_conversation: Intake, *, is_opened: bool
) -> None:
    if is_opened:
        open_case(bob, intake)
    for kind in (Kind.NAMED, Kind.ASSIGNED):
        with pytest.raises(PermissionDenied):
            access_actions.grant(bob, next_conversation, bob, kind)
    with pytest.raises(PermissionDenied):
        handovers.hand_over(bob, next_conversation, bob, "")

    access_actions.shield(bob, next_conversation)

    assert can_read(bob, next_conversation)
    assert not can_read(bob, intake)


def test_whoever_reads_the_whole_case_names_themselves(rachel: User, intake: Intake) -> None:
    access_actions.grant(rachel, intake, rachel, Kind.NAMED)

    assert Access.objects.get().user == rachel
