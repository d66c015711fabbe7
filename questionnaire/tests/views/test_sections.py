"""The pages of sections: sidebar, buttons, autosave, the incident beside the questions, shorter routes."""

import re
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
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import SECTION_OF, SECTIONS
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.models import Event, Intake, User
from questionnaire.tests.factories import reload, start_in, submission_of
from questionnaire.tests.pages import Page, controls, one_line

AUTOSAVE = {"accept": "application/json"}


def url(intake: Intake, step: str = "fear") -> str:
    return reverse("section", args=[intake.uuid, step])


def test_people_without_access_get_404(client: Client, intake: Intake, bob: User, charlie: User) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(intake)).status_code == 404
        assert client.post(url(intake), {"fear_level": "1"}).status_code == 404
    assert reload(intake).content["answers"] == {}


def test_reviewer_cannot_open_a_section(client: Client, intake: Intake, rachel: User) -> None:
    client.force_login(rachel)

    assert client.get(url(intake)).status_code == 403
    assert client.post(url(intake)).status_code == 403


def test_title_is_neutral(alice_client: Client, intake: Intake) -> None:
    assert "<title>Deel 2 van 10 - Gesprekken</title>" in Page(alice_client, url(intake)).html


def test_sections_show_their_progress(alice_client: Client, alice: User, intake: Intake) -> None:
    intake = intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_level=9, fear_change="more")
    ).intake
    intake_actions.save_section(
        alice, intake, "own_view", submission_of(intake, professional_concern="worried")
    )

    html = Page(alice_client, url(intake)).html

    assert "2 van 5 besproken" in html
    assert html.count("Nog niet besproken") == 8
    assert html.count('aria-current="step"') == 1


def test_partly_answered_grid_counts_as_not_discussed(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    intake_actions.save_section(
        alice, intake, "pattern", submission_of(intake, behaviour_home={"ring": "daily"})
    )

    assert "0 van 9 besproken" in Page(alice_client, url(intake)).html


def test_sidebar_shows_urgency_and_open_questions(alice_client: Client, alice: User, intake: Intake) -> None:
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, threats=("kill",)))

    html = Page(alice_client, url(intake)).html

    assert "Vandaag overleggen" in html
    assert "Dreiging: Doden" in html
    assert f'href="{url(intake, "concern")}#strangulation"' in html
    assert "Bel nu 112" not in html.split("Vraag dit zeker nog na")[1].split("</section>")[0]


def test_sidebar_says_how_many_questions_are_left_and_asks_the_gravest_first(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    """What is already known to be grave must not hide that the gravest sign was never asked."""
    answers: dict[str, Any] = {"threats": ("kill",), "weapons": ("used",), "violence": ("client_recent",)}
    intake_actions.save_section(alice, intake, "concern", submission_of(intake, **answers))

    html = Page(alice_client, url(intake)).html
    asked = html.split("Vraag dit zeker nog na")[1].split("</section>")[0]
    shown, others = asked.split("<summary data-more>")

    assert shown.count("<li>") == 4
    assert "#strangulation" in shown
    assert others.startswith(f"Nog {others.count('<li>')} andere<")


def test_emergency_numbers_are_on_every_page(alice_client: Client, intake: Intake) -> None:
    for page in ("/", url(intake), reverse("summary", args=[intake.uuid]), "/intakes/start/"):
        html = Page(alice_client, page).html

        assert all(f"tel:{number}" in html for number in ("112", "0900-8844", "0800-2000"))


def test_free_text_is_escaped(alice_client: Client, intake: Intake) -> None:
    text = "<script>alert(1)</script>\u202e"
    page = Page(alice_client, url(intake)).fill(fear_own_words=text, fear_own_words__note=text)

    page.press("_go", "save")

    again = Page(alice_client, url(intake))
    assert again.posted["fear_own_words"] == text
    assert "&lt;script&gt;alert" in again.html
    assert "<script>alert" not in again.html


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [
        (("_go", "save"), "section"),
        (("_go", "summary"), "summary"),
    ],
)
def test_buttons_save_and_lead_to_their_page(
    alice_client: Client, intake: Intake, button: tuple[str, str], leads_to: str
) -> None:
    response = Page(alice_client, url(intake)).fill(fear_level="9").press(*button)

    expected = url(intake) if leads_to == "section" else reverse(leads_to, args=[intake.uuid])
    assert response.headers["Location"] == expected
    assert reload(intake).content["answers"] == {"fear_level": 9}


