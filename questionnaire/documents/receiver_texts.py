"""Write the texts that a receiver gets, part by part, to copy: what each building block of a form holds.

Each is written from the intake as the edition of the form shows it, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.documents.editions import REPORTED, RUNNING_NOTE, TELLING_ROWS, EditionOptions
from questionnaire.documents.quotation_marks import quoted
from questionnaire.documents.receiver_forms import FormPart, ReceiverForm
from questionnaire.documents.redaction import visible_part
from questionnaire.documents.requests_to_receivers import request_lines
from questionnaire.documents.statement_of_facts import (
    DATED,
    incident_as_sentence,
    statement_of_facts,
    with_source,
)
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import last_to_end
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.text import escape_controls

_OWN_WORDS: Final = "fear_own_words"
_SAFE_CONTACT: Final = "safe_contact"
_FEAR: Final = ("fear_level", "feared_events", "fear_change")
#: The questions of which a block gives the answers.
_QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("relationship", "client_age", "lives_together"),
    "children": ("children", "children_involved", "others_targeted"),
    "impact": ("daily_life", "life_changes", "client_suicidal"),
    "evidence": ("evidence_kept",),
    "police_contact": ("police_contact",),
    "safe_contact": (_SAFE_CONTACT,),
}
#: What other blocks hold only when it is ticked.
_ON_TICK: Final[Mapping[str, tuple[str, ...]]] = {
    "fear": (_OWN_WORDS, *_FEAR),
    "statement": (*DATED, "orders", *TELLING_ROWS, REPORTED),
    "health_advice": ("client_suicidal",),
    "note": (RUNNING_NOTE,),
    "wishes": ("client_wishes",),
}
#: The advice that a doctor has to know of.
_HEALTH: Final = ("medical_check", "crisis_support", "support_wellbeing")


@dataclass(frozen=True, slots=True)
class Told:
    """What a text is written from: the intake as far as it may be shown, and what follows from that alone."""

    form: ReceiverForm
    visible: IntakeFile
    summary: Summary
    ground: str
    question: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part to copy, with its length. Whoever copies a confidential part is asked first."""

    heading: str
    text: str
    max_characters: int | None
    is_confidential: bool

    @property
    def characters(self) -> int:
        return len(self.text)

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def too_many(self) -> int:
        """By how many characters it is too long; nothing is ever cut from it."""
        return max(self.characters - self.max_characters, 0) if self.max_characters else 0


def on_tick(form: ReceiverForm) -> tuple[str, ...]:
    """Return what a part of the form holds only when it is ticked: questions, and the note."""
    read = {
        name
        for part in form.parts
        for code in part.holds
        for name in (*_QUESTIONS.get(code, ()), *_ON_TICK.get(code, ()))
    }
    return tuple(name for name in form.edition.on_tick if name in read)


def text_parts(
    form: ReceiverForm, intake: IntakeFile, options: EditionOptions, language: str
) -> tuple[TextPart, ...]:
    """Return the parts of a form in a language, made from what its edition shows of the intake."""
    with override(language):
        told = _told(form, intake, options)
        # With nothing ticked: what is in a part besides that was left out at first.
        bare = _told(form, intake, replace(options, ticked=frozenset(), sentences=frozenset()))
        return tuple(_part(part, told, bare) for part in form.parts)


def _told(form: ReceiverForm, intake: IntakeFile, options: EditionOptions) -> Told:
    visible = visible_part(intake, form.edition, options)
    summary = summarise(visible.answers, visible.incidents, visible.date)
    return Told(form, visible, summary, options.ground, options.question)


def _part(part: FormPart, told: Told, bare: Told) -> TextPart:
    text = _text(part, told)
    is_confidential = part.is_confidential or text != _text(part, bare)
    return TextPart(str(part.heading), text, part.max_characters, is_confidential)


def _text(part: FormPart, told: Told) -> str:
    return "\n\n".join(filter(None, ("\n".join(BLOCKS[code](told)) for code in part.holds)))


def _details(told: Told) -> Iterator[str]:
    """Yield what is written by hand, as no intake has it."""
    yield _("Name of the client: ......")
    yield _("Date of birth: ......")


