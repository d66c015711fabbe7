#!/usr/bin/env python
"""Write what the application is made of, its SBOM, as CycloneDX 1.6. bin/lock runs this.

Packages, versions, hashes and who needs whom are those of requirements/app.txt; the licences are those that
the installed packages name. The same packages give the same file: it has no time and no random number in it,
and no address of where packages come from.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = "requirements/sbom.cdx.json"

Licences = list[dict[str, Any]]


class Package(NamedTuple):
    """A package as requirements/app.txt pins it."""

    name: str
    version: str
    #: Where alone it is installed, such as on one platform; "" when everywhere.
    marker: str
    #: One for each file of this version: every platform has its own.
    hashes: list[str]
    needed_by: list[str]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(pinned: str) -> Iterator[Package]:
    """Yield the packages of a file that bin/lock wrote."""
    for block in re.split(r"\n(?=\S)", pinned.strip()):
        requirement = Requirement(block.partition("\n")[0].rstrip(" \\"))
        yield Package(
            requirement.name,
            str(requirement.specifier).removeprefix("=="),
            str(requirement.marker or ""),
            re.findall(r"--hash=sha256:([0-9a-f]{64})", block),
            re.findall(r"^    # +(?:via )?(?!via$)([\w.-]+)", block, re.MULTILINE),
        )


def installed_licences(name: str) -> Licences:
    """Return the licences that an installed package names; none when it is not installed or names none."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    for field in ("License-Expression", "License"):
        try:
            return [{"expression": canonicalize_license_expression("".join(about.get_all(field) or []))}]
        except InvalidLicenseExpression:  # a sentence, or a whole licence
            continue
    classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith("License ::")]
    return [{"license": {"name": each.rpartition(" :: ")[2]}} for each in classifiers]


def sbom(project: dict[str, Any], pinned: str, licences_of: Callable[[str], Licences]) -> dict[str, Any]:
    """Return the document for a project of pyproject.toml and its pinned packages."""
    parts = list(packages(pinned))
    references = {project["name"]: project["name"], **{part.name: part.purl for part in parts}}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": [_component(part, licences_of(part.name)) for part in parts],
        "dependencies": [
            {"ref": reference, "dependsOn": [part.purl for part in parts if name in part.needed_by]}
            for name, reference in references.items()
        ],
    }
    return {"serialNumber": uuid5(NAMESPACE_OID, json.dumps(document)).urn, **document}


def _component(part: Package, licences: Licences) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        **({"licenses": licences} if licences else {}),
        "hashes": [{"alg": "SHA-256", "content": each} for each in part.hashes],
        **({"properties": [{"name": "python:marker", "value": part.marker}]} if part.marker else {}),
    }


def text(document: dict[str, Any]) -> str:
    """Return the document as it is stored: a hash a line, so that changes can be read."""
    indented = json.dumps(document, indent=1)
    return re.sub(r'\{\s+("alg": "SHA-256"),\s+("content": "\w+")\s+\}', r"{\1, \2}", indented) + "\n"


if __name__ == "__main__":
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = (ROOT / "requirements/app.txt").read_text("utf-8")
    (ROOT / TARGET).write_text(text(sbom(about, pins, installed_licences)), "utf-8")
