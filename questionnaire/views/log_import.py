"""Take many incidents from a log: paste or open it, look at what was understood, and add it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import log_imports as import_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.items import choice_text
from questionnaire.domain.log_import.columns import FIELDS
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.log_import.rows import IGNORED, KINDS, ImportRow, LogImport, settle
from questionnaire.domain.text import escape_controls
from questionnaire.domain.written_dates import describe_reading
from questionnaire.forms.incidents import IncidentForm, incident_initial
from questionnaire.forms.log_import import LogForm
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.views.incident_log import IncidentEntry, entry
from questionnaire.views.incidents import tell

PAGE_SIZE: Final = 50
_ORDERS: Final = ("dmy", "mdy")
_COLUMN: Final = re.compile(r"column-([0-9]{1,3})")


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


def log_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the form for a log, or the log that waits; read one, change how it is read, or add it."""
    intake = intake_of(request)
    row = import_actions.opened_log(user_of(request), intake)
    if request.method != "POST":
        if row is None:
            return _form_page(request, LogForm())
        return _preview(request, PendingLog.from_json(row.content))
    if "_open" in request.POST:
        return _open(request)
    if row is None:
        tell(request, _("The log that you opened is gone: it waited longer than an hour. Open it again."))
        return redirect("log_import", uuid=uuid)
    if "_drop" in request.POST:
        import_actions.drop_log(user_of(request), intake)
        tell(request, _("Nothing was added. What you opened is gone."))
        return redirect("incidents", uuid=uuid)
    pending = PendingLog.from_json(row.content)
    if "_add" in request.POST:
        return _add(request, pending, row)
    return _change(request, pending)


def _open(request: HttpRequest) -> HttpResponse:
    form = LogForm(request.POST, request.FILES)
    intake = intake_of(request)
    if form.is_valid():
        pending = PendingLog(form.content, order=_known_order(intake))
        try:
            found = _read(intake, pending)
        except InvalidInputError as error:
            form.add_error("pasted", [problem.message for problem in error.problems])
        else:
            if not found.incidents and not found.in_doubt and not found.senders:
                form.add_error("pasted", _("No line with a date was found in it."))
            else:
                import_actions.open_log(user_of(request), intake, pending)
                return redirect("log_import", uuid=intake.uuid)
    return _form_page(request, form)


def _known_order(intake: Intake) -> Any:
    return next((order for order in _ORDERS if order == intake.case.date_order), None)


def _read(intake: Intake, pending: PendingLog) -> LogImport:
    return pending.read(intake.on, dates.today(), intake.incident_log)


def _form_page(request: HttpRequest, form: LogForm) -> HttpResponse:
    intake = intake_of(request)
    status = 422 if form.errors else 200
    return render(request, "intakes/log_import.html", {"intake": intake, "form": form}, status=status)


def _add(request: HttpRequest, pending: PendingLog, row: Any) -> HttpResponse:
    intake = intake_of(request)
    chosen = pending.chosen(_read(intake, pending))
    if not chosen:
        tell(request, _("There is nothing to add yet."))
        return redirect("log_import", uuid=intake.uuid)
    import_actions.add_opened_log(user_of(request), intake, row, chosen, pending.order or "")
    added = ngettext("%(count)s line added to the log.", "%(count)s lines added to the log.", len(chosen))
    tell(request, added % {"count": len(chosen)}, "imported", row.uuid)
    return redirect("incidents", uuid=intake.uuid)


# --- Changing how it is read, and one row -------------------------------------------------------------------


def _change(request: HttpRequest, pending: PendingLog) -> HttpResponse:
    posted, intake = request.POST, intake_of(request)
    here = redirect("log_import", uuid=intake.uuid)
    if "_row" in posted and posted["_row"].isdecimal():
        form = _row_form(intake, pending, int(posted["_row"]), posted)
        if form is None or not form.is_valid():
            return _preview(request, pending, int(posted["_row"]), form)
        _save(request, lambda now: now.with_edit(int(posted["_row"]), form.parsed))
        return redirect(f"{here.url}{_query(request)}#row-{posted['_row']}")
    if posted.get("_order") in _ORDERS:
        _save(request, lambda now: replace(now, order=posted["_order"]))  # type: ignore[arg-type]
    elif "_read" in posted:
        _save(request, lambda now: _as_chosen(now, posted))
    elif target := next((name for name in ("_keep", "_leave") if posted.get(name, "").isdecimal()), ""):
        row = int(posted[target])
        _save(request, lambda now: now.with_row(row, is_kept=target == "_keep"))
        return redirect(f"{here.url}{_query(request)}#row-{row}")
    elif "_reading" in posted:
        return _settle(request, pending, *posted["_reading"].split("|", 1))
    return here


def _save(request: HttpRequest, change: Any) -> None:
    if not import_actions.change_log(user_of(request), intake_of(request), change):
        tell(request, _("The log that you opened is gone: it waited longer than an hour. Open it again."))


