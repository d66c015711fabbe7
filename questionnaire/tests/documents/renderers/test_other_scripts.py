"""Words in other scripts: paper shows what a font is there for, letter by letter, and no more than that."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder

from questionnaire.documents.builder import build_document
from questionnaire.documents.renderers import fonts, other_scripts, pdf
from questionnaire.documents.renderers.html import as_html
from questionnaire.tests.documents.examples import intake_file

ARABIC = "noto/NotoSansArabic-Regular.ttf"
AFRAID = "\u0623\u062e\u0627\u0641"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(other_scripts, "FOLDER", tmp_path)
    return tmp_path


def write_font(path: Path, letters: str) -> None:
    path.parent.mkdir(exist_ok=True)
    builder = FontBuilder(1000)
    names = {ord(letter): f"g{ord(letter)}" for letter in letters}
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.save(path)


def counted(text: str) -> str:
    return other_scripts.replace(text, lambda words: f"[{len(words)}]")


def test_without_fonts_no_word_of_another_script_is_shown(folder: Path) -> None:
    assert other_scripts.installed() == ()
    assert counted(f"Hij zei: {AFRAID}. {AFRAID} {AFRAID}, \u738b\uff0c\u5e05 \u00e9 \u0436") == (
        "Hij zei: [4]. [9], [3] \u00e9 \u0436"
    )


def test_with_its_font_a_script_is_shown_and_no_other_is(folder: Path) -> None:
    write_font(folder / ARABIC, AFRAID + "\u0627\u0920\u738b")

    assert [script.font for script in other_scripts.installed()] == [ARABIC]
    assert (
        counted(f"{AFRAID} {AFRAID}. \u738b\u5e05 {AFRAID} \u0928") == f"{AFRAID} {AFRAID}. [2] {AFRAID} [1]"
    )


def test_a_letter_that_the_font_lacks_is_counted_alone(folder: Path) -> None:
    write_font(folder / ARABIC, AFRAID)

    assert counted(f"{AFRAID} \u0679\u0679 \u0679 {AFRAID}\u0679") == f"{AFRAID} [4] {AFRAID}[1]"


def test_a_file_that_is_no_font_shows_nothing(folder: Path) -> None:
    (folder / ARABIC).parent.mkdir()
    (folder / ARABIC).write_bytes(b"no font")

    assert counted(AFRAID) == "[4]"


def test_each_character_has_one_font_and_needs_one() -> None:
    every = [number for script in other_scripts.SCRIPTS for number in fonts.numbers(script.ranges)]

    assert len(every) == len(set(every))
    assert all(counted(chr(number)) == "[1]" for number in every if not chr(number).isspace())


def test_page_and_worker_go_by_one_list(folder: Path) -> None:
    write_font(folder / ARABIC, AFRAID)

    assert list(pdf._other_fonts()) == [str(folder / ARABIC), other_scripts.installed()[0].ranges]


def test_what_can_be_shown_is_not_named_and_stands_on_paper(folder: Path) -> None:
    write_font(folder / ARABIC, AFRAID)
    document = build_document(
        intake_file({"fear_own_words": f"{AFRAID} \u738b"}, author=f"{AFRAID} \u5e05"), "en", paper=True
    )

    page = as_html(document)

    assert document.unprintable == ("\u738b", "\u5e05")
    assert f"{AFRAID} [1 character in another script]" in document.running_head
    assert page.count(AFRAID) == 3
    assert "\u738b" not in page
    assert "\u5e05" not in page
