"""Say of intakes that are erased which of their documents went out of our hands."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.models import Delivery, Intake
from questionnaire.queries.deliveries import deliveries_of


def lines_about(intakes: Iterable[Intake]) -> list[str]:
    """Return one line for each document that was delivered, may have been, or waits to be."""
    return [_line(each) for each in deliveries_of(intakes)]


def _line(delivery: Delivery) -> str:
    values = {"file": f"{delivery.name}.pdf", "place": delivery.place}
    if delivery.delivered_at:
        line = _("Delivered on %(date)s, so not in our hands: %(file)s in %(place)s. Erase it there too.")
        return line % {**values, "date": localtime(delivery.delivered_at).date()}
    if delivery.tries:
        return _("It was tried to deliver %(file)s to %(place)s. Look there whether it arrived.") % values
    return _("It waits to be delivered, and goes too: %(file)s.") % values
