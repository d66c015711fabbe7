"""Hiding the screen and coming back, and what was kept meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.login import ReauthenticateForm
from questionnaire.accounts.second_factor import ReauthenticatePasskeyForm, passkey_options
from questionnaire.accounts.session_store import LOCKED
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.routes import PAGES
from questionnaire.models import HeldPost, Intake, User
from questionnaire.permissions import user_of
from questionnaire.screen import lock as locking
from questionnaire.screen import pending_posts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What a page was about, by its URL name or the id of its section.
_TITLES: Final = {
    **{page_id: page.title for page_id, page in PAGES.items()},
    "start": _("Start a conversation"),
    "steps": _("What came of it"),
    "consultation": _("What came of it"),
    "remark": _("Review"),
    "answer": _("Review"),
    "hand_over": _("Hand over"),
}
#: The pages that a post is only filled in on again, for its person to decide.
_ONLY_FILLED_IN: Final = {"hand_over"}


def lock(request: HttpRequest) -> HttpResponse:
    """Hide the screen: lock the session, and go where there is nothing to see."""
    if isinstance(request.user, User):
        locking.lock(request, request.POST.get("next", ""))
    return redirect("notes")


def notes(request: HttpRequest) -> HttpResponse:
    """A page that says nothing of what this is about, for anyone who looks."""
    return render(request, "screen/notes.html")


def unlock(request: HttpRequest) -> HttpResponse:
    """The password or a passkey, and then the page where one was."""
    asked = request.POST.get("next") or request.GET.get("next") or request.session.get(LOCKED, "")
    page = locking.safe_page(request, asked)
    if not locking.is_locked(request):
        return redirect(page)
    user = user_of(request)
    is_by_passkey = "credential" in request.POST
    form = ReauthenticateForm(None if is_by_passkey else request.POST or None, user=user, auto_id="%s")
    passkey = ReauthenticatePasskeyForm(request.POST if is_by_passkey else None, user=user)
    if form.is_valid() or passkey.is_valid():
        locking.unlock(request)
        return redirect(page)
    options = passkey_options(user)
    context = {"form": form, "passkey": passkey, "options": options, "next": page}
    return render(request, "screen/unlock.html", context)


def extend(request: HttpRequest) -> HttpResponse:
    """Someone is still at work: the clock of the session starts again, as at any request made by hand."""
    return HttpResponse(status=204)


@dataclass(frozen=True, slots=True)
class Kept:
    """One page that was posted and could not be saved, as it is offered."""

    uuid: UUID
    path: str
    about: StrPromise | str
    reference: str
    day: str
    time: str
    button: StrPromise
    controls: tuple[tuple[str, str], ...]


def kept(request: HttpRequest) -> HttpResponse:
    """What was kept for this person, to save after all or to throw away."""
    user = user_of(request)
    if request.method == "POST":
        pending_posts.drop(user, request.POST.get("drop", ""))
        return redirect("kept")
    posts = [_kept(user, post) for post in pending_posts.read(user)]
    request.session[locking.KEPT] = bool(posts)
    page = locking.safe_page(request, request.GET.get("next", ""))
    return render(request, "screen/pending_posts.html", {"posts": posts, "next": page}) if posts else redirect(page)


def _kept(user: User, post: HeldPost) -> Kept:
    match = resolve(post.content["path"])
    uuid = match.kwargs.get("uuid")
    intake = Intake.objects.visible_to(user).filter(pk=uuid).first() if uuid else None
    moment = localtime(post.held_at)
    return Kept(
        post.uuid,
        post.content["path"],
        about=_about(match.view_name, match.kwargs),
        reference=intake.reference if intake else "",
        day=dates.words(moment.date().isoformat()),
        time=time_format(moment, "H:i"),
        button=_("Fill it in again") if match.view_name in _ONLY_FILLED_IN else _("Save it"),
        controls=tuple(
            (name, value) for name, values in post.content["controls"].items() for value in values
        ),
    )


def _about(name: str, given: Mapping[str, str]) -> StrPromise | str:
    if name == "client":
        return ITEMS[given["item"]].label
    return _TITLES.get(given.get("step", name), _("Incidents"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old. What it posted is kept, if it came from a page of ours."""
    owner = pending_posts.owner_of(request)
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    is_kept = owner is not None and is_ours and pending_posts.hold(owner, request)
    if is_kept and not request.accepts("text/html"):
        return HttpResponse(status=204)
    if is_kept and owner == request.user:
        request.session.pop(locking.KEPT, None)
    context = {"is_kept": is_kept and owner == request.user, "is_kept_for_another": is_kept}
    return render(request, "403_csrf.html", context, status=403)
