"""`questionnaire`: print the questions, as JSON for other programs or as the paper form in PDF."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.functional import Promise
from django.utils.translation import override

from questionnaire.documents.paper_form import LANGUAGES as SHEETS
from questionnaire.documents.paper_form import render_paper_form
from questionnaire.documents.renderers.pdf import PdfError, render_page
from questionnaire.domain.catalogue import ABSENT, SECTIONS, VERSION
from questionnaire.domain.items import Choice, Item, Section
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES

_DESCRIPTION: Final = """\
Print every question: as JSON with its id, kind, answer codes and wording in both languages, or as a blank
sheet with room to write, in PDF, in one language or in both side by side."""

_EPILOG: Final = """\
  manage.py questionnaire --format pdf --language both > sheet.pdf

The JSON:

{"version": 1,
 "absent":   [CHOICE, ...]         the codes that may stand in place of any answer
 "sections": [{"id", "title", "intro", "items": [ITEM, ...]}, ...]}

ITEM:   {"id", "kind", "label", "question", "why", "hint",
         "options": [CHOICE, ...]  of the kinds yes_no, one and many
         "rows", "columns"         of the kind grid, likewise
         "exclusive": [code, ...]  answers that stand alone in their list
         "raises": [code, ...]     answers that are a signal; of a grid the columns, of a text "text",
                                   and of a scale its numbers
         "core", "private", "internal": true or false}
CHOICE: {"code", "text"}
Every title, intro, label, question, why, hint and text is an object: the wording by language.
Codes never change or go; new ones may be added, and then the version goes up.
"""


class Command(BaseCommand):
    """`manage.py questionnaire`; see its --help."""

    help = _DESCRIPTION
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _EPILOG
        parser.add_argument("--format", choices=("json", "pdf"), default="json")
        parser.add_argument(
            "--language",
            choices=SHEETS,
            default=DEFAULT_LANGUAGE,
            help=f"of the PDF; {DEFAULT_LANGUAGE} unless given",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["format"] == "pdf":
            self.print_sheet(options["language"])
        else:
            self.print_catalogue()

    def print_sheet(self, language: str) -> None:
        target = getattr(self.stdout, "buffer", None)
        if target is None or self.stdout.isatty():
            raise CommandError("A PDF goes to a file: add > sheet.pdf")
        try:
            pdf = render_page(render_paper_form(language))
        except PdfError as error:
            raise CommandError(str(error)) from None
        target.write(pdf)
        target.flush()

    def print_catalogue(self) -> None:
        catalogue = {
            "version": VERSION,
            "absent": _choices(ABSENT),
            "sections": [_section(section) for section in SECTIONS],
        }
        # Plain ASCII: it can be read whatever the terminal or the pipe is set to.
        self.stdout.write(json.dumps(catalogue, indent=1))


def _section(section: Section) -> dict[str, object]:
    return {
        "id": section.id,
        "title": _wording(section.title),
        "intro": _wording(section.intro),
        "items": [_item(item) for item in section.items],
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "kind": item.kind,
        "label": _wording(item.label),
        "question": _wording(item.question),
        "why": _wording(item.why),
        "hint": _wording(item.hint),
        "options": _choices(item.options),
        "rows": _choices(item.rows),
        "columns": _choices(item.columns),
        "exclusive": sorted(item.exclusive),
        "raises": sorted(item.raises),
        "core": item.core,
        "private": item.private,
        "internal": item.internal,
    }


def _choices(choices: Iterable[Choice]) -> list[dict[str, object]]:
    return [_choice(choice) for choice in choices]


def _choice(choice: Choice) -> dict[str, object]:
    wording: dict[str, object] = {"code": choice.code, "text": _wording(choice.text)}
    return {**wording, "report_text": _wording(choice.report_text)} if choice.report_text else wording


def _wording(text: str | Promise) -> dict[str, str]:
    wording = {}
    for language in LANGUAGES:
        with override(language):
            wording[language] = str(text)
    return wording
