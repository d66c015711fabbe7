"""The wizard of sections: steps, saving from any button, conflicts and drafts."""

from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import ngettext, override

from questionnaire.accounts.session_store import read
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.forms.sections import SectionForm
from questionnaire.models import Intake, Session, User
from questionnaire.tests.factories import event_codes, reload
from questionnaire.tests.pages import Page
from questionnaire.views import wizard
from questionnaire.views.sections import SectionView

SECTION_IDS = [section.id for section in SECTIONS]


def url(intake: Intake, step: str) -> str:
    return reverse("section", args=[intake.uuid, step])


@pytest.mark.untraced
@pytest.mark.parametrize("step", SECTION_IDS)
def test_any_section_can_be_opened_first(alice_client: Client, intake: Intake, step: str) -> None:
    page = Page(alice_client, url(intake, step))

    assert all(item.id in page.html for item in next(s for s in SECTIONS if s.id == step).items)


def test_intake_url_leads_to_the_first_section(alice_client: Client, intake: Intake) -> None:
    response = alice_client.get(reverse("intake", args=[intake.uuid]))

    assert response.headers["Location"] == url(intake, SECTION_IDS[0])


def test_saved_answers_are_shown_after_a_refresh(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake, "fear")).fill(fear_own_words="Ik ben bang.", fear_level="9").press(
        "_go", "next"
    )

    again = Page(alice_client, url(intake, "fear"))

    assert again.posted["fear_own_words"] == "Ik ben bang."
    assert again.posted["fear_level"] == "9"


def test_next_leads_through_all_sections_to_the_answers(alice_client: Client, intake: Intake) -> None:
    for step, following in pairwise(SECTION_IDS):
        assert Page(alice_client, url(intake, step)).press("_go", "next").headers["Location"] == url(
            intake, following
        )

    last = Page(alice_client, url(intake, SECTION_IDS[-1])).press("_go", "next")

    assert last.headers["Location"] == reverse("answers", args=[intake.uuid])


def test_back_saves_first(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake, "pattern")).fill(home_entry="yes")

    response = page.press("wizard_goto_step", "fear")

    assert response.headers["Location"] == url(intake, "fear")
    assert reload(intake).content["answers"] == {"home_entry": "yes"}


def test_back_to_an_unknown_section_saves_and_leads_to_the_next(alice_client: Client, intake: Intake) -> None:
    response = (
        Page(alice_client, url(intake, "fear")).fill(fear_level="3").press("wizard_goto_step", "nowhere")
    )

    assert response.headers["Location"] == url(intake, "pattern")
    assert reload(intake).content["answers"] == {"fear_level": 3}


def test_session_contains_nothing_of_an_intake(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake, "fear")).fill(fear_level="3").press("_go", "next")

    for session in Session.objects.all():
        assert (data := read(session))
        assert str(intake.uuid) not in str(data)
        assert "fear" not in str(data)


def test_two_intakes_in_two_tabs_are_saved_separately(
    alice_client: Client, intake: Intake, alice: User
) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    first, second = Page(alice_client, url(intake, "fear")), Page(alice_client, url(other, "fear"))

    second.fill(fear_level="2").press("_go", "next")
    first.fill(fear_level="9").press("_go", "next")

    assert reload(intake).content["answers"] == {"fear_level": 9}
    assert reload(other).content["answers"] == {"fear_level": 2}


def test_reset_parameter_is_ignored(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake, "fear")).fill(fear_level="9").press("_go", "next")

    alice_client.get(reverse("intake", args=[intake.uuid]), {"reset": "1"})
    alice_client.get(url(intake, "fear"), {"reset": "1"})

    assert reload(intake).content["answers"] == {"fear_level": 9}


def test_reading_a_page_stores_only_the_event(alice_client: Client, intake: Intake) -> None:
    before = Intake.objects.values("revision", "changed_at", "content").get(pk=intake.pk)

    alice_client.get(url(intake, "fear"))

    assert Intake.objects.values("revision", "changed_at", "content").get(pk=intake.pk) == before
    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.SECTION_READ]


