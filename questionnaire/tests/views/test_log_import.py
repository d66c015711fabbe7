"""Taking many incidents from a log: reading it, looking at every line, adding them at once, undoing that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import log_imports
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.log_files.blank import blank_log
from questionnaire.models import Intake, LogImport, User
from questionnaire.tests.factories import event_codes, reload
from questionnaire.tests.pages import Page, one_line

TABLE = (
    "datum;tijd;waar;wat;gemeld\n"
    "20-03-2026;14:05;thuis;stond voor de deur;ja\n"
    "11/7/2025;;online;41 keer gebeld;\n"
    "ooit in de zomer;;;bloemen gestuurd;nee\n"
    "20-03-2026;14:05;thuis;stond voor de deur;ja\n"
)
CHAT = (
    "[20-03-26, 14:22:33] Persoon A: Waar ben je\n"
    "[20-03-26, 14:23:01] Persoon A: Neem op\n"
    "[20-03-26, 15:00:00] Ik: Laat mij met rust\n"
    "[21-03-26, 09:00:00] Persoon A: Ik zie je lopen\n"
)
AT_THE_DOOR = Incident(
    "2026-03-20", "home", what="stond voor de deur", reported=True, time="14:05", source="log"
)
FLOWERS = Incident(
    precision="", as_told="ooit in de zomer", what="bloemen gestuurd", reported=False, source="log"
)


def url(intake: Intake) -> str:
    return reverse("log_import", args=[intake.uuid])


def paste(client: Client, intake: Intake, text: str = TABLE) -> Page:
    response = Page(client, url(intake)).fill(pasted=text).press("_open", "1")
    assert response.status_code == 302, response.content.decode()
    return Page(client, url(intake))


def told(client: Client, response: Any) -> str:
    return one_line(client.get(response.headers["Location"]).content.decode())


def test_nothing_is_in_the_log_before_it_is_added(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake)

    assert not intake.incident_log
    for words in (
        "<b>Een tabel.</b>",
        "2 regels kunnen worden toegevoegd",
        "Voeg deze 2 toe",
        "Hetzelfde als regel 2",
    ):
        assert words in page.html
    assert event_codes()[-2:] == [EventCode.LOG_IMPORT_MADE, EventCode.LOG_IMPORT_READ]

    response = page.press("_add", "1")

    assert intake.incident_log == (AT_THE_DOOR, FLOWERS)
    assert "2 regels toegevoegd aan het logboek." in told(alice_client, response)
    assert "Voeg deze" not in Page(alice_client, url(intake)).html


def test_doubtful_lines_stand_first_with_what_they_can_mean(alice_client: Client, intake: Intake) -> None:
    html = paste(alice_client, intake).html

    assert html.index("Regel 3:") < html.index("Regel 2:") < html.index("Regel 5:")
    assert "1 regel is niet zeker." in html
    assert 'value="3|2025-07-11">11 juli 2025' in html
    assert 'value="3|2025-11-07">7 november 2025' in html
    assert "Wat betekent “11/7/2025” in dit logboek?" in html


@pytest.mark.parametrize(("reading", "date"), [("2025-07-11", "2025-07-11"), ("2025-11-07", "2025-11-07")])
def test_one_line_is_settled_by_one_of_its_readings(
    alice_client: Client, intake: Intake, reading: str, date: str
) -> None:
    page = paste(alice_client, intake)

    page.press("_reading", f"3|{reading}")
    Page(alice_client, url(intake)).press("_add", "1")

    assert Incident(date, "online", what="41 keer gebeld", times=41, source="log") in intake.incident_log
    assert len(intake.incident_log) == 3


def test_the_order_is_asked_once_a_log_and_remembered(alice_client: Client, intake: Intake) -> None:
    log = "3/20/2026 stond voor de deur\n11/7/2025 belde\n11/8/2025 belde weer\n"
    page = paste(alice_client, intake, log)
    assert "2 regels zijn niet zeker." in page.html
    page.press("_order", "mdy")
    page = Page(alice_client, url(intake))
    assert "Voeg deze 3 toe" in page.html
    page.press("_add", "1")

    assert [each.date for each in intake.incident_log] == ["2026-03-20", "2025-11-07", "2025-11-08"]
    assert reload(intake).case.date_order == "mdy"
    again = paste(alice_client, intake, "12/8/2025 stond bij school\n").html
    assert "8 december 2025" in again
    assert 'value="dmy">Dag voorop: dinsdag 12 augustus 2025' in again


def know(alice: User, intake: Intake, order: str) -> None:
    incident_actions.add_incident(alice, intake, AT_THE_DOOR, date_order=order)


def test_the_order_known_before_is_told_and_can_be_turned(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    know(alice, intake, "mdy")

    page = paste(alice_client, intake, "11/7/2025 belde\n")

    html = one_line(page.html)
    assert (
        "“11/7/2025” is gelezen als vrijdag 7 november 2025: maand voorop, zoals eerder is gekozen." in html
    )
    assert 'value="dmy">Dag voorop: vrijdag 11 juli 2025' in html
    assert 'name="_order" value="mdy"' not in html
    page.press("_order", "dmy")
    page = Page(alice_client, url(intake))
    assert "zoals eerder" not in page.html
    page.press("_add", "1")
    assert [each.date for each in intake.incident_log] == [AT_THE_DOOR.date, "2025-07-11"]
    assert reload(intake).case.date_order == "dmy"
    undo(alice_client, intake)
    assert reload(intake).case.date_order == "mdy"
    assert "eerder is gekozen" not in paste(alice_client, intake, "11 juli 2025 belde\n").html


def test_the_order_known_before_is_asked_again_when_the_log_contradicts_it(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    know(alice, intake, "mdy")

    page = paste(alice_client, intake, "11/7/2025 belde\n13/6/2025 belde\n")

    html = one_line(page.html)
    assert "1 regel is niet zeker." in html
    assert "Wat betekent “11/7/2025” in dit logboek?" in html
    assert "eerder is gekozen" not in html
    row = Page(alice_client, f"{url(intake)}?row=1").fill(what="belde").press("_row", "1")
    assert "11 juli 2025 of 7 november 2025" in one_line(row.content.decode())


def undo(client: Client, intake: Intake) -> None:
    html = Page(client, reverse("incidents", args=[intake.uuid])).html
    button = html.partition('form="undo" name="undo" value="')[2].partition('"')[0]
    assert client.post(reverse("undo"), {"undo": button}).status_code == 302


def test_the_order_that_makes_a_day_ahead_is_not_offered(
    alice_client: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2026, 11, 29))
    html = one_line(paste(alice_client, intake, "12/11/2026 belde aan\n").html)

    assert "Dag voorop: 12 november 2026" in html or "Dag voorop: donderdag 12 november 2026" in html
    assert "Maand voorop" not in html
    assert 'value="1|2026-11-12">12 november 2026' in html
    assert "1|2026-12-11" not in html
    assert "andersom is het een dag die niet kan" in html


def test_a_line_without_a_date_is_told_and_can_be_put_apart_and_back(
    alice_client: Client, intake: Intake
) -> None:
    log = "20-03-2026 belde aan\nde buren zagen het\n19-03-2026 reed langs\n"
    page = paste(alice_client, intake, log)
    html = one_line(page.html)
    assert "1 regel heeft geen datum. Die is bij de regel erboven gezet." in html
    assert "regel 2 heeft geen datum, en is bij deze gezet" in html
    assert html.index("Regel 1:") < html.index("Regel 3:")

    page.press("_apart", "1")

    page = Page(alice_client, url(intake))
    assert "1 regel is niet zeker." in one_line(page.html)
    assert "heeft geen datum" not in page.html

    joined = Page(alice_client, f"{url(intake)}?page=1").press("_joined", "2")

    assert joined.headers["Location"] == f"{url(intake)}?page=1#row-1"
    page = Page(alice_client, url(intake))
    assert "Voeg deze 2 toe" in page.html
    page.press("_add", "1")
    assert {each.what for each in intake.incident_log} == {"belde aan\nde buren zagen het", "reed langs"}


def test_a_line_is_not_put_with_a_row_that_was_corrected(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake, "3 mei 2025 stond voor de deur\nhij dreigde mij te doden\n")
    page.press("_apart", "1")
    assert 'name="_joined"' in Page(alice_client, url(intake)).html
    Page(alice_client, f"{url(intake)}?row=1").fill(place="home").press("_row", "1")

    page = Page(alice_client, url(intake))
    assert 'name="_joined"' not in page.html
    refused = page.press("_joined", "2")

    assert refused.headers["Location"].endswith("#row-2")
    assert "De regel erboven is al verbeterd, toegevoegd of weggelaten." in told(alice_client, refused)
    Page(alice_client, f"{url(intake)}?row=2").fill(date="4 mei 2025").press("_row", "2")
    Page(alice_client, url(intake)).press("_add", "1")
    assert [each.what for each in intake.incident_log] == ["stond voor de deur", "hij dreigde mij te doden"]


def test_a_date_is_settled_and_its_lines_without_one_are_still_told(
    alice_client: Client, intake: Intake
) -> None:
    page = paste(alice_client, intake, "11/7/2025 stond voor de deur\nhij dreigde mij te doden\n")

    page.press("_reading", "1|2025-07-11")

    html = one_line(Page(alice_client, url(intake)).html)
    assert "1 regel heeft geen datum. Die is bij de regel erboven gezet." in html
    assert 'name="_apart" value="1"' in html
    # From a page that was opened before, it does not undo a correction.
    Page(alice_client, f"{url(intake)}?row=1").fill(what="zqverbeterd").press("_row", "1")
    page.press("_reading", "1|2025-11-07")
    assert "zqverbeterd" in Page(alice_client, url(intake)).html


def test_lines_that_are_in_the_log_are_not_added_again(alice_client: Client, intake: Intake) -> None:
    for _time in range(2):
        page = paste(alice_client, intake)
        page.press("_add", "1")

    assert intake.incident_log == (AT_THE_DOOR, FLOWERS)
    html = paste(alice_client, intake).html
    assert html.count("Staat al in het logboek") == 3
    assert "Voeg deze" not in html
    assert "nog niets om toe te voegen" in told(
        alice_client, Page(alice_client, url(intake)).press("_add", "1")
    )


def test_a_line_is_left_out_or_added_all_the_same(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake)
    page.press("_leave", "2")
    page.press("_keep", "5")
    assert "Voeg deze 2 toe" in Page(alice_client, url(intake)).html
    page.press("_keep", "2")

    Page(alice_client, url(intake)).press("_add", "1")

    assert intake.incident_log == (AT_THE_DOOR, FLOWERS, AT_THE_DOOR)


def test_a_line_is_corrected_where_it_stands(alice_client: Client, intake: Intake) -> None:
    paste(alice_client, intake)
    page = Page(alice_client, f"{url(intake)}?row=3")
    assert page.posted["date"] == "11/7/2025"
    assert page.posted["times"] == "41"

    wrong = page.fill(date="31-02-2026").press("_row", "3")
    assert wrong.status_code == 200
    assert "een dag die niet bestaat" in wrong.content.decode()
    page.fill(date="11 juli 2025", witness="de buurvrouw").press("_row", "3")
    Page(alice_client, url(intake)).press("_add", "1")

    added = next(each for each in intake.incident_log if each.times == 41)
    assert (added.date, added.witness, added.place) == ("2025-07-11", "de buurvrouw", "online")


def test_another_column_is_read_as_what_the_person_says(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake, "x;y;z\n20-03-2026;de buurvrouw;stond er weer\n")

    page.fill(**{"column-1": "witness", "column-2": "what", "kind": "table"}).press("_read", "1")
    Page(alice_client, url(intake)).press("_add", "1")

    (added,) = intake.incident_log
    assert (added.witness, added.what) == ("de buurvrouw", "stond er weer")


def test_of_a_chat_it_is_asked_whose_messages_count(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake, CHAT)
    assert "Van wie zijn deze berichten" in page.html
    assert "Voeg deze" not in page.html

    page.fill(sender="Persoon A").press("_read", "1")
    html = Page(alice_client, url(intake)).html
    assert "2 regels kunnen worden toegevoegd." in html
    assert "Geteld naar hoe vaak: 3 voorvallen." in html
    Page(alice_client, url(intake)).press("_add", "1")

    first, second = intake.incident_log
    assert (first.date, first.times, first.place, first.source) == ("2026-03-20", 2, "online", "chat")
    assert "Neem op" in first.what
    assert second.times == 1
    assert not any("rust" in each.what for each in intake.incident_log)


def test_the_batch_is_undone_as_one(alice_client: Client, alice: User, intake: Intake) -> None:
    kept = Incident("2026-01-01", "home", what="stond er al")
    incident_actions.add_incident(alice, intake, kept)
    paste(alice_client, intake).press("_add", "1")
    assert len(intake.incident_log) == 3

    undo(alice_client, intake)

    assert list(intake.incident_log) == [kept]
    assert event_codes()[-2:] != [EventCode.INCIDENTS_ADDED]


def test_what_is_in_doubt_waits_on_when_the_rest_is_added(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake, "20-03-2026 zqeen\n11/7/2025 zqtwee\n12/7/2025 zqdrie\n")
    page.press("_reading", "2|2025-07-11")
    page = Page(alice_client, url(intake))

    for _time in range(2):
        response = page.press("_add", "1")

    assert [each.what for each in intake.incident_log] == ["zqeen", "zqtwee"]
    assert response.headers["Location"] == url(intake)
    page = Page(alice_client, url(intake))
    assert "zqdrie" in page.html
    assert "Voeg deze" not in page.html
    page.press("_reading", "3|2025-07-12")
    assert Page(alice_client, url(intake)).press("_add", "1").headers["Location"] != url(intake)
    assert [each.what for each in intake.incident_log] == ["zqeen", "zqtwee", "zqdrie"]
    assert not LogImport.objects.exists()


def test_a_correction_of_a_line_that_waited_too_long_is_a_draft(alice_client: Client, intake: Intake) -> None:
    paste(alice_client, intake)
    page = Page(alice_client, f"{url(intake)}?row=1").fill(what="zqgetypt")
    LogImport.objects.all().delete()

    response = page.press("_row", "1")

    assert "zqgetypt" in Page(alice_client, response.headers["Location"]).html


def test_letting_it_go_adds_nothing(alice_client: Client, intake: Intake) -> None:
    response = paste(alice_client, intake).press("_drop", "1")

    assert "Er is niets toegevoegd." in told(alice_client, response)
    assert not LogImport.objects.exists()
    assert "Plak het logboek hier" in Page(alice_client, url(intake)).html


def test_after_an_hour_it_is_gone(alice_client: Client, alice: User, intake: Intake) -> None:
    page = paste(alice_client, intake)
    LogImport.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert "het wachtte langer dan een uur" in told(alice_client, page.press("_add", "1"))

    assert not intake.incident_log
    assert not LogImport.objects.exists()


def test_what_waited_too_long_is_deleted_whoever_looks(alice_client: Client, intake: Intake) -> None:
    for look in (
        lambda: alice_client.get(reverse("incidents", args=[intake.uuid])),
        lambda: call_command("clearsessions"),
    ):
        paste(alice_client, intake)
        LogImport.objects.update(until=timezone.now() - timedelta(seconds=1))

        look()

        assert not LogImport.objects.exists()


def test_a_change_keeps_it_an_hour_longer(alice_client: Client, intake: Intake) -> None:
    page = paste(alice_client, intake)
    LogImport.objects.update(until=timezone.now() + timedelta(seconds=60))

    page.press("_leave", "2")

    assert LogImport.objects.get().until > timezone.now() + timedelta(minutes=59)


def test_it_waits_for_its_person_alone(
    alice_client: Client, bob: User, intake: Intake, client: Client
) -> None:
    paste(alice_client, intake)

    assert log_imports.opened_log(bob, intake) is None
    client.force_login(bob)
    assert client.get(url(intake)).status_code == 404
    assert client.post(url(intake), {"_add": "1"}).status_code == 404


def test_another_log_takes_its_place(alice_client: Client, alice: User, intake: Intake) -> None:
    paste(alice_client, intake)
    Page(alice_client, url(intake)).press("_open", "1")
    alice_client.post(url(intake), {"_open": "1", "pasted": "1 maart 2026 stond bij school"})

    row = LogImport.objects.get()
    assert PendingLog.from_json(row.content).content == "1 maart 2026 stond bij school"


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("", "Plak het logboek of kies een bestand."),
        ("  \n ", "Plak het logboek of kies een bestand."),
        ("x\n" * 20_001, "20001"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_text_still_there(
    alice_client: Client, intake: Intake, pasted: str, expected: str
) -> None:
    response = Page(alice_client, url(intake)).fill(pasted=pasted).press("_open", "1")

    assert response.status_code == 422
    assert expected in one_line(response.content.decode())
    assert "<title>Fout: " in one_line(response.content.decode())
    assert not LogImport.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_blank_log_that_was_filled_in_is_opened_again(
    alice_client: Client, intake: Intake, form: str
) -> None:
    data = blank_log(form, "nl")  # type: ignore[arg-type]
    if form == "csv":
        data += b"05-03-2026;14:05;;thuis;stond er weer;3;;de buurvrouw;;ja;\r\n"
    response = alice_client.post(url(intake), {"_open": "1", "file": SimpleUploadedFile("x", data)})

    if form == "xlsx":  # empty as it is
        assert "Er is geen regel met een datum in gevonden." in response.content.decode()
        return
    Page(alice_client, url(intake)).press("_add", "1")
    (added,) = intake.incident_log
    assert (added.date, added.time, added.times, added.witness) == ("2026-03-05", "14:05", 3, "de buurvrouw")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "Er staat niets in dit bestand."),
        (b"%PDF-1.7", "Dit is een pdf"),
        (b"\x89PNG\r\n\x1a\n", "Dit is een plaatje"),
        (b"PK\x03\x04 broken", "beschadigd"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    alice_client: Client, intake: Intake, data: bytes, expected: str
) -> None:
    response = alice_client.post(url(intake), {"_open": "1", "file": SimpleUploadedFile("x.xlsx", data)})

    assert response.status_code == 422
    assert expected.lower() in response.content.decode().lower()


def test_a_file_that_is_too_large_is_refused_by_name(alice_client: Client, intake: Intake) -> None:
    for size in (5_000_001, 9_000_000):
        file = SimpleUploadedFile("x.csv", b"x" * size)

        response = alice_client.post(url(intake), {"_open": "1", "file": file})

        assert response.status_code == 422
        assert "te groot" in response.content.decode()


@pytest.mark.parametrize(
    "posted",
    [
        {"_row": "99", "date": "1-1-2026"},
        {"_row": "x"},
        {"_reading": "3"},
        {"_reading": "x|y"},
        {"_reading": "3|2999-01-01"},
        {"_leave": "-1"},
        {"_keep": "99999999999999999999"},
        {"_order": "ymd"},
        {"_read": "1", "column-999": "what", "column-1": "nothing", "kind": "poem", "sender": "\0"},
        {},
    ],
)
def test_a_tampered_post_adds_nothing_and_breaks_nothing(
    alice_client: Client, intake: Intake, posted: dict[str, str]
) -> None:
    paste(alice_client, intake)

    assert alice_client.post(url(intake), posted).status_code in (200, 302)

    assert alice_client.get(url(intake)).status_code == 200
    for query in ("?row=99", "?row=x", "?row=99999999999999", "?page=x", "?page=-1", "?page=9"):
        assert alice_client.get(url(intake) + query).status_code == 200
    assert not intake.incident_log


def test_another_language_keeps_what_was_pasted(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(pasted=TABLE)

    response = page.press("_language", "en")

    assert "Paste the log here" in response.content.decode()
    assert "stond voor de deur" in response.content.decode()
    assert "Paste the log here" in Page(alice_client, url(intake)).html
    assert page.press("_language", "xx").status_code == 302


HELD = {"_held": "00000000-0000-0000-0000-000000000000"}


def test_a_paste_that_was_kept_while_the_screen_was_hidden_is_read_after_all(
    alice_client: Client, intake: Intake
) -> None:
    alice_client.post(url(intake), {**HELD, "_go": "save", "pasted": TABLE, "file": "[object File]"})

    assert "Voeg deze 2 toe" in Page(alice_client, url(intake)).html

    # It does not replace the log that waits now.
    other = alice_client.post(url(intake), {**HELD, "_go": "save", "pasted": "20-03-2026 iets anders"})
    assert "20-03-2026 iets anders</textarea>" in other.content.decode()
    assert "data-unsent" in other.content.decode()
    assert "Voeg deze 2 toe" in Page(alice_client, url(intake)).html


def test_a_correction_that_was_kept_while_the_screen_was_hidden_is_shown_before_it_is_taken(
    alice_client: Client, intake: Intake
) -> None:
    paste(alice_client, intake)
    row = Page(alice_client, f"{url(intake)}?row=4").fill(what="tulpen gestuurd")
    posted = {**row.posted.dict(), **HELD, "_go": "save"}
    assert "data-unsent" not in row.html

    html = alice_client.post(url(intake), posted).content.decode()

    assert "tulpen gestuurd" in html
    assert "data-unsent" in html
    assert "tulpen gestuurd" not in Page(alice_client, url(intake)).html


@pytest.mark.parametrize("row", ["2", "99", "x"])
def test_a_correction_of_a_line_of_another_log_is_a_draft(
    alice_client: Client, intake: Intake, row: str
) -> None:
    paste(alice_client, intake)
    first = Page(alice_client, f"{url(intake)}?row=2").fill(what="tulpen gestuurd")
    Page(alice_client, url(intake)).press("_drop", "1")
    paste(alice_client, intake, "19-03-2026 reed langs\n20-03-2026 belde aan\n")
    posted = {**first.posted.dict(), "row": row}

    for kept in ({**posted, "_row": row}, {**posted, **HELD, "_go": "save"}):
        response = alice_client.post(url(intake), kept)

        page = Page(alice_client, response.headers["Location"])
        assert "De regel die u verbeterde, staat niet in het logboek dat nu wacht." in one_line(page.html)
        assert page.posted["what"] == "tulpen gestuurd"
    assert "belde aan" in Page(alice_client, url(intake)).html
    assert "tulpen" not in Page(alice_client, url(intake)).html


def test_what_came_back_in_another_language_is_still_unsent(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake)).fill(pasted="20-03-2026 belde aan")
    assert "data-unsent" not in page.html

    html = page.press("_language", "en").content.decode()

    assert "data-unsent" in html
