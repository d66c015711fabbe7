"""Lead whoever signed in with a password that someone else made to the page where they choose their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from questionnaire.models import User

#: The URL names that stay open meanwhile: nothing of an intake, and nothing of the account but its password.
ALLOWED_WITH_GIVEN_PASSWORD: Final = frozenset(
    {"account_change_password", "account_logout", "set_language", "notes", "lock", "unlock", "extend"}
)


class GivenPasswordMiddleware:
    """Until a person replaced the password that they were given, redirect every other page to that one.

    It comes before the second factor, so that only the owner of the account sets one up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not (isinstance(request.user, User) and request.user.must_change_password):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        return None if name in ALLOWED_WITH_GIVEN_PASSWORD else redirect("account_change_password")
