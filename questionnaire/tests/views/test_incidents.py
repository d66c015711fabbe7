"""The incident log: adding, changing and removing, and drafts meanwhile."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Event, Incident, Intake, User
from questionnaire.tests.factories import reload
from questionnaire.tests.pages import Page

STORED = DomainIncident("2026-03-20", "home", what="stond voor\nde deur", evidence="foto", reported=True)
AUTOSAVE = {"accept": "application/json"}


@pytest.fixture
def incident(alice: User, intake: Intake) -> Incident:
    return incident_actions.add_incident(alice, intake, STORED)


def log_url(intake: Intake) -> str:
    return reverse("incidents", args=[intake.uuid])


def url(incident: Incident) -> str:
    return reverse("incident", args=[incident.case.intakes.get().uuid, incident.uuid])


def section_url(intake: Intake) -> str:
    return reverse("section", args=[intake.uuid, "fear"])


def stored_log(intake: Intake) -> list[DomainIncident]:
    return list(intake.incident_log)


def test_incident_is_added(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, log_url(intake))

    response = page.fill(date="20-03-2026", place="home", what="stond voor\r\nde deur").press("_go", "add")

    assert response.headers["Location"] == log_url(intake)
    assert stored_log(intake) == [DomainIncident("2026-03-20", "home", what="stond voor\nde deur")]


def test_posting_the_page_twice_adds_one_incident(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, log_url(intake)).fill(date="20-03-2026", place="home")

    page.press("_go", "add")
    page.press("_go", "add")

    assert len(stored_log(intake)) == 1


def test_what_was_added_though_no_answer_came_is_not_added_again_from_its_draft(
    alice_client: Client, intake: Intake
) -> None:
    """The network fails after the server added it: the page saves what was typed, and is loaded again."""
    section = reverse("section", args=[intake.uuid, "fear"])
    page = Page(alice_client, section)
    page.fill(**{"incident-date": "20-03-2026", "incident-what": "belde aan"})
    page.press("_go", "incident")
    page.press("_", "", accept="application/json")

    Page(alice_client, section).press("_go", "incident")
    Page(alice_client, log_url(intake)).press("_go", "add")

    assert stored_log(intake) == [DomainIncident("2026-03-20", "unknown", what="belde aan")]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("date", "31-02-2026"),
        ("date", "01-2999"),
        ("date", "1-1-1899"),
        ("date", "11/7/2025"),
        ("place", "moon"),
    ],
)
def test_invalid_incident_is_shown_again_with_an_error(
    alice_client: Client, intake: Intake, field: str, typed: str
) -> None:
    page = Page(alice_client, log_url(intake)).fill(
        date="20-03-2026", place="home", what="stond voor de deur"
    )

    html = page.fill(**{field: typed}).press("_go", "add").content.decode()

    assert f'id="id_{field}_error"' in html
    assert typed in html
    assert "<title>Fout: " in html
    assert "stond voor de deur" in html
    assert not stored_log(intake)


def test_undoing_an_incident_takes_back_the_order_of_dates_too(alice_client: Client, intake: Intake) -> None:
    wrong = Page(alice_client, log_url(intake)).fill(date="11/7/2025").press("_go", "add")
    assert "11 juli 2025 of 7 november 2025" in wrong.content.decode()
    Page(alice_client, log_url(intake)).fill(date="11/7/2025", order="mdy").press("_go", "add")
    assert [each.date for each in stored_log(intake)] == ["2025-11-07"]
    html = Page(alice_client, log_url(intake)).html
    button = html.partition('form="undo" name="undo" value="')[2].partition('"')[0]

    alice_client.post(reverse("undo"), {"undo": button})

    assert not stored_log(intake)
    asked = Page(alice_client, log_url(intake)).fill(date="11/7/2025").press("_go", "add")
    assert "11 juli 2025 of 7 november 2025" in asked.content.decode()
    assert not stored_log(intake)


def test_log_shows_the_latest_incident_first(alice_client: Client, alice: User, intake: Intake) -> None:
    for date in ("2026-01-02", "2026-03-04", "2025-12-31"):
        incident_actions.add_incident(alice, intake, DomainIncident(date, "home"))

    html = Page(alice_client, log_url(intake)).html

    assert html.index("4 maart 2026") < html.index("2 januari 2026") < html.index("31 december 2025")


def test_incident_is_changed(alice_client: Client, intake: Intake, incident: Incident) -> None:
    page = Page(alice_client, url(incident))

    response = page.fill(what="stond in de tuin", reported="").press("_go", "save")

    assert response.headers["Location"] == log_url(intake)
    assert stored_log(intake) == [
        DomainIncident("2026-03-20", "home", what="stond in de tuin", evidence="foto")
    ]


def test_saving_an_unchanged_incident_stores_nothing(
    alice_client: Client, intake: Intake, incident: Incident
) -> None:
    Page(alice_client, url(incident)).press("_go", "save")

    assert not Event.objects.filter(code=EventCode.INCIDENT_CHANGED).exists()


def test_conflict_shows_both_versions_and_overwrites_nothing(
    alice_client: Client, intake: Intake, incident: Incident
) -> None:
    first, second = Page(alice_client, url(incident)), Page(alice_client, url(incident))
    first.fill(what="de eerste").press("_go", "save")

    html = second.fill(what="de tweede").press("_go", "save").content.decode()

    assert "de eerste" in html
    assert "de tweede" in html
    assert stored_log(intake)[0].what == "de eerste"


def test_saving_again_after_a_conflict_overwrites(
    alice_client: Client, intake: Intake, incident: Incident
) -> None:
    first, second = Page(alice_client, url(incident)), Page(alice_client, url(incident))
    first.fill(what="de eerste").press("_go", "save")
    second.fill(what="de tweede").press("_go", "save")

    second.fill(base=str(Page(alice_client, url(incident)).posted["base"]))
    second.press("_go", "save")

    assert stored_log(intake)[0].what == "de tweede"


def test_incident_is_removed_once(alice_client: Client, intake: Intake, incident: Incident) -> None:
    page = Page(alice_client, url(incident))

    page.press("_remove", "1")
    again = page.press("_remove", "1")

    assert again.headers["Location"] == log_url(intake)
    assert not stored_log(intake)
    assert Event.objects.filter(code=EventCode.INCIDENT_REMOVED).count() == 1


def test_saving_an_incident_that_was_removed_adds_it_again(
    alice_client: Client, alice: User, intake: Intake, incident: Incident
) -> None:
    page = Page(alice_client, url(incident)).fill(what="toch wel")
    incident_actions.remove_incident(alice, intake, incident.uuid)

    page.press("_go", "save")

    assert stored_log(intake)[0].what == "toch wel"


def test_unknown_incident_and_that_of_another_intake_get_404(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    elsewhere = incident_actions.add_incident(alice, other, STORED)

    for uuid in (uuid4(), elsewhere.uuid):
        assert alice_client.get(reverse("incident", args=[intake.uuid, uuid])).status_code == 404


def test_people_without_access_get_404(
    client: Client, intake: Intake, incident: Incident, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)
        for page in (log_url(intake), url(incident)):
            assert client.get(page).status_code == 404
            assert client.post(page, {"_remove": "1"}).status_code == 404
    assert stored_log(intake) == [STORED]


@pytest.mark.parametrize("page", ["log", "one"])
def test_reading_records_one_event(
    alice_client: Client, intake: Intake, incident: Incident, page: str
) -> None:
    before = Event.objects.count()

    alice_client.get(log_url(intake) if page == "log" else url(incident))

    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.INCIDENTS_READ


class TestDrafts:
    """What was typed of an incident and not added or saved."""

    TYPED = {"date": "11/7", "what": "stond voor\r\nde deur", "about": "on"}

    def is_shown(self, page: Page, prefix: str = "") -> bool:
        return all(page.posted.get(f"{prefix}{name}") == typed for name, typed in self.TYPED.items())

    def test_autosave_stores_a_draft_shown_on_both_pages(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, log_url(intake))

        answer = page.fill(**self.TYPED).press("_", "", **AUTOSAVE).json()

        assert answer["status"].startswith("Opgeslagen om ")
        assert set(answer["base"]) == {"sketch__base"}
        assert self.is_shown(Page(alice_client, log_url(intake)))
        assert self.is_shown(Page(alice_client, section_url(intake)), "incident-")
        assert not stored_log(intake)

    def test_draft_from_the_sidebar_is_shown_on_both_pages(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = Page(alice_client, section_url(intake))

        page.fill(**{f"incident-{name}": typed for name, typed in self.TYPED.items()})
        page.press("_", "", **AUTOSAVE)

        assert self.is_shown(Page(alice_client, log_url(intake)))
        again = Page(alice_client, section_url(intake))
        assert self.is_shown(again, "incident-")
        assert again.posted["incident-key"] == page.posted["incident-key"]

    def test_further_typing_replaces_the_draft(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, log_url(intake))
        for what in ("stond", "stond er", "stond er weer"):
            answer = page.fill(what=what).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert Page(alice_client, log_url(intake)).posted["what"] == "stond er weer"
        assert len(reload(intake).content["drafts"]["incidents"]) == 1

    @pytest.mark.parametrize("place", ["log", "section"])
    def test_adding_the_incident_discards_the_draft(
        self, alice_client: Client, intake: Intake, place: str
    ) -> None:
        url = log_url(intake) if place == "log" else section_url(intake)
        prefix = "" if place == "log" else "incident-"
        first = Page(alice_client, url).fill(**{f"{prefix}date": "20-03-2026"})
        first.press("_", "", **AUTOSAVE)

        Page(alice_client, url).fill(**{f"{prefix}place": "home"}).press("_go", "incident")

        assert stored_log(intake) == [DomainIncident("2026-03-20", "home")]
        assert not reload(intake).content["drafts"]

    def test_emptying_the_form_discards_the_draft(self, alice_client: Client, intake: Intake) -> None:
        Page(alice_client, log_url(intake)).fill(**self.TYPED).press("_", "", **AUTOSAVE)

        page = Page(alice_client, log_url(intake)).fill(date="", what="", about=None)
        page.press("_", "", **AUTOSAVE)

        assert not reload(intake).content["drafts"]

    def test_drafts_of_two_tabs_are_both_stored(self, alice_client: Client, intake: Intake) -> None:
        first, second = Page(alice_client, log_url(intake)), Page(alice_client, log_url(intake))
        first.fill(what="in de tuin", date="20-03-2026", place="home").press("_", "", **AUTOSAVE)
        second.fill(what="aan de deur").press("_", "", **AUTOSAVE)

        first.press("_go", "add")

        assert [incident.what for incident in stored_log(intake)] == ["in de tuin"]
        assert Page(alice_client, log_url(intake)).posted["what"] == "aan de deur"

    def test_changing_the_language_stores_a_draft(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, log_url(intake)).fill(**self.TYPED)

        response = page.press("_language", "en")

        assert response.headers["Location"] == log_url(intake)
        assert self.is_shown(Page(alice_client, log_url(intake)))
        assert "You began this one." in Page(alice_client, log_url(intake)).html

    def test_draft_of_a_change_is_shown_with_what_is_stored(
        self, alice_client: Client, intake: Intake, incident: Incident
    ) -> None:
        Page(alice_client, url(incident)).fill(**self.TYPED).press("_", "", **AUTOSAVE)

        again = Page(alice_client, url(incident))

        assert self.is_shown(again)
        assert "<b>20 maart 2026; Thuis; stond voor" in again.html
        assert stored_log(intake) == [STORED]

    @pytest.mark.parametrize("button", ["_go", "_remove"])
    def test_saving_or_removing_discards_the_draft_of_a_change(
        self, alice_client: Client, intake: Intake, incident: Incident, button: str
    ) -> None:
        Page(alice_client, url(incident)).fill(what="stond in de tuin").press("_", "", **AUTOSAVE)

        Page(alice_client, url(incident)).press(button, "1")

        assert [incident.what for incident in stored_log(intake)] == ["stond in de tuin"][: button == "_go"]
        assert not reload(intake).content["drafts"]

    def test_unchanged_incident_has_no_draft(
        self, alice_client: Client, intake: Intake, incident: Incident
    ) -> None:
        Page(alice_client, url(incident)).press("_", "", **AUTOSAVE)

        assert not reload(intake).content["drafts"]
        assert not Event.objects.filter(code=EventCode.INTAKE_CHANGED).exists()

    def test_removing_an_incident_discards_the_draft_of_its_change(
        self, alice_client: Client, alice: User, intake: Intake, incident: Incident
    ) -> None:
        Page(alice_client, url(incident)).fill(what="toch anders").press("_", "", **AUTOSAVE)
        assert reload(intake).content["drafts"]

        incident_actions.remove_incident(alice, intake, incident.uuid)

        assert not reload(intake).content["drafts"]

    def test_draft_of_a_removed_incident_can_be_added(
        self, alice_client: Client, alice: User, intake: Intake, incident: Incident
    ) -> None:
        page = Page(alice_client, url(incident)).fill(what="toch wel")
        incident_actions.remove_incident(alice, intake, incident.uuid)

        page.press("_", "", **AUTOSAVE)

        assert Page(alice_client, log_url(intake)).posted["what"] == "toch wel"

    def test_event_of_a_draft_names_no_incident(self, alice_client: Client, incident: Incident) -> None:
        Page(alice_client, url(incident)).fill(**self.TYPED).press("_", "", **AUTOSAVE)

        assert Event.objects.latest("seq").items == ["incidents"]
