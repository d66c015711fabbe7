"""Forms: one for each section, generated from the catalogue. A form knows what was typed, and no rule.

Besides the controls of an item (see `forms.bindings`) a page holds `<item>__note`, `<item>__source`
and `<item>__reason`, and `<item>__base`: the digest of the answer that the page was made with. An item whose
base was not posted was not on the page, and is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import render_field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.answers import Value
from questionnaire.domain.catalogue import ABSENT, NUMBERS, ORDER
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.items import SCALE_CODES, Choice, Item, Section
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import PAGES
from questionnaire.domain.sources import SOURCES
from questionnaire.domain.text import clean_text
from questionnaire.forms.bindings import Typed, absent_name, posted_for, read, typed_in, with_plain_line_ends

if TYPE_CHECKING:
    from django.template import Context
    from django.utils.functional import _StrPromise as StrPromise
    from django.utils.safestring import SafeString

#: What stands beside an answer, by the ending of its control's name.
BESIDE: Final = ("note", "source", "reason")

#: Texts that belong to the whole intake, with their names. A page need not hold them.
WORDS: Final = {"running_note": _("The client says"), "view": _("Your own view")}

_HINTS: Final = {
    "many": _("More than one answer is possible."),
    "date": _("For example 23-03-2026. Only the month is fine too: 03-2026."),
}
_SOURCE_CODES: Final = frozenset(source.code for source in SOURCES)
SCALE: Final = tuple(Choice(code, code) for code in SCALE_CODES)  # type: ignore[arg-type]  # numbers need no words
_TEMPLATES: Final = {
    "yes_no": "radios",
    "one": "radios",
    "scale": "radios",
    "many": "checkboxes",
    "grid": "grid",
    "date": "date",
    "text": "text",
}


class ItemWidget(forms.Widget):
    """Gathers the controls of one item. The template pack draws them."""

    use_fieldset = True

    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return typed_in(self.item, data)


class ItemField(forms.Field):
    """One item: cleans what was typed to an answer, or to None when nothing was."""

    def __init__(self, item: Item) -> None:
        super().__init__(required=False, label=item.label, widget=ItemWidget(item))
        self.item = item

    def clean(self, value: Typed) -> Value | None:
        return read(self.item, value)


class WordsField(forms.Field):
    """Free text that is not the answer to an item."""

    widget = forms.Textarea

    def clean(self, value: str | None) -> str:
        return _clean_words(value or "")


def _clean_words(raw: str) -> str:
    try:
        return clean_text(with_plain_line_ends(raw))
    except InvalidInputError as refused:
        raise ValidationError([problem.message for problem in refused.problems]) from None


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the whole intake as its template draws it."""

    key: str
    label: StrPromise
    text: str
    base: str
    shown: str
    errors: Sequence[str]
    stored: Sequence[str] | None
    waiting: int
    in_conflict: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One item as its template draws it."""

    item: Item
    typed: Typed
    note: str
    source: str
    reason: str
    #: What this is sent back with, and what was shown to a person who chooses between two answers.
    base: str
    shown: str
    errors: Sequence[str]
    #: What is stored, in words, where this shows a draft of something else; otherwise None.
    stored: Sequence[str] | None
    #: How many more drafts there are, which come up after this one.
    waiting: int
    #: Whether someone else changed the answer after the page was made.
    in_conflict: bool

    @property
    def options(self) -> tuple[Choice, ...]:
        return SCALE if self.item.kind == "scale" else self.item.options

    @property
    def columns(self) -> list[tuple[Choice, str]]:
        """The columns of a grid with their ids on the page. Ids in a grid are short, since there are many."""
        return [(column, f"{self._short}c{n}") for n, column in enumerate(self.item.columns)]

    @property
    def rows(self) -> Iterator[tuple[Choice, str, str | None]]:
        """The rows of a grid with their ids on the page, and the code of the column chosen."""
        cells = self.typed.cells
        return ((row, f"{self._short}r{n}", cells.get(row.code)) for n, row in enumerate(self.item.rows))

    @property
    def _short(self) -> str:
        return str(ORDER[self.item.id])

    @property
    def key(self) -> str:
        return self.item.id

    @property
    def number(self) -> str:
        return NUMBERS[self.item.id]

    @property
    def absent_name(self) -> str:
        return absent_name(self.item)

    @property
    def absent(self) -> list[Choice]:
        """The states without an answer. These speak of the client: of one's own view only what is stored."""
        return [state for state in ABSENT if not self.item.internal or state.code == self.typed.absent]

    @property
    def hint(self) -> StrPromise | str:
        return self.item.hint or _HINTS.get(self.item.kind, "")

    @property
    def is_described(self) -> bool:
        return bool(self.hint or self.errors or self.in_conflict)

    @property
    def is_unfolded(self) -> bool:
        """Whether something is written beside the answer, which must not be folded away."""
        return bool(self.note or self.source)


