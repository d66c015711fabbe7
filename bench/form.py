"""Time the HTML of a section's form against as_div of a form with the same controls. Goal: at most 0.4 times.

Usage: python bench/form.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import ready  # noqa: F401  (before the rest)

# isort: split
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from questionnaire.domain.catalogue import ABSENT, SECTIONS
from questionnaire.domain.items import Choice, Item, Section
from questionnaire.domain.sources import SOURCES
from questionnaire.forms.bindings import absent_name
from questionnaire.forms.questions import SCALE_OPTIONS
from questionnaire.forms.sections import SECTION_FORMS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ROUNDS = 41
GOAL = 0.4


def main() -> int:
    """Print the two times and their ratio for each section, and for all; return 1 when the goal is missed."""
    with override("nl"):
        pairs = [(section.id, render_ours(section), render_plain(section)) for section in SECTIONS]
        times = measure(pairs)
    for section_id, (ours, plain) in times.items():
        ratio = ours / plain
        print(f"{section_id:12} {ours * 1e3:6.2f} ms, as_div {plain * 1e3:6.2f} ms, x {ratio:.2f}")
    ratio = sum(ours for ours, plain in times.values()) / sum(plain for ours, plain in times.values())
    print(f"all sections: x {ratio:.2f} (goal {GOAL})")
    return int(ratio > GOAL)


def measure(
    pairs: list[tuple[str, Callable[[], str], Callable[[], str]]],
) -> dict[str, tuple[float, float]]:
    """Return the median seconds of both, interleaved so that a busy machine slows both."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name, ours, plain in pairs}
    for _number in range(ROUNDS):
        for name, ours, plain in pairs:
            samples[name].append((seconds(ours), seconds(plain)))
    return {
        name: (
            statistics.median(ours for ours, plain in pairs),
            statistics.median(plain for ours, plain in pairs),
        )
        for name, pairs in samples.items()
    }


def seconds(render: Callable[[], str]) -> float:
    start = time.perf_counter()
    assert len(render()) > 1000
    return time.perf_counter() - start


def render_ours(section: Section) -> Callable[[], str]:
    form_class = SECTION_FORMS[section.id]
    return lambda: render_crispy_form(form_class(MultiValueDict()))


def render_plain(section: Section) -> Callable[[], str]:
    fields: dict[str, forms.Field] = {}
    for item in section.items:
        fields |= controls_of(item)
    form_class = type("PlainForm", (forms.Form,), fields)
    return lambda: form_class(MultiValueDict()).as_div()


def controls_of(item: Item) -> dict[str, forms.Field]:
    """Return plain Django fields for the controls that our templates render for one item."""
    fields: dict[str, forms.Field] = {absent_name(item): radios(item.label, ABSENT)}
    if item.kind in ("yes_no", "one", "scale"):
        fields[item.id] = radios(item.question, (*(item.options or SCALE_OPTIONS), *ABSENT))
    elif item.kind == "many":
        fields[item.id] = forms.MultipleChoiceField(
            label=item.question,
            choices=pairs_of(item.options),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    elif item.kind == "grid":
        fields |= {f"{item.id}__{row.code}": radios(row.text, item.columns) for row in item.rows}
    else:
        fields[item.id] = text_field(
            item.question, forms.Textarea if item.kind == "text" else forms.TextInput
        )
    return fields | {
        f"{item.id}__note": text_field(_("Note"), forms.Textarea),
        f"{item.id}__reason": text_field(_("Reason"), forms.Textarea),
        f"{item.id}__source": forms.ChoiceField(
            label=_("Source"), choices=[("", "-"), *pairs_of(SOURCES)], required=False
        ),
        f"{item.id}__base": forms.CharField(widget=forms.HiddenInput, required=False),
    }


def radios(label: StrPromise, choices: tuple[Choice, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=pairs_of(choices), required=False, widget=forms.RadioSelect)


def text_field(label: StrPromise, widget: type[forms.Widget]) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=widget)


def pairs_of(choices: tuple[Choice, ...]) -> list[tuple[str, object]]:
    return [(choice.code, choice.text) for choice in choices]


if __name__ == "__main__":
    sys.exit(main())
