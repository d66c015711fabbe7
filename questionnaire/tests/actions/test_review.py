"""The moves on stored intakes: one event each, or nothing; whoever comes second is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, close_old_connections, connection

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.review import NothingAsked, SentAnswer, StaleIntakeError, answer_digest
from questionnaire.audit.log import Code
from questionnaire.domain.follow_up import Consultation, Outcome
from questionnaire.domain.incidents import Incident as Told
from questionnaire.domain.workflow import RULES, ClosedIntakeError, Move, State
from questionnaire.models import Document, Event, Intake, Membership, Remark, SignOff, Team, User
from questionnaire.queries import cases
from questionnaire.tests.actions.test_intakes import answering
from questionnaire.tests.conftest import account

PDF = b"%PDF-1.7 as it was"


def events_of(intake: Intake) -> list[str]:
    return list(Event.objects.filter(intake=intake.pk).order_by("seq").values_list("code", flat=True))


def stored(intake: Intake) -> Intake:
    return Intake.objects.get(pk=intake.pk)


@pytest.fixture
def said(alice: User, intake: Intake) -> Intake:
    """The intake with an answer, an incident and an outcome."""
    given = answering(intake, fear_own_words="Ik durf niet naar huis.", fear_level=9)
    intake_actions.save_section(alice, intake, "fear", given)
    intake_actions.add_incident(alice, intake, Told("2026-03-20", "home"))
    follow_up_actions.record_steps(
        alice,
        intake,
        {
            "consult_police": follow_up_actions.SentStep(
                Outcome("consult_police", "done"), follow_up_actions.step_digest(None)
            )
        },
    )
    return stored(intake)


@pytest.fixture
def submitted(alice: User, said: Intake) -> Intake:
    return review_actions.submit(alice, said)


@pytest.fixture
def signed(rachel: User, submitted: Intake) -> Intake:
    review_actions.sign_off(rachel, submitted, PDF, {"nl": []})
    return stored(submitted)


def brought_to(state: State, intake: Intake, alice: User, rachel: User) -> Intake:
    if state is not State.CONCEPT:
        review_actions.submit(alice, intake)
    if state is State.RETURNED:
        review_actions.remark(rachel, intake, "", "Sinds wanneer?")
        review_actions.give_back(rachel, intake)
    if state is State.SIGNED_OFF:
        review_actions.sign_off(rachel, stored(intake), PDF, {})
    return stored(intake)


DO: dict[Move, Callable[[User, Intake], Any]] = {
    Move.SUBMIT: review_actions.submit,
    Move.WITHDRAW: review_actions.withdraw,
    Move.REMARK: lambda user, intake: review_actions.remark(user, intake, "", "Let op."),
    Move.RETURN: review_actions.give_back,
    Move.ANSWER: lambda user, intake: review_actions.answer(user, intake, {}),
    Move.SIGN_OFF: lambda user, intake: review_actions.sign_off(user, intake, PDF, {}),
    Move.CORRECT: review_actions.correct,
    Move.REASSESS: lambda user, intake: review_actions.reassess(user, intake, date(2026, 4, 1)),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_state_by_everyone(
    move: Move, state: State, alice: User, rachel: User, bob: User, charlie: User, intake: Intake, team: Team
) -> None:
    """Whoever may not make a move is refused; whoever may, but not now, is told; and nothing is written."""
    there = brought_to(state, intake, alice, rachel)
    boss = account("mary", team, Membership.Role.MANAGER)
    before = (Event.objects.count(), there.revision)

    for user in (alice, rachel, bob, charlie, boss):
        mine = user == (alice if RULES[move].by.name == "WRITER" else rachel)
        if mine and state in RULES[move].since:
            continue
        with pytest.raises(StaleIntakeError if mine else PermissionDenied):
            DO[move](user, there)
        assert (Event.objects.count(), stored(intake).revision, stored(intake).state) == (*before, state)


class TestSubmitting:
    def test_it_is_one_event_and_closes_what_was_said(self, alice: User, said: Intake) -> None:
        before = Event.objects.count()

        after = review_actions.submit(alice, said)

        assert (after.state, stored(said).state) == (State.SUBMITTED, State.SUBMITTED)
        assert Event.objects.count() == before + 1
        assert Event.objects.latest("seq").code == Code.INTAKE_SUBMITTED
        with pytest.raises(ClosedIntakeError):
            intake_actions.save_section(alice, said, "fear", answering(stored(said), fear_level=1))
        with pytest.raises(ClosedIntakeError):
            intake_actions.add_incident(alice, said, Told("2026-03-21", "home"))
        with pytest.raises(ClosedIntakeError):
            intake_actions.remove_incident(alice, said, said.incidents.get().pk)

    def test_what_came_of_it_is_still_written_down(self, alice: User, signed: Intake) -> None:
        follow_up_actions.add_consultation(alice, signed, Consultation("police"))

        assert stored(signed).follow_up.consultations == (Consultation("police"),)

    def test_a_second_click_is_told_and_writes_nothing(self, alice: User, said: Intake) -> None:
        review_actions.submit(alice, said)
        before = Event.objects.count()

        with pytest.raises(StaleIntakeError):
            review_actions.submit(alice, said)

        assert Event.objects.count() == before

    def test_it_can_be_taken_back_to_add_something(self, alice: User, submitted: Intake) -> None:
        review_actions.withdraw(alice, submitted)

        intake_actions.add_incident(alice, submitted, Told("2026-03-22", "home"))
        assert stored(submitted).incidents.count() == 2


class TestRemarks:
    def test_words_are_kept_as_they_are_and_not_in_the_event(self, rachel: User, submitted: Intake) -> None:
        row = review_actions.remark(rachel, submitted, "fear_level", "Hoe ging dat? 🙏 Zoë")

        event = Event.objects.latest("seq")
        assert Remark.objects.get(pk=row.pk).content["text"] == "Hoe ging dat? 🙏 Zoë"
        assert (event.code, event.items, event.reason) == (Code.REMARK_ADDED, ["fear_level"], "")

    def test_they_are_encrypted_and_bound_to_their_row(self, rachel: User, submitted: Intake) -> None:
        review_actions.remark(rachel, submitted, "", "Kanariewoord")

        with connection.cursor() as cursor:
            cursor.execute("select content from questionnaire_remark")
            assert b"Kanariewoord" not in bytes(cursor.fetchone()[0])

    def test_the_same_page_twice_is_one_remark(self, rachel: User, submitted: Intake) -> None:
        key = uuid4()

        for _time in range(2):
            review_actions.remark(rachel, submitted, "", "Een vraag.", key)

        assert submitted.remarks.count() == 1
        assert events_of(submitted).count(Code.REMARK_ADDED) == 1

    def test_other_words_under_a_key_in_use_are_kept_too(self, rachel: User, submitted: Intake) -> None:
        key = uuid4()

        for text in ("Een.", "Twee."):
            review_actions.remark(rachel, submitted, "", text, key)

        assert [row.content["text"] for row in submitted.remarks.all()] == ["Een.", "Twee."]

    def test_nothing_is_returned_without_a_question(self, rachel: User, submitted: Intake) -> None:
        with pytest.raises(NothingAsked):
            review_actions.give_back(rachel, submitted)

        assert stored(submitted).state == State.SUBMITTED

    def test_an_answer_is_stored_once(self, alice: User, rachel: User, submitted: Intake) -> None:
        row = review_actions.remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.give_back(rachel, submitted)
        sent = {row.pk: SentAnswer("Sinds maart.", answer_digest(row))}

        for _time in range(2):
            assert review_actions.answer(alice, submitted, sent) == ()

        answered = Remark.objects.get()
        assert (answered.content["answer"], answered.answered_by) == ("Sinds maart.", alice)
        assert events_of(submitted).count(Code.REMARKS_ANSWERED) == 1

    def test_of_two_answers_the_first_stays_and_the_second_is_told(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.give_back(rachel, submitted)
        base = answer_digest(row)
        review_actions.answer(alice, submitted, {row.pk: SentAnswer("Maart.", base)})

        assert review_actions.answer(alice, submitted, {row.pk: SentAnswer("April.", base)}) == (row.pk,)
        assert Remark.objects.get().content["answer"] == "Maart."

    def test_an_answered_question_is_no_ground_to_return_again(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        row = review_actions.remark(rachel, submitted, "", "Sinds wanneer?")
        review_actions.give_back(rachel, submitted)
        review_actions.answer(alice, submitted, {row.pk: SentAnswer("Maart.", answer_digest(row))})
        review_actions.submit(alice, submitted)

        with pytest.raises(NothingAsked):
            review_actions.give_back(rachel, submitted)


class TestSigningOff:
    def test_it_closes_answers_words_and_pdf_in_one_event(self, rachel: User, submitted: Intake) -> None:
        before = Event.objects.count()

        signed = review_actions.sign_off(rachel, submitted, PDF, {"nl": ["zoals het er stond"]})

        kept = SignOff.objects.get()
        assert (kept.pk, kept.by, kept.content) == (signed.pk, rachel, {"nl": ["zoals het er stond"]})
        assert (bytes(kept.document.pdf), kept.document.sha256) == (PDF, sha256(PDF).hexdigest())
        assert Event.objects.count() == before + 1
        assert stored(submitted).state == State.SIGNED_OFF

    def test_what_changed_after_it_was_read_is_not_signed(
        self, alice: User, rachel: User, submitted: Intake
    ) -> None:
        follow_up_actions.add_consultation(alice, submitted, Consultation("police"))

        with pytest.raises(StaleIntakeError):
            review_actions.sign_off(rachel, submitted, PDF, {})

        assert not Document.objects.exists()

    def test_nobody_reviews_their_own(self, alice: User, team: Team, submitted: Intake) -> None:
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, submitted, PDF, {})

    def test_who_only_reviews_now_still_does_not_review_their_own(
        self, alice: User, team: Team, submitted: Intake
    ) -> None:
        Membership.objects.filter(user=alice).delete()
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, submitted, PDF, {})

    def test_nor_what_they_wrote_in_the_version_before(
        self, alice: User, rachel: User, team: Team, bob: User, signed: Intake
    ) -> None:
        """The author of the first version reviews; someone else corrected."""
        correction = review_actions.correct(alice, signed)
        Intake.objects.filter(pk=correction.pk).update(author=bob)
        Membership.objects.filter(user=alice).delete()
        Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)
        review_actions.submit(bob, stored(correction))

        with pytest.raises(PermissionDenied):
            review_actions.sign_off(alice, stored(correction), PDF, {})
        review_actions.sign_off(rachel, stored(correction), PDF, {})


class TestCorrecting:
    def test_a_correction_is_a_new_version_with_all_that_was_said(self, alice: User, signed: Intake) -> None:
        new = review_actions.correct(alice, signed)

        assert (new.corrects, new.previous, new.case) == (signed, None, signed.case)
        assert (new.state, new.on, new.answers) == (State.CONCEPT, signed.on, signed.answers)
        assert [one.told for one in new.incidents.all()] == [one.told for one in signed.incidents.all()]
        assert new.follow_up == signed.follow_up
        assert (new.urgency, new.next_due) == (signed.urgency, signed.next_due)
        assert events_of(new) == [Code.CORRECTION_STARTED]

    def test_the_signed_one_stays_as_it_was(self, alice: User, signed: Intake) -> None:
        new = review_actions.correct(alice, signed)
        intake_actions.save_section(alice, new, "fear", answering(new, fear_level=2))

        assert stored(signed).answers["fear_level"] == 9
        assert stored(new).answers["fear_level"] == 2

    def test_a_second_click_comes_to_the_same_correction(self, alice: User, signed: Intake) -> None:
        assert review_actions.correct(alice, signed) == review_actions.correct(alice, signed)
        assert Intake.objects.count() == 2

    def test_what_was_typed_and_never_saved_stays_behind(self, alice: User, signed: Intake) -> None:
        signed.content["drafts"] = {"fear_level": "elf"}
        signed.save()

        assert review_actions.correct(alice, signed).content["drafts"] == {}


class TestReassessing:
    def test_nothing_is_answered_beforehand(self, alice: User, signed: Intake) -> None:
        new = review_actions.reassess(alice, signed, date(2026, 4, 1))

        assert (new.previous, new.corrects, new.case) == (signed, None, signed.case)
        assert (len(new.answers), new.incidents.count(), new.on) == (0, 0, date(2026, 4, 1))
        assert (new.reference, new.state) == (signed.reference, State.CONCEPT)
        assert events_of(new) == [Code.REASSESSMENT_STARTED]

    def test_an_assessment_is_followed_by_one(self, alice: User, signed: Intake) -> None:
        first = review_actions.reassess(alice, signed, date(2026, 4, 1))

        assert review_actions.reassess(alice, signed, date(2026, 4, 2)) == first
        correction = review_actions.correct(alice, signed)
        correction.state = State.SIGNED_OFF.value
        correction.save()
        assert review_actions.reassess(alice, correction, date(2026, 4, 2)) == first

    def test_looking_again_is_due_there_from_then_on(self, alice: User, signed: Intake) -> None:
        correction = review_actions.correct(alice, signed)
        new = review_actions.reassess(alice, signed, date(2026, 4, 1))

        for earlier in Intake.objects.filter(pk__in=[signed.pk, correction.pk]):
            assert (earlier.next_due, earlier.revision) == (
                None,
                {signed.pk: signed.revision}.get(earlier.pk, 0),
            )
        assert new.next_due == new.reassess_on

    def test_what_is_still_planned_before_it_stays_due(self, alice: User, signed: Intake) -> None:
        review_actions.reassess(alice, signed, date(2026, 4, 1))

        outcome = Outcome("involve_network", "planned", on=date(2026, 5, 1))
        sent = {outcome.what: follow_up_actions.SentStep(outcome, follow_up_actions.step_digest(None))}
        assert follow_up_actions.record_steps(alice, signed, sent).conflicts == ()

        assert stored(signed).next_due == date(2026, 5, 1)
        assert review_actions.correct(alice, signed).next_due == date(2026, 5, 1)

    def test_the_database_holds_to_it_too(self, alice: User, signed: Intake) -> None:
        other = intake_actions.start_intake(alice, signed.team, "x", date(2026, 4, 1), "nl")
        review_actions.reassess(alice, signed, date(2026, 4, 1))

        with pytest.raises(IntegrityError):
            Intake.objects.filter(pk=other.pk).update(previous=signed)


class TestTheCase:
    def test_a_correction_stands_from_its_sign_off_on(
        self, alice: User, rachel: User, signed: Intake
    ) -> None:
        second = review_actions.reassess(alice, signed, date(2026, 4, 1))
        correction = review_actions.correct(alice, signed)
        assert cases.chain(alice, second) == (signed, second)
        assert cases.before(alice, second) == signed

        review_actions.submit(alice, correction)
        review_actions.sign_off(rachel, stored(correction), PDF, {})

        assert cases.chain(alice, second) == (correction, second)
        assert cases.before(alice, second) == correction
        assert cases.before(alice, signed) is None
        assert cases.following(correction) == second

    def test_its_course_ends_with_the_intake_in_hand(self, alice: User, signed: Intake) -> None:
        second = review_actions.reassess(alice, signed, date(2026, 4, 1))
        correction = review_actions.correct(alice, signed)

        courses = [cases.until(alice, one) for one in (signed, correction, second)]

        assert [[point.on for point in course] for course in courses] == [
            [signed.on],
            [correction.on],
            [signed.on, second.on],
        ]

    def test_nobody_sees_more_of_it_than_each_intake_allows(
        self, alice: User, bob: User, rachel: User, signed: Intake
    ) -> None:
        second = review_actions.reassess(alice, signed, date(2026, 4, 1))
        Intake.objects.filter(pk=second.pk).update(author=bob)

        assert cases.chain(alice, signed) == (signed,)
        assert cases.chain(bob, second) == (second,)
        assert [point.on for point in cases.until(bob, stored(second))] == [second.on]
        assert cases.before(bob, stored(second)) is None
        assert cases.chain(rachel, signed) == (signed, second)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told(
    alice: User, rachel: User, team: Team, intake: Intake
) -> None:
    ruth = account("ruth", team, Membership.Role.REVIEWER)
    for round_ in range(5):
        one = intake_actions.start_intake(alice, team, f"r{round_}", date(2026, 3, 23), "nl")
        one = review_actions.submit(alice, one)

        def sign(user: User, of: Intake = one) -> str:
            try:
                review_actions.sign_off(user, of, PDF, {"by": user.username})
            except StaleIntakeError:
                return "told"
            finally:
                close_old_connections()
                connection.close()
            return "won"

        with ThreadPoolExecutor(4) as pool:
            came = sorted(pool.map(sign, [rachel, ruth, rachel, ruth]))

        assert came == ["told", "told", "told", "won"]
        assert events_of(one).count(Code.INTAKE_SIGNED_OFF) == 1
        assert SignOff.objects.filter(intake=one).count() == one.documents.count() == 1
