"""Middleware of ours that stands in for Django's own, which its system checks know by name alone."""

from typing import Any

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.module_loading import import_string

from questionnaire.accounts.session_store import SessionStore
from questionnaire.tests.urls import url_patterns


@pytest.mark.parametrize("django_own", [CsrfViewMiddleware, SessionMiddleware])
def test_ours_is_that_of_django_with_more(settings: Any, django_own: type) -> None:
    named = {path: import_string(path) for path in settings.MIDDLEWARE}
    classes = {path: each for path, each in named.items() if isinstance(each, type)}
    standing_in = [path for path, each in classes.items() if issubclass(each, django_own)]

    assert len(standing_in) == 1
    assert standing_in[0].startswith("questionnaire.middleware.renewed.")


def test_ours_refuses_by_the_code_of_django(settings: Any) -> None:
    """What decides which request is refused is inherited; ours takes a token more."""
    (path,) = [each for each in settings.MIDDLEWARE if "Csrf" in each]
    ours = import_string(path)

    assert {name for name in vars(ours) if not name.startswith("__")} == {"_check_token"}
    assert ours.process_view is CsrfViewMiddleware.process_view


def test_no_view_goes_without_a_token() -> None:
    exempt = [each.name for each in url_patterns() if getattr(each.callback, "csrf_exempt", False)]

    assert len(url_patterns()) > 80
    assert exempt == []


def test_a_session_is_stored_by_ours_alone(settings: Any) -> None:
    assert issubclass(SessionStore, SessionBase)
    assert import_string(f"{settings.SESSION_ENGINE}.SessionStore") is SessionStore


def test_no_more_is_silenced_than_what_is_looked_at_here(settings: Any) -> None:
    """W003 asks for Django's own middleware by its name; W021 for the preload list of browsers."""
    assert set(settings.SILENCED_SYSTEM_CHECKS) == {"security.W003", "security.W021"}
