"""Tell an intake as a statement of facts: what happened when, in plain sentences, in the active language.

It adds no judgement and no doubt. What was not recorded is not mentioned, and never said to be not so. It
reads nothing but the intake it is given: what may not be shown has been removed from that before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from questionnaire.documents import labels
from questionnaire.documents.blocks import FreeText
from questionnaire.documents.quotation_marks import Show, on_one_line, quoted
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import format_date, is_full
from questionnaire.domain.incidents import Incident, chronological
from questionnaire.domain.items import lower_first
from questionnaire.domain.text import escape_controls

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


#: What a date answers: the sentence with a day, and the one with only a month or a year.
DATED: Final[Mapping[str, tuple[StrPromise, StrPromise]]] = {
    "pattern_start": (gettext_lazy("It began on %(date)s"), gettext_lazy("It began in %(date)s")),
    "last_incident": (
        gettext_lazy("The last incident was on %(date)s"),
        gettext_lazy("The last incident was in %(date)s"),
    ),
}

_ORDERS: Final = "orders"
_ENDS: Final = re.compile(r"[.!?…][\"'”’)]*$")


def statement_of_facts(intake: IntakeFile, show: Show = escape_controls) -> tuple[FreeText, ...]:
    """Return the statement, a sentence or a few for each fact; () when nothing was told.

    After who told it, and when, come the answers with a date, what happens and how often, the order of a
    judge, and the incidents in order of time.
    """
    facts = [*_dated_answers(intake, show), *_behaviours(intake, show), *_order(intake, show)]
    facts += [incident_as_sentence(incident, show) for incident in chronological(intake.incidents)]
    if not facts:
        return ()
    opening = _(
        "This is what the client told on %(date)s. What comes from elsewhere has its source beside it."
    )
    return tuple(map(FreeText, (opening % {"date": format_date(intake.date)}, *facts)))


def incident_as_sentence(incident: Incident, show: Show = escape_controls) -> str:
    """Return one incident: when, how often, where, what, and what there is to show for it."""
    told = quoted(incident.what, show) if incident.what else _("an incident")
    if incident.is_unreadable:
        told = labels.what_happened(incident)
    return " ".join((_ended(f"{_head(incident, show)}: {told}"), *_beside(incident, show)))


def _ended(text: str) -> str:
    """Return the text with a full stop, unless it ends a sentence already."""
    return text if _ENDS.search(text) else f"{text}."


def _dated_answers(intake: IntakeFile, show: Show) -> Iterator[str]:
    for item_id, (with_day, without_day) in DATED.items():
        if value := intake.answers.text(item_id):
            sentence = str(with_day if is_full(value) else without_day)
            yield with_source(intake, item_id, sentence % {"date": format_date(value)}, show)


def _behaviours(intake: IntakeFile, show: Show) -> Iterator[str]:
    """Yield what happens at each place that has some of it, the most frequent first."""
    for item_id in BEHAVIOUR:
        if named := _named_behaviours(intake, item_id):
            sentence = _("%(question)s, and how often at its worst: %(behaviours)s")
            values = {"question": labels.label(item_id), "behaviours": ", ".join(named)}
            yield with_source(intake, item_id, sentence % values, show)


def _named_behaviours(intake: IntakeFile, item_id: str) -> list[str]:
    item, cells = ITEMS[item_id], intake.answers.get(item_id)
    if not isinstance(cells, Mapping):
        return []
    return [
        f"{lower_first(labels.row(item_id, row.code))} ({lower_first(str(column.text))})"
        for column in reversed(item.columns)
        for row in item.rows
        if cells.get(row.code) == column.code and column.code in item.raises
    ]


def _order(intake: IntakeFile, show: Show) -> Iterator[str]:
    """Yield which order there is or was. That there is none is no fact to state."""
    code = intake.answers.text(_ORDERS)
    if code and code != "none":
        name = lower_first(ITEMS[_ORDERS].text_of(code))
        yield with_source(intake, _ORDERS, f"{labels.label(_ORDERS)}: {name}", show)


def with_source(intake: IntakeFile, item_id: str, sentence: str, show: Show = escape_controls) -> str:
    """Return a sentence about an answer, with its source and its note."""
    parts = [_ended(sentence)]
    if source := intake.sources.get(item_id):
        parts.append(_("Source: %(source)s.") % {"source": labels.SOURCES[source]})
    if note := intake.notes.get(item_id):
        parts.append(_ended(_("Note: %(text)s") % {"text": quoted(note, show)}))
    return " ".join(parts)


def _head(incident: Incident, show: Show) -> str:
    parts = [_when(incident, show)]
    if incident.times > 1:
        parts.append(_("%(count)s times") % {"count": incident.times})
    if place := _place(incident.place):
        parts.append(place)
    return ", ".join(parts)


def _place(code: str) -> str:
    """Return where it was as it stands in a sentence; nothing when that is not known."""
    return {
        "home": pgettext("incident", "at home"),
        "elsewhere": pgettext("incident", "elsewhere"),
        "online": pgettext("incident", "by phone or online"),
    }.get(code, "")


def _when(incident: Incident, show: Show) -> str:
    told = quoted(incident.as_told, show) if incident.as_told else ""
    if not incident.date:
        when = _("When, in the client's words: %(words)s") % {"words": told} if told else _("Date not known")
        return f"{when}, {_time(incident)}" if incident.time else when
    when = _dated(incident)
    return _("%(when)s (in the client's words: %(words)s)") % {"when": when, "words": told} if told else when


def _time(incident: Incident) -> str:
    return _("at %(time)s") % {"time": incident.time}


def _dated(incident: Incident) -> str:
    date, is_about = format_date(incident.date), incident.precision == "about"
    if incident.time:
        date = f"{date} {_time(incident)}"
    if incident.until:
        sentence = (
            _("Around %(date)s, up to and including %(until)s")
            if is_about
            else _("From %(date)s up to and including %(until)s")
        )
        return sentence % {"date": date, "until": format_date(incident.until)}
    if is_about:
        return _("Around %(date)s") % {"date": date}
    return (_("On %(date)s") if is_full(incident.date) else _("In %(date)s")) % {"date": date}


def _beside(incident: Incident, show: Show) -> Iterator[str]:
    """Yield who did it if not this person, who saw it, what shows it, and whether the police were told."""
    texts = (
        (_("Done by: %(text)s"), incident.by),
        (_("Witness: %(text)s"), incident.witness),
        (_("Evidence: %(text)s"), incident.evidence),
    )
    for sentence, text in texts:
        if text:
            yield _ended(sentence % {"text": show(on_one_line(text))})
    yield from _reported(incident, show)


def _reported(incident: Incident, show: Show) -> Iterator[str]:
    number = show(on_one_line(incident.report_number)) if incident.report_number else ""
    if incident.reported and number:
        yield _("Reported to the police (number %(number)s).") % {"number": number}
    elif number:
        yield _ended(_("Number of the report: %(number)s") % {"number": number})
    if incident.reported and not number:
        yield _("Reported to the police.")
    elif incident.reported is False:
        yield _("Not reported to the police yet.")
