"""Which identity providers there are: what is taken from the environment, and what stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaire.accounts.identity_providers import GroupRole
from questionnaire.tests.own_process import run_without_setup
from stalkcheck.identity_providers import identity_providers

ONE = """
[[provider]]
id = "town"
name = "Town hall"
server = "https://idp.example:8443/realms/work"
client_id = "intake"
client_secret = "hush"
"""
ROLE = """
[[provider.roles]]
group = "writers"
team = "North"
role = "professional"
"""
BY_VARIABLES = {
    "STALKCHECK_OIDC_SERVER": "https://idp.example/x",
    "STALKCHECK_OIDC_CLIENT": "us",
    "STALKCHECK_OIDC_SECRET": "geheim",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*BY_VARIABLES, "STALKCHECK_OIDC_ACR", "STALKCHECK_PROVIDERS"):
        monkeypatch.delenv(name, raising=False)


def put(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    file = folder / "providers.toml"
    file.write_text(text)
    monkeypatch.setenv("STALKCHECK_PROVIDERS", str(file))


def test_there_is_none_by_itself() -> None:
    assert identity_providers() == ()


def test_one_by_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BY_VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STALKCHECK_OIDC_ACR", "high, substantial")

    (provider,) = identity_providers()

    assert (provider.id, provider.name, provider.server) == ("organisation", "", "https://idp.example/x")
    assert (provider.client_id, provider.client_secret) == ("us", "geheim")
    assert provider.acr == ("high", "substantial")
    assert (provider.person_claim, provider.roles, provider.make_accounts) == ("sub", (), False)


def test_several_by_a_file_after_that_of_the_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in BY_VARIABLES.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "secret").write_text("from a file\n")
    second = ONE.replace('"town"', '"clinic"').replace(
        'client_secret = "hush"', f'client_secret_file = "{tmp_path}/secret"'
    )
    more = 'person_claim = "oid"\nscopes = ["openid", "profile"]\namr = ["otp"]\nmake_accounts = true\n'
    put(monkeypatch, tmp_path, f"{second}{more}{ROLE}{ONE}")

    organisation, clinic, town = identity_providers()

    assert [each.id for each in (organisation, clinic, town)] == ["organisation", "clinic", "town"]
    assert clinic.client_secret == "from a file"
    assert (clinic.person_claim, clinic.scopes, clinic.amr) == ("oid", ("openid", "profile"), ("otp",))
    assert clinic.make_accounts
    assert clinic.roles == (GroupRole("writers", "North", "professional"),)
    assert (town.name, town.roles) == ("Town hall", ())


WRONG: dict[str, tuple[str, str]] = {
    "not TOML": ("provider = [", "TOML"),
    "nothing in it": ("", "[[provider]]"),
    "a table that nobody reads": (f"{ONE}[other]\nx = 1\n", "[[provider]]"),
    "a provider that is no table": ('provider = ["town"]', "[[provider]]"),
    "an id twice": (ONE + ONE, "id"),
    "no id": (ONE.replace('id = "town"', "", 1), "id"),
    "an id that is no part of an address": (ONE.replace('id = "town"', 'id = "a/b"', 1), "id"),
    "no name": (ONE.replace('name = "Town hall"', ""), "name"),
    "a name of spaces": (ONE.replace("Town hall", "  "), "name"),
    "a server by http": (ONE.replace("https://idp", "http://idp"), "server"),
    "a server that adds to the policy of pages": (ONE.replace("/realms/work", "/; script-src *"), "server"),
    "a server of any name": (ONE.replace("idp.example", "*"), "server"),
    "a server in letters that no header has": (ONE.replace("idp.example", "łódź.example"), "server"),
    "a server with what ends a text": (ONE.replace("idp.example", "idp\\u0000.example"), "server"),
    "a server with a backslash": (ONE.replace("/realms", "\\\\realms"), "server"),
    "a place that a form leads on to": (f'{ONE}also_at = ["https://*"]\n', "also_at"),
    "a word that says nothing": (f'{ONE}absent_groups = "close"\n', "absent_groups"),
    "no server": (ONE.replace("https://idp.example:8443/realms/work", ""), "server"),
    "no client": (ONE.replace("client_id", "client"), "client"),
    "no secret": (ONE.replace('client_secret = "hush"', ""), "client_secret"),
    "a secret in no file": (
        ONE.replace('client_secret = "hush"', 'client_secret_file = "/nowhere"'),
        "client_secret_file",
    ),
    "a key that nobody reads": (f'{ONE}group_claim = "groups"\n', "group_claim"),
    "a flag that is a text": (f'{ONE}make_accounts = "yes"\n', "make_accounts"),
    "accounts without roles": (f"{ONE}make_accounts = true\n", "roles"),
    "no openid among the scopes": (f'{ONE}scopes = ["profile"]\n', "scopes"),
    "methods that are one text": (f'{ONE}amr = "mfa"\n', "amr"),
    "an unknown role": (f"{ONE}{ROLE}".replace("professional", "boss"), "roles"),
    "a role without a team": (f"{ONE}{ROLE}".replace('team = "North"', ""), "roles"),
    "a role with more": (f"{ONE}{ROLE}level = 1\n", "roles"),
    "a team that is no line": (f"{ONE}{ROLE}".replace("North", " North\\n"), "roles"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_ends_in_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    text, named = WRONG[wrong]
    put(monkeypatch, tmp_path, text)

    with pytest.raises(SystemExit):
        identity_providers()

    (line,) = capsys.readouterr().err.splitlines()
    assert "STALKCHECK_PROVIDERS" in line
    assert named in line
    assert "hush" not in line


def test_a_file_that_is_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STALKCHECK_PROVIDERS", "/nowhere/providers.toml")

    with pytest.raises(SystemExit):
        identity_providers()
    assert "STALKCHECK_PROVIDERS" in capsys.readouterr().err


def test_the_provider_of_the_variables_is_asked_by_https(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STALKCHECK_OIDC_SERVER", "http://idp.example")

    with pytest.raises(SystemExit):
        identity_providers()
    assert "STALKCHECK_OIDC_SERVER" in capsys.readouterr().err


def test_forms_may_lead_to_each_of_them_and_where_they_lead_on(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(f'{ONE}also_at = ["https://adfs.example"]\n')
    code = (
        "from stalkcheck import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )

    said = run_without_setup(["-c", code], tmp_path, STALKCHECK_PROVIDERS=str(file), **BY_VARIABLES).stdout

    for origin in ("https://idp.example'", "https://idp.example:8443'", "https://adfs.example'"):
        assert origin in said
    without = run_without_setup(["-c", code], tmp_path).stdout
    assert "self" in without
    assert "example" not in without
