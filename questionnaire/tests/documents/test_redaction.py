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


def test_a_text_of_very_short_sentences_is_split_no_further() -> None:
    text = "a. " * 6_666

    found = list(redaction.sentences(intake_file({"fear_own_words": text}, running_note="Eén. Twee.")))

    parts = [each.text for each in found if each.place == "fear_own_words"]
    assert len(parts) == len(text) // 40
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert [each.text for each in found if each.place == "running_note"] == ["Eén.", "Twee."]


def test_the_rest_of_a_text_can_be_chosen_as_its_last_sentence() -> None:
    intake = intake_file({}, running_note="a. b\n" * 4_000)
    last = list(redaction.sentences(intake))[-1]

    assert redaction.only_sentences(intake, {last.key}).running_note == last.text


def test_a_page_offers_sentences_of_every_text() -> None:
    many = [redaction.Sentence("long", f"Zin {number}.") for number in range(5_000)]
    few = [redaction.Sentence(f"incident:{number}", "Mes.") for number in range(100)]

    offered = redaction.fairly([*many, *few, *few], 1_000)

    assert offered == [*many[:900], *few], "in their order, each once"
    assert redaction.fairly(few, 1_000) == few
