"""Say where the log of incidents and the answers meet: what the log offers, and where the two differ.

An offer is shown beside a question and taken over by a person, or not. It is never more than the log holds:
a log is not complete, so it shows that something was at least so often, and never that it was not. Where an
answer says less than the log, both are told side by side. Which of the two is right is not known here.

Only incidents with a date up to the day of the conversation count: a log is kept on afterwards. No rule reads
this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import first_day, format_date, is_full, is_year
from questionnaire.domain.incidents import PLACES, Incident, count_incidents, last_to_end
from questionnaire.domain.intervals import possible_days
from questionnaire.domain.items import choice_text, lower_first
from questionnaire.domain.log_behaviour import behaviours

START, LAST, HOW_OFTEN, POLICE = "pattern_start", "last_incident", "contact_frequency", "police_contact"
GRIDS: Final = tuple(f"behaviour_{place.code}" for place in PLACES)
#: The questions beside which the log can have something to say.
LOG_ITEMS: Final = (START, *GRIDS, HOW_OFTEN, LAST, POLICE)

_WEEK: Final = 7
_WEEKS: Final = 4
#: "Every day" is so many different days of four weeks, or of one week in a table.
_NEARLY_EVERY_DAY: Final = 24
_NEARLY_A_WEEK: Final = 6
#: "Every week" in a table is at least so many days with never more than a week between.
_WEEKLY_FOR: Final = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the log says beside a question. `value` is what can be taken over, "" where it only informs.

    Of a table it is the column for `row`.
    """

    item: str
    said: str
    row: str = ""
    value: str = ""

    @property
    def sentence(self) -> str:
        """The offer in the language in which it was made."""
        return _in_row(self.item, self.row, _("From the log: %(said)s.") % {"said": self.said})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer, and what the log says instead."""

    item: str
    answered: str
    logged: str
    row: str = ""

    @property
    def sentence(self) -> str:
        """Both sides, in the language in which it was made; never which one is right."""
        both = _("The answer says: %(answer)s. The log says: %(log)s.")
        return _in_row(self.item, self.row, both % {"answer": self.answered, "log": self.logged})


def offers(answers: Answers, incidents: Iterable[Incident], on: date) -> tuple[Offer, ...]:
    """Return what the log offers that the answers do not say yet, in the order of the questions."""
    log = _up_to(incidents, on)
    found = (*_date_offers(answers, log), *_grid_offers(answers, log), *_how_often_offer(answers, log, on))
    return tuple(sorted(found, key=lambda offer: LOG_ITEMS.index(offer.item)))


def contradictions(answers: Answers, incidents: Iterable[Incident], on: date) -> tuple[Contradiction, ...]:
    """Return where an answer and the log differ, in the order of the questions. No answer never differs."""
    log = _up_to(incidents, on)
    found = (
        *_date_contradictions(answers, log),
        *_grid_contradictions(answers, log),
        *_how_often_contradiction(answers, log, on),
        *_police_contradiction(answers, log),
    )
    return tuple(sorted(found, key=lambda each: LOG_ITEMS.index(each.item)))


def _up_to(incidents: Iterable[Incident], on: date) -> tuple[Incident, ...]:
    return tuple(each for each in incidents if each.date and first_day(each.date) <= on)


def _in_row(item: str, row: str, sentence: str) -> str:
    return f"{choice_text(ITEMS[item].rows, row)}. {sentence}" if row else sentence


# --- Dates --------------------------------------------------------------------------------------------------


def _date_offers(answers: Answers, log: Sequence[Incident]) -> Iterator[Offer]:
    if not log:
        return
    first, last = min(log, key=lambda each: first_day(each.date)), last_to_end(log)
    if not (said := answers.text(START)) or first_day(first.date) < first_day(said):
        yield Offer(
            START,
            _("the first incident is of %(date)s") % {"date": _when(first)},
            value=_known(first.date, first),
        )
    if last and (not (said := answers.text(LAST)) or first_day(last.last_date) > first_day(said)):
        text = _("the last incident is of %(date)s") % {"date": _when(last, last.last_date)}
        yield Offer(LAST, text, value=_known(last.last_date, last))


def _known(when: str, incident: Incident) -> str:
    """Return a date as certain as it is: about a day is its month, and a year alone is no answer yet."""
    if incident.precision != "day":
        when = when[: len("2026-03")]
    return "" if is_year(when) else when


def _when(incident: Incident, when: str = "") -> str:
    when = when or incident.date
    if incident.precision == "month":
        when = when[: len("2026-03")]
    text = format_date(when)
    return _("about %(date)s") % {"date": text} if incident.precision == "about" else text


def _date_contradictions(answers: Answers, log: Sequence[Incident]) -> Iterator[Contradiction]:
    """Yield the dates that differ whatever days they can mean."""
    if not log:
        return
    start, last = answers.text(START), answers.text(LAST)
    earliest = min(log, key=lambda each: possible_days(each.date, each.precision).last)
    latest = max(log, key=lambda each: possible_days(each.last_date, each.precision).first)
    logged = _("an incident of %(date)s")
    if start and possible_days(earliest.date, earliest.precision).last < first_day(start):
        yield Contradiction(START, format_date(start), logged % {"date": _when(earliest)})
    if last and possible_days(latest.last_date, latest.precision).first > possible_days(last, "day").last:
        yield Contradiction(LAST, format_date(last), logged % {"date": _when(latest, latest.last_date)})


# --- Behaviour ----------------------------------------------------------------------------------------------


def _by_row(log: Iterable[Incident]) -> Mapping[tuple[str, str], list[Incident]]:
    found: dict[tuple[str, str], list[Incident]] = {}
    for incident in log:
        for row in behaviours(incident):
            found.setdefault(row, []).append(incident)
    return found


def _grid_offers(answers: Answers, log: Sequence[Incident]) -> Iterator[Offer]:
    by_row = _by_row(log)
    for grid in GRIDS:
        scale = [column.code for column in ITEMS[grid].columns if column.code != "unknown"]
        if at_place := [each for each in log if f"behaviour_{each.place}" == grid]:
            yield Offer(grid, _counted_at(at_place))
        for row in ITEMS[grid].rows:
            if those := by_row.get((grid, row.code)):
                shown, given = _column(those), _cell(answers, grid, row.code)
                if given not in scale or scale.index(given) < scale.index(shown):
                    yield Offer(grid, _counted(those), row.code, shown)


def _column(incidents: Sequence[Incident]) -> str:
    """Return how often it was at its worst, as far as certain days show it."""
    days = _certain_days(incidents)
    if any((later - day).days < _WEEK for day, later in zip(days, days[_NEARLY_A_WEEK - 1 :], strict=False)):
        return "daily"
    if any(_is_weekly(days[start:]) for start in range(len(days))):
        return "weekly"
    return "sometimes" if count_incidents(incidents) > 1 else "once"


def _is_weekly(days: Sequence[date]) -> bool:
    """Return whether from the first of these days on there was something every week for three weeks."""
    for day, later in pairwise(days):
        if (later - day).days > _WEEK:
            return False
        if later - days[0] >= _WEEKLY_FOR:
            return True
    return False


def _certain_days(incidents: Iterable[Incident]) -> list[date]:
    """Return the days on which something certainly was, each once, from the earliest."""
    ends = {
        end
        for each in incidents
        if each.precision == "day"
        for end in (each.date, each.last_date)
        if is_full(end)
    }
    return sorted(map(date.fromisoformat, ends))


def _cell(answers: Answers, grid: str, row: str) -> str:
    cells = answers.get(grid)
    return cells.get(row, "") if isinstance(cells, Mapping) else ""


def _grid_contradictions(answers: Answers, log: Sequence[Incident]) -> Iterator[Contradiction]:
    by_row = _by_row(log)
    for grid in GRIDS:
        columns, differs = ITEMS[grid].columns, False
        for row in ITEMS[grid].rows:
            those, given = by_row.get((grid, row.code), []), _cell(answers, grid, row.code)
            most = {"never": 0, "once": 1}.get(given)
            if most is not None and count_incidents(those) > most:
                differs = True
                yield Contradiction(grid, lower_first(choice_text(columns, given)), _counted(those), row.code)
        at_place = [each for each in log if f"behaviour_{each.place}" == grid]
        if (
            at_place
            and not differs
            and {_cell(answers, grid, row.code) for row in ITEMS[grid].rows} == {"never"}
        ):
            yield Contradiction(grid, _("never, for everything in this table"), _counted_at(at_place))


def _counted_at(incidents: Sequence[Incident]) -> str:
    """Return the same with the place, which is that of all: "at home 3 times, the last of 20 March 2026"."""
    return f"{lower_first(choice_text(PLACES, incidents[0].place))} {_counted(incidents)}"


def _counted(incidents: Sequence[Incident]) -> str:
    """Return how many there were and the date of the last: "3 times, last on 20 March 2026"."""
    count, last = count_incidents(incidents), last_to_end(incidents)
    when = _when(last, last.last_date) if last else ""
    text = ngettext("%(count)s time (%(date)s)", "%(count)s times, the last of %(date)s", count)
    return text % {"count": count, "date": when}


# --- How often, and the police ------------------------------------------------------------------------------


def _days_in_four_weeks(log: Sequence[Incident], on: date) -> list[date]:
    return [day for day in _certain_days(log) if on - timedelta(weeks=_WEEKS) < day <= on]


def _at_least(days: Sequence[date], on: date) -> str:
    """Return the answer that so many days show; "" where they are too few to say how often it was."""
    by_week = [sum((on - day).days // _WEEK == week for day in days) for week in range(_WEEKS)]
    if len(days) >= _NEARLY_EVERY_DAY:
        return "daily"
    if min(by_week) >= 2:
        return "several_weekly"
    return "weekly" if sum(map(bool, by_week)) >= _WEEKS - 1 else ""


def _how_often_offer(answers: Answers, log: Sequence[Incident], on: date) -> Iterator[Offer]:
    scale = ITEMS[HOW_OFTEN].scale()
    if days := _days_in_four_weeks(log, on):
        value, given = _at_least(days, on), answers.text(HOW_OFTEN) or ""
        if given not in scale or (value and scale.index(given) < scale.index(value)):
            yield Offer(HOW_OFTEN, _on_days(days, on), value=value)


def _how_often_contradiction(answers: Answers, log: Sequence[Incident], on: date) -> Iterator[Contradiction]:
    scale, given = ITEMS[HOW_OFTEN].scale(), answers.text(HOW_OFTEN) or ""
    days = _days_in_four_weeks(log, on)
    least = days and (_at_least(days, on) or "less")
    if least and given in scale and scale.index(given) < scale.index(least):
        answered = lower_first(choice_text(ITEMS[HOW_OFTEN].options, given))
        yield Contradiction(HOW_OFTEN, answered, _on_days(days, on))


def _on_days(days: Sequence[date], on: date) -> str:
    text = ngettext(
        "in four weeks up to %(on)s, something on %(count)s day: %(last)s",
        "in four weeks up to %(on)s, something on %(count)s days, the last %(last)s",
        len(days),
    )
    return text % {"count": len(days), "on": format_date(on), "last": format_date(days[-1])}


def _police_contradiction(answers: Answers, log: Sequence[Incident]) -> Iterator[Contradiction]:
    reported = [each for each in log if each.reported]
    if reported and answers.get(POLICE) == ("none",):
        answered = lower_first(choice_text(ITEMS[POLICE].options, "none"))
        logged = _("the police know of it: %(counted)s") % {"counted": _counted(reported)}
        yield Contradiction(POLICE, answered, logged)
