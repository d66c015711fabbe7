"""Build the sections about what happens: the pattern, and the incidents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    Block,
    Fact,
    Facts,
    FreeText,
    Paragraph,
    Picture,
    Section,
    Subheading,
    Table,
    TableAsLines,
    table_for_paper,
)
from questionnaire.documents.charts import incidents_by_place
from questionnaire.documents.charts.intervals import gap_chart
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections.statements import COURSE_ITEMS, split_annotated
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import ALL_PLACES, PLACES, SOURCES, Incident, chronological
from questionnaire.domain.intervals import shortening
from questionnaire.domain.log_answers import contradictions

#: A row takes a hundredth of a second to lay out, so paper has no more; it says how many it leaves out.
MAX_INCIDENTS_ON_PAPER: Final = 500

_SOURCES: Final = {source.code: source.text for source in SOURCES}


def pattern(presenter: Presenter) -> Section:
    """Return the section with the pattern as a sentence and a table, and the incidents."""
    blocks = [*_shortening(presenter), *_behaviours(presenter), *_no_signal(presenter)]
    annotated = [item_id for item_id in BEHAVIOUR if presenter.has_annotations(item_id)]
    blocks += presenter.facts(annotated, with_values=False)
    blocks += [*_course(presenter), *_differences(presenter)]
    blocks += [*_picture(presenter), *_time_between(presenter), *_incident_log(presenter)]
    # Page one has the sentence already.
    if not (presenter.has_page_one and blocks):
        blocks.insert(0, Paragraph(presenter.summary.pattern.sentence))
    return Section("pattern", _("Pattern"), tuple(blocks))


def pattern_and_picture(presenter: Presenter) -> Section:
    """Return the section with the pattern and its picture, without what a statement of facts tells."""
    sentence = Paragraph(presenter.summary.pattern.sentence)
    frequency = presenter.facts(["contact_frequency"])
    blocks = (sentence, *_no_signal(presenter), *frequency, *_picture(presenter))
    return Section("pattern", _("Pattern"), blocks)


def behaviour(presenter: Presenter) -> Section:
    """Return the section with what happens where, without the incidents; no blocks when there is nothing.

    It never says that nothing is written down: more may be than is shown.
    """
    blocks = _behaviours(presenter)
    if blocks or presenter.intake.incidents:
        blocks.insert(0, Paragraph(presenter.summary.pattern.sentence))
    return Section("pattern", _("Pattern"), (*blocks, *presenter.facts(COURSE_ITEMS)))


def _behaviours(presenter: Presenter) -> list[Block]:
    """Return place by frequency, the most frequent first; only frequencies that occur."""
    behaviours = presenter.summary.pattern.behaviours
    columns = [
        column
        for column in reversed(ITEMS[BEHAVIOUR[0]].columns)
        if any(column.code == behaviour.frequency for behaviour in behaviours)
    ]
    rows = []
    for place in PLACES:
        cells = [
            labels.SEPARATOR.join(
                labels.row(f"behaviour_{place.code}", behaviour.behaviour)
                for behaviour in behaviours
                if (behaviour.place, behaviour.frequency) == (place.code, column.code)
            )
            for column in columns
        ]
        if any(cells):
            rows.append((str(place.text), *cells))
    head = (_("Where"), *(str(column.text) for column in columns))
    caption = _("What happens where, and how often at its worst")
    table = Table("behaviour", caption, head, tuple(rows))
    return [table_for_paper(table) if presenter.paper else table] if rows else []


def _no_signal(presenter: Presenter) -> list[Block]:
    """Return the kinds of behaviour that were discussed and are no signal, by what was answered."""
    item, facts = ITEMS[BEHAVIOUR[0]], []
    for column in (column for column in item.columns if column.code not in item.raises):
        by_place = ((place, presenter.rows_in(f"behaviour_{place.code}", column.code)) for place in PLACES)
        values = tuple(f"{place.text}: {', '.join(rows)}" for place, rows in by_place if rows)
        if values:
            facts.append(Fact("", str(column.text), values))
    return [Facts(tuple(facts))] if facts else []


def _course(presenter: Presenter) -> list[Block]:
    """Return when it began, when it last happened and how often."""
    plain, annotated = split_annotated(
        [presenter.fact(item_id) for item_id in presenter.answered(COURSE_ITEMS)]
    )
    return [*plain, *annotated]


def _differences(presenter: Presenter) -> list[Block]:
    """Return where an answer and the log say something else. It does not say which of the two is right."""
    intake = presenter.intake
    found = contradictions(intake.answers, intake.incidents, intake.date)
    facts = tuple(
        Fact(item_id, labels.label(item_id), tuple(each.sentence for each in those))
        for item_id, those in groupby(found, key=lambda each: each.item)
    )
    return [Subheading(_("Where an answer and the log differ")), Facts(facts)] if facts else []


def _picture(presenter: Presenter) -> list[Block]:
    """Return the incidents by month and place, drawn and in numbers."""
    incidents = presenter.intake.incidents
    fewest = incidents_by_place.MIN_MONTHS_ON_PAPER if presenter.paper else 1
    chart = incidents_by_place.place_chart(incidents, fewest=fewest)
    if chart is None:
        return []
    counts = incidents_by_place.month_counts(incidents)
    places = incidents_by_place.places_of(counts)
    head = (_("Month"), *(str(place.text) for place in places), _("No certain date"), _("Police know"))
    rows = tuple(
        (
            each.name,
            *(str(each.by_place.get(place.code, "")) for place in places),
            str(each.about or ""),
            str(each.reported or ""),
        )
        for each in counts
    )
    drawing = render_to_string("charts/incidents_by_place.svg", {"chart": chart, "id": "course"})
    table = Table("months", _("Incidents by month"), head, rows)
    return [Picture(drawing, table_for_paper(table) if presenter.paper else table, listed_below=True)]


def _shortening(presenter: Presenter) -> list[Block]:
    """Return the sentence about a log in which the time between incidents gets shorter; of others nothing."""
    found = shortening(presenter.intake.incidents)
    return [Paragraph(found.sentence)] if found else []


def _time_between(presenter: Presenter) -> list[Block]:
    """Return the time between incidents, drawn and in numbers, whatever its course."""
    chart = gap_chart(presenter.intake.incidents)
    if chart is None:
        return []
    drawing = render_to_string("charts/intervals.svg", {"chart": chart, "id": "between"})
    head = (_("Month"), _("Days since the incident before"))
    table = Table("between", _("Time between the incidents"), head, chart.rows)
    picture = Picture(drawing, table_for_paper(table) if presenter.paper else table)
    rest = Paragraph(" ".join((*chart.not_drawn, _("More may have happened than was written down."))))
    return [picture, rest]


def _incident_log(presenter: Presenter) -> list[Block]:
    """Return the incidents with what is known of each."""
    places = {place.code: str(place.text) for place in ALL_PLACES}
    head = (_("When"), _("Where"), _("What"), _("Evidence"), _("Police know"))
    rows = []
    incidents = chronological(presenter.intake.incidents)
    earlier = max(len(incidents) - MAX_INCIDENTS_ON_PAPER, 0) if presenter.paper else 0
    for incident in incidents[earlier:]:
        when = labels.incident_date(incident)
        rows.append((when, places[incident.place], *_told(presenter, incident)))
    if not rows:
        return []
    kind = TableAsLines if presenter.paper else Table
    table = kind("incidents", _("Incidents, in order of time"), head, tuple(rows))
    return [Paragraph(left_out(earlier)), table] if earlier else [table]


def _told(presenter: Presenter, incident: Incident) -> tuple[str, str, str]:
    """Return what happened, what shows it, and what the police know, each with what belongs to it."""
    show = presenter.free_text
    source = str(_SOURCES.get(incident.source, ""))
    what = (show(labels.what_happened(incident)), _named(_("Done by"), show(incident.by)), source)
    evidence = (show(incident.evidence), _named(_("Witness"), show(incident.witness)))
    known = (labels.reported_to_police(incident.reported), show(incident.report_number))
    return _joined(what, "\n"), _joined(evidence, "\n"), _joined(known, ", ")


def _named(name: str, text: str) -> str:
    return f"{name}: {text}" if text else ""


def _joined(texts: Sequence[str], mark: str) -> FreeText:
    return FreeText(mark.join(filter(None, texts)))


def left_out(earlier: int) -> str:
    """Return the sentence about the incidents that paper does not hold."""
    line = ngettext(
        "%(number)s earlier incident is not in this PDF: it holds the latest %(most)s. "
        "The plain text has them all.",
        "%(number)s earlier incidents are not in this PDF: it holds the latest %(most)s. "
        "The plain text has them all.",
        earlier,
    )
    return line % {"number": earlier, "most": MAX_INCIDENTS_ON_PAPER}
