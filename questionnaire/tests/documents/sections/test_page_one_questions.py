"""Who reads page one alone can answer five questions, in a minute: it says little beside what was told."""

from __future__ import annotations

from typing import Final

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from questionnaire.documents import labels
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.tests.cases import intakes
from questionnaire.tests.documents.examples import intake_file
from questionnaire.tests.documents.reading import ParsedPage

#: Words of our own on page one: more cannot be read in a minute beside what the client said.
MOST_OWN_WORDS: Final = 250

CASES: Final = intakes("page_one")
PAIRS: Final = intakes("pairs")

#: What page one of each case must say, in lower case: one word or more a question, "|" between those that are
#: equally good. What was told is there literally.
ANSWERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "order_broken": {
        "who": ("ex-partner",),
        "what last": ("20 maart 2026", "thuis|bij huis", "stond voor de deur."),
        "what to do": ("politie", "verbod"),
        "whom to call": ("112", "0900-8844"),
        "what is not known": ("wapen", "keel|wurging"),
    },
    "danger_now": {
        "who": ("partner", "woont|samen|in huis"),
        "what last": ("23 maart 2026", "thuis|bij huis", "trapte tegen de slaapkamerdeur."),
        "what to do": ("bel nu 112",),
        "whom to call": ("112",),
        "what is not known": ("wapen", "verbod"),
    },
    "minor": {
        "who": ("school", "16 of 17"),
        "what last": ("21 maart 2026", "online|internet", "zette mijn foto in de groep."),
        "what to do": ("veilig thuis",),
        "whom to call": ("0800-2000",),
        "what is not known": ("dreiging|bedreig|gedreigd", "seks", "niet gevraagd"),
    },
    "colleague": {
        "who": ("collega",),
        "what last": ("maart 2026", "elders|andere plek", "stond bij de auto."),
        "what to do": ("politie",),
        "whom to call": ("0900-8844",),
        "what is not known": ("wapen", "niet meer leven|niet meer wil leven|suïcid|zelfmoord"),
    },
    "stranger_online": {
        "who": ("internet",),
        "what last": ("18 maart 2026", "online|internet", "dreigde een foto te plaatsen."),
        "what to do": ("politie",),
        "whom to call": ("0900-8844",),
        "what is not known": ("tuin", "kinderen"),
    },
    "armed_neighbour": {
        "who": ("buur",),
        "what last": ("22 maart 2026", "thuis|bij huis", "gooide een ruit in."),
        "what to do": ("politie",),
        "whom to call": ("112",),
        "what is not known": ("geweld", "verbod"),
    },
    "client_suicidal": {
        "who": ("korte relatie|date",),
        "what last": ("15 maart 2026", "online|internet", "belde de hele nacht."),
        "what to do": ("crisisprotocol",),
        "whom to call": ("113", "0800-0113"),
        "what is not known": ("controle", "dreiging|bedreig|gedreigd"),
    },
    "strangled_without_fear": {
        "who": ("ex-partner",),
        "what last": ("19 maart 2026", "thuis|bij huis", "greep mij bij de keel."),
        "what to do": ("politie", "veilig thuis"),
        "whom to call": ("112", "0800-2000"),
        "what is not known": ("wapen", "kinderen"),
    },
    "honour": {
        "who": ("familie",),
        "what last": ("14 maart 2026", "elders|andere plek", "belde mijn werk."),
        "what to do": ("informeer de familie niet|familie niet", "veilig thuis"),
        "whom to call": ("0800-2000",),
        "what is not known": ("geweld", "keel|wurging"),
    },
    "nothing_known": {
        "who": ("band|relatie|wie deze persoon is",),
        "what last": ("laatste voorval|laatst",),
        "what to do": ("politie", "veilig thuis"),
        "whom to call": ("0900-8844", "0800-2000"),
        "what is not known": ("gevaar", "dreiging|bedreig|gedreigd", "wapen"),
    },
}


def document_of(intake: IntakeFile) -> Document:
    return build_document(intake, "nl", paper=True)


