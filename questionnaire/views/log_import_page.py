"""Build the page with what was read of a log: every line beside what was written, those in doubt first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.items import choice_text
from questionnaire.domain.log_import.columns import FIELDS
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.log_import.rows import IGNORED, KINDS, ImportRow, LogImport
from questionnaire.domain.text import escape_controls
from questionnaire.domain.written_dates import Order, describe, describe_reading, read_date
from questionnaire.forms.incidents import IncidentForm, incident_initial
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.incident_log import IncidentEntry, entry

PAGE_SIZE: Final = 50
ORDERS: Final[tuple[Order, Order]] = ("dmy", "mdy")


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A doubt about a row, with what it can mean: the value to post, and its words."""

    message: str
    readings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the log as the page shows it, beside what was written."""

    row: ImportRow
    written: str
    entry: IncidentEntry | None
    times: int
    doubts: tuple[DoubtLine, ...]
    is_chosen: bool
    ignored: str
    undated: str
    can_join: bool


def read(intake: Intake, pending: PendingLog) -> LogImport:
    """Return the rows of a log that waits. Raise InvalidInputError."""
    return pending.read(intake.on, dates.today(), intake.incident_log)


def find(found: LogImport, number: str) -> ImportRow | None:
    """Return the row with this number; None when there is none."""
    return next((row for row in found.rows if str(row.row) == number), None)


def preview(
    request: HttpRequest,
    pending: PendingLog,
    log: UUID,
    number: int | None = None,
    form: IncidentForm | None = None,
) -> HttpResponse:
    """Show the log that waits, with the row of this number open in its form."""
    intake = intake_of(request)
    found = read(intake, pending)
    asked = request.GET.get("row", "")
    editing = number if number is not None else int(asked) if asked.isdecimal() and len(asked) < 8 else None
    if editing is not None and form is None:
        form = row_form(intake, pending, editing)
    intake_actions.record_read(user_of(request), intake, EventCode.LOG_IMPORT_READ)
    shown = sorted((row for row in found.rows if not row.ignored), key=lambda row: _place(pending, row))
    pages = Paginator(shown, PAGE_SIZE)
    at = next((place for place, row in enumerate(shown) if row.row == editing), None)
    page = pages.get_page(at // PAGE_SIZE + 1 if at is not None else request.GET.get("page"))
    chosen = pending.chosen(found)
    by_known = (found.order or "") if found.either and not pending.order else ""
    joinable = pending.joinable(found)
    context = {
        "intake": intake,
        "found": found,
        "kinds": KINDS,
        "kind": choice_text(KINDS, found.kind),
        "rows": [_preview_row(pending, row, can_join=row.row in joinable) for row in page],
        "page": page,
        "editing": editing if form else None,
        "form": form,
        "log": log,
        "chosen": len(chosen),
        "incidents": count_incidents(chosen),
        "doubtful": len(found.in_doubt),
        "in_log": sum(row.in_log for row in found.rows),
        "doubles": sum(row.double_of is not None and not row.in_log for row in found.rows),
        "undated": sum(len(row.undated) for row in found.rows),
        "ignored": [(choice_text(IGNORED, code), count) for code, count in found.ignored.items()],
        "left_out": [_preview_row(pending, row) for row in found.rows if row.ignored][:PAGE_SIZE],
        "fields": FIELDS,
        "by_known": by_known,
        "example": _example(intake, found, by_known),
    }
    return render(request, "intakes/log_import_preview.html", context)


def _place(pending: PendingLog, row: ImportRow) -> tuple[int, int]:
    """Return where a row stands: in doubt first, then with lines without a date, what is not added last."""
    if row.doubts:
        return 0, row.row
    return (3 if not pending.is_chosen(row) else 1 if row.undated else 2), row.row


def _preview_row(pending: PendingLog, row: ImportRow, *, can_join: bool = False) -> PreviewRow:
    known = row.incident or row.draft
    return PreviewRow(
        row,
        written=escape_controls(" · ".join(filter(None, row.written))),
        entry=entry(replace(known, source="")) if known else None,  # all of it has one source
        times=known.times if known else 1,
        doubts=tuple(_doubt_lines(row)),
        is_chosen=pending.is_chosen(row),
        ignored=choice_text(IGNORED, row.ignored) if row.ignored else "",
        undated=", ".join(map(str, row.undated)),
        can_join=can_join,
    )


def _doubt_lines(row: ImportRow) -> Iterator[DoubtLine]:
    for doubt in row.doubts:
        readings = doubt.readings if doubt.field == "date" and len(row.doubts) == 1 else ()
        yield DoubtLine(
            escape_controls(str(doubt.problem.message)),
            tuple((f"{row.row}|{reading}", describe_reading(reading)) for reading in readings),
        )


def _example(intake: Intake, found: LogImport, by_known: str) -> Mapping[str, str]:
    """Return what a date means in either order, to choose by: "" for a day that cannot be.

    It is one in doubt, or one that was read `by_known`: the order that was said before.
    """
    asked = (doubt.written for row in found.in_doubt for doubt in row.doubts if doubt.asks_order)
    written = found.either if by_known else next(asked, "")
    read_so = (read_date(written, intake.on, dates.today(), order) for order in ORDERS)
    dmy, mdy = ("" if date.problem and not date.readings else describe(date) for date in read_so)
    return {"written": escape_controls(written), "dmy": dmy, "mdy": mdy}


def row_form(
    intake: Intake, pending: PendingLog, number: int, posted: QueryDict | None = None
) -> IncidentForm | None:
    """Return the form of one row, with what was understood of it; None for a row that is left out."""
    found = read(intake, pending)
    row = find(found, str(number))
    if row is None or row.ignored:
        return None
    known = row.incident or row.draft
    initial = incident_initial(known) if known else {"what": "\n".join(row.written)}
    if not initial.get("date") and row.doubts:
        initial["date"] = next((doubt.written for doubt in row.doubts if doubt.field == "date"), "")
    return IncidentForm(posted, initial=initial, on=intake.on, date_order=found.order or "", stored=known)
