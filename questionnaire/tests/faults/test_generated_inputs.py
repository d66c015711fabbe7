"""Generated texts in every form, and random walks: no server error, and what was typed is shown again."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.documents.renderers import pdf
from questionnaire.domain import text
from questionnaire.domain.breaches import Breach
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.incidents import Incident as DomainIncident
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


def random_text(random: Random) -> str:
    """Return a text that no person would type."""
    pieces = random.choices(PIECES, k=random.choice((1, 1, 2, 3, 5)))
    letters = [chr(random.randrange(0x11_0000)) for _ in range(random.randrange(6))]
    long = random.choices((*LONG, ""), weights=(1, 1, 1, 100))
    return "".join([*pieces, *letters, *long])


def sendable(value: str) -> bytes:
    """Return a text as bytes to post, half characters included."""
    return value.encode("utf-8", "surrogatepass")


def change_some(page: Page, random: Random) -> dict[str, Any]:
    """Return what the page would post, with some values changed, some sent twice and some left out."""
    posted: dict[str, Any] = dict(page.posted.lists())
    for name in random.sample(sorted(posted), min(len(posted), 4)):
        if name != "csrfmiddlewaretoken":
            posted[name] = [sendable(random_text(random)) for _ in range(random.choice((0, 1, 1, 1, 2)))]
    return posted


FORMS: dict[str, Callable[[Intake], str]] = {
    "start": lambda intake: reverse("start"),
    "section": lambda intake: reverse("section", args=[intake.uuid, "fear"]),
    "short": lambda intake: reverse("section", args=[intake.uuid, "emergency"]),
    "incidents": lambda intake: reverse("incidents", args=[intake.uuid]),
    "log_import": lambda intake: reverse("log_import", args=[intake.uuid]),
    "blank_log": lambda intake: reverse("blank_log", args=[intake.uuid]),
    "earlier": lambda intake: reverse("earlier", args=[intake.uuid]),
    "steps": lambda intake: reverse("steps", args=[intake.uuid]),
    "edition": lambda intake: reverse("edition", args=[intake.uuid, "police"]),
    "password": lambda intake: reverse("account_change_password"),
    "app": lambda intake: reverse("mfa_activate_totp"),
    "confirm": lambda intake: reverse("account_reauthenticate"),
    "login": lambda intake: reverse("account_login"),
}


#: The buttons of a log that waits, which no form posts by itself.
OF_A_LOG = (
    *("_open", "_drop", "_add", "_row", "_keep", "_leave", "_order", "_read", "_reading"),
    *("date", "sender", "column-0", "kind", "removed", "changed", "text", "kept", "form"),
)


def assert_no_server_error(client: Client, url: str, count: int, seed: str) -> None:
    random = Random(seed)  # noqa: S311  (the same each time)
    page = Page(client, url)
    for _number in range(count):
        posted = change_some(page, random)
        button = random.choice(("save", "start", "add", "next", "", "x"))
        posted |= {random.choice(OF_A_LOG): [sendable(random.choice(("1", "2", random_text(random))))]}
        accept = random.choice(("text/html", "application/json", "application/json"))
        response = client.post(url, {**posted, "_go": button}, headers={"accept": accept})
        assert response.status_code < 500, posted


@pytest.fixture
def alice_client(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    cheapen_hashes(monkeypatch)
    monkeypatch.setattr(pdf, "render_page", lambda html: b"%PDF-1.7 made")
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    return client


@pytest.mark.parametrize("form", FORMS)
def test_generated_input_of_a_form_is_no_server_error(
    alice_client: Client, intake: Intake, form: str
) -> None:
    assert_no_server_error(Client() if form == "login" else alice_client, FORMS[form](intake), 100, form)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_generated_inputs_of_a_form_are_no_server_error(
    alice_client: Client, intake: Intake, form: str, block: int
) -> None:
    assert_no_server_error(
        Client() if form == "login" else alice_client, FORMS[form](intake), 1_000, f"soak {form} {block}"
    )


def round_trip(client: Client, intake: Intake, count: int, seed: str) -> None:
    random = Random(seed)  # noqa: S311
    url = reverse("section", args=[intake.uuid, "fear"])
    for _number in range(count):
        value = random_text(random).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        page = Page(client, url)
        page.posted["fear_own_words"] = ""
        sent = {**dict(page.posted.lists()), "fear_own_words": [sendable(value)], "_go": "save"}
        client.post(url, sent)

        again = Page(client, url)
        try:
            arrived = sendable(value).decode("utf-8", "replace")  # invalid characters become U+FFFD
            expected = text.clean_text(arrived.replace("\r\n", "\n"))
        except InvalidInputError:
            assert 'id="errors"' in again.html
            continue
        stored = Intake.objects.get(pk=intake.pk).content["answers"].get("fear_own_words", "")
        assert stored == expected == unicodedata.normalize("NFC", expected)
        assert str(again.posted["fear_own_words"]).replace("\r\n", "\n") == expected


def test_whatever_is_typed_comes_back(alice_client: Client, intake: Intake) -> None:
    round_trip(alice_client, intake, 30, "texts")


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_whatever_is_typed_comes_back_five_thousand_times(
    alice_client: Client, intake: Intake, block: int
) -> None:
    round_trip(alice_client, intake, 500, f"soak texts {block}")


def walk(client: Client, user: User, steps: int, seed: str) -> Counter[str]:
    """Open random pages and post their forms with some values changed; return how often each page opened.

    After every RESTART_AFTER steps, sign in again and start with an open intake.
    """
    random = Random(seed)  # noqa: S311
    opened: Counter[str] = Counter()
    for step in range(steps):
        if step % RESTART_AFTER == 0:
            client.cookies.clear()
            client.force_login(user)
            pages = addresses_to_visit(filled(user))
        name, address = random.choice(pages)
        opened[name] += take_step(client, name, address, random)
    return opened


def take_step(client: Client, name: str, address: str, random: Random) -> bool:
    """Open one page and post its form; return whether it opened."""
    response: Any = client.get(address)
    assert not is_server_error(name, response), name
    is_open: bool = response.status_code == 200
    if "html" in response.get("Content-Type", "") and "POST" in TABLE[name]:
        page = Page(client, address) if is_open and "GET" in TABLE[name] else None
        posted = change_some(page, random) if page else {"_go": "save"}
        assert not is_server_error(name, client.post(address, posted)), (name, posted)
    return is_open


def filled(user: User) -> Intake:
    """Return an intake with an incident and a step."""
    team = Team.objects.get(name="North")
    intake = intake_actions.start_intake(user, team, "2026-117", date(2026, 3, 23), "nl")
    incident_actions.add_incident(user, intake, DomainIncident("2026-03-20", "home", what="belde aan"))
    follow_up_actions.add_consultation(user, intake, Consultation("police", result="terugbellen"))
    breach_actions.add_breach(user, intake, Breach("contactverbod"))
    return intake


def addresses_to_visit(intake: Intake) -> list[tuple[str, str]]:
    return [(name, address) for name, address in addresses(intake) if name not in NOT_VISITED]


#: A walk hides the screen, hands in and hands over; after this many steps it starts again.
RESTART_AFTER = 25
#: Pages that would end the walk, or lead to another site.
NOT_VISITED = frozenset({"account_logout", "sessions", "account_change_password", "organisation"})
#: Pages that a long walk must have opened, among others.
MUST_OPEN = frozenset(
    {"section", "today", "cases", "start", "incidents", "incident", "steps", "answers", "summary"}
)


def test_a_random_walk_over_all_pages_meets_no_server_error(alice_client: Client, alice: User) -> None:
    opened = walk(alice_client, alice, 150, "walk")

    assert opened.total() > 30, opened


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20))
def test_long_random_walks_over_all_pages_meet_no_server_error(
    alice_client: Client, alice: User, number: int
) -> None:
    opened = walk(alice_client, alice, 1_000, f"walk {number}")

    assert opened.total() > 200, opened
    assert (+opened).keys() >= MUST_OPEN
