"""List a person's own sessions, so that they see where they are signed in, and can end these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
    """Show where this person is signed in: this session first, then those that were active last."""
    this = _this(request)
    found = [_own_session(session, this) for session in sessions_of(_user(request))]
    found.sort(key=lambda session: (session.is_this, session.active), reverse=True)
    return render(request, "account/sessions.html", {"sessions": found})


def end(request: HttpRequest, public_id: str) -> bool:
    """End one of the sessions of this person, or all "others" than this one; return whether any ended."""
    user, ended = _user(request), 0
    if public_id == "others":
        ended = end_sessions(user, but=request.session.session_key)
    else:
        for session in sessions_of(user):
            if session.key_hash != _this(request) and _public_id(session) == public_id:
                session.end()
                ended += 1
    if ended:
        account_signals.record_sessions_ended(user)
    return bool(ended)


def _user(request: HttpRequest) -> AbstractBaseUser:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


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
