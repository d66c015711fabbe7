"""The safety plan in documents: in the own file, on the client's page when ticked, in no other edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, INTERNAL, PRIVATE, EditionOptions
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.safety_plan import Agreement, PartPlan, Plan, PlanVersion
from questionnaire.domain.safety_plan_parts import PARTS
from questionnaire.lifecycle.copies import COPIES
from questionnaire.tests.documents.examples import FOLLOW_UP_AND_REVIEW, LANGUAGES, secrets
from questionnaire.tests.documents.reading import all_strings, everything_in, section

#: A unique word in every place of every part.
PLAN = Plan(
    {
        part.code: PartPlan(
            f"zptext{number}", (Agreement(f"zpwhat{number}", f"zpwho{number}", f"zpwhen{number}"),)
        )
        for number, part in enumerate(PARTS)
    }
)
VERSION = PlanVersion(PLAN, 3, date(2026, 3, 26), "zpauthor")
EVERYTHING = EditionOptions(
    frozenset({*PRIVATE, *INTERNAL, "running_note", "open_questions", "safety_plan", "plan"}), agreed=True
)
WORDS = {f"zp{name}{number}" for name in ("text", "what", "who", "when") for number in range(len(PARTS))}


def document(
    code: str, options: EditionOptions, language: str = "en", plan: PlanVersion | None = VERSION, **more: Any
) -> Document:
    edition = {**EDITIONS, **COPIES}[code]
    return build_document(
        secrets(), language, edition, options, plan=plan, **{**FOLLOW_UP_AND_REVIEW, **more}
    )


def words_in(found: Document) -> set[str]:
    text = " ".join((everything_in(found), as_html(found), as_text(found)))
    return {word for word in (*WORDS, "zpauthor") if word in text}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_has_all_of_it_marked_as_confidential(code: str, language: str) -> None:
    found = document(code, EditionOptions(), language)

    assert words_in(found) >= WORDS | {"zpauthor"}
    with override(language):
        heading = {"nl": "Veiligheidsplan", "en": "Safety plan"}[language]
        confidential = {"nl": "Vertrouwelijk.", "en": "Confidential."}[language]
    assert section(found, "safety_plan").heading == heading
    first, *_rest = all_strings(section(found, "safety_plan").blocks)
    assert first.startswith(confidential)


@pytest.mark.parametrize("paper", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["police", "advice", "report", "access", "authority"])
def test_no_edition_for_others_has_a_word_of_it_whatever_is_ticked(
    code: str, language: str, paper: bool
) -> None:
    with_plan = replace(EVERYTHING, plan=True)

    found = document(code, with_plan, language, paper=paper)

    assert words_in(found) == set()
    assert found == document(code, with_plan, language, plan=None, paper=paper)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clients_page_has_it_only_when_it_is_ticked(language: str) -> None:
    assert words_in(document("client", EVERYTHING, language)) == set()

    found = document("client", replace(EVERYTHING, plan=True), language, paper=True)

    assert words_in(found) == WORDS  # and not who wrote it
    assert [each.id for each in found.sections] == ["fear", "numbers", "agreed", "plan", "log", "keep"]
    assert section(found, "plan").heading == {"nl": "Ons plan", "en": "Our plan"}[language]


def test_an_edition_without_a_plan_has_no_section_of_it() -> None:
    assert "safety_plan" not in {each.id for each in document("full", EditionOptions(), plan=None).sections}
    ticked = document("client", EditionOptions(agreed=True, plan=True), plan=None)
    assert "plan" not in {each.id for each in ticked.sections}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_written_down_is_named_and_says_nothing_of_safety(language: str) -> None:
    version = replace(VERSION, plan=Plan({"home": PartPlan("zptext0")}))

    words = " ".join(
        all_strings(section(document("full", EditionOptions(), language, version), "safety_plan"))
    )

    with override(language):
        missing = " · ".join(str(part.label) for part in PARTS[1:])
    assert missing in words
    assert {"nl": "Een plan neemt het gevaar niet weg.", "en": "A plan does not take the danger away."}[
        language
    ] in words


def test_a_plan_that_was_emptied_is_still_shown_as_empty() -> None:
    version = replace(VERSION, plan=Plan())

    words = " ".join(all_strings(section(document("full", EditionOptions(), "en", version), "safety_plan")))

    assert "Nothing is written down yet about: At home" in words
    found = document("client", EditionOptions(agreed=True, plan=True), plan=version)
    assert "zp" not in everything_in(found)