def test_posting_a_page_twice_saves_once(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake, "fear")).fill(fear_level="9", running_note="trilt")

    page.press("_go", "next")
    page.press("_go", "next")

    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.SECTION_READ, EventCode.INTAKE_CHANGED]
    assert Intake.objects.get(pk=intake.pk).revision == 1
    assert not reload(intake).content["drafts"]


@pytest.mark.untraced
def test_posting_an_unchanged_page_stores_nothing(alice_client: Client, intake: Intake) -> None:
    for step in SECTION_IDS:
        Page(alice_client, url(intake, step)).press("_go", "save")

    assert set(event_codes()) == {EventCode.INTAKE_STARTED, EventCode.SECTION_READ}


def test_only_controls_of_items_are_stored(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake, "fear")).fill(
        fear_level="9", fear_change="no such answer", strange="x"
    )

    page.press("_go", "next")

    content = reload(intake).content
    assert content["answers"] == {"fear_level": 9}
    assert set(content["drafts"]) == {"fear_change"}
    assert "csrfmiddlewaretoken" not in str(content)
    assert "strange" not in str(content)


def test_get_form_list_is_not_overridden(alice_client: Client) -> None:
    # Overriding it breaks the order of steps in formtools.
    for view in (wizard.SectionWizard, SectionView):
        assert "get_form_list" not in vars(view)


def test_last_page_validates_no_other_page(
    alice_client: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[str] = []
    clean = SectionForm.clean

    def counted(form: SectionForm) -> None:
        validated.append(form.section.id)
        clean(form)

    monkeypatch.setattr(SectionForm, "clean", counted)
    page = Page(alice_client, url(intake, SECTION_IDS[-1]))
    validated.clear()

    response = page.press("_go", "next")
    alice_client.get(response.headers["Location"])

    assert validated == [SECTION_IDS[-1]]


@pytest.mark.parametrize("step", ["nowhere", "done", "answers-2"])
def test_unknown_section_gets_404(alice_client: Client, intake: Intake, step: str) -> None:
    assert alice_client.get(url(intake, step)).status_code == 404
    assert alice_client.post(url(intake, step)).status_code == 404


def test_invalid_answer_is_shown_again_and_the_rest_is_saved(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake, "pattern")).fill(pattern_start="31-02-2026", home_entry="yes")

    response = page.press("_go", "next")

    again = Page(alice_client, url(intake, "pattern"))
    assert response.headers["Location"] == url(intake, "pattern")
    assert reload(intake).content["answers"] == {"home_entry": "yes"}
    assert again.posted["pattern_start"] == "31-02-2026"
    assert 'id="errors"' in again.html
    assert "<title>Fout: " in again.html


def test_invalid_answer_does_not_block_going_back(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, url(intake, "pattern")).fill(pattern_start="lang geleden")

    response = page.press("wizard_goto_step", "fear")

    assert response.headers["Location"] == url(intake, "fear")
    assert Page(alice_client, url(intake, "pattern")).posted["pattern_start"] == "lang geleden"


def test_corrected_answer_discards_the_draft(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake, "pattern")).fill(pattern_start="lang geleden").press("_go", "save")

    Page(alice_client, url(intake, "pattern")).fill(pattern_start="03-2026").press("_go", "save")

    assert reload(intake).content["answers"] == {"pattern_start": "2026-03"}
    assert not reload(intake).content["drafts"]
    assert 'id="errors"' not in Page(alice_client, url(intake, "pattern")).html


