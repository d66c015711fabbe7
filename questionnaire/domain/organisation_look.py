"""Define an organisation's own name and colours, and say which colours can be used.

A colour has contrast wherever it stands (WCAG 2.2: 4.5 for words, 3 for the edge of a control), and cannot be
taken for a warning. The colours of urgency and of errors stay those of the program.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: The kinds of entry, and what each of them stores.
NAME: Final = "name"
COLOURS: Final = "colours"
LOOK_KINDS: Final = (NAME, COLOURS)
LIGHT: Final = "light"
DARK: Final = "dark"

#: Which part an entry of each kind has, and all that it can have.
_PARTS: Final = {NAME: ("name", {"name"}), COLOURS: (LIGHT, {LIGHT, DARK})}
_NOT_A_NAME: Final = _("A name is one line of at most 60 characters.")
_NOT_A_COLOUR: Final = _("This is not a colour. Write # and six of 0-9 and a-f, such as #0d4f5c.")

MAX_NAME: Final = 60
#: More digits than these in a name can be dialled. A number belongs with the contacts.
_MAX_DIGITS: Final = 4
_HEX: Final = re.compile(r"#[0-9a-f]{6}")

#: The least contrast of words, and of the edge of a control (WCAG 1.4.3 and 1.4.11).
WORDS: Final = 4.5
EDGE: Final = 3.0
#: The colours of "act now", "today" and of errors, in both schemes.
SIGNALS: Final = ("#8a1c17", "#f5aaa3", "#7a4300", "#f3c37f")
#: How many degrees of hue a colour stays away from each of these.
_FROM_SIGNALS: Final = 25
#: A colour with less than this between its strongest and its weakest part is a grey, and has no hue to see.
_GREY: Final = 0.1
_DEGREES: Final = 360
#: How strong a derived colour of the dark scheme is at most, and how light at least.
_DARK_SATURATION: Final = 0.55
_DARK_LIGHTNESS: Final = 70
#: How much black the top of the page in the dark scheme has beside the colour of the light one.
_BLACK_IN_HEADER: Final = 0.3


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a colour meets in one scheme: tokens of style.css, none of which an organisation changes.

    `backgrounds` are what it stands on as words, and `on_it` the words that stand on it. Mixed into `paler`
    by its `share` it is the background of what was chosen, on which `words` and `edges` stand.
    """

    own: str
    backgrounds: tuple[str, ...]
    on_it: str
    paler: str
    share: float
    words: tuple[str, ...]
    edges: tuple[str, ...]

    def pale(self, colour: str) -> str:
        """Return the background of what was chosen."""
        return mix(colour, self.paler, self.share)


