"""Render the blank paper form: the questions of the catalogue in one language or both, with room to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from questionnaire.domain import languages
from questionnaire.domain.catalogue import ABSENT, QUESTION_NUMBERS, SECTIONS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.incidents import PLACES
from questionnaire.domain.items import SCALE_CODES, Item, Section

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

BOTH: Final = "both"
#: What a form can be in: the language of the document, and the one beside it.
LANGUAGES: Final = {
    **{code: (code, "") for code in languages.LANGUAGES},
    BOTH: tuple(languages.LANGUAGES)[:2],
}

#: Whom to call: above the questions, to be found without turning a page, and at the end.
_CALL_FIRST: Final = ("police_emergency", "police", "veilig_thuis")
_CALL_AT_END: Final = ("victim_support", "sexual_violence_centre", "suicide_prevention", "childrens_helpline")
_LINES_OF_KIND: Final = {"text": 4, "date": 1}
_INCIDENT_LINES: Final = 8

_TEXTS: Final = {
    "title": _("Conversation sheet"),
    "danger": _("In danger now: call 112."),
    "safe": _("Ask first: can anyone listen in or watch? Not safe? Agree on a safe moment, and stop here."),
    "no_name": _("Write no names on this sheet. Use your own reference."),
    "keep": _("Keep this sheet in a locked place at work. Never leave it with the client."),
    "destroy": _("Type it over in the file as soon as you can. Then destroy this sheet."),
    "required": _("Nothing is required. A blank answer never means no."),
    "reference": _("Your own reference"),
    "date": _("Date of the conversation"),
    "words": _("The client says, letter for letter"),
    "note": _("Note"),
    "many": _("More than one answer is possible."),
    "month": _("Only the month is fine too."),
    "incidents": _("Incidents"),
    "when": _("Date"),
    "place": pgettext_lazy("incident", "Place"),
    "what": _("What happened"),
    "evidence": _("Evidence"),
    "reported": _("Reported to the police"),
    "places": _("Places:"),
    "call": _("Whom to call"),
    "end": _("At the end: say what happens now, what the client chose, and whom the client can call."),
}
_HINTS: Final = {"many": _TEXTS["many"], "date": _TEXTS["month"]}

#: Gives a text in the languages of the form.
Translate = Callable[["StrPromise | str"], str]


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question as the form lays it out: boxes to tick, a table of them, or lines to write on."""

    number: str
    text: str
    hint: str
    boxes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    lines: range
    is_scale: bool
    ends: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of the form."""

    number: int
    title: str
    intro: str
    questions: tuple[FormQuestion, ...]


def render_paper_form(wanted: str) -> str:
    """Return the HTML page that the PDF of a form is made from; `wanted` is a key of `LANGUAGES`."""
    language, second = LANGUAGES[wanted]
    translate: Translate = partial(_in_both, second) if second else str
    with override(language):
        context = {
            "language": language,
            "second": second,
            "texts": {name: translate(text) for name, text in _TEXTS.items()},
            "title": str(_TEXTS["title"]),
            "call_first": [(translate(CONTACTS[each].name), CONTACTS[each].number) for each in _CALL_FIRST],
            "call_at_end": [(translate(CONTACTS[each].name), CONTACTS[each].number) for each in _CALL_AT_END],
            "places": [translate(place.text) for place in PLACES],
            "incident_lines": range(_INCIDENT_LINES),
            "sections": [
                _section(number, section, translate) for number, section in enumerate(SECTIONS, start=1)
            ],
        }
        return render_to_string("documents/paper_form.html", context)


def _in_both(second: str, text: StrPromise | str) -> str:
    """Return a text in two languages. On this page a <span> has the second language, and nothing else.

    By that tag the worker sets the language in the PDF, as WeasyPrint does not pass on that of an element.
    """
    with override(second):
        translated = str(text)
    if translated == str(text):
        return translated
    return format_html('<bdi>{}</bdi> <span lang="{}">{}</span>', text, second, translated)


def _section(number: int, section: Section, translate: Translate) -> FormSection:
    intro = translate(section.intro) if section.intro else ""
    questions = tuple(_question(item, translate) for item in section.items)
    return FormSection(number, translate(section.title), intro, questions)


def _question(item: Item, translate: Translate) -> FormQuestion:
    hint = item.hint or _HINTS.get(item.kind, "")
    return FormQuestion(
        number=QUESTION_NUMBERS[item.id],
        text=translate(item.question),
        hint=translate(hint) if hint else "",
        boxes=SCALE_CODES
        if item.kind == "scale"
        else tuple(translate(option.text) for option in item.options),
        columns=tuple(translate(column.text) for column in item.columns),
        rows=tuple(translate(row.text) for row in item.rows),
        lines=range(_LINES_OF_KIND.get(item.kind, 0)),
        is_scale=item.kind == "scale",
        ends=tuple((number, translate(words)) for number, words in item.numbered_ends),
        absent=() if item.internal else tuple(translate(state.text) for state in ABSENT),
    )
