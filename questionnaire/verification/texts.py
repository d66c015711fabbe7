"""Prove that texts keep the principles in both languages: fear first, no verdict, sourced, translated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final

from django.utils.translation import override

from questionnaire.domain.advice.fear import OPENINGS
from questionnaire.domain.advice.pattern import Behaviour, Pattern
from questionnaire.domain.advice.reporting_code import STEPS, ReportingCode
from questionnaire.domain.advice.sentences import Alternatives
from questionnaire.domain.advice.texts import AdviceText
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import ABSENT, ITEMS, NOT_REACHED_CHOICE, SECTIONS
from questionnaire.domain.contacts import CONTACTS, PHONE_NUMBERS
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES, SOURCE_LANGUAGE
from questionnaire.domain.references import REFERENCES
from questionnaire.domain.summary import LIMITS, summarise, to_json
from questionnaire.verification.report import Report

#: Texts by the place where they occur. `str()` gives them in the active language.
Texts = Mapping[str, object]

#: The keys that may precede the fear in the summary: nothing about the client but how soon to act.
HEADER: Final = frozenset({"version", "reference", "date", "language", "urgency"})

#: The same in Dutch and in English: names, and sentences that consist of a placeholder.
SAME_IN_BOTH: Final = frozenset(
    {
        "Partner",
        "Ex-partner",
        "Professional",
        "%(pattern)s",
        "Pathé & Mullen 1997",
        "Rosenfeld 2004; Mechanic 2000; Campbell 2003",
        'Brochure "Als u wordt gestalkt"',
    }
)

#: A verdict on the risk, in either language (P4).
VERDICT: Final = re.compile(
    r"\b(?:low|lower|little|no|minimal|zero) (?:risk|danger)\b(?! sign)"
    r"|\b(?:laag|lager|lage|gering|geen|weinig|minimaal) (?:risico|gevaar)\b"
    r"|\b(?:not|geen) stalking\b"
    r"|\b(?:client|situation|it|this) (?:is|seems) (?:now )?safe\b|\byou are (?:now )?safe\b"
    r"|\b(?:cliënt|situatie|het|dit) (?:is|lijkt) (?:nu )?veilig\b|\bu bent (?:nu )?veilig\b"
    r"|\bno (?:reason|cause) (?:for concern|to worry)\b|\bgeen reden tot zorg"
    r"|score|\bper ?cent\b|\bprocent\b|percentage|[0-9] ?%(?!\()"
    r"|\b(?:green|groene?|traffic light|stoplicht|verkeerslicht|total|totaal)\b",
    re.IGNORECASE,
)
#: Matches of `VERDICT` that are none: that the number is no score, and research results with their source.
_NO_VERDICT: Final = re.compile(
    r"It is not a risk score|Het is geen risicoscore|\b[0-9]{2}%(?=[^.]*\([^()]* [0-9]{4}\))"
)

_FILLED_IN: Final = frozenset(
    (*PHONE_NUMBERS, "pattern", "reassess_on", "complaint_by", "complaint_by_uncertain")
)
_PLACEHOLDER: Final = re.compile(r"(?<!%)%\((\w+)\)s")
_NUMBER: Final = re.compile(r"[0-9]+")


def prove_texts(
    codes: Sequence[str],
    texts: Mapping[str, AdviceText],
    other_texts: Texts,
    keys: Sequence[str],
    report: Report,
) -> None:
    """Prove P1, P4, P6 and P9: each of these codes has its text, and every text keeps them."""
    _prove_fear_first(keys, report)
    for code in dict.fromkeys((*codes, *texts)):
        if code not in texts or code not in codes:
            report.blame("P6", code, "has no text" if code in codes else "has a text and no rule")
        else:
            _prove_advice(code, texts[code], report)
    for place, text in {**advice_texts(texts), **other_texts}.items():
        report.count("texts, each in both languages")
        for principle, what in _faults(text):
            report.blame(principle, place, what)


def _prove_fear_first(keys: Sequence[str], report: Report) -> None:
    report.count("keys of the summary", len(keys))
    first = next((key for key in keys if key not in HEADER), "nothing")
    if first != "fear":
        report.blame("P1", "summary", f"begins with {first}")


def _prove_advice(code: str, text: AdviceText, report: Report) -> None:
    for language in LANGUAGES:
        with override(language):
            for name, label in (("source", text.source), ("word on who decides", text.decides)):
                if not str(label).strip():
                    report.blame("P6", code, f"has no {name} in {language}")
    if not any(not condition.reads for part in text.parts for condition, _sentence in part):
        report.blame("P6", code, "has no sentence that is always said")
    for contact, _condition in text.contacts:
        if contact not in CONTACTS:
            report.blame("P6", code, f"names {contact}, which is no contact")
    if not text.references:
        report.blame("P6", code, "refers to no source")
    for reference in text.references:
        if reference not in REFERENCES:
            report.blame("P6", code, f"names {reference}, which is no source")


def _faults(lazy_text: object) -> Iterator[tuple[str, str]]:
    with override(None):
        source = str(lazy_text)
    translations = {}
    for language in LANGUAGES:
        with override(language):
            translations[language] = str(lazy_text)
    for language, text in translations.items():
        if not text.strip():
            yield "P9", f"has no words in {language}"
        if strange := set(_PLACEHOLDER.findall(text)) - _FILLED_IN:
            yield "P9", f"asks for {min(strange)}, which nothing fills in, in {language}"
        if verdict := VERDICT.search(_NO_VERDICT.sub("", text)):
            yield "P4", f"says “{verdict[0]}” in {language}: {text}"
    own = translations.pop(SOURCE_LANGUAGE)
    if own != source:
        yield "P9", f"is not the English of the source: {own}"
    for language, text in translations.items():
        if text == source and source not in SAME_IN_BOTH:
            yield "P9", f"is not translated: {source}"
        yield from _other_numbers(own, language, text)


def _other_numbers(own: str, language: str, text: str) -> Iterator[tuple[str, str]]:
    for what, found in (("placeholders", _PLACEHOLDER), ("numbers", _NUMBER)):
        if Counter(found.findall(text)) != Counter(found.findall(own)):
            yield "P9", f"has other {what} in {language} ({text}) than in {SOURCE_LANGUAGE} ({own})"


# --- Every text of the domain --------------------------------------------------------------------------


def summary_keys() -> tuple[str, ...]:
    """Return the keys of the summary in their order, which is the same for every intake."""
    day = date(2026, 1, 1)
    return tuple(to_json(summarise(Answers({}), (), day), reference="", on=day, language=DEFAULT_LANGUAGE))


def domain_texts() -> Texts:
    """Return every text of the domain besides the advice, by place."""
    found = {"limits": LIMITS, **_questions(), **_steps(), **_worked_out()}
    return {place: text for place, text in found.items() if text != ""}


def advice_texts(texts: Mapping[str, AdviceText]) -> Texts:
    """Return every text of the advice, by place."""
    found: dict[str, object] = {}
    for code, text in texts.items():
        found |= {f"{code} title": text.title, f"{code} source": text.source, f"{code} decides": text.decides}
        found |= _sentences(code, text.parts)
    return found


def _sentences(place: str, parts: Sequence[Alternatives]) -> Texts:
    sentences = (sentence for part in parts for _condition, sentence in part)
    return {f"{place} sentence {number}": sentence for number, sentence in enumerate(sentences, start=1)}


def _questions() -> Texts:
    found: dict[str, object] = {
        f"state {choice.code}": choice.text for choice in (*ABSENT, NOT_REACHED_CHOICE)
    }
    for section in SECTIONS:
        found |= {f"section {section.id} title": section.title, f"section {section.id} intro": section.intro}
        for item in section.items:
            for name in ("label", "question", "why", "ask", "avoid", "hint"):
                found[f"{item.id} {name}"] = getattr(item, name)
            for choice in (*item.options, *item.rows, *item.columns):
                found[f"{item.id} {choice.code}"] = choice.text
                if choice.report_text:
                    found[f"{item.id} {choice.code} in a report"] = choice.report_text
    return found


def _steps() -> Texts:
    found: dict[str, object] = {}
    for number, (title, parts) in enumerate(STEPS, start=1):
        found |= {f"step {number} title": title, **_sentences(f"step {number}", parts)}
    return found


def _worked_out() -> Texts:
    """Return the texts that are computed when they are shown, and those of contacts and sources."""
    found: dict[str, object] = {
        f"urgency {urgency.code}": _PropertyText(urgency, "label") for urgency in Urgency
    }
    for applies in ("likely", "unsure", "unlikely"):
        found[f"reporting code {applies}"] = _PropertyText(ReportingCode(applies, (), (), ()), "applies_text")
    found |= {f"opening {place}": text for place, (_condition, text) in enumerate(OPENINGS)}
    cell = Behaviour("home", "ring", "once")
    for cells, incidents, often in product(range(3), range(3), (None, *ITEMS["contact_frequency"].codes)):
        pattern = Pattern((cell,) * cells, incidents, None, often)
        found[f"pattern of {cells} cells, {incidents} incidents, {often}"] = _PropertyText(
            pattern, "sentence"
        )
    found["pattern of nothing but never"] = _PropertyText(Pattern((), 0, None, None, True), "sentence")
    for contact in CONTACTS.values():
        found[f"contact {contact.id}"] = contact.called
    for reference in REFERENCES.values():
        # A name, such as that of a study, is the same in both languages.
        for part in ("name", "title", "maker"):
            if not isinstance(text := getattr(reference, part), str):
                found[f"source {reference.id} {part}"] = text
    return found


@dataclass(frozen=True, slots=True)
class _PropertyText:
    """The text of a property, in whichever language is active."""

    owner: object
    name: str

    def __str__(self) -> str:
        return str(getattr(self.owner, self.name))
