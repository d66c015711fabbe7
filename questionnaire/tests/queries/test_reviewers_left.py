"""Whether a reviewer of the team may see a case, however it came that none does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from questionnaire.actions import access as access_actions
from questionnaire.actions import handovers, memberships
from questionnaire.actions import review as review_actions
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.queries.reviewers_left import has_reviewer, teams_without
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_codes, reload

pytestmark = pytest.mark.django_db

Kind = Access.Kind
Role = Membership.Role


def denied(alice: User, rachel: User, intake: Intake) -> None:
    access_actions.grant(alice, intake, rachel, Kind.LOCKED_OUT)


def shielded(alice: User, _rachel: User, intake: Intake) -> None:
    access_actions.shield(alice, intake)


def not_named_any_more(alice: User, rachel: User, intake: Intake) -> None:
    access_actions.shield(alice, intake)
    access_actions.grant(alice, intake, rachel, Kind.NAMED)
    assert has_reviewer(reload(intake).case)
    access_actions.revoke(alice, intake, rachel, Kind.NAMED)


@pytest.mark.parametrize("change", [denied, shielded, not_named_any_more])
def test_who_leaves_no_reviewer_is_recorded_and_the_team_counted(
    alice: User, rachel: User, team: Team, intake: Intake, change: Callable[..., None]
) -> None:
    assert teams_without([team]) == []

    change(alice, rachel, intake)

    assert not has_reviewer(reload(intake).case)
    [found] = teams_without([team])
    assert (found.team, found.count, found.has_reviewers) == (team, 1, True)
    times = 2 if change is not_named_any_more else 1
    assert event_codes().count("case.no_reviewer_left") == times


def test_one_reviewer_of_two_is_enough(alice: User, rachel: User, team: Team, intake: Intake) -> None:
    account("dana", team, Role.REVIEWER)

    denied(alice, rachel, intake)

    assert teams_without([team]) == []
    assert "case.no_reviewer_left" not in event_codes()


def test_the_author_who_reviews_may_see_what_they_shield_until_they_hand_it_over(
    alice: User, bob: User, team: Team, intake: Intake
) -> None:
    Membership.objects.create(user=alice, team=team, role=Role.REVIEWER)
    access_actions.shield(alice, intake)
    access_actions.revoke(alice, intake, alice, Kind.NAMED)
    assert teams_without([team]) == []

    handovers.hand_over(alice, intake, bob, "")

    assert [each.count for each in teams_without([team])] == [1]
    assert event_codes()[-1] == "case.no_reviewer_left"


@pytest.mark.parametrize("how", ["role taken", "account closed", "administers too"])
def test_a_reviewer_who_left_counts_no_more(
    alice: User, rachel: User, team: Team, intake: Intake, how: str
) -> None:
    """The other one was denied access before, when that left somebody."""
    dana, adam = account("dana", team, Role.REVIEWER), account("adam", team, Role.ADMINISTRATOR)
    access_actions.grant(alice, intake, dana, Kind.LOCKED_OUT)
    if how == "role taken":
        memberships.revoke_role(adam, team, rachel, Role.REVIEWER)
    elif how == "account closed":
        memberships.set_active(adam, team, rachel, is_active=False)
    else:
        Membership.objects.create(user=rachel, team=team, role=Role.ADMINISTRATOR)

    assert [each.count for each in teams_without([team])] == [1]


def test_without_any_reviewer_only_what_waits_for_one_counts(
    alice: User, team: Team, other_team: Team, intake: Intake
) -> None:
    assert teams_without([team, other_team]) == []

    review_actions.submit(alice, intake)

    [found] = teams_without([team, other_team])
    assert (found.count, found.has_reviewers) == (1, False)
