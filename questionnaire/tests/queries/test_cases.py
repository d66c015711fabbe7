"""The assessments of a case: the current version, the earlier ones, and who may read which."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, User
from questionnaire.queries import cases
from questionnaire.tests.factories import PDF, reload


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake) -> Intake:
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), PDF, {})
    return reload(intake)


def test_a_correction_replaces_its_version_once_it_is_signed_off(
    alice: User, rachel: User, signed: Intake
) -> None:
    second = review_actions.reassess(alice, signed, date(2026, 4, 1))
    correction = review_actions.correct(alice, signed)
    assert cases.assessments(alice, second) == (signed, second)
    assert cases.previous_assessment(alice, second) == signed

    review_actions.submit(alice, correction)
    review_actions.sign_off(rachel, reload(correction), PDF, {})

    assert cases.assessments(alice, second) == (correction, second)
    assert cases.previous_assessment(alice, second) == correction
    assert cases.previous_assessment(alice, signed) is None
    assert cases.next_assessment(correction) == second


def test_the_course_of_a_case_ends_with_the_intake_it_is_asked_for(alice: User, signed: Intake) -> None:
    second = review_actions.reassess(alice, signed, date(2026, 4, 1))
    correction = review_actions.correct(alice, signed)

    courses = [cases.course_until(alice, intake) for intake in (signed, correction, second)]

    assert [[point.on for point in course] for course in courses] == [
        [signed.on],
        [correction.on],
        [signed.on, second.on],
    ]


def test_a_case_shows_a_person_only_the_intakes_they_may_read(
    alice: User, bob: User, rachel: User, signed: Intake
) -> None:
    second = review_actions.reassess(alice, signed, date(2026, 4, 1))
    Intake.objects.filter(pk=second.pk).update(author=bob)

    assert cases.assessments(alice, signed) == (signed,)
    assert cases.assessments(bob, second) == (second,)
    assert [point.on for point in cases.course_until(bob, reload(second))] == [second.on]
    assert cases.previous_assessment(bob, reload(second)) is None
    assert cases.assessments(rachel, signed) == (signed, second)
