"""The models: who sees which intake, and what an account is."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.models import ChainHead, Event, Intake, Membership, Team, User, reference_key
from questionnaire.tests.conftest import account

Role = Membership.Role


def test_the_author_sees_the_intake(alice: User, intake: Intake) -> None:
    assert Intake.objects.visible_to(alice).get() == intake


def test_the_reviewer_of_the_team_sees_it(rachel: User, intake: Intake) -> None:
    assert Intake.objects.visible_to(rachel).get() == intake


def test_an_author_who_reviews_sees_it_once(alice: User, team: Team, intake: Intake) -> None:
    Membership.objects.create(user=alice, team=team, role=Role.REVIEWER)

    assert list(Intake.objects.visible_to(alice)) == [intake]


@pytest.mark.usefixtures("intake")
def test_a_colleague_sees_no_content(bob: User) -> None:
    assert not Intake.objects.visible_to(bob).exists()


@pytest.mark.usefixtures("intake")
def test_a_manager_sees_no_content(team: Team) -> None:
    assert not Intake.objects.visible_to(account("mary", team, Role.MANAGER)).exists()


@pytest.mark.usefixtures("intake")
def test_another_team_sees_nothing(charlie: User, other_team: Team) -> None:
    reviewer = account("rob", other_team, Role.REVIEWER)

    assert not Intake.objects.visible_to(charlie).exists()
    assert not Intake.objects.visible_to(reviewer).exists()


@pytest.mark.usefixtures("intake")
def test_nobody_in_particular_sees_nothing() -> None:
    assert not Intake.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.usefixtures("intake")
def test_who_leaves_the_team_sees_nothing_any_more(alice: User, rachel: User) -> None:
    Membership.objects.filter(user__in=[alice, rachel]).delete()

    assert not Intake.objects.visible_to(alice).exists()
    assert not Intake.objects.visible_to(rachel).exists()


@pytest.mark.usefixtures("intake")
def test_an_author_who_moved_to_another_team_sees_nothing(alice: User, other_team: Team) -> None:
    Membership.objects.filter(user=alice).delete()
    Membership.objects.create(user=alice, team=other_team, role=Role.PROFESSIONAL)

    assert not Intake.objects.visible_to(alice).exists()


def test_visibility_takes_as_many_queries_for_more(
    alice: User, team: Team, intake: Intake, django_assert_num_queries: object
) -> None:
    for number in range(5):
        intake_actions.start_intake(alice, team, f"2026-{number}", date(2026, 3, 23), "nl")

    with django_assert_num_queries(3):  # type: ignore[operator]  # roles, what was given, and the intakes
        assert len(Intake.objects.visible_to(alice)) == 6


def test_a_role_is_given_once(alice: User, team: Team) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=alice, team=team, role=Role.PROFESSIONAL)


@pytest.mark.django_db
def test_user_names_do_not_differ_by_case() -> None:
    user = User.objects.create_user("Anna")

    assert user.username == "anna"
    with pytest.raises(ValidationError):
        User.objects.create_user("ANNA")


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["", "a b", "<script>", "x" * 151])
def test_a_user_name_that_cannot_be_typed_is_refused(username: str) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user(username)


@pytest.mark.django_db
def test_a_password_is_kept_as_argon2() -> None:
    user = User.objects.create_user("anna", "correct horse battery")

    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("correct horse battery")


@pytest.mark.django_db
def test_nobody_signs_in_to_an_account_without_a_password() -> None:
    assert not User.objects.create_user("anna").has_usable_password()


def test_people_and_roles_are_shown_by_name(alice: User, team: Team) -> None:
    named = User(username="anna", name="Anna de Vries")

    assert str(named) == "Anna de Vries"
    assert str(alice) == "alice"
    assert str(Membership(user=named, team=team, role=Role.REVIEWER)).startswith("Anna de Vries, North: ")


def test_rows_are_shown_without_content(alice: User, intake: Intake) -> None:
    document = intake_actions.store_document(alice, intake, "full", "nl", b"%PDF")

    incident = intake_actions.add_incident(alice, intake, Incident("2026-03-20", "home", what="geheim"))

    assert [str(row) for row in (intake, document, incident)] == [
        str(row.uuid) for row in (intake, document, incident)
    ]
    assert [str(event) for event in Event.objects.all()] == [
        "1: intake.started",
        "2: document.made",
        "3: incident.added",
    ]
    assert str(ChainHead.objects.get()) == "3"


@pytest.mark.parametrize(
    ("reference", "key"),
    [("2026-117", "2026117"), (" ２０２６／117 ", "2026117"), ("Straße 3", "strasse3"), ("---", "")],
)
def test_a_reference_is_searched_by_its_letters_and_digits(reference: str, key: str) -> None:
    assert reference_key(reference) == key


def test_stored_answers_that_do_not_exist_are_refused(intake: Intake) -> None:
    intake.content["answers"] = {"no_such_item": "yes"}

    with pytest.raises(InvalidInputError):
        _ = intake.answers


@pytest.mark.django_db
def test_the_models_have_their_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
