"""Report invalid input: every problem with its place and a message in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_MAX_EXCERPT: Final = 40  # characters


def excerpt(value: object) -> str:
    """Return an invalid value for use in a message: one short line of plain ASCII."""
    if isinstance(value, Mapping):
        return _("an object")
    if isinstance(value, list):
        return _("a list")
    text = ascii(value)
    return text if len(text) <= _MAX_EXCERPT else text[:_MAX_EXCERPT] + "..."


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `path` is dotted ("answers.fear_level"); `template` has the names of `values` in it."""

    path: str
    template: StrPromise
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return what is wrong, in the active language."""
        return str(self.template) % {name: excerpt(value) for name, value in self.values.items()}

    def under(self, path: str) -> Problem:
        """Return the same problem with this key in front of its path."""
        return Problem(f"{path}.{self.path}" if self.path else path, self.template, self.values)

    def __str__(self) -> str:
        return f"{ascii(self.path)[1:-1]}: {self.message}" if self.path else self.message


class InvalidInputError(Exception):
    """Invalid input, with every problem found in it. Its own text has the paths only, never a value."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.path for problem in self.problems))


def invalid(template: StrPromise, **values: object) -> InvalidInputError:
    """Return an error with one problem, which has no path yet: see `Problem.under`."""
    return InvalidInputError([Problem("", template, values)])
