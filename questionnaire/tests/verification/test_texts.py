"""The proof of the texts: it finds a text that breaks a principle, and every broken translation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from django.utils.functional import lazy
from django.utils.translation import get_language, override

from questionnaire.domain.advice.conditions import ALWAYS, includes
from questionnaire.domain.advice.sentences import when
from questionnaire.domain.advice.texts import TEXTS, AdviceText
from questionnaire.verification.report import Report
from questionnaire.verification.texts import advice_texts, domain_texts, prove_texts, summary_keys

#: Valid first keys of a summary, for tests of something else.
FEAR_FIRST: Final = ("fear",)


def translated(nl: str, en: str, source: str | None = None) -> object:
    """Return a text that follows the active language; without one it is the source, as a rule the English."""
    texts = {"nl": nl, "en": en, None: en if source is None else source}
    return lazy(lambda: texts[get_language()], str)()


def text_faults(text: object) -> list[str]:
    """Return the faults of a text named x."""
    report = Report()
    prove_texts([], {}, {"x": text}, FEAR_FIRST, report)
    return [str(fault) for fault in report.faults]


def advice_faults(text: AdviceText, **changed: Any) -> list[str]:
    """Return the faults of an advice x with this text, of which some fields are changed."""
    report = Report()
    prove_texts(["x"], {"x": replace(text, **changed)}, {}, FEAR_FIRST, report)
    return [str(fault) for fault in report.faults]


BROKEN_TEXTS: Final[tuple[tuple[object, list[str]], ...]] = (
    (translated("", "Call"), ["P9, x: has no words in nl"]),
    (translated(" ", "Call"), ["P9, x: has no words in nl"]),
    (
        translated("Bel", "", "Call"),
        ["P9, x: has no words in en", "P9, x: is not the English of the source: "],
    ),
    (translated("Call", "Call"), ["P9, x: is not translated: Call"]),
    (translated("Bel", "Phone", "Call"), ["P9, x: is not the English of the source: Phone"]),
    (translated("Ex-partner", "Ex-partner"), []),
    (translated("Bel %(police)s", "Call %(police)s"), []),
    (
        translated("Bel", "Call %(police)s"),
        ["P9, x: has other placeholders in nl (Bel) than in en (Call %(police)s)"],
    ),
    (
        translated("Bel %(polis)s", "Call %(polis)s"),
        [
            "P9, x: asks for polis, which nothing fills in, in nl",
            "P9, x: asks for polis, which nothing fills in, in en",
        ],
    ),
    (
        translated("Binnen 3 dagen", "Within 14 days"),
        ["P9, x: has other numbers in nl (Binnen 3 dagen) than in en (Within 14 days)"],
    ),
    (
        translated("Er is geen gevaar", "There is no danger"),
        [
            "P4, x: says “geen gevaar” in nl: Er is geen gevaar",
            "P4, x: says “no danger” in en: There is no danger",
        ],
    ),
    (translated("Het is nu veilig", "Call"), ["P4, x: says “Het is nu veilig” in nl: Het is nu veilig"]),
    (
        translated("Kans van 79%", "Odds of 79%"),
        ["P4, x: says “9%” in nl: Kans van 79%", "P4, x: says “9%” in en: Odds of 79%"],
    ),
    (translated("In 79% erger (Monckton 2017)", "Worse in 79% (Monckton 2017)"), []),
)


@pytest.mark.parametrize(("text", "wanted"), BROKEN_TEXTS, ids=range(len(BROKEN_TEXTS)))
def test_a_text_that_breaks_a_principle_is_found(text: object, wanted: list[str]) -> None:
    assert text_faults(text) == wanted


def test_a_summary_that_does_not_begin_with_the_fear_is_found() -> None:
    keys = [key for key in summary_keys() if key != "fear"]

    unchanged, first, last = Report(), Report(), Report()
    prove_texts([], {}, {}, summary_keys(), unchanged)
    prove_texts([], {}, {}, keys, first)
    prove_texts([], {}, {}, [*keys[:4]], last)

    assert unchanged.faults == []
    assert list(map(str, first.faults)) == ["P1, summary: begins with wishes"]
    assert list(map(str, last.faults)) == ["P1, summary: begins with nothing"]


def test_an_advice_without_source_decider_known_contact_or_constant_sentence_is_found() -> None:
    text = TEXTS["report_breaches"]
    no_dutch = translated("", "Factsheet")

    assert advice_faults(text) == []
    assert advice_faults(text, source=no_dutch) == [
        "P6, x: has no source in nl",
        "P9, x source: has no words in nl",
    ]
    assert "P6, x: has no word on who decides in nl" in advice_faults(text, decides=no_dutch)
    assert advice_faults(text, contacts=(("fire_brigade", ALWAYS),)) == [
        "P6, x: names fire_brigade, which is no contact"
    ]
    assert advice_faults(text, references=()) == ["P6, x: refers to no source"]
    assert advice_faults(text, references=("hearsay",)) == ["P6, x: names hearsay, which is no source"]
    assert advice_faults(text, parts=(when(includes("orders", "breached"), text.title),)) == [
        "P6, x: has no sentence that is always said"
    ]


def test_a_rule_without_a_text_and_a_text_without_a_rule_are_found() -> None:
    report = Report()

    prove_texts(["call_112"], {"reassess": TEXTS["reassess"]}, {}, FEAR_FIRST, report)

    assert list(map(str, report.faults)) == [
        "P6, call_112: has no text",
        "P6, reassess: has a text and no rule",
    ]


# --- Mutants -----------------------------------------------------------------------------------------------


def in_both_languages(text: object) -> tuple[str, str]:
    with override("nl"):
        dutch = str(text)
    with override("en"):
        return dutch, str(text)


def broken_translations() -> Iterator[tuple[str, object]]:
    """Yield each text without Dutch, without English, untranslated, and with a placeholder less."""
    for place, text in {**advice_texts(TEXTS), **domain_texts()}.items():
        nl, en = in_both_languages(text)
        yield f"{place}: no Dutch", translated("", en)
        yield f"{place}: no English", translated(nl, "", en)
        if nl != en:
            yield f"{place}: not translated", translated(en, en)
        if "%(" in nl:
            yield f"{place}: a placeholder less", translated(nl.replace("%(", "%%(", 1), en)


def test_every_broken_translation_is_caught() -> None:
    mutants = dict(broken_translations())

    assert len(mutants) > 2_000
    assert [place for place, text in mutants.items() if not text_faults(text)] == []


@pytest.mark.parametrize("part", ["source", "decides"])
def test_every_advice_without_a_source_or_a_decider_is_caught(part: str) -> None:
    blank = translated("", "")

    for text in TEXTS.values():
        assert "P6, x: has no" in advice_faults(text, **{part: blank})[0]
