"""Build the fear and the contact at each conversation of a case: a picture, and a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import Picture, Table
from questionnaire.documents.charts.fear import fear_chart
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import TrendPoint
from questionnaire.domain.dates import format_date


def over_time(points: Sequence[TrendPoint]) -> tuple[Picture | Table, ...]:
    """Return the picture with its table, or the table alone where there is nothing to draw."""
    frequency = ITEMS["contact_frequency"]
    rows = tuple(
        (
            format_date(point.on),
            str(labels.STATES[point.fear_state]) if point.fear is None else str(point.fear),
            frequency.text_of(point.frequency or point.frequency_state),
            str(point.behaviours),
            str(point.incidents),
        )
        for point in points
    )
    head = (
        _("Conversation on"),
        _("Fear from 0 to 10"),
        str(frequency.label),
        _("Kinds of behaviour"),
        _("Incidents in the log"),
    )
    table = Table("over-time", _("Fear and contact over time"), head, rows)
    if (chart := fear_chart(points)) is None:
        return (table,)
    return (Picture(render_to_string("charts/fear.svg", {"chart": chart, "id": "fear-chart"}), table),)
