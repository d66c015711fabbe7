"""List a person's own sessions, so that they see where they are signed in, and can end these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from questionnaire.accounts.session_limits import ACTIVE_AT, SIGNED_IN_AT
from questionnaire.accounts.session_store import (
    DEVICE_KEY,
    StoredSession,
    end_sessions,
    hash_of,
    sessions_of,
)
from questionnaire.audit import account_signals


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session as its owner sees it. `public_id` identifies it and is of no use to anyone else."""

    public_id: str
    device: str
    since: datetime
    active: datetime
    is_this: bool


def sessions(request: HttpRequest) -> HttpResponse:
    """Show where this person is signed in; by POST, end one of these sessions or all others."""
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    if request.method == "POST":
        _end(request, request.user, request.POST.get("end", ""))
        return redirect("sessions")
    this = _this(request)
    found = [_own_session(session, this) for session in sessions_of(request.user)]
    return render(request, "account/sessions.html", {"sessions": found})


def _end(request: HttpRequest, user: AbstractBaseUser, public_id: str) -> None:
    if public_id == "others":
        end_sessions(user, but=request.session.session_key)
        account_signals.record_sessions_ended(user)
        return
    for session in sessions_of(user):
        if session.key_hash != _this(request) and _public_id(session) == public_id:
            session.end()
            account_signals.record_sessions_ended(user)


def _this(request: HttpRequest) -> str:
    return hash_of(str(request.session.session_key))


def _public_id(session: StoredSession) -> str:
    return salted_hmac("session", session.key_hash, algorithm="sha256").hexdigest()[:20]


def _own_session(session: StoredSession, this: str) -> OwnSession:
    return OwnSession(
        _public_id(session),
        session.data.get(DEVICE_KEY, ""),
        _datetime(session.data.get(SIGNED_IN_AT, 0)),
        _datetime(session.data.get(ACTIVE_AT, 0)),
        is_this=session.key_hash == this,
    )


def _datetime(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
