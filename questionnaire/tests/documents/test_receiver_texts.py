"""The texts for receivers: complete, of nothing that may not be shown, and never cut."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.editions import INTERNAL, NO_OPTIONS, PRIVATE, EditionOptions
from questionnaire.documents.receiver_forms import BUILDING_BLOCKS, FormPart, Translated, receiver_forms
from questionnaire.documents.receiver_texts import TextPart, on_tick, text_parts
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import LANGUAGES, everything_answered, intake_file, secrets

_FORMS = list(receiver_forms())
_HEADING = Translated({"nl": "Kop", "en": "Heading"})
_FIELDS: dict[str, Any] = {
    field: f"zq{field.replace('_', '')}"
    for field in ("as_told", "what", "by", "witness", "evidence", "report_number")
}


def parts_of(
    form: str,
    intake: IntakeFile,
    options: EditionOptions = NO_OPTIONS,
    language: str = "en",
    question: str = "",
) -> dict[str, TextPart]:
    """Return what each building block of a form holds, whether the form itself has it or not."""
    blocks = {code: FormPart(_HEADING, (code,), None, is_confidential=False) for code in BUILDING_BLOCKS}
    whole = replace(receiver_forms()[form], parts=tuple(blocks.values()))
    chosen = replace(options, question=question)
    return dict(zip(blocks, text_parts(whole, intake, chosen, language), strict=True))


def all_of(parts: dict[str, TextPart]) -> str:
    return "\n".join(part.text for part in parts.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", _FORMS)
def test_no_building_block_shows_what_its_edition_leaves_out(form: str, language: str) -> None:
    intake = replace(secrets(), incidents=(Incident("2026-03-20", "home", reported=True, **_FIELDS),))

    content = all_of(parts_of(form, intake, language=language))

    found = set(re.findall("zq[a-z]+", content))
    for left_out in ("zqcontact", "zqrunning", "zqview", "zqnote", "zqreason"):
        assert left_out not in found
    if form == "veilig-thuis-advice":
        assert not found
    with override(language):
        assert [item for item in (*PRIVATE, *INTERNAL) if labels.label(item) in content] == []


@pytest.mark.parametrize("form", _FORMS)
def test_two_intakes_that_differ_in_what_is_left_out_have_the_same_text(form: str) -> None:
    bare = replace(secrets(), view="", running_note="", notes={}, reasons={})
    bare = replace(
        bare, answers=intake_file({"threats": ["kill"], "fear_level": 8, "consent_share": ["police"]}).answers
    )

    assert all_of(parts_of(form, secrets())) == all_of(parts_of(form, bare))


@pytest.mark.parametrize("form", ["police", "general-practitioner"])
def test_what_is_ticked_is_in_the_text_and_asks_first(form: str) -> None:
    ticked = EditionOptions(ticked=frozenset({"safe_contact", "client_suicidal", "running_note"}))

    plain, with_ticks = parts_of(form, secrets()), parts_of(form, secrets(), ticked)

    assert not any(part.is_confidential for part in plain.values())
    assert "zqcontact" in with_ticks["safe_contact"].text
    assert "zqrunning" in with_ticks["note"].text
    confidential = {"safe_contact", "note", "impact", "health_advice"}
    confidential |= {"request"} if form == "general-practitioner" else set()
    assert {code for code, part in with_ticks.items() if part.is_confidential} == confidential
    assert plain["safe_contact"].text == plain["note"].text == ""


@pytest.mark.parametrize("name", _FORMS)
def test_what_can_be_ticked_changes_the_text(name: str) -> None:
    form = receiver_forms()[name]
    whole = EditionOptions(ticked=frozenset(on_tick(form)))
    intake = everything_answered()

    text = text_parts(form, intake, whole, "en")

    for ticked in on_tick(form):
        without = EditionOptions(ticked=whole.ticked - {ticked})
        assert text_parts(form, intake, without, "en") != text, ticked


@pytest.mark.parametrize("form", _FORMS)
def test_safe_contact_is_never_in_a_text_unless_it_is_chosen(form: str) -> None:
    assert "zqcontact" not in all_of(parts_of(form, secrets()))


def test_a_part_of_a_form_that_is_confidential_asks_first() -> None:
    form = receiver_forms()["police"]

    confidential = [part for part in text_parts(form, secrets(), NO_OPTIONS, "en") if part.is_confidential]

    assert [part.heading for part in confidential] == ["Confidential: safe contact and note"]


def test_a_text_that_is_too_long_is_whole_and_says_by_how_much() -> None:
    intake = intake_file({}, incidents=(Incident("2026-03-20", what="é" * 20_000),))
    form = receiver_forms()["police"]

    part, fitting = text_parts(
        replace(
            form,
            parts=(
                FormPart(_HEADING, ("statement",), 19_000, is_confidential=False),
                FormPart(_HEADING, ("statement",), 21_000, is_confidential=False),
            ),
        ),
        intake,
        NO_OPTIONS,
        "en",
    )

    assert "é" * 20_000 in part.text
    assert part.characters == len(part.text)
    assert part.too_many == len(part.text) - 19_000
    assert fitting.too_many == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("name", ["nothing_answered", "everything_declined"])
def test_what_was_not_told_is_not_said_to_be_not_so(name: str, form: str, language: str) -> None:
    parts = parts_of(form, demo.intake(name), language=language)

    for code in ("danger_signs", "children", "impact", "evidence", "police_contact", "statement", "wishes"):
        assert parts[code].text == ""


@pytest.mark.parametrize("form", _FORMS)
def test_the_fear_comes_first_and_is_taken_seriously(form: str) -> None:
    own = intake_file({"fear_own_words": 'Hij zei: "Ik kom".', "fear_level": 9, "feared_events": ["kill"]})

    text = parts_of(form, own)["fear"].text

    assert text.splitlines()[0].endswith("seriously.")


def test_the_fear_in_a_report_is_one_sentence_whatever_was_answered() -> None:
    openings = {
        parts_of("veilig-thuis-report", intake_file(answers))["fear"].text.splitlines()[0]
        for answers in (
            {},
            {"fear_level": 9},
            {"fear_level": 0},
            {"fear_change": "less", "threats": ["kill"]},
        )
    }

    assert openings == {"We take the client's feeling of being unsafe seriously."}


def test_the_last_incident_is_the_one_that_ended_last() -> None:
    run, later, undated = (
        Incident("2026-03-01", until="2026-03-20", what="zqrun"),
        Incident("2026-03-05", what="zqlater"),
        Incident(precision="", what="zqundated"),
    )

    text = parts_of("police", intake_file({}, incidents=(run, later, undated)))["last_incident"].text

    assert text == "Last incident: From 1 March 2026 up to and including 20 March 2026: “zqrun”."
    assert parts_of("police", intake_file({}, incidents=(undated,)))["last_incident"].text == ""


def test_a_report_does_not_say_that_the_client_told_it() -> None:
    intake = intake_file({"pattern_start": "2025-08"}, incidents=(Incident("2026-03-03", "home"),))

    report, police = (parts_of(form, intake)["statement"].text for form in ("veilig-thuis-report", "police"))

    assert parts_of("veilig-thuis-report", intake)["reason"].text == ""
    assert "This is what the client told" not in report
    assert "This is what the client told" in police
    assert "On 3 March 2026, at home: an incident." in report


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["veilig-thuis-advice", "veilig-thuis-report"])
def test_without_a_name_no_text_tells_when_the_client_talked(form: str, language: str) -> None:
    intake = replace(everything_answered(), date=date(2026, 3, 27))

    content = all_of(parts_of(form, intake, language=language))

    assert content == all_of(parts_of(form, replace(intake, date=date(2026, 1, 5)), language=language))
    assert "20 " in content, "the day of an incident is told"


def test_a_report_does_not_say_that_the_reporting_code_may_not_apply() -> None:
    intake = intake_file({"relationship": "acquaintance", "lives_together": "full_time"})
    ticked = EditionOptions(ticked=frozenset({"lives_together"}))

    bare, shown = (parts_of("veilig-thuis-report", intake, options) for options in (NO_OPTIONS, ticked))

    assert bare["reporting_code"].text == ""
    assert shown["reporting_code"].text == "The reporting code probably applies."
    assert "applies" in parts_of("veilig-thuis-advice", intake)["reporting_code"].text


def test_no_report_has_advice_whatever_a_form_asks_for() -> None:
    options = EditionOptions(ticked=frozenset(receiver_forms()["veilig-thuis-report"].edition.on_tick))

    assert parts_of("veilig-thuis-report", everything_answered(), options)["health_advice"].text == ""
    assert parts_of("general-practitioner", everything_answered(), options)["health_advice"].text


def test_the_question_for_advice_is_that_of_the_professional() -> None:
    own = parts_of("veilig-thuis-advice", intake_file({}), question="Is dit stalking?")["request"].text
    general = parts_of("veilig-thuis-advice", intake_file({}))["request"].text

    assert own == "Is dit stalking?"
    assert "Is reporting necessary?" in general


def test_the_ground_for_sharing_is_in_the_text() -> None:
    options = EditionOptions(ground="Ernstig gevaar.")

    assert "because: Ernstig gevaar." in parts_of("police", intake_file({}), options)["ground"].text


def test_a_doctor_is_asked_to_look_at_once_after_strangulation() -> None:
    intake = intake_file({"strangulation": "recent", "client_suicidal": "yes"})

    without, with_tick = (
        parts_of("general-practitioner", intake, EditionOptions(ticked=frozenset(ticks)))
        for ticks in ((), ("client_suicidal",))
    )

    assert "today: the client was grabbed by the throat" in without["request"].text
    assert "no longer wants to live" not in all_of(without)
    assert "no longer wants to live" in with_tick["request"].text
    assert "Have a doctor look" in without["health_advice"].text
    assert "crisis protocol" in with_tick["health_advice"].text
    assert "can be a patient of yours too" in without["request"].text


def test_the_police_are_asked_what_fits_what_may_be_shown() -> None:
    bare, more = (
        parts_of("police", intake_file(answers))["request"].text
        for answers in ({}, {"orders": "breached", "last_incident": "2026-03-20"})
    )

    assert "risk screening" in bare
    assert "weapons" in bare, "that nobody asked after them does not mean that there are none"
    assert "breach" not in bare
    assert "action on the breach" in more
    assert "before 20 June 2026" in more


@pytest.mark.parametrize("form", _FORMS)
def test_controls_that_hide_text_are_written_out(form: str) -> None:
    text = "links\u202erechts"
    options = EditionOptions(ground=text, ticked=frozenset({"safe_contact", "running_note"}))
    intake = intake_file(
        {"fear_own_words": text, "client_wishes": text, "safe_contact": text},
        author=text,
        reference=text,
        running_note=text,
        incidents=(Incident("2026-03", what=text, by=text, witness=text, evidence=text, report_number=text),),
    )

    content = all_of(parts_of(form, intake, options, question=text))

    assert "\u202e" not in content
    assert "[U+202E]" in content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", _FORMS)
def test_no_line_of_ours_is_hard_to_read(form: str, language: str) -> None:
    """A text of ours has sentences of at most twenty words."""
    ticked = EditionOptions(ticked=frozenset({"client_suicidal"}))
    intake = intake_file(
        {"strangulation": "recent", "client_suicidal": "yes", "weapons": ["has"], "orders": "breached"}
    )

    parts = parts_of(form, intake, ticked, language)

    for code in ("details", "reason", "request", "ground", "sender"):
        for sentence in re.split(r"(?<=[.?!:;])\s", parts[code].text):
            assert len(sentence.split()) <= 20, sentence
