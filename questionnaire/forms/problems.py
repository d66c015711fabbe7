"""Turn the problems that a parser of the domain finds into errors of a form."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from questionnaire.domain.errors import InvalidInputError, Problem


def problem_message(problem: Problem, typed_date: str | None = None) -> str:
    """Return what is wrong; for a date with the date as it was typed, not as the form rewrote it."""
    if typed_date is None:
        return problem.message
    return str(problem.template) % {**problem.values, "value": typed_date}


def validation_error(error: InvalidInputError, typed_date: str | None = None) -> ValidationError:
    """Return the error of a form field with the message of each problem."""
    return ValidationError([problem_message(problem, typed_date) for problem in error.problems])