class QuestionLayout(LayoutObject):  # type: ignore[misc]  # crispy has no types
    """The crispy layout of one item: the template for its kind, and what that template draws.

    The folder holds those templates, and in `question.html` what they have in common.
    """

    def __init__(self, item: Item, folder: str) -> None:
        self.item = item
        self.fields = [item.id]
        self.template = f"{folder}/{_TEMPLATES[item.kind]}.html"
        self.drawn = {"common": f"{folder}/question.html", "sources": SOURCES}

    def render(self, form: SectionForm, context: Context, template_pack: str, **kwargs: object) -> SafeString:
        return render_field(  # type: ignore[no-any-return]
            self.item.id,
            form,
            context,
            template=self.template,
            template_pack=template_pack,
            extra_context={
                **self.drawn,
                "question": form.question(self.item),
                "severe_codes": (context.get("severe") or {}).get(self.item.id),
                "previous": (context.get("previous") or {}).get(self.item.id),
            },
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """Something typed that is not stored as such, beside what is stored.

    `blind_base` is the base of a page that knows nothing of the stored answer, so that saving once more
    overwrites nothing before the person chose. `waiting` more drafts come after this one.
    """

    stored: Sequence[str]
    blind_base: str
    waiting: int = 0


class SectionForm(forms.Form):
    """The items of one section. Nothing is required, and what cannot be read is kept as a draft."""

    section: ClassVar[Section]
    helper: ClassVar[FormHelper]

    def __init__(
        self, data: MultiValueDict[str, str], drafts: Mapping[str, Draft] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        self.controls = data
        self.drafts = drafts or {}
        self.items = [item for item in self.section.items if f"{item.id}__base" in data]
        self.texts = [name for name in WORDS if f"{name}__base" in data]

    def clean(self) -> None:
        # An answer is kept also when the note beside it is refused, which takes it out of cleaned_data.
        self.answers = {
            key: self.cleaned_data[key] for item in self.items if (key := item.id) in self.cleaned_data
        }
        self.notes = self._words_beside("note")
        self.reasons = self._words_beside("reason")

    def _words_beside(self, part: str) -> dict[str, str]:
        kept = {}
        for item in self.items:
            try:
                kept[item.id] = _clean_words(self._beside(item.id, part))
            except ValidationError as error:
                self.add_error(item.id, error)
        return kept

    def submission(self) -> Submission:
        """What the page sent of what was on it, whether or not all of it could be read."""
        refused = frozenset(self.errors) & {*(item.id for item in self.items), *self.texts}
        sources = {item.id: self._beside(item.id, "source") for item in self.items}
        texts = {name: with_plain_line_ends(self.controls.get(name) or "") for name in self.texts}
        return Submission(
            base={key: self._beside(key, "base") for key in (*sources, *texts)},
            posted={item.id: json.dumps(self._as_typed(item)) for item in self.items}
            | {name: json.dumps({name: [text]}) for name, text in texts.items()},
            refused=refused,
            answers=self.answers,
            notes=self.notes,
            sources={key: source if source in _SOURCE_CODES else "" for key, source in sources.items()},
            reasons=self.reasons,
            texts={name: self.cleaned_data[name] for name in self.texts if name not in refused},
        )

    def _as_typed(self, item: Item) -> dict[str, list[str]]:
        beside = {f"{item.id}__{part}": [self._beside(item.id, part)] for part in BESIDE}
        return posted_for(item, typed_in(item, self.controls)) | beside

    def _beside(self, key: str, part: str) -> str:
        return self.controls.get(f"{key}__{part}") or ""

    def is_in_conflict(self, key: str) -> bool:
        """Whether someone else changed this after the page was made: what is kept as a draft can be read."""
        return key in self.drafts and not self.has_error(key)

    def question(self, item: Item) -> Question:
        """One item for its template."""
        return Question(
            item,
            typed=typed_in(item, self.controls),
            note=self._beside(item.id, "note"),
            source=self._beside(item.id, "source"),
            reason=self._beside(item.id, "reason"),
            **self._about(item.id),
        )

    def text(self, name: str) -> Words:
        """One text of the whole intake for its template."""
        return Words(name, WORDS[name], self.controls.get(name) or "", **self._about(name))

    def _about(self, key: str) -> dict[str, Any]:
        draft, in_conflict, shown = self.drafts.get(key), self.is_in_conflict(key), self._beside(key, "base")
        return {
            "base": draft.blind_base if draft and in_conflict else shown,
            "shown": shown,
            "errors": [str(error) for error in self.errors.get(key, ())],
            "stored": draft.stored if draft else None,
            "waiting": draft.waiting if draft else 0,
            "in_conflict": in_conflict,
        }


def shown_again(draft: str) -> dict[str, list[str]]:
    """The controls of an item or text, by name, as they were when they were kept as a draft."""
    controls: dict[str, list[str]] = json.loads(draft)
    return controls


def _helper(layouts: Iterable[QuestionLayout]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*layouts)
    return helper


def _form_for(section: Section) -> type[SectionForm]:
    helper = _helper(QuestionLayout(item, "conversation") for item in section.items)
    fields: dict[str, forms.Field] = {item.id: ItemField(item) for item in section.items}
    fields |= {name: WordsField(label=label, required=False) for name, label in WORDS.items()}
    return type(f"{section.id.title()}Form", (SectionForm,), {**fields, "section": section, "helper": helper})


#: The form of each page by its id: those of the sections first, in the order of the questionnaire.
SECTION_FORMS: Final = {page_id: _form_for(page) for page_id, page in PAGES.items()}

#: How each page is drawn in both languages; the professional's own view stays in one.
IN_BOTH: Final = {
    page_id: _helper(
        QuestionLayout(item, "conversation" if item.internal else "interpreter") for item in page.items
    )
    for page_id, page in PAGES.items()
}