class TestTwoTabs:
    """Two pages of one section, both made before either was saved."""

    @pytest.fixture
    def first(self, alice_client: Client, intake: Intake) -> Page:
        return Page(alice_client, url(intake, "fear"))

    @pytest.fixture
    def second(self, alice_client: Client, intake: Intake) -> Page:
        return Page(alice_client, url(intake, "fear"))

    def test_different_questions_do_not_conflict(self, first: Page, second: Page, intake: Intake) -> None:
        first.fill(fear_level="9").press("_go", "next")

        second.fill(fear_change="more").press("_go", "next")

        assert reload(intake).content["answers"] == {"fear_level": 9, "fear_change": "more"}
        assert not reload(intake).content["drafts"]

    def test_conflict_shows_both_answers(
        self, first: Page, second: Page, alice_client: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")

        response = second.fill(fear_own_words="de tweede").press("_go", "next")

        again = Page(alice_client, url(intake, "fear"))
        assert response.headers["Location"] == url(intake, "fear")
        assert reload(intake).content["answers"] == {"fear_own_words": "de eerste"}
        assert "<b>de eerste</b>" in again.html
        assert again.posted["fear_own_words"] == "de tweede"
        summary = again.html.split('id="errors"')[1].split("</ul>")[0]
        assert summary.count("<li>") == 1
        assert '<a href="#fear_own_words">' in summary
        assert "Beide zijn bewaard" in summary
        assert "<title>Fout: " in again.html

    def test_a_conflict_says_the_same_while_typing_and_on_return(
        self, first: Page, second: Page, alice_client: Client, intake: Intake
    ) -> None:
        first.fill(running_note="de eerste").press("_", "", accept="application/json")

        answer = second.fill(running_note="de tweede").press("_", "", accept="application/json").json()

        again = Page(alice_client, url(intake, "fear"))
        assert "1 antwoord" in answer["status"]
        assert f">{answer['status']}</p>" in again.html
        assert '<a href="#running_note">' in again.html.split('id="errors"')[1]
        # The text of the own assessment is on another page, and so is what has to be checked of it.
        assert 'id="errors"' not in Page(alice_client, url(intake, "emergency")).html

    def test_conflict_overwrites_nothing_before_the_choice(
        self, first: Page, second: Page, alice_client: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")

        Page(alice_client, url(intake, "fear")).press("_go", "next")
        Page(alice_client, url(intake, "fear")).fill(fear_own_words="de derde").press("_go", "save")

        assert reload(intake).content["answers"] == {"fear_own_words": "de eerste"}
        assert Page(alice_client, url(intake, "fear")).posted["fear_own_words"] == "de derde"

    @pytest.mark.parametrize(("button", "expected"), [("_take", "de tweede"), ("_leave", "de eerste")])
    def test_choice_resolves_the_conflict(
        self, first: Page, second: Page, alice_client: Client, intake: Intake, button: str, expected: str
    ) -> None:
        first.fill(fear_own_words="de eerste", fear_own_words__note="n").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")

        response = Page(alice_client, url(intake, "fear")).press(button, "fear_own_words")

        assert response.headers["Location"] == f"{url(intake, 'fear')}#fear_own_words"
        assert reload(intake).content["answers"] == {"fear_own_words": expected}
        assert not reload(intake).content["drafts"]
        again = Page(alice_client, url(intake, "fear"))
        assert again.posted["fear_own_words"] == expected
        said = {"_take": "Wat u invulde, staat er nu.", "_leave": "Wat er stond, blijft staan."}
        assert said[button] in again.html.split('id="fear_own_words"')[1].split('<div class="absent">')[0]
        assert again.html.count('class="messages"') == 1

    def test_choice_overwrites_nothing_that_was_not_shown(
        self, first: Page, second: Page, alice_client: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")
        choosing = Page(alice_client, url(intake, "fear"))
        first.fill(fear_own_words__base=str(choosing.posted["fear_own_words__shown"]))
        first.fill(fear_own_words="de eerste, later").press("_go", "next")

        choosing.press("_take", "fear_own_words")

        assert reload(intake).content["answers"] == {"fear_own_words": "de eerste, later"}
        assert Page(alice_client, url(intake, "fear")).posted["fear_own_words"] == "de tweede"

    @pytest.mark.parametrize(("button", "expected"), [("_take", "de derde"), ("_leave", "de eerste")])
    def test_third_answer_is_shown_after_the_choice(
        self, first: Page, second: Page, alice_client: Client, intake: Intake, button: str, expected: str
    ) -> None:
        third = Page(alice_client, url(intake, "fear"))
        for page, text in ((first, "de eerste"), (second, "de tweede"), (third, "de derde")):
            page.fill(fear_own_words=text).press("_go", "next")
        choosing = Page(alice_client, url(intake, "fear"))
        with override("nl"):
            one_more = ngettext(
                "One more text was kept here. You see it after you choose.",
                "%(count)s more texts were kept here. You see them after you choose.",
                1,
            )

        choosing.press(button, "fear_own_words")

        again = Page(alice_client, url(intake, "fear"))
        assert one_more in choosing.html
        assert one_more not in again.html
        assert reload(intake).content["answers"] == {"fear_own_words": expected}
        assert again.posted["fear_own_words"] == "de tweede"

    @pytest.mark.parametrize(("button", "expected"), [("_take", "de tweede"), ("_leave", "de eerste")])
    def test_running_note_can_conflict_too(
        self, first: Page, second: Page, alice_client: Client, intake: Intake, button: str, expected: str
    ) -> None:
        first.fill(running_note="de eerste").press("_go", "next")
        second.fill(running_note="de tweede").press("_go", "next")
        again = Page(alice_client, url(intake, "concern"))

        again.press(button, "running_note")

        assert "<b>de eerste</b>" in again.html
        assert again.posted["running_note"] == "de tweede"
        assert reload(intake).content["running_note"] == expected
        assert not reload(intake).content["drafts"]

    def test_same_answer_twice_is_no_conflict(self, first: Page, second: Page, intake: Intake) -> None:
        first.fill(fear_level="9").press("_go", "next")

        second.fill(fear_level="9").press("_go", "next")

        assert not reload(intake).content["drafts"]


@pytest.mark.parametrize(
    ("item_id", "values"),
    [
        ("fear_level", {"fear_level": "9"}),
        ("fear_own_words", {"fear_own_words": "bang"}),
        ("feared_events", {"feared_events": ["kill", "attack"]}),
        ("feared_events", {"feared_events__absent": "declined"}),
        ("behaviour_home", {"behaviour_home__ring": "daily", "behaviour_home__damage": "never"}),
    ],
)
def test_clear_removes_the_answer_and_saves_the_rest(
    alice_client: Client, intake: Intake, item_id: str, values: dict[str, Any]
) -> None:
    step = next(section.id for section in SECTIONS if ITEMS[item_id] in section.items)
    Page(alice_client, url(intake, step)).fill(**values, **{f"{item_id}__note": "blijft"}).press(
        "_go", "save"
    )
    assert item_id in reload(intake).content["answers"]

    response = Page(alice_client, url(intake, step)).fill(running_note="ook bewaard").press("_clear", item_id)

    assert response.headers["Location"] == f"{url(intake, step)}#{item_id}"
    assert item_id not in reload(intake).content["answers"]
    assert reload(intake).content["notes"] == {item_id: "blijft"}
    assert reload(intake).content["running_note"] == "ook bewaard"


def test_clear_removes_a_draft(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake, "pattern")).fill(pattern_start="lang geleden").press("_go", "save")

    Page(alice_client, url(intake, "pattern")).press("_clear", "pattern_start")

    assert not reload(intake).content["drafts"]


@pytest.mark.parametrize("button", ["_clear", "_take", "_leave"])
def test_button_for_an_item_that_is_not_on_the_page_only_saves(
    alice_client: Client, intake: Intake, button: str
) -> None:
    response = Page(alice_client, url(intake, "fear")).fill(fear_level="4").press(button, "threats")

    assert response.status_code == 302
    assert reload(intake).content["answers"] == {"fear_level": 4}


@pytest.mark.untraced
def test_pages_have_fewer_fields_than_the_server_accepts(alice_client: Client, intake: Intake) -> None:
    for step in SECTION_IDS:
        page = Page(alice_client, url(intake, step))

        most = sum(len(item.options) + len(item.rows) for item in SECTIONS[SECTION_IDS.index(step)].items)
        assert len(page.posted) + most < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_draft_is_shown_with_the_stored_answer_note_and_reason(
    client: Client, alice: User, intake: Intake
) -> None:
    """A choice for the draft overwrites the note and the reason too, so these are shown."""
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"
    first, second = (Page(client, reverse("section", args=[intake.uuid, "fear"])) for _tab in range(2))
    for page, text in ((first, "first"), (second, "second")):
        parts = {"": text, "__note": f"{text} note", "__reason": f"{text} reason"}
        page.fill(**{f"fear_own_words{part}": value for part, value in parts.items()}).press("_go", "save")

    html = Page(client, first.url).html

    assert "<b>first</b>; <b>Note: first note</b>; <b>Reason for not asking: first reason</b>" in html
    assert "second reason" in html
