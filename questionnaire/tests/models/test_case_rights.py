"""The MAC over the rights in a case: wrong after whatever was changed outside the program, and then alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import handovers
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import State
from questionnaire.lifecycle import retention
from questionnaire.models import (
    Access,
    AccessScope,
    Case,
    Event,
    Intake,
    TamperedCaseError,
    Team,
    User,
    case_rights,
    lock_case,
    sign_rights,
    stored_intake,
    tampered_cases,
)
from questionnaire.models.audit import RIGHTS_CODES
from questionnaire.permissions import _found
from questionnaire.tests.factories import PDF, reload, sign_stored_rights, start_in, submission_of

Kind = Access.Kind
Tamper = Callable[["Rows"], object]


class Rows:
    """What a case has: two intakes, of which one follows the other, and one row of access of every kind."""

    def __init__(self, users: list[User], case: Case, intakes: list[Intake], elsewhere: Intake) -> None:
        self.users, self.pk, self.elsewhere = users, case.pk, elsewhere
        self.first, self.second = intakes

    @property
    def case(self) -> Any:
        return Case.objects.filter(pk=self.pk)

    @property
    def intake(self) -> Any:
        return Intake.objects.filter(pk=self.first.pk)

    @property
    def later(self) -> Any:
        return Intake.objects.filter(pk=self.second.pk)

    def access(self, kind: Access.Kind) -> Any:
        return Access.objects.filter(case=self.pk, kind=kind)

    def is_tampered(self) -> bool:
        return tampered_cases([self.case.get()]) == {self.pk}


@pytest.fixture
def rows(alice: User, bob: User, rachel: User, team: Team, intake: Intake) -> Rows:
    """Return the rows of a case with all that decides on rights, signed; and an intake in another case."""
    for user, kind in ((bob, Kind.ASSIGNED), (bob, Kind.NAMED), (rachel, Kind.LOCKED_OUT)):
        Access.objects.create(case=intake.case, user=user, kind=kind)
    until = timezone.now() + timedelta(hours=1)
    Access.objects.create(case=intake.case, user=bob, kind=Kind.OPENED, until=until)
    sign_stored_rights(intake.case)
    second = start_in(intake.case, alice)
    elsewhere = intake_actions.start_intake(alice, team, "elsewhere", date(2026, 3, 23), "nl")
    made = Rows([alice, bob, rachel], intake.case, [intake, second], elsewhere)
    assert not made.is_tampered()
    return made


def add_team(rows: Rows) -> Team:
    return Team.objects.get_or_create(name="South")[0]


def put(table: str, column: str, value: Any, where: Any) -> None:
    """Change a column as whoever writes the database does."""
    with connection.cursor() as cursor:
        key = "id" if table.endswith("access") else "uuid"
        raw = getattr(where, "hex", where) if connection.vendor == "sqlite" else where
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, raw])  # noqa: S608
        assert cursor.rowcount == 1


TAMPERING: dict[str, Tamper] = {
    "team of the case": lambda rows: rows.case.update(team=add_team(rows)),
    "shield put up": lambda rows: rows.case.update(shielded=True),
    "number of the event": lambda rows: rows.case.update(rights_event=rows.case.get().rights_event - 1),
    "MAC emptied": lambda rows: rows.case.update(mac=""),
    "MAC cut off": lambda rows: rows.case.update(mac=rows.case.get().mac[:-1]),
    "MAC of another case": lambda rows: rows.case.update(mac=rows.elsewhere.case.mac),
    "MAC of an unknown key": lambda rows: rows.case.update(mac="0" * 72),
    "MAC that is no text of hex digits": lambda rows: rows.case.update(
        mac=rows.case.get().mac[:8] + "é" * 64
    ),
    "team of an intake": lambda rows: rows.intake.update(team=add_team(rows)),
    "author of an intake": lambda rows: rows.intake.update(author=rows.users[1]),
    "predecessor given": lambda rows: rows.later.update(previous=rows.first),
    "predecessor in another case": lambda rows: rows.later.update(previous=rows.elsewhere),
    "corrected intake given": lambda rows: rows.later.update(corrects=rows.first),
    "intake handed in": lambda rows: rows.intake.update(state=State.SUBMITTED),
    "intake signed off": lambda rows: rows.intake.update(state=State.SIGNED_OFF),
    "intake moved away": lambda rows: rows.later.update(case=rows.elsewhere.case),
    "intake moved here": lambda rows: Intake.objects.filter(pk=rows.elsewhere.pk).update(case=rows.pk),
    "intake removed": lambda rows: rows.later.delete(),
    "intake copied": lambda rows: copy_of(rows.first).save(force_insert=True),
    "access for someone else": lambda rows: Access.objects.create(
        case_id=rows.pk, user=rows.users[0], kind=Kind.NAMED
    ),
    "lock-out added": lambda rows: Access.objects.create(
        case_id=rows.pk, user=rows.users[0], kind=Kind.LOCKED_OUT
    ),
    "lock-out removed": lambda rows: rows.access(Kind.LOCKED_OUT).delete(),
    "lock-out ended": lambda rows: rows.access(Kind.LOCKED_OUT).update(until=timezone.now()),
    "lock-out of someone else": lambda rows: rows.access(Kind.LOCKED_OUT).update(
        user=User.objects.create_user(
            "zoe"
        )  # the last one as before, so that the order of the rows is the same
    ),
    "lock-out made into a naming": lambda rows: rows.access(Kind.LOCKED_OUT).update(kind=Kind.NAMED),
    "access of someone else": lambda rows: rows.access(Kind.NAMED).update(user=rows.users[2]),
    "access removed": lambda rows: rows.access(Kind.ASSIGNED).delete(),
    "break-glass extended": lambda rows: rows.access(Kind.OPENED).update(
        until=timezone.now() + timedelta(hours=9)
    ),
    "break-glass without end": lambda rows: rows.access(Kind.OPENED).update(until=None),
    "access moved to another case": lambda rows: rows.access(Kind.NAMED).update(case=rows.elsewhere.case),
    "shield, in SQL": lambda rows: put("questionnaire_case", "shielded", True, rows.pk),
    "author, in SQL": lambda rows: put("questionnaire_intake", "author_id", rows.users[1].pk, rows.first.pk),
    "state, in SQL": lambda rows: put("questionnaire_intake", "state", "signed_off", rows.first.pk),
    "kind of access, in SQL": lambda rows: put(
        "questionnaire_access", "kind", "assigned", rows.access(Kind.LOCKED_OUT).get().pk
    ),
}


def copy_of(intake: Intake) -> Intake:
    copy = reload(intake)
    copy.pk = uuid4()
    return copy


@pytest.mark.parametrize("tampering", TAMPERING)
def test_whatever_is_changed_outside_the_program_is_noticed_and_refused(
    rows: Rows, tampering: str, caplog: pytest.LogCaptureFixture
) -> None:
    TAMPERING[tampering](rows)

    assert rows.is_tampered()
    assert tampered_cases([rows.case.get()]) == {rows.pk}
    assert str(rows.pk) in caplog.text
    with transaction.atomic(), pytest.raises(TamperedCaseError):
        lock_case(rows.pk)
    for user in rows.users:
        with pytest.raises((TamperedCaseError, Http404)):
            _found(stored_intake(rows.first.pk), AccessScope.of(user).can_read)
    with pytest.raises(TamperedCaseError):
        access_actions.grant(rows.users[0], rows.first, rows.users[2], Kind.NAMED)


def test_only_the_case_that_was_changed_is_refused(rows: Rows) -> None:
    rows.access(Kind.LOCKED_OUT).delete()

    assert tampered_cases(Case.objects.all()) == {rows.pk}
    assert tampered_cases([rows.elsewhere.case]) == frozenset()
    assert tampered_cases([]) == frozenset()


def test_an_intake_that_is_moved_is_noticed_in_both_cases(rows: Rows) -> None:
    rows.later.update(case=rows.elsewhere.case)

    assert tampered_cases(Case.objects.all()) == {rows.pk, rows.elsewhere.case_id}


def test_all_rows_of_a_case_with_its_mac_are_wrong_in_another_case(rows: Rows) -> None:
    signed, other = rows.case.get(), rows.elsewhere.case
    Intake.objects.filter(pk=rows.elsewhere.pk).delete()
    for model in (Access, Intake):
        model.objects.filter(case=rows.pk).update(case=other)

    Case.objects.filter(pk=other.pk).update(
        team=signed.team, shielded=signed.shielded, rights_event=signed.rights_event, mac=signed.mac
    )

    assert other.pk in tampered_cases(Case.objects.all())


def test_rights_that_are_put_back_by_hand_are_right_again(rows: Rows, alice: User, bob: User) -> None:
    rows.intake.update(author=bob)
    assert rows.is_tampered()

    rows.intake.update(author=alice)

    assert not rows.is_tampered()
    assert _found(stored_intake(rows.first.pk), AccessScope.of(alice).can_read) == rows.first


def test_what_decides_on_no_right_is_not_signed(rows: Rows) -> None:
    rows.case.update(reference="other", reference_key="other", legal_hold=True, retention_days=30)
    rows.intake.update(urgency=0, next_due=None, revision=9, changed_at=timezone.now())

    assert not rows.is_tampered()


def test_the_rights_of_many_cases_are_checked_in_three_queries(
    alice: User, team: Team, rows: Rows, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        intake_actions.start_intake(alice, team, f"{number}", date(2026, 3, 23), "nl")
    cases = list(Case.objects.all())

    with django_assert_num_queries(3):
        assert tampered_cases([*cases, *cases]) == frozenset()
    assert len(cases) == 7


def test_a_case_that_is_gone_cannot_be_locked(rows: Rows) -> None:
    with transaction.atomic(), pytest.raises(Case.DoesNotExist):
        lock_case(uuid4())
    with transaction.atomic():
        assert lock_case(rows.pk).pk == rows.pk


def test_signing_is_of_the_rights_as_they_are_stored_and_names_the_event(rows: Rows, bob: User) -> None:
    rows.intake.update(author=bob)

    newest = dict(Event.objects.newest_about_rights([rows.pk]))[rows.pk]

    sign_rights(rows.case.get(), newest)

    assert rows.case.get().rights_event == newest
    assert not rows.is_tampered()


def test_rights_that_were_signed_for_an_older_event_are_refused(rows: Rows) -> None:
    sign_rights(rows.case.get(), rows.case.get().rights_event - 1)

    assert rows.is_tampered()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_the_newest_event_about_rights_is_read_from_an_index(
    rows: Rows, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1) as queries:
        list(Event.objects.newest_about_rights([rows.pk]))

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "rights_of_cases" in plan


def test_the_codes_of_rights_are_codes_of_events() -> None:
    assert set(RIGHTS_CODES) <= {code.value for code in EventCode}


# --- What the program does ----------------------------------------------------------------------------------


def test_whatever_the_program_does_leaves_the_rights_signed_for_its_event(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    def save() -> object:
        current = reload(intake)
        return intake_actions.save_section(alice, current, "fear", submission_of(current, fear_level=9))

    steps: dict[str, Callable[[], object]] = {
        "save": save,
        "incident": lambda: incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home")),
        "steps": lambda: follow_up_actions.record_steps(alice, intake, {}),
        "grant": lambda: access_actions.grant(alice, intake, bob, Kind.NAMED),
        "grant again": lambda: access_actions.grant(alice, intake, bob, Kind.NAMED),
        "revoke": lambda: access_actions.revoke(alice, intake, bob, Kind.NAMED),
        "open": lambda: access_actions.open_with_reason(bob, intake, "Alice is ziek."),
        "shield": lambda: access_actions.shield(alice, intake),
        "unshield": lambda: access_actions.shield(alice, intake, is_shielded=False),
        "hand over": lambda: handovers.hand_over(alice, intake, bob, "note"),
        "hand back": lambda: handovers.hand_over(bob, intake, alice, ""),
        "hold": lambda: retention.set_legal_hold(alice, intake.case, "court"),
        "keep": lambda: retention.set_case_retention(alice, intake.case, 30, "court"),
        "submit": lambda: review_actions.submit(alice, reload(intake)),
        "withdraw": lambda: review_actions.withdraw(alice, reload(intake)),
        "submit again": lambda: review_actions.submit(alice, reload(intake)),
        "remark": lambda: review_actions.add_remark(rachel, reload(intake), "", "Let op."),
        "return": lambda: review_actions.return_intake(rachel, reload(intake)),
        "answer": lambda: review_actions.answer_remarks(alice, reload(intake), {}),
        "submit at last": lambda: review_actions.submit(alice, reload(intake)),
        "sign off": lambda: review_actions.sign_off(rachel, reload(intake), PDF, {}),
        "correct": lambda: review_actions.correct(alice, reload(intake)),
        "reassess": lambda: review_actions.reassess(alice, reload(intake), date(2026, 4, 1)),
    }
    assert is_signed_for_its_last_event(intake)
    for name, do in steps.items():
        do()
        assert is_signed_for_its_last_event(intake), name


def is_signed_for_its_last_event(intake: Intake) -> bool:
    case = Case.objects.get(pk=intake.case_id)
    newest = Event.objects.filter(case=case.pk, code__in=RIGHTS_CODES).latest("seq")
    return not tampered_cases([case]) and case.rights_event == newest.seq


# --- At the same time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [0, 1])
def test_a_change_between_two_queries_of_the_check_is_no_false_alarm(
    rows: Rows, bob: User, query: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handing over changes rows of access and of intakes: the check reads one before and one after it."""
    case = rows.case.get()
    looks: list[int] = []
    differing = case_rights._differing

    def counted(cases: Any) -> frozenset[Any]:
        found = differing(cases)
        looks.append(len(found))
        return found

    def hand_over_before(execute: Any, *arguments: Any) -> object:
        if next(numbers) == query:
            monkeypatch.setattr(case_rights, "_differing", differing)
            handovers.hand_over(rows.users[0], rows.first, bob, "")
            monkeypatch.setattr(case_rights, "_differing", counted)
        return execute(*arguments)

    numbers = iter(range(10_000))
    monkeypatch.setattr(case_rights, "_differing", counted)
    with connection.execute_wrapper(hand_over_before):
        assert tampered_cases([case]) == frozenset()
    assert looks == [1, 0]
    assert reload(rows.first).author == bob


