"""Retention per team and per case: what is erased when, what a legal hold keeps, and what is reported."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import Consultation
from questionnaire.lifecycle import erasure, retention
from questionnaire.models import Access, Case, Event, Intake, Team, User, tampered_cases
from questionnaire.models.records_before import BEFORE, UNDO_PERIOD
from questionnaire.tests.factories import reload, start_in
from questionnaire.tests.people import moved_clock

pytestmark = pytest.mark.django_db
#: For what erases: scrubbing the files of the database is not possible inside a transaction.
commits = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


def unchanged_for(user: User, team: Team, days: int, case: Case | None = None) -> Intake:
    """Return an intake that was last changed so many days ago, in a case of its own or in this one."""
    intake = (
        start_in(case, user)
        if case
        else intake_actions.start_intake(user, team, f"{days}", date(2026, 3, 23), "nl")
    )
    Intake.objects.filter(pk=intake.pk).update(changed_at=timezone.now() - timedelta(days=days))
    return Intake.objects.get(pk=intake.pk)


@commits
def test_nothing_expires_without_a_retention_period(alice: User, team: Team) -> None:
    unchanged_for(alice, team, 10_000)

    assert retention.expired_cases() == []
    run("--apply")
    assert Intake.objects.exists()

    retention.set_retention(team, 9_999)
    assert len(retention.expired_cases()) == 1


def test_a_dry_run_erases_nothing(alice: User, team: Team) -> None:
    intake = unchanged_for(alice, team, 31)
    run("--keep", team.name, "30")

    printed = run()

    assert str(intake.uuid) in printed
    assert Intake.objects.exists()
    assert Event.objects.latest("seq").code == EventCode.RETENTION_SET


@commits
def test_an_expired_case_is_erased_and_reported(alice: User, team: Team) -> None:
    past, recent = unchanged_for(alice, team, 31), unchanged_for(alice, team, 29)
    run("--keep", team.name, "30")

    printed = run("--apply")

    assert list(Intake.objects.all()) == [recent]
    assert str(past.uuid) in printed
    assert str(recent.uuid) not in printed
    event = Event.objects.latest("seq")
    assert (event.code, event.intake, event.reason) == (EventCode.INTAKE_ERASED, past.uuid, "retention")
    assert audit_log.verify().first_broken is None


@commits
def test_a_case_is_erased_as_a_whole(alice: User, team: Team) -> None:
    first = unchanged_for(alice, team, 90)
    second = unchanged_for(alice, team, 10, first.case)
    run("--keep", team.name, "30")

    run("--apply")
    assert set(Intake.objects.all()) == {first, second}

    Intake.objects.filter(pk=second.pk).update(changed_at=first.changed_at)
    run("--apply")
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    ("of_team", "of_case", "is_expired"),
    [
        (None, None, False),
        (59, None, True),
        (61, None, False),
        (None, 59, True),
        (None, 61, False),
        (59, 61, False),
        (61, 59, True),
    ],
)
def test_a_case_is_kept_as_long_as_was_decided_for_it_or_else_as_its_team_decided(
    alice: User, team: Team, of_team: int | None, of_case: int | None, is_expired: bool
) -> None:
    case = unchanged_for(alice, team, 60).case
    unchanged_for(alice, team, 60)  # another, of which nothing was decided
    retention.set_retention(team, of_team)
    retention.set_case_retention(alice, case, of_case, "asked")

    assert (case in retention.expired_cases()) == is_expired
    is_other_expired = of_team == 59
    assert len(retention.expired_cases()) == is_expired + is_other_expired


def test_expired_cases_come_in_the_order_of_their_last_change(alice: User, team: Team) -> None:
    days = [60, 90, 70, 80]
    by_days = {each: unchanged_for(alice, team, each).case for each in days}
    unchanged_for(alice, team, 50, by_days[90])
    retention.set_retention(team, 30)

    assert retention.expired_cases() == [by_days[each] for each in (80, 70, 60, 90)]


def test_deciding_on_one_case_is_one_event_with_who_and_why(alice: User, team: Team, intake: Intake) -> None:
    latest = start_in(intake.case, alice)

    retention.set_case_retention(alice, intake.case, 30, "asked by the client")
    retention.set_case_retention(alice, intake.case, None, "no longer asked")

    events = Event.objects.filter(code=EventCode.CASE_RETENTION_SET).order_by("seq")
    assert [(event.actor, event.intake, event.case, event.reason) for event in events] == [
        (alice, latest.pk, intake.case_id, "30 days: asked by the client"),
        (alice, latest.pk, intake.case_id, "as its team: no longer asked"),
    ]
    assert audit_log.verify().first_broken is None
    assert not tampered_cases([reload(intake).case])


def test_the_command_sets_how_long_one_case_is_kept(alice: User, intake: Intake) -> None:
    given = ("--by", alice.username, "--reason", "asked")

    assert "30" in run("--keep-case", str(intake.pk), "30", *given)
    assert reload(intake).case.retention_days == 30
    assert reload(intake).case.keeps_days == 30

    run("--keep-case", str(intake.pk), "team", *given)
    assert reload(intake).case.retention_days is None


@commits
def test_a_case_with_a_retention_period_of_its_own_is_erased_alone(alice: User, team: Team) -> None:
    shorter, longer, other = (unchanged_for(alice, team, 60) for _time in range(3))
    run("--keep", team.name, "90")
    run("--keep-case", str(shorter.pk), "30", "--by", "alice", "--reason", "asked")

    run("--apply")

    assert set(Intake.objects.all()) == {longer, other}

    run("--keep", team.name, "30")
    run("--keep-case", str(longer.pk), "90", "--by", "alice", "--reason", "asked")
    run("--apply")
    assert list(Intake.objects.all()) == [longer]
    assert list(Case.objects.all()) == [longer.case]


@commits
def test_a_longer_period_set_after_listing_prevents_erasing(
    alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = unchanged_for(alice, team, 90)
    retention.set_retention(team, 30)
    cases = retention.expired_cases()
    retention.set_case_retention(alice, intake.case, 120, "court")
    monkeypatch.setattr(retention, "expired_cases", lambda: cases)

    run("--apply")

    assert list(Intake.objects.all()) == [intake]


@commits
def test_what_is_granted_in_an_expired_case_is_erased_with_it(alice: User, bob: User, team: Team) -> None:
    expired, kept = unchanged_for(alice, team, 90), unchanged_for(alice, team, 1)
    for intake in (expired, kept):
        access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    run("--keep", team.name, "30")

    run("--apply")

    assert list(Case.objects.all()) == [kept.case]
    assert Access.objects.get().case == kept.case


@commits
def test_a_case_under_legal_hold_is_not_erased(alice: User, team: Team) -> None:
    first = unchanged_for(alice, team, 90)
    second = unchanged_for(alice, team, 90, first.case)
    run("--keep", team.name, "30")
    run("--hold", str(first.pk), "--by", "alice", "--reason", "court")

    printed = run("--apply")

    assert set(Intake.objects.all()) == {first, second}
    assert "1" in printed
    run("--release", str(second.pk), "--by", "alice", "--reason", "court has ruled")
    run("--apply")
    assert not Intake.objects.exists()
    codes = list(Event.objects.order_by("seq").values_list("code", flat=True))
    assert codes[-4:] == [
        EventCode.HOLD_PLACED,
        EventCode.HOLD_LIFTED,
        EventCode.INTAKE_ERASED,
        EventCode.INTAKE_ERASED,
    ]
    decisions = Event.objects.filter(code__in=[EventCode.HOLD_PLACED, EventCode.HOLD_LIFTED]).values_list(
        "actor", "case", "intake", "reason"
    )
    place = (alice.pk, first.case_id, second.pk)  # at the latest intake of the case
    assert list(decisions.order_by("seq")) == [(*place, "court"), (*place, "court has ruled")]


def test_a_case_that_changed_meanwhile_is_not_erased(alice: User, team: Team) -> None:
    first = unchanged_for(alice, team, 90)
    retention.set_retention(team, 30)
    (case,) = retention.expired_cases()
    unchanged_for(alice, team, 1, first.case)

    with pytest.raises(erasure.ErasureBlockedError):
        retention.purge(case)

    assert Intake.objects.count() == 2


@commits
def test_a_hold_placed_after_listing_prevents_erasing(
    alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = unchanged_for(alice, team, 90)
    retention.set_retention(team, 30)
    cases = retention.expired_cases()
    retention.set_legal_hold(alice, intake.case, "court")
    monkeypatch.setattr(retention, "expired_cases", lambda: cases)

    run("--apply")

    assert Intake.objects.exists()


def test_setting_what_is_set_already_records_no_event(alice: User, team: Team, intake: Intake) -> None:
    retention.set_legal_hold(alice, intake.case, "court")
    retention.set_retention(team, 30)
    retention.set_case_retention(alice, intake.case, 60, "court")
    before = Event.objects.count()

    retention.set_legal_hold(alice, intake.case, "court")
    retention.set_retention(team, 30)
    retention.set_case_retention(alice, intake.case, 60, "court")

    assert Event.objects.count() == before


def test_a_retention_period_can_be_removed(team: Team) -> None:
    run("--keep", team.name, "30")
    run("--keep", team.name, "always")

    assert Team.objects.get().retention_days is None


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--keep", "nobody", "30"),
        ("--keep", "North", "0"),
        ("--keep", "North", "-1"),
        ("--keep", "North", "soon"),
        ("--hold", str(uuid4()), "--by", "alice", "--reason", "x"),
        ("--keep-case", str(uuid4()), "30", "--by", "alice", "--reason", "x"),
        ("--keep-case", "no-uuid", "30", "--by", "alice", "--reason", "x"),
    ],
)
def test_the_command_refuses_invalid_arguments(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


@pytest.mark.parametrize(
    "given", [(), ("--by", "alice"), ("--reason", "court"), ("--by", "nobody", "--reason", "court")]
)
def test_a_hold_requires_a_person_and_a_reason(intake: Intake, given: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("--hold", str(intake.pk), *given)

    assert not Intake.objects.get().case.legal_hold


@pytest.mark.parametrize(
    "given", [(), ("--by", "alice"), ("--reason", "court"), ("--by", "nobody", "--reason", "court")]
)
def test_keeping_one_case_requires_a_person_and_a_reason(intake: Intake, given: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("--keep-case", str(intake.pk), "30", *given)

    assert Case.objects.get().retention_days is None


@pytest.mark.parametrize("days", ["0", "-1", "soon", "always", "100000", "٣"])
def test_a_case_is_kept_for_a_number_of_days_or_as_its_team(intake: Intake, days: str) -> None:
    with pytest.raises(CommandError):
        run("--keep-case", str(intake.pk), days, "--by", "alice", "--reason", "court")

    assert Case.objects.get().retention_days is None


@commits
def test_what_a_removed_consultation_said_goes_after_ten_minutes(alice: User, team: Team) -> None:
    intake = unchanged_for(alice, team, 1)
    said = Consultation("police", "J. Smit", date(2026, 3, 23), "14:30", "belt terug")
    step = follow_up_actions.add_consultation(alice, intake, said)
    follow_up_actions.remove_consultation(alice, intake, step.uuid)
    before = reload(intake)

    run("--apply")
    assert reload(intake).content == before.content

    late = [{**each, "at": (timezone.now() - UNDO_PERIOD).isoformat()} for each in before.content[BEFORE]]
    before.content = {**before.content, BEFORE: late}
    before.save(update_fields=["content"])
    run()
    assert "J. Smit" in str(reload(intake).content)
    run("--apply")

    after = reload(intake)
    assert BEFORE not in after.content
    assert (after.revision, after.changed_at) == (before.revision, before.changed_at)


@commits
def test_a_clock_that_jumped_erases_nothing(alice: User, team: Team) -> None:
    retention.set_retention(team, 365)
    start_intake = intake_actions.start_intake(alice, team, "2026-1", date(2026, 3, 23), "nl")
    with moved_clock(timedelta(days=4000)):
        intake_actions.record_read(
            alice, start_intake, EventCode.SUMMARY_READ
        )  # someone is at work meanwhile
        with pytest.raises(CommandError, match="--clock-is-right"):
            run("--apply")
        assert "1" in run()
        assert Intake.objects.exists()

        run("--apply", "--clock-is-right")

    assert not Intake.objects.exists()


@commits
@pytest.mark.parametrize("days_at_work", [0, 8, 100])
def test_a_clock_that_is_ahead_for_long_erases_nothing(alice: User, team: Team, days_at_work: int) -> None:
    """What is recorded with a wrong clock, for however long, does not make the years before it count."""
    retention.set_retention(team, 365)
    intake = intake_actions.start_intake(alice, team, "2026-1", date(2026, 3, 23), "nl")
    for day in range(0, days_at_work + 1, 4):
        with moved_clock(timedelta(days=4000 + day)):
            intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    with moved_clock(timedelta(days=4000 + days_at_work)), pytest.raises(CommandError, match="clock"):
        run("--apply")

    assert Intake.objects.exists()


@commits
def test_a_closure_holds_up_only_what_had_not_passed_its_term_without_it(alice: User, team: Team) -> None:
    retention.set_retention(team, 30)
    started = partial(intake_actions.start_intake, alice, team, on=date(2026, 3, 23), language="nl")
    old = started(reference="2026-1")
    record_on(alice, 20)
    with moved_clock(timedelta(days=35)):
        recent = started(reference="2026-2")
        Intake.objects.filter(pk=recent.pk).update(changed_at=timezone.now())
    with moved_clock(timedelta(days=135)):
        intake_actions.record_read(alice, recent, EventCode.SUMMARY_READ)
        with pytest.raises(CommandError, match="100 "):
            run("--apply")

    assert list(Intake.objects.all()) == [recent]
    assert not Intake.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize(
    ("term", "days", "is_doubted"),
    [(30, 31, True), (30, 59, True), (59, 60, True), (60, 61, True), (100, 101, True), (60, 59, False)],
)
def test_a_term_that_passed_in_one_silence_is_doubted_however_short_it_is(
    intake: Intake, team: Team, term: int, days: int, is_doubted: bool
) -> None:
    retention.set_retention(team, term)
    with moved_clock(timedelta(days=days)):
        assert bool(retention.silences(retention.expired_cases())) == is_doubted


@pytest.mark.parametrize(("term", "days", "is_long"), [(40, 30, False), (70, 59, False), (70, 61, True)])
def test_a_holiday_is_no_jump_of_the_clock(
    intake: Intake, team: Team, alice: User, term: int, days: int, is_long: bool
) -> None:
    retention.set_retention(team, term)
    record_on(alice, days)
    with moved_clock(timedelta(days=term + 1)):
        assert bool(retention.silences(retention.expired_cases())) == is_long


def test_each_case_is_doubted_by_its_own_term(intake: Intake, team: Team, alice: User) -> None:
    retention.set_retention(team, 30)
    kept_longer = intake_actions.start_intake(alice, team, "2026-2", date(2026, 3, 23), "nl").case
    retention.set_case_retention(alice, kept_longer, 70, "asked")
    record_on(alice, 45)
    with moved_clock(timedelta(days=71)):
        expired = retention.expired_cases()
        doubted = retention.silences(expired)

    assert {case.pk for case in expired} == {intake.case_id, kept_longer.pk}
    assert list(doubted) == [intake.case_id]


def record_on(user: User, day: int) -> None:
    """Let someone work so many days from now."""
    with moved_clock(timedelta(days=day)), transaction.atomic():
        audit_log.record(user, EventCode.LIST_READ)


def test_time_is_looked_through_by_few_questions(intake: Intake, team: Team, alice: User) -> None:
    """However many events there are: two for each term, along an index."""
    retention.set_retention(team, 40)
    for day in range(0, 400, 20):
        with moved_clock(timedelta(days=day)), transaction.atomic():
            audit_log.record(alice, EventCode.LIST_READ)
    with moved_clock(timedelta(days=400)), CaptureQueriesContext(connection) as queries:
        assert retention.silences(retention.expired_cases()) == {}

    assert len(queries) < 25
