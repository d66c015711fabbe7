"""Say what is in a pending post, in the words of its page, so that its author sees it before saving it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.urls import ResolverMatch
from django.utils.datastructures import MultiValueDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import DECISIONS, stored_steps
from questionnaire.documents import labels
from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.follow_up import SUBJECTS
from questionnaire.domain.items import Item
from questionnaire.domain.routes import PAGES
from questionnaire.domain.safety_plan_parts import PARTS
from questionnaire.domain.sources import SOURCES
from questionnaire.forms.administration import NewPersonForm
from questionnaire.forms.bindings import ItemInput, input_from_answer, input_from_post
from questionnaire.forms.follow_up import BreachForm, ConsultationForm
from questionnaire.forms.incidents import IncidentForm
from questionnaire.forms.intakes import StartForm
from questionnaire.forms.log_import import LogForm
from questionnaire.forms.organisation import ContactForm, OwnTextsForm
from questionnaire.forms.organisation_look import LookForm
from questionnaire.forms.safety_plan import PartForm
from questionnaire.forms.sections import TEXT_LABELS
from questionnaire.models import Intake
from questionnaire.queries.safety_plans import safety_plan_of
from questionnaire.views.follow_up_page import BREACH_PREFIX, CONSULTATION_PREFIX
from questionnaire.views.follow_up_rows import step_form

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Controls = MultiValueDict[str, str]

#: The prefix of the form for an incident beside the questions.
_INCIDENT_PREFIX: Final = "incident"
#: Where the content of an intake has what was typed beside an answer, and its label.
_ANNOTATIONS: Final = {
    "note": ("notes", gettext_lazy("Note")),
    "reason": ("reasons", gettext_lazy("Reason for not asking")),
}
#: The source that a page proposes for an answer without one.
_DEFAULT_SOURCE: Final = SOURCES[0].code
#: The labels of free texts, by the ends of their names, on pages that have little else.
_TEXTS: Final = {
    "text": gettext_lazy("Your question or remark"),
    "note": gettext_lazy("Note for your colleague"),
    "-answer": gettext_lazy("Your answer"),
    "reason": gettext_lazy("Reason"),
}
#: The forms of the pages of administration on which someone types at length.
_ADMINISTRATION: Final[Mapping[str, Callable[[Any], forms.Form]]] = {
    "person_new": lambda posted: NewPersonForm(posted, teams=()),
    "own_contact_new": ContactForm,
    "own_contact": ContactForm,
    "own_texts": lambda posted: OwnTextsForm(posted, prefix=posted.get("for", "")),
    "own_look": lambda posted: LookForm(posted, prefix=posted.get("for", "")),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What was filled in at one place of a page."""

    label: StrPromise | str
    lines: Sequence[str]


def words_of(
    match: ResolverMatch, controls: Mapping[str, Sequence[str]], intake: Intake | None
) -> list[Words]:
    """Return what a pending post would change or add, as far as it is not stored already."""
    posted: Controls = MultiValueDict({name: list(values) for name, values in controls.items()})
    return [words for words in _words(match, posted, intake) if words.lines]


def _incident(posted: Controls, intake: Intake | None, prefix: str | None = None) -> IncidentForm:
    return IncidentForm(posted, on=intake.on if intake else dates.today(), prefix=prefix)


def _words(match: ResolverMatch, posted: Controls, intake: Intake | None) -> Iterator[Words]:
    name, arguments = match.view_name, match.kwargs
    if name == "section" and arguments["step"] in PAGES:
        yield from _answers(PAGES[arguments["step"]].items, posted, intake)
        for text, label in TEXT_LABELS.items():
            yield _text(label, text, posted, intake.content[text] if intake else "")
        yield from _fields(_incident(posted, intake, prefix=_INCIDENT_PREFIX))
    elif name == "client" and arguments["item"] in ITEMS:
        yield from _answers([ITEMS[arguments["item"]]], posted, intake)
    elif name in ("incidents", "incident"):
        yield from _fields(_incident(posted, intake), is_change=name == "incident")
    elif name == "log_import":
        yield from _fields(_incident(posted, intake) if "row" in posted else LogForm(posted))
    elif name == "start":
        yield from _fields(StartForm(posted, teams=()))
    elif name == "plan":
        yield from _plan(posted, intake)
    elif name in ("steps", "consultation", "breach"):
        yield from _steps(posted, intake)
        consultation = ConsultationForm(posted, prefix=CONSULTATION_PREFIX)
        yield from _fields(consultation, is_change=name == "consultation")
        yield from _fields(BreachForm(posted, prefix=BREACH_PREFIX), is_change=name == "breach")
    else:
        yield from _texts(name, posted)


