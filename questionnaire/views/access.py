"""Show who may see a case, and change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Final, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, handovers, undo
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.access import (
    LastManagerError,
    LosesAccessError,
    can_read,
    colleagues,
)
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.parsing import is_row_id
from questionnaire.forms.access import HandOverForm
from questionnaire.models import Access, AccessScope, Intake, Membership, User, members_of
from questionnaire.permissions import intake_of, user_of
from questionnaire.queries import openings
from questionnaire.queries.proposals import lift_that_waits, seconds_for
from questionnaire.queries.reviewers_left import has_reviewer
from questionnaire.views.colleagues import GRANTABLE, listed_colleagues
from questionnaire.views.confirming import Question, ask, is_confirmed
from questionnaire.views.feedback import done, refused

Kind = Access.Kind
#: What is said of each that was granted, and of each that was revoked.
_GRANTED: Final = {
    Kind.ASSIGNED: gettext_lazy("The case is assigned to %(who)s."),
    Kind.NAMED: gettext_lazy("%(who)s has read access."),
    Kind.LOCKED_OUT: gettext_lazy("%(who)s has no access any more."),
}
_REVOKED: Final = {
    Kind.ASSIGNED: gettext_lazy("The case is not assigned to %(who)s any more."),
    Kind.NAMED: gettext_lazy("The read access of %(who)s has ended."),
    Kind.LOCKED_OUT: gettext_lazy("%(who)s is let in again."),
}
T = TypeVar("T")


def access(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the page; a post grants something to a colleague or revokes it."""
    intake = intake_of(request)
    if request.method != "POST":
        return _page(request, intake)
    colleague = _posted_colleague(intake, request.POST.get("person", ""))
    is_grant = "give" in request.POST
    kind = request.POST.get("give" if is_grant else "take", "")
    if kind not in {kind for kind, _give, _take in GRANTABLE}:
        raise Http404
    change = access_actions.grant if is_grant else access_actions.revoke
    said = (_GRANTED if is_grant else _REVOKED)[Kind(kind)] % {"who": colleague}
    return _apply(
        request,
        intake,
        lambda: change(user_of(request), intake, colleague, Kind(kind)),
        lambda changed: done(
            request,
            said,
            undo.Kind.RIGHT_GIVEN if is_grant else undo.Kind.RIGHT_TAKEN,
            intake,
            person=colleague.pk,
            right=kind,
            **asdict(changed),
        ),
    )