def _reason(told: Told) -> Iterator[str]:
    if not told.form.edition.reference:  # then the day of the conversation is left out as well
        return
    yield _("The client is harassed by someone, and talked about it with us on %(date)s.") % {
        "date": format_date(told.visible.date)
    }


def _fear(told: Told) -> Iterator[str]:
    yield labels.fear_opening(told.summary, told.form.edition)
    if words := told.visible.answers.text(_OWN_WORDS):
        yield _("In the client's own words: %(words)s") % {"words": quoted(words)}
    yield from _answers(told, _FEAR)


def _is_report(told: Told) -> bool:
    return told.form.edition.code == "report"


def _answers_to(code: str) -> Callable[[Told], Iterator[str]]:
    def block(told: Told) -> Iterator[str]:
        return _answers(told, _QUESTIONS[code])

    return block


def _answers(told: Told, item_ids: Iterable[str]) -> Iterator[str]:
    """Yield each question that has an answer to show, with its source and its note."""
    for item_id in item_ids:
        if told.visible.answers.state(item_id) == "answered":
            values = labels.SEPARATOR.join(labels.answer(told.visible.answers, item_id))
            yield with_source(told.visible, item_id, f"{labels.label(item_id)}: {values}")


def _danger_signs(told: Told) -> Iterator[str]:
    if signs := told.summary.danger_signs:
        yield _("Danger signs:")
        yield from (f"- {labels.reason(sign)}" for sign in signs)


def _last_incident(told: Told) -> Iterator[str]:
    """Yield the incident that ended last, which the statement tells in its place once more."""
    if last := last_to_end(told.visible.incidents):
        yield _("Last incident: %(sentence)s") % {"sentence": incident_as_sentence(last)}


def _statement(told: Told) -> Iterator[str]:
    sentences = statement_of_facts(told.visible)
    # The first says that the client told it, and when.
    return iter(sentences if told.form.edition.reference else sentences[1:])


def _wishes(told: Told) -> Iterator[str]:
    if wishes := told.visible.answers.text("client_wishes"):
        yield _("What the client wants: %(words)s") % {"words": quoted(wishes)}


def _reporting_code(told: Told) -> Iterator[str]:
    code = told.summary.reporting_code
    if not _is_report(told) or code.is_likely:
        yield code.applies_text
    points = (
        (_("Points at acute unsafety"), code.acute),
        (_("Points at structural unsafety"), code.structural),
    )
    for label, items in points:
        if items:
            yield f"{label}: {labels.SEPARATOR.join(map(labels.label, items))}"


def _health_advice(told: Told) -> Iterator[str]:
    if _is_report(told):  # no report has advice, whatever a form asks for
        return
    for advice in told.summary.advice:
        if advice.code in _HEALTH:
            reasons = labels.SEPARATOR.join(map(labels.reason, advice.because))
            yield f"- {labels.advice_title(advice.code)} ({reasons})"


def _note(told: Told) -> Iterator[str]:
    if told.visible.running_note:
        yield _("The client says: %(words)s") % {"words": quoted(told.visible.running_note)}


def _ground(told: Told) -> Iterator[str]:
    if told.ground:
        yield _("The client did not say that this may be shared. We share it because: %(ground)s") % {
            "ground": escape_controls(told.ground)
        }


def _request(told: Told) -> Iterator[str]:
    return request_lines(told.form.edition.code, told.visible, told.question)


def _limits(told: Told) -> Iterator[str]:
    yield told.summary.limits


def _sender(told: Told) -> Iterator[str]:
    known = (
        (_("Written by: %(text)s"), told.visible.author),
        (_("Our reference: %(text)s"), told.visible.reference),
    )
    yield from (label % {"text": escape_controls(text)} for label, text in known if text)
    yield _("Telephone: ......")


#: How each building block is written, in lines; no line is an empty block.
BLOCKS: Final[Mapping[str, Callable[[Told], Iterator[str]]]] = {
    "details": _details,
    "reason": _reason,
    "fear": _fear,
    "danger_signs": _danger_signs,
    "last_incident": _last_incident,
    "statement": _statement,
    "wishes": _wishes,
    "reporting_code": _reporting_code,
    "health_advice": _health_advice,
    "note": _note,
    "ground": _ground,
    "request": _request,
    "limits": _limits,
    "sender": _sender,
    **{code: _answers_to(code) for code in _QUESTIONS},
}
