"""The incident log: add, change, remove."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.domain.incidents import Incident as Told
from questionnaire.forms.intakes import IncidentForm, incident_initial
from questionnaire.models import Event, Incident, Intake, User
from questionnaire.tests.pages import Page

TOLD = Told("2026-03-20", "home", what="stond voor\nde deur", evidence="foto", reported=True)
AUTOSAVE = {"accept": "application/json"}


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def incident(alice: User, intake: Intake) -> Incident:
    return incident_actions.add_incident(alice, intake, TOLD)


def log_url(intake: Intake) -> str:
    return reverse("incidents", args=[intake.uuid])


def url(incident: Incident) -> str:
    return reverse("incident", args=[incident.intake_id, incident.uuid])


def section_url(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def content(intake: Intake) -> dict[str, Any]:
    stored: dict[str, Any] = Intake.objects.get(pk=intake.pk).content
    return stored


def told(intake: Intake) -> list[Told]:
    return list(intake.incident_log)


@pytest.mark.parametrize(
    "told",
    [
        TOLD,
        Told("2026-03", "online", precision="month"),
        Told("2026-03", "elsewhere", precision="about", reported=False),
        Told("2026-03-20", "elsewhere", precision="about", what="  spaties  "),
    ],
)
def test_an_incident_comes_back_from_its_form(told: Told) -> None:
    form = IncidentForm(incident_initial(told))

    assert form.is_valid()
    assert form.parsed == told


def test_adding(alices: Client, intake: Intake) -> None:
    page = Page(alices, log_url(intake))

    response = page.fill(date="20-03-2026", place="home", what="stond voor\r\nde deur").press("_go", "add")

    assert response.headers["Location"] == log_url(intake)
    assert told(intake) == [Told("2026-03-20", "home", what="stond voor\nde deur")]


def test_sending_the_page_twice_adds_one(alices: Client, intake: Intake) -> None:
    page = Page(alices, log_url(intake)).fill(date="20-03-2026", place="home")

    page.press("_go", "add")
    page.press("_go", "add")

    assert len(told(intake)) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [("date", ""), ("date", "gisteren"), ("date", "31-02-2026"), ("date", "01-2999"), ("place", "moon")],
)
def test_what_cannot_be_read_is_said_and_kept(alices: Client, intake: Intake, field: str, typed: str) -> None:
    page = Page(alices, log_url(intake)).fill(date="20-03-2026", place="home", what="stond voor de deur")

    html = page.fill(**{field: typed}).press("_go", "add").content.decode()

    assert f'id="id_{field}_error"' in html
    assert typed in html
    assert "<title>Fout: " in html
    assert "stond voor de deur" in html
    assert not told(intake)


def test_the_log_shows_the_latest_first(alices: Client, alice: User, intake: Intake) -> None:
    for date in ("2026-01-02", "2026-03-04", "2025-12-31"):
        incident_actions.add_incident(alice, intake, Told(date, "home"))

    html = Page(alices, log_url(intake)).html

    assert html.index("4 maart 2026") < html.index("2 januari 2026") < html.index("31 december 2025")


def test_changing(alices: Client, intake: Intake, incident: Incident) -> None:
    page = Page(alices, url(incident))

    response = page.fill(what="stond in de tuin", reported="").press("_go", "save")

    assert response.headers["Location"] == log_url(intake)
    assert told(intake) == [Told("2026-03-20", "home", what="stond in de tuin", evidence="foto")]


def test_changing_nothing_writes_nothing(alices: Client, intake: Intake, incident: Incident) -> None:
    Page(alices, url(incident)).press("_go", "save")

    assert not Event.objects.filter(code=EventCode.INCIDENT_CHANGED).exists()


def test_what_someone_else_changed_is_shown_before_it_is_overwritten(
    alices: Client, intake: Intake, incident: Incident
) -> None:
    first, second = Page(alices, url(incident)), Page(alices, url(incident))
    first.fill(what="de eerste").press("_go", "save")

    html = second.fill(what="de tweede").press("_go", "save").content.decode()

    assert "de eerste" in html
    assert "de tweede" in html
    assert told(intake)[0].what == "de eerste"


def test_saving_again_after_that_keeps_ones_own(alices: Client, intake: Intake, incident: Incident) -> None:
    first, second = Page(alices, url(incident)), Page(alices, url(incident))
    first.fill(what="de eerste").press("_go", "save")
    second.fill(what="de tweede").press("_go", "save")

    second.fill(base=str(Page(alices, url(incident)).posted["base"]))
    second.press("_go", "save")

    assert told(intake)[0].what == "de tweede"


def test_removing(alices: Client, intake: Intake, incident: Incident) -> None:
    page = Page(alices, url(incident))

    page.press("_remove", "1")
    again = page.press("_remove", "1")

    assert again.headers["Location"] == log_url(intake)
    assert not told(intake)
    assert Event.objects.filter(code=EventCode.INCIDENT_REMOVED).count() == 1


def test_saving_what_was_removed_meanwhile_puts_it_back(
    alices: Client, alice: User, intake: Intake, incident: Incident
) -> None:
    page = Page(alices, url(incident)).fill(what="toch wel")
    incident_actions.remove_incident(alice, intake, incident.uuid)

    page.press("_go", "save")

    assert told(intake)[0].what == "toch wel"


def test_what_is_not_there_is_not_found(alices: Client, alice: User, intake: Intake) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    elsewhere = incident_actions.add_incident(alice, other, TOLD)

    for uuid in (uuid4(), elsewhere.uuid):
        assert alices.get(reverse("incident", args=[intake.uuid, uuid])).status_code == 404


def test_strangers_and_colleagues_find_nothing(
    client: Client, intake: Intake, incident: Incident, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)
        for page in (log_url(intake), url(incident)):
            assert client.get(page).status_code == 404
            assert client.post(page, {"_remove": "1"}).status_code == 404
    assert told(intake) == [TOLD]


@pytest.mark.parametrize("page", ["log", "one"])
def test_reading_is_one_event(alices: Client, intake: Intake, incident: Incident, page: str) -> None:
    before = Event.objects.count()

    alices.get(log_url(intake) if page == "log" else url(incident))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.INCIDENTS_READ


class TestHalfWritten:
    """What was typed of an incident and not added or saved."""

    HALF = {"date": "gisteren", "what": "stond voor\r\nde deur", "about": "on"}

    def is_shown(self, page: Page, prefix: str = "") -> bool:
        return all(page.posted.get(f"{prefix}{name}") == typed for name, typed in self.HALF.items())

    def test_it_is_kept_while_someone_types(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, log_url(intake))

        answer = page.fill(**self.HALF).press("_", "", **AUTOSAVE).json()

        assert answer["status"].startswith("Opgeslagen om ")
        assert set(answer["base"]) == {"sketch__base"}
        assert self.is_shown(Page(alices, log_url(intake)))
        assert self.is_shown(Page(alices, section_url(intake)), "incident-")
        assert not told(intake)

    def test_what_stands_beside_the_questions_is_the_same(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, section_url(intake))

        page.fill(**{f"incident-{name}": typed for name, typed in self.HALF.items()})
        page.press("_", "", **AUTOSAVE)

        assert self.is_shown(Page(alices, log_url(intake)))
        again = Page(alices, section_url(intake))
        assert self.is_shown(again, "incident-")
        assert again.posted["incident-key"] == page.posted["incident-key"]

    def test_typing_on_replaces_it(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, log_url(intake))
        for what in ("stond", "stond er", "stond er weer"):
            answer = page.fill(what=what).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert Page(alices, log_url(intake)).posted["what"] == "stond er weer"
        assert len(content(intake)["drafts"]["incidents"]) == 1

    @pytest.mark.parametrize("place", ["log", "section"])
    def test_adding_it_ends_it(self, alices: Client, intake: Intake, place: str) -> None:
        url = log_url(intake) if place == "log" else section_url(intake)
        prefix = "" if place == "log" else "incident-"
        half = Page(alices, url).fill(**{f"{prefix}date": "20-03-2026"})
        half.press("_", "", **AUTOSAVE)

        Page(alices, url).fill(**{f"{prefix}place": "home"}).press("_go", "incident")

        assert told(intake) == [Told("2026-03-20", "home")]
        assert not content(intake)["drafts"]

    def test_emptying_it_ends_it(self, alices: Client, intake: Intake) -> None:
        Page(alices, log_url(intake)).fill(**self.HALF).press("_", "", **AUTOSAVE)

        page = Page(alices, log_url(intake)).fill(date="", what="", about=None)
        page.press("_", "", **AUTOSAVE)

        assert not content(intake)["drafts"]

    def test_two_tabs_keep_both(self, alices: Client, intake: Intake) -> None:
        first, second = Page(alices, log_url(intake)), Page(alices, log_url(intake))
        first.fill(what="in de tuin", date="20-03-2026", place="home").press("_", "", **AUTOSAVE)
        second.fill(what="aan de deur").press("_", "", **AUTOSAVE)

        first.press("_go", "add")

        assert [one.what for one in told(intake)] == ["in de tuin"]
        assert Page(alices, log_url(intake)).posted["what"] == "aan de deur"

    def test_another_language_keeps_it(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, log_url(intake)).fill(**self.HALF)

        response = page.press("_language", "en")

        assert response.headers["Location"] == log_url(intake)
        assert self.is_shown(Page(alices, log_url(intake)))
        assert "You began this one." in Page(alices, log_url(intake)).html

    def test_a_change_is_kept_too_and_beside_it_what_is_stored(
        self, alices: Client, intake: Intake, incident: Incident
    ) -> None:
        Page(alices, url(incident)).fill(**self.HALF).press("_", "", **AUTOSAVE)

        again = Page(alices, url(incident))

        assert self.is_shown(again)
        assert "<b>20 maart 2026; Thuis; stond voor" in again.html
        assert told(intake) == [TOLD]

    @pytest.mark.parametrize("button", ["_go", "_remove"])
    def test_saving_or_removing_ends_the_change(
        self, alices: Client, intake: Intake, incident: Incident, button: str
    ) -> None:
        Page(alices, url(incident)).fill(what="stond in de tuin").press("_", "", **AUTOSAVE)

        Page(alices, url(incident)).press(button, "1")

        assert [one.what for one in told(intake)] == ["stond in de tuin"][: button == "_go"]
        assert not content(intake)["drafts"]

    def test_a_change_taken_back_is_none(self, alices: Client, intake: Intake, incident: Incident) -> None:
        Page(alices, url(incident)).press("_", "", **AUTOSAVE)

        assert not content(intake)["drafts"]
        assert not Event.objects.filter(code=EventCode.INTAKE_CHANGED).exists()

    def test_what_was_being_changed_goes_with_what_is_removed(
        self, alices: Client, alice: User, intake: Intake, incident: Incident
    ) -> None:
        Page(alices, url(incident)).fill(what="toch anders").press("_", "", **AUTOSAVE)
        assert content(intake)["drafts"]

        incident_actions.remove_incident(alice, intake, incident.uuid)

        assert not content(intake)["drafts"]

    def test_a_change_of_what_was_removed_can_be_added(
        self, alices: Client, alice: User, intake: Intake, incident: Incident
    ) -> None:
        page = Page(alices, url(incident)).fill(what="toch wel")
        incident_actions.remove_incident(alice, intake, incident.uuid)

        page.press("_", "", **AUTOSAVE)

        assert Page(alices, log_url(intake)).posted["what"] == "toch wel"

    def test_the_event_says_no_more_than_that(self, alices: Client, incident: Incident) -> None:
        Page(alices, url(incident)).fill(**self.HALF).press("_", "", **AUTOSAVE)

        assert Event.objects.latest("seq").items == ["incidents"]
