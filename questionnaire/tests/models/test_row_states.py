"""Which writes an event tells of. What a command then names: `lifecycle/test_row_faults.py`."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaire.models import Incident, Step, User, row_states

pytestmark = pytest.mark.django_db


def run(code: str, **names: Any) -> None:
    """Run code as if it stood in a module of the program."""
    exec(code, {"__name__": "questionnaire.actions.forgotten", **names})  # noqa: S102  (written above)


@pytest.mark.parametrize(
    "code",
    [
        "model.objects.update(kind='decision')",
        "model.objects.all().filter(kind='').update(kind='decision')",
        "model.objects.bulk_create([])",
        "model._base_manager.bulk_update([], ['kind'])",
    ],
)
def test_a_write_of_many_rows_that_no_event_tells_of_fails_in_every_test(code: str) -> None:
    with pytest.raises(AssertionError, match="no event tells"):
        run(code, model=Step)


def test_what_is_told_otherwise_can_be_written(alice: User) -> None:
    run("model.objects.filter(pk=pk).update(rules_told=3)", model=User, pk=alice.pk)
    run(
        "row_states.update(model.objects.all(), removed_at=None)",
        model=Incident,
        row_states=row_states,
    )

    assert User.objects.get(pk=alice.pk).rules_told == 3
