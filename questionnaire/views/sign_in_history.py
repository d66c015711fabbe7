"""The page of signing in and rights: of one's own account, and of the people one administers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from questionnaire.audit import sign_in_history
from questionnaire.models import Membership, teams_of
from questionnaire.permissions import user_of


def sign_ins(request: HttpRequest) -> HttpResponse:
    """What happened of late, by day. Nothing of any intake is on it."""
    user = user_of(request)
    context = {
        "days": sign_in_history.days(user),
        "is_of_a_team": teams_of(user, Membership.Role.ADMINISTRATOR).exists(),
        "last_days": sign_in_history.DAYS,
        "most": sign_in_history.MOST,
    }
    return render(request, "account/sign_in_history.html", context)
