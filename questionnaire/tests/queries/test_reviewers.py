"""Whether anybody can review an intake, and whom to ask when nobody can."""

from datetime import date

from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.queries.reviewers import NoReviewer, missing_reviewer
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page

WARNING = "Nobody can review this now"


def test_someone_can_while_the_team_has_a_reviewer(rachel: User, intake: Intake) -> None:
    assert missing_reviewer(intake) is None


def test_a_team_without_a_reviewer_is_told_whom_to_ask(intake: Intake, team: Team, other_team: Team) -> None:
    account("ada", team, Membership.Role.ADMINISTRATOR)
    account("elsewhere", other_team, Membership.Role.REVIEWER, Membership.Role.MANAGER)

    assert missing_reviewer(intake) == NoReviewer(has_reviewers=False, ask=("ada", "alice"))


def test_without_anybody_to_ask_it_is_whoever_runs_the_program(bob: User, team: Team) -> None:
    own = intake_actions.start_intake(bob, team, "own", date(2026, 3, 23), "nl")

    assert missing_reviewer(own) == NoReviewer(has_reviewers=False, ask=())


def test_a_closed_account_reviews_nothing(rachel: User, intake: Intake) -> None:
    User.objects.filter(pk=rachel.pk).update(is_active=False)

    assert missing_reviewer(intake) == NoReviewer(has_reviewers=False, ask=("alice",))


def test_whoever_wrote_words_of_it_does_not_count(
    alice: User, rachel: User, team: Team, intake: Intake
) -> None:
    Membership.objects.create(user=rachel, team=team, role=Membership.Role.PROFESSIONAL)
    access_actions.grant(alice, intake, rachel, Access.Kind.ASSIGNED)
    sent = submission_of(intake, fear_own_words="Ik ben bang.")
    intake_actions.save_section(rachel, intake, "fear", sent)
    access_actions.revoke(alice, intake, rachel, Access.Kind.ASSIGNED)

    assert missing_reviewer(intake) == NoReviewer(has_reviewers=True, ask=("alice",))


def test_whoever_may_not_see_it_does_not_count(alice: User, rachel: User, intake: Intake) -> None:
    access_actions.shield(alice, intake)

    assert missing_reviewer(intake) == NoReviewer(has_reviewers=True, ask=("alice",))

    access_actions.grant(alice, intake, rachel, Access.Kind.NAMED)
    assert missing_reviewer(intake) is None


def test_the_review_says_so_before_and_after_handing_in(
    client: Client, alice: User, intake: Intake, team: Team
) -> None:
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"
    review = reverse("review", args=[intake.pk])

    before = Page(client, review).html
    response = client.post(reverse("submit", args=[intake.pk]), follow=True)
    after = response.content.decode()

    assert WARNING in before
    assert "Ask for a reviewer today: alice." in before
    assert "It then waits until someone can." in before
    assert WARNING in after
    assert "It was handed in, and waits until someone can." in after
    account("rachel", team, Membership.Role.REVIEWER)
    assert WARNING not in Page(client, review).html


def test_what_was_signed_off_needs_no_reviewer(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, Intake.objects.get(), b"%PDF", {})
    rachel.memberships.all().delete()
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"

    assert WARNING not in Page(client, reverse("review", args=[intake.pk])).html
