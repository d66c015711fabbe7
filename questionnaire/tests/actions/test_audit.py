"""A look at events is an event, about nobody but whoever looks."""

import pytest

from questionnaire.actions.audit import record_look
from questionnaire.models import Event, User
from questionnaire.tests.factories import details_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_search", "code"), [(False, "events.read"), (True, "events.searched")])
def test_a_look_is_in_the_chain_of_whoever_looked(alice: User, bob: User, is_search: bool, code: str) -> None:
    record_look(alice, {"teams": [1], "person": bob.pk}, is_search=is_search)

    event = Event.objects.get(code=code)
    assert (event.actor, event.chain, event.subject) == (alice, f"user:{alice.pk}", None)
    assert details_of(event) == {"teams": [1], "person": bob.pk}
