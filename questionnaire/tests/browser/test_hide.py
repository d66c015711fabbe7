"""Hiding the screen, and coming back to it, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from questionnaire.accounts.session_store import SessionStore, read
from questionnaire.actions import review as review_actions
from questionnaire.models import Event, HeldPost, Intake, Session, User
from questionnaire.tests.browser.conftest import Open, content
from questionnaire.tests.browser.helpers import is_autosave, own_words, stop_page_clock
from questionnaire.tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTES = re.compile("/notes/$")
UNLOCK = re.compile("/unlock/")
CANARY = "kanarie-7391"


@pytest.fixture
def alice(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def path(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


@pytest.fixture
def page(open_page: Open, alice: User, path: str) -> Page:
    return open_page(path, user=alice)


def is_locked() -> bool:
    return any("locked" in (read(session) or {}) for session in Session.objects.all())


def shift(page: Page, times: int = 3) -> None:
    for _time in range(times):
        page.keyboard.press("Shift")


def is_covered(page: Page) -> bool:
    covered: bool = page.evaluate("document.body.getClientRects().length === 0")
    return covered


# --- What hides it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spacing", "hides"), [(4_900, True), (5_100, False)])
def test_shift_three_times_hides_the_screen(page: Page, spacing: int, hides: bool) -> None:
    stop_page_clock(page)

    for _time in range(2):
        shift(page, 1)
        page.clock.run_for(spacing)
    assert not is_covered(page)
    shift(page, 1)

    if hides:
        expect(page).to_have_url(NOTES)
    else:
        assert not is_covered(page)
    assert is_locked() is hides


@pytest.mark.parametrize(
    "keys",
    [
        ["Shift+A", "Shift+A", "Shift+A"],
        ["Shift", "Shift", "x", "Shift"],
        ["Shift", "Shift", "Shift+A"],
        ["Shift", "Tab", "Shift", "Shift"],
        ["Control+Shift", "Control+Shift", "Control+Shift"],
        ["Shift+Control", "Shift+Alt", "Shift+Control"],
    ],
)
def test_shift_with_another_key_does_not_hide_the_screen(page: Page, keys: list[str]) -> None:
    own_words(page).focus()

    for key in keys:
        page.keyboard.press(key)

    assert not is_covered(page)
    assert not is_locked()
    assert not Event.objects.filter(code="session.locked").exists()


def test_shift_to_click_does_not_hide_the_screen(page: Page) -> None:
    for _time in range(3):
        page.locator("h1").click(modifiers=["Shift"])

    assert not is_covered(page)


def test_hiding_works_from_the_middle_of_a_word(page: Page, intake: Intake) -> None:
    own_words(page).press_sequentially(CANARY)

    shift(page)

    expect(page).to_have_url(NOTES)
    assert content(intake)["answers"] == {"fear_own_words": CANARY}
    assert is_locked()


@pytest.mark.parametrize("way", ["button", "skip link"])
def test_the_button_and_the_second_skip_link_hide_the_screen(page: Page, way: str) -> None:
    if way == "button":
        page.get_by_role("button", name="Hide the screen").or_(
            page.get_by_role("button", name="Scherm verbergen")
        ).click()
    else:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    expect(page).to_have_url(NOTES)
    assert is_locked()


def test_a_paste_that_was_not_sent_comes_back(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("log_import", args=[intake.uuid]), user=alice)
    page.locator("#id_pasted").fill(f"20-03-2026 {CANARY}")

    shift(page)
    expect(page).to_have_url(NOTES)
    page.goto(reverse("unlock"))
    page.locator("[type=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/kept/**")
    page.locator("main form button").first.click()

    expect(page.locator("#row-1")).to_contain_text(CANARY)


@pytest.mark.parametrize("name", ["today", "cases", "start", "account_change_password"])
def test_hiding_works_on_every_page(open_page: Open, alice: User, name: str) -> None:
    page = open_page(reverse(name), user=alice)

    shift(page)

    expect(page).to_have_url(NOTES)
    assert is_locked()


# --- The order: covered, sent, locked, left -----------------------------------------------------------------


def test_the_page_is_covered_at_once_and_in_print_too(page: Page, intake: Intake) -> None:
    delayed: list[Route] = []
    page.route("**/lock/", lambda route: delayed.append(route))
    page.evaluate(
        """() => addEventListener("keyup", ({timeStamp}) => requestAnimationFrame(() => setTimeout(() => {
          if (document.body.getClientRects().length === 0) window.covered ??= performance.now() - timeStamp;
        })), true)"""
    )

    with page.expect_request("**/lock/"):
        shift(page)

    page.wait_for_timeout(300)
    assert 0 < page.evaluate("window.covered") < 100
    assert page.title() in ("Notes", "Notities")
    for media in ({"media": "screen"}, {"media": "print"}, {"media": "screen", "forced_colors": "active"}):
        page.emulate_media(**media)  # type: ignore[arg-type]
        assert is_covered(page)
    assert not is_locked()
    delayed[0].continue_()
    expect(page).to_have_url(NOTES)
    assert is_locked()


def test_what_was_typed_is_saved_before_the_lock_comes(page: Page, intake: Intake) -> None:
    own_words(page).press_sequentially(CANARY)
    shift(page)
    expect(page).to_have_url(NOTES)

    codes = list(Event.objects.order_by("seq").values_list("code", flat=True))

    assert codes.index("intake.changed") < codes.index("session.locked")


def test_hiding_without_a_network_covers_and_loses_nothing(
    open_page: Open, alice: User, intake: Intake, path: str, console_errors: list[str]
) -> None:
    page = open_page(path, user=alice)
    page.context.set_offline(True)
    own_words(page).press_sequentially(CANARY)

    shift(page)
    assert is_covered(page)
    page.wait_for_timeout(500)
    assert content(intake)["answers"] == {}
    page.context.set_offline(False)

    expect(page).to_have_url(NOTES)
    assert content(intake)["answers"] == {"fear_own_words": CANARY}
    assert is_locked()
    console_errors.clear()  # about being offline


def test_a_server_that_does_not_answer_saves_does_not_hold_up_the_lock(
    page: Page, intake: Intake, console_errors: list[str]
) -> None:
    refused = True
    page.route(
        "**/fear/", lambda route: route.abort() if refused and is_autosave(route) else route.continue_()
    )
    own_words(page).press_sequentially(CANARY)

    shift(page)

    page.wait_for_timeout(5_000)
    assert is_locked()
    assert content(intake)["answers"] == {}
    refused = False
    expect(page).to_have_url(NOTES)
    assert content(intake)["answers"] == {"fear_own_words": CANARY}
    console_errors.clear()


def test_half_an_incident_is_there_again(page: Page, intake: Intake) -> None:
    page.locator("#incidents [popovertarget=add-incident]").click()
    page.locator("[name=incident-what]").fill(CANARY)

    shift(page)
    expect(page).to_have_url(NOTES)

    assert not intake.incidents.exists()
    come_back(page)
    expect(page.locator("[name=incident-what]")).to_have_value(CANARY)
    expect(page.locator("[name=incident-what]")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_started_form_becomes_a_pending_post_and_is_offered(
    open_page: Open, alice: User, script: bool
) -> None:
    page = open_page(reverse("start"), user=alice, java_script_enabled=script)
    page.locator("#id_reference").fill(CANARY)

    page.locator("#hide").click()
    expect(page).to_have_url(NOTES)

    assert HeldPost.objects.get().content["controls"]["reference"] == [CANARY]
    come_back(page)
    expect(page).to_have_url(re.compile("/kept/"))
    page.locator("section.card button.primary").click()
    expect(page).to_have_url(re.compile("/intakes/.*/safety_now/"))
    assert Intake.objects.filter(case__reference=CANARY).count() == 1


def test_words_on_the_way_to_a_sign_off_become_a_pending_post(
    open_page: Open, alice: User, rachel: User, intake: Intake
) -> None:
    """On the page that asks, and in the form after a no: nothing stored them yet."""
    review_actions.submit(alice, intake)
    page = open_page(reverse("review", args=[intake.uuid]), user=rachel)
    page.locator("#id_text").fill(CANARY)
    page.locator("button[formaction$='/sign-off/']").click()
    expect(page.locator("[name=text]")).to_have_value(CANARY)
    page.locator("[name=_not_now]").click()
    expect(page.locator("#id_text")).to_have_value(CANARY)

    page.locator("#hide").click()
    expect(page).to_have_url(NOTES)

    assert HeldPost.objects.get().content["controls"]["text"] == [CANARY]


# --- Coming back --------------------------------------------------------------------------------------------


def come_back(page: Page) -> None:
    page.locator("main a").click()
    page.locator("#password").fill(PASSWORD)
    page.locator("button.primary").click()


def test_only_the_password_brings_back_the_page_with_every_word(page: Page, path: str) -> None:
    own_words(page).press_sequentially(CANARY)
    shift(page)
    expect(page).to_have_url(NOTES)

    page.locator("main a").click()
    page.locator("#password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    assert CANARY not in page.content()
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(path))
    expect(own_words(page)).to_have_value(CANARY)


def test_back_reload_and_deep_links_show_nothing(page: Page, intake: Intake, path: str) -> None:
    own_words(page).press_sequentially(CANARY)
    page.locator("#parts a").nth(2).click()
    expect(page).not_to_have_url(re.compile(path))
    page.wait_for_load_state()
    shift(page)
    expect(page).to_have_url(NOTES)

    page.evaluate("setTimeout(() => history.back())")
    expect(page).to_have_url(UNLOCK)
    assert CANARY not in page.content()
    page.reload()
    expect(page).to_have_url(UNLOCK)
    for name in ("section", "answers", "summary"):
        page.goto(path if name == "section" else reverse(name, args=[intake.uuid]))
        expect(page).to_have_url(UNLOCK)
        assert CANARY not in page.content()


def test_other_tabs_hide_too_and_lose_nothing(page: Page, intake: Intake, path: str) -> None:
    other = page.context.new_page()
    other.goto(path)
    other.locator("textarea[name=running_note]").press_sequentially(CANARY)

    page.bring_to_front()
    shift(page)

    expect(page).to_have_url(NOTES)
    expect(other).to_have_url(NOTES)
    assert content(intake)["running_note"] == CANARY


def test_without_a_script_the_button_saves_and_hides(
    open_page: Open, alice: User, intake: Intake, path: str
) -> None:
    page = open_page(path, user=alice, java_script_enabled=False)
    own_words(page).fill(CANARY)

    page.locator("#hide").click()

    expect(page).to_have_url(NOTES)
    assert content(intake)["answers"] == {"fear_own_words": CANARY}
    page.go_back()
    expect(page.locator("#password")).to_be_visible()
    page.goto("/notes/")
    come_back(page)
    expect(own_words(page)).to_have_value(CANARY)


# --- The lock that comes by itself --------------------------------------------------------------------------


@pytest.fixture
def idle(page: Page) -> Callable[[int], None]:
    """Return a function that lets this many seconds pass on the page without activity."""
    stop_page_clock(page)
    page.clock.run_for(1_000)

    def wait(seconds: int) -> None:
        page.clock.fast_forward(seconds * 1_000)
        page.clock.run_for(1_100)

    return wait


def test_a_warning_comes_a_minute_before_the_lock(page: Page, idle: Callable[[int], None]) -> None:
    idle(12 * 60)
    expect(page.locator("#idle")).not_to_be_visible()

    idle(60 + 40)

    expect(page.locator("#idle")).to_be_visible()
    assert not is_covered(page)


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_the_lock_can_be_put_off_again_and_again(page: Page, idle: Callable[[int], None], way: str) -> None:
    for _time in range(3):
        idle(14 * 60)
        expect(page.locator("#idle")).to_be_visible()
        with page.expect_response("**/extend/"):
            if way == "button":
                page.locator("#idle button").click()
            else:
                page.keyboard.press(way)
        expect(page.locator("#idle")).not_to_be_visible()

    assert not is_locked()


def test_the_screen_hides_itself_after_the_warning(page: Page, idle: Callable[[int], None]) -> None:
    idle(14 * 60)

    idle(80)

    expect(page).to_have_url(NOTES)
    assert is_locked()


def test_someone_at_work_is_not_asked(page: Page, idle: Callable[[int], None]) -> None:
    idle(13 * 60)
    with page.expect_response("**/extend/"):
        own_words(page).press_sequentially("x")
    idle(13 * 60)

    expect(page.locator("#idle")).not_to_be_visible()


def test_being_active_in_one_tab_counts_for_all(page: Page, idle: Callable[[int], None], path: str) -> None:
    other = page.context.new_page()
    other.goto(path)
    idle(14 * 60)
    expect(page.locator("#idle")).to_be_visible()

    other.evaluate("new BroadcastChannel('session').postMessage('active')")
    page.clock.run_for(2_000)

    expect(page.locator("#idle")).not_to_be_visible()


def test_a_save_after_the_lock_is_saved_and_hides_the_page(page: Page, intake: Intake) -> None:
    (cookie,) = (each for each in page.context.cookies() if each.get("name") == "__Host-session")
    store = SessionStore(cookie.get("value"))
    store["locked"] = ""
    store.save()

    own_words(page).press_sequentially(CANARY)

    expect(page).to_have_url(NOTES)
    assert content(intake)["answers"] == {"fear_own_words": CANARY}


# --- What is left of where one was --------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
def test_no_address_and_no_referrer_of_the_hidden_screen_names_the_intake(
    open_page: Open, alice: User, intake: Intake, path: str, script: bool
) -> None:
    page = open_page("/", user=alice, java_script_enabled=script)
    page.goto(path)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))

    page.locator("#hide").click()
    expect(page).to_have_url(NOTES)
    page.locator("main a").click()
    expect(page).to_have_url(re.compile("/unlock/$"))
    page.locator("#password").fill("wrong")
    page.locator("button.primary").click()
    expect(page.locator(".error-summary")).to_be_visible()

    shown = [(url, referer) for url, referer in asked if re.search("/(notes|unlock)/", url)]
    assert len(shown) >= 3
    assert not [entry for entry in shown if str(intake.uuid) in "".join(entry)]
    assert page.url.endswith("/unlock/")
    assert str(intake.uuid) not in page.content()


def test_going_back_while_locked_leaves_an_address_and_a_referrer_without_the_intake(
    page: Page, intake: Intake, path: str
) -> None:
    page.locator("#parts a").nth(2).click()
    expect(page).not_to_have_url(re.compile(path))
    page.wait_for_load_state()
    shift(page)
    expect(page).to_have_url(NOTES)
    assert page.evaluate("document.referrer") == ""

    page.evaluate("setTimeout(() => history.back())")
    expect(page).to_have_url(re.compile("/unlock/$"))
    assert str(intake.uuid) not in page.evaluate("document.referrer")
    page.goto(path)

    expect(page).to_have_url(re.compile("/unlock/$"))
    assert str(intake.uuid) not in page.evaluate("document.referrer + location.href")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(path))


def test_a_page_of_before_an_earlier_lock_loses_nothing(
    open_page: Open, alice: User, intake: Intake, path: str
) -> None:
    """Without a script a tab stays as it was: what it sends after a second lock is offered, not saved."""
    page = open_page(path, user=alice, java_script_enabled=False)
    own_words(page).fill(CANARY)
    other = page.context.new_page()
    other.goto(path)
    other.locator("#hide").click()
    come_back(other)
    other.locator("#hide").click()

    page.get_by_role("button", name="Opslaan").last.click()

    expect(page.locator("#password")).to_be_visible()
    assert content(intake)["answers"] == {}
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kept/"))
    expect(page.locator("section.card")).to_contain_text(CANARY)
    page.locator("section.card button.primary").click()
    assert content(intake)["answers"] == {"fear_own_words": CANARY}
