"""Sources: advice names those that it refers to, studies are listed, and addresses stand in one place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.utils import translation

from questionnaire.domain.advice.texts import TEXTS
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.references import REFERENCES

ROOT: Final = Path(settings.BASE_DIR)
#: "(Rosenfeld 2004)", "(Pathé & Mullen 1997)": how a reason names a study.
STUDY: Final = re.compile(r"\(([^()]+ (?:19|20)[0-9]{2})\)")


def test_the_addresses_of_the_factsheet_and_of_the_brochure_are_listed() -> None:
    addresses = {reference.address for reference in REFERENCES.values()}

    assert addresses >= {
        "www.slachtofferhulp.nl/gebeurtenissen/stalking/",
        "www.huiselijkgeweld.nl/actueel/nieuws/2022/06/30/nieuwe-versie-brochure-als-u-wordt-gestalkt",
        "www.slachtofferhulp.nl/gebeurtenissen/stalking/bewijs-verzamelen-gestalkt/",
        "www.slachtofferhulp.nl/gebeurtenissen/stalking/rechten/#bekijk-uw-rechten",
    }
    assert "Victim Support Netherlands" in str(REFERENCES["factsheet"].maker)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", TEXTS)
def test_advice_names_the_sources_that_it_refers_to(code: str, language: str) -> None:
    with translation.override(language):
        named = str(TEXTS[code].source).split("; ")
        names = [str(REFERENCES[reference].name) for reference in TEXTS[code].references]

    assert [part for part in named if not part.startswith(tuple(names))] == []


def test_every_study_that_a_question_names_is_a_source() -> None:
    with translation.override("en"):
        named = {study for item in ITEMS.values() for study in STUDY.findall(str(item.why))}

    assert len(named) > 10
    assert named - {str(reference.name) for reference in REFERENCES.values()} == set()


def test_every_source_is_used() -> None:
    advised = {reference for text in TEXTS.values() for reference in text.references}
    asked = " ".join(str(item.why) for item in ITEMS.values())

    unused = {reference.id for reference in REFERENCES.values() if str(reference.name) not in asked} - advised
    assert unused == set()


def test_an_address_is_a_link_without_a_scheme_of_its_own() -> None:
    for reference in REFERENCES.values():
        assert "://" not in reference.address
        assert reference.url == (f"https://{reference.address}" if reference.address else "")
        assert reference.checked_on or reference.kind in ("law", "organisation", "study", "own")


def test_no_address_of_a_source_is_spelled_anywhere_else() -> None:
    hosts = {reference.address.partition("/")[0] for reference in REFERENCES.values()} - {
        "",
        "techsafety.org",
    }
    spelled = {
        str(path.relative_to(ROOT))
        for folder in ("questionnaire", "stalkcheck", "templates")
        for pattern in ("*.py", "*.html", "*.js")
        for path in (ROOT / folder).rglob(pattern)
        if "tests" not in path.parts and any(host in path.read_text(encoding="utf-8") for host in hosts)
    }

    assert spelled == {"questionnaire/domain/references.py"}
