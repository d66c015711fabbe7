"""What a page points at within itself is there, and once."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.full_intakes import ADDRESSES, fill

OTHERS = ("reasons", "texts", "earlier", "log_import", "blank_log", "looked", "unfinished")
OF_REVIEW = ("review", "summary", "answers", "reasons", "case", "unfinished")


class Ids(HTMLParser):
    """Collects the ids of a page, and what points at one."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = Counter[str]()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids[found["id"]] += 1
        names = ("aria-labelledby", "aria-describedby", "form", "popovertarget", "list")
        for name in (*names, *(("for",) if tag in ("label", "output") else ())):
            self.targets |= set(found.get(name, "").split())
        if found.get("href", "").startswith("#"):
            self.targets.add(found["href"][1:])

    @property
    def faults(self) -> set[str]:
        """Return the ids that are there twice, and those that are pointed at and not there."""
        twice = {f"twice: {name}" for name, count in self.ids.items() if count > 1}
        return twice | {f"missing: {name}" for name in self.targets - self.ids.keys()}


def faults(html: str) -> set[str]:
    ids = Ids()
    ids.feed(html)
    return ids.faults


def faults_of(client: Client, name: str, *arguments: object) -> set[str]:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return faults(response.content.decode())


def fill_with_long_words(user: User, intake: Intake) -> None:
    """Fill an intake, with more of the client's own words than page one has room for."""
    intake = fill(user, intake)
    words = submission_of(intake, fear_own_words="Hij staat er elke avond. " * 60)
    intake_actions.save_section(user, intake, "fear", words)


@pytest.mark.untraced
def test_pages_about_an_intake_point_at_what_is_there(client: Client, alice: User, intake: Intake) -> None:
    fill_with_long_words(alice, intake)
    client.force_login(alice)
    arguments = {"texts": ("police",)}
    addresses = [*ADDRESSES, *((name, arguments.get(name, ())) for name in OTHERS)]

    found = {each: faults_of(client, each[0], intake.uuid, *each[1]) for each in addresses}

    assert {each: ids for each, ids in found.items() if ids} == {}


@pytest.mark.untraced
def test_pages_in_review_point_at_what_is_there(
    client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    fill_with_long_words(alice, intake)
    found = {}

    def look(state: str) -> None:
        for user in (alice, rachel):
            client.force_login(user)
            for name in OF_REVIEW:
                found[state, user.username, name] = faults_of(client, name, intake.uuid)

    review_actions.submit(alice, intake)
    look("submitted")
    review_actions.add_remark(rachel, intake, "weapons", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    look("returned")

    assert {each: ids for each, ids in found.items() if ids} == {}


@pytest.mark.parametrize(
    "name", ["today", "cases", "start", "help", "help_questions", "tour", "sources", "keys"]
)
def test_other_pages_point_at_what_is_there(client: Client, alice: User, intake: Intake, name: str) -> None:
    client.force_login(alice)

    assert faults_of(client, name) == set()


def test_what_is_missing_or_there_twice_is_found() -> None:
    assert faults('<a href="#a">a</a><p id="b">b</p><p id="b">b</p>') == {"missing: a", "twice: b"}
