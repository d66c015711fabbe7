"""Answer the review's requests: its page, and each move as a POST of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.review import (
    AnswerSubmission,
    NoOpenRemarkError,
    StaleIntakeError,
    UnfinishedWordsError,
)
from questionnaire.actions.review_undo import before_move
from questionnaire.actions.undo import Kind
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.documents.editions import FULL, file_name
from questionnaire.documents.renderers.pdf import PdfError
from questionnaire.domain import dates
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.incidents import count_incidents
from questionnaire.domain.workflow import Move, State, is_allowed
from questionnaire.forms.review import AnswerForm, RemarkForm
from questionnaire.models import Intake, UnreadableError, User
from questionnaire.permissions import intake_of, relations_of, user_of
from questionnaire.queries.cases import next_assessment
from questionnaire.queries.documents import read_fingerprint, render_for_sign_off
from questionnaire.views.confirming import QUESTIONS, ask, is_confirmed, is_put_off
from questionnaire.views.feedback import done
from questionnaire.views.review_page import ReviewProblem, render_review
from questionnaire.views.summary import pdf_download


def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the state of the intake, what it says, what changed since the last time, and what can be done."""
    return render_review(request)


def signed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the PDF that was signed off, byte for byte."""
    user, intake = user_of(request), intake_of(request)
    sign_off = sign_off_of(intake)
    if sign_off is None:
        raise Http404
    intake_actions.record_read(user, intake, EventCode.DOCUMENT_READ)
    return pdf_download(
        bytes(sign_off.document.pdf),
        file_name(FULL, sign_off.document.language, intake.case.reference, dates.today()),
    )


# --- Moves of the author ------------------------------------------------------------------------------------


def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save the answers to remarks, and hand the intake in."""
    said = _("Handed in for review.")
    return _save_answers(request, review_actions.submit, tell=lambda: _tell_move(request, Move.SUBMIT, said))


def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save the answers to remarks."""
    return _save_answers(request, tell=lambda: done(request, _("Your answers are saved.")))


def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the intake back before it is reviewed, to go on writing."""
    try:
        review_actions.withdraw(user_of(request), intake_of(request))
    except StaleIntakeError:
        return _too_late(request)
    _tell_move(request, Move.WITHDRAW, _("Taken back from the review."))
    return redirect("review", uuid=uuid)


def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask whether to start a new version of an intake that was signed off, and start it."""
    if not is_confirmed(request) and is_allowed(
        Move.CORRECT, State(intake_of(request).state), relations_of(user_of(request), intake_of(request))
    ):
        return ask(request, QUESTIONS["correct"], back=reverse("review", args=[uuid]))
    return _start_next(request, review_actions.correct, _("The correction is started."))


def reassess(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask whether to start the next assessment of the case, and start it, today."""
    if request.method != "POST":
        return _ask_to_reassess(request)
    start = partial(review_actions.reassess, on=dates.today())
    return _start_next(request, start, _("The reassessment is started."))


def _ask_to_reassess(request: HttpRequest) -> HttpResponse:
    """Say what a new assessment changes, and what it leaves; once there is one, go to the review."""
    user, intake = user_of(request), intake_of(request)
    may = is_allowed(Move.REASSESS, State(intake.state), relations_of(user, intake))
    if not may or next_assessment(intake):
        return redirect("review", uuid=intake.uuid)
    intake_actions.record_read(user, intake, EventCode.REVIEW_READ)
    context = {
        "intake": intake,
        "level": Urgency(intake.urgency).label,
        "due": dates.format_date(intake.reassess_on),
        "logged": count_incidents(intake.incident_log),
    }
    return render(request, "intakes/reassess.html", context)


def _tell_move(request: HttpRequest, move: Move, text: str) -> None:
    """Tell that a move was made of the intake as the request found it, and that it can be undone."""
    intake = intake_of(request)
    done(request, text, Kind.MOVED, intake, move=move.value, **before_move(intake))


def _save_answers(
    request: HttpRequest, move: Callable[[User, Intake], object] | None = None, *, tell: Callable[[], None]
) -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    forms = [AnswerForm(remark.pk, request.POST) for remark in intake.remarks.all()]
    posted = {form.remark: form for form in forms if form.is_posted}
    answers = {
        pk: AnswerSubmission(form.cleaned_data["answer"], form.cleaned_data["base"])
        for pk, form in posted.items()
        if form.is_valid()
    }
    try:
        conflicts = review_actions.answer_remarks(user, intake, answers) if answers else ()
        if conflicts or len(answers) < len(posted):
            return render_review(
                request, ReviewProblem("check", answers=posted, conflicts=conflicts, status=409)
            )
        if move:
            move(user, intake)
    except StaleIntakeError:
        typed = [request.POST.get(form.add_prefix("answer"), "") for form in posted.values()]
        return _too_late(request, typed)
    tell()
    return redirect("review", uuid=intake.uuid)


