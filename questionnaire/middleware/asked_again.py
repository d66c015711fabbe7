"""Ask for the rights again when a response is ready, before it leaves: making it can take long.

The permission table is enforced at the start of a request. A PDF takes seconds, and meanwhile someone can be
locked out, their role taken, their account closed or their session ended. `actions` ask again in the
transaction that writes; this asks again for everything that is handed out, in one place for all pages. The
event of a read was recorded before: so the log says at most more than was handed out, and never less.

What someone typed is kept for them when they lost the right while the page stood open, at whatever moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.accounts import renewal
from questionnaire.accounts.session_store import is_restricted_since
from questionnaire.audit import ended_rights
from questionnaire.audit.limits import LimitName
from questionnaire.audit.refused_looks import record_refused_look
from questionnaire.encryption import hidden_paths
from questionnaire.middleware.limits import stopped
from questionnaire.models import Intake, TamperedCaseError, User
from questionnaire.permissions import Requirement, enforce, requirement_of
from questionnaire.screen import client_mode, page_marks, pending_posts
from questionnaire.screen.lock import leave_for
from questionnaire.screen.pending_posts import HAS_PENDING_KEY

#: The status codes of responses without anything of an intake: empty, a redirect, or a refusal.
_EMPTY: Final = frozenset({204, 302, 304, 400, 403, 404, 405})
#: The pages that show something of cases, and are not about one.
_LISTS: Final = frozenset({"today", "cases", "kept", "events"})


class AskAgainMiddleware:
    """Replace a response that this person may not have any more, and keep what they typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User):
            request.user.session = request.session
        response = self.get_response(request)
        requirement = requirement_of(request)
        if not requirement or requirement is Requirement.ANYONE or not isinstance(request.user, User):
            return response
        refusal = getattr(request, "refusal", None)
        again_at = None
        if isinstance(refusal, Http404) and request.resolver_match:
            again_at = record_refused_look(request.user, request.resolver_match.kwargs["uuid"])
        if refusal and page_marks.is_from_open_page(request):
            return _kept(request, request.user, refusal) or response
        if again_at:
            return stopped(request, LimitName.LOOKS, again_at)
        if hasattr(request, "is_refused") or response.status_code in _EMPTY:
            return response
        return _ask_again(requirement, request, request.user) or response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a write that was refused though the request was allowed: the rights changed meanwhile."""
        if not isinstance(exception, PermissionDenied) or not isinstance(request.user, User):
            return None
        return _kept(request, request.user, exception)


def _kept(request: HttpRequest, user: User, refusal: Exception) -> HttpResponse | None:
    """Keep what was typed on a page that this person had, and say so; None when there is nothing to keep."""
    is_signed_in = user.is_signed_in()
    user.session = None  # what they typed is kept also when their session has ended
    is_kept = pending_posts.store(user, request, was_allowed=True)
    if not is_signed_in:
        renewal.forget(request)
    if not is_kept:
        return None
    request.session.pop(HAS_PENDING_KEY, None)
    request.is_refused = True  # type: ignore[attr-defined]
    if request.accepts("text/html"):
        if client_mode.is_on(request):  # this is not for the client, who has the screen
            return leave_for("leave")
        is_tampered = isinstance(refusal, TamperedCaseError)
        template = "403_tampered.html" if is_tampered else "intakes/refused.html"
        return render(request, template, {"is_kept": True}, status=403)
    # Not an error, so that the page stops retrying.
    status = _("Not saved: your access changed. What you typed is kept for you.")
    return JsonResponse({"status": status, "base": {}})


def _ask_again(requirement: Requirement, request: HttpRequest, user: User) -> HttpResponse | None:
    """Return what to respond instead, or None. Raise PermissionDenied or Http404 as `enforce` does."""
    if not user.is_signed_in():
        renewal.forget(request)
        if request.method == "POST":
            raise PermissionDenied
        return redirect_to_login(hidden_paths.hidden(request.get_full_path()))
    if is_restricted_since(request.session):
        if request.method == "POST":
            raise PermissionDenied
        return redirect(request.get_full_path())  # to where the lock leads now
    match = request.resolver_match
    enforce(requirement, request, user, match.kwargs if match else {})
    if not _may_show_less(request, user):
        return None
    if request.method == "POST" and hasattr(request, "intake"):
        raise PermissionDenied
    return redirect(request.get_full_path())  # made anew, on the rights as they are now


def _may_show_less(request: HttpRequest, user: User) -> bool:
    """Return whether this page may show a conversation, besides the one in its URL, that is barred meanwhile.

    Pages and copies of one conversation have the course of its case, as far as this person may read it.
    """
    before: ended_rights.Moment | None = getattr(request, "moment", None)
    if before is None:  # no right was asked, so nothing is shown on one
        return False
    intake: Intake | None = getattr(request, "intake", None)
    if intake is None:
        is_list = request.resolver_match is not None and request.resolver_match.view_name in _LISTS
        return is_list and ended_rights.has_ended_since(before)
    if not ended_rights.has_ended_since(before):
        return False
    of_case = Intake.objects.filter(case=intake.case_id)
    return of_case.exclude(pk__in=of_case.visible_to(user).values("pk")).exists()
