"""What was typed and not added or saved is named wherever a document is made, and stops the sign-off."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import review as review_actions
from questionnaire.actions.log_imports import open_log
from questionnaire.actions.review import UnfinishedWordsError
from questionnaire.domain import dates
from questionnaire.domain.catalogue import SECTIONS
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.models import HeldPost, Intake, SafetyPlan, SignOff, User
from questionnaire.models.records_before import BEFORE
from questionnaire.tests.factories import reload, write_plan
from questionnaire.tests.pages import Page
from questionnaire.tests.urls import MISSING

AUTOSAVE = {"accept": "application/json"}
TYPED = "Gisteravond stond hij met een mes voor de deur"
#: Every page on which someone reads, makes or hands in what is in the documents.
PAGES = [
    ("summary", ()),
    ("answers", ()),
    ("case", ()),
    ("review", ()),
    ("stop", ()),
    ("pause", ()),
    *(("edition", (code,)) for code in ("police", "advice", "report", "client", "text")),
    ("texts", ("police",)),
]


@pytest.fixture
def begun(alice_client: Client, intake: Intake) -> Intake:
    """Return an intake beside which an incident was typed, without a date, and left."""
    page = Page(alice_client, reverse("section", args=[intake.uuid, "fear"]))
    page.fill(**{"incident-what": TYPED}).press("_", "", **AUTOSAVE)
    return reload(intake)


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_an_incident_that_is_being_written_is_named(
    alice_client: Client, begun: Intake, name: str, arguments: tuple[str, ...]
) -> None:
    html = Page(alice_client, reverse(name, args=[begun.uuid, *arguments])).html

    assert "Getypt, maar nog in geen document" in html
    assert (
        f'<a href="{reverse("incidents", args=[begun.uuid])}">Een voorval dat nog niet is toegevoegd</a>'
        in html
    )
    assert TYPED not in html


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_without_drafts_nothing_is_named(
    alice_client: Client, intake: Intake, name: str, arguments: tuple[str, ...]
) -> None:
    html = Page(alice_client, reverse(name, args=[intake.uuid, *arguments])).html

    assert "nog in geen document" not in html


def test_every_kind_of_draft_is_named_with_its_page(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    row = incident_actions.add_incident(alice, intake, Incident("2026-03-20", "home"))
    section, steps, plan, change = (
        reverse("section", args=[intake.uuid, "pattern"]),
        reverse("steps", args=[intake.uuid]),
        reverse("plan", args=[intake.uuid]),
        reverse("incident", args=[intake.uuid, row.uuid]),
    )
    Page(alice_client, section).fill(pattern_start="31-02-2026").press("_", "", **AUTOSAVE)
    Page(alice_client, change).fill(what="zqanders").press("_", "", **AUTOSAVE)
    Page(alice_client, steps).fill(
        **{"consultation-result": "zq", "breach-order": "zq", "decisions-acute": "zq"}
    ).press("_", "", **AUTOSAVE)
    Page(alice_client, plan).fill(**{"home-0-who": "zq", "home-0-when": "31-02-2026"}).press(
        "_", "", **AUTOSAVE
    )
    stored = reload(intake)
    stored.content["drafts"] |= {"running_note": ["{}"], "steps report_options": ["{}"], "decisions": ["{}"]}
    stored.save()

    html = Page(alice_client, reverse("unfinished", args=[intake.uuid])).html

    part = reverse("section", args=[intake.uuid, SECTIONS[-1].id])
    for address in (
        f"{section}#pattern_start",
        change,
        f"{steps}#consultations",
        f"{steps}#breaches",
        f"{steps}#decisions",
        part,
    ):
        assert f'<a href="{address}">' in html


def test_the_head_of_a_page_names_the_first_of_many_and_has_a_way_to_all(
    alice_client: Client, intake: Intake
) -> None:
    drafts = ["running_note", "steps report_options", "decisions", "fear_level", "weapons", "threats"]
    address = reverse("unfinished", args=[intake.uuid])
    for count, named, way in (
        (5, 5, "Alles wat in deze casus niet af is"),
        (6, 4, "En nog 2: alles wat niet af is"),
    ):
        stored = reload(intake)
        stored.content["drafts"] = {key: ["{}"] for key in drafts[:count]}
        stored.save()

        html = Page(alice_client, reverse("summary", args=[intake.uuid])).html

        lines = html.split('class="card unfinished"')[1].split("</ul>")[0]
        assert lines.count("<li>") == named + 1
        assert f'<a href="{address}">' in lines
        assert way in lines
        assert Page(alice_client, address).html.split("<main")[1].count("<li>") == count


def test_the_page_of_all_says_when_there_is_nothing_and_the_case_leads_to_it(
    alice_client: Client, intake: Intake
) -> None:
    address = reverse("unfinished", args=[intake.uuid])

    html = Page(alice_client, address).html

    assert "Er wacht hier niets" in html
    assert "Getypt, maar nog in geen document" not in html
    assert f'<a href="{address}">' in Page(alice_client, reverse("case", args=[intake.uuid])).html


def test_of_somebody_elses_case_it_is_the_same_as_of_none(client: Client, bob: User, begun: Intake) -> None:
    client.force_login(bob)

    addresses = [reverse("unfinished", args=[uuid]) for uuid in (begun.uuid, UUID(MISSING))]
    foreign, missing = map(client.get, addresses)

    assert foreign.status_code == missing.status_code == 404
    assert _without_names(foreign.text, begun) == _without_names(missing.text, begun)


def _without_names(html: str, intake: Intake) -> str:
    """Return a page without what differs each time: its address, its code and its tokens."""
    html = html.replace(str(intake.uuid), "").replace(MISSING, "")
    return re.sub(r'value="[^"]*"|<code>[^<]*</code>', "", html)


def test_nobody_signs_off_while_something_is_unfinished(
    alice_client: Client, client: Client, alice: User, rachel: User, begun: Intake
) -> None:
    submitted = review_actions.submit(alice, begun)

    with pytest.raises(UnfinishedWordsError):
        review_actions.sign_off(rachel, submitted, b"%PDF-1.7", {})

    assert not SignOff.objects.exists()
    client.force_login(rachel)
    assert "Een voorval dat nog niet is toegevoegd" in Page(client, reverse("review", args=[begun.uuid])).html


def test_once_it_is_added_it_can_be_signed_off(
    alice_client: Client, alice: User, rachel: User, begun: Intake
) -> None:
    Page(alice_client, reverse("incidents", args=[begun.uuid])).press("_go", "add")

    review_actions.sign_off(rachel, review_actions.submit(alice, begun), b"%PDF-1.7", {})

    assert [incident.what for incident in reload(begun).incident_log] == [TYPED]


def test_a_safety_plan_that_is_being_written_stops_the_sign_off_too(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    write_plan(alice, intake, home="x")
    plan = SafetyPlan.objects.get()
    plan.content["drafts"]["home"] = ["{}"]
    plan.save()

    html = Page(alice_client, reverse("summary", args=[intake.uuid])).html
    assert f'<a href="{reverse("plan", args=[intake.uuid])}#home">' in html
    with pytest.raises(UnfinishedWordsError):
        review_actions.sign_off(rachel, review_actions.submit(alice, reload(intake)), b"%PDF-1.7", {})


def test_a_change_to_an_incident_that_was_taken_out_stays_reachable(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    batch = uuid4()
    incident_actions.add_incidents(alice, intake, [Incident("2026-03-20", "home", what="zqeerst")], batch)
    change = reverse("incident", args=[intake.uuid, intake.incidents.get().uuid])
    for button, left in (("_remove", ()), ("_go", ("zqanders",))):
        incident_actions.restore_incident(alice, intake, UUID(change.split("/")[-2]))
        Page(alice_client, change).fill(what="zqanders").press("_", "", **AUTOSAVE)
        incident_actions.remove_batch(alice, intake, batch)
        assert change in Page(alice_client, reverse("summary", args=[intake.uuid])).html

        page = Page(alice_client, change)
        assert "zqanders" in page.html
        page.press(button, "1")

        assert tuple(each.what for each in intake.incident_log) == left
        assert not reload(intake).content["drafts"]


def test_what_was_typed_in_another_conversation_of_the_case_is_named_with_its_day(
    alice_client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    review_actions.sign_off(rachel, review_actions.submit(alice, intake), b"%PDF-1.7", {})
    later = review_actions.reassess(alice, reload(intake), on=intake.on)
    correction = review_actions.correct(alice, reload(intake))
    section = reverse("section", args=[later.uuid, "pattern"])
    Page(alice_client, section).fill(pattern_start="31-02-2026").press("_", "", **AUTOSAVE)

    html = Page(alice_client, reverse("summary", args=[correction.uuid])).html

    assert f'<a href="{section}#pattern_start">Gesprek van ' in html


def test_what_waits_for_one_person_is_named_to_them_alone(
    alice_client: Client, client: Client, alice: User, rachel: User, intake: Intake
) -> None:
    """A post that was kept, and a log that was opened and not taken in."""
    held = HeldPost(
        user=alice, mac="x", content={"path": reverse("steps", args=[intake.uuid]), "controls": {}}
    )
    held.make_key()
    held.save(force_insert=True)
    elsewhere = HeldPost(user=alice, mac="y", content={"path": reverse("start"), "controls": {}})
    elsewhere.make_key()
    elsewhere.save(force_insert=True)
    open_log(alice, intake, PendingLog("12-03-2026 belde aan"))
    review_actions.submit(alice, intake)
    address = reverse("review", args=[intake.uuid])

    alice_client.get(address)  # which shows first what waits, once
    own = Page(alice_client, address).html
    all_of_own = Page(alice_client, reverse("unfinished", args=[intake.uuid])).html
    client.force_login(rachel)
    of_reviewer = Page(client, address).html
    all_of_reviewer = Page(client, reverse("unfinished", args=[intake.uuid])).html

    assert "Wacht alleen op u" in all_of_own
    assert f'<a href="{reverse("kept")}">Een pagina die niet is opgeslagen</a>' in all_of_own
    assert f"Opvolging · sinds {dates.format_date(dates.today())}, " in " ".join(all_of_own.split())
    assert f'<a href="{reverse("log_import", args=[intake.uuid])}">' in all_of_own
    assert "Er wacht hier niets" in all_of_reviewer
    assert f'<a href="{reverse("kept")}">1 pagina die niet is opgeslagen</a>' in own
    assert f'<a href="{reverse("log_import", args=[intake.uuid])}">' in own
    assert "nog in geen document" not in of_reviewer


def test_what_was_taken_back_is_named(alice_client: Client, alice: User, intake: Intake) -> None:
    """A note of a hand-over and a remark, which their pages show once more."""
    intake.content[BEFORE] = [
        {
            "kind": kind,
            "by": alice.pk,
            "uuid": str(uuid4()),
            "at": timezone.now().isoformat(),
            "content": {"note": "zq", "item": "", "text": "zq"},
        }
        for kind in ("note of a hand-over", "remark")
    ]
    intake.save()

    html = Page(alice_client, reverse("summary", args=[intake.uuid])).html

    assert "Een opmerking die u terugnam" in html
    assert "Een bericht dat u terugnam" in html
