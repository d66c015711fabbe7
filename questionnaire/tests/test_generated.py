"""Generated texts in every form, and random walks: never a server error, and what was typed comes back."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from questionnaire.domain import text
from questionnaire.domain.refusals import Refused
from questionnaire.models import Intake, User
from questionnaire.permissions import TABLE
from questionnaire.tests import test_lock
from questionnaire.tests.pages import Page
from questionnaire.tests.payloads import ELSEWHERE, XSS
from questionnaire.tests.people import PASSWORD, cheapen_hashes
from questionnaire.tests.test_requests import told as told  # a fixture
from questionnaire.views import editions

pytestmark = pytest.mark.django_db

PIECES = (
    *XSS,
    *ELSEWHERE,
    *("\x00", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\u2028", "\x0b", "\x1b[31m", "\uffff"),
    *("e\u0301", "\u1112\u1161\u11ab", "\U0001f469\u200d\U0001f469", "a\u0328\u0301" * 40, "\u05e9\u05dc"),
    *("0", "-1", "1e400", "NaN", "true", "null", "9" * 400, "2026-02-31", "0000-00-00", "24:60", "on"),
    *("__proto__", " ", "\t", "\r\n", "", "%s%n%(a)s", "${x}", "../..", "'; DROP TABLE x; --"),
)  # fmt: skip
LONG = ("x" * 20_000, "é" * 20_001, "a b" * 6_000)


def typed(chance: random.Random) -> str:
    """A text as no person would type it."""
    pieces = chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 5)))
    letters = [chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(6))]
    long = chance.choices((*LONG, ""), weights=(1, 1, 1, 100))
    return "".join([*pieces, *letters, *long])


def sendable(value: str) -> bytes:
    """Also what is no text, such as half a character, arrives as bytes."""
    return value.encode("utf-8", "surrogatepass")


def change_some(page: Page, chance: random.Random) -> dict[str, Any]:
    """What the page would post, with some of it changed, some sent twice and some left out."""
    posted: dict[str, Any] = dict(page.posted.lists())
    for name in chance.sample(sorted(posted), min(len(posted), 4)):
        if name != "csrfmiddlewaretoken":
            posted[name] = [sendable(typed(chance)) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    return posted


FORMS: dict[str, Callable[[Intake], str]] = {
    "start": lambda intake: reverse("start"),
    "section": lambda intake: reverse("section", args=[intake.uuid, "fear"]),
    "short": lambda intake: reverse("section", args=[intake.uuid, "emergency"]),
    "incidents": lambda intake: reverse("incidents", args=[intake.uuid]),
    "steps": lambda intake: reverse("steps", args=[intake.uuid]),
    "edition": lambda intake: reverse("edition", args=[intake.uuid, "police"]),
    "password": lambda intake: reverse("account_change_password"),
    "app": lambda intake: reverse("mfa_activate_totp"),
    "confirm": lambda intake: reverse("account_reauthenticate"),
    "login": lambda intake: reverse("account_login"),
}


def hold(client: Client, url: str, count: int, seed: str) -> None:
    chance = random.Random(seed)  # noqa: S311  (the same each time)
    page = Page(client, url)
    for _number in range(count):
        posted = change_some(page, chance)
        button = chance.choice(("save", "start", "add", "next", "", "x"))
        accept = chance.choice(("text/html", "application/json", "application/json"))
        response = client.post(url, {**posted, "_go": button}, headers={"accept": accept})
        assert response.status_code < 500, posted


@pytest.fixture
def alices(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    cheapen_hashes(monkeypatch)
    monkeypatch.setattr(editions, "render_pdf", lambda document: b"%PDF-1.7 made")
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    return client


@pytest.mark.no_cover
@pytest.mark.parametrize("form", FORMS)
def test_two_hundred_inputs_of_a_form(alices: Client, intake: Intake, form: str) -> None:
    hold(Client() if form == "login" else alices, FORMS[form](intake), 200, form)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_inputs_of_a_form(alices: Client, intake: Intake, form: str) -> None:
    hold(Client() if form == "login" else alices, FORMS[form](intake), 10_000, f"soak {form}")


def round_trip(client: Client, intake: Intake, count: int, seed: str) -> None:
    chance = random.Random(seed)  # noqa: S311
    url = reverse("section", args=[intake.uuid, "fear"])
    for _number in range(count):
        value = typed(chance).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        page = Page(client, url)
        page.posted["fear_own_words"] = ""
        sent = {**dict(page.posted.lists()), "fear_own_words": [sendable(value)], "_go": "save"}
        client.post(url, sent)

        again = Page(client, url)
        try:
            arrived = sendable(value).decode("utf-8", "replace")  # what is no character arrives as a mark
            expected = text.clean_text(arrived.replace("\r\n", "\n"))
        except Refused:
            assert 'id="errors"' in again.html
            continue
        stored = Intake.objects.get(pk=intake.pk).content["answers"].get("fear_own_words", "")
        assert stored == expected == unicodedata.normalize("NFC", expected)
        assert str(again.posted["fear_own_words"]).replace("\r\n", "\n") == expected


@pytest.mark.no_cover
def test_whatever_is_typed_comes_back(alices: Client, intake: Intake) -> None:
    round_trip(alices, intake, 30, "texts")


@pytest.mark.soak
def test_whatever_is_typed_comes_back_thousands_of_times(alices: Client, intake: Intake) -> None:
    round_trip(alices, intake, 5_000, "soak texts")


def walk(client: Client, intake: Intake, steps: int, seed: str) -> None:
    """Open pages at random and press whatever they offer, as they stand or with something typed."""
    chance = random.Random(seed)  # noqa: S311
    known = list(test_lock.addresses(get_resolver().url_patterns, intake))
    known = [(name, address) for name, address in known if name not in ENDINGS]
    for _step in range(steps):
        name, address = chance.choice(known)
        response: Any = client.get(address)
        assert response.status_code < 500, name
        if "html" not in response.get("Content-Type", "") or "POST" not in TABLE[name]:
            continue
        page = Page(client, address) if response.status_code == 200 else None
        posted = change_some(page, chance) if page else {"_go": "save"}
        assert client.post(address, posted).status_code < 500, (name, posted)
        if name == "lock":
            client.post("/unlock/", {"password": PASSWORD})


#: What would end the walk, or goes on elsewhere.
ENDINGS = frozenset({"account_logout", "sessions", "account_change_password", "organisation"})


@pytest.mark.no_cover
def test_a_walk_over_the_whole_flow(alices: Client, told: Intake) -> None:
    walk(alices, told, 150, "walk")


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20))
def test_long_walks_over_the_whole_flow(alices: Client, told: Intake, number: int) -> None:
    walk(alices, told, 1_000, f"walk {number}")
