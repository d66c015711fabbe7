"""Whether a right ended since a moment: also when its event has a lower number than one that was there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.ended_rights import has_ended_since, moment
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, Intake, Team, User

pytestmark = pytest.mark.django_db


def lock_out(alice: User, intake: Intake, bob: User) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.LOCKED_OUT)


def test_a_right_that_ends_in_the_case_is_seen_and_one_in_another_is_not(
    alice: User, bob: User, team: Team, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    lock_out(alice, intake, bob)
    before, of_all = moment(intake), moment(None)
    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)
    assert not has_ended_since(before)
    assert not has_ended_since(of_all)

    lock_out(alice, other, bob)
    assert not has_ended_since(before)
    assert has_ended_since(of_all)

    access_actions.shield(alice, intake)
    assert has_ended_since(before)


def test_a_case_without_events_in_a_chain_of_its_own_begins_at_none(intake: Intake) -> None:
    before = moment(Intake(case_id=intake.pk))

    assert before.number == 0
    assert not has_ended_since(before)


def test_what_ended_long_ago_is_not_read(
    alice: User, bob: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_out(alice, intake, bob)
    assert moment(None).ended
    later = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert not moment(None).ended
    assert not has_ended_since(moment(None))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_a_right_whose_event_got_its_number_before_and_is_committed_after_is_seen(
    alice: User, bob: User, team: Team, intake: Intake
) -> None:
    """On PostgreSQL two cases get numbers side by side, and are committed in whatever order."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer: whoever gets a number is committed before the next
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    is_recorded, go_on = Signal(), Signal()

    def end_slowly() -> None:
        with transaction.atomic():
            lock_out(alice, intake, bob)
            is_recorded.set()
            go_on.wait(30)
        connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        ending = pool.submit(end_slowly)
        is_recorded.wait(30)
        intake_actions.record_read(alice, other, EventCode.SUMMARY_READ)  # a higher number, committed first
        before, of_all = moment(intake), moment(None)
        go_on.set()
        ending.result()

    assert has_ended_since(before)
    assert has_ended_since(of_all)
