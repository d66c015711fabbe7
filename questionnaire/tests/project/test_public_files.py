"""What the repository says of itself: publiccode.yml, the list of standards, and links between pages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PUBLIC_CODE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
#: What the standard demands and nobody here knows: docs/standards.md says so.
UNKNOWN: Final = {"url", "maintenance/contacts"}
MANDATORY: Final = {
    *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"),
    *("description", "legal/license", "maintenance/type", "maintenance/contacts"),
    *("localisation/localisationReady", "localisation/availableLanguages"),
}
PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
STANDARDS: Final = (ROOT / "docs/standards.md").read_text("utf-8")
CRITERIA: Final = (
    *("Code in the open", "Bundle policy and source code", "Make the codebase reusable and portable"),
    *("Welcome contributors", "Make contributing easy", "Maintain version control"),
    *("Require review of contributions", "Document codebase objectives", "Document the code"),
    *("Use plain English", "Use open standards", "Use continuous integration"),
    *("Publish with an open licence", "Make the codebase findable", "Use a coherent style"),
    "Document codebase maturity",
)


def value_of(path: str) -> Any:
    value: Any = PUBLIC_CODE
    for key in path.split("/"):
        value = value.get(key)
    return value


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get where it is shown."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    """Yield every link of a page to another file, or to a part of one."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^()\s]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                yield page, target


def test_publiccode_has_every_mandatory_key_that_is_known() -> None:
    assert {path for path in MANDATORY if value_of(path) is None} == UNKNOWN


def test_publiccode_says_what_pyproject_says() -> None:
    assert PUBLIC_CODE["name"] == PROJECT["name"]
    assert PUBLIC_CODE["softwareVersion"] == PROJECT["version"]
    assert value_of("legal/license") == PROJECT["license"] == "EUPL-1.2"
    assert value_of("localisation/availableLanguages") == [language for language, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_publiccode_describes_it_within_the_limits(language: str) -> None:
    description = PUBLIC_CODE["description"][language]

    assert 20 < len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert len(description["features"]) >= 5
    assert all((ROOT / path).exists() for path in description.get("screenshots", []))


def test_the_newest_version_of_the_changelog_is_that_of_pyproject() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (\S+) \((.+)\)$", changelog, re.MULTILINE)

    assert newest
    assert "\n### Before you upgrade\n" in changelog.split("\n## ")[1]
    assert newest[1] == PROJECT["version"]
    assert ("releaseDate" in PUBLIC_CODE) == (newest[2] != "not released")


def test_every_standard_has_a_state_and_every_criterion_its_row() -> None:
    rows = [line for line in STANDARDS.splitlines() if line.startswith("| ") and " | **" in line]
    names = [row.split(" | ")[0].removeprefix("| ") for row in rows]

    assert len(rows) > 50
    for row in rows:
        assert re.search(
            r" \| \*\*(?:met|partly|not|not applicable)\*\*(?:, when a contact is set)? \| ", row
        ), row
    assert tuple(name for name in names if name in CRITERIA) == CRITERIA


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page, target in links():
        path, _hash, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert len(list(links())) > 150
    assert broken == []
