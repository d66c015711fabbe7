"""The sections that tell what happens: the pattern, and the incidents."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.blocks import (
    Block,
    Fact,
    Facts,
    Log,
    Paragraph,
    Picture,
    Rest,
    Section,
    Table,
    on_paper,
)
from questionnaire.documents.charts import incidents_by_place
from questionnaire.documents.presenter import Presenter
from questionnaire.documents.sections.statements import COURSE
from questionnaire.domain.advice.rules import BEHAVIOUR
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import PLACES, in_time_order
from questionnaire.domain.items import ABSENT_CODES


def pattern(telling: Presenter, *, said_before: bool = False, with_log: bool = True) -> Section:
    """The sentence, the table of places by behaviour, and the incidents."""
    blocks = [*_behaviours(telling), *_elsewhere_no(telling)]
    noted = [item_id for item_id in BEHAVIOUR if telling.has_more(item_id)]
    blocks += telling.facts(noted, values=lambda _item_id: ())
    blocks += _moments(telling)
    if with_log:
        blocks += [*_picture(telling), *incident_log(telling)]
    if not (said_before and blocks):
        blocks.insert(0, Paragraph(telling.summary.pattern.sentence))
    return Section("pattern", _("Pattern"), tuple(blocks))


def incidents(telling: Presenter) -> Section:
    """The dated incidents as a section of their own."""
    return Section("incidents", _("Incidents"), (*_picture(telling), *incident_log(telling)))


def _behaviours(telling: Presenter) -> list[Block]:
    """Place by frequency, the most frequent first; only frequencies that occur."""
    behaviours = telling.summary.pattern.behaviours
    columns = [
        column
        for column in reversed(ITEMS[BEHAVIOUR[0]].columns)
        if any(column.code == behaviour.frequency for behaviour in behaviours)
    ]
    rows = []
    for place in PLACES:
        cells = [
            labels.BETWEEN.join(
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
    return [on_paper(table) if telling.paper else table] if rows else []


def _elsewhere_no(telling: Presenter) -> list[Block]:
    """The kinds of behaviour that were asked and are no signal, by what was answered."""
    item, facts = ITEMS[BEHAVIOUR[0]], []
    untold = item.raises if telling.tells_open else {*item.raises, *ABSENT_CODES}
    for column in (column for column in item.columns if column.code not in untold):
        by_place = ((place, telling.rows_in(f"behaviour_{place.code}", column.code)) for place in PLACES)
        values = tuple(f"{place.text}: {', '.join(rows)}" for place, rows in by_place if rows)
        if values:
            facts.append(Fact("", str(column.text), values))
    return [Facts(tuple(facts))] if facts else []


def _moments(telling: Presenter) -> list[Block]:
    facts = [telling.fact(item_id) for item_id in telling.answered(COURSE)]
    bare = tuple(fact for fact in facts if not (fact.marks or fact.remarks))
    more = tuple(fact for fact in facts if fact.marks or fact.remarks)
    return [*([Rest(bare)] if bare else []), *([Facts(more)] if more else [])]


def _picture(telling: Presenter) -> list[Block]:
    """The incidents by month and place, drawn and in numbers."""
    incidents = telling.intake.incidents
    with_police = "police_contact" not in telling.hidden
    fewest = incidents_by_place.FEWEST_ON_PAPER if telling.paper else 1
    drawn = incidents_by_place.course(incidents, with_police=with_police, fewest=fewest)
    if drawn is None:
        return []
    head = (_("Month"), *(str(place.text) for place in PLACES), _("No certain date"))
    head += (_("Police know"),) * with_police
    rows = tuple(
        (
            each.name,
            *(str(each.by_place.get(place.code, "")) for place in PLACES),
            str(each.about or ""),
            *(str(each.reported or ""),) * with_police,
        )
        for each in incidents_by_place.month_counts(incidents)
    )
    drawing = render_to_string("charts/incidents_by_place.svg", {"chart": drawn, "id": "course"})
    table = Table("months", _("Incidents by month"), head, rows)
    return [Picture(drawing, on_paper(table) if telling.paper else table, told_after=True)]


def incident_log(telling: Presenter) -> list[Block]:
    """The incidents with what is known of each; a column that is left out stands nowhere."""
    places = {place.code: str(place.text) for place in PLACES}
    head = [_("When"), _("Where"), _("What")]
    with_evidence = "evidence_kept" not in telling.hidden
    with_police = "police_contact" not in telling.hidden
    head += [_("Evidence")] * with_evidence + [_("Police know")] * with_police
    rows = []
    for incident in in_time_order(telling.intake.incidents):
        cells = [labels.moment(incident), places[incident.place], telling.free(incident.what)]
        cells += [telling.free(incident.evidence)] * with_evidence
        cells += [labels.known_to_police(incident.reported)] * with_police
        rows.append(tuple(cells))
    if not rows:
        return []
    kind = Log if telling.paper else Table
    return [kind("incidents", _("Incidents, in order of time"), tuple(head), tuple(rows))]