def test_changing_the_language_saves_first(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).fill(fear_own_words="bang").press("_language", "en")

    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert response.headers["Location"] == url(intake)
    assert (cookie.value, cookie["secure"], cookie["path"]) == ("en", True, "/")
    assert reload(intake).content["answers"] == {"fear_own_words": "bang"}
    again = Page(alice_client, url(intake))
    assert "How unsafe do you feel?" in again.html
    assert again.posted["fear_own_words"] == "bang"


def test_unknown_language_is_ignored(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).press("_language", "xx")

    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


class TestAutosave:
    def test_autosave_saves_and_returns_the_status(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake)).fill(fear_level="9")

        response = page.press("_", "", **AUTOSAVE)

        assert response.status_code == 200
        assert response.json()["status"].startswith("Opgeslagen om ")
        assert reload(intake).content["answers"] == {"fear_level": 9}

    def test_autosave_brings_what_stands_beside_the_questions(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = Page(alice_client, url(intake, "safety_now")).fill(danger_now="soon")

        beside = page.press("_", "", **AUTOSAVE).json()["sidebar"]

        html = Page(alice_client, url(intake, "safety_now")).html
        label, code = beside["level"]
        assert (label, code) == ("Vandaag overleggen", "today")
        assert f'class="urgency-word {code}">{label}<' in html
        assert beside["parts"]["safety_now"] == "1 van 5 besproken"
        assert (
            beside["lines"]["signs"] == ["nu in gevaar: mogelijk later vandaag"] or beside["lines"]["signs"]
        )
        for words, address in beside["lines"]["ask"]:
            assert f'<a href="{address}">{words}</a>' in html
        assert beside["more"] == f"Nog {len(beside['lines']['more'])} andere"
        assert beside["more"] in html

    def test_autosave_that_changes_nothing_brings_nothing(self, alice_client: Client, intake: Intake) -> None:
        answer = Page(alice_client, url(intake)).press("_", "", **AUTOSAVE).json()

        assert "sidebar" not in answer

    def test_a_conflict_brings_the_level_of_what_another_tab_stored(
        self, alice_client: Client, intake: Intake
    ) -> None:
        here = url(intake, "safety_now")
        first, second = Page(alice_client, here), Page(alice_client, here)
        higher = first.fill(danger_now="now").press("_", "", **AUTOSAVE).json()["sidebar"]

        answer = second.fill(danger_now="no").press("_", "", **AUTOSAVE).json()

        assert reload(intake).content["answers"] == {"danger_now": "now"}
        assert answer["sidebar"]["level"] == higher["level"]
        assert higher["level"][1] == "now"

    def test_page_can_go_on_with_the_returned_fingerprints(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = Page(alice_client, url(intake))

        for level in ("7", "8", "9"):
            answer = page.fill(fear_level=level).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert reload(intake).content["answers"] == {"fear_level": 9}
        assert not reload(intake).content["drafts"]
        assert "fear_level__base" in answer["base"]

    def test_changes_of_another_page_are_not_undone(self, alice_client: Client, intake: Intake) -> None:
        stale, other = Page(alice_client, url(intake)), Page(alice_client, url(intake))
        other.fill(running_note="Staat weer buiten.").press("_", "", **AUTOSAVE)

        for level in ("7", "8"):
            answer = stale.fill(fear_level=level).press("_", "", **AUTOSAVE).json()
            stale.fill(**answer["base"])

        assert reload(intake).content["running_note"] == "Staat weer buiten."
        assert reload(intake).content["answers"] == {"fear_level": 8}

    def test_answer_and_note_changed_by_different_pages_are_both_stored(
        self, alice_client: Client, intake: Intake
    ) -> None:
        stale, other = Page(alice_client, url(intake)), Page(alice_client, url(intake))
        other.fill(fear_own_words="van de ander").press("_", "", **AUTOSAVE)

        for note in ("mijn", "mijn notitie"):
            answer = stale.fill(fear_own_words__note=note).press("_", "", **AUTOSAVE).json()
            stale.fill(**answer["base"])

        assert reload(intake).content["answers"] == {"fear_own_words": "van de ander"}
        assert reload(intake).content["notes"] == {"fear_own_words": "mijn notitie"}
        assert not reload(intake).content["drafts"]

    def test_late_post_changes_nothing(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake))
        for number, text in ((1, "ik"), (3, "ik ben bang"), (2, "ik ben")):
            page.fill(page=f"a.{number}", fear_own_words=text).press("_", "", **AUTOSAVE)

        page.fill(page="a.4", fear_own_words="ik ben heel bang").press("_go", "save")

        assert reload(intake).content["answers"] == {"fear_own_words": "ik ben heel bang"}
        assert not reload(intake).content["drafts"]

    @pytest.mark.parametrize("name", ["", "a", ".1", "a.", "a.-1", "a.x", "a b.1", "a.1.1", "a" * 41 + ".1"])
    def test_invalid_page_name_is_ignored(self, alice_client: Client, intake: Intake, name: str) -> None:
        page = Page(alice_client, url(intake)).fill(page=name, fear_level="9")

        page.press("_", "", **AUTOSAVE)

        assert reload(intake).content["answers"] == {"fear_level": 9}
        assert reload(intake).content["pages"] == []

    def test_invalid_answer_becomes_a_draft_and_is_counted(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = Page(alice_client, url(intake, "pattern")).fill(pattern_start="gist", home_entry="yes")

        answer = page.press("_", "", **AUTOSAVE).json()

        assert "1 antwoord" in answer["status"]
        assert reload(intake).content["answers"] == {"home_entry": "yes"}
        assert set(reload(intake).content["drafts"]) == {"pattern_start"}

    def test_valid_answer_discards_the_draft(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake, "pattern"))
        for typed in ("0", "03-", "03-2026"):
            answer = page.fill(pattern_start=typed).press("_", "", **AUTOSAVE).json()
            page.fill(**answer["base"])

        assert reload(intake).content["answers"] == {"pattern_start": "2026-03"}
        assert not reload(intake).content["drafts"]

    def test_conflict_with_another_tab_becomes_a_draft(self, alice_client: Client, intake: Intake) -> None:
        first, second = Page(alice_client, url(intake)), Page(alice_client, url(intake))
        first.fill(fear_own_words="de eerste").press("_", "", **AUTOSAVE)

        for typed in ("de tw", "de tweede"):
            answer = second.fill(fear_own_words=typed).press("_", "", **AUTOSAVE).json()
            second.fill(**answer["base"])

        assert reload(intake).content["answers"] == {"fear_own_words": "de eerste"}
        assert "1 antwoord" in answer["status"]
        assert Page(alice_client, url(intake)).posted["fear_own_words"] == "de tweede"

    def test_post_is_repeated_after_a_lost_response(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake)).fill(fear_level="9")
        page.press("_", "", **AUTOSAVE)

        answer = page.press("_", "", **AUTOSAVE).json()
        page.fill(**answer["base"]).fill(fear_level="10").press("_", "", **AUTOSAVE)

        assert reload(intake).content["answers"] == {"fear_level": 10}
        assert not reload(intake).content["drafts"]

    def test_autosave_adds_no_incident(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake)).fill(
            **{"incident-date": "20-03-2026", "incident-place": "home"}
        )

        page.press("_", "", **AUTOSAVE)

        assert not intake.incidents.exists()

    def test_autosave_records_no_reading(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake))
        reads = Event.objects.filter(code=EventCode.SECTION_READ).count()

        page.press("_", "", **AUTOSAVE)

        assert Event.objects.filter(code=EventCode.SECTION_READ).count() == reads


