"""The review: one page for who writes and who reviews, and every move a POST of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.review import NothingAsked, SentAnswer, StaleIntakeError, answer_digest
from questionnaire.audit.log import Code
from questionnaire.documents import labels, make
from questionnaire.documents.blocks import Block, Section
from questionnaire.documents.renderers.pdf import PdfError
from questionnaire.documents.sections.changes import changes, corrected
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.text import shown
from questionnaire.domain.workflow import Move, State, may
from questionnaire.forms.review import AnswerForm, RemarkForm
from questionnaire.models import Event, Intake, Remark, SignOff, User
from questionnaire.permissions import intake_of, parts_of, user_of
from questionnaire.queries import cases
from questionnaire.queries.document_input import reviewed, to_sign, told
from questionnaire.views.summary import FIRST, as_download, language_of_page

#: What happened to the intake as a whole, in the words of its history.
_MOVES: Final = {
    Code.INTAKE_STARTED: _("Started"),
    Code.CORRECTION_STARTED: _("Correction started"),
    Code.REASSESSMENT_STARTED: _("New assessment started"),
    Code.INTAKE_SUBMITTED: _("Handed in"),
    Code.INTAKE_WITHDRAWN: _("Taken back"),
    Code.INTAKE_RETURNED: _("Returned with questions"),
    Code.INTAKE_SIGNED_OFF: _("Signed off"),
}
#: The sections of the summary that hold the reasoning.
_REASONING: Final = ("steps", "concerns")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: what was done, by whom and when."""

    what: str
    who: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One remark with its answer. `url` leads to its question; `stored` is what someone else answered."""

    about: str
    url: str
    by: str
    text: str
    answer: str
    answered_by: str
    form: AnswerForm | None
    stored: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing came of what was posted, and what was typed in it; all empty when there is no trouble."""

    code: str = ""
    words: str = ""
    typed: Sequence[str] = ()
    form: RemarkForm | None = None
    answers: Mapping[UUID, AnswerForm] = field(default_factory=dict)
    conflicts: Sequence[UUID] = ()
    status: int = 200


NO_TROUBLE: Final = Trouble()


def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the intake stands, what it says, what changed since the last time, and what can be done now."""
    return _page(request)


# --- What who writes can do ---------------------------------------------------------------------------------


def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save the answers to remarks, and hand the intake in."""
    return _answered(request, review_actions.submit)


def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save the answers to remarks."""
    return _answered(request, None)


def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the intake back before it is reviewed, and go on writing."""
    try:
        review_actions.withdraw(user_of(request), intake_of(request))
    except StaleIntakeError:
        return _overtaken(request)
    return redirect("review", uuid=uuid)


def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Begin a new version of what was signed off."""
    return _began(request, review_actions.correct)


def reassess(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Begin the next assessment of the case, today."""
    return _began(request, lambda user, intake: review_actions.reassess(user, intake, dates.today()))


def _answered(request: HttpRequest, move: Callable[[User, Intake], object] | None) -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    forms = {row.pk: AnswerForm(row.pk, request.POST) for row in intake.remarks.all()}
    posted = {pk: form for pk, form in forms.items() if form.is_posted}
    sent = {
        pk: SentAnswer(form.cleaned_data["answer"], form.cleaned_data["base"])
        for pk, form in posted.items()
        if form.is_valid()
    }
    typed = [request.POST.get(form.add_prefix("answer"), "") for form in posted.values()]
    try:
        conflicts = review_actions.answer(user, intake, sent) if sent else ()
        if move and not conflicts and len(sent) == len(posted):
            move(user, intake)
    except StaleIntakeError:
        return _overtaken(request, typed)
    if conflicts or len(sent) < len(posted):
        return _page(request, Trouble("check", answers=posted, conflicts=conflicts, status=409))
    return redirect("review", uuid=intake.uuid)


def _began(request: HttpRequest, begin: Callable[[User, Intake], Intake]) -> HttpResponse:
    """To the first page of what was begun; whoever begins it second comes to the same one."""
    user, intake = user_of(request), intake_of(request)
    try:
        begun = begin(user, intake)
    except StaleIntakeError:
        return _overtaken(request)
    if not Intake.objects.visible_to(user).filter(pk=begun.pk).exists():
        return _page(request, Trouble("begun", status=409))
    return redirect("intake" if begun.author_id == user.pk else "review", uuid=begun.uuid)


# --- What who reviews can do --------------------------------------------------------------------------------


