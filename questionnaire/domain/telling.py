"""Say when the client was told of a step."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.domain.dates import format_date

#: What is said beside a step as long as no day is recorded on which the client was told of it.
UNTOLD: Final = gettext_lazy("When the client was told of this: not written down yet.")


def told_lines(told_on: date | None) -> tuple[str, ...]:
    """Return the line that says when the client was told of a step; none when no day is recorded."""
    return (_("The client was told on %(date)s") % {"date": format_date(told_on)},) if told_on else ()
