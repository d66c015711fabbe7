"""Say which identity providers sign people in, and what a claim of theirs about a person means here.

Nothing here asks a provider or the database: `oidc` verifies the ID token that the claims are from, and
`actions.provided_accounts` does what follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: The id of the provider that the variables STALKCHECK_OIDC_* name.
ORGANISATION: Final = "organisation"
#: The roles that a group can give; those of models.Membership, which the settings cannot read.
ROLES: Final = ("professional", "reviewer", "manager", "administrator", "auditor")
#: What a token without the claim of the groups means: that there are none, or nothing at all.
ABSENT_IS_NONE: Final = "none"
ABSENT_GROUPS: Final = (ABSENT_IS_NONE, "refuse")
#: How many characters of an id the database has room for.
_MAX_SUBJECT: Final = 191


@dataclass(frozen=True, slots=True)
class GroupRole:
    """The role in the team of this name that members of a group at the provider have."""

    group: str
    team: str
    role: str


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect provider, as the settings name it; docs/signing-in.md says what each field means.

    With `roles` the provider decides who has which role: an account that it signs in has these and no others.
    """

    id: str
    name: str
    server: str
    client_id: str
    client_secret: str = field(repr=False)
    also_at: tuple[str, ...] = ()
    person_claim: str = "sub"
    scopes: tuple[str, ...] = ("openid",)
    amr: tuple[str, ...] = ("mfa",)
    acr: tuple[str, ...] = ()
    always_two_factors: bool = False
    groups_claim: str = "groups"
    absent_groups: str = ABSENT_IS_NONE
    roles: tuple[GroupRole, ...] = ()
    make_accounts: bool = False
    username_claim: str = "preferred_username"
    name_claim: str = "name"

    def roles_for(self, groups: frozenset[str]) -> frozenset[tuple[str, str]]:
        """Return the team and the role that each of these groups gives."""
        return frozenset((row.team, row.role) for row in self.roles if row.group in groups)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a provider claims of the person whom it signs in. Only `subject` tells them from others."""

    subject: str
    has_two_factors: bool
    groups: frozenset[str] = frozenset()
    username: str = ""
    name: str = ""


def read_claims(provider: IdentityProvider, claims: Mapping[str, Any]) -> Claimed:
    """Return what the claims of a verified token say; of what this provider is not asked for, nothing.

    Raise ValueError when they do not say who it is, or not which groups.
    """
    subject = claims.get(provider.person_claim)
    if not (isinstance(subject, str) and 0 < len(subject) <= _MAX_SUBJECT):
        raise ValueError(f"the claim {provider.person_claim} is no id")
    has_two_factors = _has_two_factors(provider, claims)
    if not provider.roles:
        return Claimed(subject, has_two_factors)
    return Claimed(
        subject,
        has_two_factors,
        _groups(provider, claims),
        _text(claims.get(provider.username_claim)),
        _text(claims.get(provider.name_claim)),
    )


def _has_two_factors(provider: IdentityProvider, claims: Mapping[str, Any]) -> bool:
    by_method = any(method in provider.amr for method in _texts(claims.get("amr")))
    return provider.always_two_factors or by_method or claims.get("acr") in provider.acr


def _groups(provider: IdentityProvider, claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the groups of the person: one is a text at some providers, and none is no claim at all.

    Someone in too many groups for a token has a claim that says where to ask for them. That is not "none".
    """
    name = provider.groups_claim
    groups = claims.get(name)
    if groups is None:
        elsewhere = claims.get("_claim_names")
        if (isinstance(elsewhere, Mapping) and name in elsewhere) or claims.get("hasgroups"):
            raise ValueError(f"the token has no room for the claim {name}")
        if provider.absent_groups != ABSENT_IS_NONE:
            raise ValueError(f"the token has no claim {name}")
        return frozenset()
    texts = _texts(groups)
    if not texts and groups != []:
        raise ValueError(f"the claim {name} is no list of texts")
    return frozenset(texts)


def _texts(value: object) -> list[str]:
    """Return a text as one, a list of texts as these, and anything else as none."""
    values = [value] if isinstance(value, str) else value
    if not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
        return []
    return values


def _text(value: object) -> str:
    """Return what is visible of a text on one line; "" for anything else."""
    words = value.split() if isinstance(value, str) else []
    return " ".join("".join(char for char in word if char.isprintable()) for word in words).strip()
