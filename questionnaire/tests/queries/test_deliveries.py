"""Which signed documents were delivered, and which were not."""

from __future__ import annotations

from typing import Any

from questionnaire.actions import review as review_actions
from questionnaire.models import Delivery, Intake, User
from questionnaire.queries.deliveries import counts, deliveries_of, not_delivered
from questionnaire.tests.factories import PDF


def test_each_state_is_counted_and_what_is_open_is_listed(
    alice: User, rachel: User, intake: Intake, settings: Any
) -> None:
    assert counts() == {"waiting": 0, "delivered": 0, "failed": 0}

    settings.DELIVERY = {"kind": "folder", "folder": "/srv/files"}
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), PDF, {})

    assert counts() == {"waiting": 1, "delivered": 0, "failed": 0}
    assert not_delivered() == deliveries_of([intake]) == [Delivery.objects.get()]

    Delivery.objects.update(state="delivered")

    assert counts() == {"waiting": 0, "delivered": 1, "failed": 0}
    assert not_delivered() == []
    assert deliveries_of([]) == []