def page_one_text(document: Document) -> str:
    """Return all that page one on paper says, the emergency line and the picture included."""
    with override(document.language):
        html = render_to_string("documents/page_one.html", {"document": document, "paper": True})
    return ParsedPage(html).text


def told(intake: IntakeFile) -> list[str]:
    """Return every text that a person wrote, the longest first."""
    texts = [intake.answers.text(item.id) or "" for item in ITEMS.values() if item.kind == "text"]
    for incident in intake.incidents:
        texts += [incident.what, incident.by, incident.witness, incident.evidence, incident.as_told]
    return sorted(filter(None, texts), key=len, reverse=True)


def own_words(intake: IntakeFile) -> list[str]:
    """Return the words of page one that nobody told: a number or a word each."""
    text = page_one_text(document_of(intake))
    for written in told(intake):
        text = text.replace(written, " ")
    return [word for word in text.split() if any(letter.isalnum() for letter in word)]


def test_every_case_has_its_answers() -> None:
    assert set(ANSWERS) == set(CASES)


@pytest.mark.parametrize("question", ["who", "what last", "what to do", "whom to call", "what is not known"])
@pytest.mark.parametrize("name", ANSWERS)
def test_page_one_answers_the_question(name: str, question: str) -> None:
    text = page_one_text(document_of(CASES[name])).lower()

    missing = [
        words for words in ANSWERS[name][question] if not any(word in text for word in words.split("|"))
    ]
    assert not missing, f"{question}: {missing} is not on page one: {text}"


@pytest.mark.parametrize("name", [*CASES, *PAIRS])
def test_page_one_is_read_in_a_minute(name: str) -> None:
    words = own_words((CASES | PAIRS)[name])

    assert len(words) <= MOST_OWN_WORDS, f"{len(words)} words of our own: {' '.join(words)}"


@pytest.mark.parametrize("name", CASES)
def test_page_one_begins_with_the_emergency_or_the_fear(name: str) -> None:
    document = document_of(CASES[name])

    text = page_one_text(document)

    first = document.emergency.title if document.emergency else document.page_one.headline
    words = CASES[name].answers.text("fear_own_words")
    assert text.startswith(tuple(filter(None, (first, words))))
    assert document.page_one.headline in text


def test_how_to_reach_the_client_is_marked_as_confidential() -> None:
    text = page_one_text(document_of(CASES["order_broken"])).lower()

    assert "alleen bellen op het werk." in text
    assert "vertrouwelijk" in text


def test_the_police_level_and_every_danger_sign_are_named() -> None:
    text = page_one_text(document_of(PAIRS["colleague-grave"])).lower()

    for word in ("vandaag", "opwachten", "pijn doen"):
        assert word in text


def test_page_one_never_says_no_danger_signs_beside_what_is_concerning() -> None:
    text = page_one_text(document_of(intake_file({"fixation": "yes"}))).lower()

    assert "ook zorgelijk" in text
    assert "geen gevaarsignalen" not in text


def test_children_are_not_asked_about_where_there_are_none() -> None:
    with override("nl"):
        label = labels.label("children_involved")

    assert label in page_one_text(document_of(intake_file({"children": ["cares_for"]})))
    assert label not in page_one_text(document_of(intake_file({"children": ["none"]})))


def test_the_number_for_the_client_is_there_when_the_client_no_longer_wants_to_live() -> None:
    assert "0800-0113" in page_one_text(document_of(CASES["client_suicidal"]))
    assert "0800-0113" not in page_one_text(document_of(CASES["order_broken"]))


def test_that_the_client_no_longer_wants_to_live_stands_beside_who_the_client_is() -> None:
    """The answer itself: of the advice only the first steps are on page one, and these name no answer."""

    def told(case: str) -> list[tuple[str, ...]]:
        page_one = document_of(CASES[case]).page_one
        assert page_one is not None
        return [fact.values for fact in page_one.who if fact.item == "client_suicidal"]

    ((answer, call),) = told("client_suicidal")
    with override("nl"):
        assert answer == ITEMS["client_suicidal"].text_of("yes")
    assert "0800-0113" in call
    assert told("order_broken") == []
