"""Saving over a network that delays, drops, repeats and reorders: what is on the screen is stored."""

from __future__ import annotations

import json
from collections import Counter
from itertools import count
from random import Random
from typing import Any, Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import is_autosave, own_words, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS: Final = ("fear_own_words", "fear_own_words__note", "running_note", "incident-what")
LEVELS: Final = tuple(str(level) for level in range(11))
FATES: Final = ("arrives", "arrives", "is lost", "has no answer", "comes twice", "is late", "lets one by")
EDITS_AT_ONCE: Final = 3
#: Milliseconds of the page's clock: just over the pause before a save, and over the longest retry delay.
PAUSE, LONGEST_WAIT = 600, 31_000

EDIT: Final = """edits => edits.forEach(([name, value]) => {
  const controls = [...document.querySelectorAll(`#section [name="${name}"]`)];
  const control = controls.find((one) => one.type === "radio" && one.value === value) ?? controls[0];
  if (control.type === "radio") control.checked = true;
  else control.value = value;
  control.dispatchEvent(new Event("input", {bubbles: true}));
  control.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
})"""
SCREEN: Final = """names => Object.fromEntries(names.map(
  (name) => [name, new FormData(document.getElementById("section")).get(name)]))"""

WAIT_FOR_NETWORK: Final = "() => fetch('/static/questionnaire/icon.svg').then((response) => response.text())"
SEND: Final = """text => fetch("", {
  method: "POST", body: new URLSearchParams(text), headers: {Accept: "application/json"},
}).then((response) => response.ok)"""


class BadNetwork:
    """Chooses a fate for each autosave. `late` holds the requests that the page sent again meanwhile."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.is_bad = True
        self.late: list[str] = []
        self.fates: Counter[str] = Counter()

    def __call__(self, route: Route) -> None:
        fate = self.random.choice(FATES) if self.is_bad and is_autosave(route) else "arrives"
        self.fates[fate] += is_autosave(route)
        if fate in ("has no answer", "comes twice"):
            route.fetch()
        if fate == "is late":
            self.late.append(str(route.request.post_data))
        if fate == "lets one by" and self.late:
            route.fetch(post_data=self.late.pop(self.random.randrange(len(self.late))))
        if fate in ("is lost", "has no answer", "is late"):
            route.abort()
        else:
            route.continue_()


def edit(page: Page, random: Random, numbers: count[int]) -> None:
    edits = []
    for _edit in range(EDITS_AT_ONCE):
        name = random.choice((*TEXTS, "fear_level"))
        edits.append([name, random.choice(LEVELS) if name == "fear_level" else f"woorden {next(numbers)}"])
    page.evaluate(EDIT, edits)


def stored(intake: Intake) -> dict[str, Any]:
    """Return what is stored, as the screen shows it."""
    stored_content = content(intake)
    incident_drafts = stored_content["drafts"].pop("incidents", ['{"what": ""}'])
    assert len(incident_drafts) == 1, "half an incident was kept twice"
    assert not stored_content["drafts"], "a page was in conflict with itself"
    level = stored_content["answers"].get("fear_level")
    return {
        "fear_own_words": stored_content["answers"].get("fear_own_words", ""),
        "fear_own_words__note": stored_content["notes"].get("fear_own_words", ""),
        "running_note": stored_content["running_note"],
        "incident-what": json.loads(incident_drafts[0])["what"],
        "fear_level": None if level is None else str(level),
    }


@pytest.mark.parametrize("edits", [300, pytest.param(10_000, marks=pytest.mark.soak)])
def test_a_bad_network_stores_what_is_on_the_screen(
    open_page: Open, alice: User, intake: Intake, console_errors: list[str], edits: int
) -> None:
    random, numbers = Random(edits), count(1)  # noqa: S311  (not for secrets)
    network = BadNetwork(random)
    page = open_page("about:blank", user=alice)
    page.clock.install()
    page.goto(reverse("section", args=[intake.uuid, "fear"]))
    page.route("**/fear/", network)

    for _time in range(edits // EDITS_AT_ONCE):
        edit(page, random, numbers)
        page.clock.run_for(random.choice([10, PAUSE, PAUSE, LONGEST_WAIT]))
        page.evaluate(WAIT_FOR_NETWORK)  # real time, for the network
    network.is_bad = False
    screen = page.evaluate(SCREEN, [*TEXTS, "fear_level"])

    def is_stored() -> bool:
        page.clock.run_for(LONGEST_WAIT)
        # Real time: while a busy machine answers, the page's clock must not run until the page hides itself.
        page.evaluate(WAIT_FOR_NETWORK)
        return bool(stored(intake) == screen)

    wait_for(is_stored)
    for late in network.late:
        assert page.evaluate(SEND, late)
    assert stored(intake) == screen
    assert set(network.fates) == set(FATES)
    assert network.fates.total() > edits / 10
    console_errors.clear()  # about the lost requests


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_typing_offline_loses_nothing(
    open_page: Open, alice: User, intake: Intake, console_errors: list[str], seconds: int
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)
    typed = ""

    page.context.set_offline(True)
    for number in range(seconds * 2):
        typed += f" woord {number}"
        own_words(page).press_sequentially(f" woord {number}")
        page.wait_for_timeout(400)
    assert content(intake)["answers"] == {}
    page.context.set_offline(False)

    wait_for(lambda: content(intake)["answers"] == {"fear_own_words": typed})
    assert own_words(page).input_value() == typed
    assert not content(intake)["drafts"]
    console_errors.clear()
