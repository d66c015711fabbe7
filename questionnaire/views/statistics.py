"""The page for whoever leads a team: how many conversations of which kind, and nothing that anyone told."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.documents.charts.team_counts import Bars, bars
from questionnaire.models import Membership, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.statistics import NEAR, REVIEWED, Counted, TeamCounts, counts


@dataclass(frozen=True, slots=True)
class Figure:
    """A table with its picture; `chart` is None where nothing of it can be told."""

    table: Counted
    chart: Bars | None
    chart_id: str


def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers of each team that someone leads."""
    user, now = user_of(request), timezone.now()
    intake_actions.record_read(user, None, Code.COUNTS_READ)
    teams = teams_of(user, Membership.Role.MANAGER).order_by("name")
    told = [(of_team, _figures(of_team)) for of_team in (counts(team, now) for team in teams)]
    return render(request, "team/statistics.html", {"teams": told, "near": NEAR, "reviewed": REVIEWED})


def _figures(told: TeamCounts) -> list[Figure]:
    return [
        Figure(
            table,
            None if table.cells is None else bars(table.title, table.kinds, table.cells),
            f"{table.id}-chart-{told.team.pk}",
        )
        for table in told.tables
    ]
