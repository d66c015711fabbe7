"""Build the incident log as a page shows it: what is chosen of it, page by page, with its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.log_imports import delete_expired
from questionnaire.documents import labels
from questionnaire.documents.charts.incidents_by_month import month_chart
from questionnaire.documents.charts.intervals import gap_chart
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.domain.earlier_versions import EARLIER, EARLIER_STEPS
from questionnaire.domain.incidents import ALL_PLACES, SOURCES, Incident, count_incidents, moment
from questionnaire.domain.intervals import shortening
from questionnaire.domain.log_answers import contradictions
from questionnaire.domain.text import escape_controls
from questionnaire.domain.written_dates import read_date
from questionnaire.models import Incident as IncidentRow
from questionnaire.models import Intake, has_earlier_incidents
from questionnaire.permissions import intake_of

#: How many incidents a page shows, so that a log of years opens as fast as one of a week.
PAGE_SIZE: Final = 50

_PLACES: Final = {place.code: place.text for place in ALL_PLACES}
_SOURCES: Final = {source.code: source.text for source in SOURCES}
_REPORTED: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "unknown": None}
_REPORTED_LABELS: Final = {
    "yes": gettext_lazy("Reported"),
    "no": gettext_lazy("Not reported"),
    "unknown": gettext_lazy("Not recorded"),
}


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """One incident as a page shows it. `beside` has what else is known of it, each with its label."""

    when: str
    place: str
    what: str
    evidence: str
    reported: str
    beside: tuple[tuple[str, str], ...]
    uuid: UUID | None = None

    @property
    def in_one_line(self) -> str:
        """Everything that the entry says."""
        known = (
            self.when,
            self.place,
            self.what,
            self.evidence,
            *(f"{name}: {text}" for name, text in self.beside),
        )
        return "; ".join(filter(None, known))


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which incidents to show. Texts are as they were typed; "" does not filter."""

    place: str = ""
    reported: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> LogFilter:
        """Return the filter in a query string; what is no choice counts as none."""
        place, reported = query.get("place", ""), query.get("reported", "")
        return cls(
            place if place in _PLACES else "",
            reported if reported in _REPORTED else "",
            query.get("since", "").strip(),
            query.get("until", "").strip(),
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.place or self.reported or self.since or self.until)

    def chosen(self, log: Iterable[Incident], on: date) -> Iterator[Incident]:
        """Yield the incidents that it shows; those without a date are in no period."""
        since, until = (_bound(typed, on) for typed in (self.since, self.until))
        for incident in log:
            if self.place and incident.place != self.place:
                continue
            if self.reported and incident.reported is not _REPORTED[self.reported]:
                continue
            if since and not (incident.date and incident.last_date >= since[: len(incident.last_date)]):
                continue
            if until and not (incident.date and incident.date[: len(until)] <= until[: len(incident.date)]):
                continue
            yield incident

    def not_understood(self, on: date) -> tuple[str, ...]:
        """Return what was typed as a date and is none."""
        return tuple(typed for typed in (self.since, self.until) if typed and not _bound(typed, on))


def _bound(typed: str, on: date) -> str:
    return read_date(typed, on, dates.today(), dashes_day_first=True).date if typed else ""


def log_context(request: HttpRequest, editing: UUID | None = None) -> dict[str, Any]:
    """Return what the page of the log shows; with `editing` the part of it that has this incident."""
    intake = intake_of(request)
    delete_expired()
    rows = {row.uuid: row.readable for row in intake.incidents}
    log_filter = LogFilter() if editing else LogFilter.of(request.GET)
    shown = set(map(id, log_filter.chosen(rows.values(), intake.on)))
    ordered = sorted(
        ((uuid, incident) for uuid, incident in rows.items() if id(incident) in shown),
        key=lambda row: moment(row[1]),
        reverse=True,
    )
    pages = Paginator(ordered, PAGE_SIZE)
    page = pages.get_page(_page_of(ordered, editing) or request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "log": [entry(incident, uuid) for uuid, incident in page],
        "page": page,
        "query": f"{query.urlencode()}&" if query else "",
        "editing": editing,
        "in_log": editing in rows,
        "filter": log_filter,
        "not_understood": log_filter.not_understood(intake.on),
        "lines": len(rows),
        "incidents": count_incidents(rows.values()),
        "places": list(_PLACES.items()),
        "reported_choices": list(_REPORTED_LABELS.items()),
        "months": list(_months(rows.values())),
        "timeline": month_chart(list(rows.values())),
        "gaps": gap_chart(list(rows.values())),
        "differences": list(_differences(intake, list(rows.values()))),
        "shorter": shortening(list(rows.values())),
        "has_earlier": has_earlier(intake),
    }


def _months(log: Iterable[Incident]) -> Iterator[tuple[str, str]]:
    """Yield the months with incidents, the latest first, and how each is said."""
    for month in sorted({one.date[:7] for one in log if len(one.date) > 4}, reverse=True):
        yield month, dates.format_date(month)


def _differences(intake: Intake, log: Sequence[Incident]) -> Iterator[tuple[str, str, str]]:
    """Yield each question whose answer differs from the log, where to find it, and what both say."""
    for each in contradictions(intake.answers, log, intake.on):
        section = reverse("section", args=[intake.uuid, SECTION_OF[each.item].id])
        yield labels.label(each.item), f"{section}#{each.item}", each.sentence


def _page_of(ordered: Sequence[tuple[UUID, Incident]], editing: UUID | None) -> int | None:
    places = [place for place, (uuid, _incident) in enumerate(ordered) if uuid == editing]
    return places[0] // PAGE_SIZE + 1 if places else None


def has_earlier(intake: Intake) -> bool:
    """Return whether something that was removed or changed can be put back."""
    is_in_content = any(intake.content.get(key) for key in (EARLIER, EARLIER_STEPS))
    return is_in_content or has_earlier_incidents(intake.case_id)


def entries(log: Iterable[Incident], most: int | None = None) -> tuple[IncidentEntry, ...]:
    """Return the incidents of a log, the latest first; at most so many."""
    return tuple(map(entry, sorted(log, key=moment, reverse=True)[:most]))


def entry(incident: Incident, uuid: UUID | None = None) -> IncidentEntry:
    """Return one incident as a page shows it."""
    beside = (
        (_("Done by"), incident.by),
        (_("Witness"), incident.witness),
        (_("Number of the report"), incident.report_number),
        (_("Source"), str(_SOURCES.get(incident.source, ""))),
    )
    return IncidentEntry(
        when=labels.incident_date(incident),
        place=str(_PLACES[incident.place]),
        what=escape_controls(labels.what_happened(incident)),
        evidence=escape_controls(incident.evidence),
        reported=labels.reported_to_police(incident.reported),
        beside=tuple((name, escape_controls(text)) for name, text in beside if text),
        uuid=uuid,
    )


def describe(row: IncidentRow) -> str:
    """Return everything that is stored of an incident, on one line."""
    return entry(row.readable).in_one_line
