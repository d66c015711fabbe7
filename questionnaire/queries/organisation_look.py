"""Read the name and the colours that pages have: those of a team, and else those of all teams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from questionnaire.domain.organisation_look import (
    COLOURS,
    LOOK_KINDS,
    NAME,
    PROGRAM_LOOK,
    Colours,
    Look,
    colours_of,
)
from questionnaire.models import OrganisationEntry


def look_of(team: int | None) -> Look:
    """Return the name and the colours of the team with this id, or without one those of all teams."""
    rows = OrganisationEntry.objects.filter(Q(team=None) | Q(team=team), kind__in=LOOK_KINDS)
    return _look(rows.usable())


def name_among(entries: Sequence[OrganisationEntry]) -> str:
    """Return the name among the entries of one team and those of all teams."""
    return _look(entries).name


def _look(entries: Iterable[OrganisationEntry]) -> Look:
    look = {entry.kind: entry.content for entry in _those_of_one_team_last(entries)}
    name = look.get(NAME, {}).get("name", "")
    return Look(name, colours_of(look[COLOURS]) if COLOURS in look else None) if look else PROGRAM_LOOK


def _those_of_one_team_last(entries: Iterable[OrganisationEntry]) -> list[OrganisationEntry]:
    """Return what is of the look, so that of each kind the last one counts."""
    found = (each for each in entries if each.kind in LOOK_KINDS)
    return sorted(found, key=lambda entry: entry.team_id is not None)


def all_colours() -> Iterator[Colours]:
    """Yield the colours of every team, and those of all."""
    for entry in OrganisationEntry.objects.filter(kind=COLOURS).usable():
        yield colours_of(entry.content)
