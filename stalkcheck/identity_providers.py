"""Read from the environment which identity providers sign people in: one by variables, several by a file."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from questionnaire.accounts.identity_providers import (
    ABSENT_GROUPS,
    ORGANISATION,
    ROLES,
    GroupRole,
    IdentityProvider,
)
from stalkcheck import environment
from stalkcheck.language import translated as _

_FILE: Final = "STALKCHECK_PROVIDERS"
_OWN_CLAIMS: Final = ("person_claim", "groups_claim", "username_claim", "name_claim")


def identity_providers() -> tuple[IdentityProvider, ...]:
    """Return them in the order in which pages offer them; end the process for settings that are wrong."""
    by_variables = _from_variables()
    providers = (*([by_variables] if by_variables else []), *_from_file())
    ids = [provider.id for provider in providers]
    if len(set(ids)) != len(ids):
        environment.exit_with(_("%(name)s: each provider needs an id of its own") % {"name": _FILE})
    return providers


def _from_variables() -> IdentityProvider | None:
    server = environment.text("STALKCHECK_OIDC_SERVER").strip()
    if not server:
        return None
    if not environment.is_address(server):
        environment.exit_with(
            _("%(name)s must be the https address of an identity provider")
            % {"name": "STALKCHECK_OIDC_SERVER"}
        )
    return IdentityProvider(
        id=ORGANISATION,
        name="",
        server=server,
        client_id=environment.secret("STALKCHECK_OIDC_CLIENT"),
        client_secret=environment.secret("STALKCHECK_OIDC_SECRET"),
        acr=tuple(environment.comma_separated("STALKCHECK_OIDC_ACR", default=())),
    )


def _from_file() -> list[IdentityProvider]:
    path = environment.folder(_FILE)
    if path is None:
        return []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        environment.exit_with(_("%(name)s must name a readable TOML file") % {"name": _FILE})
    tables = content.pop("provider", None)
    if content or not (isinstance(tables, list) and tables and all(map(_is_table, tables))):
        environment.exit_with(_("%(name)s must have [[provider]] tables, and nothing else") % {"name": _FILE})
    return [_provider(table) for table in tables]


def _provider(table: dict[str, Any]) -> IdentityProvider:
    """Return a provider from its table. A key that nobody reads is refused: it would decide nothing."""
    fields: dict[str, Any] = {}
    for key, value in table.items():
        if not _is_known(key, value):
            _refuse(table, key)
        fields[key] = tuple(value) if isinstance(value, list) else value
    for key in ("id", "name", "server", "client_id"):
        if key not in fields:
            _refuse(table, key)
    if "client_secret_file" in fields:
        fields["client_secret"] = _secret_in(table, fields.pop("client_secret_file"))
    if not fields.get("client_secret"):
        _refuse(table, "client_secret")
    fields["roles"] = tuple(_group_role(table, row) for row in fields.get("roles", ()))
    if fields.get("make_accounts") and not fields["roles"]:
        _refuse(table, "roles")
    return IdentityProvider(**fields)


def _is_known(key: str, value: Any) -> bool:
    check = _CHECKS.get(key)
    return check is not None and check(value)


def _group_role(table: Mapping[str, Any], row: Mapping[str, Any]) -> GroupRole:
    is_whole = row.keys() == {"group", "team", "role"} and all(map(_is_line, row.values()))
    if not (is_whole and row["role"] in ROLES and len(row["team"]) <= 150):
        _refuse(table, "roles")
    return GroupRole(**row)


def _secret_in(table: Mapping[str, Any], path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        _refuse(table, "client_secret_file")


def _refuse(table: Mapping[str, Any], key: str) -> NoReturn:
    """End the process with the name of what is wrong. Its value can be a secret."""
    provider = table.get("id") if _is_id(table.get("id")) else "?"
    environment.exit_with(
        _("%(name)s, provider %(id)s: %(key)s is missing, unknown or wrong; see docs/signing-in.md")
        % {"name": _FILE, "id": provider, "key": key}
    )


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() == value != ""


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and environment.is_address(value)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch("[a-z0-9][a-z0-9-]{0,39}", value))


def _all(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda values: isinstance(values, list) and all(map(check, values))


def _are_scopes(values: Any) -> bool:
    return _all(_is_line)(values) and "openid" in values


#: The keys of a provider's table, and what each may be.
_CHECKS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "id": _is_id,
    "server": _is_address,
    "also_at": _all(_is_address),
    "scopes": _are_scopes,
    "amr": _all(_is_line),
    "acr": _all(_is_line),
    "always_two_factors": _is_flag,
    "make_accounts": _is_flag,
    "roles": _all(_is_table),
    "absent_groups": ABSENT_GROUPS.__contains__,
    **dict.fromkeys(("name", "client_id", "client_secret", "client_secret_file", *_OWN_CLAIMS), _is_line),
}

#: The setting.
IDENTITY_PROVIDERS: Final = identity_providers()
