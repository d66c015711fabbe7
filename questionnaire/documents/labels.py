"""Answers in words of the active language, as every edition says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.domain import sources
from questionnaire.domain.advice.conditions import INCIDENTS
from questionnaire.domain.advice.engine import Because
from questionnaire.domain.advice.reporting_code import STEPS
from questionnaire.domain.advice.rules import BEHAVIOUR
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.answers import Absent, Value
from questionnaire.domain.catalogue import ABSENT, ITEMS, NOT_REACHED_CHOICE
from questionnaire.domain.contacts import CONTACTS, NUMBERS
from questionnaire.domain.dates import words
from questionnaire.domain.follow_up import CODE_STEPS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.items import Item

BETWEEN: Final = " · "

STATES: Final = {choice.code: choice.text for choice in (*ABSENT, NOT_REACHED_CHOICE)}

SOURCES: Final = {source.code: source.text for source in sources.SOURCES}

#: What stands for an answer that an edition leaves out: an id beside those of items.
SAFETY_DATA: Final = "safety_data"

_FEAR: Final = frozenset({"fear_own_words", "fear_level", "feared_events", "fear_change"})
_FEW: Final = 2  # this many answers of one group are named one by one
_NAMED_CELLS: Final = 3  # more kinds of behaviour than this are counted; the table names them


def label(item_id: str) -> str:
    """The short name of an item, of the incident log, or of what is left out."""
    if item_id == SAFETY_DATA:
        return _("safety data")
    return _("Incident log") if item_id == INCIDENTS else str(ITEMS[item_id].label)


def row(item_id: str, code: str) -> str:
    """The name of one row of a grid."""
    return next(str(row.text) for row in ITEMS[item_id].rows if row.code == code)


def answer(item: Item, value: Value) -> tuple[str, ...]:
    """An answer that is not free text, one string for each thing that it says."""
    if isinstance(value, Absent):
        return (str(STATES[value.value]),)
    if isinstance(value, Mapping):
        return tuple(item.text_of(f"{row}={column}") for row, column in value.items())
    if isinstance(value, tuple):
        return tuple(item.text_of(code) for code in value)
    return (words(str(value)) if item.kind == "date" else item.text_of(str(value)),)


def reason(because: Because) -> str:
    """An answer that led to an advice: "Threats: Killing, Hurting or beating"."""
    if because.item == INCIDENTS:
        count = int(because.codes[0])
        return ngettext("%(count)s incident in the log", "%(count)s incidents in the log", count) % {
            "count": count
        }
    if because.item == SAFETY_DATA:
        return label(SAFETY_DATA)
    item, codes = ITEMS[because.item], because.codes
    if item.kind == "text" and not set(codes) & set(STATES):
        return str(item.label)
    if item.id in BEHAVIOUR and not set(codes) & set(STATES):
        if len(codes) <= _NAMED_CELLS:
            return ", ".join(item.text_of(code) for code in codes)
        said = ngettext("%(count)s kind", "%(count)s kinds", len(codes)) % {"count": len(codes)}
    else:
        said = ", ".join(str(STATES[code]) if code in STATES else item.text_of(code) for code in codes)
    return f"{item.label}: {said}"


def reasons(because: Sequence[Because], danger_signs: Sequence[Because], in_full: int) -> tuple[str, ...]:
    """The answers that led to an advice, in short.

    The fear and the danger signs, which every edition names at its beginning, go by group. More others than
    `in_full` go by the name of their question, as what was answered stands in the sections.
    """
    signs = {sign.item: set(sign.codes) for sign in danger_signs}
    feared = [reason for reason in because if reason.item in _FEAR]
    dangerous = [reason for reason in because if signs.get(reason.item, set()) & set(reason.codes)]
    short = []
    others = list(because)
    if len(feared) > _FEW:
        short.append(_("the fear"))
        others = [reason for reason in others if reason not in feared]
    if len(dangerous) > _FEW:
        all_signs = len(dangerous) == len(signs)
        counted = ngettext("%(count)s danger sign", "%(count)s danger signs", len(dangerous))
        short.append(_("the danger signs") if all_signs else counted % {"count": len(dangerous)})
        others = [rest for reason in others if (rest := _without(reason, signs.get(reason.item, set())))]
    in_words = reason if len(others) <= in_full else _question
    return (*short, *map(in_words, others))


def _without(because: Because, codes: set[str]) -> Because | None:
    """What is left of a reason, if anything is."""
    left = tuple(code for code in because.codes if code not in codes)
    return Because(because.item, left) if left or not because.codes else None


def _question(because: Because) -> str:
    return label(because.item)


def advice_title(code: str) -> str:
    """What an advice is called, also when it is not given."""
    return str(TEXTS[code].title) % NUMBERS


def subject(what: str) -> str:
    """What a step with an outcome is called: an advice, or a step of the reporting code."""
    return str(STEPS[CODE_STEPS.index(what)][0]) if what in CODE_STEPS else advice_title(what)


def contact(contact_id: str) -> str:
    """Whom to call, with the number."""
    found = CONTACTS[contact_id]
    return f"{found.name}: {found.number}"


def moment(incident: Incident) -> str:
    """When an incident was, as exactly as it is known."""
    when = words(incident.date)
    return _("about %(date)s") % {"date": when} if incident.precision == "about" else when


def known_to_police(reported: bool | None) -> str:
    """Whether an incident was reported to the police; not noted is not "no"."""
    if reported is None:
        return _("not noted")
    return _("yes") if reported else _("no")
