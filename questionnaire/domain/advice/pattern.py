"""Work out the pattern: what happens where and how often, and the sentence that sums it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import first_day, format_date
from questionnaire.domain.incidents import Incident, count_incidents

_HOW_OFTEN: Final = {
    "daily": gettext_lazy("now every day"),
    "several_weekly": gettext_lazy("now several times a week"),
    "weekly": gettext_lazy("now about every week"),
    "less": gettext_lazy("now less often than every week"),
    "not_lately": gettext_lazy("not in the past four weeks"),
}

#: The columns that count; they are the same in the three grids.
_RAISED: Final = frozenset().union(*(ITEMS[grid].raises for grid in BEHAVIOUR))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One raised cell: place home, elsewhere or online; behaviour and frequency as codes of the grid."""

    place: str
    behaviour: str
    frequency: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """The raised cells, the number of incidents, since when (a partial date) and how often now (a code).

    Each line of the log counts as its times; since is the earliest date known. `all_never`: behaviour was
    asked about, and every answer was "never".
    """

    behaviours: tuple[Behaviour, ...]
    incidents: int
    since: str | None
    how_often: str | None
    all_never: bool = False

    @property
    def sentence(self) -> str:
        """The pattern with its numbers, in the active language. It never reassures."""
        if not self.behaviours and not self.incidents:
            if self.all_never:
                return _(
                    'All behaviour that was asked about was answered with "never". '
                    "That does not mean that nothing happened."
                )
            return _("No behaviour has been written down yet. That does not mean that nothing happened.")
        whole = _join(self._counts())
        if self.since:
            whole = _("%(what)s since %(date)s") % {"what": whole, "date": format_date(self.since)}
        if self.how_often:
            whole = f"{whole}, {_HOW_OFTEN[self.how_often]}"
        if len(self.behaviours) + self.incidents == 1:  # of one thing nothing can be told together
            sentence = _("Each incident apart may look small. Written down so far: %(what)s.")
        else:
            sentence = _("Each incident apart may look small. Together: %(what)s.")
        sentence %= {"what": whole}
        if self.how_often == "not_lately":
            return " ".join((sentence, _("Silence is no reassurance.")))
        return sentence

    def _counts(self) -> list[str]:
        kinds, incidents = len(self.behaviours), self.incidents
        counts = []
        if kinds:
            counts.append(
                ngettext("%(count)s kind of behaviour", "%(count)s kinds of behaviour", kinds)
                % {"count": kinds}
            )
        if incidents:
            counts.append(
                ngettext("%(count)s incident", "%(count)s incidents", incidents) % {"count": incidents}
            )
        return counts

    def __str__(self) -> str:
        return self.sentence


def _join(parts: Sequence[str]) -> str:
    return _(" and ").join(parts)


def pattern(answers: Answers, incidents: Sequence[Incident]) -> Pattern:
    """Return the pattern in the grids, the incident log and the dates."""
    grids = {grid: cells for grid in BEHAVIOUR if isinstance(cells := answers.get(grid), Mapping)}
    behaviours = tuple(
        Behaviour(grid.removeprefix("behaviour_"), row, column)
        for grid, cells in grids.items()
        for row, column in cells.items()
        if column in _RAISED
    )
    all_never = {column for cells in grids.values() for column in cells.values()} == {"never"}
    dates = [incident.date for incident in incidents if incident.date]
    dates += filter(None, [answers.text("pattern_start")])
    since = min(dates, key=first_day) if dates else None
    how_often = answers.text("contact_frequency")
    return Pattern(behaviours, count_incidents(incidents), since, how_often, all_never)