SCHEMES: Final[Mapping[str, Scheme]] = {
    LIGHT: Scheme(
        own="#0d4f5c",
        backgrounds=("#f5f3ee", "#ffffff", "#fbe9e7", "#fdf0dc", "#e4eff0", "#eceeec"),
        on_it="#ffffff",
        paler="#ffffff",
        share=0.11,
        words=("#17242d", "#51616b", "#8a1c17", "#7a4300", "#0d4f5c", "#44535c"),
        edges=("#6b7a83",),
    ),
    DARK: Scheme(
        own="#8bd0db",
        backgrounds=("#11181c", "#1a2328", "#3b1a18", "#372710", "#17383f", "#242e33"),
        on_it="#0a2227",
        paler="#11181c",
        share=0.18,
        words=("#e6ebee", "#a7b5bd", "#f5aaa3", "#f3c37f", "#8bd0db", "#b9c5cb"),
        edges=("#8797a0",),
    ),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on another, and the contrast that it needs."""

    front: str
    back: str
    least: float

    @property
    def contrast(self) -> float:
        return contrast(self.front, self.back)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour of an organisation in each scheme."""

    light: str
    dark: str

    @property
    def header_in_the_dark(self) -> str:
        """The top of the page in the dark scheme. It has the contrast of the light one, and more."""
        return mix("#000000", self.light, _BLACK_IN_HEADER)


@dataclass(frozen=True, slots=True)
class Look:
    """The name and the colours that pages have; without these, those of the program."""

    name: str = ""
    colours: Colours | None = None


PROGRAM_LOOK: Final = Look()


def name_fault(name: str) -> StrPromise | str | None:
    """Return what is wrong with a name, or None."""
    if not name.isprintable() or len(name) > MAX_NAME:
        return _NOT_A_NAME
    if sum(char.isdecimal() for char in name) > _MAX_DIGITS:
        return _("A name has no telephone number. Write it under Contacts.")
    return None


def parse_colour(text: str) -> str:
    """Return a colour as it is stored, from how people write it; "" for what is none."""
    colour = f"#{text.strip().lower().removeprefix('#')}"
    return colour if _HEX.fullmatch(colour) else ""


def colour_fault(colour: str, scheme: str) -> StrPromise | str | None:
    """Return why a colour cannot be used in a scheme, or None."""
    if not _HEX.fullmatch(colour):
        return _NOT_A_COLOUR
    if is_like_a_signal(colour):
        return _("This colour looks like that of a warning. Choose another than red, orange or yellow.")
    pair = _weakest(colour, scheme)
    if pair.contrast >= pair.least:
        return None
    # Rounded down, so that what is refused never reads as enough.
    found = f"{int(pair.contrast * 10) / 10:.1f}"
    text = _("Words in or on this colour are hard to read. The contrast is %(found)s; it must be %(least)s.")
    return text % {"found": found, "least": f"{pair.least:.1f}"}


def entry_fault(kind: str, content: Mapping[str, Any]) -> StrPromise | str | None:
    """Return what is wrong with a stored name or with stored colours, or None."""
    needed, known = _PARTS[kind]
    texts = [text for text in content.values() if isinstance(text, str)]
    if needed not in content or not content.keys() <= known or len(texts) < len(content):
        return _NOT_A_NAME if kind == NAME else _NOT_A_COLOUR
    if kind == NAME:
        return name_fault(content["name"]) if content["name"].strip() else _NOT_A_NAME
    faults = (colour_fault(colour, scheme) for scheme, colour in content.items())
    return next((fault for fault in faults if fault), None)


def colours_of(content: Mapping[str, Any]) -> Colours:
    """Return stored colours in which there is no fault, the dark one derived if it is not given."""
    return Colours(content[LIGHT], content.get(DARK) or derived_dark(content[LIGHT]))


def pairs(colour: str, scheme: str) -> Iterator[Pair]:
    """Yield every colour on another that there is with this one."""
    found = SCHEMES[scheme]
    pale = found.pale(colour)
    for background in (*found.backgrounds, pale):
        yield Pair(colour, background, WORDS)
    yield Pair(found.on_it, colour, WORDS)
    yield from (Pair(words, pale, WORDS) for words in found.words)
    yield from (Pair(edge, pale, EDGE) for edge in found.edges)


@lru_cache(maxsize=64)  # every page asks it of the same few
def _weakest(colour: str, scheme: str) -> Pair:
    return min(pairs(colour, scheme), key=lambda each: each.contrast / each.least)


def nearest(colour: str, scheme: str) -> str:
    """Return this colour or one like it that can be used: first its hue changes, then how light it is."""
    if not colour_fault(colour, scheme):
        return colour
    hue, lightness, saturation = _hls(colour)
    if is_like_a_signal(colour):
        hue = min(_free_hues(), key=lambda free: _apart(free, hue))
    percent = round(lightness * 100)
    lighter_or_darker = range(percent, -1, -1) if scheme == LIGHT else range(percent, 101)
    return _first(hue, saturation, lighter_or_darker, scheme)


def derived_dark(light: str) -> str:
    """Return the colour for the dark scheme of the same hue as this one for the light scheme."""
    hue, _lightness, saturation = _hls(light)
    return _first(hue, min(saturation, _DARK_SATURATION), range(_DARK_LIGHTNESS, 101), DARK)


def _first(hue: float, saturation: float, percents: range, scheme: str) -> str:
    """Return the first that can be used: at the end it is black or white, which can."""
    colours = (_from_hls(hue, percent / 100, saturation) for percent in percents)
    return next(colour for colour in colours if not colour_fault(colour, scheme))


def is_like_a_signal(colour: str) -> bool:
    """Return whether a colour can be taken for that of a warning or an error."""
    parts = _parts(colour)
    if max(parts) - min(parts) < _GREY:
        return False
    return any(_apart(_hls(colour)[0], _hls(signal)[0]) < _FROM_SIGNALS for signal in SIGNALS)


def _free_hues() -> list[float]:
    """Return the hues beside those of the signals, a degree away from what is refused."""
    hues = [_hls(signal)[0] for signal in SIGNALS]
    edges = [hue + turn * (_FROM_SIGNALS + 1) for hue in hues for turn in (-1, 1)]
    return [edge for edge in edges if all(_apart(edge, hue) > _FROM_SIGNALS for hue in hues)]


def _apart(one: float, other: float) -> float:
    """Return how far two hues are from each other, along the shorter way round."""
    apart = abs(one - other) % _DEGREES
    return min(apart, _DEGREES - apart)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2.2: from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour of which this share is the first one."""
    both = zip(_parts(colour), _parts(other), strict=True)
    return _hex(*(share * one + (1 - share) * two for one, two in both))


def _parts(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def _hex(*parts: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _hls(colour: str) -> tuple[float, float, float]:
    """Return the hue in degrees, the lightness and the saturation."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return hue * _DEGREES, lightness, saturation


def _from_hls(hue: float, lightness: float, saturation: float) -> str:
    return _hex(*colorsys.hls_to_rgb(hue % _DEGREES / _DEGREES, lightness, saturation))
