"""Retention per team: nothing goes before its term, nothing that is held, and a report of what went."""

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
from questionnaire.audit.log import Code
from questionnaire.lifecycle import erasure, retention
from questionnaire.models import Event, Intake, Team, User

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


def old(user: User, team: Team, days: int, case: Any = None) -> Intake:
    """An intake that was last changed so many days ago."""
    intake = intake_actions.start_intake(user, team, f"{days}", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=intake.pk).update(
        changed_at=timezone.now() - timedelta(days=days), **({"case": case} if case else {})
    )
    return Intake.objects.get(pk=intake.pk)


def test_nothing_goes_as_long_as_nobody_decided_how_long(alice: User, team: Team) -> None:
    old(alice, team, 10_000)

    assert retention.past() == []
    run("--apply")

    assert Intake.objects.exists()


def test_a_dry_run_erases_nothing(alice: User, team: Team) -> None:
    intake = old(alice, team, 31)
    run("--keep", team.name, "30")

    printed = run()

    assert str(intake.uuid) in printed
    assert Intake.objects.exists()
    assert Event.objects.latest("seq").code == Code.RETENTION_SET


def test_what_is_past_its_term_goes_and_is_told(alice: User, team: Team) -> None:
    past, recent = old(alice, team, 31), old(alice, team, 29)
    run("--keep", team.name, "30")

    printed = run("--apply")

    assert list(Intake.objects.all()) == [recent]
    assert str(past.uuid) in printed
    assert str(recent.uuid) not in printed
    told = Event.objects.latest("seq")
    assert (told.code, told.intake, told.reason) == (Code.INTAKE_ERASED, past.uuid, "retention")
    assert audit_log.first_broken() is None


def test_a_case_goes_as_a_whole(alice: User, team: Team) -> None:
    first = old(alice, team, 90)
    second = old(alice, team, 10, first.case)
    run("--keep", team.name, "30")

    run("--apply")
    assert set(Intake.objects.all()) == {first, second}

    Intake.objects.filter(pk=second.pk).update(changed_at=first.changed_at)
    run("--apply")
    assert not Intake.objects.exists()


def test_a_case_of_two_teams_is_kept_as_the_longer_says(alice: User, team: Team, other_team: Team) -> None:
    first = old(alice, team, 60)
    Intake.objects.filter(pk=old(alice, team, 60, first.case).pk).update(team=other_team)
    retention.keep_for(team, 30)
    assert retention.past() == []

    retention.keep_for(other_team, 90)
    assert retention.past() == []

    retention.keep_for(other_team, 40)
    assert len(retention.past()) == 1


def test_a_case_under_legal_hold_stays(alice: User, team: Team) -> None:
    first = old(alice, team, 90)
    second = old(alice, team, 90, first.case)
    run("--keep", team.name, "30")
    run("--hold", str(second.pk), "--by", "alice", "--reason", "court")

    printed = run("--apply")

    assert set(Intake.objects.all()) == {first, second}
    assert "1" in printed
    run("--release", str(second.pk), "--by", "alice", "--reason", "court has ruled")
    run("--apply")
    assert not Intake.objects.exists()
    codes = list(Event.objects.order_by("seq").values_list("code", flat=True))
    assert codes[-4:] == [Code.HOLD_PLACED, Code.HOLD_LIFTED, Code.INTAKE_ERASED, Code.INTAKE_ERASED]
    deciders = Event.objects.filter(code__in=[Code.HOLD_PLACED, Code.HOLD_LIFTED]).values_list(
        "actor", flat=True
    )
    assert list(deciders) == [alice.pk, alice.pk]


def test_a_case_that_changed_meanwhile_stays_whole(alice: User, team: Team) -> None:
    first = old(alice, team, 90)
    retention.keep_for(team, 30)
    (case,) = retention.past()
    old(alice, team, 1, first.case)

    with pytest.raises(erasure.OnHold):
        retention.purge(case)

    assert Intake.objects.count() == 2


def test_a_hold_between_the_list_and_the_erasing_counts(
    alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = old(alice, team, 90)
    retention.keep_for(team, 30)
    cases = retention.past()
    retention.hold(alice, intake, "court")
    monkeypatch.setattr(retention, "past", lambda: cases)

    run("--apply")

    assert Intake.objects.exists()


def test_what_changes_nothing_writes_nothing(alice: User, team: Team, intake: Intake) -> None:
    retention.hold(alice, intake, "court")
    retention.keep_for(team, 30)
    before = Event.objects.count()

    retention.hold(alice, intake, "court")
    retention.keep_for(team, 30)

    assert Event.objects.count() == before


def test_a_team_can_keep_always(team: Team) -> None:
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
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


@pytest.mark.parametrize(
    "given", [(), ("--by", "alice"), ("--reason", "court"), ("--by", "nobody", "--reason", "court")]
)
def test_a_hold_wants_who_and_why(intake: Intake, given: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("--hold", str(intake.pk), *given)

    assert not Intake.objects.get().legal_hold
