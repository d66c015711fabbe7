"""A case: the search key of its reference, its key that opens its intakes, and how long it is kept."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from questionnaire.actions import intakes as intake_actions
from questionnaire.encryption.keyring import SealError
from questionnaire.models import Case, Intake, Team, User, reference_key
from questionnaire.tests.factories import reload, start_in


@pytest.fixture
def other(alice: User, team: Team, intake: Intake) -> Intake:
    """Return an intake in another case."""
    return intake_actions.start_intake(alice, team, "other", intake.on, "nl")


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("2026-117", "2026117"),
        (" ２０２６／117 ", "2026117"),
        ("Straße 3", "strasse3"),
        ("---", "---"),
        ("Zoë Ä-9", "zoea9"),
        ("🐝🐝", "🐝🐝"),
        ("🐝\ufe0f 1", "🐝1"),
        ("㍿" * 60, ("株式会社" * 60)[:200]),
    ],
)
def test_a_reference_is_searched_by_its_letters_digits_and_pictures(reference: str, key: str) -> None:
    assert reference_key(reference) == key


def test_an_upgrade_makes_the_keys_of_stored_references_again(intake: Intake, other: Intake) -> None:
    Case.objects.filter(pk=intake.case_id).update(reference="Zoë 🐝", reference_key="zoë")
    migration = import_module("questionnaire.migrations.0019_search_any_part")

    migration.make_keys_again(apps, None)

    assert Case.objects.get(pk=intake.case_id).reference_key == "zoe🐝"
    assert Case.objects.get(pk=other.case_id).reference_key == "other"


@pytest.mark.parametrize(
    ("of_team", "of_case", "kept"), [(None, None, None), (30, None, 30), (None, 60, 60), (30, 60, 60)]
)
def test_a_case_is_kept_as_its_team_keeps_cases_unless_it_has_a_period_of_its_own(
    of_team: int | None, of_case: int | None, kept: int | None
) -> None:
    assert Case(team=Team(retention_days=of_team), retention_days=of_case).keeps_days == kept


def test_each_intake_of_a_case_has_a_key_of_its_own_that_the_key_of_the_case_opens(
    alice: User, intake: Intake, other: Intake
) -> None:
    rows = [reload(row) for row in (intake, start_in(intake.case, alice), other)]

    keys = [row.data_key() for row in rows] + [row.case.data_key() for row in rows[1:]]

    assert len(set(keys)) == 5


def test_an_intake_cannot_be_read_without_the_key_of_its_case(intake: Intake) -> None:
    case = Case.objects.get(pk=intake.case_id)
    case.make_key()
    case.save()

    with pytest.raises(SealError):
        reload(intake).data_key()
    with pytest.raises(SealError):
        _ = reload(intake).content


def test_an_intake_that_is_moved_to_another_case_cannot_be_read(intake: Intake, other: Intake) -> None:
    Intake.objects.filter(pk=intake.pk).update(case=other.case)

    with pytest.raises(SealError):
        _ = reload(intake).content


def test_an_intake_cannot_be_read_with_the_key_of_another_intake_of_its_case(
    alice: User, intake: Intake
) -> None:
    second = start_in(intake.case, alice)
    Intake.objects.filter(pk=intake.pk).update(wrapped_key=second.wrapped_key)

    with pytest.raises(SealError):
        reload(intake).data_key()


def test_the_key_of_a_case_opens_in_that_case_alone(intake: Intake, other: Intake) -> None:
    Case.objects.filter(pk=other.case_id).update(wrapped_key=intake.case.wrapped_key)

    with pytest.raises(SealError):
        Case.objects.get(pk=other.case_id).data_key()
    assert Case.objects.get(pk=intake.case_id).data_key() == intake.case.data_key()


def test_an_intake_without_a_case_cannot_be_stored(alice: User, team: Team, intake: Intake) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(case=None)
    with pytest.raises(Case.DoesNotExist):
        Intake(team=team, author=alice, on=intake.on).make_key()
