"""The list of cases among generated ones: both ways of reading it show the same, and to each their own."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.authorship import involving, is_involved
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.workflow import State
from questionnaire.models import Access, AccessScope, Intake, Membership, Team, User
from questionnaire.queries import case_list
from questionnaire.queries.case_list import Filters, readable_page
from questionnaire.queries.case_rows import ReadableCase
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import TODAY, sign_stored_rights, start_in

FILTERS = [
    Filters(),
    Filters(state=State.SUBMITTED),
    Filters(state=State.SIGNED_OFF),
    Filters(is_due=True),
    Filters(is_mine=True),
    Filters(is_mine=True, is_due=True),
]


@pytest.fixture
def people(alice: User, bob: User, rachel: User, team: Team) -> list[User]:
    both = account("both", team, Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)
    return [alice, bob, rachel, both]


@pytest.fixture
def many(people: list[User], team: Team) -> None:
    """Store cases with up to three assessments, corrections, openings, and rights of several people."""
    random = Random(7)  # noqa: S311
    alice, bob, _rachel, both = people
    for number in range(30):
        author = random.choice([alice, bob, both])
        first = intake_actions.start_intake(author, team, f"n{number:02}", TODAY, "nl")
        last = first
        for _more in range(random.choice([0, 0, 1, 2])):
            by = random.choice([author, author, bob])
            following = start_in(first.case, by)
            follows, corrects = random.choice([(last, None), (None, last)])
            Intake.objects.filter(pk=following.pk).update(
                previous=follows or last.previous, corrects=corrects
            )
            if follows:
                Intake.objects.filter(pk=last.pk).update(is_followed=True)
            sign_stored_rights(first.case)
            last = Intake.objects.get(pk=following.pk)
        for intake in Intake.objects.filter(case=first.case):
            due = random.choice([None, -3, 0, 4, 9])
            level = random.choice(list(Urgency))
            Intake.objects.filter(pk=intake.pk).update(
                state=random.choice(list(State)),
                urgency=level,
                police_urgency=level,
                next_due=due if due is None else TODAY + timedelta(days=due),
            )
        sign_stored_rights(first.case)
        for kind, to in ((Access.Kind.ASSIGNED, bob), (Access.Kind.NAMED, alice)):
            if random.random() < 0.2:
                access_actions.grant(author, first, to, kind)
        if random.random() < 0.2 and author != both:
            access_actions.shield(author, first)


def all_rows(user: User, filters: Filters) -> Iterator[ReadableCase]:
    """Yield the rows of all pages."""
    scope, after = AccessScope.of(user), None
    while True:
        page = readable_page(scope, filters, TODAY, after)
        yield from (row for row in page.rows if isinstance(row, ReadableCase))
        if page.next_after is None:
            return
        after = page.next_after


@pytest.mark.untraced
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_each_case_is_one_row_however_the_list_is_read(
    many: None, people: list[User], filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in people:
        readable = Intake.objects.visible_to(user)
        if filters.is_mine:
            readable = readable.filter(AccessScope.of(user).written)
        expected = {row.case_id for row in readable.filter(filters.condition)}

        monkeypatch.setattr(case_list, "MOST_SORTED", 1000)
        short = [row.shown.case_id for row in all_rows(user, filters)]
        monkeypatch.setattr(case_list, "MOST_SORTED", 0)
        long = [row.shown.case_id for row in all_rows(user, filters)]

        assert len(set(short)) == len(short)
        assert len(set(long)) == len(long)
        if not filters.is_due:
            assert set(short) == set(long) == expected
        else:  # a date that a newer version took away counts for the long list alone
            assert set(short) <= set(long) <= expected


@pytest.mark.untraced
def test_rows_say_nothing_of_conversations_that_one_may_not_read(many: None, people: list[User]) -> None:
    for user in people:
        visible = set(Intake.objects.visible_to(user).values_list("pk", flat=True))
        for row in all_rows(user, Filters()):
            assert {each.pk for each in row.standing.versions} <= visible
            assert row.shown.pk in visible


@pytest.mark.untraced
def test_what_is_due_comes_first_then_the_most_urgent(many: None, people: list[User]) -> None:
    for user in people:
        rows = [row.standing for row in all_rows(user, Filters())]
        keys = [
            (2 if row.next_due is None else int(row.next_due > TODAY), -row.rank, row.next_due or date.max)
            for row in rows
        ]
        assert keys == sorted(keys)


@pytest.mark.untraced
def test_who_may_not_review_is_the_same_for_one_intake_and_for_a_list(many: None, people: list[User]) -> None:
    found = set()
    for user in people:
        listed = set(Intake.objects.filter(involving(user)).values_list("pk", flat=True))
        for intake in Intake.objects.all():
            assert is_involved(user, intake) == (intake.pk in listed)
            found.add(intake.pk in listed)

    assert found == {True, False}
