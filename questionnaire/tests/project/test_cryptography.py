"""docs/cryptography.md names every module that encrypts, hashes, signs or draws chance, and with what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
PAGE: Final = ROOT / "docs" / "cryptography.md"
#: From where cryptography comes: the standard library, Django, and packages.
SOURCES: Final = (
    "hashlib",
    "hmac",
    "secrets",
    "random",
    "ssl",
    "cryptography",
    "jwt",
    "fido2",
    "argon2",
    "Crypto",
)
DJANGO: Final = ("django.utils.crypto", "django.core.signing", "django.contrib.auth.hashers")
#: All that is used of these, with the name that the page has for it; of the rest nothing is.
ALLOWED: Final = {
    "hashlib.sha256": "SHA-256",
    "hashlib.file_digest": "SHA-256",
    "hmac.new": "HMAC",
    "hmac.digest": "HMAC",
    "hmac.compare_digest": "compared",
    "django.utils.crypto.constant_time_compare": "compared",
    "django.utils.crypto.salted_hmac": "HMAC",
    "django.utils.crypto.get_random_string": "chance",
    "django.core.signing": "signed by Django",
    "secrets.token_hex": "chance",
    "secrets.token_urlsafe": "chance",
    "secrets.choice": "chance",
    "cryptography.exceptions": "",
    "cryptography.hazmat.primitives.ciphers.aead.AESGCM": "AES-256-GCM",
    "cryptography.hazmat.primitives.hashes.SHA256": "",
    "cryptography.hazmat.primitives.kdf.hkdf.HKDF": "HKDF",
    "cryptography.hazmat.primitives.asymmetric.ed25519": "Ed25519",
    "cryptography.hazmat.primitives.serialization": "",
    "jwt": "JWT",
}


def modules() -> Iterator[Path]:
    for folder in ("questionnaire", "stalkcheck", "bin"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"tests", "migrations", "demo"} & set(path.parts):
                yield path


def used_in(code: str) -> set[str]:
    """Return what a module imports of cryptography; of modules of the standard library what it calls."""
    found: set[str] = set()
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{each.name}" for each in node.names}
            is_package = node.module.split(".")[0] in SOURCES
            found |= {name for name in names if is_package or name.startswith(DJANGO)}
        elif isinstance(node, ast.Import):
            imported = [each.name for each in node.names if each.name.split(".")[0] in SOURCES]
            for name in imported:
                calls = {f"{name}.{word}" for word in re.findall(rf"\b{re.escape(name)}\.(\w+)", code)}
                found |= calls or {name}
    return found


def known(name: str) -> str | None:
    """Return the name in ALLOWED that covers this one; None when there is none."""
    return next((each for each in ALLOWED if name == each or name.startswith(f"{each}.")), None)


def inventory() -> dict[str, str]:
    """Return the rows of the page by the module that they name."""
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([\w/.]+\.py)` \| (.+) \|$", text, re.MULTILINE))


FOUND: Final = {
    str(path.relative_to(ROOT)): used
    for path in modules()
    if (used := used_in(path.read_text(encoding="utf-8")))
}


def test_every_module_that_uses_cryptography_has_its_row() -> None:
    assert len(FOUND) > 25
    assert FOUND.keys() - inventory().keys() == set()
    assert inventory().keys() - FOUND.keys() == set()


@pytest.mark.parametrize("module", FOUND)
def test_it_uses_nothing_else_and_its_row_names_it(module: str) -> None:
    """Neither MD5 nor SHA-1, no other cipher or mode, and no chance that can be computed again."""
    assert [name for name in FOUND[module] if known(name) is None] == []
    row = inventory()[module]
    words = {ALLOWED[str(known(name))] for name in FOUND[module]} - {""}
    assert [word for word in words if word not in row] == []


@pytest.mark.parametrize("module", FOUND)
def test_an_hmac_of_django_names_its_hash(module: str) -> None:
    """By itself it takes SHA-1."""
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("salted_hmac"):
            named = {each.arg: ast.unparse(each.value) for each in node.keywords}
            assert named.get("algorithm") == "'sha256'"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import hashlib\nhashlib.md5(b'x')", "hashlib.md5"),
        ("import random\nrandom.random()", "random.random"),
        ("from random import choice", "random.choice"),
        ("from cryptography.fernet import Fernet", "cryptography.fernet.Fernet"),
        (
            "from cryptography.hazmat.primitives.ciphers.modes import ECB",
            "cryptography.hazmat.primitives.ciphers.modes.ECB",
        ),
    ],
)
def test_what_is_not_allowed_is_found(code: str, name: str) -> None:
    assert name in used_in(code)
    assert known(name) is None


def test_what_is_compared_with_a_secret_is_compared_in_constant_time() -> None:
    """No digest stands beside == in a module that makes one under a key."""
    kinds = ("hmac.", "django.utils.crypto.salted")
    keyed = {name for name, used in FOUND.items() if any(each.startswith(kinds) for each in used)}
    made = r"(?:hexdigest\(\)|digest\(\)|_digest\([^)]*\)|mac_of\([^)]*\))(?:\[[^\]]*\])?"

    assert len(keyed) > 5
    for name in keyed:
        code = (ROOT / name).read_text(encoding="utf-8")
        assert not re.findall(rf"{made} [!=]=|[!=]= \w*(?:hexdigest|digest|mac_of)\(", code), name
