"""The form of each page of questions, generated from the catalogue.

Besides the controls of an item (see `forms.bindings`) a page has `<item>__note`, `<item>__source` and
`<item>__reason`, and `<item>__base`: the fingerprint of the answer that the page is based on. An item whose
base was not posted was not on the page, and stays as it is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import render_field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.items import Item, Section
from questionnaire.domain.merge import Submission
from questionnaire.domain.routes import PAGES
from questionnaire.domain.sources import SOURCES
from questionnaire.forms import question_html
from questionnaire.forms.bindings import input_from_post, post_from_input
from questionnaire.forms.fields import FreeTextField, ItemField, clean_free_text
from questionnaire.forms.questions import IntakeText, Question

if TYPE_CHECKING:
    from django.template import Context
    from django.utils.safestring import SafeString

#: What can be added to an answer: each is the suffix of its control's name.
ANNOTATIONS: Final = ("note", "source", "reason")

#: The free texts of the whole intake, with their labels. Not every page has them.
TEXT_LABELS: Final = {"running_note": _("The client says"), "view": _("Your own assessment")}

_SOURCE_CODES: Final = frozenset(source.code for source in SOURCES)
_TEMPLATES: Final = {
    "yes_no": "radios",
    "one": "radios",
    "scale": "radios",
    "many": "checkboxes",
    "grid": "grid",
    "date": "date",
    "text": "text",
}


class QuestionLayout(LayoutObject):  # type: ignore[misc]  # crispy has no types
    """The crispy layout of one item: the template of its kind in a folder, and what that template draws.

    `question.html` in the folder is what those templates have in common.
    """

    def __init__(self, item: Item, folder: str) -> None:
        self.item = item
        self.fields = [item.id]
        self.template = f"{folder}/{_TEMPLATES[item.kind]}.html"
        self.context = {"common": f"{folder}/question.html", "sources": SOURCES}
        self.has_outline = folder == question_html.FOLDER

    def render(self, form: SectionForm, context: Context, template_pack: str, **kwargs: object) -> SafeString:
        question = form.question(self.item)
        previous = (context.get("previous") or {}).get(self.item.id)
        from_log = (context.get("from_log") or {}).get(self.item.id)
        is_told = context.get("chosen_at") == self.item.id
        if self.has_outline and not from_log and not is_told and question_html.is_plain(question):
            return question_html.fill(
                self.template, question, previous, has_lines=bool(context.get("at_once"))
            )
        return render_field(  # type: ignore[no-any-return]
            self.item.id,
            form,
            context,
            template=self.template,
            template_pack=template_pack,
            extra_context={
                **self.context,
                "question": question,
                "at_once": (context.get("at_once") or {}).get(self.item.id),
                "previous": previous,
                "from_log": from_log,
            },
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is stored beside a draft that the page shows.

    `blind_base` is the base of a page that does not know the stored answer, so that saving once more
    overwrites nothing before the person chose. `waiting` more drafts are shown after this one.
    """

    stored: Sequence[str]
    blind_base: str
    waiting: int = 0


class SectionForm(forms.Form):
    """The items of one page and the texts of the intake. Nothing is required; the invalid becomes a draft."""

    section: ClassVar[Section]
    helper: ClassVar[FormHelper]

    def __init__(
        self,
        data: MultiValueDict[str, str],
        drafts: Mapping[str, Draft] | None = None,
        *,
        on: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        self.controls = data
        self.on = on
        for field in self.fields.values():
            if isinstance(field, ItemField):
                field.on = on
        self.drafts = drafts or {}
        self.items = [item for item in self.section.items if f"{item.id}__base" in data]
        self.texts = [name for name in TEXT_LABELS if f"{name}__base" in data]

    def clean(self) -> None:
        # An invalid note takes the answer out of cleaned_data, but the answer itself can still be saved.
        self.answers = {
            item.id: self.cleaned_data[item.id] for item in self.items if item.id in self.cleaned_data
        }
        self.notes = self._clean_annotations("note")
        self.reasons = self._clean_annotations("reason")

    def _clean_annotations(self, kind: str) -> dict[str, str]:
        cleaned = {}
        for item in self.items:
            try:
                cleaned[item.id] = clean_free_text(self._control(item.id, kind))
            except ValidationError as error:
                self.add_error(item.id, error)
        return cleaned

    def submission(self) -> Submission:
        """Return what the page sent, valid or not, of the items and texts that were on it."""
        invalid = frozenset(self.errors) & {*(item.id for item in self.items), *self.texts}
        sources = {item.id: self._control(item.id, "source") for item in self.items}
        texts = {name: normalize_newlines(self.controls.get(name) or "") for name in self.texts}
        return Submission(
            base={key: self._control(key, "base") for key in (*sources, *texts)},
            posted={item.id: json.dumps(self._posted(item)) for item in self.items}
            | {name: json.dumps({name: [text]}) for name, text in texts.items()},
            invalid=invalid,
            answers=self.answers,
            notes=self.notes,
            sources={key: source if source in _SOURCE_CODES else "" for key, source in sources.items()},
            reasons=self.reasons,
            texts={name: self.cleaned_data[name] for name in self.texts if name not in invalid},
        )

    def _posted(self, item: Item) -> dict[str, list[str]]:
        annotations = {f"{item.id}__{kind}": [self._control(item.id, kind)] for kind in ANNOTATIONS}
        return post_from_input(item, input_from_post(item, self.controls)) | annotations

    def _control(self, key: str, suffix: str) -> str:
        return self.controls.get(f"{key}__{suffix}") or ""

    def is_in_conflict(self, key: str) -> bool:
        """Return whether someone else changed this after the page was made: its draft is then valid."""
        return key in self.drafts and not self.has_error(key)

    def question(self, item: Item) -> Question:
        """Return one item for its template."""
        return Question(
            item=item,
            typed=input_from_post(item, self.controls),
            note=self._control(item.id, "note"),
            source=self._control(item.id, "source"),
            reason=self._control(item.id, "reason"),
            on=self.on,
            **self._save_state(item.id),
        )

    def text(self, name: str) -> IntakeText:
        """Return one text of the intake for its template."""
        text = self.controls.get(name) or ""
        return IntakeText(key=name, label=TEXT_LABELS[name], text=text, **self._save_state(name))

    def _save_state(self, key: str) -> dict[str, Any]:
        draft, in_conflict, shown = self.drafts.get(key), self.is_in_conflict(key), self._control(key, "base")
        return {
            "base": draft.blind_base if draft and in_conflict else shown,
            "shown": shown,
            "errors": [str(error) for error in self.errors.get(key, ())],
            "stored": draft.stored if draft else None,
            "waiting": draft.waiting if draft else 0,
            "in_conflict": in_conflict,
        }


def controls_from_draft(draft: str) -> dict[str, list[str]]:
    """Return the controls of an item or text, by name, as a submission stored them in a draft."""
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
    fields |= {name: FreeTextField(label) for name, label in TEXT_LABELS.items()}
    return type(f"{section.id.title()}Form", (SectionForm,), {**fields, "section": section, "helper": helper})


#: The form of each page by its id: those of the sections first, in the order of the questionnaire.
SECTION_FORMS: Final = {page_id: _form_for(page) for page_id, page in PAGES.items()}

#: The layout of each page in two languages; the professional's own assessment is in one language there too.
BILINGUAL_HELPERS: Final = {
    page_id: _helper(
        QuestionLayout(item, "conversation" if item.internal else "interpreter") for item in page.items
    )
    for page_id, page in PAGES.items()
}
