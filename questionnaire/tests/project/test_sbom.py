"""The list of what the application is made of: as pinned, valid CycloneDX, the same each time."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
STORED: Final = (ROOT / "requirements/sbom.cdx.json").read_text("utf-8")
PINNED: Final = (ROOT / "requirements/app.txt").read_text("utf-8")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

EXAMPLE: Final = f"""\
click==8.5.1 \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
    # via
    #   example (pyproject.toml)
    #   granian
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:{"c" * 64}
    # via click
granian[reload]==2.8.7 \\
    --hash=sha256:{"d" * 64}
    # via example (pyproject.toml)
"""


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bin"))
        return importlib.import_module("sbom")


def licences_of(document: dict[str, Any]) -> dict[str, Any]:
    return {part["name"]: part.get("licenses", []) for part in document["components"]}


def test_it_lists_what_is_pinned_for_this_version(sbom: ModuleType) -> None:
    """When this fails: run bin/lock."""
    licences = licences_of(json.loads(STORED))

    assert sbom.text(sbom.sbom(PROJECT, PINNED, lambda name: licences.get(name, []))) == STORED
    assert len(licences) == len(re.findall(r"^\w.*==", PINNED, re.MULTILINE)) > 40


def test_the_licences_are_those_that_the_installed_packages_name(sbom: ModuleType) -> None:
    licences = licences_of(json.loads(STORED))
    installed = {name: found for name in licences if (found := sbom.installed_licences(name))}

    assert len(installed) > 40
    assert installed.items() <= licences.items()
    assert licences["font-source-sans-pro"] == [{"license": {"name": "SIL Open Font License 1.1 (OFL-1.1)"}}]


def test_it_is_valid() -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)

    assert validator.validate_str(STORED) is None
    assert validator.validate_str(STORED.replace('"SHA-256"', '"sha256"', 1)) is not None


def test_it_names_no_address_and_no_time() -> None:
    assert "://" not in STORED
    assert "timestamp" not in STORED


def test_a_package_with_its_hashes_and_who_needs_it(sbom: ModuleType) -> None:
    project = {"name": "example", "version": "1.0", "description": "An example", "license": "EUPL-1.2"}

    document = sbom.sbom(project, EXAMPLE, {"click": [{"expression": "BSD-3-Clause"}]}.get)

    assert document["metadata"]["component"] == {
        "type": "application",
        "bom-ref": "example",
        "name": "example",
        "version": "1.0",
        "description": "An example",
        "licenses": [{"expression": "EUPL-1.2"}],
    }
    click, colorama, granian = document["components"]
    assert click["purl"] == click["bom-ref"] == "pkg:pypi/click@8.5.1"
    assert click["hashes"] == [{"alg": "SHA-256", "content": letter * 64} for letter in "ab"]
    assert click["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert colorama["properties"] == [{"name": "python:marker", "value": 'sys_platform == "win32"'}]
    assert "licenses" not in granian
    assert {each["ref"]: each["dependsOn"] for each in document["dependencies"]} == {
        "example": [click["purl"], granian["purl"]],
        click["purl"]: [colorama["purl"]],
        colorama["purl"]: [],
        granian["purl"]: [click["purl"]],
    }


def test_another_package_gives_another_serial_number_and_the_same_gives_the_same(sbom: ModuleType) -> None:
    def serial_number(pinned: str) -> str:
        return str(sbom.sbom(PROJECT, pinned, lambda name: [])["serialNumber"])

    assert serial_number(EXAMPLE) == serial_number(EXAMPLE)
    assert serial_number(EXAMPLE) != serial_number(EXAMPLE.replace("8.5.1", "8.5.2"))
