"""Find what the URL of a page of Beheer is about, among what this person administers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from questionnaire.permissions import user_of
from questionnaire.queries.people import Account, administered_account


def account_or_404(request: HttpRequest, person: int) -> Account:
    """Return the account with this number. Raise Http404 for one that the user does not administer."""
    # A longer number does not fit in the column, which is an error in the database.
    found = administered_account(user_of(request), person) if person < 2**63 else None
    if found is None:
        raise Http404
    return found


def whole_account_or_404(request: HttpRequest, person: int) -> Account:
    """Return the same, when the user decides how it signs in. Raise PermissionDenied or Http404."""
    found = account_or_404(request, person)
    if found.is_self or not found.is_whole:
        raise PermissionDenied
    return found
