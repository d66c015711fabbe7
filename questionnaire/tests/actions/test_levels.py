"""Levels after an upgrade of the rules: lists go by those of now, and what was signed keeps its own."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import levels
from questionnaire.actions import review as review_actions
from questionnaire.actions.levels import update_levels
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import Move, State
from questionnaire.models import Event, Intake, Team, User
from questionnaire.tests.factories import MOVES, reload, submission_of


@pytest.fixture
def other_intake(bob: User, team: Team) -> Intake:
    return intake_actions.start_intake(bob, team, "2026-118", date(2026, 3, 23), "nl")


def save(user: User, intake: Intake, page_id: str, **answers: Any) -> Intake:
    return intake_actions.save_section(user, intake, page_id, submission_of(intake, **answers)).intake


def sign_off(alice: User, rachel: User, intake: Intake) -> None:
    MOVES[Move.SUBMIT](alice, intake)
    MOVES[Move.SIGN_OFF](rachel, reload(intake))


def as_before(intake: Intake, **columns: Any) -> None:
    """Store the levels as version 1 of the rules gave them: fear alone made "today"."""
    before = {"urgency": Urgency.TODAY, "police_urgency": Urgency.DAYS, "rules_version": 1}
    signed = {"signed_urgency": None, "signed_rules_version": None}
    Intake.objects.filter(pk=intake.pk).update(**before, **signed, **columns)


def run() -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("update_levels", stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


def test_the_levels_of_an_open_intake_are_those_of_now(intake: Intake, alice: User) -> None:
    save(alice, intake, "fear", fear_level=3)
    as_before(intake, danger_signs=7)
    events, changed_at = Event.objects.count(), Intake.objects.get().changed_at

    assert run() == ("Niveaus bijgewerkt: 1", "")

    stored = Intake.objects.get()
    assert (stored.urgency, stored.police_urgency, stored.danger_signs) == (Urgency.DAYS, Urgency.DAYS, 0)
    assert stored.rules_version == RULES_VERSION
    assert stored.signed_urgency is None
    assert stored.signed_level is None
    assert Event.objects.count() == events
    assert stored.changed_at == changed_at
    assert run() == ("Niveaus bijgewerkt: 0", "")


def test_a_new_assessment_keeps_the_level_of_now_of_the_one_before(
    intake: Intake, alice: User, rachel: User
) -> None:
    save(alice, intake, "fear", fear_level=9)
    sign_off(alice, rachel, intake)
    later = review_actions.reassess(alice, reload(intake), date(2026, 4, 1))
    expected = {row.pk: (row.urgency, row.police_urgency) for row in Intake.objects.all()}
    for pk in (intake.pk, later.pk):
        Intake.objects.filter(pk=pk).update(
            urgency=Urgency.FOLLOW, police_urgency=Urgency.FOLLOW, keeps_level=False, rules_version=1
        )

    run()

    assert {row.pk: (row.urgency, row.police_urgency) for row in Intake.objects.all()} == expected
    assert expected[later.pk] == expected[intake.pk] == (Urgency.TODAY, Urgency.TODAY)
    assert reload(later).keeps_level


def test_what_was_signed_off_keeps_its_level_beside_that_of_now(
    intake: Intake, alice: User, rachel: User
) -> None:
    intake = save(alice, intake, "concern", strangulation="recent")
    sign_off(alice, rachel, intake)
    as_before(intake)

    update_levels()

    stored = Intake.objects.get()
    assert stored.state == State.SIGNED_OFF
    assert stored.urgency == Urgency.NOW
    assert (stored.signed_urgency, stored.signed_rules_version) == (Urgency.TODAY, 1)
    assert stored.signed_level is Urgency.TODAY


def test_what_is_signed_off_now_says_by_which_rules(intake: Intake, alice: User, rachel: User) -> None:
    intake = save(alice, intake, "concern", strangulation="recent")
    sign_off(alice, rachel, intake)

    stored = Intake.objects.get()
    assert (stored.signed_urgency, stored.signed_rules_version) == (Urgency.NOW, RULES_VERSION)
    assert stored.signed_level is None


def test_an_intake_that_cannot_be_read_keeps_what_it_has_and_stops_no_other(
    intake: Intake, other_intake: Intake
) -> None:
    as_before(intake)
    as_before(other_intake)
    type(intake.case).objects.filter(pk=intake.case_id).update(mac="")

    out, err = run()

    assert out == "Niveaus bijgewerkt: 1"
    assert err == f"Niet leesbaar, dus gelaten zoals het was: {intake.pk}"
    assert Intake.objects.get(pk=intake.pk).urgency == Urgency.TODAY
    assert Intake.objects.get(pk=other_intake.pk).urgency == Urgency.FOLLOW


def test_an_interrupted_update_goes_on_where_it_stopped(intake: Intake, other_intake: Intake) -> None:
    as_before(intake)
    as_before(other_intake)
    first = min(intake, other_intake, key=lambda each: each.pk)
    with (
        mock.patch.object(levels, "lock_case", side_effect=[first.case, KeyboardInterrupt]),
        pytest.raises(KeyboardInterrupt),
    ):
        update_levels()

    assert update_levels().count == 1
    assert set(Intake.objects.values_list("rules_version", flat=True)) == {RULES_VERSION}


def test_more_than_a_batch_is_updated(
    intake: Intake, other_intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "_BATCH_SIZE", 1)
    as_before(intake)
    as_before(other_intake)

    assert update_levels().count == 2
