"""The moves of an intake: one event each, or an error and nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, close_old_connections, connection

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.review import (
    AnswerSubmission,
    NoOpenRemarkError,
    StaleIntakeError,
    answer_fingerprint,
)
from questionnaire.actions.review_undo import remove_remark, undone_remark
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.follow_up import Consultation, Outcome
from questionnaire.domain.incidents import Incident
from questionnaire.domain.workflow import TRANSITIONS, ClosedIntakeError, Move, Relation, State
from questionnaire.models import Document, Event, Intake, Membership, Remark, SignOff, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import MOVES, PDF, event_codes, reload, sign_stored_rights, submission_of


@pytest.fixture
def answered(alice: User, intake: Intake) -> Intake:
    """Return the intake with an answer, an incident and an outcome."""
    given = submission_of(intake, fear_own_words="Ik durf niet naar huis.", fear_level=9)
    intake_actions.save_section(alice, intake, "fear", given)
    incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home"))
    follow_up_actions.record_steps(
        alice,
        intake,
        {
            "consult_police": follow_up_actions.StepSubmission(
                Outcome("consult_police", "done"), follow_up_actions.step_fingerprint(None)
            )
        },
    )
    return reload(intake)


@pytest.fixture
def submitted(alice: User, answered: Intake) -> Intake:
    return review_actions.submit(alice, answered)


@pytest.fixture
def signed(rachel: User, submitted: Intake) -> Intake:
    review_actions.sign_off(rachel, submitted, PDF, {"nl": []})
    return reload(submitted)


def bring_to(state: State, intake: Intake, alice: User, rachel: User) -> Intake:
    if state is not State.CONCEPT:
        review_actions.submit(alice, intake)
    if state is State.RETURNED:
        review_actions.add_remark(rachel, intake, "", "Sinds wanneer?")
        review_actions.return_intake(rachel, intake)
    if state is State.SIGNED_OFF:
        review_actions.sign_off(rachel, reload(intake), PDF, {})
    return reload(intake)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_a_move_that_is_not_allowed_writes_nothing(
    move: Move, state: State, alice: User, rachel: User, bob: User, charlie: User, intake: Intake, team: Team
) -> None:
    """Who may never make a move gets PermissionDenied; who may, but not now, StaleIntakeError."""
    intake = bring_to(state, intake, alice, rachel)
    manager = account("mary", team, Membership.Role.MANAGER)
    before = (Event.objects.count(), intake.revision)

    for user in (alice, rachel, bob, charlie, manager):
        is_theirs = user == (alice if TRANSITIONS[move].relation is Relation.AUTHOR else rachel)
        if is_theirs and state in TRANSITIONS[move].sources:
            continue
        with pytest.raises(StaleIntakeError if is_theirs else PermissionDenied):
            MOVES[move](user, intake)
        assert (Event.objects.count(), reload(intake).revision, reload(intake).state) == (*before, state)


class TestSubmitting:
    def test_submitting_is_one_event_and_closes_answers_and_incidents(
        self, alice: User, answered: Intake
    ) -> None:
        before = Event.objects.count()

        after = review_actions.submit(alice, answered)

        assert (after.state, reload(answered).state) == (State.SUBMITTED, State.SUBMITTED)
        assert Event.objects.count() == before + 1
        assert Event.objects.latest("seq").code == EventCode.INTAKE_SUBMITTED
        with pytest.raises(ClosedIntakeError):
            intake_actions.save_section(
                alice, answered, "fear", submission_of(reload(answered), fear_level=1)
            )
        with pytest.raises(ClosedIntakeError):
            incident_actions.add_incident(alice, answered, Incident("2026-03-21", "home"))
        with pytest.raises(ClosedIntakeError):
            incident_actions.remove_incident(alice, answered, answered.incidents.get().pk)

    def test_the_follow_up_is_written_also_after_the_sign_off(self, alice: User, signed: Intake) -> None:
        follow_up_actions.add_consultation(alice, signed, Consultation("police"))

        assert reload(signed).follow_up.consultations == (Consultation("police"),)

    def test_submitting_twice_is_an_error_and_one_event(self, alice: User, answered: Intake) -> None:
        review_actions.submit(alice, answered)
        before = Event.objects.count()

        with pytest.raises(StaleIntakeError):
            review_actions.submit(alice, answered)

        assert Event.objects.count() == before

    def test_a_withdrawn_intake_is_open_again(self, alice: User, submitted: Intake) -> None:
        review_actions.withdraw(alice, submitted)

        incident_actions.add_incident(alice, submitted, Incident("2026-03-22", "home"))
        assert reload(submitted).incidents.count() == 2


class TestRemarks:
    def test_a_remark_is_stored_letter_for_letter_and_not_in_the_event(
        self, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.add_remark(rachel, submitted, "fear_level", "Hoe ging dat? 🙏 Zoë")

        event = Event.objects.latest("seq")
        assert Remark.objects.get(pk=row.pk).content["text"] == "Hoe ging dat? 🙏 Zoë"
        assert (event.code, event.items, event.reason) == (EventCode.REMARK_ADDED, ["fear"], "")

    def test_a_remark_is_encrypted(self, rachel: User, submitted: Intake) -> None:
        review_actions.add_remark(rachel, submitted, "", "Kanariewoord")

        with connection.cursor() as cursor:
            cursor.execute("select content from questionnaire_remark")
            assert b"Kanariewoord" not in bytes(cursor.fetchone()[0])
        assert submitted.remarks.get().content["text"] == "Kanariewoord"

    def test_a_remark_that_was_undone_is_kept_for_its_writer_until_the_next_one(
        self, rachel: User, alice: User, submitted: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def add_and_undo(text: str) -> None:
            row = review_actions.add_remark(rachel, reload(submitted), "fear_level", text)
            assert remove_remark(rachel, reload(submitted), row.pk)

        add_and_undo("Hoe ging dat?")
        assert undone_remark(rachel, reload(submitted)) == {"item": "fear_level", "text": "Hoe ging dat?"}
        assert not undone_remark(alice, reload(submitted))
        add_and_undo("Wanneer was dat?")
        assert undone_remark(rachel, reload(submitted))["text"] == "Wanneer was dat?"
        review_actions.add_remark(rachel, reload(submitted), "", "Iets anders.")
        assert not undone_remark(rachel, reload(submitted))

        add_and_undo("Hoe ging dat?")
        monkeypatch.setattr("questionnaire.models.records_before.UNDO_PERIOD", timedelta(0))
        assert not undone_remark(rachel, reload(submitted))

    def test_the_same_page_sent_twice_adds_one_remark(self, rachel: User, submitted: Intake) -> None:
        key = uuid4()

        for _time in range(2):
            review_actions.add_remark(rachel, submitted, "", "Een vraag.", key)

        assert submitted.remarks.count() == 1
        assert event_codes(submitted).count(EventCode.REMARK_ADDED) == 1

    def test_a_page_sent_again_with_another_text_adds_another_remark(
        self, rachel: User, submitted: Intake
    ) -> None:
        key = uuid4()

        for text in ("Een.", "Twee."):
            review_actions.add_remark(rachel, submitted, "", text, key)

        assert [row.content["text"] for row in submitted.remarks.all()] == ["Een.", "Twee."]

    def test_an_intake_without_a_remark_is_not_returned(self, rachel: User, submitted: Intake) -> None:
        with pytest.raises(NoOpenRemarkError):
            review_actions.return_intake(rachel, submitted)

        assert reload(submitted).state == State.SUBMITTED

    def test_the_same_answer_sent_twice_is_one_event(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.add_remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.return_intake(rachel, submitted)
        sent = {row.pk: AnswerSubmission("Sinds maart.", answer_fingerprint(row))}

        for _time in range(2):
            assert review_actions.answer_remarks(alice, submitted, sent) == ()

        answered = Remark.objects.get()
        assert (answered.content["answer"], answered.answered_by) == ("Sinds maart.", alice)
        assert event_codes(submitted).count(EventCode.REMARKS_ANSWERED) == 1

    def test_of_two_answers_the_first_stays_and_the_second_is_a_conflict(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.add_remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.return_intake(rachel, submitted)
        base = answer_fingerprint(row)
        review_actions.answer_remarks(alice, submitted, {row.pk: AnswerSubmission("Maart.", base)})

        assert review_actions.answer_remarks(
            alice, submitted, {row.pk: AnswerSubmission("April.", base)}
        ) == (row.pk,)
        assert Remark.objects.get().content["answer"] == "Maart."

    def test_an_intake_with_answered_remarks_only_is_not_returned_again(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.add_remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.return_intake(rachel, submitted)
        review_actions.answer_remarks(
            alice, submitted, {row.pk: AnswerSubmission("Maart.", answer_fingerprint(row))}
        )
        review_actions.submit(alice, submitted)

        with pytest.raises(NoOpenRemarkError):
            review_actions.return_intake(rachel, submitted)


class TestSigningOff:
    def test_a_sign_off_stores_the_pdf_and_the_texts_with_one_event(
        self, rachel: User, submitted: Intake
    ) -> None:
        before = Event.objects.count()

        signed = review_actions.sign_off(rachel, submitted, PDF, {"nl": ["zoals het er stond"]})

        stored = SignOff.objects.get()
        assert (stored.pk, stored.by, stored.content) == (signed.pk, rachel, {"nl": ["zoals het er stond"]})
        assert (bytes(stored.document.pdf), stored.document.sha256) == (PDF, sha256(PDF).hexdigest())
        assert Event.objects.count() == before + 1
        assert reload(submitted).state == State.SIGNED_OFF

    def test_an_intake_that_changed_after_it_was_read_is_not_signed_off(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        follow_up_actions.add_consultation(alice, submitted, Consultation("police"))

        with pytest.raises(StaleIntakeError):
            review_actions.sign_off(rachel, submitted, PDF, {})

        assert not Document.objects.exists()
        assert (
            review_actions.sign_off(rachel, reload(submitted), PDF, {}).document.revision
            == submitted.revision + 1
        )

    def test_an_author_who_also_reviews_does_not_sign_off_their_own(
        self, alice: User, team: Team, submitted: Intake
    ) -> None:
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, submitted, PDF, {})

    def test_an_author_who_only_reviews_now_does_not_sign_off_their_own(
        self, alice: User, team: Team, submitted: Intake
    ) -> None:
        Membership.objects.filter(user=alice).delete()
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, submitted, PDF, {})

    def test_the_author_of_a_version_does_not_sign_off_its_correction(
        self, alice: User, rachel: User, team: Team, bob: User, signed: Intake
    ) -> None:
        correction = review_actions.correct(alice, signed)
        Intake.objects.filter(pk=correction.pk).update(author=bob)
        sign_stored_rights(correction.case)
        Membership.objects.filter(user=alice).delete()
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)
        review_actions.submit(bob, reload(correction))

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, reload(correction), PDF, {})
        review_actions.sign_off(rachel, reload(correction), PDF, {})


class TestCorrecting:
    def test_a_correction_is_a_copy_in_a_new_version(self, alice: User, signed: Intake) -> None:
        new = review_actions.correct(alice, signed)

        assert (new.corrects, new.previous, new.case) == (signed, None, signed.case)
        assert (new.state, new.on, new.answers) == (State.CONCEPT, signed.on, signed.answers)
        assert new.incident_log == signed.incident_log
        assert new.follow_up == signed.follow_up
        assert (new.urgency, new.next_due) == (signed.urgency, signed.next_due)
        assert event_codes(new) == [EventCode.CORRECTION_STARTED]

    def test_changing_a_correction_leaves_the_signed_version_as_it_was(
        self, alice: User, signed: Intake
    ) -> None:
        new = review_actions.correct(alice, signed)
        intake_actions.save_section(alice, new, "fear", submission_of(new, fear_level=2))

        assert reload(signed).answers["fear_level"] == 9
        assert reload(new).answers["fear_level"] == 2

    def test_correcting_twice_is_one_correction(self, alice: User, signed: Intake) -> None:
        assert review_actions.correct(alice, signed) == review_actions.correct(alice, signed)
        assert Intake.objects.count() == 2

    def test_a_correction_copies_no_drafts(self, alice: User, signed: Intake) -> None:
        signed.content["drafts"] = {"fear_level": "elf"}
        signed.save()

        assert review_actions.correct(alice, signed).content["drafts"] == {}


class TestReassessing:
    def test_a_reassessment_starts_without_answers_and_with_the_log_of_the_case(
        self, alice: User, signed: Intake
    ) -> None:
        new = review_actions.reassess(alice, signed, date(2026, 4, 1))

        assert (new.previous, new.corrects, new.case) == (signed, None, signed.case)
        assert (len(new.answers), new.incidents.count(), new.on) == (0, 1, date(2026, 4, 1))
        assert (new.case.reference, new.state) == (signed.case.reference, State.CONCEPT)
        assert event_codes(new) == [EventCode.REASSESSMENT_STARTED]

    def test_an_assessment_has_one_next_assessment(self, alice: User, signed: Intake) -> None:
        first = review_actions.reassess(alice, signed, date(2026, 4, 1))

        assert review_actions.reassess(alice, signed, date(2026, 4, 2)) == first
        correction = review_actions.correct(alice, signed)
        correction.state = State.SIGNED_OFF.value
        correction.save()
        sign_stored_rights(correction.case)
        assert review_actions.reassess(alice, correction, date(2026, 4, 2)) == first

    def test_the_reassessment_is_then_due_in_the_next_assessment_only(
        self, alice: User, signed: Intake
    ) -> None:
        correction = review_actions.correct(alice, signed)
        new = review_actions.reassess(alice, signed, date(2026, 4, 1))

        for earlier in Intake.objects.filter(pk__in=[signed.pk, correction.pk]):
            assert (earlier.next_due, earlier.revision) == (
                None,
                {signed.pk: signed.revision}.get(earlier.pk, 0),
            )
        assert new.next_due == new.reassess_on

    def test_a_planned_step_of_the_assessment_before_stays_due(self, alice: User, signed: Intake) -> None:
        review_actions.reassess(alice, signed, date(2026, 4, 1))

        outcome = Outcome("involve_network", "planned", on=date(2026, 5, 1))
        sent = {
            outcome.what: follow_up_actions.StepSubmission(outcome, follow_up_actions.step_fingerprint(None))
        }
        assert follow_up_actions.record_steps(alice, signed, sent).conflicts == ()

        assert reload(signed).next_due == date(2026, 5, 1)
        assert review_actions.correct(alice, signed).next_due == date(2026, 5, 1)

    def test_the_database_refuses_a_second_next_assessment(self, alice: User, signed: Intake) -> None:
        other = intake_actions.start_intake(alice, signed.team, "x", date(2026, 4, 1), "nl")
        review_actions.reassess(alice, signed, date(2026, 4, 1))

        with pytest.raises(IntegrityError):
            Intake.objects.filter(pk=other.pk).update(previous=signed)


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_sign_offs_one_is_stored(alice: User, rachel: User, team: Team, intake: Intake) -> None:
    ruth = account("ruth", team, Membership.Role.REVIEWER)
    for round_ in range(5):
        one = intake_actions.start_intake(alice, team, f"r{round_}", date(2026, 3, 23), "nl")
        one = review_actions.submit(alice, one)

        def sign(user: User, of: Intake = one) -> str:
            try:
                review_actions.sign_off(user, of, PDF, {"by": user.username})
            except StaleIntakeError:
                return "stale"
            finally:
                close_old_connections()
                connection.close()
            return "signed"

        with ThreadPoolExecutor(4) as pool:
            results = sorted(pool.map(sign, [rachel, ruth, rachel, ruth]))

        assert results == ["signed", "stale", "stale", "stale"]
        assert event_codes(one).count(EventCode.INTAKE_SIGNED_OFF) == 1
        assert SignOff.objects.filter(intake=one).count() == one.documents.count() == 1
