"""Show the manager of a team how many conversations of which kind it has, and nothing of what was said."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.charts.team_counts import CountsChart, counts_chart
from questionnaire.models import Membership, teams_of
from questionnaire.permissions import user_of
from questionnaire.queries.statistics import REVIEW_DAYS, CountTable, TeamCounts, count_team


@dataclass(frozen=True, slots=True)
class ChartedTable:
    """A table with its chart, which is None where none of its counts may be disclosed."""

    table: CountTable
    chart: CountsChart | None
    chart_id: str


def numbers(request: HttpRequest) -> HttpResponse:
    """Show the numbers of each team that this person manages."""
    user, now = user_of(request), timezone.now()
    intake_actions.record_read(user, None, EventCode.COUNTS_READ)
    managed = teams_of(user, Membership.Role.MANAGER).order_by("name")
    teams = [(counts, _charted_tables(counts)) for counts in (count_team(team, now) for team in managed)]
    context = {"teams": teams, "reviewed": REVIEW_DAYS}
    return render(request, "team/statistics.html", context)


def _charted_tables(counts: TeamCounts) -> list[ChartedTable]:
    return [
        ChartedTable(
            table,
            None if table.cells is None else counts_chart(table.title, table.kinds, table.cells),
            f"{table.id}-chart-{counts.team.pk}",
        )
        for table in counts.tables
    ]
