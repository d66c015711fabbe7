"""Who set what the organisation has of its own: by its newest authentic event."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.utils import timezone

from questionnaire.actions import organisation as actions
from questionnaire.actions.terms import set_terms
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.terms import Terms
from questionnaire.models import Event, Membership, OrganisationEntry, Team, User
from questionnaire.queries.set_by import SetBy, set_by
from questionnaire.tests.conftest import account
from questionnaire.tests.tampering import execute

CONTACT: Final = {"name": "De Haven", "number": "010-123 45 67", "reachable": "", "note": ""}


@pytest.fixture
def mona(team: Team) -> User:
    return account("mona", team, Membership.Role.MANAGER)


def names() -> dict[str, str]:
    entries = OrganisationEntry.objects.all()
    by = set_by(entries)
    return {str(entry.content.get("name", entry.kind)): by[entry.pk].who for entry in entries}


def test_each_entry_has_who_set_it_last_by_one_query(
    mona: User, alice: User, team: Team, django_assert_num_queries: Any
) -> None:
    haven = actions.add_contact(mona, team, "shelter", CONTACT)
    actions.add_contact(alice, team, "shelter", {**CONTACT, "name": "De Kade"})
    actions.set_single(mona, team, "start_card", {"nl": "Koffie"})
    actions.set_single(alice, team, "client_page", {"nl": "Tot ziens"})
    set_terms(mona, team, Terms(1, 5))

    expected = {"De Haven": "mona", "De Kade": "alice", "start_card": "mona", "client_page": "alice"}
    assert names() == {**expected, "terms": "mona"}
    actions.change_contact(alice, haven.pk, {**CONTACT, "note": "x"})
    set_terms(alice, team, Terms(1, 6))
    assert names() == {**expected, "De Haven": "alice", "terms": "alice"}
    entries = list(OrganisationEntry.objects.all())
    with django_assert_num_queries(1):
        by = set_by(entries)
    assert {each.at.date() for each in by.values() if each.at} == {timezone.now().date()}


def test_what_was_removed_and_put_back_has_who_put_it_back(mona: User, alice: User, team: Team) -> None:
    entry = actions.add_contact(mona, team, "shelter", CONTACT)
    change = actions.remove_contact(mona, entry.pk)

    assert actions.restore_contact(alice, entry.pk, change)

    assert names() == {"De Haven": "alice"}


def test_an_event_that_something_else_wrote_names_nobody(
    mona: User, alice: User, team: Team, unguarded: None
) -> None:
    set_terms(mona, team, Terms(1, 5))
    set_terms(mona, team, Terms(1, 6))
    forged = Event.objects.filter(code=EventCode.OWN_TERMS_CHANGED).latest("seq")
    execute("UPDATE questionnaire_event SET actor_id = %s WHERE seq = %s", alice.pk, forged.pk)

    assert names() == {"terms": "mona"}

    execute("UPDATE questionnaire_event SET actor_id = %s", alice.pk)
    assert names() == {"terms": ""}


def test_without_an_event_nothing_says_who(team: Team) -> None:
    entry = OrganisationEntry(team=team, kind="terms", content={"soon": 1, "later": 1})

    assert set_by([entry]) == {entry.pk: SetBy("", None)}
