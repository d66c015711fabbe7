"""The blank sheet: the questions of the catalogue on paper, in one language or both, with room to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from questionnaire.domain.catalogue import ABSENT, NUMBERS, SECTIONS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.incidents import PLACES
from questionnaire.domain.items import SCALE_CODES, Item, Section

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

BOTH: Final = "both"
#: What a sheet can be asked for: the language of the document, and the one that stands beside it.
LANGUAGES: Final = {"nl": ("nl", ""), "en": ("en", ""), BOTH: ("nl", "en")}

#: Above the questions: whom to call, so that it can be done without turning a page.
_FIRST: Final = ("police_emergency", "police", "veilig_thuis")
_LAST: Final = ("victim_support", "sexual_violence_centre", "suicide_prevention", "childrens_helpline")
_LINES: Final = {"text": 4, "date": 1}
_INCIDENTS: Final = 8

_SAID: Final = {
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
_HINTS: Final = {"many": _SAID["many"], "date": _SAID["month"]}

Say = Callable[["StrPromise | str"], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the sheet lays it out: boxes to tick, a table of them, or lines to write on."""

    number: str
    words: str
    hint: str
    boxes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    lines: range
    is_scale: bool
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the sheet."""

    number: int
    title: str
    intro: str
    questions: tuple[Asked, ...]


def blank_sheet(wanted: str) -> str:
    """The page that the PDF of a sheet is made from; `wanted` is a key of `LANGUAGES`."""
    language, second = LANGUAGES[wanted]
    say: Say = partial(_in_both, second) if second else str
    with override(language):
        context = {
            "language": language,
            "second": second,
            "say": {name: say(text) for name, text in _SAID.items()},
            "title": str(_SAID["title"]),
            "first": [(say(CONTACTS[each].name), CONTACTS[each].number) for each in _FIRST],
            "last": [(say(CONTACTS[each].name), CONTACTS[each].number) for each in _LAST],
            "places": [say(place.text) for place in PLACES],
            "incidents": range(_INCIDENTS),
            "parts": [_part(number, section, say) for number, section in enumerate(SECTIONS, start=1)],
        }
        return render_to_string("documents/paper_form.html", context)


def _in_both(second: str, words: StrPromise | str) -> str:
    """Words in two languages; what is in the second is the only thing of this page in a <span>.

    The worker tells that by its tag, since WeasyPrint passes no language of an element on to the PDF.
    """
    with override(second):
        others = str(words)
    if others == str(words):
        return str(words)
    return format_html('<bdi>{}</bdi> <span lang="{}">{}</span>', words, second, others)


def _part(number: int, section: Section, say: Say) -> Part:
    intro = say(section.intro) if section.intro else ""
    return Part(number, say(section.title), intro, tuple(_asked(item, say) for item in section.items))


def _asked(item: Item, say: Say) -> Asked:
    hint = item.hint or _HINTS.get(item.kind, "")
    return Asked(
        number=NUMBERS[item.id],
        words=say(item.question),
        hint=say(hint) if hint else "",
        boxes=SCALE_CODES if item.kind == "scale" else tuple(say(option.text) for option in item.options),
        columns=tuple(say(column.text) for column in item.columns),
        rows=tuple(say(row.text) for row in item.rows),
        lines=range(_LINES.get(item.kind, 0)),
        is_scale=item.kind == "scale",
        absent=() if item.internal else tuple(say(state.text) for state in ABSENT),
    )
