"""Define who holds a case: who leads it, the client's fixed contact, and who stands in for them.

These can be people outside the organisation. They decide nothing about who may see the case. Names are free
text and can be anything. `lines()` gives them as lines of text in the active language, not yet escaped
for HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.dates import format_date, parse_day
from questionnaire.domain.errors import InvalidInputError, Problem
from questionnaire.domain.parsing import Parse, parse_name, parse_object, record_to_json
from questionnaire.domain.text import escape_controls

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The three places, in the order in which they are shown, by the names of their fields.
HOLDER_LABELS: Final[dict[str, StrPromise]] = {
    "lead": gettext_lazy("Lead of the case"),
    "contact": gettext_lazy("Fixed contact for the client"),
    "deputy": gettext_lazy("Deputy"),
}
NOT_AGREED: Final = gettext_lazy("not agreed yet")


@dataclass(frozen=True, slots=True)
class Holder:
    """A person or organisation, how to reach them, and since when; "" and None: not recorded."""

    name: str
    reach: str = ""
    since: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in; null for what was not recorded."""
        return record_to_json(self)

    def text(self) -> str:
        """Return "J. Smit, front desk, since 23 March 2026"."""
        since = _("since %(date)s") % {"date": format_date(self.since)} if self.since else ""
        return ", ".join(filter(None, (escape_controls(self.name), escape_controls(self.reach), since)))


@dataclass(frozen=True, slots=True)
class CaseHolders:
    """Who holds a case. None is not agreed yet, or not written down."""

    lead: Holder | None = None
    contact: Holder | None = None
    deputy: Holder | None = None

    def to_json(self) -> dict[str, object]:
        """Return the form it is stored in: `parse_case_holders` gives the same back."""
        return {name: holder.to_json() if holder else None for name, holder in self.by_name().items()}

    def by_name(self) -> dict[str, Holder | None]:
        """Return who holds each of the places in `HOLDER_LABELS`."""
        return {"lead": self.lead, "contact": self.contact, "deputy": self.deputy}

    def labelled(self) -> tuple[tuple[str, str], ...]:
        """Return each place with who holds it. Without a deputy that is left out: not every case has one."""
        return tuple(
            (str(HOLDER_LABELS[name]), holder.text() if holder else str(NOT_AGREED))
            for name, holder in self.by_name().items()
            if holder or name != "deputy"
        )

    def lines(self) -> tuple[str, ...]:
        """Return each place with who holds it, as one line."""
        return tuple(f"{label}: {text}" for label, text in self.labelled())


#: The holders of a case of which nothing is written down.
NOBODY: Final = CaseHolders()


def parse_case_holders(raw: object, until: date) -> CaseHolders:
    """Return who holds a case, since `until` at the latest. Raise InvalidInputError with every problem."""
    parsers: dict[str, Parse] = dict.fromkeys(HOLDER_LABELS, lambda value: _parse_holder(value, until))
    return CaseHolders(**parse_object(raw, parsers))  # type: ignore[arg-type]


def _parse_holder(raw: object, until: date) -> Holder | None:
    """Return a holder; None when none of its texts is visible."""
    parsers: dict[str, Parse] = {
        "name": parse_name,
        "reach": parse_name,
        "since": lambda value: parse_day(value, until),
    }
    holder = Holder(**{"name": "", **parse_object(raw, parsers)})  # type: ignore[arg-type]
    if holder == Holder(""):
        return None
    if not holder.name:
        raise InvalidInputError([Problem("name", gettext_lazy("write down who this is"))])
    return holder
