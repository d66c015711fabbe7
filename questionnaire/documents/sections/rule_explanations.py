"""Explain a rule: by which answers its advice is given at a level, whatever this client answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from questionnaire.documents import labels
from questionnaire.domain.advice.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CountAtLeast,
    Includes,
    Term,
    Unless,
)
from questionnaire.domain.advice.rules import RULES
from questionnaire.domain.advice.terms import SERIOUS_FEAR_LEVEL
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_RULES: Final = {rule.code: rule for rule in RULES}

#: The named terms of the rules, as a reader knows them.
TERMS: Final[dict[str, StrPromise]] = {
    "fear": gettext_lazy("the client is afraid"),
    "fear_beyond_words": gettext_lazy("the client is afraid, also by the other answers"),
    "serious_fear": gettext_lazy(
        "serious fear (a number of %(level)s or higher, fear of violence, or fear that grows)"
    ),
    "danger_sign": gettext_lazy("a danger sign"),
    "children_involved": gettext_lazy("children are involved"),
    "minor": gettext_lazy("the client is a minor"),
    "circle": gettext_lazy("the relationship may lie within the home or family"),
    "outside_circle": gettext_lazy("the relationship lies outside the home and family"),
    "pattern": gettext_lazy("a pattern (two incidents or kinds of behaviour, or one that comes back)"),
    "partner_or_ex_days": gettext_lazy("a partner or ex, with control or a separation"),
    "partner_or_ex_today": gettext_lazy(
        "a partner or ex, with danger, serious fear, control, or a separation while it happens near or daily"
    ),
    "leaving_control": gettext_lazy("separation or pregnancy after control"),
    "also_concerning": gettext_lazy("something else that is concerning"),
    "recent": gettext_lazy("it goes on now, or got worse lately"),
    "cluster": gettext_lazy(
        "a threat to kill or to the children, with something that makes it more dangerous, recently"
    ),
    "police_now": gettext_lazy("there may be danger to life"),
    "in_person": gettext_lazy("this person comes near the client or the home"),
    "daily_in_person": gettext_lazy("this person comes near the client or the home every day"),
    "daily": gettext_lazy("something happens every day"),
    "honour": gettext_lazy("family or honour pressure"),
    "armed": gettext_lazy("this person has or used a weapon"),
    "call_112": gettext_lazy("immediate danger"),
    "handover": gettext_lazy("contact about the children, or handovers"),
    "work_or_school": gettext_lazy("it touches work or school"),
}
_AND: Final = pgettext_lazy("joins parts of a rule", " and ")
_OR: Final = pgettext_lazy("joins parts of a rule", "; or ")


def explain_rule(code: str, urgency: Urgency) -> str:
    """Return when this advice is given at this level, in the active language; "" when it always is."""
    return _explain(_RULES[code].levels[urgency])


def _explain(condition: Condition) -> str:
    match condition:
        case Term():
            return str(TERMS[condition.name]) % {"level": SERIOUS_FEAR_LEVEL}
        case Includes():
            return _explain_answers(condition)
        case AllOf():
            return str(_AND).join(_explain_inside(part) for part in condition.parts)
        case AnyOf():
            return str(_OR).join(map(_explain, condition.parts))
        case CountAtLeast() | Unless():
            raise AssertionError("occurs inside a named term only")
    raise AssertionError(condition)


def _explain_inside(condition: Condition) -> str:
    """Return the explanation of a part of an "and", so that an "or" in it stays together."""
    text = _explain(condition)
    return f"({text})" if isinstance(condition, AnyOf) else text


def _explain_answers(condition: Includes) -> str:
    item = ITEMS[condition.item]
    name = labels.label(item.id)
    if condition.codes >= item.raised_codes:
        return name
    if item.kind == "grid":
        rows = dict.fromkeys(code.partition("=")[0] for code in item.codes if code in condition.codes)
        columns = dict.fromkeys(code.partition("=")[2] for code in item.codes if code in condition.codes)
        names = [labels.row(item.id, row) for row in rows] if len(rows) < len(item.rows) else []
        frequencies = [str(column.text) for column in item.columns if column.code in columns]
        return ": ".join((name, ", ".join(names or frequencies)))
    answers = [item.text_of(code) for code in (*item.codes, *labels.STATES) if code in condition.codes]
    return _("%(question)s: %(answers)s") % {"question": name, "answers": ", ".join(answers)}
