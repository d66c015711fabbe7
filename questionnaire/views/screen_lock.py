"""Hide the screen, unlock it, and offer the posts that could not be saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.login_forms import ReauthenticateForm
from questionnaire.accounts.second_factor import passkey_options
from questionnaire.accounts.second_factor_forms import ReauthenticatePasskeyForm
from questionnaire.accounts.session_store import LOCKED_KEY
from questionnaire.domain import dates
from questionnaire.models import HeldPost, Intake, User, tampered_cases
from questionnaire.permissions import user_of
from questionnaire.requirements import ADMINISTRATION
from questionnaire.screen import lock as locking
from questionnaire.screen import page_marks, pending_posts
from questionnaire.screen.pending_posts import Arrival
from questionnaire.views.confirming import QUESTIONS, ask, is_confirmed
from questionnaire.views.feedback import done
from questionnaire.views.page_titles import title_of
from questionnaire.views.pending_words import Words, words_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The pages whose pending posts only fill the form in again, as a post does more than save text.
_ONLY_FILLED_IN: Final = {"hand_over", "open", "going_alone", "log_import", *ADMINISTRATION}
#: How a pending post came in, by that and by whether it came from a page that its author had open.
_ARRIVALS: Final = {
    (Arrival.LEFT, True): _("You left the page and had not sent it yet."),
    (Arrival.HIDDEN, True): _(
        "It came in while the screen was hidden, from a page that you had open before."
    ),
    (Arrival.HIDDEN, False): _(
        "It came in while the screen was hidden, and not from a page that you had open just before. "
        "Someone else may have made it."
    ),
    (Arrival.TURNED, True): _(
        "It came in while the client had the screen, from a page that you had open before."
    ),
    (Arrival.TURNED, False): _(
        "It came in while the client had the screen, and not from a page that you had open just before. "
        "Someone else may have made it."
    ),
    (Arrival.SIGNED_OUT, False): _(
        "It came in after you were signed out, from a page that was opened in your name before. "
        "Someone else may have written it."
    ),
    (Arrival.SOMEONE_ELSE, False): _(
        "It came in while someone else was signed in, from a page that was opened in your name before. "
        "Someone else may have written it."
    ),
}


def lock(request: HttpRequest) -> HttpResponse:
    """Lock the session, and redirect to a neutral page."""
    if isinstance(request.user, User):
        locking.lock(request, request.POST.get("next", ""))
    return locking.leave_for("notes")


def notes(request: HttpRequest) -> HttpResponse:
    """Show a neutral page, which reveals nothing of what the application is for."""
    return render(request, "screen/notes.html")


def unlock(request: HttpRequest) -> HttpResponse:
    """Ask for the password or a passkey, and redirect to the page where the person was.

    That page is in the session alone: this one may be seen by anyone.
    """
    if not locking.is_locked(request):
        return redirect(settings.LOGIN_REDIRECT_URL)
    user, page = user_of(request), locking.safe_next_page(request.session[LOCKED_KEY])
    is_by_passkey = "credential" in request.POST
    form = ReauthenticateForm(None if is_by_passkey else request.POST or None, user=user, auto_id="%s")
    passkey = ReauthenticatePasskeyForm(request.POST if is_by_passkey else None, user=user)
    if form.is_valid() or passkey.is_valid():
        locking.unlock(request)
        return redirect(page)
    options = passkey_options(user)
    context = {"form": form, "passkey": passkey, "options": options}
    return render(request, "screen/unlock.html", context)


def extend(request: HttpRequest) -> HttpResponse:
    """Extend the session: LockMiddleware did so, as for every request that is no autosave."""
    return HttpResponse(status=204)


@dataclass(frozen=True, slots=True)
class PendingPost:
    """One post that could not be saved, as the page offers it."""

    uuid: UUID
    path: str
    about: StrPromise | str
    reference: str
    day: str
    time: str
    arrival: StrPromise | str
    is_in_doubt: bool
    words: Sequence[Words]
    button: StrPromise
    controls: tuple[tuple[str, str], ...]


def pending(request: HttpRequest) -> HttpResponse:
    """Show the pending posts of this person, to save after all or to discard."""
    user = user_of(request)
    if request.method == "POST":
        return _throw_away(request, user)
    posts = [_pending_post(user, post) for post in pending_posts.read_all(user)]
    request.session[pending_posts.HAS_PENDING_KEY] = bool(posts)
    page = locking.safe_next_page(request.GET.get("next", ""))
    return (
        render(request, "screen/pending_posts.html", {"posts": posts, "next": page})
        if posts
        else redirect(page)
    )


def _throw_away(request: HttpRequest, user: User) -> HttpResponse:
    """Ask, with the words, whether a pending post may go; then discard it."""
    uuid = request.POST.get("drop", "")
    if is_confirmed(request):
        if pending_posts.discard(user, uuid):
            done(request, gettext("It is thrown away."))
    elif post := pending_posts.read_one(user, uuid):
        return ask(request, QUESTIONS["kept"], reverse("kept"), _pending_post(user, post).words)
    return redirect("kept")


def _pending_post(user: User, post: HeldPost) -> PendingPost:
    match = resolve(post.content["path"])
    uuid = match.kwargs.get("uuid")
    found = Intake.objects.visible_to(user).select_related("case").filter(pk=uuid).first() if uuid else None
    intake = found if found and not tampered_cases([found.case]) else None
    moment = localtime(post.held_at)
    # Posts that were stored by an earlier version do not say how they came in.
    came = (post.content.get("arrival", ""), post.content.get("is_from_open_page", False))
    return PendingPost(
        post.uuid,
        post.content["path"],
        about=title_of(match),
        reference=intake.case.reference if intake else "",
        day=dates.format_date(moment.date()),
        time=time_format(moment, "H:i"),
        arrival=_ARRIVALS.get(came, ""),
        is_in_doubt=came in _ARRIVALS and not came[1],
        words=words_of(match, post.content["controls"], intake),
        button=_("Fill it in again") if match.view_name in _ONLY_FILLED_IN else _("Save it"),
        controls=tuple(
            (name, value) for name, values in post.content["controls"].items() for value in values
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a post without a valid CSRF token, often from a page that is too old: store it if it is ours."""
    owner = page_marks.owner_of(request)
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    is_stored = owner is not None and is_ours and pending_posts.store(owner, request)
    if is_stored and not request.accepts("text/html"):
        return HttpResponse(status=204)
    if is_stored and owner == request.user:
        request.session.pop(pending_posts.HAS_PENDING_KEY, None)
    context = {"is_kept": is_stored and owner == request.user, "is_kept_for_another": is_stored}
    return render(request, "403_csrf.html", context, status=403)
