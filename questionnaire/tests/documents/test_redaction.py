"""Free text sentence by sentence."""

from __future__ import annotations

from questionnaire.documents import redaction
from questionnaire.documents.renderers.text import as_text
from questionnaire.tests.documents.examples import edition_of, intake_file
from questionnaire.tests.documents.reading import all_strings, everything_in


def test_asking_for_advice_shows_only_the_chosen_sentences() -> None:
    intake = intake_file(
        {"fear_own_words": "I fear Jan. He waits at the gate! I count steps"}, running_note="zq."
    )
    keys = {sentence.text: sentence.key for sentence in redaction.sentences(intake)}

    document = edition_of(intake, "advice", sentences=frozenset({keys["He waits at the gate!"], "0" * 24}))

    content = everything_in(document)
    assert list(keys) == ["I fear Jan.", "He waits at the gate!", "I count steps", "zq."]
    assert "He waits at the gate!" in content
    assert "Jan" not in content
    assert "I count steps" not in content
    assert "zq" not in content


def test_a_sentence_chosen_in_one_place_includes_none_from_another() -> None:
    intake = intake_file({"fear_own_words": "The same."}, running_note="The same.")
    key = next(redaction.sentences(intake)).key

    content = as_text(edition_of(intake, "advice", sentences=frozenset({key})))

    assert content.count("The same.") == 1


def test_a_text_without_chosen_sentences_is_no_open_question() -> None:
    intake = intake_file({"fear_own_words": "I fear Jan.", "client_wishes": "Rest."})

    content, whole = (" ".join(all_strings(edition_of(intake, code).sections)) for code in ("advice", "full"))

    for label in ("Fear in own words", "What the client wants"):
        assert label in whole
        assert f"{label}:" not in content
    assert "Fear in own words" not in content


def test_every_sentence_of_a_text_can_be_chosen() -> None:
    text = "One. Two?  Three!\n\nFour\nfive ... six \u201cSeven.\u201d 3.5 is a number"
    intake = intake_file({"fear_own_words": text})

    found = [sentence.text for sentence in redaction.sentences(intake)]

    assert "".join("".join(found).split()) == "".join(text.split())
