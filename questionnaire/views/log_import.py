"""Take many incidents from a log: paste or open it, look at what was understood, and add it at once."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from questionnaire.actions import log_imports as import_actions
from questionnaire.actions.undo import Kind
from questionnaire.domain import dates
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.log_import.columns import FIELDS
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.domain.log_import.rows import KINDS, settle
from questionnaire.domain.written_dates import Order
from questionnaire.forms.incidents import IncidentForm
from questionnaire.forms.log_import import LogForm
from questionnaire.log_files.errors import FileFault, LogFileError
from questionnaire.models import Intake
from questionnaire.permissions import intake_of, user_of
from questionnaire.screen.asked import HELD_FIELD
from questionnaire.views.compression import compressed
from questionnaire.views.incidents import order_said, save_draft, tell
from questionnaire.views.language_cookie import with_language_cookie
from questionnaire.views.log_import_page import ORDERS, find, preview, read, row_form

_COLUMN: Final = re.compile(r"column-([0-9]{1,3})")


@compressed("page", "row")
def log_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the form for a log, or the log that waits; read one, change how it is read, or add it."""
    intake = intake_of(request)
    import_actions.delete_expired()
    row = import_actions.opened_log(user_of(request), intake)
    if request.method != "POST":
        if row is None:
            return _form_page(request, LogForm())
        return preview(request, PendingLog.from_json(row.content), row.uuid)
    if language := request.POST.get("_language"):
        return _in_language(request, language)
    if "_open" in request.POST or (HELD_FIELD in request.POST and "pasted" in request.POST):
        # A paste that was kept while the screen was hidden does not replace another log that waits.
        return _open(request) if "_open" in request.POST or row is None else _filled_in(request)
    if row is None:
        return _gone(request)
    if "_drop" in request.POST:
        import_actions.drop_log(user_of(request), intake)
        tell(request, _("Nothing was added. What you opened is gone."))
        return redirect("incidents", uuid=uuid)
    pending = PendingLog.from_json(row.content)
    if "_add" in request.POST:
        return _add(request, pending, row)
    return _change(request, pending, row.uuid)


def _gone(request: HttpRequest) -> HttpResponse:
    """Say that no log waits any more."""
    return _as_draft(
        request, _("No opened log waits any more: it was added, or it waited longer than an hour.")
    )


def _as_draft(request: HttpRequest, why: str) -> HttpResponse:
    """Say why a row cannot be changed. What was typed in it goes on as a draft of an incident."""
    intake = intake_of(request)
    tell(request, why)
    form = IncidentForm(request.POST, on=intake.on, date_order=intake.case.date_order)
    if not _row_in(request.POST) or not form.is_filled_in():
        return redirect("log_import", uuid=intake.uuid)
    save_draft(request, INCIDENT_DRAFT, form.draft())
    return redirect("incidents", uuid=intake.uuid)


def _open(request: HttpRequest) -> HttpResponse:
    form = LogForm(request.POST, request.FILES)
    intake = intake_of(request)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if not request.FILES and size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:  # it was not taken in at all
        form.add_error("file", LogFileError(FileFault.TOO_LARGE).message)
    elif form.is_valid():
        pending = PendingLog(form.content, known=_known_order(intake))
        try:
            found = read(intake, pending)
        except InvalidInputError as error:
            form.add_error("pasted", [problem.message for problem in error.problems])
        else:
            if not found.incidents and not found.in_doubt and not found.senders:
                form.add_error("pasted", _("No line with a date was found in it."))
            else:
                import_actions.open_log(user_of(request), intake, pending)
                return redirect("log_import", uuid=intake.uuid)
    return _form_page(request, form)


def _known_order(intake: Intake) -> Order | None:
    return next((order for order in ORDERS if order == intake.case.date_order), None)


def _in_language(request: HttpRequest, language: str) -> HttpResponse:
    """Show the form in another language, with what was pasted still in it."""
    if language not in dict(settings.LANGUAGES):
        return redirect("log_import", uuid=intake_of(request).uuid)
    with override(language):
        page = _filled_in(request)
    return with_language_cookie(page, language)


def _filled_in(request: HttpRequest) -> HttpResponse:
    """Show the form with what was pasted in it."""
    return _form_page(request, LogForm(initial={"pasted": request.POST.get("pasted", "")}))


def _form_page(request: HttpRequest, form: LogForm) -> HttpResponse:
    intake = intake_of(request)
    status = 422 if form.errors else 200
    form.focus()
    return render(request, "intakes/log_import.html", {"intake": intake, "form": form}, status=status)


