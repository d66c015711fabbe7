"""Show sign-ins and changes of rights: of one's own account, and of the people one administers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.audit import sign_in_history
from questionnaire.models import Membership, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.people import administered_accounts


def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show the latest events by day. Nothing of any intake is among them."""
    user = user_of(request)
    accounts = administered_accounts(user)
    whole = [each.user for each in accounts if each.is_whole]
    shared = [each.user for each in accounts if not each.is_whole]
    context = {
        "days": sign_in_history.entries_by_day(user, whole, shared),
        "is_shared": bool(shared),
        "is_of_a_team": teams_of(user, Membership.Role.ADMINISTRATOR).exists(),
        "last_days": sign_in_history.DAYS_SHOWN,
        "most": sign_in_history.MAX_ENTRIES,
    }
    return render(request, "account/sign_in_history.html", context)
