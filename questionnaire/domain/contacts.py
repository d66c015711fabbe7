"""List whom to call. No other module has a telephone number in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call, and the day on which someone last checked the number with the organisation itself.

    `name_when_urgent` is the name beside advice to act now, where "no emergency" would contradict it.
    """

    id: str
    called: StrPromise
    number: str
    checked_on: date
    name_when_urgent: StrPromise | None = None
    #: A number that is part of the name.
    prefix: str = ""

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return f"{self.prefix} {self.called}".strip()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return each of its numbers as it is written."""
        return tuple(self.number.split(" / "))

    @property
    def dial(self) -> str:
        """Return the first of its numbers, as a telephone dials it."""
        return self.numbers[0].replace(" ", "")


# From the project's own list of facts; nobody has checked them at the source since this day.
_CHECKED: Final = date(2026, 11, 23)

CONTACTS: Final = {
    contact.id: contact
    for contact in (
        Contact("police_emergency", _("Emergency number"), "112", _CHECKED),
        Contact("police", _("Police, no emergency"), "0900-8844", _CHECKED, _("Police")),
        Contact("veilig_thuis", _("Veilig Thuis (Safe at Home)"), "0800-2000", _CHECKED),
        Contact("victim_support", _("Victim Support Netherlands"), "0900-0101", _CHECKED),
        Contact("suicide_prevention", _("Suicide Prevention"), "113 / 0800-0113", _CHECKED, prefix="113"),
        Contact("sexual_violence_centre", _("Sexual Assault Centre"), "0800-0188", _CHECKED),
        Contact("legal_aid", _("Legal Aid Desk"), "0800-8020", _CHECKED),
        Contact("helpwanted", _("Helpwanted (online abuse)"), "020-261 52 75", _CHECKED),
        Contact("childrens_helpline", _("Children's helpline"), "0800-0432", _CHECKED),
    )
}

#: By contact id, to fill in sentences: "Call %(police)s".
PHONE_NUMBERS: Final = {contact.id: contact.number for contact in CONTACTS.values()}
