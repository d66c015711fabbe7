"""Whoever reads the database without the key ring learns no answer from lengths and events."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.catalogue import SECTION_OF
from questionnaire.models import Event, Intake, User
from questionnaire.tests import inference
from questionnaire.tests.factories import reload

#: How much more often a guess may be right with lengths than by the columns of the lists alone.
MOST_GAINED = 0.02
FEW = 400
MANY = pytest.param(20_000, marks=pytest.mark.soak)


def people(number: int, intake: Intake, pad_to: int | None = None) -> list[inference.Seen]:
    chance = random.Random(number)  # noqa: S311  (the same people in every run)
    return [inference.seen(inference.saves(chance), intake, pad_to) for _person in range(number)]


def results(seen: Sequence[inference.Seen]) -> dict[str, inference.Result]:
    return {item: inference.attack(seen, item) for item in inference.GUESSED}


@pytest.mark.parametrize("number", [FEW, MANY])
def test_lengths_tell_no_more_than_the_columns_of_the_lists(intake: Intake, number: int) -> None:
    found = results(people(number, intake))

    for item, result in found.items():
        print(  # noqa: T201
            f"{item}: {result.by_columns:.3f} by the columns, {result.with_lengths:.3f} with lengths, "
            f"{100 * result.gain:+.2f} ± {100 * result.half_width:.2f} points"
        )
    most = MOST_GAINED if number > FEW else 2 * MOST_GAINED  # of few people the interval is wider
    assert {item: result for item, result in found.items() if result.gain + result.half_width > most} == {}


def test_without_padding_the_same_attack_tells_most_answers(intake: Intake) -> None:
    """So that the test above can fail."""
    found = results(people(FEW, intake, pad_to=1))

    assert len([result for result in found.values() if result.gain > 0.1]) >= 5


def test_what_is_seen_here_is_what_the_database_has(alice: User, intake: Intake) -> None:
    chance = random.Random(3)  # noqa: S311
    saved = inference.saves(chance)
    expected = inference.seen(saved, intake)
    lengths: dict[str, int] = {}
    for place, submission in saved:
        page = inference.page_of(place)
        intake_actions.save_section(alice, reload(intake), page, submission)
        token = vars(Intake.objects.get(pk=intake.pk))["content"].token
        lengths[f"length {page} {lengths.get(f'saves {page}', 0)}"] = len(token)
        lengths[f"saves {page}"] = lengths.get(f"saves {page}", 0) + 1

    stored = reload(intake)
    assert {name: expected.lengths[name] for name in lengths} == lengths
    columns = {"urgency": stored.urgency, "police": stored.police_urgency, "signs": stored.danger_signs}
    assert {f"{name} the end": value for name, value in columns.items()}.items() <= expected.columns.items()
    events = Event.objects.filter(intake=intake.pk, code="intake.changed")
    assert {tuple(event.items) for event in events} <= {(section.id,) for section in SECTION_OF.values()}
