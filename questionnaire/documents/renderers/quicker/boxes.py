"""Ask a style once for all that a box needs, where most boxes are alike: lengths, flow, background."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final

from weasyprint.css.properties import INITIAL_VALUES, Dimension
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import background, percent

_SIDES: Final = ("top", "right", "bottom", "left")
_LENGTHS: Final = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for axis in ("width", "height") for limit in ("", "min_", "max_")),
)
_BORDERS: Final = tuple(f"border_{side}_width" for side in _SIDES)
_CORNERS: Final = tuple(
    f"border_{end}_{side}_radius" for end in ("top", "bottom") for side in ("left", "right")
)
_values: Final = itemgetter(*("border_collapse", "box_sizing", *_BORDERS, *_LENGTHS))
_corners: Final = itemgetter(*_CORNERS)
_SQUARE: Final = _corners(INITIAL_VALUES)
_NO_RADII: Final = dict.fromkeys(_CORNERS, (0, 0))
_flow: Final = itemgetter("float", "position")
_IN_FLOW: Final = frozenset({("none", "static"), ("none", "relative")})
_background: Final = itemgetter(
    "border_image_source",
    "mask_border_source",
    "visibility",
    "background_image",
    "background_color",
    "box_shadow",
)
_NO_BACKGROUND: Final = _background(INITIAL_VALUES)

#: What a box has, by the values of its style: all lengths, and the borders that its neighbours may have set.
_used: Final[dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, Any]] | None]] = {}
_their_percentages: Final = percent.resolve_percentages
_their_radii: Final = percent.resolve_radii_percentages
_their_in_flow: Final = Box.is_in_normal_flow
_their_backgrounds: Final = background.layout_box_backgrounds


def ask_once() -> None:
    """Have boxes ask once whether they are in the flow."""
    Box.is_in_normal_flow = _is_in_normal_flow


def _resolve_percentages(box: Any, containing_block: Any) -> None:
    values = _values(box.style)
    try:
        used = _used[values]
    except KeyError:
        used = _used[values] = _lengths(*values)
    if used is None:
        _their_percentages(box, containing_block)
        return
    lengths, borders = used
    attributes = box.__dict__
    attributes |= lengths
    for name, width in borders.items():
        attributes.setdefault(name, width)


def _lengths(
    border_collapse: str, box_sizing: str, *values: Any
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the lengths by name, and the borders; None when any length rests on the containing block."""
    borders = dict(zip(_BORDERS, values[: len(_BORDERS)], strict=True))
    lengths = dict(zip(_LENGTHS, values[len(_BORDERS) :], strict=True))
    is_absolute = all(
        length == "auto" or (isinstance(length, Dimension) and length.unit == "px")
        for length in lengths.values()
    )
    if box_sizing != "content-box" or not is_absolute:
        return None
    used = {name: getattr(length, "value", length) for name, length in lengths.items()}
    used |= {name: 0 for name in ("min_width", "min_height") if used[name] == "auto"}
    return (used, borders) if border_collapse == "collapse" else (used | borders, {})


def _resolve_radii(box: Any) -> None:
    if _corners(box.style) == _SQUARE:
        attributes = box.__dict__
        attributes |= _NO_RADII
    else:
        _their_radii(box)


def _is_in_normal_flow(box: Any) -> bool:
    return _flow(box.style) in _IN_FLOW or bool(_their_in_flow(box))


def _layout_box_backgrounds(
    page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
) -> None:
    if box is page or style is not None or not layout_children or _background(box.style) != _NO_BACKGROUND:
        _their_backgrounds(page, box, get_image, layout_children, style)
        return
    _resolve_radii(box)
    for child in box.all_children():
        _layout_box_backgrounds(page, child, get_image)
    box.background = None


REPLACED: Final = (
    (_their_percentages, _resolve_percentages),
    (_their_radii, _resolve_radii),
    (_their_backgrounds, _layout_box_backgrounds),
)
