"""What a claim about a person means: who it is, by how many factors, and in which groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from questionnaire.accounts.identity_providers import ROLES, GroupRole, IdentityProvider, read_claims
from questionnaire.models import Membership

PROVIDER = IdentityProvider("town", "Town", "https://idp.example", "us", "geheim")
WITH_ROLES = IdentityProvider(
    "town",
    "Town",
    "https://idp.example",
    "us",
    "geheim",
    roles=(GroupRole("writers", "North", "professional"), GroupRole("checkers", "North", "reviewer")),
)


def with_fields(**fields: Any) -> IdentityProvider:
    values = {"id": "town", "name": "", "server": "https://i.example", "client_id": "us", **fields}
    return IdentityProvider(client_secret="geheim", **values)


def test_the_roles_are_those_of_memberships() -> None:
    assert list(ROLES) == Membership.Role.values


def test_the_secret_is_not_shown() -> None:
    assert "us" in repr(PROVIDER)
    assert "geheim" not in repr(PROVIDER)


@pytest.mark.parametrize(("claim", "subject"), [("sub", "pairwise-1"), ("oid", "object-1")])
def test_the_claim_of_the_settings_says_who_it_is(claim: str, subject: str) -> None:
    claims = {"sub": "pairwise-1", "oid": "object-1"}

    assert read_claims(with_fields(person_claim=claim), claims).subject == subject


@pytest.mark.parametrize("value", [None, "", 7, ["a"], "x" * 192])
def test_what_is_no_id_is_nobody(value: object) -> None:
    with pytest.raises(ValueError, match="oid"):
        read_claims(with_fields(person_claim="oid"), {"sub": "a", "oid": value})


@pytest.mark.parametrize(
    ("claims", "fields", "is_enough"),
    [
        ({"amr": ["pwd", "mfa"]}, {}, True),
        ({"amr": "mfa"}, {}, True),
        ({"amr": ["pwd"]}, {}, False),
        ({"amr": ["pwd", "otp"]}, {"amr": ("otp", "hwk")}, True),
        ({"amr": ["mfa"]}, {"amr": ()}, False),
        ({"amr": [["mfa"]]}, {}, False),
        ({"amr": {"mfa": 1}}, {}, False),
        ({"acr": "substantial"}, {"acr": ("substantial",)}, True),
        ({"acr": "low"}, {"acr": ("substantial",)}, False),
        ({"acr": ["substantial"]}, {"acr": ("substantial",)}, False),
        ({}, {}, False),
        ({}, {"always_two_factors": True}, True),
    ],
)
def test_two_factors_are_what_the_token_says_or_the_settings(
    claims: dict[str, Any], fields: dict[str, Any], is_enough: bool
) -> None:
    assert read_claims(with_fields(**fields), {"sub": "a", **claims}).has_two_factors is is_enough


def test_without_roles_nothing_else_is_read() -> None:
    claimed = read_claims(
        PROVIDER, {"sub": "a", "groups": ["writers"], "name": "A", "preferred_username": "a"}
    )

    assert (claimed.groups, claimed.username, claimed.name) == (frozenset(), "", "")


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["writers", "else"], {("North", "professional")}),
        (["writers", "checkers"], {("North", "professional"), ("North", "reviewer")}),
        ("checkers", {("North", "reviewer")}),
        (["Writers"], set()),
        ([], set()),
        (None, set()),
    ],
)
def test_each_group_gives_its_role(groups: object, roles: set[tuple[str, str]]) -> None:
    claimed = read_claims(WITH_ROLES, {"sub": "a", "groups": groups})

    assert WITH_ROLES.roles_for(claimed.groups) == roles


def test_no_claim_is_no_group() -> None:
    assert read_claims(WITH_ROLES, {"sub": "a"}).groups == frozenset()


def test_no_claim_is_refused_where_the_settings_say_so() -> None:
    """So that a claim that was forgotten at the provider closes nobody's account."""
    strict = replace(WITH_ROLES, absent_groups="refuse")

    with pytest.raises(ValueError, match="groups"):
        read_claims(strict, {"sub": "a"})
    assert read_claims(strict, {"sub": "a", "groups": []}).groups == frozenset()


def test_a_claim_that_is_there_counts_whatever_the_token_says_of_others() -> None:
    provider = replace(WITH_ROLES, groups_claim="roles")

    assert read_claims(provider, {"sub": "a", "roles": ["writers"], "hasgroups": True}).groups == {"writers"}


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": {"groups": "src1"}},
        {"hasgroups": True},
        {"groups": {"writers": True}},
        {"groups": ["writers", 7]},
        {"groups": 7},
    ],
)
def test_groups_that_cannot_be_read_are_not_none_of_them(claims: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="groups"):
        read_claims(WITH_ROLES, {"sub": "a", **claims})


def test_of_names_what_is_visible_is_taken() -> None:
    claims = {"sub": "a", "name": "  An \u202ena\n Bakker\x00 ", "preferred_username": ["x"]}

    claimed = read_claims(WITH_ROLES, claims)

    assert (claimed.name, claimed.username) == ("An na Bakker", "")
