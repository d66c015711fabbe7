"""Collect every sentence of the application, from the translations and from the source."""

from __future__ import annotations

from collections.abc import Iterator

import polib
from django.conf import settings

from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.domain.advice.reporting_code import STEPS
from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.catalogue import ITEMS, SECTIONS


def entries() -> polib.POFile:
    """Return every sentence in English with its Dutch translation, as a translator sees them."""
    return polib.pofile(str(settings.LOCALE_PATHS[0] / "nl" / "LC_MESSAGES" / "django.po"))


def our_texts(language: str) -> Iterator[str]:
    """Yield every sentence of pages, documents and commands in a language, with its plural."""
    for entry in entries():
        english = (entry.msgid, entry.msgid_plural)
        yield from filter(
            None, english if language == "en" else (entry.msgstr, *entry.msgstr_plural.values())
        )
    for form in receiver_forms().values():
        yield form.name.by_language[language]
        yield from (part.heading.by_language[language] for part in form.parts)


def questions() -> Iterator[tuple[str, object]]:
    """Yield each question, reason, hint and help for the interviewer, with a name."""
    for item in ITEMS.values():
        yield f"{item.id} question", item.question
        yield f"{item.id} why", item.why
        yield f"{item.id} ask", item.ask
        yield f"{item.id} avoid", item.avoid
        if item.hint:
            yield f"{item.id} hint", item.hint


def titles() -> Iterator[tuple[str, object]]:
    """Yield titles, introductions, labels and options, with a name."""
    for section in SECTIONS:
        yield f"{section.id} title", section.title
        if section.intro:
            yield f"{section.id} intro", section.intro
    for item in ITEMS.values():
        yield f"{item.id} label", item.label
        for choice in (*item.options, *item.rows, *item.columns):
            yield f"{item.id} {choice.code}", choice.text
            if choice.report_text:
                yield f"{item.id} {choice.code} in a report", choice.report_text


def advice_sentences() -> Iterator[tuple[str, object]]:
    """Yield every sentence that an advice or a step of the reporting code can have, with a name."""
    for code, text in TEXTS.items():
        yield f"{code} title", text.title
        yield f"{code} source", text.source
        for part in text.parts:
            for _condition, sentence in part:
                yield f"{code} text", sentence
    for title, parts in STEPS:
        yield "step title", title
        for part in parts:
            for _condition, sentence in part:
                yield "step text", sentence
