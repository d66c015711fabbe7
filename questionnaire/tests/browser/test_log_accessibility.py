"""The pages of the log in both languages at 320 px: axe finds nothing, all fits, no control is too small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import log_imports
from questionnaire.actions import review as review_actions
from questionnaire.documents.snapshot import snapshot
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.models import Intake, User
from questionnaire.queries.document_input import as_intake_file
from questionnaire.tests.browser import logs
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import NARROW, WIDE, assert_accessible_folded, axe_violations
from questionnaire.tests.factories import submission_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Onafgebrokentekst" * 12


def one_incident(alice: User, intake: Intake) -> str:
    incident_actions.add_incident(
        alice, intake, Incident("2026-03", "home", "about", "stond er", "foto", reported=True)
    )
    return reverse("incidents", args=[intake.uuid])


def forty_incidents(alice: User, intake: Intake) -> str:
    """Forty of every kind, of which one was just added."""
    day = date(2025, 3, 1)
    kinds = [
        Incident(place="online", precision="", what=LONG, as_told="ooit in de zomer"),
        Incident("2024", "unknown", "about", times=9999, source="calls"),
        Incident("2025-03-01", "elsewhere", what="volgde mij", until="2025-03-03", time="14:05"),
        Incident("2025-04", "home", "month", by="zijn broer", witness="de buurvrouw", report_number="PL1"),
    ]
    days = [Incident((day + timedelta(days=9 * number)).isoformat(), "home") for number in range(36)]
    incident_actions.add_incidents(alice, intake, [*kinds, *days], uuid4(), "")
    return reverse("incidents", args=[intake.uuid])


def part_of_the_log(alice: User, intake: Intake) -> str:
    return f"{forty_incidents(alice, intake)}?place=home&since=ooit&until=april+2025"


def one_changed(alice: User, intake: Intake) -> str:
    one_incident(alice, intake)
    return reverse("incident", args=[intake.uuid, intake.incidents.get().uuid])


def opened(alice: User, intake: Intake, text: str, query: str = "") -> str:
    log_imports.open_log(alice, intake, PendingLog(text))
    return reverse("log_import", args=[intake.uuid]) + query


def preview(alice: User, intake: Intake) -> str:
    return opened(alice, intake, f"{logs.spreadsheet()}24-3-2026\t\t\t{LONG}\t\t\r\n")


def preview_of_a_row(alice: User, intake: Intake) -> str:
    return opened(alice, intake, logs.spreadsheet(), "?row=19#row-19")


def chat(alice: User, intake: Intake) -> str:
    return opened(alice, intake, logs.chat()[0])


def earlier(alice: User, intake: Intake) -> str:
    """Something of each kind that was taken out."""
    for what in ("wordt verwijderd", "wordt gewijzigd"):
        incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home", what=what))
    removed, changed = intake.incidents
    incident_actions.remove_incident(alice, intake, removed.uuid)
    base = incident_actions.incident_fingerprint(changed)
    incident_actions.change_incident(alice, intake, changed.uuid, Incident("2026-03-21", what=LONG), base)
    for words in ("Ik ben bang. " * 9, "Iets anders."):
        intake = intake_actions.save_section(
            alice, intake, "fear", submission_of(intake, fear_own_words=words)
        ).intake
    return reverse("earlier", args=[intake.uuid])


PAGES: dict[str, Callable[[User, Intake], str]] = {
    "no incidents": lambda _alice, intake: reverse("incidents", args=[intake.uuid]),
    "one incident": one_incident,
    "forty incidents": forty_incidents,
    "a part of the log": part_of_the_log,
    "an incident being changed": one_changed,
    "form of an import": lambda _alice, intake: reverse("log_import", args=[intake.uuid]),
    "preview with doubts": preview,
    "preview with a row open": preview_of_a_row,
    "a chat that asks whose": chat,
    "nothing earlier": lambda _alice, intake: reverse("earlier", args=[intake.uuid]),
    "earlier": earlier,
    "blank log": lambda _alice, intake: reverse("blank_log", args=[intake.uuid]),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_log_is_accessible(
    open_page: Open, alice: User, intake: Intake, name: str, language: str
) -> None:
    page = open_page(PAGES[name](alice, intake), user=alice, language=language, viewport=NARROW)

    assert_accessible_folded(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["forty incidents", "preview with doubts", "earlier", "blank log"])
def test_colours_of_a_wide_page_of_the_log(
    open_page: Open, alice: User, intake: Intake, name: str, scheme: str
) -> None:
    page = open_page(PAGES[name](alice, intake), user=alice, viewport=WIDE, color_scheme=scheme)

    assert not axe_violations(page)


@pytest.fixture
def in_error(console_errors: list[str]) -> Iterator[None]:
    """Allow pages that say 422, which the console tells."""
    yield
    assert all("422" in error for error in console_errors)
    console_errors.clear()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.usefixtures("in_error")
def test_an_error_in_an_import_is_accessible(
    open_page: Open, alice: User, intake: Intake, language: str
) -> None:
    page = open_page(
        reverse("log_import", args=[intake.uuid]), user=alice, language=language, viewport=NARROW
    )
    page.locator("[name=_open]").click()

    expect(page.locator("#id_pasted")).to_be_focused()
    assert_accessible_folded(page)
    page.locator("[name=file]").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.locator("[name=_open]").click()
    expect(page.locator("#id_file")).to_be_focused()
    assert_accessible_folded(page)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.usefixtures("in_error")
def test_an_error_about_a_blank_log_is_accessible(
    open_page: Open, alice: User, intake: Intake, language: str
) -> None:
    page = open_page(reverse("blank_log", args=[intake.uuid]), user=alice, language=language, viewport=NARROW)
    page.locator("[name=form][value=csv]").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible_folded(page)
    page.locator("[name=kept][value=unsafe]").check()
    page.locator("[name=form][value=csv]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible_folded(page)


def with_errors(page: Page) -> None:
    page.locator("main details summary").first.click()
    for name, value in {"date": "11/7/2025", "time": "25:99", "times": "veel", "until": "x"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main .primary").click()
    expect(page.locator("[name=until]")).to_be_focused()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["no incidents", "an incident being changed", "preview with a row open"])
def test_an_incident_with_errors_is_accessible(
    open_page: Open, alice: User, intake: Intake, name: str, language: str
) -> None:
    page = open_page(PAGES[name](alice, intake), user=alice, language=language, viewport=NARROW)
    if name == "preview with a row open":
        page.locator("[name=date]").fill("31-02-2026")
        page.locator("[name=_row]").click()
        expect(page.locator("[name=date]")).to_be_focused()
    else:
        with_errors(page)

    assert_accessible_folded(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_question_before_a_reassessment_is_accessible(
    open_page: Open, alice: User, rachel: User, intake: Intake, language: str
) -> None:
    forty_incidents(alice, intake)
    review_actions.submit(alice, intake)
    current = Intake.objects.get(pk=intake.pk)
    review_actions.sign_off(rachel, current, b"%PDF-1.7 as it was", snapshot(as_intake_file(current)))

    path = reverse("reassess", args=[intake.uuid])
    page = open_page(path, user=alice, language=language, viewport=NARROW)

    assert page.url.endswith(path)
    assert_accessible_folded(page)