def remark(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a remark."""
    return _remarked(request, None)


def give_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add the remark on the page, if there is one, and return the intake with its questions."""
    return _remarked(request, lambda _read: review_actions.give_back(user_of(request), intake_of(request)))


def sign_off(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add the remark on the page, if there is one, and sign what was read: answers, words and PDF."""
    return _remarked(request, lambda read: _sign(request, read))


def _remarked(request: HttpRequest, move: Callable[[int | None], object] | None) -> HttpResponse:
    """Store the remark first, so that its words are kept whatever comes of the move.

    The move gets the revision that the intake has when nobody wrote since the page was made.
    """
    user, intake, form = user_of(request), intake_of(request), RemarkForm(request.POST)
    if not form.is_valid():
        return _page(request, Trouble("check", form=form, status=422))
    said = form.cleaned_data
    has_words, read = bool(said["text"].strip()), said["revision"]
    if move is None and not has_words:
        form.add_error("text", _("Write down your question or remark."))
        return _page(request, Trouble("check", form=form, status=422))
    try:
        if has_words:
            review_actions.remark(user, intake, said["item"], said["text"], said["key"])
            read = None if read is None else read + 1
        if move:
            move(read)
    except StaleIntakeError:
        is_stored = intake.remarks.filter(pk=said["key"]).exists()
        return _overtaken(request, [said["text"]] if has_words and not is_stored else ())
    except NothingAsked:
        return _page(request, Trouble("nothing_asked", form=form, status=422))
    except PdfError as error:
        return _page(request, Trouble("no_pdf", str(error), status=503))
    return redirect("review", uuid=intake.uuid)


def _sign(request: HttpRequest, read: int | None) -> None:
    """Make the PDF as it will be handed out, and sign for it. Raises PdfError and Overtaken."""
    user, intake = user_of(request), Intake.objects.get(pk=intake_of(request).pk)
    if intake.revision != read or not may(Move.SIGN_OFF, State(intake.state), parts_of(user, intake)):
        raise StaleIntakeError
    review_actions.sign_off(user, intake, *to_sign(intake, user))


def _overtaken(request: HttpRequest, typed: Sequence[str] = ()) -> HttpResponse:
    """Whoever comes second is told where it stands now, and sees what they typed."""
    return _page(request, Trouble("overtaken", typed=typed, status=409))


# --- Showing ------------------------------------------------------------------------------------------------


def signed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The PDF that was signed, byte for byte."""
    user, intake = user_of(request), intake_of(request)
    found = SignOff.objects.filter(intake=intake).select_related("document").first()
    if found is None:
        raise Http404
    intake_actions.record_read(user, intake, Code.DOCUMENT_READ)
    return as_download(bytes(found.document.pdf), intake.reference)


def _page(request: HttpRequest, trouble: Trouble = NO_TROUBLE) -> HttpResponse:
    user, intake = user_of(request), intake_of(request)
    intake_actions.record_read(user, intake, Code.REVIEW_READ)
    intake.refresh_from_db()
    state, parts = State(intake.state), parts_of(user, intake)
    document = make(told(intake), language_of_page(), follow_up=intake.follow_up, review=reviewed(intake))
    before = cases.before(user, intake)
    context = {
        "intake": intake,
        "state": state.label,
        "history": _history(intake),
        "may": {move.value: may(move, state, parts) for move in Move},
        "document": document,
        "first": [section for section in document if section.id in FIRST],
        "reasoning": [section for section in document if section.id in _REASONING],
        "before": before,
        "before_on": dates.words(before.on.isoformat()) if before else "",
        "changes": _changes(intake, before),
        "corrected": _corrected(intake),
        "remarks": _remarks(intake, trouble, may_answer=may(Move.ANSWER, state, parts)),
        "form": trouble.form or RemarkForm(initial={"key": uuid4(), "revision": intake.revision}),
        "signed": SignOff.objects.filter(intake=intake).select_related("document", "by").first(),
        "correction": intake.corrections.first(),
        "following": cases.following(intake),
        "drafts": [
            (labels.label(key), _url(intake, key)) for key in intake.content["drafts"] if key in ITEMS
        ],
        "trouble": trouble,
    }
    return render(request, "intakes/review.html", context, status=trouble.status)


def _history(intake: Intake) -> list[Line]:
    moves = Event.objects.filter(intake=intake.uuid, code__in=list(_MOVES)).select_related("actor")
    return [
        Line(
            str(_MOVES[Code(event.code)]),
            str(event.actor or ""),
            dates.words(localtime(event.at).date().isoformat()),
            time_format(localtime(event.at), "H:i"),
        )
        for event in moves.order_by("seq")
    ]


def _changes(intake: Intake, before: Intake | None) -> tuple[Section, ...]:
    return changes(cases.assessment(before), cases.assessment(intake)) if before else ()


def _corrected(intake: Intake) -> tuple[Block, ...] | None:
    """What a correction changed; None for an intake that corrects nothing."""
    if intake.corrects is None:
        return None
    return corrected(cases.assessment(intake.corrects), cases.assessment(intake))


def _remarks(intake: Intake, trouble: Trouble, *, may_answer: bool) -> list[Asked]:
    rows = intake.remarks.select_related("by", "answered_by")
    return [_asked(intake, row, trouble, may_answer=may_answer) for row in rows]


def _asked(intake: Intake, row: Remark, trouble: Trouble, *, may_answer: bool) -> Asked:
    item, stored = row.content["item"], row.content["answer"]
    form = None
    if may_answer:
        form = trouble.answers.get(row.pk) or AnswerForm(row.pk, answer=stored, base=answer_digest(row))
    if form and row.pk in trouble.conflicts:
        # Saving once more then keeps what was typed.
        form = AnswerForm(row.pk, answer=form.cleaned_data["answer"], base=answer_digest(row))
    return Asked(
        labels.label(item) if item else str(_("About all of it")),
        _url(intake, item) if item else "",
        str(row.by),
        shown(row.content["text"]),
        shown(stored),
        str(row.answered_by or ""),
        form,
        shown(stored) if row.pk in trouble.conflicts else "",
    )


def _url(intake: Intake, item: str) -> str:
    return f"{reverse('section', args=[intake.uuid, SECTION_OF[item].id])}#{item}"