def shield(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shield the case, or ask a second person to agree that the shield is lifted."""
    intake = intake_of(request)
    if request.POST.get("shield") != "on":
        return _ask_to_lift(request, intake)
    return _apply(
        request,
        intake,
        lambda: access_actions.shield(user_of(request), intake),
        lambda is_named: done(
            request, _("The case is shielded."), undo.Kind.SHIELDED, intake, is_named=is_named
        ),
    )


def _ask_to_lift(request: HttpRequest, intake: Intake) -> HttpResponse:
    row = agreeing.ask_to_lift(user_of(request), intake)
    if row is None:
        refused(request, _("This case is not shielded."))
    else:
        done(request, _("The case stays shielded until a second person agrees."))
        if not seconds_for(row):
            refused(request, _("Nobody can agree now. You can go on alone, with a reason."))
    return redirect("access", uuid=intake.uuid)


def hand_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a colleague the author. A resubmitted pending post only fills the form in again."""
    intake = intake_of(request)
    form = _hand_over_form(request, intake, request.POST)
    if "_go" in request.POST or not form.is_valid():
        return _page(request, intake, form=form)
    colleague, note = form.colleague, form.cleaned_data["note"]
    try:
        goes_on_reading = form.cleaned_data.get("goes_on_reading", False)
        handed = handovers.hand_over(
            user_of(request), intake, colleague, note, goes_on_reading=goes_on_reading
        )
    except LastManagerError:
        return _page(request, intake, is_last_manager=True)
    about = asdict(handed) if handed else {}
    said = _("The case is handed over to %(who)s.") % {"who": colleague}
    # Taken back it can be handed over again, with the same note.
    back = f"{reverse('access', args=[intake.uuid])}#over"
    done(request, said, undo.Kind.HANDED_OVER if handed else None, intake, back=back, **about)
    return _back(request, intake)


def note_read(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that this person read the note of a hand-over to them, and go back to what waits for them."""
    try:
        handover = UUID(request.POST.get("note", ""))
    except ValueError:
        raise Http404 from None
    intake = intake_of(request)
    if handovers.read_note(user_of(request), intake, handover):
        said = _("You read this note. It stays under “Who may see this”.")
        done(request, said, undo.Kind.NOTE_READ, intake, note=str(handover))
    return redirect("today")


def seen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that this person saw that someone opened the case, and go back to the page where they saw it."""
    opening = request.POST.get("opening", "")
    if not is_row_id(opening):
        raise Http404
    intake = intake_of(request)
    access_actions.see_opening(user_of(request), intake, int(opening))
    done(request, _("You have seen this opening."), undo.Kind.OPENING_SEEN, intake, opening=int(opening))
    return redirect("access", uuid=uuid) if "_case" in request.POST else redirect("today")


def _apply(
    request: HttpRequest, intake: Intake, change: Callable[[], T], tell: Callable[[T], None]
) -> HttpResponse:
    """Change access, tell it, and go back. Ask first whoever would take the case away from themselves."""
    try:
        if is_confirmed(request):
            result = change()
        else:
            result = access_actions.keeping_access(user_of(request), intake, change)
    except LastManagerError:
        return _page(request, intake, is_last_manager=True)
    except LosesAccessError:
        return ask(request, _loses_access(), back=reverse("access", args=[intake.uuid]))
    if can_read(user_of(request), intake):
        tell(result)
    else:
        done(request, _("You do not see that case any more."))
    return _back(request, intake)


def _loses_access() -> Question:
    return Question(
        _("Take this case away from yourself?"),
        (
            _("You then do not see this case any more, and you cannot undo this yourself."),
            _("Only a colleague who decides about this case can let you in again."),
        ),
        _("Yes, take it away from me"),
    )


def _back(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Redirect to the page, or to the list when the person lost access."""
    return redirect("access", uuid=intake.uuid) if can_read(user_of(request), intake) else redirect("today")


def _page(
    request: HttpRequest, intake: Intake, form: HandOverForm | None = None, is_last_manager: bool = False
) -> HttpResponse:
    user = user_of(request)
    intake_actions.record_read(user, intake, EventCode.RIGHTS_READ)
    can_manage = AccessScope.of(user).can_manage_access(intake)
    context = {
        "intake": intake,
        "colleagues": listed_colleagues(user, intake, can_manage=can_manage),
        "can_manage": can_manage,
        "openings": openings.of_case(user, intake),
        "handovers": intake.handovers.select_related("by", "to"),
        "form": form or _hand_over_form(request, intake),
        "pending_post": request.POST.get("_held", ""),
        "is_last_manager": is_last_manager,
        "is_author": intake.author_id == user.pk,
        "has_reviewer": has_reviewer(intake.case),
        "lift": lift_that_waits(intake.case_id) if intake.case.shielded else None,
    }
    return render(request, "intakes/access.html", context, status=409 if is_last_manager else 200)


def _hand_over_form(request: HttpRequest, intake: Intake, posted: QueryDict | None = None) -> HandOverForm:
    user, professionals = user_of(request), members_of([intake.team_id], [Membership.Role.PROFESSIONAL])
    others = colleagues(intake).filter(pk__in=professionals).exclude(pk=intake.author_id)
    return HandOverForm(
        posted,
        colleagues=list(others),
        may_go_on_reading=intake.author_id == user.pk and handovers.may_go_on_reading(user, intake),
        note=handovers.undone_note(user, intake),
    )


def _posted_colleague(intake: Intake, key: str) -> User:
    """Return the colleague with this id. Raise Http404."""
    user = colleagues(intake).filter(pk=key).first() if is_row_id(key) else None
    if user is None:
        raise Http404
    return user