class TestIncidentInSidebar:
    def fill(self, page: Page, **values: str) -> Page:
        return page.fill(**{f"incident-{name}": value for name, value in values.items()})

    @pytest.mark.parametrize("button", ["incident", "save", "next", "summary"])
    def test_every_button_adds_the_incident(self, alice_client: Client, intake: Intake, button: str) -> None:
        page = self.fill(
            Page(alice_client, url(intake)), date="20-03-2026", place="home", what="stond er weer"
        )

        page.fill(fear_level="9").press("_go", button)

        assert list(intake.incident_log) == [DomainIncident("2026-03-20", "home", what="stond er weer")]
        assert reload(intake).content["answers"] == {"fear_level": 9}

    @pytest.mark.parametrize("button", ["save", "next", "summary"])
    def test_an_incident_without_a_date_stays_a_draft_until_its_own_button(
        self, alice_client: Client, intake: Intake, button: str
    ) -> None:
        """It may be half of one; the page goes on all the same."""
        page = self.fill(Page(alice_client, url(intake)), what="stond er weer")

        assert page.press("_go", button).status_code == 302

        assert not intake.incident_log
        again = Page(alice_client, url(intake))
        assert again.posted["incident-what"] == "stond er weer"
        again.press("_go", "incident")
        assert [each.what for each in intake.incident_log] == ["stond er weer"]
        assert not reload(intake).content["drafts"]

    @pytest.mark.parametrize("typed", [{"what": "stond er weer"}, {"date": "31-02-2026"}])
    def test_a_blank_form_is_the_same_for_everybody_and_one_that_is_filled_in_is_not(
        self, alice: User, alice_client: Client, intake: Intake, typed: dict[str, str]
    ) -> None:
        other = start_in(intake.case, alice)
        blank = self.blank(alice_client, other)
        self.fill(Page(alice_client, url(intake)), **typed).press("_go", "save")

        assert next(iter(typed.values())) in Page(alice_client, url(intake)).html
        assert self.blank(alice_client, other) == blank
        english = alice_client.get(url(other), headers={"accept-language": "en"}).content.decode()
        assert "What happened" in english

    def blank(self, client: Client, intake: Intake) -> dict[str, list[str]]:
        """Return the controls of the form of an incident, but for its key, which is new each time."""
        page = Page(client, url(intake))
        assert page.posted["incident-key"] != Page(client, url(intake)).posted["incident-key"]
        fields = {name: values for name, values in page.posted.lists() if name.startswith("incident-")}
        return {name: values for name, values in fields.items() if name != "incident-key"}

    def test_posting_the_page_twice_adds_one_incident(self, alice_client: Client, intake: Intake) -> None:
        page = self.fill(Page(alice_client, url(intake)), date="03-2026", place="online")

        page.press("_go", "incident")
        page.press("_go", "incident")

        assert intake.incidents.count() == 1

    def test_empty_incident_is_not_added(self, alice_client: Client, intake: Intake) -> None:
        response = Page(alice_client, url(intake)).press("_go", "incident")

        assert response.headers["Location"] == f"{url(intake)}#incidents"
        assert not intake.incidents.exists()

    def test_invalid_incident_is_shown_again_and_the_rest_is_saved(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = self.fill(
            Page(alice_client, url(intake)), date="31-02-2026", place="home", what="stond er weer"
        )

        response = page.fill(fear_level="9").press("_go", "next")

        html = response.content.decode()
        again = controls(html)
        assert (again["incident-date"], again["incident-what"]) == ("31-02-2026", "stond er weer")
        assert again["fear_level"] == "9"
        assert "<title>Fout: " in html
        assert reload(intake).content["answers"] == {"fear_level": 9}

    def test_it_has_the_fields_and_words_of_the_page_of_the_log(
        self, alice_client: Client, intake: Intake
    ) -> None:
        """One form, learned once."""
        log, beside = (
            html.replace("incident-", "")
            for html in (
                Page(alice_client, reverse("incidents", args=[intake.uuid])).html,
                Page(alice_client, url(intake)).html,
            )
        )

        fields = [re.findall(r'for="id_(?:\w+)">(?:<[^>]*>)?([^<]+)<', html) for html in (log, beside)]
        assert len(fields[0]) > 14
        assert fields[0] == fields[1]

    def test_after_adding_it_is_open_without_javascript_and_its_links_lead_to_it(
        self, alice_client: Client, intake: Intake
    ) -> None:
        page = self.fill(Page(alice_client, url(intake)), date="20-03-2026")
        page.press("_go", "incident")

        html = one_line(Page(alice_client, url(intake)).html)

        assert 'id="add-incident" data-told' in html
        assert html.count('<a href="#add-incident"') == 2

    def test_sidebar_shows_the_log(self, alice_client: Client, alice: User, intake: Intake) -> None:
        incident_actions.add_incident(
            alice, intake, DomainIncident("2026-03-20", "home", what="stond er weer")
        )

        assert "20 maart 2026, Thuis: stond er weer" in Page(alice_client, url(intake)).html


def test_number_of_queries_does_not_grow_with_the_content(
    alice_client: Client, alice: User, intake: Intake, django_assert_num_queries: Any
) -> None:
    alice_client.get("/")  # the first page of a session also looks for pending posts
    with CaptureQueriesContext(connection) as empty:
        alice_client.get(url(intake))
    cost = len(empty)
    for day in range(1, 11):
        incident_actions.add_incident(alice, intake, DomainIncident(f"2026-03-{day:02}", "home"), uuid4())
        intake_actions.start_intake(alice, intake.team, f"x{day}", date(2026, 3, 23), "nl")
    page = Page(alice_client, url(intake))
    notes = {f"{item.id}__note": "genoteerd" for item in SECTION_OF["fear_level"].items}
    page.fill(**notes, running_note="bang", fear_level="9", feared_events=["kill"]).press("_go", "save")

    with django_assert_num_queries(cost):
        alice_client.get(url(intake))


class TestShorterRoutes:
    def test_core_page_saves_and_leads_to_the_next(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake, "core-1"))

        response = page.fill(fear_level="9", danger_now="now").press("_go", "next")

        assert response.headers["Location"] == url(intake, "core-2")
        assert reload(intake).content["answers"] == {"danger_now": "now", "fear_level": 9}

    def test_last_core_page_leads_to_the_answers(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake, "core-2"))

        response = page.fill(client_suicidal="yes", running_note="ik maak me zorgen").press("_go", "next")

        assert response.headers["Location"] == reverse("answers", args=[intake.uuid])
        assert reload(intake).content["running_note"] == "ik maak me zorgen"

    def test_core_page_links_to_all_sections(self, alice_client: Client, intake: Intake) -> None:
        html = Page(alice_client, url(intake, "core-2")).html

        assert all(f'href="{url(intake, section.id)}"' in html for section in SECTIONS)

    def test_emergency_route_makes_a_complete_intake(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake, "emergency"))

        response = page.fill(safe_contact="dinsdag", fear_level="9", danger_now="soon").press("_go", "stop")

        assert response.headers["Location"].startswith(reverse("stop", args=[intake.uuid]))
        assert reload(intake).content["answers"] == {
            "safe_contact": "dinsdag",
            "fear_level": 9,
            "danger_now": "soon",
        }
        assert alice_client.get(reverse("summary", args=[intake.uuid])).status_code == 200

    def test_leaving_the_emergency_route_saves_first(self, alice_client: Client, intake: Intake) -> None:
        page = Page(alice_client, url(intake, "emergency")).fill(fear_level="9")

        response = page.press("wizard_goto_step", "safety_now")

        assert response.headers["Location"] == url(intake, "safety_now")
        assert reload(intake).content["answers"] == {"fear_level": 9}


