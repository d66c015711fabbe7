"""Collect the problems that a parser finds in invalid input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from questionnaire.domain.errors import InvalidInputError


def problems_of(parse: Callable[..., object], *arguments: Any) -> list[str]:
    """Return the messages of all problems, each with its path. Fail when the input is valid."""
    with pytest.raises(InvalidInputError) as raised:
        parse(*arguments)
    return [str(problem) for problem in raised.value.problems]
