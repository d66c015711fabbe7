"""What was typed in a form that is sent by a button alone is kept when its page is left, or asked about."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import access as access_actions
from questionnaire.actions import agreeing, log_imports
from questionnaire.actions import breaches as breach_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.organisation import add_contact
from questionnaire.domain.breaches import Breach
from questionnaire.domain.follow_up import Consultation
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.models import HeldPost, Intake, Membership, Remark, User
from questionnaire.screen.pending_posts import TEXT_PAGES
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import axe_violations, wait_for
from questionnaire.tests.conftest import account
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS: Final = "kanarie 7391 stond gisteravond voor de deur"
ADAM: Final = ("adam", Membership.Role.ADMINISTRATOR)
MONA: Final = ("mona", Membership.Role.MANAGER)
#: What stands ready before someone types: returns the path of the page.
Prepare = Callable[[User, User, Intake], str]


def page_of(name: str) -> Prepare:
    return lambda _alice, _rachel, intake: reverse(name, args=[intake.uuid])


def plain(name: str) -> Prepare:
    return lambda _alice, _rachel, _intake: reverse(name)


def of_team(name: str) -> Prepare:
    return lambda _alice, _rachel, intake: reverse(name, args=[intake.team_id])


def of_alice(name: str) -> Prepare:
    return lambda alice, _rachel, _intake: reverse(name, args=[alice.pk])


def of_team_and_alice(name: str) -> Prepare:
    return lambda alice, _rachel, intake: reverse(name, args=[intake.team_id, alice.pk])


def submitted(alice: User, _rachel: User, intake: Intake) -> str:
    review_actions.submit(alice, intake)
    return reverse("review", args=[intake.uuid])


def returned(alice: User, rachel: User, intake: Intake) -> str:
    review_actions.submit(alice, intake)
    review_actions.add_remark(rachel, intake, "weapons", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    return reverse("review", args=[intake.uuid])


def consulted(alice: User, _rachel: User, intake: Intake) -> str:
    follow_up_actions.add_consultation(alice, intake, Consultation("police", result="Belt terug."))
    return reverse("consultation", args=[intake.uuid, intake.steps.get(kind="consultation").uuid])


def breached(alice: User, _rachel: User, intake: Intake) -> str:
    breach_actions.add_breach(alice, intake, Breach("contactverbod", reported_to="J. Smit"))
    return reverse("breach", args=[intake.uuid, intake.steps.get(kind="breach").uuid])


def shielded(alice: User, _rachel: User, intake: Intake) -> str:
    account(*MONA[:1], intake.team, MONA[1])
    other = intake_actions.start_intake(alice, intake.team, "2026-118", date(2026, 3, 23), "nl")
    access_actions.shield(alice, other)
    row = agreeing.ask_to_lift(alice, other)
    assert row
    return reverse("going_alone", args=[row.pk])


def opened(alice: User, _rachel: User, intake: Intake) -> str:
    log_imports.open_log(alice, intake, PendingLog("20-03-2026 belde aan"))
    return f"{reverse('log_import', args=[intake.uuid])}?row=1#row-1"


def with_contact(_alice: User, _rachel: User, intake: Intake) -> str:
    by = account("ina", intake.team, Membership.Role.MANAGER)
    contact = {"name": "J. Smit", "number": "010-123 45 67", "reachable": "", "note": ""}
    return reverse("own_contact", args=[add_contact(by, intake.team, "shelter", contact).pk])


#: The forms that keep what is typed: who types, on which page, in which field, and its URL names.
KEPT: Final[dict[str, tuple[object, Prepare, str, tuple[str, ...]]]] = {
    "remark": ("rachel", submitted, "[name=text]", ("remark", "return", "sign_off")),
    "answer": ("alice", returned, "[name$='-answer']", ("answer", "submit")),
    "consultation": ("alice", consulted, "[name=consultation-result]", ("consultation",)),
    "breach": ("alice", breached, "[name=breach-reported_to]", ("breach",)),
    "note of a hand-over": ("alice", page_of("access"), "[name=note]", ("hand_over",)),
    "note to all": (MONA, of_team_and_alice("hand_over_all"), "[name=note]", ("hand_over_all",)),
    "reason to open": ("bob", page_of("open"), "[name=reason]", ("open",)),
    "reason to go on alone": ("alice", shielded, "[name=reason]", ("going_alone",)),
    "start": ("alice", plain("start"), "#id_reference", ("start",)),
    "log": ("alice", page_of("log_import"), "#id_pasted", ("log_import",)),
    "line of a log": ("alice", opened, "main [name=what]", ()),
    "new contact": (ADAM, plain("own_contact_new"), "main [name=note]", ("own_contact_new",)),
    "contact": (ADAM, with_contact, "main [name=note]", ("own_contact",)),
    "texts": (ADAM, plain("own_texts"), "main textarea >> nth=0", ("own_texts",)),
    "look": (ADAM, plain("own_look"), "main [name$='-name'] >> nth=0", ("own_look",)),
    "account": (ADAM, plain("person_new"), "main [type=text] >> nth=0", ("person_new",)),
}
#: Those that cannot be kept, and are asked about.
ASKED: Final[dict[str, tuple[object, Prepare, str]]] = {
    "own name": ("alice", plain("own_name"), "main [type=text] >> nth=0"),
    "name of a team": (ADAM, of_team("team"), "main [name=name]"),
    "new team": (ADAM, plain("team_new"), "main [name=name]"),
    "terms": (ADAM, plain("own_terms"), "main input:not([type=hidden]) >> nth=0"),
    "name of a person": (ADAM, of_alice("person"), "main [name=name]"),
    "replacement": (MONA, of_team_and_alice("replacement"), "main [type=text] >> nth=0"),
    "question to share": (
        "alice",
        lambda _alice, _rachel, intake: reverse("edition", args=[intake.uuid, "advice"]),
        "#question",
    ),
}
#: Those that save by themselves.
SAVED: Final = {"section", "client", "incidents", "incident", "steps", "plan"}


def test_every_form_that_keeps_text_is_in_the_table() -> None:
    assert {name for *_others, names in KEPT.values() for name in names} | SAVED == TEXT_PAGES


@pytest.fixture
def people(alice: User, bob: User, rachel: User) -> dict[str, User]:
    for person in (alice, bob, rachel):
        person.set_password(PASSWORD)
        person.save()
    return {"alice": alice, "bob": bob, "rachel": rachel}


def person(who: object, people: dict[str, User], intake: Intake) -> User:
    if isinstance(who, tuple):
        found = User.objects.filter(username=who[0]).first()
        return found or account(who[0], intake.team, who[1])
    return people[str(who)]


def typed(open_page: Open, people: dict[str, User], intake: Intake, kind: str, words: str = WORDS) -> Page:
    who, prepare, selector = KEPT[kind][:3] if kind in KEPT else ASKED[kind]
    path = prepare(people["alice"], people["rachel"], intake)
    page = open_page("/help/", user=person(who, people, intake))
    page.goto(path)
    page.locator(selector).first.fill(words)
    return page


def by_a_link(page: Page) -> None:
    page.locator("a[href='/sources/'], .bar a.name").first.click()
    expect(page.locator(".messages")).to_contain_text("is voor u bewaard")
    page.locator(".messages a[href='/kept/']").click()


def by_another_form(page: Page) -> None:
    page.locator("form[action='/i18n/setlang/'] button, form[action*='language'] button").last.click()
    page.locator(".messages a[href='/kept/']").click()


def by_back(page: Page) -> None:
    page.go_back()
    wait_for(HeldPost.objects.exists)
    page.goto("/kept/")


def by_an_address(page: Page) -> None:
    page.goto("/help/")
    wait_for(HeldPost.objects.exists)
    page.goto("/kept/")


@pytest.mark.parametrize("leave", [by_a_link, by_back])
@pytest.mark.parametrize("kind", KEPT)
def test_what_was_typed_is_kept_when_the_page_is_left(
    open_page: Open, people: dict[str, User], intake: Intake, kind: str, leave: Callable[[Page], None]
) -> None:
    page = typed(open_page, people, intake, kind)

    leave(page)

    expect(page.locator("main .kept")).to_contain_text(WORDS)
    expect(page.locator("main")).to_contain_text("U verliet de pagina en had het nog niet verstuurd.")
    assert HeldPost.objects.count() == 1
    assert not Remark.objects.filter(by__username="rachel").exclude(intake__state="returned").exists()


@pytest.mark.parametrize("leave", [by_another_form, by_an_address])
@pytest.mark.parametrize("kind", ["remark", "note of a hand-over"])
def test_it_is_kept_too_when_it_is_left_otherwise(
    open_page: Open, people: dict[str, User], intake: Intake, kind: str, leave: Callable[[Page], None]
) -> None:
    page = typed(open_page, people, intake, kind)

    leave(page)

    expect(page.locator("main .kept")).to_contain_text(WORDS)


def test_a_closed_tab_keeps_it(open_page: Open, people: dict[str, User], intake: Intake) -> None:
    page = typed(open_page, people, intake, "remark")
    page.context.new_page()

    page.close(run_before_unload=True)

    wait_for(HeldPost.objects.exists)


def test_what_was_sent_is_not_kept_too(open_page: Open, people: dict[str, User], intake: Intake) -> None:
    page = typed(open_page, people, intake, "remark")

    page.locator("form.decide button").last.click()

    expect(page.locator(".remarks")).to_contain_text(WORDS)
    page.locator(".bar a.name").click()
    expect(page.locator("h1")).to_be_visible()
    assert Remark.objects.count() == 1
    assert not HeldPost.objects.exists()


def test_what_nobody_changed_is_not_kept(open_page: Open, people: dict[str, User], intake: Intake) -> None:
    page = open_page(consulted(people["alice"], people["rachel"], intake), user=people["alice"])

    page.locator(".bar a.name").click()

    expect(page).to_have_url(re.compile("/$"))
    assert not HeldPost.objects.exists()


def test_what_is_kept_can_be_saved_and_is_then_gone(
    open_page: Open, people: dict[str, User], intake: Intake
) -> None:
    page = typed(open_page, people, intake, "remark")
    by_a_link(page)

    page.locator("main .primary").click()

    expect(page.locator(".remarks")).to_contain_text(WORDS)
    assert not HeldPost.objects.exists()


def test_hiding_keeps_it_once(open_page: Open, people: dict[str, User], intake: Intake) -> None:
    page = typed(open_page, people, intake, "remark")

    page.locator("#hide").click()

    expect(page).to_have_url(re.compile("/notes/"))
    assert [post.content["arrival"] for post in HeldPost.objects.all()] == ["hidden"]


@pytest.mark.parametrize("kind", ASKED)
def test_what_cannot_be_kept_is_asked_about(
    open_page: Open, people: dict[str, User], intake: Intake, kind: str
) -> None:
    words = {"replacement": "31-12-2031", "terms": "9"}.get(kind, WORDS)
    page = typed(open_page, people, intake, kind, words)
    path, asked = page.url, page.locator("#leaving")

    page.locator(".bar a.name").click()
    expect(asked).to_be_visible()
    asked.locator("button[value=stay]").click()

    assert page.url == path
    assert page.locator(ASKED[kind][2]).first.input_value() == words
    page.locator(".bar a.name").click()
    asked.locator("button[value=leave]").click()
    expect(page).to_have_url(re.compile("/$"))
    assert not HeldPost.objects.exists()


def test_when_too_much_is_kept_it_is_asked_too(
    open_page: Open, people: dict[str, User], intake: Intake, console_errors: list[str]
) -> None:
    for number in range(25):
        post = HeldPost(user=people["rachel"], mac=str(number), content={"path": "/intakes/start/"})
        post.content["controls"] = {}
        post.make_key()
        post.save(force_insert=True)
    page = typed(open_page, people, intake, "remark")
    page.locator(".bar a.name").click()

    expect(page.locator("#leaving")).to_be_visible()
    assert not axe_violations(page)
    console_errors.clear()  # the refusal
    assert HeldPost.objects.count() == 25
