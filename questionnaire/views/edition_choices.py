"""Offer what can be ticked or written for an edition: its parts by name, sentences, a ground, a question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from questionnaire.documents import labels
from questionnaire.documents.editions import (
    REPORTED,
    RUNNING_NOTE,
    Edition,
    EditionOptions,
    needs_ground,
)
from questionnaire.documents.redaction import Sentence, fairly, sentences_to_tick
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.incidents import TEXTS
from questionnaire.domain.text import clean_text, escape_controls

#: No more than this are offered, as a page is drawn in a thread of the server. More cannot be posted anyway.
_MAX_SENTENCES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A part or a sentence that is in the edition when it is checked. `place` is where a sentence is from."""

    key: str
    label: str
    is_checked: bool
    place: str = ""
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The checkboxes of one part of the conversation, under its title."""

    title: str
    checkboxes: Sequence[Checkbox]


def choice_groups(edition: Edition, intake: IntakeFile, ticked: Collection[str]) -> list[ChoiceGroup]:
    """Return the checkboxes of what the intake has and the edition shows only when it is ticked."""
    groups = [
        ChoiceGroup(
            str(section.title),
            [_checkbox(name, ticked) for item in section.items for name in _names(edition, intake, item.id)],
        )
        for section in SECTIONS
    ]
    groups.append(ChoiceGroup(_("Besides the questions"), list(_other_checkboxes(edition, intake, ticked))))
    return [group for group in groups if group.checkboxes]


def _names(edition: Edition, intake: IntakeFile, item_id: str) -> Iterator[str]:
    """Yield what can be ticked of one question; free text is offered by the sentence where it can be."""
    is_by_sentence = ITEMS[item_id].kind == "text" and not edition.free_text
    if item_id in edition.on_tick and item_id in intake.answers and not is_by_sentence:
        yield item_id
    cells = intake.answers.get(item_id)
    for name in edition.on_tick:
        item, _dot, row = name.partition(".")
        if item == item_id and row and isinstance(cells, Mapping) and cells.get(row) in ITEMS[item].raises:
            yield name


def _checkbox(name: str, ticked: Collection[str]) -> Checkbox:
    item, _dot, row = name.partition(".")
    label = labels.row(item, row) if row else labels.label(item)
    return Checkbox(name, label, name in ticked, is_confidential=ITEMS[item].private)


def _other_checkboxes(edition: Edition, intake: IntakeFile, ticked: Collection[str]) -> Iterator[Checkbox]:
    if REPORTED in edition.on_tick and any(each.reported is not None for each in intake.incidents):
        yield Checkbox(REPORTED, _("Which incidents the police know of"), REPORTED in ticked)
    if RUNNING_NOTE in edition.on_tick and edition.free_text and intake.running_note:
        yield Checkbox(RUNNING_NOTE, _("Note of the conversation"), RUNNING_NOTE in ticked)


def sentence_choices(
    edition: Edition, intake: IntakeFile, options: EditionOptions, *, of_incidents_only: bool = False
) -> tuple[list[Checkbox], int]:
    """Return the sentences that can be put in, and how many more there are than a page offers."""
    if edition.free_text:
        return [], 0
    found = list(sentences_to_tick(intake, edition, options))
    if of_incidents_only:
        found = [each for each in found if each.is_of_an_incident]
    offered = fairly(found, _MAX_SENTENCES)
    return [_sentence(each, options) for each in offered], len(set(found)) - len(offered)


def _sentence(sentence: Sentence, options: EditionOptions) -> Checkbox:
    text, is_checked = escape_controls(sentence.text), sentence.key in options.sentences
    item = ITEMS.get(sentence.place)
    is_confidential = item is not None and item.private
    return Checkbox(sentence.key, text, is_checked, _place(sentence), is_confidential)


def _place(sentence: Sentence) -> str:
    kind, _colon, item_id = sentence.place.partition(":")
    place_labels = {
        "running_note": _("Note of the conversation"),
        **dict.fromkeys(("incident", *TEXTS), _("Incident")),
        "evidence": _("Evidence"),
    }
    return place_labels.get(kind) or labels.label(item_id or kind)


def asked_first(
    posted: QueryDict, edition: Edition, intake: IntakeFile, errors: dict[str, str], *, has_question: bool
) -> tuple[str, str, bool]:
    """Return the ground, the question, and whether someone confirmed to have thought about the readers.

    What is missing or refused has its error in `errors`, by the id of its control.
    """
    ground = _typed(posted, "ground", errors) if needs_ground(edition, intake.answers) else ""
    question = _typed(posted, "question", errors) if has_question else ""
    is_confirmed = "confirmed" in posted
    if needs_ground(edition, intake.answers) and not ground.strip():
        errors.setdefault("ground", _("Write down why you share this without the client's consent."))
    if edition.asks_confirmation and not is_confirmed:
        errors["confirmed"] = _("Tick that you have thought about who may read this.")
    return ground, question, is_confirmed


def _typed(posted: QueryDict, name: str, errors: dict[str, str]) -> str:
    """Return what was typed in a field; what is refused stays on the page, with its error."""
    try:
        return clean_text(posted.get(name, ""))
    except InvalidInputError as error:
        errors[name] = error.problems[0].message
        return posted.get(name, "")
