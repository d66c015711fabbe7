"""Read which signed documents were delivered, and which were not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count

from questionnaire.models import Delivery, Intake


def counts() -> Mapping[str, int]:
    """Return how many deliveries are in each state."""
    found = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Delivery.State.values}


def not_delivered() -> Sequence[Delivery]:
    """Return what waits and what failed, what is tried first first."""
    return list(Delivery.objects.exclude(state=Delivery.State.DELIVERED))


def deliveries_of(intakes: Iterable[Intake]) -> Sequence[Delivery]:
    """Return the deliveries of these intakes."""
    return list(Delivery.objects.filter(intake__in=[each.pk for each in intakes]))
