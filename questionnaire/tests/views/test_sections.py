"""What stands around the questions, and where each button leads."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from questionnaire.actions import incidents as incident_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.incidents import Incident as Told
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls

AUTOSAVE = {"accept": "application/json"}


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def url(intake: Intake, step: str = "fear") -> str:
    return reverse("section", args=[intake.uuid, step])


def stored(intake: Intake) -> dict[str, Any]:
    content: dict[str, Any] = Intake.objects.get(pk=intake.pk).content
    return content


def test_strangers_and_colleagues_find_nothing(
    client: Client, intake: Intake, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(intake)).status_code == 404
        assert client.post(url(intake), {"fear_level": "1"}).status_code == 404
    assert stored(intake)["answers"] == {}


def test_the_reviewer_does_not_fill_in(client: Client, intake: Intake, rachel: User) -> None:
    client.force_login(rachel)

    assert client.get(url(intake)).status_code == 403
    assert client.post(url(intake)).status_code == 403


def test_the_title_gives_nothing_away(alices: Client, intake: Intake) -> None:
    assert "<title>Deel 2 van 10 - Gespreksverslag</title>" in Page(alices, url(intake)).html


def test_the_parts_say_how_far_they_are(alices: Client, alice: User, intake: Intake) -> None:
    intake = intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_level=9, fear_change="more")
    ).intake
    intake_actions.save_section(
        alice, intake, "own_view", submission_of(intake, professional_concern="worried")
    )

    html = Page(alices, url(intake)).html

    assert "2 van 5 besproken" in html
    assert html.count("Nog niet besproken") == 8
    assert html.count('aria-current="step"') == 1


def test_a_grid_begun_is_not_discussed_yet(alices: Client, alice: User, intake: Intake) -> None:
    intake_actions.save_section(
        alice, intake, "pattern", submission_of(intake, behaviour_home={"ring": "daily"})
    )

    assert "0 van 9 besproken" in Page(alices, url(intake)).html


def test_the_side_says_how_urgent_it_is_and_what_to_ask(alices: Client, alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, threats=("kill",)))

    html = Page(alices, url(intake)).html

    assert "Vandaag overleggen" in html
    assert "Dreiging: Doden" in html
    assert f'href="{url(intake, "concern")}#weapons"' in html


def test_numbers_to_call_are_on_every_page(alices: Client, intake: Intake) -> None:
    for page in ("/", url(intake), reverse("summary", args=[intake.uuid]), "/intakes/start/"):
        html = Page(alices, page).html

        assert all(f"tel:{number}" in html for number in ("112", "0900-8844", "0800-2000"))


def test_free_text_is_escaped_and_control_characters_are_written_out(alices: Client, intake: Intake) -> None:
    nasty = "<script>alert(1)</script>\u202e"
    page = Page(alices, url(intake)).fill(fear_own_words=nasty, fear_own_words__note=nasty)

    page.press("_go", "save")

    again = Page(alices, url(intake))
    assert again.posted["fear_own_words"] == nasty
    assert "<script>alert" not in again.html


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [
        (("_go", "save"), "section"),
        (("_go", "summary"), "summary"),
    ],
)
def test_where_a_button_leads(alices: Client, intake: Intake, button: tuple[str, str], leads_to: str) -> None:
    response = Page(alices, url(intake)).fill(fear_level="9").press(*button)

    expected = url(intake) if leads_to == "section" else reverse(leads_to, args=[intake.uuid])
    assert response.headers["Location"] == expected
    assert stored(intake)["answers"] == {"fear_level": 9}


def test_switching_the_language_saves_first(alices: Client, intake: Intake) -> None:
    response = Page(alices, url(intake)).fill(fear_own_words="bang").press("_language", "en")

    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert response.headers["Location"] == url(intake)
    assert (cookie.value, cookie["secure"], cookie["path"]) == ("en", True, "/")
    assert stored(intake)["answers"] == {"fear_own_words": "bang"}
    again = Page(alices, url(intake))
    assert "How unsafe do you feel?" in again.html
    assert again.posted["fear_own_words"] == "bang"


def test_an_unknown_language_changes_nothing(alices: Client, intake: Intake) -> None:
    response = Page(alices, url(intake)).press("_language", "xx")

    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


class TestAutosave:
    def test_it_saves_and_says_so(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake)).fill(fear_level="9")

        response = page.press("_", "", **AUTOSAVE)

        assert response.status_code == 200
        assert response.json()["status"].startswith("Opgeslagen om ")
        assert stored(intake)["answers"] == {"fear_level": 9}

    def test_the_page_goes_on_with_what_it_answers(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake))

        for level in ("7", "8", "9"):
            answer = page.fill(fear_level=level).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert stored(intake)["answers"] == {"fear_level": 9}
        assert not stored(intake)["drafts"]
        assert "fear_level__base" in answer["base"]

    def test_what_another_page_wrote_meanwhile_is_never_taken_back(
        self, alices: Client, intake: Intake
    ) -> None:
        stale, other = Page(alices, url(intake)), Page(alices, url(intake))
        other.fill(running_note="Staat weer buiten.").press("_", "", **AUTOSAVE)

        for level in ("7", "8"):
            answer = stale.fill(fear_level=level).press("_", "", **AUTOSAVE).json()
            stale.fill(**answer["base"])

        assert stored(intake)["running_note"] == "Staat weer buiten."
        assert stored(intake)["answers"] == {"fear_level": 8}

    def test_an_answer_and_its_note_changed_elsewhere_are_never_taken_back(
        self, alices: Client, intake: Intake
    ) -> None:
        stale, other = Page(alices, url(intake)), Page(alices, url(intake))
        other.fill(fear_own_words="van de ander").press("_", "", **AUTOSAVE)

        for note in ("mijn", "mijn notitie"):
            answer = stale.fill(fear_own_words__note=note).press("_", "", **AUTOSAVE).json()
            stale.fill(**answer["base"])

        assert stored(intake)["answers"] == {"fear_own_words": "van de ander"}
        assert stored(intake)["notes"] == {"fear_own_words": "mijn notitie"}
        assert not stored(intake)["drafts"]

    def test_what_comes_late_changes_nothing(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake))
        for number, text in ((1, "ik"), (3, "ik ben bang"), (2, "ik ben")):
            page.fill(page=f"a.{number}", fear_own_words=text).press("_", "", **AUTOSAVE)

        page.fill(page="a.4", fear_own_words="ik ben heel bang").press("_go", "save")

        assert stored(intake)["answers"] == {"fear_own_words": "ik ben heel bang"}
        assert not stored(intake)["drafts"]

    @pytest.mark.parametrize("name", ["", "a", ".1", "a.", "a.-1", "a.x", "a b.1", "a.1.1", "a" * 41 + ".1"])
    def test_a_page_without_a_name_and_a_number_saves_as_any(
        self, alices: Client, intake: Intake, name: str
    ) -> None:
        page = Page(alices, url(intake)).fill(page=name, fear_level="9")

        page.press("_", "", **AUTOSAVE)

        assert stored(intake)["answers"] == {"fear_level": 9}
        assert stored(intake)["pages"] == []

    def test_what_cannot_be_read_is_kept_and_counted(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake, "pattern")).fill(pattern_start="gist", home_entry="yes")

        answer = page.press("_", "", **AUTOSAVE).json()

        assert "1 antwoord" in answer["status"]
        assert stored(intake)["answers"] == {"home_entry": "yes"}
        assert set(stored(intake)["drafts"]) == {"pattern_start"}

    def test_typing_on_after_that_mends_it(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake, "pattern"))
        for typed in ("0", "03-", "03-2026"):
            answer = page.fill(pattern_start=typed).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert stored(intake)["answers"] == {"pattern_start": "2026-03"}
        assert not stored(intake)["drafts"]

    def test_another_tab_is_not_overwritten(self, alices: Client, intake: Intake) -> None:
        first, second = Page(alices, url(intake)), Page(alices, url(intake))
        first.fill(fear_own_words="de eerste").press("_", "", **AUTOSAVE)

        for typed in ("de tw", "de tweede"):
            answer = second.fill(fear_own_words=typed).press("_", "", **AUTOSAVE).json()
            second.fill(**answer["base"])

        assert stored(intake)["answers"] == {"fear_own_words": "de eerste"}
        assert "1 antwoord" in answer["status"]
        assert Page(alices, url(intake)).posted["fear_own_words"] == "de tweede"

    def test_an_answer_lost_on_the_way_is_sent_again(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake)).fill(fear_level="9")
        page.press("_", "", **AUTOSAVE)

        answer = page.press("_", "", **AUTOSAVE).json()
        page.fill(**answer["base"]).fill(fear_level="10").press("_", "", **AUTOSAVE)

        assert stored(intake)["answers"] == {"fear_level": 10}
        assert not stored(intake)["drafts"]

    def test_half_an_incident_is_not_added(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake)).fill(**{"incident-date": "20-03-2026", "incident-place": "home"})

        page.press("_", "", **AUTOSAVE)

        assert not intake.incidents.exists()

    def test_it_reads_nothing(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake))
        reads = Event.objects.filter(code=EventCode.SECTION_READ).count()

        page.press("_", "", **AUTOSAVE)

        assert Event.objects.filter(code=EventCode.SECTION_READ).count() == reads


class TestIncidentBeside:
    def line(self, page: Page, **values: str) -> Page:
        return page.fill(**{f"incident-{name}": value for name, value in values.items()})

    @pytest.mark.parametrize("button", ["incident", "save", "next", "summary"])
    def test_every_button_keeps_it(self, alices: Client, intake: Intake, button: str) -> None:
        page = self.line(Page(alices, url(intake)), date="20-03-2026", place="home", what="stond er weer")

        page.fill(fear_level="9").press("_go", button)

        assert list(intake.incident_log) == [Told("2026-03-20", "home", what="stond er weer")]
        assert stored(intake)["answers"] == {"fear_level": 9}

    def test_sending_it_twice_adds_one(self, alices: Client, intake: Intake) -> None:
        page = self.line(Page(alices, url(intake)), date="03-2026", place="online")

        page.press("_go", "incident")
        page.press("_go", "incident")

        assert intake.incidents.count() == 1

    def test_an_empty_line_is_none(self, alices: Client, intake: Intake) -> None:
        response = Page(alices, url(intake)).press("_go", "incident")

        assert response.headers["Location"] == f"{url(intake)}#incidents"
        assert not intake.incidents.exists()

    def test_what_cannot_be_read_is_shown_again(self, alices: Client, intake: Intake) -> None:
        page = self.line(Page(alices, url(intake)), date="gisteren", place="home", what="stond er weer")

        response = page.fill(fear_level="9").press("_go", "next")

        html = response.content.decode()
        again = controls(html)
        assert (again["incident-date"], again["incident-what"]) == ("gisteren", "stond er weer")
        assert again["fear_level"] == "9"
        assert "<title>Fout: " in html
        assert stored(intake)["answers"] == {"fear_level": 9}

    def test_the_log_stands_beside_the_questions(self, alices: Client, alice: User, intake: Intake) -> None:
        incident_actions.add_incident(alice, intake, Told("2026-03-20", "home", what="stond er weer"))

        assert "20 maart 2026, Thuis: stond er weer" in Page(alices, url(intake)).html


def test_the_cost_of_a_page_does_not_grow_with_what_is_in_it(
    alices: Client, alice: User, intake: Intake, django_assert_num_queries: Any
) -> None:
    alices.get("/")  # the first page of a session also looks whether text was kept
    with CaptureQueriesContext(connection) as empty:
        alices.get(url(intake))
    cost = len(empty)
    for day in range(1, 11):
        incident_actions.add_incident(alice, intake, Told(f"2026-03-{day:02}", "home"), uuid4())
        intake_actions.start_intake(alice, intake.team, f"x{day}", date(2026, 3, 23), "nl")
    page = Page(alices, url(intake))
    notes = {f"{item.id}__note": "genoteerd" for item in SECTION_OF["fear_level"].items}
    page.fill(**notes, running_note="bang", fear_level="9", feared_events=["kill"]).press("_go", "save")

    with django_assert_num_queries(cost):
        alices.get(url(intake))


class TestShorterWays:
    def test_a_core_page_saves_as_a_section_does_and_leads_to_the_next(
        self, alices: Client, intake: Intake
    ) -> None:
        page = Page(alices, url(intake, "core-1"))

        response = page.fill(fear_level="9", danger_now="now").press("_go", "next")

        assert response.headers["Location"] == url(intake, "core-2")
        assert stored(intake)["answers"] == {"danger_now": "now", "fear_level": 9}

    def test_the_last_core_page_leads_to_the_answers(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake, "core-4"))

        response = page.fill(professional_concern="urgent", view="ik maak me zorgen").press("_go", "next")

        assert response.headers["Location"] == reverse("answers", args=[intake.uuid])
        assert stored(intake)["view"] == "ik maak me zorgen"

    def test_the_parts_stay_at_hand(self, alices: Client, intake: Intake) -> None:
        html = Page(alices, url(intake, "core-2")).html

        assert all(f'href="{url(intake, section.id)}"' in html for section in SECTIONS)

    def test_the_short_route_is_a_complete_intake(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake, "emergency"))

        response = page.fill(safe_contact="dinsdag", fear_level="9", danger_now="soon").press("_go", "stop")

        assert response.headers["Location"].startswith(reverse("stop", args=[intake.uuid]))
        assert stored(intake)["answers"] == {"safe_contact": "dinsdag", "fear_level": 9, "danger_now": "soon"}
        assert alices.get(reverse("summary", args=[intake.uuid])).status_code == 200

    def test_the_short_route_leaves_by_a_saved_page(self, alices: Client, intake: Intake) -> None:
        page = Page(alices, url(intake, "emergency")).fill(fear_level="9")

        response = page.press("wizard_goto_step", "safety_now")

        assert response.headers["Location"] == url(intake, "safety_now")
        assert stored(intake)["answers"] == {"fear_level": 9}


def test_whom_to_consult_stands_beside_the_answers_that_are_a_danger_sign(
    alices: Client, intake: Intake
) -> None:
    concern, wishes = Page(alices, url(intake, "concern")).html, Page(alices, url(intake, "help")).html

    with translation.override("nl"):
        words = gettext("Consult your attention officer (aandachtsfunctionaris).")
    assert words in concern
    assert words not in wishes
    assert 'value="kill" class="raised severe"' in concern
    assert 'name="substance_use" value="yes" class="raised"' in concern


def test_of_ones_own_view_nothing_is_said_about_the_client(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "own_view"))
    assert 'value="unknown"' not in page.html

    page.fill(professional_concern="unknown").press("_go", "save")  # as an answers file may hold

    assert Page(alices, url(intake, "own_view")).posted["professional_concern"] == "unknown"
