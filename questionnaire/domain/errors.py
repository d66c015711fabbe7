"""What is refused, said by name: where it stands and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_SHOWN_CHARACTERS: Final = 40


def excerpt(value: object) -> str:
    """A refused value as it may stand in a message: one short line of plain ASCII."""
    if isinstance(value, Mapping):
        return _("an object")
    if isinstance(value, list):
        return _("a list")
    text = ascii(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal. `path` is dotted ("answers.fear_level"); the message is in the active language."""

    path: str
    template: StrPromise
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(self.template) % {name: excerpt(value) for name, value in self.values.items()}

    def under(self, path: str) -> Problem:
        """The same problem, seen from one level up."""
        return Problem(f"{path}.{self.path}" if self.path else path, self.template, self.values)

    def __str__(self) -> str:
        return f"{ascii(self.path)[1:-1]}: {self.message}" if self.path else self.message


class InvalidInputError(Exception):
    """Input that is not accepted, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.path for problem in self.problems))


def invalid(template: StrPromise, **values: object) -> InvalidInputError:
    """One problem, with the place still to be filled in by the caller."""
    return InvalidInputError([Problem("", template, values)])
