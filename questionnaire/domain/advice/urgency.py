"""Define the urgency of advice: four levels, of which the lowest still means consult and keep following."""

from __future__ import annotations

from enum import IntEnum

from django.utils.translation import gettext_lazy as _


class Urgency(IntEnum):
    """Ordered: a higher value is more urgent. The codes never change, as other programs read them."""

    FOLLOW = 1
    DAYS = 2
    TODAY = 3
    NOW = 4

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        """The name of the level in the active language."""
        return str(_LABELS[self])


_LABELS = {
    Urgency.NOW: _("Act now"),
    Urgency.TODAY: _("Consult today"),
    Urgency.DAYS: _("Within days"),
    Urgency.FOLLOW: _("Consult and keep following"),
}
