"""Two tabs of one section, typing and saving in any order over a bad network: no text is lost unseen.

Texts are words that occur once. When a request is handled, a stored word may only disappear when the page
that sent the request had shown it, and all words of that page must be stored afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.django_db

CONTROLS: Final = ("fear_own_words", "fear_own_words__note", "running_note", "incident-what")
STEPS: Final = 14
WORD: Final = re.compile(r"word[0-9]+")


@dataclass
class SentRequest:
    """A request on its way: its data, and the words that its page had shown when it was sent."""

    tab: Tab
    page: Page
    number: int
    data: dict[str, Any]
    seen: frozenset[str]
    typed: frozenset[str]

    @property
    def words(self) -> set[str]:
        """Return the words in its controls."""
        return {word for name in CONTROLS for word in WORD.findall(str(self.data.get(name, "")))}


class Tab:
    """A tab in which `autosave.js` runs: it numbers its requests, and takes over the fingerprints it gets."""

    numbers = count(1)

    def __init__(self, client: Client, url: str, words: Iterator[int], random: Random) -> None:
        self.client, self.url, self.words, self.random = client, url, words, random
        self.load()

    def load(self) -> None:
        self.page = Page(self.client, self.url)
        self.seen = set(WORD.findall(self.page.html))
        self.typed: set[str] = set()
        self.name, self.number = f"page{next(Tab.numbers)}", 0

    def type(self) -> None:
        word = f"word{next(self.words)}"
        self.seen.add(word)
        self.typed.add(word)
        self.page.fill(**{self.random.choice(CONTROLS): word})

    def send(self, **button: str) -> SentRequest:
        self.number += 1
        data = {**dict(self.page.posted.lists()), "page": f"{self.name}.{self.number}", **button}
        return SentRequest(self, self.page, self.number, data, frozenset(self.seen), frozenset(self.typed))

    def choose(self) -> SentRequest | None:
        shown = [name.removesuffix("__shown") for name in self.page.posted if name.endswith("__shown")]
        if not shown:
            return None
        return self.send(**{self.random.choice(["_take", "_leave"]): self.random.choice(shown)})

    def receive(self, sent: SentRequest, answer: dict[str, Any]) -> None:
        if sent.page is self.page:
            self.page.fill(**answer["base"])


def stored_words(intake: Intake) -> set[str]:
    return set(WORD.findall(str(Intake.objects.get(pk=intake.pk).content)))


class Network:
    """Delivers requests late, twice and in another order, and loses responses."""

    def __init__(self, intake: Intake, random: Random) -> None:
        self.intake, self.random = intake, random
        self.under_way: list[SentRequest] = []
        self.handled: dict[str, int] = {}
        self.arrived: set[str] = set()

    def accept(self, sent: SentRequest | None) -> None:
        if sent:
            self.under_way += [sent] * self.random.choice([1, 1, 2])

    def deliver(self) -> None:
        if not self.under_way:
            return
        sent = self.under_way.pop(self.random.randrange(len(self.under_way)))
        by_hand = any(name in sent.data for name in ("_take", "_leave"))
        before = stored_words(self.intake)

        response = sent.tab.client.post(
            sent.tab.url, sent.data, headers={"accept": "text/html" if by_hand else "application/json"}
        )

        after = stored_words(self.intake)
        assert before - after <= sent.seen, "a text was overwritten by a page that never showed it"
        page = sent.data["page"].split(".")[0]
        if sent.number > self.handled.get(page, 0):
            self.handled[page] = sent.number
            new = sent.words & sent.typed - self.arrived
            self.arrived |= sent.words
            assert by_hand or new <= after, "a text that was sent is nowhere"
        if not by_hand and self.random.random() < 0.7:
            sent.tab.receive(sent, response.json())


def play(client: Client, intake: Intake, seed: int) -> None:
    random, words = Random(seed), count(1)  # noqa: S311  (not for secrets)
    url = reverse("section", args=[intake.uuid, "fear"])
    tabs = [Tab(client, url, words, random) for _tab in range(2)]
    network = Network(intake, random)
    for _step in range(STEPS):
        tab = random.choice(tabs)
        match random.choice(["type", "type", "send", "deliver", "deliver", "leave", "choose"]):
            case "type":
                tab.type()
                network.accept(tab.send())
            case "send":
                network.accept(tab.send())
            case "deliver":
                network.deliver()
            case "leave":
                network.accept(tab.send())
                tab.load()
            case "choose":
                network.accept(tab.choose())
    while network.under_way:
        network.deliver()


@pytest.mark.parametrize("seed", range(20))
def test_two_tabs_overwrite_no_text_unseen(client: Client, alice: User, intake: Intake, seed: int) -> None:
    client.force_login(alice)

    play(client, intake, seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_two_tabs_five_hundred_times(client: Client, alice: User, intake: Intake, block: int) -> None:
    client.force_login(alice)

    for seed in range(100 + 50 * block, 150 + 50 * block):
        play(client, intake, seed)
