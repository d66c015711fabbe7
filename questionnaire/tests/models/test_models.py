"""The models: who may read which intake, accounts and roles, and how rows are shown."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from questionnaire.actions import documents as document_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import Incident
from questionnaire.models import ChainHead, Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account

Role = Membership.Role


def test_the_author_sees_the_intake(alice: User, intake: Intake) -> None:
    assert Intake.objects.visible_to(alice).get() == intake


def test_the_reviewer_of_the_team_sees_it(rachel: User, intake: Intake) -> None:
    assert Intake.objects.visible_to(rachel).get() == intake


def test_an_author_who_reviews_sees_it_once(alice: User, team: Team, intake: Intake) -> None:
    Membership.objects.create(user=alice, team=team, role=Role.REVIEWER)

    assert list(Intake.objects.visible_to(alice)) == [intake]


def test_a_colleague_may_know_of_it_but_not_read_it(bob: User, intake: Intake) -> None:
    assert Intake.objects.listable_by(bob).get() == intake
    assert not Intake.objects.visible_to(bob).exists()


def test_the_manager_role_shows_no_intake(team: Team, intake: Intake) -> None:
    manager = account("mary", team, Role.MANAGER)
    assert not Intake.objects.visible_to(manager).exists()

    Membership.objects.create(user=manager, team=team, role=Role.REVIEWER)

    assert Intake.objects.visible_to(manager).get() == intake


def test_another_team_sees_nothing(team: Team, charlie: User, other_team: Team, intake: Intake) -> None:
    reviewer = account("rob", other_team, Role.REVIEWER)
    assert not Intake.objects.visible_to(charlie).exists()
    assert not Intake.objects.visible_to(reviewer).exists()

    Membership.objects.create(user=reviewer, team=team, role=Role.REVIEWER)

    assert Intake.objects.visible_to(reviewer).get() == intake


def test_an_anonymous_user_sees_nothing(alice: User, intake: Intake) -> None:
    assert Intake.objects.visible_to(alice).get() == intake
    assert not Intake.objects.visible_to(AnonymousUser()).exists()
    assert not Intake.objects.listable_by(AnonymousUser()).exists()


@pytest.mark.usefixtures("intake")
def test_someone_who_left_the_team_sees_nothing_any_more(alice: User, rachel: User) -> None:
    assert Intake.objects.visible_to(alice).exists()
    assert Intake.objects.visible_to(rachel).exists()

    Membership.objects.filter(user__in=[alice, rachel]).delete()

    assert not Intake.objects.visible_to(alice).exists()
    assert not Intake.objects.visible_to(rachel).exists()


@pytest.mark.usefixtures("intake")
def test_an_author_who_moved_to_another_team_sees_nothing(alice: User, other_team: Team) -> None:
    assert Intake.objects.visible_to(alice).exists()

    Membership.objects.filter(user=alice).delete()
    Membership.objects.create(user=alice, team=other_team, role=Role.PROFESSIONAL)

    assert not Intake.objects.visible_to(alice).exists()


def test_visibility_takes_the_same_queries_for_more_intakes(
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
def test_a_password_is_stored_as_an_argon2_hash() -> None:
    user = User.objects.create_user("anna", "correct horse battery")

    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("correct horse battery")


@pytest.mark.django_db
def test_nobody_signs_in_to_an_account_without_a_password() -> None:
    assert not User.objects.create_user("anna").has_usable_password()


def test_people_and_memberships_are_shown_by_name(alice: User, team: Team) -> None:
    named = User(username="anna", name="Anna de Vries")

    assert str(named) == "Anna de Vries"
    assert str(alice) == "alice"
    assert str(Membership(user=named, team=team, role=Role.REVIEWER)).startswith("Anna de Vries, North: ")


def test_rows_are_shown_without_content(alice: User, intake: Intake) -> None:
    document = document_actions.store_document(alice, intake, "full", "nl", b"%PDF")

    incident = incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home", what="geheim"))

    rows = (intake, intake.case, document, incident)
    assert [str(row) for row in rows] == [str(row.uuid) for row in rows]
    codes = ("intake.started", "document.made", "incident.added")
    events = list(Event.objects.all())
    assert [str(event) for event in events] == [
        f"{event.seq}: {code}" for event, code in zip(events, codes, strict=True)
    ]
    assert str(ChainHead.objects.get()) == f"case:{intake.case_id} 3"


def test_stored_answers_to_unknown_items_are_refused(intake: Intake) -> None:
    intake.content["answers"] = {"no_such_item": "yes"}

    with pytest.raises(InvalidInputError):
        _ = intake.answers


@pytest.mark.django_db
def test_the_models_have_their_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
