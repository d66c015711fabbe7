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
    entry_fault,
)
from questionnaire.models import OrganisationEntry, Team


def look_of(team: int | None) -> Look:
    """Return the name and the colours of the team with this id, or without one those of all teams."""
    rows = OrganisationEntry.objects.filter(Q(team=None) | Q(team=team), kind__in=LOOK_KINDS)
    return _look(rows.as_written())


def name_among(entries: Sequence[OrganisationEntry]) -> str:
    """Return the name among the entries of one team and those of all teams."""
    return _look(entries).name


def _look(entries: Iterable[OrganisationEntry]) -> Look:
    look = {entry.kind: entry.content for entry in _those_of_one_team_last(entries)}
    name = look.get(NAME, {}).get("name", "")
    return Look(name, colours_of(look.get(COLOURS, {}))) if look else PROGRAM_LOOK


def _those_of_one_team_last(entries: Iterable[OrganisationEntry]) -> list[OrganisationEntry]:
    """Return what can be used, so that of each kind the last one counts."""
    usable = (
        each for each in entries if each.kind in LOOK_KINDS and not entry_fault(each.kind, each.content)
    )
    return sorted(usable, key=lambda entry: entry.team_id is not None)


def all_colours() -> Iterator[Colours]:
    """Yield the colours of every team, and those of all."""
    for entry in OrganisationEntry.objects.filter(kind=COLOURS).as_written():
        if colours := colours_of(entry.content):
            yield colours


def forged_looks(teams: Sequence[Team | None]) -> set[int | None]:
    """Return the ids of these teams, None for all, that have a name or colours which something else wrote."""
    ids = {team.pk if team else None for team in teams}
    stored = OrganisationEntry.objects.filter(kind__in=LOOK_KINDS)
    return {entry.team_id for entry in stored if entry.team_id in ids and not entry.is_as_written}
