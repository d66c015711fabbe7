"""Read what the organisation adds for a team: its contacts, its texts and its terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from questionnaire.domain.organisation import (
    ATTENTION_OFFICER,
    CLIENT_PAGE,
    CONTACT_KINDS,
    TERMS,
    TEXT_KINDS,
    WORD,
    Added,
    OwnContact,
    OwnText,
)
from questionnaire.domain.terms import LATEST, Terms
from questionnaire.domain.workflow import State
from questionnaire.models import (
    Intake,
    Membership,
    OrganisationEntry,
    SignOff,
    Team,
    User,
    memberships_of,
    teams_of,
    usable_of_a_kind,
)
from questionnaire.queries.organisation_look import name_among

#: The key of the terms in what a sign-off keeps.
SIGNED_TERMS: Final = "terms"
#: The edition of the rules of a conversation whose day by new terms is still to be computed.
TO_UPDATE: Final = 0


def entries_of(teams: Sequence[Team]) -> list[OrganisationEntry]:
    """Return what these teams have of their own, and what all teams have."""
    return OrganisationEntry.objects.filter(Q(team=None) | Q(team__in=teams)).usable()


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
    own_text = text.text(language)[0] if text else ""
    contacts = tuple(_contacts(entries, language))
    return Added(contacts, own_text, name_among(entries), terms_among(entries))


def own_terms(team: Team) -> Terms:
    """Return the terms for a team: its own, else those of all teams, and else those of the program."""
    return terms_among(usable_of_a_kind(TERMS, team.pk))


def terms_for(intake: Intake) -> Terms:
    """Return the terms of a conversation: those of its team, or those of then once it is signed off."""
    signed = intake.state == State.SIGNED_OFF and SignOff.objects.filter(intake=intake).first()
    return signed_terms(signed.content) if signed else own_terms(intake.team)


def signed_terms(content: Mapping[str, Any]) -> Terms:
    """Return the terms that a sign-off kept. One by an earlier version kept none: it had the program's."""
    return Terms(**content[SIGNED_TERMS]) if SIGNED_TERMS in content else LATEST


def terms_among(entries: Iterable[OrganisationEntry]) -> Terms:
    """Return the terms by these entries of one team and of all: its own count first."""
    found = sorted((each for each in entries if each.kind == TERMS), key=lambda each: each.team_id is None)
    return Terms(**found[0].content) if found else LATEST


def without_their_day(teams: Iterable[Team | None]) -> int:
    """Return how many conversations of these teams have no day by the terms of now yet."""
    return Intake.objects.filter(team__in=[team for team in teams if team], rules_version=TO_UPDATE).count()


def unusable_of(teams: Collection[Team | None], kinds: Collection[str]) -> list[OrganisationEntry]:
    """Return what these teams, or all of them for None, have of these kinds that is not used."""
    rows = OrganisationEntry.objects.filter(kind__in=kinds).select_related("team")
    return [entry for entry in rows.unusable() if entry.team in teams]
