"""Texts for codes, in the active language: answers, reasons, advice and incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from questionnaire.documents.blocks import FreeText
from questionnaire.documents.editions import Edition
from questionnaire.documents.quotation_marks import quoted
from questionnaire.domain import sources
from questionnaire.domain.advice.conditions import INCIDENTS
from questionnaire.domain.advice.engine import Because
from questionnaire.domain.advice.fear import OPENINGS
from questionnaire.domain.advice.reporting_code import STEPS
from questionnaire.domain.advice.terms import BEHAVIOUR
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.answers import Absent, Answers
from questionnaire.domain.catalogue import ABSENT, ITEMS, NOT_REACHED_CHOICE
from questionnaire.domain.contacts import CONTACTS, PHONE_NUMBERS
from questionnaire.domain.dates import format_date
from questionnaire.domain.follow_up import REPORTING_CODE_STEPS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import choice_text
from questionnaire.domain.summary import Summary
from questionnaire.domain.text import escape_controls

SEPARATOR: Final = " · "

STATES: Final = {choice.code: choice.text for choice in (*ABSENT, NOT_REACHED_CHOICE)}

SOURCES: Final = {source.code: source.text for source in sources.SOURCES}

_FEAR: Final = frozenset({"fear_own_words", "fear_level", "feared_events", "fear_change"})
_MAX_NAMED: Final = 2  # more answers of one group than this are named as a group
_MAX_NAMED_CELLS: Final = 3  # more kinds of behaviour than this are counted; the table names them


def label(item_id: str) -> str:
    """Return the short name of an item, or of the incident log."""
    return _("Incident log") if item_id == INCIDENTS else str(ITEMS[item_id].label)


def row(item_id: str, code: str) -> str:
    """Return the name of one row of a grid."""
    return choice_text(ITEMS[item_id].rows, code)


def answer(answers: Answers, item_id: str) -> tuple[str, ...]:
    """Return an answer as text, one string for each thing that it says, or the state that it is absent in."""
    item, value = ITEMS[item_id], answers.get(item_id)
    if value is None or isinstance(value, Absent):
        return (str(STATES[answers.state(item_id)]),)
    if item.kind == "text":
        return (FreeText(escape_controls(str(value))),)
    if isinstance(value, Mapping):
        return tuple(item.text_of(f"{row}={column}") for row, column in value.items())
    if isinstance(value, tuple):
        return tuple(map(item.text_of, value))
    return (format_date(str(value)) if item.kind == "date" else item.text_of(str(value)),)


def reason(because: Because) -> str:
    """Return an answer that led to advice: "Threats: Killing, Hurting or beating"."""
    if because.item == INCIDENTS:
        count = int(because.codes[0])
        return ngettext("%(count)s incident in the log", "%(count)s incidents in the log", count) % {
            "count": count
        }
    item, codes = ITEMS[because.item], because.codes
    is_answered = not set(codes) & set(STATES)
    if item.kind == "text" and is_answered:
        return str(item.label)
    text = ", ".join(map(item.text_of, codes))
    if item.id in BEHAVIOUR and is_answered:
        if len(codes) <= _MAX_NAMED_CELLS:
            return text
        text = ngettext("%(count)s kind", "%(count)s kinds", len(codes)) % {"count": len(codes)}
    return f"{item.label}: {text}"


def short_reasons(
    because: Sequence[Because], danger_signs: Sequence[Because], in_full: int, most_named: int = _MAX_NAMED
) -> tuple[str, ...]:
    """Return the answers that led to advice, in short.

    The fear and the danger signs, which every edition lists at its beginning, are named as groups when they
    are more than `most_named`. More others than `in_full` are named by their question alone, as the sections
    have the answers.
    """
    signs = {sign.item: set(sign.codes) for sign in danger_signs}
    feared = [reason for reason in because if reason.item in _FEAR]
    dangerous = [reason for reason in because if signs.get(reason.item, set()) & set(reason.codes)]
    short = []
    others = list(because)
    if len(feared) > most_named:
        short.append(_("the fear"))
        others = [reason for reason in others if reason not in feared]
    if len(dangerous) > most_named:
        all_signs = len(dangerous) == len(signs)
        if all_signs and short:
            short = [_("the fear and the danger signs")]
        else:
            # Without their number: it would stand under a list of more.
            short.append(_("the danger signs") if all_signs else _("danger signs"))
        others = [rest for reason in others if (rest := _without(reason, signs.get(reason.item, set())))]
    if len(others) <= in_full:
        return (*short, *map(reason, others))
    return (*short, *(label(other.item) for other in others))


def _without(because: Because, codes: set[str]) -> Because | None:
    """Return what is left of a reason without these codes, if anything is."""
    left = tuple(code for code in because.codes if code not in codes)
    return Because(because.item, left) if left or not because.codes else None


def fear_opening(summary: Summary, edition: Edition) -> str:
    """Return the sentence about the fear as an edition has it. A report has the same for everyone.

    Where own words are left out, no sentence says that they are there, or that nothing was told.
    """
    opening = summary.fear.opening_text
    rests_on_words = any(opening is text for _condition, text in OPENINGS[-2:])
    if edition.shows_states and (edition.free_text or not rests_on_words):
        return str(opening)
    return _("We take the client's feeling of being unsafe seriously.")


def advice_title(code: str) -> str:
    """Return the title of a piece of advice, also when it is not given."""
    return str(TEXTS[code].title) % PHONE_NUMBERS


def advice_sentence(code: str) -> str:
    """Return the first sentence of a piece of advice, also when it is not given."""
    ((_condition, sentence), *_others), *_parts = TEXTS[code].parts
    return str(sentence) % PHONE_NUMBERS


def step_title(what: str) -> str:
    """Return the title of a step with an outcome: a piece of advice, or a step of the reporting code."""
    return (
        str(STEPS[REPORTING_CODE_STEPS.index(what)][0])
        if what in REPORTING_CODE_STEPS
        else advice_title(what)
    )


def contact(contact_id: str, *, urgent: bool = False) -> str:
    """Return whom to call, with the number; `urgent` beside advice to act now."""
    found = CONTACTS[contact_id]
    name = (urgent and found.name_when_urgent) or found.name
    return f"{name}: {found.number}"


def what_happened(incident: Incident) -> str:
    """Return what happened as it was typed; of one that cannot be read any more, that it is so."""
    return _("This incident cannot be read any more.") if incident.is_unreadable else incident.what


def incident_date(incident: Incident) -> str:
    """Return when an incident was, as exactly as it is known."""
    parts = [_dated(incident) if incident.date else _("date not known")]
    if incident.as_told:
        parts.append(_("told as %(words)s") % {"words": quoted(incident.as_told)})
    if incident.times > 1:
        parts.append(_("%(count)s times") % {"count": incident.times})
    return ", ".join(parts)


def _dated(incident: Incident) -> str:
    when = format_date(incident.date)
    if incident.precision == "about":
        when = _("about %(date)s") % {"date": when}
    if incident.time:
        when += f" {incident.time}"
    if incident.until:
        until = format_date(incident.until)
        when = _("%(date)s up to and including %(until)s") % {"date": when, "until": until}
    return when


def reported_to_police(reported: bool | None) -> str:
    """Return whether an incident was reported to the police; not noted is not "no"."""
    if reported is None:
        return _("not noted")
    return _("yes") if reported else _("no")


def short_date(day: date) -> str:
    """Return a day as a table shows it: "23 mrt 2026"."""
    return dateformat.format(day, pgettext("format of a date", "j M Y"))
