"""A person's own sessions: to see where they are signed in, and to end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from questionnaire.accounts.session_store import DEVICE, SessionStore, end_sessions, sessions_of
from questionnaire.audit import account_signals
from stalkcheck.headers import ACTIVE_AT, SIGNED_IN_AT


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session as its owner sees it. `mark` names it without being of any use to someone else."""

    mark: str
    device: str
    since: datetime
    active: datetime
    is_this: bool


def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in; by POST, end one of these, or all others."""
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    if request.method == "POST":
        _end(request, request.user, request.POST.get("end", ""))
        return redirect("sessions")
    found = [_told(session, request.session.session_key) for session in sessions_of(request.user)]
    return render(request, "account/sessions.html", {"sessions": found})


def _end(request: HttpRequest, user: AbstractBaseUser, mark: str) -> None:
    this = request.session.session_key
    if mark == "others":
        end_sessions(user, but=this)
        account_signals.sessions_ended(user)
        return
    for session in sessions_of(user):
        if session.session_key != this and _mark(session) == mark:
            session.flush()
            account_signals.sessions_ended(user)


def _mark(session: SessionStore) -> str:
    return salted_hmac("session", str(session.session_key), algorithm="sha256").hexdigest()[:20]


def _told(session: SessionStore, this: str | None) -> OwnSession:
    return OwnSession(
        _mark(session),
        session.get(DEVICE, ""),
        _moment(session.get(SIGNED_IN_AT, 0)),
        _moment(session.get(ACTIVE_AT, 0)),
        is_this=session.session_key == this,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
