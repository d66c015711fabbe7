"""Writing who holds a case: the newest row counts, earlier ones stay."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from questionnaire.actions import access as access_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, record_steps, step_fingerprint, stored_steps
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import NOBODY, CaseHolders, Holder
from questionnaire.domain.fingerprints import newest_draft
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.merge import Submission
from questionnaire.domain.workflow import Move
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Access, Case, Event, Intake, TamperedCaseError, User, tampered_cases
from questionnaire.models import CaseHolders as StoredHolders
from questionnaire.queries.case_holders import holders_of, newest_row, rows_newest_first
from questionnaire.tests.factories import MOVES, event_codes, event_count, reload, start_in

CANARY = "kanarie"
NO_PAGE = Submission({}, {})
FIRST = CaseHolders(Holder(CANARY, CANARY, date(2026, 3, 1)), Holder(CANARY))
SECOND = CaseHolders(Holder("J. Smit"))


def write(
    user: User,
    intake: Intake,
    holders: CaseHolders | None,
    base: str | None = None,
    page: Submission = NO_PAGE,
) -> tuple[str, ...]:
    """Write down who holds the case, from a page that shows what is stored. Return the conflicts."""
    base = step_fingerprint(stored_steps(intake).get(HOLDERS)) if base is None else base
    return record_steps(user, intake, {HOLDERS: StepSubmission(holders, base, "posted")}, page).conflicts


def test_holders_are_stored_with_one_event_without_content(alice: User, intake: Intake) -> None:
    write(alice, intake, FIRST)

    assert holders_of(intake.case) == FIRST
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.HOLDERS_CHANGED]
    assert (Event.objects.latest("seq").items, Event.objects.latest("seq").reason) == ([HOLDERS], "")
    assert reload(intake).revision == 1


def test_with_an_outcome_it_is_one_event_of_steps(alice: User, intake: Intake) -> None:
    nothing = step_fingerprint(None)
    sent = {
        HOLDERS: StepSubmission(FIRST, nothing),
        "reassess": StepSubmission(Outcome("reassess", "planned"), nothing),
    }

    record_steps(alice, intake, sent)

    assert Event.objects.latest("seq").code == EventCode.STEPS_CHANGED
    assert Event.objects.latest("seq").items == [HOLDERS, "outcomes"]


def test_the_same_holders_written_again_change_nothing(alice: User, intake: Intake) -> None:
    for _attempt in range(2):
        write(alice, intake, FIRST)

    assert event_count(EventCode.HOLDERS_CHANGED) == 1
    assert StoredHolders.objects.count() == 1


def test_earlier_holders_stay_with_who_wrote_them_down(alice: User, intake: Intake) -> None:
    for holders in (FIRST, SECOND, None):
        write(alice, intake, holders)

    assert holders_of(intake.case) == NOBODY
    assert [row.parsed for row in rows_newest_first(intake.case)] == [NOBODY, SECOND, FIRST]
    assert {row.by for row in rows_newest_first(intake.case)} == {alice}


def test_the_case_says_in_clear_only_whether_there_is_a_lead_and_a_contact(
    alice: User, intake: Intake
) -> None:
    seen = []
    for holders in (FIRST, SECOND, None):
        write(alice, intake, holders)
        case = Case.objects.get()
        seen.append((case.has_lead, case.has_contact))

    assert seen == [(True, True), (True, False), (False, False)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM questionnaire_caseholders")
        rows = repr([bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchall()])
    assert CANARY not in rows


def test_the_rights_in_the_case_stay_as_they_were_signed(alice: User, intake: Intake) -> None:
    before = Case.objects.get()

    write(alice, intake, FIRST)

    after = Case.objects.get()
    assert (after.mac, after.rights_event) == (before.mac, before.rights_event)
    assert not tampered_cases([after])


def test_every_conversation_of_the_case_has_the_same_holders(alice: User, intake: Intake) -> None:
    later = start_in(intake.case, alice)

    write(alice, later, FIRST)

    assert holders_of(intake.case) == FIRST
    assert write(alice, intake, SECOND) == ()
    assert holders_of(reload(later).case) == SECOND


def test_what_a_second_tab_wrote_becomes_a_draft_and_replaces_nothing(alice: User, intake: Intake) -> None:
    base = step_fingerprint(None)
    write(alice, intake, FIRST, base)

    assert write(alice, intake, SECOND, base) == (HOLDERS,)

    assert holders_of(intake.case) == FIRST
    assert newest_draft(reload(intake).content, HOLDERS) == "posted"


def test_a_page_that_saves_while_someone_types_leaves_one_row(alice: User, intake: Intake) -> None:
    write(alice, intake, SECOND)
    for number, name in enumerate(("M", "M. d", "M. de Wit"), start=1):
        page = Submission({}, {}, page="tab", number=number)
        write(alice, intake, CaseHolders(Holder(name)), page=page)

    names = [row.content["lead"]["name"] for row in rows_newest_first(intake.case)]
    assert names == ["M. de Wit", "J. Smit"]

    write(alice, intake, FIRST, page=Submission({}, {}, page="other", number=1))
    assert len(rows_newest_first(intake.case)) == 3


def test_holders_are_written_in_every_state_and_by_who_is_assigned(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.ASSIGNED)
    MOVES[Move.SUBMIT](alice, reload(intake))
    write(bob, reload(intake), FIRST)
    MOVES[Move.SIGN_OFF](rachel, reload(intake))

    write(bob, reload(intake), SECOND)

    assert [row.by for row in rows_newest_first(intake.case)] == [bob, bob]


def test_who_only_reads_the_case_writes_no_holders(
    alice: User, bob: User, rachel: User, intake: Intake
) -> None:
    access_actions.grant(alice, intake, bob, Access.Kind.NAMED)

    for user in (bob, rachel):
        with pytest.raises(PermissionDenied):
            write(user, intake, FIRST)
    assert not StoredHolders.objects.exists()


def test_no_holders_are_written_in_a_case_whose_rights_were_changed(alice: User, intake: Intake) -> None:
    Case.objects.update(shielded=True)

    with pytest.raises(TamperedCaseError):
        write(alice, intake, FIRST)
    assert not StoredHolders.objects.exists()


def test_holders_whose_event_fails_are_not_stored(
    alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit_log, "record", fail)

    with pytest.raises(RuntimeError):
        write(alice, intake, FIRST)
    assert not StoredHolders.objects.exists()
    assert not Case.objects.get().has_lead


def test_a_row_that_is_moved_to_another_case_cannot_be_read(alice: User, intake: Intake) -> None:
    write(alice, intake, FIRST)
    other = Case(team=intake.team, reference="other", reference_key="other", uuid=uuid4())
    other.make_key()
    other.save()

    StoredHolders.objects.update(case=other)

    row = newest_row(other)
    assert row
    with pytest.raises(SealError):
        _ = row.content
