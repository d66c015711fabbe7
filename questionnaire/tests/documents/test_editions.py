"""What an edition leaves out is left out everywhere, and what it holds is said in the right order."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from questionnaire import demo, documents
from questionnaire.documents import EDITIONS, Chosen, labels, redaction
from questionnaire.documents.blocks import Document, Fact, Facts, NamedSteps
from questionnaire.documents.editions import INTERNAL, PRIVATE, needs_ground
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import words
from questionnaire.domain.follow_up import DONE, Consultation, Decision, Outcome, follow_up
from questionnaire.domain.incidents import Incident
from questionnaire.domain.review import Remarked, Review
from questionnaire.domain.summary import summarise
from questionnaire.tests.documents.test_builder import EVERY, LANGUAGES, intake, section, texts

OUTSIDE = ("police", "advice", "report")
#: Everything that only the file may hold, each with a word of its own.
SECRET: dict[str, object] = {
    "safe_contact": "zqcontact",
    "life_changes": ["stay_in"],
    "access_routes": ["routines"],
    "tech_access": "yes",
    "client_suicidal": "yes",
    "barriers": ["honour_pressure"],
    "support_people": ["none"],
    "other_help": ["gp"],
    "professional_concern": "urgent",
}


def secrets() -> IntakeFile:
    assert set(SECRET) == {*PRIVATE, *INTERNAL}
    return intake(
        {**SECRET, "threats": ["kill"], "fear_level": 8, "consent_share": ["police"]},
        reference="zqreference",
        author="zqauthor",
        running_note="zqrunning",
        view="zqview",
        notes={item: f"zqnote{number}" for number, item in enumerate(SECRET)},
        reasons={item: f"zqreason{number}" for number, item in enumerate(SECRET)},
        incidents=(Incident("2026-03-20", "home", what="zqwhat", evidence="zqevidence"),),
    )


DAY = date(2026, 3, 27)
#: What stands in the own file beside the intake, each with a word of its own as well.
BESIDE: dict[str, Any] = {
    "follow_up": follow_up(
        [Outcome("consult_police", DONE, who="zqwho", why="zqwhy")],
        [Consultation("police", "zqcolleague", result="zqresult")],
        Decision(helper="zqhelper", ground="zqground"),
    ),
    "review": Review((Remarked("threats", "zqremark", "zqby", "zqanswer", "zqanswered"),), "zqsigner", DAY),
}


def made(told: IntakeFile, code: str, *ticked: str, language: str = "en", **chosen: Any) -> Document:
    return documents.make(told, language, EDITIONS[code], Chosen(frozenset(ticked), **chosen))


def every_word(document: Document) -> str:
    """All that a document holds, shown or not."""
    return " ".join((*texts(document), documents.as_html(document), documents.as_text(document)))


# --- What is left out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "may"),
    [
        ("police", {"zqreference", "zqauthor", "zqwhat", "zqevidence"}),
        ("advice", set()),
        ("report", {"zqreference", "zqauthor", "zqwhat"}),
        ("client", set()),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_secret_is_in_an_edition_that_should_not_have_it(code: str, may: set[str], language: str) -> None:
    document = documents.make(secrets(), language, EDITIONS[code], paper=True, **BESIDE)

    assert set(re.findall("zq[a-z]+", every_word(document))) == may


def test_every_secret_is_in_the_own_file_so_that_its_absence_elsewhere_says_something() -> None:
    said = every_word(documents.make(secrets(), "en", EDITIONS["full"], **BESIDE))

    beside = {
        "zqwho",
        "zqwhy",
        "zqcolleague",
        "zqresult",
        "zqground",
        "zqremark",
        "zqby",
        "zqanswer",
        "zqsigner",
    }
    found = set(re.findall("zq[a-z]+[0-9]*", said))
    assert beside | {"zqrunning", "zqview", "zqcontact", "zqwhat", "zqevidence", "zqauthor"} <= found
    assert len([word for word in found if word.startswith("zqnote")]) == len(SECRET)


@pytest.mark.parametrize("code", OUTSIDE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_is_not_even_named(code: str, language: str) -> None:
    document = documents.make(secrets(), language, EDITIONS[code])

    said = " ".join(texts(document.sections))
    with override(language):
        for item in (*PRIVATE, *INTERNAL):
            assert labels.label(item) not in said, item
        suicidal = str(ITEMS["client_suicidal"].label)
    assert suicidal not in said


# A text stands in the advice edition sentence by sentence.
@pytest.mark.parametrize(
    ("code", "item"),
    [(code, item) for code in OUTSIDE for item in PRIVATE if (code, item) != ("advice", "safe_contact")],
)
def test_a_tick_puts_one_item_in_and_no_other(code: str, item: str) -> None:
    with override("en"):
        names = {other: labels.label(other) for other in PRIVATE}

    said = " ".join(texts(made(secrets(), code, item).sections))

    assert {other for other, name in names.items() if name in said} == {item}


@pytest.mark.parametrize("code", OUTSIDE)
def test_own_view_is_in_no_edition_but_the_full_one(code: str) -> None:
    said = every_word(made(secrets(), code, *INTERNAL, "own_view", "professional_concern"))

    assert "zqview" not in said
    assert "Your own concern" not in said


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("code", OUTSIDE)
def test_advice_keeps_its_level_and_order(code: str, name: str) -> None:
    told = demo.intake(name)
    with override("en"):
        advice = [(given.title, given.urgency.label) for given in _summary(told).advice]

    steps = list(_steps(made(told, code)))

    assert [step.urgency for step in steps] == [level for _title, level in advice]
    named = [(step.title, step.urgency) for step in steps if step.code != labels.SAFETY_DATA]
    assert named == [each for each in advice if each in named]


def _summary(told: IntakeFile) -> Any:
    return summarise(told.answers, told.incidents, told.date)


def _steps(document: Document) -> Iterator[Any]:
    for block in section(document, "steps").blocks:
        if isinstance(block, NamedSteps):
            yield from block.steps


def test_advice_that_rests_on_safety_data_says_so_and_no_more() -> None:
    steps = {step.code: step for step in _steps(made(secrets(), "police"))}

    nameless, police = steps[labels.SAFETY_DATA], steps["consult_police"]
    assert [reason.text for reason in nameless.because] == ["safety data"]
    assert (nameless.title, nameless.text) == ("Advice that rests on safety data", "")
    assert (nameless.source, nameless.decides, nameless.contacts) == ("", "", ())
    assert [reason.item for reason in police.because] == ["fear_level", "threats", "safety_data"]
    assert police.text


#: Advice of which the name alone tells a private answer, and the answer that gives it.
TELLING: dict[str, tuple[str, object]] = {
    "crisis_support": ("client_suicidal", "yes"),
    "honour_route": ("barriers", ["honour_pressure"]),
    "digital_safety": ("tech_access", "yes"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OUTSIDE)
@pytest.mark.parametrize("advice", TELLING)
def test_no_name_or_place_of_advice_tells_a_private_answer(advice: str, code: str, language: str) -> None:
    item, value = TELLING[advice]
    told = intake({item: value, "threats": ["kill"]})

    unticked, ticked = (
        documents.make(told, language, EDITIONS[code], Chosen(frozenset(ticks))) for ticks in ((), (item,))
    )

    with override(language):
        title = labels.advice_title(advice)
    assert title not in every_word(unticked)
    assert title in every_word(ticked)
    levels = [step.urgency for step in _steps(unticked)]
    assert levels == [step.urgency for step in _steps(ticked)]
    place = [step.code for step in _steps(unticked)].index(labels.SAFETY_DATA)
    assert levels[place] != levels[place + 1]


def test_an_item_that_is_left_out_is_no_open_question() -> None:
    empty = demo.intake("nothing_answered")

    said = " ".join(texts(section(made(empty, "police"), "open_questions")))

    with override("en"):
        assert not [item for item in (*PRIVATE, *INTERNAL) if labels.label(item) in said]
        assert labels.label("threats") in said


def test_a_report_says_nothing_of_evidence_police_wishes_and_consent_unless_ticked() -> None:
    told = intake(
        {
            "evidence_kept": ["log"],
            "police_contact": ["notified"],
            "client_wishes": "zqwish",
            "consent_share": ["police"],
        },
        running_note="zqnote",
        incidents=(Incident("2026-03-20", "home", what="zqwhat", evidence="zqphoto", reported=True),),
    )
    ticks = ("evidence_kept", "police_contact", "client_wishes", "consent_share", "running_note")

    bare, full = made(told, "report"), made(told, "report", *ticks, "open_questions")

    assert set(re.findall("zq[a-z]+", every_word(bare))) == {"zqwhat"}
    assert "Police know" not in every_word(bare)
    assert set(re.findall("zq[a-z]+", every_word(full))) == {"zqwhat", "zqwish", "zqnote", "zqphoto"}
    assert "open_questions" not in [each.id for each in bare.sections]
    assert "open_questions" in [each.id for each in full.sections]


@pytest.mark.parametrize("name", EVERY)
def test_a_report_tells_no_open_question_unless_ticked(name: str) -> None:
    told = demo.intake(name)

    bare, full = made(told, "report"), made(told, "report", "open_questions")

    with override("en"):
        states = {str(state) for state in labels.STATES.values()}
    assert not states & {value for each in _facts(bare) for value in each.values}
    assert not states & {each.label for each in _facts(bare)}
    assert any(state in every_word(full) for state in states)


def _facts(document: Document) -> Iterator[Fact]:
    for each in document.sections:
        for block in each.blocks:
            if isinstance(block, Facts):
                yield from block.facts


# --- Sentences, one by one ----------------------------------------------------------------------------------


def test_asking_for_advice_holds_the_chosen_sentences_alone() -> None:
    told = intake({"fear_own_words": "I fear Jan. He waits at the gate! I count steps"}, running_note="zq.")
    keys = {sentence.text: sentence.key for sentence in redaction.sentences(told)}

    document = made(told, "advice", sentences=frozenset({keys["He waits at the gate!"], "0" * 24}))

    said = every_word(document)
    assert list(keys) == ["I fear Jan.", "He waits at the gate!", "I count steps", "zq."]
    assert "He waits at the gate!" in said
    assert "Jan" not in said
    assert "I count steps" not in said
    assert "zq" not in said


def test_a_sentence_chosen_in_one_place_lets_none_in_from_another() -> None:
    told = intake({"fear_own_words": "The same."}, running_note="The same.")
    key = next(redaction.sentences(told)).key

    said = documents.as_text(made(told, "advice", sentences=frozenset({key})))

    assert said.count("The same.") == 1


def test_words_of_which_none_are_chosen_are_no_open_question() -> None:
    told = intake({"fear_own_words": "I fear Jan.", "client_wishes": "Rest."})

    document = made(told, "advice")

    said = " ".join(texts(document.sections))
    assert "Fear in own words" not in said
    assert "What the client wants:" not in said


def test_every_sentence_of_a_text_can_be_chosen() -> None:
    text = "One. Two?  Three!\n\nFour\nfive ... six \u201cSeven.\u201d 3.5 is a number"
    told = intake({"fear_own_words": text})

    found = [sentence.text for sentence in redaction.sentences(told)]

    assert "".join("".join(found).split()) == "".join(text.split())


# --- What it holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize("name", EVERY)
def test_fear_is_the_first_section_of_every_edition(name: str, code: str, language: str) -> None:
    for paper in (False, True):
        document = documents.make(demo.intake(name), language, EDITIONS[code], paper=paper)

        headline = (
            document.front.headline if document.has_page_one and paper else document.sections[0].heading
        )
        assert document.sections[0].id == "fear" or document.has_page_one
        body = documents.as_html(document).split("<body", 1)[1]
        assert body.split("<h1>")[1].split("</h1>")[0] == headline.replace("'", "&#x27;")


def test_police_read_the_dated_incidents_straight_after_the_fear() -> None:
    document = made(demo.intake("ex_partner_with_breach"), "police")

    assert [each.id for each in document.sections][:3] == ["fear", "incidents", "urgency"]


@pytest.mark.parametrize("code", OUTSIDE)
def test_no_edition_for_others_tells_when_the_client_comes_again(code: str) -> None:
    told = demo.intake("ex_partner_with_breach")
    again = summarise(told.answers, told.incidents, told.date).reassess_on

    text = documents.as_text(documents.make(told, "en", EDITIONS[code]))

    with override("en"):
        day = words(again.isoformat())
    assert day in documents.as_text(documents.full(told, "en"))
    assert day not in text


def test_sharing_with_the_police_without_consent_prints_the_ground() -> None:
    told = intake({"consent_share": ["gp"]}, running_note="")

    document = made(told, "police", ground="Serious danger: <threats>.")

    assert needs_ground(EDITIONS["police"], told.answers)
    assert not needs_ground(EDITIONS["police"], intake({"consent_share": ["police", "gp"]}).answers)
    assert not needs_ground(EDITIONS["report"], told.answers)
    assert "Serious danger: <threats>." in documents.as_text(document)
    assert "Serious danger: &lt;threats&gt;." in documents.as_html(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clients_page_holds_numbers_and_what_was_agreed(language: str) -> None:
    told = demo.intake("ex_partner_with_breach")

    numbers = documents.make(told, language, EDITIONS["client"])
    agreed = documents.make(told, language, EDITIONS["client"], Chosen(agreed=True))

    for number in ("112", "0900-8844", "0800-2000", "0900-0101", "0800-0113"):
        assert number in documents.as_text(numbers)
    assert "26 " not in documents.as_text(numbers)
    assert "26 " in documents.as_text(agreed)


def test_the_clients_page_gives_nothing_away() -> None:
    document = made(demo.intake("ex_partner_with_breach"), "client", agreed=True)

    shown = documents.as_text(document) + documents.as_html(document)

    assert not re.search("stalk|2026-117|de Wit|threat|afraid|police today", shown, re.IGNORECASE)
