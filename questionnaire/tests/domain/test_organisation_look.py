"""The name and the colours of an organisation: which can be used, and what is near one that cannot."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from questionnaire.domain.organisation_look import (
    COLOURS,
    DARK,
    EDGE,
    LIGHT,
    NAME,
    SCHEMES,
    SIGNALS,
    WORDS,
    Colours,
    colour_fault,
    colours_of,
    contrast,
    derived_dark,
    entry_fault,
    is_like_a_signal,
    mix,
    name_fault,
    nearest,
    pairs,
    parse_colour,
)

STYLE = Path(settings.BASE_DIR) / "questionnaire/static/questionnaire/style.css"
#: Every colour with these parts.
MANY = [f"#{''.join(parts)}" for parts in itertools.product(("00", "40", "80", "c0", "ff"), repeat=3)]


def tokens() -> dict[str, dict[str, str]]:
    """Return the colours of style.css, by scheme and the end of their name."""
    light, _media, rest = STYLE.read_text(encoding="utf-8").partition(
        "@media screen and (prefers-color-scheme"
    )
    found: dict[str, dict[str, str]] = {}
    for scheme, text in ((LIGHT, light), (DARK, rest.partition("}")[0])):
        of_scheme = dict(re.findall(r"--utrecht-([a-z-]+): (#[0-9a-f]+);", text))
        of_scheme = {
            name: value if len(value) == 7 else "#" + value[1] * 6 for name, value in of_scheme.items()
        }
        found[scheme] = {**found.get(LIGHT, {}), **of_scheme}
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_colours_that_one_is_held_against_are_those_of_the_program(scheme: str) -> None:
    own, known = tokens()[scheme], SCHEMES[scheme]
    levels = ("now", "today", "days", "follow")

    assert known.own == own["link-color"]
    assert known.backgrounds == (
        own["document-background-color"],
        own["surface-background-color"],
        *(own[f"alert-{level}-background-color"] for level in levels),
    )
    assert known.on_it == own["button-primary-action-color"]
    assert own["page-header-color"] == "#ffffff"
    assert known.words == (
        own["document-color"],
        own["document-subtle-color"],
        *(own[f"alert-{level}-color"] for level in levels),
    )
    assert own["form-field-error-color"] in known.words
    assert known.edges == (own["form-control-border-color"],)
    assert {own["alert-now-color"], own["alert-today-color"]} < set(SIGNALS)


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, known: float) -> None:
    assert contrast(one, other) == pytest.approx(known, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


def test_a_colour_is_held_against_words_and_edges() -> None:
    found = list(pairs("#0d4f5c", LIGHT))

    assert {pair.least for pair in found} == {WORDS, EDGE}
    assert min(pair.contrast for pair in found if pair.least == EDGE) > EDGE
    # On pages, on what was chosen, and with words on a button.
    assert {
        ("#0d4f5c", "#f5f3ee"),
        ("#0d4f5c", "#e4eced"),
        ("#ffffff", "#0d4f5c"),
        ("#51616b", "#e4eced"),
    } < {(pair.front, pair.back) for pair in found}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_colours_of_the_program_can_be_used(scheme: str) -> None:
    assert colour_fault(SCHEMES[scheme].own, scheme) is None


@pytest.mark.parametrize(
    "colour", ["#1d4ed8", "#154273", "#6a1b9a", "#a0006d", "#005a2b", "#3b3b3b", "#000000"]
)
def test_colours_of_organisations_can_be_used(colour: str) -> None:
    assert colour_fault(colour, LIGHT) is None


@pytest.mark.parametrize(
    ("colour", "scheme", "said"),
    [
        ("", LIGHT, "This is not a colour."),
        ("#12345", LIGHT, "This is not a colour."),
        ("#GGGGGG", LIGHT, "This is not a colour."),
        ("#8a1c17", LIGHT, "looks like that of a warning"),
        ("#7a4300", LIGHT, "looks like that of a warning"),
        ("#c8102e", LIGHT, "looks like that of a warning"),
        ("#ffcc00", DARK, "looks like that of a warning"),
        ("#00a651", LIGHT, "The contrast is 2.7; it must be 4.5."),
        ("#e2007a", LIGHT, "The contrast is 3.8; it must be 4.5."),
        ("#154273", DARK, "The contrast is 1.2; it must be 4.5."),
    ],
)
def test_a_colour_that_cannot_be_used_says_why(colour: str, scheme: str, said: str) -> None:
    with override("en"):
        assert said in str(colour_fault(colour, scheme))


def test_every_hue_near_a_warning_is_refused_and_no_grey_is() -> None:
    assert all(is_like_a_signal(signal) for signal in SIGNALS)
    assert not any(is_like_a_signal(grey) for grey in ("#000000", "#808080", "#ffffff", "#4b4a48"))
    assert is_like_a_signal("#b0003a")  # 340 degrees: the way over 0 is the shorter one
    assert not is_like_a_signal("#b00060")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_near_a_colour_can_be_used(scheme: str) -> None:
    faults = {colour: fault for colour in MANY if (fault := colour_fault(nearest(colour, scheme), scheme))}

    assert faults == {}


def test_what_is_near_keeps_the_hue_if_that_is_not_what_is_wrong() -> None:
    assert nearest("#00a651", LIGHT) == "#007a3c"
    assert nearest("#154273", DARK) == "#64a0e3"
    assert nearest("#0d4f5c", LIGHT) == "#0d4f5c"


def test_every_colour_has_one_for_the_dark_that_can_be_used() -> None:
    usable = [colour for colour in MANY if not colour_fault(colour, LIGHT)]

    assert len(usable) > 20
    for colour in usable:
        found = colours_of({LIGHT: colour})
        assert found.dark == derived_dark(colour)
        assert colour_fault(found.dark, DARK) is None
        assert contrast("#ffffff", found.header_in_the_dark) > WORDS


def test_stored_colours() -> None:
    assert colours_of({LIGHT: "#1d4ed8", DARK: "#9db8f5"}) == Colours("#1d4ed8", "#9db8f5")
    assert colours_of({LIGHT: "#1d4ed8"}) == Colours("#1d4ed8", derived_dark("#1d4ed8"))
    # What an older version allowed, or nobody did, is not shown.
    for content in ({LIGHT: "#ff0000"}, {LIGHT: "#1d4ed8", DARK: "red;}"}, {DARK: "#9db8f5"}, {}):
        assert entry_fault(COLOURS, content)


@pytest.mark.parametrize(
    ("text", "colour"),
    [(" #1D4ED8 ", "#1d4ed8"), ("1d4ed8", "#1d4ed8"), ("blue", ""), ("#fff", ""), ("##123456", "")],
)
def test_a_colour_as_people_write_it(text: str, colour: str) -> None:
    assert parse_colour(text) == colour


@pytest.mark.parametrize("name", ["", "De Haven", "113 Zelfmoordpreventie", "Team 2000", "x" * 60])
def test_names(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize("name", ["x" * 61, "De\nHaven", "Bel 0900-8844", "Bel ٠٩٠٠٨"])
def test_what_is_no_name(name: str) -> None:
    assert name_fault(name)


def test_an_entry_is_wrong_as_its_name_or_colours_are() -> None:
    assert entry_fault(NAME, {"name": "De Haven"}) is None
    assert entry_fault(NAME, {"name": "Bel 0900-8844"})
    assert entry_fault(COLOURS, {LIGHT: "#1d4ed8"}) is None
    assert entry_fault(COLOURS, {LIGHT: "#1d4ed8", DARK: "#1d4ed8"})


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (NAME, {}),
        (NAME, {"name": " "}),
        (NAME, {"name": "De\x1fHaven"}),
        (NAME, {"name": 7}),
        (NAME, {"name": "De Haven", "logo": "x"}),
        (COLOURS, {}),
        (COLOURS, {DARK: "#9db8f5"}),
        (COLOURS, {LIGHT: ["#1d4ed8"]}),
        (COLOURS, {LIGHT: "#1d4ed8", "warning": "#1d4ed8"}),
    ],
)
def test_an_entry_has_the_parts_of_its_kind(kind: str, content: dict[str, object]) -> None:
    assert entry_fault(kind, content)


def test_mixing() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#123456", "#ffffff", 1) == "#123456"
