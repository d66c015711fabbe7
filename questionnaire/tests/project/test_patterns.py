"""Regular expressions of ours, which read what people type and what files hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
MANY: Final = 50
#: Looked at: nothing stands behind its repetition, so that it never goes back to try another way.
NEVER_GOES_BACK: Final = {
    r"\s*(?:[-*•–—·▪◦‣>#]+\s+|\d{1,3}\)\s+|#+)*",
    r' dir="auto">((?:<wbr>|&[#\w]+;|[^\w<&]|[\d_])*)(\w?)',
    "l(?: *l)*",
}
_PARSER: Final[Any] = re._parser  # type: ignore[attr-defined]
_REPEATS: Final = {_PARSER.MAX_REPEAT, _PARSER.MIN_REPEAT}


def written() -> Iterator[tuple[str, str]]:
    """Yield each expression that stands in the program as a text, with its module."""
    for folder in ("questionnaire", "stalkcheck"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if {"tests", "migrations"} & set(path.parts):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield path.name, first.value


def composed() -> Iterator[tuple[str, str]]:
    """Yield those that the program makes of words when it starts: of dates and of headings in a log."""
    from questionnaire.domain.log_import import headings
    from questionnaire.domain.written_dates import forms, relative

    def found(value: object) -> Iterator[re.Pattern[str]]:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, dict):
            yield from found(tuple(value.values()))
        elif isinstance(value, (tuple, list, frozenset)):
            for each in value:
                yield from found(each)

    for module in (headings, forms, relative):
        for value in vars(module).values():
            yield from ((module.__name__, each.pattern) for each in found(value))


def repeats_a_repetition(pattern: str) -> bool:
    """Return whether something that repeats many times stands inside something that does: (a+)+."""

    def inside(tree: Any, within: bool) -> bool:
        for operation, value in tree:
            if operation in _REPEATS:
                low_high_body = value
                is_many = low_high_body[1] > MANY
                if (is_many and within) or inside(low_high_body[2], within or is_many):
                    return True
            elif isinstance(value, (tuple, list)) and any(
                inside(part, within)
                for each in value
                for part in (each if isinstance(each, list) else [each])
                if isinstance(part, _PARSER.SubPattern)
            ):
                return True
        return False

    return inside(_PARSER.parse(pattern), within=False)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(a+)+b", True),
        (r"(?:a|b*)*c", True),
        (r"(\d{1,60},?){2,}", True),
        (r"(?=(x*)*)y", True),
        (r"a+b*c?", False),
        (r"(\d{1,3}\.)*x", False),
    ],
)
def test_a_repetition_in_a_repetition_is_found(pattern: str, expected: bool) -> None:
    assert repeats_a_repetition(pattern) is expected


def test_no_expression_repeats_a_repetition() -> None:
    """Such an expression can take twice as long with each letter of a text that it does not fit."""
    every = {*written(), *composed()}

    assert len(every) > 60
    assert {pattern for _module, pattern in every if repeats_a_repetition(pattern)} == NEVER_GOES_BACK
