"""Show what needs this person today: the first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import levels as level_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.advice.edition import RULES_VERSION
from questionnaire.models import Membership
from questionnaire.permissions import user_of
from questionnaire.queries import openings


def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person."""
    user = user_of(request)
    intake_actions.record_read(user, None, EventCode.LIST_READ)
    roles = {row.role for row in user.memberships.in_force()}
    context = {
        "openings": openings.waiting_for(user),
        "levels_changed": user.rules_told < RULES_VERSION,
        "is_professional": Membership.Role.PROFESSIONAL in roles,
        "roles": roles,
    }
    return render(request, "intakes/today.html", context)


def levels_seen(request: HttpRequest) -> HttpResponse:
    """Record that this person was told how the levels changed."""
    level_actions.record_told(user_of(request))
    return redirect("today")
