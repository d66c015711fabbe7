"""Generated texts in every form, and random walks: never a server error, and what was typed comes back."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.documents.renderers import pdf
from questionnaire.domain import text
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Intake, Team, User
from questionnaire.permissions import TABLE
from questionnaire.tests.pages import Page, is_server_error
from questionnaire.tests.payloads import ELSEWHERE, XSS
from questionnaire.tests.people import PASSWORD, cheapen_hashes
from questionnaire.tests.urls import addresses

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
    """Return a text as no person would type it."""
    pieces = chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 5)))
    letters = [chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(6))]
    long = chance.choices((*LONG, ""), weights=(1, 1, 1, 100))
    return "".join([*pieces, *letters, *long])


def sendable(value: str) -> bytes:
    """Also what is no text, such as half a character, arrives as bytes."""
    return value.encode("utf-8", "surrogatepass")


def change_some(page: Page, chance: random.Random) -> dict[str, Any]:
    """Return what the page would post, with some of it changed, some sent twice and some left out."""
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
    monkeypatch.setattr(pdf, "render_page", lambda html: b"%PDF-1.7 made")
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    return client


@pytest.mark.parametrize("form", FORMS)
def test_generated_input_of_a_form_is_no_server_error(alices: Client, intake: Intake, form: str) -> None:
    hold(Client() if form == "login" else alices, FORMS[form](intake), 100, form)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_generated_inputs_of_a_form_are_no_server_error(
    alices: Client, intake: Intake, form: str, block: int
) -> None:
    hold(Client() if form == "login" else alices, FORMS[form](intake), 1_000, f"soak {form} {block}")


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
        except InvalidInputError:
            assert 'id="errors"' in again.html
            continue
        stored = Intake.objects.get(pk=intake.pk).content["answers"].get("fear_own_words", "")
        assert stored == expected == unicodedata.normalize("NFC", expected)
        assert str(again.posted["fear_own_words"]).replace("\r\n", "\n") == expected


def test_whatever_is_typed_comes_back(alices: Client, intake: Intake) -> None:
    round_trip(alices, intake, 30, "texts")


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_whatever_is_typed_comes_back_five_thousand_times(alices: Client, intake: Intake, block: int) -> None:
    round_trip(alices, intake, 500, f"soak texts {block}")


def walk(client: Client, user: User, steps: int, seed: str) -> Counter[str]:
    """Open pages at random and press whatever they offer, as they stand or with something typed.

    Now and then it begins anew, signed in and with an intake that is open. Gives how often each page opened.
    """
    chance = random.Random(seed)  # noqa: S311
    opened: Counter[str] = Counter()
    for step in range(steps):
        if step % ANEW == 0:
            client.cookies.clear()
            client.force_login(user)
            known = addresses_to_visit(filled(user))
        name, address = chance.choice(known)
        opened[name] += take_step(client, name, address, chance)
    return opened


def take_step(client: Client, name: str, address: str, chance: random.Random) -> bool:
    """Open one page and press a button of it; whether it opened."""
    response: Any = client.get(address)
    assert not is_server_error(name, response), name
    is_open: bool = response.status_code == 200
    if "html" in response.get("Content-Type", "") and "POST" in TABLE[name]:
        page = Page(client, address) if is_open and "GET" in TABLE[name] else None
        posted = change_some(page, chance) if page else {"_go": "save"}
        assert not is_server_error(name, client.post(address, posted)), (name, posted)
    return is_open


def filled(user: User) -> Intake:
    """Return an intake with an incident and a step."""
    team = Team.objects.get(name="North")
    intake = intake_actions.start_intake(user, team, "2026-117", date(2026, 3, 23), "nl")
    incident_actions.add_incident(user, intake, Told("2026-03-20", "home", what="belde aan"))
    follow_up_actions.add_consultation(user, intake, Consultation("police", result="terugbellen"))
    return intake


def addresses_to_visit(intake: Intake) -> list[tuple[str, str]]:
    return [(name, address) for name, address in addresses(intake) if name not in ENDINGS]


#: After how many steps a walk begins anew: it hides the screen, hands in, hands over.
ANEW = 25
#: What would end the walk, or goes on elsewhere.
ENDINGS = frozenset({"account_logout", "sessions", "account_change_password", "organisation"})
#: What a long walk must have opened, beside much else.
MUST = frozenset({"section", "intakes", "start", "incidents", "incident", "steps", "answers", "summary"})


def test_a_random_walk_over_all_pages_meets_no_server_error(alices: Client, alice: User) -> None:
    opened = walk(alices, alice, 150, "walk")

    assert opened.total() > 30, opened


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20))
def test_long_random_walks_over_all_pages_meet_no_server_error(
    alices: Client, alice: User, number: int
) -> None:
    opened = walk(alices, alice, 1_000, f"walk {number}")

    assert opened.total() > 200, opened
    assert (+opened).keys() >= MUST