def _texts(name: str, posted: Controls) -> Iterator[Words]:
    """Yield what was typed on a page of administration, or on one with little else than a text."""
    if name in _ADMINISTRATION:
        fields = _ADMINISTRATION[name](posted).visible_fields()
        texts = (bound for bound in fields if isinstance(bound.field, forms.CharField))
        yield from (Words(bound.label, _lines(str(bound.data or ""))) for bound in texts)
        return
    for end, label in _TEXTS.items():
        names = (name for name in posted if name.endswith(end))
        yield from (Words(label, _lines(posted.get(name, ""))) for name in names)


def _answers(items: Iterable[Item], posted: Controls, intake: Intake | None) -> Iterator[Words]:
    for item in items:
        typed = input_from_post(item, posted)
        stored = input_from_answer(item, intake.answers.get(item.id)) if intake else ItemInput()
        is_on_page = typed != ItemInput() or f"{item.id}__base" in posted
        yield Words(item.label, _input_lines(item, typed) if is_on_page and typed != stored else [])
        for part, (key, label) in _ANNOTATIONS.items():
            stored_text = intake.content[key].get(item.id, "") if intake else ""
            yield _text(f"{item.label}: {label}", f"{item.id}__{part}", posted, stored_text)
        yield _source(item, posted, intake)


def _source(item: Item, posted: Controls, intake: Intake | None) -> Words:
    """Return where an answer comes from, if that is another than is stored. By default the client says it."""
    stored = intake.content["sources"].get(item.id, "") if intake else ""
    source = posted.get(f"{item.id}__source") or stored
    is_new = source not in ("", stored or _DEFAULT_SOURCE)
    label = _("Source")
    return Words(f"{item.label}: {label}", [str(labels.SOURCES.get(source, source))] if is_new else [])


def _input_lines(item: Item, typed: ItemInput) -> list[str]:
    codes = [*typed.codes, *(f"{row}={column}" for row, column in typed.cells.items()), typed.absent]
    return [_text_of(item, code) for code in codes if code] + _lines(typed.text) or [_("(left empty)")]


def _text_of(item: Item, code: str) -> str:
    """Return the text for a code that a browser sent, which may be any; then the code."""
    with suppress(LookupError, ValueError, StopIteration):
        return str(labels.STATES[code]) if code in labels.STATES else item.text_of(code)
    return code


def _text(label: StrPromise | str, name: str, posted: Controls, stored: str) -> Words:
    """Return a text as it was posted, if that is another than is stored; also when it was emptied."""
    text = normalize_newlines(posted.get(name, stored))
    return Words(label, [] if text == stored else _lines(text) or [_("(left empty)")])


def _steps(posted: Controls, intake: Intake | None) -> Iterator[Words]:
    stored = stored_steps(intake) if intake else {}
    titles = {DECISIONS: _("The two decisions"), HOLDERS: _("Who holds the case")}
    for code in (*SUBJECTS, *titles):
        if not any(name.startswith(f"{code}-") for name in posted):
            continue
        step = stored.get(code)
        form = step_form(code)(posted, prefix=code, stored=step.parsed if step else None)
        if form.has_changed():
            lines = [f"{words.label}: {line}" for words in _fields(form) for line in words.lines]
            title = titles.get(code) or labels.step_title(code)
            yield Words(title, lines or [_("(left empty)")])


def _plan(posted: Controls, intake: Intake | None) -> Iterator[Words]:
    """Yield the parts of a safety plan of which something else was posted than is stored."""
    safety_plan = safety_plan_of(intake.case) if intake else None
    newest = safety_plan.newest if safety_plan else None
    stored = newest.plan.parts if newest else {}
    for part in PARTS:
        form = PartForm(posted, prefix=part.code, stored=stored.get(part.code))
        if f"{part.code}-text" in posted and form.has_changed():
            lines = [f"{words.label}: {line}" for words in _fields(form) for line in words.lines]
            yield Words(part.label, lines or [_("(left empty)")])


def _fields(form: forms.Form, *, is_change: bool = False) -> Iterator[Words]:
    """Yield what is in the visible fields of a form that was posted; of a change also what was left empty."""
    for bound in form.visible_fields():
        lines = _field_lines(bound)
        is_sent = bound.html_name in form.data
        is_emptied = not lines and (is_change or (is_sent and bound.name in form.changed_data))
        yield Words(bound.label, [_("(left empty)")] if is_emptied else lines)


def _field_lines(bound: forms.BoundField) -> list[str]:
    chosen: dict[str, Any] = dict(getattr(bound.field, "choices", ()))
    if isinstance(bound.field, forms.BooleanField):
        return [_("Yes")] if bound.data else []
    if bound.data in chosen and bound.data:
        return [str(chosen[bound.data])]
    return _lines(str(bound.data or ""))


def _lines(text: str) -> list[str]:
    return [text] if text.strip() else []
