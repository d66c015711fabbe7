"""A log that waits survives a closed tab, works without a script, and leaves nothing in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import incidents as incident_actions
from questionnaire.domain.incidents import Incident
from questionnaire.models import Intake, LogImport, User
from questionnaire.tests.browser import logs
from questionnaire.tests.browser.conftest import SWITCHES, Open
from questionnaire.tests.browser.helpers import TIMEOUT, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def paste(page: Page, text: str) -> None:
    page.locator("[name=pasted]").fill(text)
    page.locator("[name=_open]").click()


def correct(page: Page, number: int, **values: str) -> None:
    """Open the form of a row, type in it and keep it."""
    row = page.locator(f"#row-{number}")
    row.get_by_role("link", name="Verbeteren").click()
    for name, value in values.items():
        row.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        row.get_by_role("button", name="Zo houden").click()


def test_what_was_corrected_in_a_log_survives_a_closed_tab(
    open_page: Open, alice: User, intake: Intake
) -> None:
    path = reverse("log_import", args=[intake.uuid])
    page = open_page(path, user=alice)
    paste(page, logs.spreadsheet())
    correct(page, 2, what="Stond een uur aan de overkant", witness="de buurvrouw")
    page.close()

    page = open_page(path, user=alice)

    expect(page.locator("#row-2")).to_contain_text("Stond een uur aan de overkant")
    expect(page.locator("#row-2")).to_contain_text("de buurvrouw")
    expect(page.locator("#row-2 .written")).to_contain_text("naar binnen te kijken")
    assert not intake.incident_log
    page.locator("[name=_order][value=dmy]").click()
    page.locator("[name=_add]").click()
    wait_for(lambda: len(intake.incident_log) == 38)
    assert [one.witness for one in intake.incident_log if one.date == "2025-05-04"] == ["de buurvrouw"]


def test_the_log_works_without_a_script(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("incidents", args=[intake.uuid]), user=alice, java_script_enabled=False)
    for date in ("gisteren", "3 februari 2026"):
        page.locator("[name=date]").fill(date)
        page.get_by_label("Wat er gebeurde").fill("stond bij school")
        page.get_by_role("button", name="Voeg dit voorval toe").click()
    assert [one.date for one in intake.incident_log] == ["2026-03-22", "2026-02-03"]

    page.get_by_role("link", name=re.compile("^wijzig")).first.click()
    page.get_by_label("Wat er gebeurde").fill("stond bij het hek")
    page.get_by_role("button", name="Opslaan").last.click()
    assert [one.what for one in intake.incident_log] == ["stond bij het hek", "stond bij school"]
    page.get_by_role("button", name="Ongedaan maken").click()
    assert [one.what for one in intake.incident_log] == ["stond bij school", "stond bij school"]

    page.get_by_role("link", name=re.compile("^wijzig")).first.click()
    page.locator("[name=_remove]").click()
    assert [one.date for one in intake.incident_log] == ["2026-02-03"]
    page.goto(reverse("earlier", args=[intake.uuid]))
    page.locator("[name=removed]").click()
    assert len(intake.incident_log) == 2

    page.goto(reverse("incidents", args=[intake.uuid]))
    page.get_by_text("Toon een deel").click()
    page.locator("[name=since]").select_option("maart 2026")
    page.get_by_role("button", name="Tonen", exact=True).click()
    expect(page.locator(".incidents > li")).to_have_count(1)


def test_taking_in_a_log_works_without_a_script(open_page: Open, alice: User, intake: Intake) -> None:
    page = open_page(reverse("incidents", args=[intake.uuid]), user=alice, java_script_enabled=False)
    page.get_by_role("link", name="Meer voorvallen").click()
    paste(page, logs.spreadsheet())
    page.locator("[name=_reading]").first.click()
    correct(page, 2, witness="de buurvrouw")
    page.locator("#row-3 [name=_leave]").click()
    page.locator("#row-27 [name=_keep]").click()
    page.locator("[name=_order][value=dmy]").click()
    page.get_by_role("button", name="Voeg deze 38 toe").click()

    log = intake.incident_log
    assert len(log) == 38
    assert sum(one.date == "2025-05-15" for one in log) == 2
    assert not any(one.date == "2025-05-06" for one in log)
    assert [one.witness for one in log if one.witness] == ["de buurvrouw"]
    page.get_by_role("button", name="Ongedaan maken").click()
    assert not intake.incident_log

    page.get_by_role("link", name="Meer voorvallen").click()
    text, by_day = logs.chat()
    page.locator("[name=file]").set_input_files(
        {"name": "_chat.txt", "mimeType": "text/plain", "buffer": text.encode()}
    )
    page.locator("[name=_open]").click()
    page.locator("form.import").get_by_label(logs.SENDER).check()
    page.locator("form.import [name=_read]").click()
    page.get_by_label("Die van één dag").uncheck()
    page.locator("#how [name=_read]").click()
    expect(page.locator("form.import")).to_contain_text(
        f"{sum(by_day.values())} regels kunnen worden toegevoegd."
    )
    page.locator("[name=_drop]").click()
    assert not intake.incident_log
    assert not LogImport.objects.exists()


# --- Nothing in the browser ---------------------------------------------------------------------------------

CANARY = "kanarie7391"
#: What a person can type in or choose from, and a browser would offer again or restore.
REMEMBERED = """() => [...document.querySelectorAll("main :is(input, textarea, select):not([type=hidden])")]
    .filter(field => field.autocomplete !== "off" && field.form?.autocomplete !== "off")
    .map(field => field.outerHTML)"""
TYPED = f"20-03-2026\tthuis\tstond voor de deur {CANARY}\n11/7/2025\tonline\tbelde {CANARY}\n"


@pytest.fixture
def profile(
    chromium: Browser, live_server: LiveServer, alice: User, tmp_path: Path
) -> Iterator[BrowserContext]:
    """Return a window of alice in a browser that keeps what browsers keep, in the folder `tmp_path`."""
    context = chromium.browser_type.launch_persistent_context(
        tmp_path,
        executable_path="/usr/bin/chromium",
        chromium_sandbox=False,
        args=list(SWITCHES),
        base_url=live_server.url,
        locale="nl-NL",
    )
    context.set_default_timeout(1000 * TIMEOUT)
    client = Client()
    client.force_login(alice)
    name = settings.SESSION_COOKIE_NAME
    value, origin = client.cookies[name].value, live_server.url.replace("http:", "https:")
    context.add_cookies([{"name": name, "value": value, "url": origin, "secure": True, "httpOnly": True}])
    yield context
    context.close()


def files_with(word: str, folder: Path) -> list[str]:
    """Return the files of a browser that contain a word, in either of the forms that it writes."""
    forms = word.encode(), word.encode("utf-16-le")
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_a_browser_has_nothing_of_a_log_in_its_files(
    profile: BrowserContext, intake: Intake, tmp_path: Path
) -> None:
    page = profile.new_page()
    page.goto(reverse("log_import", args=[intake.uuid]))
    paste(page, TYPED)
    correct(page, 1, what=f"klopte op de deur {CANARY}", witness=CANARY)
    page.get_by_role("link", name="Verbeteren").first.click()
    page.locator("[name=evidence]").fill(f"half getypt {CANARY}")
    page.goto(reverse("log_import", args=[intake.uuid]))
    page.locator("[name=_add]").click()
    wait_for(lambda: len(intake.incident_log) > 0)
    page.goto(reverse("incidents", args=[intake.uuid]))
    page.locator("[name=what]").fill(f"belde aan {CANARY}")
    page.locator("[name=date]").fill("gisteren")
    page.get_by_role("button", name="Voeg dit voorval toe").click()
    page.get_by_role("link", name=re.compile("^wijzig")).first.click()
    page.locator("[name=what]").fill(f"half getypt {CANARY}")
    page.wait_for_timeout(2000)  # a browser writes down every second or so which pages are open

    profile.close()

    assert all(CANARY in one.what for one in intake.incident_log)
    assert len(intake.incident_log) == 2
    assert len(list(tmp_path.rglob("*"))) > 50
    assert not files_with(CANARY, tmp_path)


def test_what_a_browser_keeps_is_found_in_its_files(
    profile: BrowserContext, intake: Intake, tmp_path: Path
) -> None:
    page = profile.new_page()
    page.goto(reverse("log_import", args=[intake.uuid]))
    page.evaluate(f"localStorage.x = '{CANARY}'")
    page.goto(f"{reverse('incidents', args=[intake.uuid])}?x={CANARY}-x")
    page.wait_for_timeout(2000)

    profile.close()

    assert any("Local Storage" in path for path in files_with(CANARY, tmp_path))
    assert any(path.endswith("History") for path in files_with(f"{CANARY}-x", tmp_path))


def test_no_page_of_a_log_lets_the_browser_offer_what_was_typed(
    open_page: Open, alice: User, intake: Intake
) -> None:
    row = incident_actions.add_incident(alice, intake, Incident("2026-03-20", what="stond er"))
    log_import = reverse("log_import", args=[intake.uuid])
    page = open_page(log_import, user=alice)
    assert page.locator("main textarea").count() == 1
    assert page.evaluate(REMEMBERED) == []
    paste(page, TYPED)
    paths = [log_import, f"{log_import}?row=2", f"{log_import}?row=3"]
    paths += [reverse(name, args=[intake.uuid]) for name in ("incidents", "blank_log", "earlier")]
    for path in [*paths, reverse("incident", args=[intake.uuid, row.uuid])]:
        page.goto(path)
        assert page.evaluate(REMEMBERED) == [], path
