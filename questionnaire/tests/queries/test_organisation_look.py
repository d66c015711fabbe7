"""Which name and colours a team has."""

from __future__ import annotations

import pytest

from questionnaire.domain.organisation_look import LOOK_KINDS, PROGRAM_LOOK, Colours, Look
from questionnaire.models import OrganisationEntry, Team
from questionnaire.queries.organisation import unusable_of
from questionnaire.queries.organisation_look import all_colours, look_of
from questionnaire.tests.tampering import execute

BLUE, GREEN = {"light": "#1d4ed8", "dark": "#9db8f5"}, {"light": "#00602a", "dark": "#88ddb2"}


def store(team: Team | None, kind: str, **content: str) -> OrganisationEntry:
    entry = OrganisationEntry(team=team, kind=kind, content=content)
    entry.save(force_insert=True)
    return entry


def test_without_anything_it_is_that_of_the_program(team: Team) -> None:
    store(None, "start_card", nl="Hallo")

    assert look_of(team.pk) == look_of(None) == PROGRAM_LOOK


def test_what_a_team_has_goes_before_what_all_have(team: Team, other_team: Team) -> None:
    store(team, "colours", **BLUE)
    store(None, "colours", **GREEN)
    store(None, "name", name="Everyone")

    assert look_of(team.pk) == Look("Everyone", Colours(**BLUE))
    assert look_of(other_team.pk) == look_of(None) == Look("Everyone", Colours(**GREEN))
    assert set(all_colours()) == {Colours(**BLUE), Colours(**GREEN)}


def test_what_can_no_longer_be_used_is_not_shown(team: Team) -> None:
    store(team, "colours", light="#ff0000")
    store(team, "name", name="Bel 0900-8844")
    store(None, "colours", **GREEN)

    assert look_of(team.pk) == Look("", Colours(**GREEN))
    assert list(all_colours()) == [Colours(**GREEN)]


def test_what_something_else_wrote_is_not_shown_and_named(team: Team, other_team: Team) -> None:
    store(team, "colours", **BLUE)
    store(other_team, "colours", **GREEN)
    forged = '{"light": "#00602a"}'
    execute("UPDATE questionnaire_organisationentry SET content = %s WHERE team_id = %s", forged, team.pk)

    assert look_of(team.pk) == PROGRAM_LOOK
    assert [entry.team for entry in unusable_of([None, team, other_team], LOOK_KINDS)] == [team]
    assert unusable_of([other_team], LOOK_KINDS) == []


def test_it_is_one_query(team: Team, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        look_of(team.pk)


@pytest.mark.parametrize("kind", ["name", "colours"])
def test_one_kind_is_there_without_the_other(team: Team, kind: str) -> None:
    store(team, kind, **({"name": "De Haven"} if kind == "name" else BLUE))

    assert (look_of(team.pk).name != "", look_of(team.pk).colours is not None) == (
        kind == "name",
        kind != "name",
    )
