"""The move of all events from one chain into chains, and back, on the database of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import memberships as membership_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import seals, triggers, verification
from questionnaire.audit.chains import (
    BEFORE_CHAINS,
    START,
    Head,
    followed_before_chains,
    told_by_reason,
)
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.faults import Fault, FaultKind
from questionnaire.audit.verification import verify
from questionnaire.lifecycle import erasure, rights
from questionnaire.models import (
    Access,
    Case,
    ChainHead,
    Event,
    Intake,
    Membership,
    Seal,
    SealLeaf,
    Team,
    User,
    tampered_cases,
)
from questionnaire.tests.conftest import account

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("questionnaire", "0025_reminders")


def migrate(name: str | None = None) -> Any:
    """Migrate the tables there, and return the models of then."""
    call_command("migrate", "questionnaire", *([name] if name else []), interactive=False, verbosity=0)
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


@pytest.fixture
def history(team: Team, alice: User, bob: User, intake: Intake) -> Iterator[None]:
    """Record events of cases, of accounts and of neither, with a number that was not used on PostgreSQL."""
    admin = account("ann", team, Membership.Role.ADMINISTRATOR)
    membership_actions.grant_role(admin, team, bob, Membership.Role.REVIEWER)
    membership_actions.revoke_role(admin, team, bob, Membership.Role.PROFESSIONAL)
    with transaction.atomic():
        audit_log.record(None, EventCode.SIGN_IN_REFUSED, subject=bob.pk)
        transaction.set_rollback(True)
    other = intake_actions.start_intake(alice, team, "other", date(2026, 3, 23), "nl")
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)
    erasure.erase(alice, other.pk, "asked for")
    with transaction.atomic():
        audit_log.record(None, EventCode.KEYS_ROTATED)
        audit_log.record(alice, EventCode.CASE_OPENED, None, reason="user of the shelter called")
    seals.seal_events()
    yield
    migrate()


def one_chain(apps: Any) -> list[tuple[str, str]]:
    """Return the code and reason of each event of the version before; each follows the one before it."""
    last, found = START, []
    for event in apps.get_model("questionnaire", "Event").objects.order_by("seq"):
        assert followed_before_chains(event, last)
        last = Head(event.seq, event.mac)
        found.append((event.code, event.reason))
    head = apps.get_model("questionnaire", "ChainHead").objects.get(pk=1)
    assert Head(head.seq, head.mac) == last
    return found


def in_force(user: User) -> list[str]:
    return sorted(row.role for row in user.memberships.in_force())


@pytest.mark.usefixtures("history")
def test_events_go_back_into_one_chain_and_over_again(bob: User, team: Team) -> None:
    events = list(Event.objects.all())

    told = one_chain(migrate("0025"))

    assert triggers.missing(connection) == []
    unused = [code for code, _reason in told if code == EventCode.NUMBER_UNUSED]
    assert len(told) == events[-1].seq
    assert len(unused) == events[-1].seq - len(events)
    assert bool(unused) == (connection.vendor == "postgresql")
    assert (EventCode.ROLE_GIVEN, f"user {bob.pk}, team {team.pk}: reviewer") in told

    migrate()

    assert verify().faults == ()
    assert triggers.missing(connection) == []
    (head,) = ChainHead.objects.all()
    assert (head.chain, head.number) == (BEFORE_CHAINS, events[-1].seq)
    assert Seal.objects.get().leaf_count == SealLeaf.objects.count() == 1
    stored = Event.objects.in_bulk([event.pk for event in events])
    for event in events:
        now = stored[event.pk]
        assert (now.version, now.number, now.code, now.at) == (1, event.seq, event.code, event.at)
        subject, details = told_by_reason(event.reason or event.subject_in_words)
        assert (now.subject, now.details, now.case) == (subject, details, event.case)
    assert in_force(bob) == ["reviewer"]
    assert not tampered_cases(Case.objects.all())
    # The accounts of tests have no MAC over second factors.
    assert {fault.kind for fault in rights.faults()} <= {rights.FaultKind.FACTORS_WRITTEN}


@pytest.mark.usefixtures("history")
def test_after_the_move_events_are_recorded_in_chains_and_older_ones_go_on_counting(
    alice: User, bob: User, team: Team, intake: Intake
) -> None:
    migrate("0025")
    migrate()
    last = Event.objects.latest("seq").seq

    intake_actions.record_read(alice, intake, EventCode.SUMMARY_READ)

    event = Event.objects.latest("seq")
    assert (event.seq, event.chain, event.number) == (last + 1, f"case:{intake.case_id}", 1)
    membership_actions.revoke_role(User.objects.get(username="ann"), team, bob, Membership.Role.REVIEWER)
    assert in_force(bob) == []
    seals.seal_events()
    assert verify().faults == ()


@pytest.fixture
def moved_over(history: None) -> None:
    migrate("0025")
    migrate()
    triggers.remove(connection)


@pytest.mark.usefixtures("moved_over")
@pytest.mark.parametrize(
    "change",
    [
        {"subject": 99},
        {"subject": None},
        {"details": {"team": 99, "role": "manager"}},
        {"details": None},
        {"reason": "user 1, team 1: manager"},
        {"role": "manager"},
        {"right": "author"},
        {"source": "x"},
        {"os_user": "x"},
        {"request_id": "x"},
        {"version": 2},
        {"number": 999_999_999},
        {"chain": "system"},
        {"case": None},
        {"case": "0" * 32},
    ],
    ids=str,
)
def test_a_change_to_an_event_of_before_is_named_in_whatever_column(change: dict[str, Any]) -> None:
    code = EventCode.INTAKE_STARTED if "case" in change else EventCode.ROLE_GIVEN
    event = Event.objects.filter(code=code).first()
    assert event
    Event.objects.filter(pk=event.pk).update(**change)

    assert {FaultKind.CHANGED, FaultKind.REMOVED} & {fault.kind for fault in verify().faults}


@pytest.mark.usefixtures("moved_over")
@pytest.mark.parametrize("size", [1, 2_000])
def test_events_of_before_are_checked_in_batches(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_BATCH", size)

    assert verify().faults == ()


@pytest.mark.usefixtures("moved_over")
def test_the_events_of_before_that_were_cut_off_with_their_head_are_named() -> None:
    last = Event.objects.filter(chain=BEFORE_CHAINS).latest("number")
    anchor = Head(last.number, last.mac)
    assert verify([anchor]).faults == ()

    Event.objects.filter(pk=last.pk).delete()
    before = Event.objects.latest("number")
    heads = ChainHead.objects.filter(pk=BEFORE_CHAINS)
    heads.update(number=before.number, mac=before.mac, at=before.at)

    assert verify().faults == (Fault(FaultKind.CHAIN_CUT, BEFORE_CHAINS, last.number),)
    assert FaultKind.ANCHOR_MISSING in {fault.kind for fault in verify([anchor]).faults}


@pytest.mark.usefixtures("history")
def test_broken_events_do_not_go_back() -> None:
    triggers.remove(connection)
    event = Event.objects.filter(code=EventCode.ROLE_TAKEN)
    event.update(reason="x")

    with pytest.raises(CommandError, match="verify_events"):
        migrate("0025")

    event.update(reason="")
    assert verify().faults == ()


@pytest.mark.usefixtures("history")
def test_the_move_needs_the_key_ring(settings: Any, tmp_path: Path) -> None:
    migrate("0025")
    ring = settings.KEYRING_PATH
    settings.KEYRING_PATH = tmp_path / "none.json"

    with pytest.raises(CommandError, match=r"none\.json"):
        migrate()

    settings.KEYRING_PATH = ring
    migrate()
    assert verify().faults == ()
    assert User.objects.exists()