def test_answers_that_are_danger_signs_say_whom_to_consult(alice_client: Client, intake: Intake) -> None:
    concern, wishes = (
        Page(alice_client, url(intake, "concern")).html,
        Page(alice_client, url(intake, "help")).html,
    )

    with translation.override("nl"):
        consult = gettext("Write it down word for word. Consult the police before the client leaves.")
    assert consult in concern
    assert consult not in wishes
    assert 'value="kill" class="raised at-1"' in concern
    assert 'name="substance_use" value="yes" class="raised"' in concern


def test_that_the_client_no_longer_wants_to_live_says_at_once_what_to_do(
    alice_client: Client, intake: Intake
) -> None:
    question = Page(alice_client, url(intake, "impact")).html.partition('id="client_suicidal"')[2]
    question = " ".join(question.partition("</fieldset>")[0].split())

    assert 'value="yes" class="raised at-1"' in question
    assert "Blijf erbij. Volg uw crisisprotocol." in question
    assert '113 Zelfmoordpreventie: <a href="tel:113">113 / 0800-0113</a>' in question


def test_question_for_the_professional_offers_no_states_of_the_client(
    alice_client: Client, intake: Intake
) -> None:
    page = Page(alice_client, url(intake, "own_view"))
    questions, beside = (Page(alice_client, url(intake)).html, page.html)
    assert 'value="unknown"' in questions.partition('id="beside"')[0]
    assert 'value="unknown"' not in beside.partition('id="beside"')[0]

    page.fill(professional_concern="unknown").press("_go", "save")  # an answers file may contain it

    assert Page(alice_client, url(intake, "own_view")).posted["professional_concern"] == "unknown"
