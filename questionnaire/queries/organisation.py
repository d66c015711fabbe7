"""Read what the organisation adds for a team: its contacts and its texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q

from questionnaire.domain.organisation import (
    ATTENTION_OFFICER,
    CLIENT_PAGE,
    CONTACT_KINDS,
    TEXT_KINDS,
    WORD,
    Added,
    OwnContact,
    OwnText,
)
from questionnaire.models import Membership, OrganisationEntry, Team, User, memberships_of, teams_of
from questionnaire.queries.organisation_look import name_among


def entries_of(teams: Sequence[Team]) -> list[OrganisationEntry]:
    """Return what these teams have of their own, and what all teams have."""
    return OrganisationEntry.objects.filter(Q(team=None) | Q(team__in=teams)).as_written()


def own_contacts(team: Team, language: str) -> list[OwnContact]:
    """Return whom to call at the organisation of this team, by kind; those of the team itself come first."""
    return _contacts(entries_of([team]), language)


def _contacts(entries: Sequence[OrganisationEntry], language: str) -> list[OwnContact]:
    own_word = _texts(entries).get(WORD)
    word = own_word.text(language)[0] if own_word else ""
    found = [entry for entry in entries if entry.kind in CONTACT_KINDS]
    found.sort(key=lambda entry: (list(CONTACT_KINDS).index(entry.kind), entry.team_id is None, entry.number))
    return [as_contact(entry, word) for entry in found]


def contacts_for(user: User, language: str) -> list[OwnContact]:
    """Return whom this person can call at the organisation, over all their teams, each once."""
    teams = Team.objects.filter(pk__in={row.team_id for row in memberships_of(user)}).order_by("name")
    return list(dict.fromkeys(each for team in teams for each in own_contacts(team, language)))


def as_contact(entry: OrganisationEntry, word: str = "") -> OwnContact:
    """Return an entry as a contact, with the organisation's own word for an attention officer."""
    return OwnContact(entry.kind, **entry.content, word=word if entry.kind == ATTENTION_OFFICER else "")


def own_texts(team: Team) -> Mapping[str, OwnText]:
    """Return the texts for a team by kind: its own, and else that of all teams."""
    return _texts(entries_of([team]))


def _texts(entries: Sequence[OrganisationEntry]) -> dict[str, OwnText]:
    texts = [entry for entry in entries if entry.kind in TEXT_KINDS]
    # Those of one team come last, so that they count.
    texts.sort(key=lambda entry: entry.team_id is not None)
    return {entry.kind: OwnText(entry.content) for entry in texts}


def kept_teams(user: User) -> list[Team | None]:
    """Return the teams of which this person keeps contacts and texts, and None for all teams.

    Those that they administer or manage. What all teams show is for who administers every team: else one team
    would write a number that another one dials.
    """
    administered = teams_of(user, Membership.Role.ADMINISTRATOR)
    managed = teams_of(user, Membership.Role.MANAGER)
    teams = list(Team.objects.filter(Q(pk__in=administered) | Q(pk__in=managed)).order_by("name"))
    keeps_all = administered.exists() and not Team.objects.exclude(pk__in=administered).exists()
    return [None, *teams] if keeps_all else [*teams]


def added_for(team: Team, language: str) -> Added:
    """Return what the organisation adds to the documents of a team in this language."""
    entries = entries_of([team])
    text = _texts(entries).get(CLIENT_PAGE)
    contacts = tuple(_contacts(entries, language))
    return Added(contacts, text.text(language)[0] if text else "", name_among(entries))