def _add(request: HttpRequest, pending: PendingLog, row: Any) -> HttpResponse:
    intake = intake_of(request)
    found = read(intake, pending)
    chosen = pending.chosen(found)
    if not chosen:
        tell(request, _("There is nothing to add yet."))
        return redirect("log_import", uuid=intake.uuid)
    rest = pending.without_chosen(found) if found.in_doubt else None
    import_actions.add_opened_log(user_of(request), intake, row, chosen, pending.order or "", rest)
    added = ngettext("%(count)s line added to the log.", "%(count)s lines added to the log.", len(chosen))
    order = order_said(intake, pending.order or "")
    tell(request, added % {"count": len(chosen)}, Kind.INCIDENTS_IMPORTED, batch=str(row.uuid), **order)
    return redirect("log_import" if rest else "incidents", uuid=intake.uuid)


# --- Changing how it is read, and one row -------------------------------------------------------------------


def _change(request: HttpRequest, pending: PendingLog, log: UUID) -> HttpResponse:
    posted, intake = request.POST, intake_of(request)
    here = redirect("log_import", uuid=intake.uuid)
    if number := _row_in(posted):
        return _correct(request, pending, log, number)
    if posted.get("_order") in ORDERS:
        _save(request, lambda now: replace(now, order=posted["_order"]))
    elif "_read" in posted:
        _save(request, lambda now: _as_chosen(now, posted))
    elif target := next((name for name in ("_keep", "_leave") if posted.get(name, "").isdecimal()), ""):
        row = int(posted[target])
        _save(request, lambda now: now.with_row(row, is_kept=target == "_keep"))
        return redirect(f"{here.url}{_query(request)}#row-{row}")
    elif posted.get("_apart", "").isdecimal():
        return _split(request, pending, posted["_apart"])
    elif posted.get("_joined", "").isdecimal():
        return _join(request, pending, int(posted["_joined"]))
    elif "_reading" in posted:
        return _settle(request, pending, *posted["_reading"].split("|", 1))
    return here


def _correct(request: HttpRequest, pending: PendingLog, log: UUID, number: str) -> HttpResponse:
    """Keep a row as it was corrected. One that comes back from behind the lock is shown first."""
    posted, intake = request.POST, intake_of(request)
    is_of_log = number.isdecimal() and posted.get("log") == str(log)
    form = row_form(intake, pending, int(number), posted) if is_of_log else None
    if form is None:
        return _as_draft(request, _("The line that you corrected is not in the log that waits now."))
    if not form.is_valid() or "_row" not in posted:
        form.focus()
        return preview(request, pending, log, int(number), form)
    _save(request, lambda now: now.with_edit(int(number), form.parsed))
    here = redirect("log_import", uuid=intake.uuid).url
    return redirect(f"{here}{_query(request)}#row-{int(number)}")


def _row_in(posted: QueryDict) -> str:
    """Return the number of the row that is corrected; "" for another post. A kept one has no button."""
    return posted.get("_row", "") or posted.get("row", "")


def _save(request: HttpRequest, change: Any) -> None:
    if not import_actions.change_log(user_of(request), intake_of(request), change):
        tell(request, _("No opened log waits any more: it was added, or it waited longer than an hour."))


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
        settled={},
        left_out=frozenset(),
        kept=frozenset(),
        apart=frozenset(),
    )


def _split(request: HttpRequest, pending: PendingLog, number: str) -> HttpResponse:
    """Make rows of their own of the lines without a date in a row."""
    here = redirect("log_import", uuid=intake_of(request).uuid).url
    row = find(read(intake_of(request), pending), number)
    if row is not None:
        _save(request, lambda now: now.with_apart(row.undated))
    return redirect(f"{here}{_query(request)}#row-{int(number)}")


def _join(request: HttpRequest, pending: PendingLog, line: int) -> HttpResponse:
    """Put a line without a date back with the row above it, and go on at that row."""
    intake = intake_of(request)
    found = read(intake, pending)
    above = pending.joinable(found).get(line)
    if above is None:
        tell(request, _("The line above was corrected, added or left out. Correct this line by itself."))
    else:
        _save(request, lambda now: now.with_joined(found, line))
    here = redirect("log_import", uuid=intake.uuid).url
    return redirect(f"{here}{_query(request)}#row-{above or line}")


def _settle(request: HttpRequest, pending: PendingLog, number: str, reading: str = "") -> HttpResponse:
    """Take one of the dates that a row can mean, or none: then the words stay as they were told."""
    intake = intake_of(request)
    row = find(read(intake, pending), number)
    if row is not None and row.doubts:
        with suppress(InvalidInputError):
            if settle(row, {"date": reading}, dates.today()).incident:
                _save(request, lambda now: now.with_date(row.row, reading))
    return redirect(f"{redirect('log_import', uuid=intake.uuid).url}{_query(request)}")


def _query(request: HttpRequest) -> str:
    page = request.GET.get("page", "")
    return f"?page={page}" if page.isdecimal() and len(page) < 6 else ""