def test_a_case_that_was_read_before_a_change_is_no_false_alarm(rows: Rows, alice: User) -> None:
    before = rows.case.get()
    access_actions.shield(alice, rows.first)

    assert tampered_cases([before]) == frozenset()
    rows.case.update(shielded=False)
    assert tampered_cases([before]) == {rows.pk}


def test_a_case_that_is_erased_meanwhile_is_no_false_alarm(rows: Rows) -> None:
    before = rows.case.get()
    rows.case.delete()

    assert tampered_cases([before]) == frozenset()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_database")
def test_rights_that_change_all_the_time_give_no_false_alarm_and_stay_signed(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    done = threading.Event()

    def change(user: User, kinds: tuple[Access.Kind, ...]) -> None:
        try:
            for number in range(20):
                for kind in kinds:
                    change = access_actions.revoke if number % 2 else access_actions.grant
                    change(alice, intake, user, kind)
        finally:
            connection.close()

    def look() -> int:
        looks = 0
        try:
            while not done.is_set() or not looks:
                assert tampered_cases([reload(intake).case]) == frozenset()
                assert _found(stored_intake(intake.pk), AccessScope.of(alice).can_read) == intake
                looks += 1
        finally:
            connection.close()
        return looks

    with ThreadPoolExecutor(3) as pool:
        reader = pool.submit(look)
        writers = [
            pool.submit(change, bob, (Kind.NAMED, Kind.ASSIGNED)),
            pool.submit(change, rachel, (Kind.NAMED, Kind.LOCKED_OUT)),
        ]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        assert reader.result() > 0

    assert not Access.objects.exists()
    assert tampered_cases(Case.objects.all()) == frozenset()
    assert is_signed_for_its_last_event(intake)
