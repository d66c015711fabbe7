"""Problems with input: their place, and a message that never has more than an excerpt of the input."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from questionnaire.domain.errors import InvalidInputError, Problem, excerpt, invalid

MESSAGE = _("%(value)s is not one of the answers")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("kill", "'kill'"),
        ("x" * 38, "'" + "x" * 38 + "'"),
        ("x" * 39, "'" + "x" * 39 + "..."),
        ("é\n\u202e\ud800\x1b", r"'\xe9\n\u202e\ud800\x1b'"),
        (11, "11"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ({"a": 1}, "an object"),
        ([1], "a list"),
    ],
)
def test_an_excerpt_is_one_short_line_of_ascii(value: object, named: str) -> None:
    assert excerpt(value) == named


def test_a_problem_names_its_place() -> None:
    problem = Problem("", MESSAGE, {"value": 11})

    assert str(problem) == "11 is not one of the answers"
    assert str(problem.under("fear_level")) == "fear_level: 11 is not one of the answers"
    assert problem.under("fear_level").under("answers").path == "answers.fear_level"


def test_a_path_is_named_in_ascii() -> None:
    assert str(Problem("answers.é\n\u202e", MESSAGE, {"value": 1})).startswith(r"answers.\xe9\n\u202e: ")


def test_a_problem_is_in_the_active_language() -> None:
    problem = Problem("x", MESSAGE, {"value": {}})
    with translation.override("nl"):
        dutch = str(problem)

    assert dutch != str(problem)
    assert dutch.startswith("x: een object ")


def test_an_error_has_every_problem_and_its_text_the_paths_alone() -> None:
    error = InvalidInputError([Problem("a", MESSAGE, {"value": 1}), Problem("b", MESSAGE, {"value": 2})])

    assert [problem.path for problem in error.problems] == ["a", "b"]
    assert str(error) == "a; b"
    assert invalid(MESSAGE, value=1).problems == (Problem("", MESSAGE, {"value": 1}),)
