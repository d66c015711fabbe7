"""Retention per team: what is erased when, what a legal hold keeps, and what is reported."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import erasure, retention
from questionnaire.models import Event, Intake, Team, User

pytestmark = pytest.mark.django_db
#: For what erases: scrubbing the files of the database is not possible inside a transaction.
commits = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


def unchanged_for(user: User, team: Team, days: int, case: Any = None) -> Intake:
    """Return an intake that was last changed so many days ago."""
    intake = intake_actions.start_intake(user, team, f"{days}", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=intake.pk).update(
        changed_at=timezone.now() - timedelta(days=days), **({"case": case} if case else {})
    )
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


def test_a_case_of_two_teams_has_the_longer_retention_period(
    alice: User, team: Team, other_team: Team
) -> None:
    first = unchanged_for(alice, team, 60)
    Intake.objects.filter(pk=unchanged_for(alice, team, 60, first.case).pk).update(team=other_team)
    retention.set_retention(team, 30)
    assert retention.expired_cases() == []

    retention.set_retention(other_team, 90)
    assert retention.expired_cases() == []

    retention.set_retention(other_team, 40)
    assert len(retention.expired_cases()) == 1


@commits
def test_a_case_under_legal_hold_is_not_erased(alice: User, team: Team) -> None:
    first = unchanged_for(alice, team, 90)
    second = unchanged_for(alice, team, 90, first.case)
    run("--keep", team.name, "30")
    run("--hold", str(second.pk), "--by", "alice", "--reason", "court")

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
    deciders = Event.objects.filter(code__in=[EventCode.HOLD_PLACED, EventCode.HOLD_LIFTED]).values_list(
        "actor", flat=True
    )
    assert list(deciders) == [alice.pk, alice.pk]


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
    retention.set_legal_hold(alice, intake, "court")
    monkeypatch.setattr(retention, "expired_cases", lambda: cases)

    run("--apply")

    assert Intake.objects.exists()


def test_setting_what_is_set_already_records_no_event(alice: User, team: Team, intake: Intake) -> None:
    retention.set_legal_hold(alice, intake, "court")
    retention.set_retention(team, 30)
    before = Event.objects.count()

    retention.set_legal_hold(alice, intake, "court")
    retention.set_retention(team, 30)

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

    assert not Intake.objects.get().legal_hold