def _start_next(request: HttpRequest, start: Callable[[User, Intake], Intake], said: str) -> HttpResponse:
    """Redirect to the intake that was started; whoever is second gets the one that the first started."""
    user, intake = user_of(request), intake_of(request)
    try:
        started = start(user, intake)
    except StaleIntakeError:
        return _too_late(request)
    if not Intake.objects.visible_to(user).filter(pk=started.pk).exists():
        return render_review(request, ReviewProblem("already_started", status=409))
    done(request, said)
    return redirect("intake" if started.author_id == user.pk else "review", uuid=started.uuid)


# --- Moves of the reviewer ----------------------------------------------------------------------------------


def remark(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a remark."""
    return _add_remark(request)


def return_intake(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add the remark on the page, if there is one, and return the intake with its questions."""
    return _add_remark(request, lambda _form, _read: _return(request))


def _return(request: HttpRequest) -> None:
    review_actions.return_intake(user_of(request), intake_of(request))
    _tell_move(request, Move.RETURN, _("Returned with your questions."))


def sign_off(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add the remark on the page, if there is one, and sign off what was read: answers, labels and PDF.

    It asks first.
    """
    return _add_remark(request, lambda form, read: _sign_off(request, form, read), asks_first=True)


def _add_remark(
    request: HttpRequest,
    move: Callable[[RemarkForm, int | None], object] | None = None,
    *,
    asks_first: bool = False,
) -> HttpResponse:
    """Store the remark before the move, so that its text is not lost when the move fails.

    The move gets the revision that the intake has if nobody wrote since the page was made. A move that asks
    first stores nothing until someone said yes: what was typed goes along, and is back in the form after no.
    """
    user, intake, form = user_of(request), intake_of(request), RemarkForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    has_text = bool(text.strip())
    if form.is_valid() and not (move or has_text or is_put_off(request)):
        form.add_error("text", _("Write down your question or remark."))
    if not form.is_valid():
        return render_review(request, ReviewProblem("check", form=form, status=422))
    if is_put_off(request):
        now = {"revision": intake.revision, "shown": read_fingerprint(intake)}
        again = RemarkForm(initial={**form.cleaned_data, **now})
        again.fields["text"].widget.attrs["data-unsent"] = ""  # for hiding the screen: it is stored nowhere
        return render_review(request, ReviewProblem(form=again))
    try:
        if asks_first and not is_confirmed(request):
            _require_unchanged(request, form, form.cleaned_data["revision"])
            back = reverse("review", args=[intake.uuid])
            put_off = reverse("remark", args=[intake.uuid])
            return ask(
                request,
                QUESTIONS["sign_off"],
                back,
                unstored=form["text"] if has_text else None,
                put_off=put_off,
            )
        # A move says itself what was done, and closes the remark.
        read = _store_remark(request, form, is_told=not move)
        if move:
            move(form, read)
    except StaleIntakeError:
        is_stored = review_actions.has_remark(user, intake, form.cleaned_data["key"])
        return _too_late(request, [text] if has_text and not is_stored else ())
    except UnfinishedWordsError:
        return render_review(request, ReviewProblem("unfinished", form=form, status=422))
    except NoOpenRemarkError:
        return render_review(request, ReviewProblem("no_remark", form=form, status=422))
    except PdfError as error:
        return render_review(request, ReviewProblem("no_pdf", str(error), status=503))
    return redirect("review", uuid=intake.uuid)


def _store_remark(request: HttpRequest, form: RemarkForm, *, is_told: bool) -> int | None:
    """Add the remark of a valid form, if there is one; return the revision that whoever reads this knows."""
    intake = intake_of(request)
    item, text, key = (form.cleaned_data[name] for name in ("item", "text", "key"))
    read: int | None = form.cleaned_data["revision"]
    if not text.strip():
        return read
    row = review_actions.add_remark(user_of(request), intake, item, text, key)
    if is_told:
        done(request, _("Your remark is added."), Kind.REMARK_ADDED, intake, remark=str(row.pk))
    return None if read is None else read + 1


def _sign_off(request: HttpRequest, form: RemarkForm, read: int | None) -> None:
    """Sign off with the PDF as it will be handed out. Raise PdfError and StaleIntakeError.

    The state is checked before the PDF is rendered, which takes long.
    """
    intake = _require_unchanged(request, form, read)
    user = user_of(request)
    review_actions.sign_off(user, intake, *render_for_sign_off(intake, user))
    done(request, _("Signed off, with its PDF."))


def _require_unchanged(request: HttpRequest, form: RemarkForm, read: int | None) -> Intake:
    """Return the intake as it is stored now. Raise StaleIntakeError when it cannot be signed off as read.

    Also when only the rules or texts around it changed. Raise UnreadableError when nobody can have read all
    of it.
    """
    user, intake = user_of(request), Intake.objects.get(pk=intake_of(request).pk)
    if intake.revision != read or not is_allowed(
        Move.SIGN_OFF, State(intake.state), relations_of(user, intake)
    ):
        raise StaleIntakeError
    if not intake.is_readable:
        raise UnreadableError
    if form.cleaned_data["shown"] != read_fingerprint(intake):
        raise StaleIntakeError
    return intake


def _too_late(request: HttpRequest, typed: Sequence[str] = ()) -> HttpResponse:
    """Return the review page as it is now, for a move that came too late, with what was typed."""
    return render_review(request, ReviewProblem("stale", typed=typed, status=409))