def _as_chosen(pending: PendingLog, posted: QueryDict) -> PendingLog:
    """Return it to be read as was chosen. Rows mean something else then: corrections of them are gone."""
    fields = {field.code for field in FIELDS}
    columns = {
        int(match[1]): str(posted[name])
        for name in posted
        if (match := _COLUMN.fullmatch(name)) and posted[name] in fields
    }
    kind = posted.get("kind", "")
    return replace(
        pending,
        columns=columns,
        senders=frozenset(posted.getlist("sender")),
        by_day="by_day" in posted,
        kind=kind if kind in {each.code for each in KINDS} else "",
        edits={},
        left_out=frozenset(),
        kept=frozenset(),
    )


def _settle(request: HttpRequest, pending: PendingLog, number: str, reading: str = "") -> HttpResponse:
    """Take one of the dates that a row can mean, or none: then the words stay as they were told."""
    intake = intake_of(request)
    row = _find(_read(intake, pending), number)
    if row is not None:
        try:
            settled = settle(row, {"date": reading}, dates.today())
        except InvalidInputError:
            settled = row
        if settled.incident:
            edited = settled.incident
            _save(request, lambda now: now.with_edit(settled.row, edited))
    return redirect(f"{redirect('log_import', uuid=intake.uuid).url}{_query(request)}")


def _find(found: LogImport, number: str) -> ImportRow | None:
    return next((row for row in found.rows if str(row.row) == number), None)


def _query(request: HttpRequest) -> str:
    page = request.GET.get("page", "")
    return f"?page={page}" if page.isdecimal() and len(page) < 6 else ""


# --- The preview --------------------------------------------------------------------------------------------


def _preview(
    request: HttpRequest, pending: PendingLog, number: int | None = None, form: IncidentForm | None = None
) -> HttpResponse:
    intake = intake_of(request)
    found = _read(intake, pending)
    asked = request.GET.get("row", "")
    editing = number if number is not None else int(asked) if asked.isdecimal() and len(asked) < 8 else None
    if editing is not None and form is None:
        form = _row_form(intake, pending, editing)
    intake_actions.record_read(user_of(request), intake, EventCode.LOG_IMPORT_READ)
    shown = sorted((row for row in found.rows if not row.ignored), key=lambda row: _place(pending, row))
    pages = Paginator(shown, PAGE_SIZE)
    at = next((place for place, row in enumerate(shown) if row.row == editing), None)
    page = pages.get_page(at // PAGE_SIZE + 1 if at is not None else request.GET.get("page"))
    chosen = pending.chosen(found)
    context = {
        "intake": intake,
        "found": found,
        "kinds": KINDS,
        "kind": choice_text(KINDS, found.kind),
        "rows": [_preview_row(pending, row) for row in page],
        "page": page,
        "editing": editing if form else None,
        "form": form,
        "chosen": len(chosen),
        "incidents": count_incidents(chosen),
        "doubtful": len(found.in_doubt),
        "in_log": sum(row.in_log for row in found.rows),
        "doubles": sum(row.double_of is not None and not row.in_log for row in found.rows),
        "ignored": [(choice_text(IGNORED, code), count) for code, count in found.ignored.items()],
        "left_out": [_preview_row(pending, row) for row in found.rows if row.ignored][:PAGE_SIZE],
        "fields": FIELDS,
        "order": pending.order,
        "example": _example(found),
    }
    return render(request, "intakes/log_import_preview.html", context)


def _place(pending: PendingLog, row: ImportRow) -> tuple[int, int]:
    """Return where a row stands: what is in doubt first, what is not added last."""
    return (0 if row.doubts else 1 if pending.is_chosen(row) else 2, row.row)


def _preview_row(pending: PendingLog, row: ImportRow) -> PreviewRow:
    known = row.incident or row.draft
    return PreviewRow(
        row,
        written=escape_controls(" · ".join(filter(None, row.written))),
        entry=entry(known) if known else None,
        times=known.times if known else 1,
        doubts=tuple(_doubt_lines(row)),
        is_chosen=pending.is_chosen(row),
        ignored=choice_text(IGNORED, row.ignored) if row.ignored else "",
    )


def _doubt_lines(row: ImportRow) -> Iterator[DoubtLine]:
    for doubt in row.doubts:
        readings = doubt.readings if doubt.field == "date" and len(row.doubts) == 1 else ()
        yield DoubtLine(
            escape_controls(str(doubt.problem.message)),
            tuple((f"{row.row}|{reading}", describe_reading(reading)) for reading in readings),
        )


def _example(found: LogImport) -> Mapping[str, str]:
    """Return what a date in doubt means in either order, to choose by; nothing when there is none."""
    for row in found.in_doubt:
        for doubt in row.doubts:
            if len(doubt.readings) > 1:
                first, second = doubt.readings[:2]
                return {
                    "written": escape_controls(doubt.written),
                    "dmy": describe_reading(first),
                    "mdy": describe_reading(second),
                }
    return {}


def _row_form(
    intake: Intake, pending: PendingLog, number: int, posted: QueryDict | None = None
) -> IncidentForm | None:
    row = _find(_read(intake, pending), str(number))
    if row is None or row.ignored:
        return None
    known = row.incident or row.draft
    initial = incident_initial(known) if known else {"what": "\n".join(row.written)}
    if not initial.get("date") and row.doubts:
        initial["date"] = next((doubt.written for doubt in row.doubts if doubt.field == "date"), "")
    return IncidentForm(
        posted, initial=initial, on=intake.on, date_order=pending.order or intake.case.date_order, stored=known
    )
